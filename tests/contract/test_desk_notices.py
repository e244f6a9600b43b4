"""Notices: what is told to whom, once, when, and why."""

from collections.abc import Callable

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallRecord, News
from desktop_desk.domain.errors import Invalid
from tests.builders import PASSWORD, ADesk, a_ticket, kens_ticket
from tests.contract.test_logs import another_replica, exchange
from tests.fakes import HOUR, MINUTE

DAY = 24 * HOUR


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(notice.event, notice.number) for notice in desk.tell().notices]


def begun(*desks: Desk) -> None:
    """From now on these agents are told what happens."""
    for desk in desks:
        assert desk.tell().notices == ()


def whys(desk: Desk) -> list[str]:
    return [news.why for news in desk.inbox()]


def counted(desk: Desk) -> int:
    """What stands beside For me."""
    return desk.counters().queues["forme"]


def news_of(desk: Desk, number: str) -> list[News]:
    return [news for news in desk.inbox() if news.ticket == number]


def test_what_happened_before_anybody_listened_is_not_told(office: ADesk) -> None:
    a_ticket(office.john, agent="jane")
    begun(office.jane)
    assert told(office.jane) == []


def test_whoever_is_handed_a_ticket_is_told_once_with_a_sound(office: ADesk) -> None:
    begun(office.john, office.jane)
    number = a_ticket(office.john)
    office.john.assign(number, "jane", "your turn")
    telling = office.jane.tell()
    assert [(notice.event, notice.number) for notice in telling.notices] == [("assigned", number)]
    assert telling.sound
    assert "your turn" in telling.notices[0].text
    assert told(office.jane) == []
    assert told(office.john) == [], "his own act"


def test_a_second_window_and_a_restart_tell_it_no_second_time(office: ADesk) -> None:
    begun(office.jane)
    other = office.another_window().log_in("jane", "a good sentence")
    number = a_ticket(office.john, agent="jane")
    assert told(other) == [("assigned", number)]
    assert told(office.jane) == []
    office.restart()
    assert told(office.jane) == []


def test_what_was_undone_is_not_told(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    begun(office.jane)
    office.john.note(number, "wrong ticket")
    office.john.undo()
    assert told(office.jane) == []
    office.john.redo()
    office.john.note(number, "right ticket")
    assert [event for event, _number in told(office.jane)] == ["colleague", "colleague"]


def test_a_sound_alone_is_a_sound_without_a_notification(office: ADesk) -> None:
    office.jane.set_notices({("assigned", "mine"): ("sound",)})
    begun(office.jane)
    a_ticket(office.john, agent="jane")
    telling = office.jane.tell()
    assert (telling.notices, telling.sound) == ((), True)
    assert not office.jane.tell().sound
    office.jane.set_notices(quiet="00:00-23:59")
    a_ticket(office.john, agent="jane")
    assert not office.jane.tell().sound
    office.jane.set_notices(quiet="off")
    assert told(office.jane) == []


def test_a_mention_is_told_to_who_is_named(office: ADesk) -> None:
    number = a_ticket(office.john)
    begun(office.jane, office.ada)
    office.john.note(number, "@jane do you know this?")
    assert told(office.jane) == [("mention", number)]
    assert told(office.ada) == []
    (news,) = news_of(office.jane, number)
    assert news.event == "mention"
    assert news.why.startswith("John Doe mentioned you.")


def test_new_tickets_of_the_own_department_that_nobody_has_are_told(office: ADesk) -> None:
    begun(office.john, office.jane, office.vera)
    number = a_ticket(office.ada, department="Support")
    assert told(office.vera) == [("new", number)]
    assert told(office.jane) == []
    assert office.vera.inbox() == (), "not in the list, unless she wants it there"


def test_a_ticket_for_the_team_is_told_to_its_members(office: ADesk) -> None:
    number = a_ticket(office.john)
    begun(office.jane, office.ada)
    office.john.assign(number, "Night shift")
    assert told(office.jane) == [("assigned", number)]
    assert told(office.ada) == []


def test_a_line_that_was_told_is_counted_only_as_long_as_it_is_listed(office: ADesk) -> None:
    number = a_ticket(office.john)
    begun(office.ada)
    office.ada.set_notices({("colleague", "all"): ("list",)})
    office.john.note(number, "first")
    office.clock.passes(minutes=1)
    office.jane.note(number, "second")
    assert told(office.ada) == []
    assert [news.text for news in office.ada.inbox()] == ["second", "first"]
    assert counted(office.ada) == 2
    office.jane.undo()
    assert [news.text for news in office.ada.inbox()] == ["first"]
    assert counted(office.ada) == 1, "what was undone counts no longer"
    office.john.assign(number, "ada")
    assert [news.what for news in office.ada.inbox()] == ["assigned"]
    assert counted(office.ada) == 1, "what happened before she followed it stands nowhere"


def test_of_very_much_the_newest_stands_in_for_me_and_the_rest_comes_when_it_was_seen(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_desk.desk.inbox.NEWS", 3)
    first, second = a_ticket(office.john), a_ticket(office.john)
    for number in (first, second):
        office.clock.passes(minutes=1)
        office.jane.note(number, "one")
        office.clock.passes(minutes=1)
        office.jane.note(number, "two")
    assert [news.ticket for news in office.john.inbox()] == [second, second, first]
    assert counted(office.john) == 3
    office.john.mark_seen(second)
    assert [news.ticket for news in office.john.inbox()] == [first, first]


def test_what_was_seen_is_gone_though_no_window_ever_told_it(office: ADesk) -> None:
    number, other = a_ticket(office.john), a_ticket(office.john)
    office.ada.set_notices({("colleague", "all"): ("list",)})
    office.john.note(number, "looked at it")
    office.clock.passes(minutes=1)
    office.john.note(other, "and at that")
    office.ada.mark_seen(number)
    assert [news.text for news in office.ada.inbox()] == ["and at that"]
    office.ada.mark_all_seen()
    assert office.ada.inbox() == ()
    begun(office.ada)
    assert office.ada.inbox() == ()


def test_cells_decide_what_stands_in_for_me(office: ADesk) -> None:
    number = a_ticket(office.john)
    begun(office.john, office.ada)
    office.ada.set_notices({("new", "all"): ("list",), ("colleague", "all"): ("list",)})
    office.john.note(number, "looked at it")
    assert [news.text for news in office.ada.inbox()] == ["looked at it"]
    assert counted(office.ada) == 1
    assert told(office.ada) == []
    assert counted(office.ada) == 1
    assert [news.text for news in office.ada.inbox()] == ["looked at it"], "still once"
    assert whys(office.ada) == [
        "You want to know it of every ticket. (A colleague's note, reply or call: all)"
    ]
    office.ada.mark_seen(number)
    assert office.ada.inbox() == ()
    assert counted(office.ada) == 0


def test_what_is_not_wanted_of_followed_tickets_is_not_listed(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.set_notices({("changed", "followed"): ()})
    office.jane.set_priority(number, "A")
    assert office.john.inbox() == ()
    assert counted(office.john) == 0
    office.jane.note(number, "done")
    assert [news.event for news in office.john.inbox()] == ["colleague"]
    assert counted(office.john) == 1


REASONS: dict[str, Callable[[ADesk, str], object]] = {
    "You opened it.": lambda office, number: None,
    "You handed it on.": lambda office, number: (
        office.john.follow(number, on=False), office.john.assign(number, "ada")
    ),
    "You answered it.": lambda office, number: (
        office.john.follow(number, on=False), office.ada.claim(number), office.john.reply(number, "we look")
    ),
    "You noted something on it.": lambda office, number: (
        office.john.follow(number, on=False), office.john.note(number, "hm")
    ),
    "You follow it.": lambda office, number: (office.john.follow(number, on=False), office.john.follow(number)),
    "The ticket is yours.": lambda office, number: office.john.claim(number),
    "You resolved it.": lambda office, number: (
        office.john.follow(number, on=False), office.john.resolve(number), office.ada.assign(number, "ada")
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_for_me_says_why(office: ADesk, reason: str) -> None:
    number = a_ticket(office.john)
    REASONS[reason](office, number)
    office.john.mark_seen(number)
    office.jane.note(number, "news")
    (news,) = news_of(office.john, number)
    assert news.why.startswith(reason), news.why


def test_whoever_resolves_an_unassigned_ticket_follows_it(office: ADesk) -> None:
    number = kens_ticket(office.john)
    office.jane.resolve(number)
    office.john.add_call(number, "down again", CallRecord(number="(318) 290-3674"))
    assert [news.event for news in office.jane.inbox() if news.call_back is None] == ["caller"]


def test_unfollowing_ends_it(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.john.follow(number, on=False)
    begun(office.john)
    office.jane.note(number, "news")
    assert office.john.inbox() == ()
    assert told(office.john) == []


def test_a_due_time_is_told_before_it_comes_and_when_it_has_passed(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A", agent="jane")
    begun(office.jane)
    office.clock.now += 44 * MINUTE
    assert told(office.jane) == []
    office.clock.now += 1 * MINUTE
    assert told(office.jane) == [("due_soon", number)]
    assert [news.what for news in office.jane.inbox()] == ["due_soon", "assigned"]
    office.clock.now += 15 * MINUTE
    assert told(office.jane) == [("overdue", number)]
    office.clock.now += DAY
    assert told(office.jane) == []


def test_a_time_set_by_hand_is_a_promise(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A", agent="jane")
    begun(office.jane)
    office.jane.edit(number, due=office.clock.now + 2 * HOUR)
    office.clock.now += 2 * HOUR - 10 * MINUTE
    assert told(office.jane) == [("promise", number)]


def test_what_came_near_stands_in_for_me_until_it_was_seen(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A", agent="jane")
    office.jane.mark_seen(number)
    office.clock.now += 50 * MINUTE
    assert [news.what for news in office.jane.inbox()] == ["due_soon"]
    assert counted(office.jane) == 1
    office.jane.mark_seen(number)
    assert office.jane.inbox() == ()
    office.clock.now += 20 * MINUTE
    assert [(news.what, news.why) for news in office.jane.inbox()] == [
        ("overdue", "The ticket is yours. (A ticket becomes overdue: mine)")
    ]
    office.jane.mark_all_seen()
    assert office.jane.inbox() == ()
    assert counted(office.jane) == 0


def test_a_due_time_that_is_put_off_is_told_again(office: ADesk) -> None:
    number = a_ticket(office.john, priority="A", agent="jane")
    begun(office.jane)
    office.clock.now += 50 * MINUTE
    assert told(office.jane) == [("due_soon", number)]
    office.jane.edit(number, due=office.clock.now + 3 * HOUR)
    assert told(office.jane) == []
    office.clock.now += 3 * HOUR - 5 * MINUTE
    assert told(office.jane) == [("promise", number)]


def test_a_promised_call_is_told_when_it_is_due(office: ADesk) -> None:
    number = kens_ticket(office.john)
    begun(office.john)
    office.john.add_call_back(number, office.clock.now + HOUR)
    assert told(office.john) == []
    office.clock.now += HOUR
    telling = office.john.tell()
    assert [(notice.event, notice.number, notice.title) for notice in telling.notices] == [
        ("call_back", number, "Call Ken Lee now")
    ]
    assert telling.sound


def test_after_days_away_it_is_told_together(office: ADesk) -> None:
    begun(office.jane)
    numbers = {a_ticket(office.john, agent="jane", priority="A") for _each in range(6)}
    office.clock.now += 3 * DAY
    telling = office.jane.tell()
    assert telling.pooled
    assert {notice.number for notice in telling.notices} == numbers
    assert told(office.jane) == []


def test_in_quiet_hours_nothing_is_told_and_then_all_at_once(office: ADesk) -> None:
    begun(office.jane)
    zone_now = office.clock.now
    office.jane.set_notices(quiet="00:00-23:59")
    first = a_ticket(office.john, agent="jane")
    assert office.jane.tell().notices == ()
    second = a_ticket(office.john, agent="jane")
    assert office.jane.tell().notices == ()
    assert [news.ticket for news in office.jane.inbox()] == [second, first], "the list is never quiet"
    office.jane.set_notices(quiet="off")
    telling = office.jane.tell()
    assert [(notice.event, notice.number) for notice in telling.notices] == [
        ("assigned", first), ("assigned", second),
    ]  # fmt: skip
    assert telling.pooled
    assert office.clock.now == zone_now
    assert told(office.jane) == []


def test_what_was_seen_in_quiet_hours_is_not_told_at_their_end(office: ADesk) -> None:
    begun(office.jane)
    office.jane.set_notices(quiet="00:00-23:59")
    seen, unseen = a_ticket(office.john, agent="jane"), a_ticket(office.john, agent="jane")
    assert office.jane.tell().notices == ()
    office.jane.mark_seen(seen)
    office.jane.set_notices(quiet="off")
    assert told(office.jane) == [("assigned", unseen)]


def test_what_is_set_is_read_back_and_can_be_taken_back(office: ADesk) -> None:
    before = office.john.notice_settings()
    assert before.cells["mention", "mine"] == {"list", "tray", "sound"}
    office.john.set_notices({("new", "all"): ("tray", "mail")}, quiet="18:00-7:30 sat", digest="8:00")
    after = office.john.notice_settings()
    assert (after.cells["new", "all"], after.quiet, after.digest) == (
        {"tray", "mail"},
        "18:00-07:30 sat",
        "08:00",
    )
    assert office.john.set_notices(digest="08:00").act == "", "nothing changed"
    office.john.undo()
    assert office.john.notice_settings() == before
    office.john.redo()
    office.john.set_notices(reset=True)
    assert office.john.notice_settings().cells == before.cells
    assert office.jane.notice_settings().cells == before.cells


def test_what_cannot_be_told_is_refused(office: ADesk) -> None:
    for wrong in ({("new", "mine"): ("list",)}, {("thunder", "all"): ()}, {("new", "all"): ("smoke",)}):
        with pytest.raises(Invalid):
            office.john.set_notices(wrong)
    with pytest.raises(Invalid):
        office.john.set_notices(quiet="at night")
    with pytest.raises(Invalid):
        office.john.set_notices(digest="early")


def test_a_difference_is_told_to_whose_ticket_it_is(office: ADesk) -> None:
    number = a_ticket(office.ada, agent="jane")
    begun(office.jane)
    form = office.ada.ticket(number).position
    office.john.edit(number, subject="a")
    office.ada.edit(number, subject="b", seen=form)
    events = [event for event, _number in told(office.jane)]
    assert "difference" in events
    assert told(office.jane) == []


def test_what_an_agent_chose_travels_to_every_copy_of_the_desk(office: ADesk) -> None:
    laptop = another_replica(office, "laptop.desk")
    office.jane.set_notices({("new", "all"): ("mail",)}, quiet="18:00-07:30", digest="08:00")
    exchange(office, laptop)
    there = laptop.log_in("jane", PASSWORD).notice_settings()
    assert (there.cells["new", "all"], there.quiet, there.digest) == ({"mail"}, "18:00-07:30", "08:00")


def test_what_a_colleague_did_on_another_copy_is_told_when_it_comes(office: ADesk) -> None:
    number = a_ticket(office.john, agent="jane")
    laptop = another_replica(office, "laptop.desk")
    begun(office.jane)
    away = laptop.log_in("john", PASSWORD)
    away.note(number, "done on the train")
    assert told(office.jane) == []
    exchange(office, laptop)
    assert told(office.jane) == [("colleague", number)]
    assert told(office.jane) == []


def test_many_tickets_that_are_due_later_hide_none_that_is_due_now(office: ADesk) -> None:
    late = a_ticket(office.john, "late", agent="jane", due=office.clock.now + HOUR)
    near = a_ticket(office.john, "near", agent="jane", due=office.clock.now + 3 * HOUR)
    for n in range(60):
        a_ticket(office.john, f"later {n}", agent="jane", due=office.clock.now + 4 * DAY + n * MINUTE)
    begun(office.jane)
    office.clock.now += 2 * HOUR + 30 * MINUTE
    assert told(office.jane) == [("overdue", late), ("promise", near)]
    listed = [
        (news.event, news.ticket) for news in office.jane.inbox() if news.event in {"overdue", "promise"}
    ]
    assert listed == [("promise", near), ("overdue", late)]
