"""Times, tables and exit codes as the commands print them."""

import pytest

from desktop_desk.cli.errors import exit_code, tell
from desktop_desk.cli.output import iso, local_time, table
from desktop_desk.domain.errors import (
    AccessDenied,
    DeskError,
    Invalid,
    NotAllowed,
    NotFound,
    Stale,
    StorageUnavailable,
)


def test_times_are_iso_8601_in_utc_whatever_the_zone_of_this_machine() -> None:
    assert iso(1_795_255_320_000) == "2026-11-21T10:02:00Z"
    assert iso(1_795_255_320_999) == "2026-11-21T10:02:00Z"
    assert iso(None) is None


def test_people_read_times_of_their_own_zone() -> None:
    assert local_time(1_795_255_320_000) == "2026-11-21 11:02"
    assert local_time(None) == ""


def test_columns_stand_under_each_other_also_with_wide_letters() -> None:
    lines = table(("Name", "No"), [("田中", "1"), ("Ann", "2"), ("e\u0301", "3")]).splitlines()
    assert lines == ["Name  No", "田中  1", "Ann   2", "e\u0301     3"]


def test_a_long_text_is_cut_to_one_line() -> None:
    [_title, line] = table(("Subject",), [("very\nlong " * 40,)]).splitlines()
    assert line.endswith("…")
    assert len(line) == 48


def test_the_last_column_can_be_had_whole() -> None:
    reason = "a reason of many words " * 5
    [_titles, line] = table(("Subject", "Why"), [("long " * 40, reason)], whole=True).splitlines()
    assert line == f"{('long ' * 40)[:47]}…  {reason.strip()}"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Invalid("subject", "No."), 1),
        (NotFound("No."), 1),
        (NotAllowed("No."), 1),
        (Stale("No."), 1),
        (AccessDenied("No."), 3),
        (StorageUnavailable("locked", "No."), 4),
    ],
)
def test_exit_codes_tell_scripts_what_kind_of_refusal_it_was(error: DeskError, code: int) -> None:
    assert exit_code(error) == code


def test_a_refusal_says_why_and_what_to_do_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(NotFound("There is no ticket 1041-0.", "Check the number.")) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "There is no ticket 1041-0.\nCheck the number.\n"
