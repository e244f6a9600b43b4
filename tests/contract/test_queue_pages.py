"""Every queue in every order, page by page: each ticket once, as many as the counters say."""

from collections.abc import Iterator

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.desk.views import TicketRow
from desktop_desk.exchange.demo import PASSWORD
from desktop_desk.storage import tickets
from desktop_desk.storage.tickets import OWN_INDEX

TICKETS = 150
PAGE = 13
NAMES = ("agent", "department", "team", "topic", "status")


@pytest.fixture(scope="module")
def john(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    path = tmp_path_factory.mktemp("pages") / "many.desk"
    bootstrap.generate(path, tickets=TICKETS, seed=5)
    front = bootstrap.open_desk(path)
    desk = front.log_in("john", PASSWORD)
    admin = front.log_in("admin", PASSWORD)
    admin.add("team", name="Test team", members=("john",))
    for place, row in enumerate(admin.queue("open", count=15).rows):
        admin.assign(row.number, "Test team" if place % 3 == 1 else "john")
        if place % 3 == 2:
            admin.release(row.number)
    yield desk
    front.close()


def pages(desk: Desk, queue: str, sort: str, *, descending: bool) -> list[TicketRow]:
    found: list[TicketRow] = []
    while page := desk.queue(queue, sort, descending=descending, start=len(found), count=PAGE).rows:
        found.extend(page)
    return found


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("queue", QUEUES)
def test_pages_hold_each_ticket_of_the_queue_once(
    john: Desk, queue: str, sort: str, descending: bool
) -> None:
    found = pages(john, queue, sort, descending=descending)
    assert len({row.number for row in found}) == len(found) == john.counters().queues[queue]
    assert found or queue == "differences"


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("queue", sorted(OWN_INDEX))
def test_a_queue_stands_in_the_same_order_whether_its_tickets_are_few_or_many(
    john: Desk, queue: str, sort: str, descending: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = pages(john, queue, sort, descending=descending)
    monkeypatch.setattr(tickets, "NARROW", -1)
    assert [row.number for row in pages(john, queue, sort, descending=descending)] == [
        row.number for row in few
    ]


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("sort", NAMES)
@pytest.mark.parametrize("queue", ["open", "closed", "all"])
def test_a_queue_sorted_by_names_stands_by_them_and_then_by_due_time(
    john: Desk, queue: str, sort: str, descending: bool
) -> None:
    found = pages(john, queue, sort, descending=descending)
    names = [str(getattr(row, sort)).casefold() for row in found]
    assert names == sorted(names, reverse=descending)
    assert len(set(names)) > 1 or sort == "status"
    for name in set(names):
        dues = [row.due for row in found if str(getattr(row, sort)).casefold() == name]
        assert dues == sorted(dues, key=lambda due: (due is None, due or 0))


def test_a_changed_topic_or_status_is_counted_where_it_stands_now(john: Desk) -> None:
    row = john.queue("open", "topic").rows[-1]
    topics = [topic.name for topic in john.directory().topics if topic.name != row.topic]
    john.edit(row.number, topic=topics[0])
    assert row.number in [each.number for each in pages(john, "open", "topic", descending=False)]
    john.resolve(row.number)
    assert row.number in [each.number for each in pages(john, "resolved", "status", descending=True)]
    assert john.undo().number == row.number
    assert row.number in [each.number for each in pages(john, "open", "topic", descending=True)]
