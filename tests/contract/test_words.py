"""The words of texts in several ranges are found as if they were in one table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.storage import words
from desktop_desk.storage.tallies import Tallies
from tests.builders import PASSWORD, ADesk, a_desk, a_ticket

MANY = 8


@pytest.fixture(params=[3, 7, words.RANGE], ids=lambda size: f"range {size}")
def stocked(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ADesk]:
    """Eight tickets, each answered; in ranges so short that the words of one lie in several, and in one."""
    monkeypatch.setattr(words, "RANGE", request.param)
    office = a_desk(tmp_path)
    for number in range(MANY):
        ticket = a_ticket(office.john, f"Printer {number} jams")
        office.clock.passes(minutes=1)
        office.jane.reply(ticket, f"Printing shop {number} called, {'urgent' if number % 2 else 'later'}.")
        office.clock.passes(minutes=1)
    yield office
    office.close()


def found(desk: Desk, text: str, limit: int = 50) -> list[str]:
    return [hit.row.subject for hit in desk.search(text, limit)]


def printers(*numbers: int) -> list[str]:
    return [f"Printer {number} jams" for number in numbers]


def test_the_newest_text_comes_first_and_no_ticket_twice(stocked: ADesk) -> None:
    assert found(stocked.john, "print") == printers(7, 6, 5, 4, 3, 2, 1, 0)
    assert found(stocked.john, "print", limit=3) == printers(7, 6, 5)


def test_words_of_different_texts_are_found_together_and_excluded_ones_not(stocked: ADesk) -> None:
    assert found(stocked.john, "urgent jams") == printers(7, 5, 3, 1)
    assert found(stocked.john, "print -urgent") == printers(6, 4, 2, 0)
    assert found(stocked.john, '"shop 3"') == printers(3)


def test_a_new_subject_replaces_the_old_one_in_its_range(stocked: ADesk) -> None:
    [first] = [hit.row.number for hit in stocked.john.search('"printer 0"')]
    stocked.john.edit(first, subject="Scanner hums")
    assert found(stocked.john, "scanner") == ["Scanner hums"]
    assert found(stocked.john, '"printer 0 jams"') == []


def test_a_rebuild_finds_the_same_and_nothing_to_mend(stocked: ADesk) -> None:
    assert stocked.ada.check(rebuild=True).ok
    assert found(stocked.john, "print") == printers(7, 6, 5, 4, 3, 2, 1, 0)


def test_each_window_sees_the_ranges_that_another_one_made(stocked: ADesk) -> None:
    there = stocked.another_window().log_in("jane", PASSWORD)
    for number in range(MANY, MANY + 3):
        a_ticket((there, stocked.john)[number % 2], f"Printer {number} jams")
        assert found(stocked.john, "printer")[0] == found(there, "printer")[0] == f"Printer {number} jams"


def test_a_range_whose_transaction_failed_is_made_by_the_next(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "RANGE", 2)
    with monkeypatch.context() as failing:
        failing.setattr(Tallies, "flush", lambda _self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            a_ticket(office.john, "Printer jams")
    assert found(office.john, "printer") == []
    a_ticket(office.john, "Printer jams")
    assert found(office.john, "printer") == ["Printer jams"]


# ── joining the parts of older ranges ────────────────────────────────────────────────────────────────────────────


def parts(office: ADesk) -> list[int]:
    """Of each range, in how many parts its words are written."""
    database = office.john.store.database  # type: ignore[attr-defined]
    tables = database.texts().tables()
    return [len(database.rows(f"SELECT DISTINCT segid FROM {table}_idx")) for table in tables]


@pytest.fixture
def joining(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ADesk]:
    """A desk with short ranges."""
    monkeypatch.setattr(words, "RANGE", 24)
    office = a_desk(tmp_path)
    yield office
    office.close()


def test_the_parts_of_older_ranges_are_joined_while_others_are_written(joining: ADesk) -> None:
    tickets = [a_ticket(joining.john, f"Printer {number} jams") for number in range(40)]
    for ticket in tickets[:3]:
        joining.jane.reply(ticket, "renewed")
    assert len(parts(joining)) > 4
    assert max(parts(joining)[:-2]) == 1
    everything = {f"Printer {number} jams" for number in range(40)}
    assert set(found(joining.john, "printer", limit=100)) == everything
    assert joining.ada.check(rebuild=True).ok
    assert max(parts(joining)[:-2]) == 1
    assert set(found(joining.john, "printer", limit=100)) == everything
    assert found(joining.john, '"printer 7 jams"') == printers(7)


def test_a_text_that_changes_in_a_joined_range_is_found_as_it_is_now(joining: ADesk) -> None:
    tickets = [a_ticket(joining.john, f"Printer {number} jams") for number in range(30)]
    joining.john.edit(tickets[0], subject="Scanner hums")
    assert found(joining.john, "scanner") == ["Scanner hums"]
    assert found(joining.john, '"printer 0"') == []
    assert joining.ada.check(rebuild=True).ok


def test_joining_takes_many_small_steps(joining: ADesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "RANGE", 90)
    monkeypatch.setattr(words, "PAGES", 1)
    steps: list[str] = []
    plain = words.Words._join

    def watched(self: words.Words, table: str, pages: int) -> bool:
        steps.append(table)
        assert pages <= 3
        return plain(self, table, pages)

    monkeypatch.setattr(words.Words, "_join", watched)
    for number in range(60):
        ticket = a_ticket(joining.john, f"Printer {number} jams")
        joining.john.note(ticket, " ".join(f"{number}x{place}" for place in range(1_000)))
    assert steps == sorted(steps, key=lambda table: int(table.removeprefix("words_")))
    assert steps.count("words_0") > 3
    assert parts(joining)[0] == 1
    assert found(joining.john, "7x999") == printers(7)
