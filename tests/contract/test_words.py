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
