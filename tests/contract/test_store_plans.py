"""No statement of a day's work walks through a whole table: what is quick here stays quick on a large desk."""

from collections.abc import Sequence

import pytest

from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.storage.sqlite import SqliteDatabase as Database
from tests.builders import ADesk, a_ticket

LARGE = ("fact", "ticket", "entry", "number", "person", "contact", "follow", "seen", "call_back")
"""Tables that grow with every ticket or caller."""


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> dict[str, Sequence[object]]:
    """Every statement that is run from now on, with the values of one of its runs."""
    found: dict[str, Sequence[object]] = {}
    for name in ("run", "rows", "row"):
        plain = getattr(Database, name)

        def watched(
            self: Database, sql: str, params: Sequence[object] = (), *, plain: object = plain
        ) -> object:
            found.setdefault(sql, params)
            return plain(self, sql, params)  # type: ignore[operator]

        monkeypatch.setattr(Database, name, watched)
    return found


def scans(office: ADesk, statements: dict[str, Sequence[object]]) -> dict[str, str]:
    """The statements that read a large table from its beginning, with what SQLite says of them."""
    database = office.john.store.database  # type: ignore[attr-defined]
    found: dict[str, str] = {}
    for sql, params in list(statements.items()):
        if sql.split(" ", 1)[0] not in {"SELECT", "UPDATE", "DELETE"}:
            continue
        plan = database.db.connection().execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        for *_numbers, detail in plan:
            words = detail.split()
            if words[0] == "SCAN" and words[1] in LARGE and "INDEX" not in words:
                found[sql] = detail
    return found


def test_writing_reads_no_large_table_whole(office: ADesk, statements: dict[str, Sequence[object]]) -> None:
    new = NewPerson("Ken Lee", ("+49 30 901820",), ("ken@sales.example",), "Sales")
    number = (
        office.john.log_call(CallDraft("VPN down", new_caller=new, call=CallRecord(number="1"))).number or ""
    )
    other = a_ticket(office.john, "Badge lost")
    office.john.reply(number, "looked at")
    office.john.note(number, "see @jane")
    office.john.assign(number, "jane", "tried all")
    office.jane.set_priority(number, "A")
    office.jane.tag(number, add=("vpn",))
    office.jane.merge(other, number)
    office.jane.undo()
    office.jane.redo()
    office.jane.unmerge(other)
    office.jane.resolve(number)
    office.john.message(number, "still down")
    office.john.mark_seen(number)
    assert scans(office, statements) == {}


def test_reading_walks_through_no_large_table(office: ADesk, statements: dict[str, Sequence[object]]) -> None:
    number = a_ticket(office.john, "VPN down")
    office.john.reply(number, "looked at")
    statements.clear()
    office.john.ticket(number)
    office.john.counters()
    office.john.inbox()
    office.john.search("vpn")
    office.john.search("901820")
    office.john.similar("vpn is down")
    office.john.find_people("ken")
    office.john.find_people("1820")
    office.john.targets()
    office.john.undo_step()
    for queue in QUEUES:
        office.john.queue(queue)
    for sort in set(SORTS) - {"status", "topic"}:  # sorted in the background
        office.john.queue("closed", sort)
    assert scans(office, statements) == {}
