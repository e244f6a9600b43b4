"""Queues and their counters: every order, every window, every count, against a plain sort of everything."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.desk.views import CallRecord, NewPerson, TicketRow
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.numbers import number_rank
from tests.builders import ADesk, a_desk, a_ticket, kens_ticket
from tests.fakes import HOUR, MINUTE, MONDAY

SUBJECTS = ("printer jams", "Printer jams", "VPN down", "ärger", "Zebra", "apple", "50% off_er")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ADesk]:
    """Eighty tickets of every kind; nothing here changes them."""
    office = a_desk(tmp_path_factory.mktemp("crowd"))
    office.ada.add_agent("zoe", "zoe small", None, department="Support", role="View Only")
    office.ada.add("team", name="Day shift", members=("jane",))
    chance = random.Random(7)
    for n in range(80):
        desk = chance.choice((office.ada, office.john, office.jane))
        number = a_ticket(
            desk,
            chance.choice(SUBJECTS),
            priority=chance.choice("ABCD"),
            agent=chance.choice((None, None, "john", "jane", "zoe")),
            team=chance.choice((None, None, "Night shift", "Day shift")),
            topic=chance.choice((None, "Feedback", "Access issue")),
            department=chance.choice((None, "System Administrators")),
            new_caller=NewPerson(chance.choice(("Ken Lee", "ann roe", "Özil", "Zed"))) if n % 3 else None,
            source=chance.choice(("phone", "phone", "web", "email")),
            due=chance.choice((None, None, MONDAY + chance.randrange(6) * HOUR)),
        )
        office.clock.passes(minutes=chance.choice((0, 0, 7, 30)))
        match chance.randrange(9):
            case 0:
                desk.set_status(number, "waiting")
            case 1:
                desk.resolve(number)
            case 2:
                desk.close(number)
            case 3:
                desk.reply(number, "hello")
            case 4:
                desk.message(number, "hello")
            case 5 if n:
                desk.undo()
            case 6:
                form = office.ada.ticket(number).position
                office.ada.edit(number, subject="one")
                office.jane.edit(number, subject="two", seen=form)
            case _:
                pass
    yield office
    office.close()


@pytest.fixture(scope="module")
def everything(crowd: ADesk) -> list[TicketRow]:
    """Every ticket by its number, withdrawn ones too, in the order in which they came."""
    office = crowd
    store = office.ada.store
    numbers = [row[0] for row in store.database.rows("SELECT number FROM ticket ORDER BY id")]  # type: ignore[attr-defined]
    views = [office.jane.ticket(number) for number in numbers]
    return [
        TicketRow(
            id=view.id, uid=view.uid, number=view.number, priority=view.priority, subject=view.subject,
            caller=view.caller.name if view.caller else "", agent=view.agent_name, team=view.team,
            department=view.department, topic=view.topic, status=view.status, state=view.state,
            opened=view.opened, updated=view.updated, due=view.due, overdue=view.overdue,
            answered=view.answered, unread=False, conflicts=len(view.conflicts), tags=view.tags,
        )
        for view in views
    ]  # fmt: skip


def belongs(row: TicketRow, queue: str) -> bool:
    live = row.state in {"open", "waiting"}
    return {
        "open": row.state == "open",
        "unassigned": row.state == "open" and not row.agent and not row.team,
        "mine": live and row.agent == "Jane Roe",
        "teams": live and bool(row.team),
        "overdue": row.overdue,
        "answered": row.state == "open" and row.answered,
        "waiting": row.state == "waiting",
        "resolved": row.state == "resolved",
        "closed": row.state == "closed",
        "all": row.state != "withdrawn",
        "differences": row.conflicts > 0,
    }[queue]


def place(row: TicketRow, sort: str) -> tuple[Any, ...]:
    """Where a row stands; empty due times come last in either direction."""
    if sort in {"agent", "team", "department", "topic", "status"}:
        name = getattr(row, sort)
        return (bool(name), name.casefold())
    if sort == "number":
        return (row.id,)
    if sort in {"subject", "caller"}:
        # SQLite folds the letters of English only.
        return ("".join(c.lower() if c.isascii() else c for c in getattr(row, sort)), row.id)
    if sort == "priority":
        return (row.priority, row.due if row.due is not None else -1, row.id)
    return (getattr(row, sort), row.id)


def in_order(rows: list[TicketRow], sort: str, *, descending: bool) -> list[str]:
    if sort == "due":
        having = [row for row in rows if row.due is not None]
        having.sort(key=lambda row: place(row, "due"), reverse=descending)
        empty = sorted((row for row in rows if row.due is None), key=lambda row: row.id, reverse=descending)
        return [row.number for row in (*having, *empty)]
    return [row.number for row in sorted(rows, key=lambda row: place(row, sort), reverse=descending)]


BY_NAME = ("agent", "team", "department", "topic", "status")


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort not in BY_NAME])
@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_in_every_order_is_a_plain_sort_of_its_tickets(
    crowd: ADesk, everything: list[TicketRow], queue: str, sort: str, *, descending: bool
) -> None:
    members = [row for row in everything if belongs(row, queue)]
    shown = crowd.jane.queue(queue, sort, descending=descending, count=1000).rows
    assert [row.number for row in shown] == in_order(members, sort, descending=descending)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", BY_NAME)
@pytest.mark.parametrize("queue", QUEUES)
def test_orders_by_name_stand_as_people_sort_names(
    crowd: ADesk, everything: list[TicketRow], queue: str, sort: str, *, descending: bool
) -> None:
    members = [row for row in everything if belongs(row, queue)]
    shown = crowd.jane.queue(queue, sort, descending=descending, count=1000).rows
    assert sorted(row.number for row in shown) == sorted(row.number for row in members)
    places = [place(row, sort) for row in shown]
    if sort == "status":
        places = [(name,) for _empty, name in places]
    assert places == sorted(places, reverse=descending)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize(
    "queue", ["open", "mine", "teams", "overdue", "all", "differences", "unassigned", "closed"]
)
def test_windows_laid_side_by_side_are_the_whole_queue(
    crowd: ADesk, queue: str, sort: str, *, descending: bool
) -> None:
    whole = [row.number for row in crowd.jane.queue(queue, sort, descending=descending, count=1000).rows]
    pieces: list[str] = []
    while True:
        page = crowd.jane.queue(queue, sort, descending=descending, start=len(pieces), count=7)
        assert page.start == len(pieces)
        if not page.rows:
            break
        pieces += [row.number for row in page.rows]
    assert pieces == whole


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", [sort for sort in SORTS if sort not in BY_NAME])
@pytest.mark.parametrize("queue", ["open", "mine", "all", "closed"])
def test_windows_that_go_on_after_a_row_are_the_whole_queue_too(
    crowd: ADesk, queue: str, sort: str, *, descending: bool
) -> None:
    whole = [row.number for row in crowd.jane.queue(queue, sort, descending=descending, count=1000).rows]
    pieces: list[str] = []
    after: tuple[object, int] | None = None
    while True:
        rows = crowd.jane.queue(
            queue, sort, descending=descending, start=len(pieces), count=7, after=after
        ).rows
        if not rows:
            break
        pieces += [row.number for row in rows]
        last = rows[-1]
        after = (number_rank(last.number) if sort == "number" else getattr(last, sort), last.id)
    assert pieces == whole


def test_counters_are_exact(crowd: ADesk, everything: list[TicketRow]) -> None:
    rows = everything
    counts = crowd.jane.counters()
    for queue in QUEUES:
        members = [row for row in rows if belongs(row, queue)]
        assert counts.queues[queue] == len(members) == len(crowd.jane.queue(queue, count=1000).rows), queue
    assert counts.total == counts.queues["all"]


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("printer", "printer"),
        ("PRINT jam", "print"),
        ("50%", "50%"),
        ("f_er", "f_er"),
        ("ken", "ken lee"),
        ("%", "%"),
    ],
)
def test_the_quick_filter_narrows_a_queue_by_any_letters(
    crowd: ADesk, everything: list[TicketRow], words: str, sign: str
) -> None:
    rows = crowd.jane.queue("all", count=1000, words=words).rows
    expected = [row for row in everything if belongs(row, "all")]
    meant = [
        row.number
        for row in expected
        if all(word in f"{row.subject} {row.caller} {row.number}".lower() for word in words.lower().split())
    ]
    assert sorted(row.number for row in rows) == sorted(meant)
    assert any(sign in f"{row.subject} {row.caller}".lower() for row in rows)


def test_the_quick_filter_finds_a_number(office: ADesk) -> None:
    number = a_ticket(office.john)
    a_ticket(office.john)
    assert [row.number for row in office.john.queue("open", words=number[:6]).rows] == [number]


@pytest.mark.parametrize(
    ("key", "sort"), [("nowhere", "due"), ("open", "colour"), ("", ""), ("open; --", "due")]
)
def test_a_queue_or_column_that_is_not_there(office: ADesk, key: str, sort: str) -> None:
    with pytest.raises(NotFound):
        office.john.queue(key, sort)


def test_an_empty_desk_has_empty_queues(office: ADesk) -> None:
    assert set(office.john.counters().queues) == {*QUEUES, "forme", "office", "quarantine", "outbox"}
    for queue in QUEUES:
        assert office.john.queue(queue).rows == ()
    assert set(office.john.counters().queues.values()) == {0}


def test_last_updated_is_touched_by_all_that_happens(office: ADesk) -> None:
    """The reference leaves out agents' replies and assignments."""
    number = a_ticket(office.john)
    for act in (
        lambda: office.john.reply(number, "x"),
        lambda: office.john.assign(number, "jane"),
        lambda: office.john.note(number, "x"),
        lambda: office.john.set_priority(number, "A"),
        lambda: office.john.add_call(number, "x"),
        lambda: office.john.tag(number, add=("x",)),
        lambda: office.john.edit(number, subject="x"),
        lambda: office.john.resolve(number),
    ):
        now = office.clock.passes(minutes=1)
        act()
        assert office.john.ticket(number).updated == now
        assert office.john.queue("all", "updated", descending=True).rows[0].updated == now


# ── the report ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_summary_counts_what_happened_in_the_period(office: ADesk) -> None:
    number = kens_ticket(office.john, priority="A")
    office.clock.passes(minutes=10)
    office.jane.reply(number, "looking")
    office.jane.assign(number, "john")
    office.john.set_priority(number, "B")
    office.john.set_status(number, "waiting")
    office.clock.passes(days=1)
    office.john.set_status(number, "open")
    office.john.resolve(number)
    office.john.message(number, "again")
    office.john.resolve(number)
    office.john.close(number)
    first, second = (office.john.report(day, day)[0] for day in (date(2026, 3, 2), date(2026, 3, 3)))
    assert (first.opened, first.assigned, first.reassigned, first.priority_changed, first.waiting) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (first.resolved, first.closed, first.reopened, first.first_response) == (0, 0, 0, 10 * MINUTE)
    assert (second.opened, second.resolved, second.closed, second.reopened) == (0, 2, 1, 1)
    both = office.john.report()[0]
    assert (both.opened, both.resolved, both.reopened) == (1, 2, 1)


def test_times_are_counted_once_a_ticket_and_to_the_minute(office: ADesk) -> None:
    """The reference joins every reply with every event, so that tickets with more replies weigh more."""
    slow, quick = a_ticket(office.john, "slow"), a_ticket(office.john, "quick")
    office.clock.passes(minutes=10)
    office.john.reply(quick, "x")
    for _reply in range(5):
        office.john.reply(quick, "x")
    office.john.resolve(quick)
    office.clock.passes(minutes=20)
    office.john.reply(slow, "x")
    office.clock.passes(minutes=40)
    office.john.resolve(slow)
    (row,) = office.john.report()
    assert (row.first_response, row.resolution) == (20 * MINUTE, 40 * MINUTE)


def test_in_time_and_too_late(office: ADesk) -> None:
    early, late, still = (a_ticket(office.john, name, priority="A") for name in ("early", "late", "still"))
    office.john.resolve(early)
    office.clock.passes(hours=2)
    office.john.resolve(late)
    (row,) = office.john.report()
    assert (row.resolved, row.sla_met, row.overdue) == (2, 0.5, 2)
    office.john.resolve(still)
    (row,) = office.john.report()
    assert (row.overdue, row.sla_met) == (2, 1 / 3)


def test_what_was_undone_counts_for_nothing(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.resolve(number)
    office.john.undo()
    assert office.john.report()[0].resolved == 0
    office.john.undo()
    assert office.john.report()[0].opened == 0
    office.john.redo()
    office.john.redo()
    (row,) = office.john.report()
    assert (row.opened, row.resolved) == (1, 1)


@pytest.mark.parametrize("by", ["department", "topic", "agent", "priority", "source"])
def test_a_breakdown_adds_up_to_the_whole(crowd: ADesk, by: str) -> None:
    (whole,) = crowd.jane.report()
    rows = crowd.jane.report(by=by)
    assert len({row.name for row in rows}) == len(rows) > 1
    for count in ("opened", "assigned", "reassigned", "waiting", "resolved", "closed", "reopened", "overdue"):
        assert sum(getattr(row, count) for row in rows) == getattr(whole, count), count


def test_events_are_counted_under_what_held_at_that_time(office: ADesk) -> None:
    number = a_ticket(office.john, priority="C", agent="john")
    office.john.set_priority(number, "A")
    office.john.assign(number, "jane")
    office.jane.resolve(number)
    by_priority = {row.name: row for row in office.john.report(by="priority")}
    assert (by_priority["Normal"].opened, by_priority["Emergency"].resolved) == (1, 1)
    by_agent = {row.name: row for row in office.john.report(by="agent")}
    assert (by_agent["John Doe"].opened, by_agent["Jane Roe"].resolved) == (1, 1)


def test_an_empty_period_is_a_row_of_noughts(office: ADesk) -> None:
    a_ticket(office.john)
    (row,) = office.john.report(date(2020, 1, 1), date(2020, 1, 2))
    assert (row.opened, row.first_response, row.sla_met) == (0, None, None)


def test_days_of_the_report_are_those_of_the_desk(office: ADesk) -> None:
    office.ada.change_settings(zone="Asia/Tokyo")
    office.clock.now = MONDAY + 7 * HOUR
    a_ticket(office.john, call=CallRecord(number="1"))
    assert office.john.report(date(2026, 3, 3), date(2026, 3, 3))[0].opened == 1
    assert office.john.report(date(2026, 3, 2), date(2026, 3, 2))[0].opened == 0
