"""Calls that are owed: missed ones, tries in vain, and what makes them good."""

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallBack, CallDraft, CallRecord, NewPerson
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from tests.builders import ADesk, a_ticket, kens_ticket
from tests.contract.test_logs import another_replica, news_for
from tests.fakes import HOUR, MINUTE, MONDAY

KEN = "+49 30 90182011"


def owed(desk: Desk) -> list[CallBack]:
    return [news.call_back for news in desk.inbox() if news.call_back is not None]


def told(desk: Desk) -> list[str]:
    return [news.text for news in desk.inbox() if news.call_back is not None]


def test_a_call_that_nobody_took_is_owed_by_whom_it_rang_for(office: ADesk) -> None:
    office.john.missed_call(KEN, "Ken Lee", call_id="a1", rung=("jane",))
    assert told(office.jane) == ["Missed: Ken Lee."]
    assert told(office.john) == []
    (back,) = owed(office.jane)
    assert (back.missed, back.person, back.phone, back.ticket_number, back.at) == (
        True,
        "Ken Lee",
        KEN,
        "",
        MONDAY,
    )
    assert office.jane.counters().queues["forme"] == 1


@pytest.mark.parametrize("rung", [(), ("jane", "john"), ("99",)])
def test_a_call_for_several_or_for_nobody_in_particular_is_everybodys(
    office: ADesk, rung: tuple[str, ...]
) -> None:
    office.john.missed_call(KEN, call_id="a1", rung=rung)
    for desk in (office.john, office.jane):
        assert told(desk) == [f"Missed: {KEN}."]
    office.jane.call_back_done(owed(office.jane)[0].uid)
    assert told(office.john) == []


def test_the_same_call_is_one_however_often_it_is_told(office: ADesk) -> None:
    first = office.john.missed_call(KEN, call_id="a1", at=MONDAY)
    again = office.jane.missed_call("0049 30 901820-11", call_id="a1", at=MONDAY + 20)
    assert first.act
    assert (again.act, again.uid) == ("", first.uid)
    assert len(owed(office.john)) == 1


def test_two_copies_of_a_desk_that_hear_of_one_call_owe_one(office: ADesk) -> None:
    if getattr(office, "engine", "sqlite") not in {"sqlite", "sqlcipher"}:
        pytest.skip("a copy is made of a file")
    laptop = another_replica(office, "laptop.desk")
    laptop.ada.announce_replica("Laptop", "A", "")
    here = office.john.missed_call(KEN, "Ken Lee", call_id="a1")
    there = laptop.jane.missed_call(KEN, "Ken Lee", call_id="a1")
    assert there.act
    office.ada.store.log.apply(news_for(office, laptop))
    assert [back.uid for back in owed(office.john)] == [here.uid]
    assert office.ada.check().ok
    assert office.ada.check(rebuild=True).ok
    assert [back.uid for back in owed(office.john)] == [here.uid]
    laptop.close()


def test_the_caller_is_named_when_the_number_is_known_and_never_made_a_person(office: ADesk) -> None:
    office.john.add_person(NewPerson("Ken Lee", (KEN,)))
    people = len(list(office.john.all_people()))
    office.john.missed_call("004930-90182011", call_id="1")
    office.john.missed_call("anonymous", call_id="2")
    office.john.missed_call("12", call_id="3")
    assert sorted((back.person, back.phone) for back in owed(office.john)) == sorted(
        [("Ken Lee", "004930-90182011"), ("", ""), ("12", "12")]
    )
    assert len(list(office.john.all_people())) == people


def test_who_is_meant_is_told_by_login_extension_address_or_name(office: ADesk) -> None:
    office.ada.edit_agent("jane", phone="+49 30 555 ext. 12", email="jane@desk.example")
    office.ada.edit_agent("john", phone="14")
    name = next(agent.name for agent in office.ada.directory().agents if agent.login == "jane")
    for meant in (
        "jane",
        "12",
        "JANE@desk.example",
        name,
        office.uid("jane"),
    ):
        found = office.john.agent_rung(meant)
        assert found is not None
        assert found.login == "jane"
    assert getattr(office.john.agent_rung("14"), "login", "") == "john"
    for nobody in ("", "13", "x", "0"):
        assert office.john.agent_rung(nobody) is None


def test_a_missed_call_is_nobodys_last_act(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.note(number, "a word")
    office.john.missed_call(KEN, call_id="1")
    step = office.john.undo_step()
    assert step is not None
    assert step.ticket == number
    office.john.undo()
    assert len(owed(office.john)) == 1


def test_who_may_not_take_calls_notes_none(office: ADesk) -> None:
    with pytest.raises(NotAllowed):
        office.vera.missed_call(KEN, call_id="1")


def test_a_later_call_from_the_same_number_takes_the_place_of_the_missed_one(office: ADesk) -> None:
    office.john.missed_call(KEN, call_id="1")
    office.clock.passes(minutes=5)
    office.john.missed_call("0049 30 90182011", call_id="2")
    assert [back.at for back in owed(office.john)] == [MONDAY + 5 * MINUTE]


def test_whoever_gets_through_at_last_need_not_be_called_back(office: ADesk) -> None:
    office.john.missed_call(KEN, call_id="1")
    office.john.missed_call("+49 30 5550000", call_id="2")
    office.john.log_call(CallDraft("Printer", call=CallRecord(number=KEN)))
    assert [back.phone for back in owed(office.john)] == ["+49 30 5550000"]
    office.john.undo()
    assert len(owed(office.john)) == 2


# ── tries ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_try_in_vain_counts_and_puts_the_call_off(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call_back(number, MONDAY + HOUR, "about the order")
    uid = owed(office.john)[0].uid
    waits: list[int] = []
    for _try in range(5):
        office.john.call_back_tried(uid)
        (back,) = owed(office.john)
        waits.append(((back.due or 0) - office.clock.now) // MINUTE)
        office.clock.passes(minutes=10)
    assert waits == [30, 60, 120, 240, 240]
    (back,) = owed(office.john)
    assert (back.tries, back.outcome, back.tried) == (5, "no_answer", MONDAY + 40 * MINUTE)
    calls = [entry for entry in office.john.ticket(number).thread if entry.kind == "call"][1:]
    assert [entry.text for entry in calls] == ["Tried to call: no answer."] * 5
    assert {entry.fields["direction"] for entry in calls} == {"out"}
    office.john.undo()
    assert owed(office.john)[0].tries == 4


def test_a_try_may_say_how_it_ended_and_when_the_next_one_is(office: ADesk) -> None:
    office.john.missed_call(KEN, call_id="1")
    uid = owed(office.john)[0].uid
    office.john.call_back_tried(uid, "busy", next_at=MONDAY + 3 * HOUR)
    (back,) = owed(office.john)
    assert (back.tries, back.outcome, back.due) == (1, "busy", MONDAY + 3 * HOUR)
    for wrong in ({"outcome": "sneeze"}, {"next_at": MONDAY - 1}):
        with pytest.raises(Invalid):
            office.john.call_back_tried(uid, **wrong)  # type: ignore[arg-type]


def test_what_is_owed_stands_in_the_order_of_its_times(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.john.add_call_back(number, MONDAY + 2 * HOUR)
    office.john.add_call_back(number, MONDAY + HOUR)
    office.john.missed_call(KEN, call_id="1")
    assert [back.due for back in owed(office.john)] == [None, MONDAY + HOUR, MONDAY + 2 * HOUR]


def test_a_logged_call_makes_good_what_it_answers_in_the_same_act(office: ADesk) -> None:
    office.john.missed_call(KEN, call_id="1")
    missed = owed(office.john)[0].uid
    record = CallRecord(direction="out", number=KEN, disposition="no_answer")
    done = office.john.log_call(CallDraft("Ken called", call=record, answers=missed))
    assert owed(office.john)[0].tries == 1
    office.john.add_call(
        done.number or "", "reached", CallRecord(direction="out", number=KEN), answers=missed
    )
    assert owed(office.john) == []
    office.john.undo()
    assert owed(office.john)[0].tries == 1
    office.john.undo()
    assert owed(office.john)[0].tries == 0


@pytest.mark.parametrize("uid", ["", "x", "0" * 32])
def test_a_call_back_that_is_not_there_is_told(office: ADesk, uid: str) -> None:
    for verb in (office.john.call_back_done, office.john.call_back_tried):
        with pytest.raises(NotFound):
            verb(uid)


def test_a_call_that_was_made_cannot_be_tried_again(office: ADesk) -> None:
    office.john.missed_call(KEN, call_id="1")
    uid = owed(office.john)[0].uid
    office.john.call_back_done(uid)
    with pytest.raises(Invalid):
        office.john.call_back_tried(uid)


def a_line(office: ADesk, phone: str = "queue-700, 30 901820-70") -> None:
    team = office.ada.directory().team("Night shift")
    assert team is not None
    office.ada.change("team", team.uid, phone=phone)


@pytest.mark.parametrize("queue", ["night shift", "Queue-700", "+49 30 901820-70", "030 90182070"])
def test_a_call_to_a_teams_line_is_owed_by_the_team_even_if_it_rang_for_one(
    office: ADesk, queue: str
) -> None:
    office.ada.change_settings(country="DE")
    a_line(office, "queue-700, 030 90182070")
    office.john.missed_call(KEN, "Ken Lee", call_id="a1", rung=("john",), queue=queue)
    assert told(office.jane) == ["Missed: Ken Lee."]
    assert told(office.john) == [], "not of the team"
    (back,) = owed(office.jane)
    assert (back.team, back.agent) == ("Night shift", "")
    (news,) = office.jane.inbox()
    assert news.why == "It is your team's: Night shift. (A call that nobody took: my teams)"
    assert office.jane.counters().queues["forme"] == 1


def test_several_who_are_one_team_are_the_team(office: ADesk) -> None:
    team = office.ada.directory().team("Night shift")
    assert team is not None
    office.ada.change("team", team.uid, members=("jane", "john"))
    office.john.missed_call(KEN, call_id="a1", rung=("jane", "john"))
    assert told(office.ada) == []
    assert owed(office.jane)[0].team == "Night shift"


def test_a_line_that_is_no_teams_changes_nothing(office: ADesk) -> None:
    a_line(office)
    office.john.missed_call(KEN, call_id="a1", rung=("jane",), queue="sales")
    assert (owed(office.jane)[0].agent, owed(office.jane)[0].team) == ("jane", "")


def test_a_team_is_told_of_a_call_that_it_missed_and_anybody_may_make_it_good(office: ADesk) -> None:
    a_line(office)
    office.jane.tell()
    office.john.missed_call(KEN, "Ken Lee", call_id="a1", queue="queue-700")
    assert [(notice.event, notice.title) for notice in office.jane.tell().notices] == [
        ("missed", "Missed call: Ken Lee")
    ]
    office.john.log_call(CallDraft("Where is my badge?", call=CallRecord(number=KEN)))
    assert told(office.jane) == []
