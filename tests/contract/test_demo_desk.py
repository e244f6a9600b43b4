"""The demo desk: ready to be played, and alive on every screen."""

import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import TicketRow, TicketView
from desktop_desk.domain.phones import read_phone
from desktop_desk.exchange import demo
from desktop_desk.exchange.demo_plan import DAY_MINUTES, Hours
from desktop_desk.exchange.demo_text import callers, scenes, stories

MINUTE = 60_000
VPN = "VPN down for all of sales"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("demo") / "demo.desk"
    bootstrap.create_demo(made)
    return made


@pytest.fixture(scope="module")
def front(path: Path) -> Iterator[FrontDoor]:
    opened = bootstrap.open_desk(path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def john(front: FrontDoor) -> Desk:
    return front.log_in("john", "demo")


@pytest.fixture(scope="module")
def rows(john: Desk) -> tuple[TicketRow, ...]:
    return john.queue("all", count=1000).rows


@pytest.fixture(scope="module")
def views(john: Desk, rows: tuple[TicketRow, ...]) -> tuple[TicketView, ...]:
    return tuple(john.ticket(row.number) for row in rows)


@pytest.mark.parametrize("login", ["john", "jane", "admin"])
def test_everybody_of_the_story_gets_in(front: FrontDoor, login: str) -> None:
    assert front.log_in(login, "demo").actor.login == login
    assert login in front.logins


def test_the_office_is_that_of_the_story(john: Desk) -> None:
    directory = john.directory()
    places = {agent.login: directory.name_of(agent.department) for agent in directory.agents}
    assert (places["john"], places["jane"]) == ("Support", "System Administrators")
    assert {"Sales", "Maintenance"} <= {department.name for department in directory.departments}
    vpn = directory.topic("VPN")
    assert vpn is not None
    assert (directory.name_of(vpn.department), vpn.priority) == ("System Administrators", "B")


def test_the_emergency_waits_for_john(john: Desk) -> None:
    (row,) = [row for row in john.queue("mine").rows if row.subject == VPN]
    view = john.ticket(row.number)
    assert (view.priority, view.state, view.overdue) == ("A", "open", False)
    assert view.caller is not None
    assert view.caller.name == "Ken Lee"
    assert len(view.caller.phones) == 2
    assert time.time() * 1000 - view.opened < 60 * MINUTE


def test_ken_is_found_by_the_end_of_his_number(john: Desk) -> None:
    assert "Ken Lee" in [hit.name for hit in john.find_people("411")]


def test_every_queue_has_something_to_show(john: Desk) -> None:
    found = john.counters().queues
    assert found["all"] >= 200
    for queue in (
        "open",
        "unassigned",
        "mine",
        "teams",
        "overdue",
        "answered",
        "waiting",
        "resolved",
        "closed",
    ):
        assert found[queue], queue
    assert found["overdue"] < 10
    assert 20 <= found["open"] <= 60


def test_for_me_is_short_and_lively(john: Desk) -> None:
    news = john.inbox()
    assert 3 <= len(news) <= 15
    assert {"call_back", "tell"} & {item.what for item in news}
    assert {"noted", "replied", "called"} & {item.what for item in news}


def test_every_kind_of_thing_has_happened(john: Desk, views: tuple[TicketView, ...]) -> None:
    (report,) = john.report()
    for name in (
        "opened",
        "assigned",
        "reassigned",
        "priority_changed",
        "waiting",
        "overdue",
        "resolved",
        "closed",
        "reopened",
    ):
        assert getattr(report, name), name
    assert {entry.kind for view in views for entry in view.thread} == {
        "message",
        "reply",
        "note",
        "call",
        "event",
    }
    assert {view.priority for view in views} == {"A", "B", "C", "D"}
    assert [view for view in views if view.merged_into]
    assert [view for view in views if view.tags]
    assert [view for view in views if view.caller is None or not view.caller.name]


def test_no_text_has_a_hole_in_it(views: tuple[TicketView, ...]) -> None:
    texts = [text for view in views for text in (view.subject, *(entry.text for entry in view.thread))]
    assert not [text for text in texts if "{" in text or "}" in text]
    assert len(set(texts)) > 300


def test_nothing_happens_after_the_demo_was_made(views: tuple[TicketView, ...]) -> None:
    assert max(entry.at for view in views for entry in view.thread) <= time.time() * 1000


def test_callers_differ_in_what_is_known_of_them() -> None:
    made = callers(Random(1), 60)
    assert len({caller.name for caller in made}) == 60
    assert {len(caller.phones) for caller in made} == {1, 2}
    assert {bool(caller.emails) for caller in made} == {True, False}
    numbers = [phone for caller in made for phone in caller.phones]
    assert len(set(numbers)) == len(numbers)
    assert {read_phone(number, "").kind for number in numbers} == {"number"}


def test_scenes_and_stories_are_about_what_there_is(john: Desk) -> None:
    told, slots = stories()
    topics = {topic.name for topic in john.directory().topics}
    assert {story.topic for story in told} | {scene.topic for scene in scenes()} <= topics
    assert all(len(words) > 1 for words in slots.values())


def test_a_demo_desk_is_whole(front: FrontDoor) -> None:
    found = front.log_in("admin", "demo").check(rebuild=True)
    assert found.ok, found.problems


@pytest.mark.parametrize(
    "now",
    [
        1_774_749_600_000,
        pytest.param(1_772_323_200_000, marks=pytest.mark.deep),
        pytest.param(1_798_758_000_000, marks=pytest.mark.deep),
    ],
)
def test_a_demo_can_be_made_at_any_hour(tmp_path: Path, now: int) -> None:
    """The night of a change of clocks, a Sunday at midnight, New Year's Eve."""
    bootstrap.create_demo(tmp_path / "late.desk", zone="America/New_York", clock=lambda: now)
    front = bootstrap.open_desk(tmp_path / "late.desk", clock=lambda: now)
    john = front.log_in("john", "demo")
    assert john.counters().queues["open"] >= 20
    assert VPN in [row.subject for row in john.queue("mine").rows]
    front.close()


def test_a_demo_that_could_not_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "play", fail)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.create_demo(tmp_path / "demo.desk")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("minutes", [30, 300, 539, 540, 541, 1620, 9000])
def test_working_minutes_back_and_forth_come_to_the_same(minutes: int) -> None:
    hours = Hours("Europe/Berlin")
    monday_evening = 1_763_395_200_000  # 17 November 2025, 17:00
    back = hours.before(monday_evening, minutes)
    assert hours.after(back, minutes) == monday_evening
    assert hours.after(back, minutes + DAY_MINUTES) > monday_evening
