"""What two people did to the office at the same time: both survive, are shown, and are settled by a person."""

from collections.abc import Iterator
from typing import Any

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import AccessDenied, Invalid, NotFound
from tests.builders import PASSWORD, ADesk
from tests.contract.test_logs import another_replica, news_for


@pytest.fixture
def laptop(office: ADesk) -> Iterator[ADesk]:
    made = another_replica(office, "laptop.desk")
    made.ada.announce_replica("Laptop", "K", "")
    office.ada.store.log.apply(news_for(office, made))
    yield made
    made.close()


def meet(one: ADesk, other: ADesk) -> None:
    one.ada.store.log.apply(news_for(one, other))
    other.ada.store.log.apply(news_for(other, one))


def told(desk: Desk) -> list[tuple[str, str, str, set[str]]]:
    return [
        (one.kind, one.name, one.field, {one.shown, *(rival.value for rival in one.rivals)})
        for one in desk.office_differences()
    ]


CHANGES = [
    ("team", "name", "Nights", "Late shift", {"Nights", "Late shift"}),
    ("team", "lead", "john", "jane", {"John Doe", "Jane Roe"}),
    ("role", "permissions", ("ticket.note",), ("ticket.create",), {"ticket.note", "ticket.create"}),
    ("topic", "priority", "A", "B", {"Emergency (Sev-A)", "High (Sev-B)"}),
    ("agent", "email", "a@x.example", "b@x.example", {"a@x.example", "b@x.example"}),
]


@pytest.mark.parametrize(("kind", "field", "here", "there", "words"), CHANGES)
def test_two_copies_change_a_field_and_both_see_both_values_until_one_settles_it(
    office: ADesk, laptop: ADesk, kind: str, field: str, here: Any, there: Any, words: set[str]
) -> None:
    directory = office.ada.directory()
    lists = {"agent": directory.agents[1:], "role": directory.roles, "topic": directory.topics}
    lists |= {"team": directory.teams, "department": directory.departments}
    uid = lists[kind][0].uid
    office.ada.change(kind, uid, **{field: here})
    laptop.ada.change(kind, uid, **{field: there})
    meet(office, laptop)
    (row,) = told(office.ada)
    assert (row[0], row[2], row[3]) == (kind, field, words)
    assert told(laptop.ada) == told(office.ada)
    assert office.ada.counters().queues["office"] == 1
    (difference,) = office.ada.office_differences()
    office.ada.settle_office(uid, field, difference.rivals[0].value)
    meet(office, laptop)
    for desk in (office, laptop):
        assert told(desk.ada) == []
        assert desk.ada.counters().queues["office"] == 0
        assert desk.ada.check(rebuild=True).problems == ()


def test_a_rival_tells_who_when_and_where(office: ADesk, laptop: ADesk) -> None:
    team = office.ada.directory().teams[0]
    laptop.ada.change("team", team.uid, name="Late shift")
    office.ada.change("team", team.uid, name="Nights")
    meet(office, laptop)
    (difference,) = office.ada.office_differences()
    (rival,) = difference.rivals
    assert {difference.shown, rival.value} == {"Nights", "Late shift"}
    assert rival.by_name == "Ada Admin"
    assert rival.place == ("Laptop" if rival.value == "Late shift" else "")


def test_the_shown_value_can_be_kept(office: ADesk, laptop: ADesk) -> None:
    team = office.ada.directory().teams[0]
    office.ada.change("team", team.uid, name="Nights")
    laptop.ada.change("team", team.uid, name="Late shift")
    meet(office, laptop)
    (difference,) = office.ada.office_differences()
    office.ada.settle_office(team.uid, "name", difference.shown)
    assert told(office.ada) == []
    assert office.ada.directory().teams[0].name == difference.shown
    office.ada.undo()
    assert len(told(office.ada)) == 1


def test_what_is_no_difference_or_no_value_of_it_is_refused(office: ADesk, laptop: ADesk) -> None:
    team = office.ada.directory().teams[0]
    with pytest.raises(Invalid, match="no difference"):
        office.ada.settle_office(team.uid, "name", "x")
    with pytest.raises(NotFound):
        office.ada.settle_office("f" * 32, "name", "x")
    office.ada.change("team", team.uid, name="Nights")
    laptop.ada.change("team", team.uid, name="Late shift")
    meet(office, laptop)
    with pytest.raises(Invalid, match="none of the values") as caught:
        office.ada.settle_office(team.uid, "name", "Weekend")
    assert "Late shift" in caught.value.advice


def test_a_stale_form_makes_a_difference_too(office: ADesk) -> None:
    team = office.ada.directory().teams[0]
    form = office.ada.queue("open").position
    office.ada.change("team", team.uid, name="Nights")
    office.ada.edit_agent("john", admin=True)
    office.john.change("team", team.uid, name="Late shift", seen=form)
    assert [row[2] for row in told(office.ada)] == ["name"]


def test_settings_differ_and_the_calendar_follows_the_place_that_was_chosen(
    office: ADesk, laptop: ADesk
) -> None:
    office.ada.change_settings(zone="Europe/Berlin")
    laptop.ada.change_settings(zone="Asia/Tokyo")
    meet(office, laptop)
    (row,) = told(office.ada)
    assert (row[0], row[2], row[3]) == ("desk", "zone", {"Europe/Berlin", "Asia/Tokyo"})
    office.ada.settle_office(office.ada.settings().uid, "zone", "Asia/Tokyo")
    meet(office, laptop)
    for desk in (office, laptop):
        settings = desk.ada.settings()
        assert settings.zone == "Asia/Tokyo"
        calendar = desk.ada.directory().calendars[settings.calendar or ""]
        assert calendar.zone == "Asia/Tokyo"
        assert told(desk.ada) == []


def test_two_passwords_of_one_agent_are_settled_without_being_shown(office: ADesk, laptop: ADesk) -> None:
    jane = office.uid("jane")
    office.ada.set_password(jane, "said in the office")
    laptop.clock.now += 5000
    laptop.ada.set_password(jane, "said at the laptop")
    meet(office, laptop)
    (difference,) = office.ada.office_differences()
    assert (difference.field, difference.name) == ("password", "Jane Roe")
    assert "said" not in f"{difference}"
    shown, (rival,) = difference.shown, difference.rivals
    assert shown != rival.value
    office.ada.settle_office(jane, "password", rival.value)
    meet(office, laptop)
    fits = {word: _lets_in(laptop, word) for word in ("said in the office", "said at the laptop")}
    assert sorted(fits.values()) == [False, True]
    assert told(laptop.ada) == []


def _lets_in(desk: ADesk, password: str) -> bool:
    try:
        desk.log_in("jane", password)
    except AccessDenied:
        return False
    return True


def test_the_last_administrator_is_not_settled_away(office: ADesk, laptop: ADesk) -> None:
    ada = office.uid("ada")
    office.ada.edit_agent("john", admin=True)
    meet(office, laptop)
    laptop.john.edit_agent(ada, admin=False)
    office.clock.passes(seconds=5)
    office.john.edit_agent(ada, admin=False)
    office.john.edit_agent(ada, admin=True)
    meet(office, laptop)
    assert [row[2:] for row in told(office.john)] == [("admin", {"yes", "no"})]
    office.john.edit_agent("john", admin=False)
    with pytest.raises(Invalid, match="last administrator"):
        office.ada.settle_office(ada, "admin", "no")


def test_only_who_may_change_a_kind_is_told_of_its_differences(office: ADesk, laptop: ADesk) -> None:
    team = office.ada.directory().teams[0]
    office.ada.change("team", team.uid, name="Nights")
    laptop.ada.change("team", team.uid, name="Late shift")
    meet(office, laptop)
    assert told(office.vera) == []
    assert office.vera.counters().queues["office"] == 0
    assert office.vera.office_duplicates() == ()


# ── duplicates ───────────────────────────────────────────────────────────────────────────────────────────────────


def two_kims(office: ADesk, laptop: ADesk) -> tuple[str, str]:
    here = (
        office.ada.add_agent("kim", "Kim of the office", "said in the office", department="Support").uid or ""
    )
    there = (
        laptop.ada.add_agent("Kim", "Kim of the laptop", "said at the laptop", department="Support").uid or ""
    )
    meet(office, laptop)
    return here, there


def test_two_copies_made_the_same_login_and_whose_password_fits_gets_in(office: ADesk, laptop: ADesk) -> None:
    here, there = two_kims(office, laptop)
    for desk in (office, laptop):
        assert desk.log_in("kim", "said in the office").actor.uid == here
        assert desk.log_in("kim", "said at the laptop").actor.uid == there
        with pytest.raises(AccessDenied):
            desk.log_in("kim", PASSWORD)


def test_the_one_that_is_out_of_use_does_not_stand_in_the_other_ones_way(
    office: ADesk, laptop: ADesk
) -> None:
    here, there = two_kims(office, laptop)
    for gone, kept, password in ((here, there, "said at the laptop"), (there, here, "said in the office")):
        office.ada.deactivate("agent", gone)
        assert office.log_in("kim", password).actor.uid == kept
        assert office.uid("kim") == kept
        assert office.ada.office_duplicates() == ()
        office.ada.activate("agent", gone)


def test_a_login_takes_as_many_comparisons_whoever_it_is(office: ADesk, laptop: ADesk) -> None:
    two_kims(office, laptop)
    compared: list[str] = []
    passwords = office.front._passwords
    fits = passwords.fits

    class Counting:
        made = staticmethod(passwords.made)

        def fits(self, kept: str, password: str) -> bool:
            compared.append(kept)
            return fits(kept, password)

    office.front._passwords = Counting()
    counts = set()
    for login in ("kim", "jane", "nobody", "kim"):
        compared.clear()
        with pytest.raises(AccessDenied):
            office.front.log_in(login, "wrong")
        counts.add(len(compared))
    assert counts == {2}


def test_duplicates_are_told_with_who_made_them_and_where(office: ADesk, laptop: ADesk) -> None:
    here, there = two_kims(office, laptop)
    (found,) = office.ada.office_duplicates()
    assert (found.kind, found.name.casefold()) == ("agent", "kim")
    assert {twin.uid: (twin.name, twin.by_name, twin.place) for twin in found.twins} == {
        here: ("Kim of the office", "Ada Admin", ""), there: ("Kim of the laptop", "Ada Admin", "Laptop"),
    }  # fmt: skip
    assert office.ada.counters().queues["office"] == 1


@pytest.mark.parametrize("kind", ["department", "team", "role", "topic", "status"])
def test_things_of_one_name_are_told_until_one_has_another_name_or_is_out_of_use(
    office: ADesk, laptop: ADesk, kind: str
) -> None:
    more = {"state": "open"} if kind == "status" else {}
    here = office.ada.add(kind, name="Billing", **more).uid or ""
    there = laptop.ada.add(kind, name="billing", **more).uid or ""
    meet(office, laptop)
    assert [one.kind for one in laptop.ada.office_duplicates()] == [kind]
    laptop.ada.change(kind, there, name="Billing (laptop)")
    assert laptop.ada.office_duplicates() == ()
    laptop.ada.undo()
    laptop.ada.deactivate(kind, here)
    assert laptop.ada.office_duplicates() == ()
