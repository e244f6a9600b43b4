"""The office: departments, teams, roles, topics, statuses, agents and the desk's settings."""

from typing import Any

import pytest

from desktop_desk.domain.errors import DeskError, Invalid, NotFound
from tests.builders import PASSWORD, ADesk, a_ticket
from tests.fakes import HOUR, MONDAY

KINDS: dict[str, dict[str, Any]] = {
    "department": {"name": "Billing", "manager": "jane", "assign_members_only": True},
    "team": {"name": "Week-end", "lead": "jane", "members": ("jane", "john")},
    "role": {"name": "Trainee", "permissions": ("ticket.note", "ticket.create")},
    "topic": {
        "name": "Refunds", "department": "Support", "priority": "B", "agent": "jane", "parent": "Feedback",
        "required_to_close": ("caller",),
    },
    "status": {"name": "Parked", "state": "waiting"},
}  # fmt: skip


def things(office: ADesk, kind: str) -> tuple[Any, ...]:
    plural = {"status": "statuses"}.get(kind, f"{kind}s")
    return getattr(office.ada.directory(), plural)


@pytest.mark.parametrize("kind", KINDS)
def test_an_office_thing_is_made_renamed_put_out_of_use_and_back(office: ADesk, kind: str) -> None:
    uid = office.ada.add(kind, **KINDS[kind]).uid or ""
    (made,) = [thing for thing in things(office, kind) if thing.uid == uid]
    assert (made.name, made.active) == (KINDS[kind]["name"], True)
    office.ada.change(kind, uid, name="Renamed")
    assert [thing.name for thing in things(office, kind) if thing.uid == uid] == ["Renamed"]
    office.ada.deactivate(kind, uid)
    assert [thing.active for thing in things(office, kind) if thing.uid == uid] == [False]
    office.ada.activate(kind, uid)
    assert [thing.active for thing in things(office, kind) if thing.uid == uid] == [True]
    assert office.ada.check(rebuild=True).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_the_office_can_be_undone(office: ADesk, kind: str) -> None:
    made = office.ada.add(kind, **KINDS[kind])
    before = things(office, kind)
    office.ada.change(kind, made.uid or "", name="Renamed")
    office.ada.undo()
    assert things(office, kind) == before
    office.ada.undo()
    assert made.uid not in {thing.uid for thing in things(office, kind)}
    office.ada.redo()
    assert things(office, kind) == before
    assert office.ada.check(rebuild=True).problems == ()


def test_references_are_kept_by_id_and_given_by_name_or_login(office: ADesk) -> None:
    for kind, fields in KINDS.items():
        office.ada.add(kind, **fields)
    directory = office.ada.directory()
    billing, weekend = directory.department("billing"), directory.team("WEEK-END")
    refunds, trainee = directory.topic("Refunds"), directory.role("Trainee")
    assert billing is not None
    assert weekend is not None
    assert refunds is not None
    assert trainee is not None
    assert (billing.manager, billing.assign_members_only) == (office.uid("jane"), True)
    assert (weekend.lead, set(weekend.members)) == (
        office.uid("jane"),
        {office.uid("jane"), office.uid("john")},
    )
    assert (refunds.priority, refunds.agent, refunds.required_to_close) == (
        "B",
        office.uid("jane"),
        ("caller",),
    )
    assert trainee.permissions == {"ticket.note", "ticket.create"}


@pytest.mark.parametrize(
    ("kind", "fields", "error"),
    [
        ("department", {"name": " "}, Invalid),
        ("department", {}, Invalid),
        ("department", {"name": "support"}, Invalid),
        ("department", {"name": "x", "manager": "nobody"}, NotFound),
        ("department", {"name": "x", "colour": "red"}, Invalid),
        ("team", {"name": "x", "members": ("nobody",)}, NotFound),
        ("role", {"name": "x", "permissions": ("ticket.fly",)}, Invalid),
        ("topic", {"name": "x", "priority": "urgent"}, Invalid),
        ("topic", {"name": "x", "required_to_close": ("mood",)}, Invalid),
        ("topic", {"name": "x", "parent": "nowhere"}, NotFound),
        ("status", {"name": "x"}, Invalid),
        ("status", {"name": "x", "state": "asleep"}, Invalid),
        ("status", {"name": "OPEN", "state": "open"}, Invalid),
    ],
)
def test_what_an_office_cannot_have_is_refused(
    office: ADesk, kind: str, fields: dict[str, Any], error: type[DeskError]
) -> None:
    facts = office.ada.check().facts
    with pytest.raises(error):
        office.ada.add(kind, **fields)
    assert office.ada.check().facts == facts


def test_a_status_keeps_its_state(office: ADesk) -> None:
    uid = office.ada.add("status", name="Parked", state="waiting").uid or ""
    with pytest.raises(Invalid, match="stays"):
        office.ada.change("status", uid, state="closed")


@pytest.mark.parametrize("state", ["open", "resolved", "closed", "waiting"])
def test_the_last_status_of_a_state_stays_in_use(office: ADesk, state: str) -> None:
    with pytest.raises(Invalid, match="last"):
        office.ada.deactivate("status", state)
    office.ada.add("status", name="Another", state=state)
    office.ada.deactivate("status", state)
    number = a_ticket(office.john)
    assert office.john.ticket(number).state == "open"


def test_a_topic_is_not_its_own_ancestor(office: ADesk) -> None:
    first = office.ada.add("topic", name="First").uid or ""
    second = office.ada.add("topic", name="Second", parent="First").uid or ""
    for parent in (first, second):
        with pytest.raises(Invalid, match="itself"):
            office.ada.change("topic", first, parent=parent)


def test_a_renamed_department_is_renamed_on_its_tickets(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.ada.change("department", "Support", name="Front desk")
    assert office.john.ticket(number).department == "Front desk"
    assert office.john.queue("open").rows[0].department == "Front desk"


def test_what_is_out_of_use_stays_on_the_tickets_that_have_it(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane", topic="Feedback")
    office.ada.deactivate("agent", office.uid("jane"))
    office.ada.deactivate("topic", "Feedback")
    view = office.john.ticket(number)
    assert (view.agent, view.topic) == ("jane", "Feedback")
    with pytest.raises(Invalid, match="no longer in use"):
        a_ticket(office.john, topic="Feedback")


def test_two_who_change_a_topic_at_once_get_along_when_it_is_not_the_same_field(office: ADesk) -> None:
    office.ada.edit_agent("jane", admin=True)
    form = office.john.queue("open").position
    office.ada.change("topic", "Feedback", priority="A", seen=form)
    office.jane.change("topic", "Feedback", name="Praise", seen=form)
    topic = office.ada.directory().topic("Praise")
    assert topic is not None
    assert topic.priority == "A"


# ── agents ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_agent_is_made_with_all_that_he_needs(office: ADesk) -> None:
    uid = office.ada.add_agent(
        "kim", "Kim Park", PASSWORD, department="Support", role="Limited Access", teams=("Night shift",),
        email="kim@desk.example", phone="12", roles={"System Administrators": "View Only"},
    ).uid  # fmt: skip
    agent = office.ada.directory().agent("KIM")
    assert agent is not None
    assert (agent.uid, agent.name, agent.email, agent.phone, agent.active, agent.admin) == (
        uid, "Kim Park", "kim@desk.example", "12", True, False,
    )  # fmt: skip
    assert [team.name for team in office.ada.directory().teams_of(agent)] == ["Night shift"]
    assert office.log_in("kim").actor.login == "kim"
    office.ada.undo()
    assert office.ada.directory().agent("kim") is None


@pytest.mark.parametrize(
    ("login", "name", "password"),
    [
        ("john", "Another", PASSWORD),
        ("JOHN", "Another", PASSWORD),
        ("two words", "Another", PASSWORD),
        ("", "Another", PASSWORD),
        ("x" * 41, "Another", PASSWORD),
        ("kim", " ", PASSWORD),
        ("kim", "Kim", "short"),
        ("kim", "Kim", ""),
    ],
)
def test_an_agent_who_cannot_be_is_refused(office: ADesk, login: str, name: str, password: str) -> None:
    with pytest.raises(Invalid) as caught:
        office.ada.add_agent(login, name, password, department="Support", role="View Only")
    assert caught.value.advice or caught.value.reason


def test_teams_of_an_agent_are_all_the_teams_he_is_in(office: ADesk) -> None:
    office.ada.add("team", name="Day shift")
    office.ada.edit_agent("jane", teams=("Day shift",))
    jane = office.ada.directory().agent("jane")
    assert jane is not None
    assert [team.name for team in office.ada.directory().teams_of(jane)] == ["Day shift"]
    assert office.jane.counters().queues["teams"] == 0
    a_ticket(office.john, team="Day shift")
    assert office.jane.counters().queues["teams"] == 1


def test_nobody_locks_himself_out(office: ADesk) -> None:
    own = office.uid("ada")
    for act in (
        lambda: office.ada.deactivate("agent", own),
        lambda: office.ada.edit_agent(own, active=False),
        lambda: office.ada.change("agent", own, active=False),
        lambda: office.ada.edit_agent(own, admin=False),
    ):
        with pytest.raises(Invalid):
            act()
    office.ada.edit_agent("jane", admin=True)
    office.ada.edit_agent(own, admin=False)
    assert office.jane.directory().agent("ada") is not None
    with pytest.raises(Invalid, match="administrator"):
        office.jane.edit_agent("jane", admin=False)


def test_a_renamed_agent_is_renamed_everywhere_and_may_log_in_by_his_new_login(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    office.ada.edit_agent("jane", login="jane.smith", name="Jane Smith")
    view = office.john.ticket(number)
    assert (view.agent, view.agent_name) == ("jane.smith", "Jane Smith")
    assert office.log_in("jane.smith").actor.uid == office.jane.actor.uid


def test_what_is_edited_to_what_it_was_is_no_act(office: ADesk) -> None:
    assert (
        office.ada.edit_agent("jane", name="Jane Roe", login="jane", department="System Administrators").act
        == ""
    )
    assert office.ada.change("department", "Support", name="Support", assign_members_only=False).act == ""
    assert office.ada.change_settings(name="Front desk", zone="UTC").act == ""


# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_settings_are_changed_one_by_one(office: ADesk) -> None:
    office.ada.change_settings(name="Help desk", lock_minutes=5, required_to_close=("topic",))
    settings = office.john.settings()
    assert (settings.name, settings.lock_minutes, settings.required_to_close) == ("Help desk", 5, ("topic",))
    office.ada.undo()
    assert office.john.settings().name == "Front desk"


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"zone": "Mars/Olympus"},
        {"zone": ""},
        {"country": "Atlantis"},
        {"country": "DE", "region": "XX"},
        {"required_to_close": ("mood",)},
        {"colour": "red"},
        {"lock_minutes": "soon"},
        {"department": "nowhere"},
    ],
)
def test_settings_that_cannot_be_are_refused(office: ADesk, fields: dict[str, Any]) -> None:
    with pytest.raises((Invalid, NotFound)):
        office.ada.change_settings(**fields)
    assert office.ada.settings().name == "Front desk"
    assert office.ada.check(rebuild=True).problems == ()


def test_a_moved_desk_counts_its_hours_and_days_anew_for_tickets_from_now_on(office: ADesk) -> None:
    old = a_ticket(office.john, priority="C")
    due = office.john.ticket(old).due
    office.ada.change_settings(zone="Asia/Tokyo", country="JP")
    assert office.john.ticket(old).due == due
    new = office.john.ticket(a_ticket(office.john, priority="C")).due
    assert due is not None
    assert new is not None
    # Nine in the morning UTC is six in the evening in Tokyo: the eight hours are those of the next day.
    assert new == MONDAY + 22 * HOUR
    assert office.ada.check(rebuild=True).problems == ()


@pytest.mark.parametrize("key", ["", " ", "nobody", "0" * 32, "\ud800", "%"])
def test_what_is_not_in_the_office_is_not_found(office: ADesk, key: str) -> None:
    directory = office.ada.directory()
    for kind in ("agent", "department", "team", "role", "topic", "status"):
        assert getattr(directory, kind)(key) is None
    for kind in KINDS:
        with pytest.raises((NotFound, Invalid)):
            office.ada.change(kind, key, name="x")


# ── whom to hand to ──────────────────────────────────────────────────────────────────────────────────────────────


def test_targets_are_all_who_may_get_a_ticket_with_their_open_tickets(office: ADesk) -> None:
    a_ticket(office.john, agent="jane", team="Night shift")
    office.john.resolve(a_ticket(office.john, agent="jane"))
    found = {target.name: (target.kind, target.open_tickets) for target in office.john.targets()}
    assert found["Jane Roe"] == ("agent", 1)
    assert found["Night shift"] == ("team", 1)
    assert found["Support"] == ("department", 1)
    assert len(found) == 7


@pytest.mark.parametrize(
    ("typed", "names"),
    [("jane", ["Jane Roe"]), ("ROE", ["Jane Roe"]), ("n sh", ["Night shift"]), ("sys", ["System Administrators"]),
     ("xyzzy", []), ("vera view", ["Vera View"])],
)  # fmt: skip
def test_targets_are_found_by_any_letters(office: ADesk, typed: str, names: list[str]) -> None:
    assert [target.name for target in office.john.targets(typed)] == names


def test_who_is_out_of_use_is_no_target(office: ADesk) -> None:
    office.ada.deactivate("agent", office.uid("jane"))
    office.ada.deactivate("team", "Night shift")
    assert office.john.targets("jane") == ()
    assert office.john.targets("night") == ()
