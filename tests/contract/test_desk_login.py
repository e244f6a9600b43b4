"""Login: who gets in, and that whoever does not is told nothing."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.outages import OutageOffer
from desktop_desk.desk.views import Attachment, CallDraft, NewPerson
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed
from desktop_desk.domain.permissions import PERMISSIONS
from tests.builders import PASSWORD, ADesk, a_ticket, kens_ticket, opened
from tests.contract.test_logs import another_replica, news_for
from tests.fakes import MINUTE, PlainPasswords


def denied(office: ADesk, login: str, password: str) -> str:
    with pytest.raises(AccessDenied) as caught:
        office.log_in(login, password)
    return str(caught.value)


def test_the_right_password_gets_in(office: ADesk) -> None:
    assert office.log_in("john").actor.login == "john"
    assert office.log_in("  JOHN ").actor.login == "john"


def test_an_agent_may_log_in_by_his_mail_address(office: ADesk) -> None:
    office.ada.edit_agent("jane", email="Jane@desk.example")
    assert office.log_in("jane@DESK.example").actor.login == "jane"


def test_wrong_password_and_unknown_login_are_told_alike(office: ADesk) -> None:
    wrong = denied(office, "john", "wrong")
    assert wrong == "Access denied"
    for login in ("nobody", "", "' OR 1=1 --", "\x00", "\ud800", "x" * 10_000, "john@"):
        assert denied(office, login, PASSWORD) == wrong


@pytest.mark.parametrize("password", ["", " ", PASSWORD.upper(), PASSWORD + " ", "\ud800", "x" * 100_000])
def test_no_other_password_gets_in(office: ADesk, password: str) -> None:
    denied(office, "john", password)


def test_both_take_the_hash_of_a_password_so_that_the_time_tells_nothing(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def fits(_self: object, kept: str, _password: str) -> bool:
        asked.append(kept)
        return False

    monkeypatch.setattr(PlainPasswords, "fits", fits)
    denied(office, "john", "wrong")
    denied(office, "nobody", "wrong")
    office.ada.deactivate("agent", office.uid("jane"))
    denied(office, "jane", "wrong")
    assert len(asked) == 3
    assert all(asked)


def test_an_agent_without_password_or_out_of_use_does_not_get_in(office: ADesk) -> None:
    office.ada.add_agent("kim", "Kim", None, department="Support", role="Limited Access")
    office.ada.deactivate("agent", office.uid("jane"))
    denied(office, "kim", "")
    denied(office, "jane", PASSWORD)


def test_who_is_put_out_of_use_while_logged_in_can_do_nothing_more(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.ada.deactivate("agent", office.uid("jane"))
    for act in (
        lambda: office.jane.reply(number, "x"),
        lambda: office.jane.queue("open"),
        lambda: office.jane.log_call(CallDraft("x")),
        office.jane.undo,
        lambda: office.jane.ticket(number),
        lambda: office.jane.search("VPN"),
    ):
        with pytest.raises(NotAllowed, match="no longer active"):
            act()


def test_five_failures_lock_for_two_minutes_and_each_more_for_twice_as_long(office: ADesk) -> None:
    for _try in range(4):
        denied(office, "john", "wrong")
    assert office.log_in("john").actor.login == "john"
    for _try in range(5):
        denied(office, "john", "wrong")
    for minutes in (2, 4, 8):
        denied(office, "john", PASSWORD)
        office.clock.now += minutes * MINUTE - 1
        denied(office, "john", PASSWORD)
        office.clock.now += 1
        denied(office, "john", "wrong")
    office.clock.now += 16 * MINUTE
    assert office.log_in("john").actor.login == "john"
    denied(office, "john", "wrong")
    assert office.log_in("john").actor.login == "john"


def test_tries_while_locked_do_not_lengthen_the_lock(office: ADesk) -> None:
    for _try in range(20):
        denied(office, "john", "wrong")
    office.clock.now += 2 * MINUTE
    assert office.log_in("john").actor.login == "john"


def test_an_unknown_login_is_locked_alike_and_others_are_not(office: ADesk) -> None:
    for _try in range(6):
        denied(office, "ghost", "wrong")
        denied(office, "john", "wrong")
    uid = office.ada.add_agent("ghost", "Ghost", PASSWORD, department="Support", role="Limited Access").uid
    assert uid
    denied(office, "ghost", PASSWORD)
    assert office.log_in("jane").actor.login == "jane"


def test_the_lock_counts_over_windows_and_any_way_to_write_the_login(office: ADesk) -> None:
    office.ada.edit_agent("john", email="john@desk.example")
    for login in ("john", "JOHN", "john@desk.example", " john "):
        denied(office, login, "wrong")
    with pytest.raises(AccessDenied):
        office.another_window().log_in("John", "wrong")
    denied(office, "john", PASSWORD)


def test_a_new_password_set_by_an_administrator_lifts_the_lock(office: ADesk) -> None:
    for _try in range(5):
        denied(office, "john", "wrong")
    office.ada.set_password(office.uid("john"), "another sentence")
    assert office.log_in("john", "another sentence").actor.login == "john"
    denied(office, "john", PASSWORD)


def test_ones_own_password_may_be_changed_by_anybody_and_others_only_by_whoever_may(office: ADesk) -> None:
    office.vera.set_password(office.uid("vera"), "my new sentence")
    assert office.log_in("vera", "my new sentence").actor.login == "vera"
    with pytest.raises(NotAllowed):
        office.vera.set_password(office.uid("john"), "my new sentence")
    with pytest.raises(Invalid, match="8 characters"):
        office.vera.set_password(office.uid("vera"), "short")


def test_upper_and_lower_case_make_a_new_password(office: ADesk) -> None:
    office.john.set_password(office.uid("john"), PASSWORD.title())
    assert office.log_in("john", PASSWORD.title()).actor.login == "john"
    denied(office, "john", PASSWORD)


def test_a_password_stands_in_no_view_and_no_fact_in_clear(office: ADesk, tmp_path: Path) -> None:
    front = bootstrap.create_desk(
        tmp_path / "real.desk",
        name="D",
        admin_login="ada",
        admin_name="Ada",
        admin_password="a secret sentence",
    )
    front.log_in("ada", "a secret sentence")
    front.close()
    assert b"secret sentence" not in (tmp_path / "real.desk").read_bytes()
    assert b"$argon2id$" in (tmp_path / "real.desk").read_bytes()


# ── permissions ──────────────────────────────────────────────────────────────────────────────────────────────────

Verb = Callable[[Desk, ADesk, str], Any]
VERBS: dict[str, tuple[str, Verb]] = {
    "log_call": ("ticket.create", lambda desk, _office, _number: desk.log_call(CallDraft("x"))),
    "add_call": ("ticket.create", lambda desk, _office, number: desk.add_call(number, "x")),
    "message": ("ticket.create", lambda desk, _office, number: desk.message(number, "x")),
    "reply": ("ticket.reply", lambda desk, _office, number: desk.reply(number, "x")),
    "attach": (
        "ticket.reply",
        lambda desk, _office, number: desk.attach(number, [Attachment(b"x", "x.txt")]),
    ),
    "attach with a note": (
        "ticket.note",
        lambda desk, _office, number: desk.attach(number, [Attachment(b"x", "x.txt")], "x"),
    ),
    "note": ("ticket.note", lambda desk, _office, number: desk.note(number, "x")),
    "add_call_back": ("ticket.reply", lambda desk, _office, number: desk.add_call_back(number, None)),
    "call_back_done": (
        "ticket.reply",
        lambda desk, office, number: desk.call_back_done(office.ada.ticket(number).call_backs[0].uid),
    ),
    "call_back_tried": (
        "ticket.reply",
        lambda desk, office, number: desk.call_back_tried(office.ada.ticket(number).call_backs[0].uid),
    ),
    "missed_call": ("ticket.create", lambda desk, _office, _number: desk.missed_call("12", call_id="1")),
    "assign": ("ticket.assign", lambda desk, _office, number: desk.assign(number, "ada")),
    "claim": ("ticket.assign", lambda desk, _office, number: desk.claim(number)),
    "release": ("ticket.release", lambda desk, _office, number: desk.release(number)),
    "transfer": (
        "ticket.transfer",
        lambda desk, _office, number: desk.assign(number, "System Administrators"),
    ),
    "set_priority": ("ticket.edit", lambda desk, _office, number: desk.set_priority(number, "A")),
    "set_status": ("ticket.edit", lambda desk, _office, number: desk.set_status(number, "waiting")),
    "resolve": ("ticket.close", lambda desk, _office, number: desk.resolve(number)),
    "close": ("ticket.close", lambda desk, _office, number: desk.close(number)),
    "reopen": ("ticket.close", lambda desk, office, _number: desk.reopen(ended(office))),
    "edit": ("ticket.edit", lambda desk, _office, number: desk.edit(number, subject="x")),
    "edit department": (
        "ticket.transfer",
        lambda desk, _office, number: desk.edit(number, department="System Administrators"),
    ),
    "edit subject and department": (
        "ticket.edit",
        lambda desk, _office, number: desk.edit(number, department="System Administrators", subject="x"),
    ),
    "tag": ("ticket.edit", lambda desk, _office, number: desk.tag(number, add=("x",))),
    "copy_to": ("ticket.edit", lambda desk, _office, number: desk.copy_to(number, add=("x@y.example",))),
    "merge": ("ticket.merge", lambda desk, office, number: desk.merge(number, a_ticket(office.ada))),
    "unmerge": ("ticket.merge", lambda desk, office, number: desk.unmerge(merged(office, number))),
    "start_outage": ("ticket.create", lambda desk, _office, number: desk.start_outage("VPN", number)),
    "join_outage": (
        "ticket.create",
        lambda desk, office, number: desk.join_outage(an_outage(office), number),
    ),
    "leave_outage": (
        "ticket.create",
        lambda desk, office, number: desk.leave_outage(part_of_an_outage(office, number)),
    ),
    "answer_outage": (
        "ticket.reply",
        lambda desk, office, _number: desk.answer_outage(an_outage(office), "x"),
    ),
    "log_call_in_outage": (
        "ticket.create",
        lambda desk, office, number: desk.log_call_in_outage(
            CallDraft("x"), OutageOffer(an_outage(office), "VPN", (number,))
        ),
    ),
    "settle": (
        "ticket.settle",
        lambda desk, office, number: desk.settle(in_conflict(office, number), "subject", "a"),
    ),
    "settle_office": (
        "office.teams",
        lambda desk, office, _number: desk.settle_office(team_in_conflict(office), "name", "Nights"),
    ),
    "undo": (
        "ticket.undo_others",
        lambda desk, office, number: desk.undo(office.ada.tag(number, ("x",)).act),
    ),
    "redo": ("ticket.undo_others", lambda desk, office, number: desk.redo(undone(office, number))),
    "add_person": ("user.create", lambda desk, _office, _number: desk.add_person(NewPerson("Ann"))),
    "edit_person": ("user.edit", lambda desk, office, _number: desk.edit_person(person(office), name="Ann")),
    "add_contact": (
        "user.edit",
        lambda desk, office, _number: desk.add_contact(person(office), "phone", "1"),
    ),
    "remove_contact": (
        "user.edit",
        lambda desk, office, _number: desk.remove_contact(office.ada.person(person(office)).contacts[0].uid),
    ),
    "add_organisation": ("org.create", lambda desk, _office, _number: desk.add_organisation("Sales")),
    "edit_organisation": (
        "org.edit",
        lambda desk, office, _number: desk.edit_organisation(
            office.ada.add_organisation("Old").uid or "", name="New"
        ),
    ),
    "add department": ("office.departments", lambda desk, _office, _number: desk.add("department", name="x")),
    "change department": (
        "office.departments",
        lambda desk, _office, _number: desk.change("department", "Support", name="x"),
    ),
    "add team": ("office.teams", lambda desk, _office, _number: desk.add("team", name="x")),
    "deactivate team": (
        "office.teams",
        lambda desk, _office, _number: desk.deactivate("team", "Night shift"),
    ),
    "add role": ("office.roles", lambda desk, _office, _number: desk.add("role", name="x")),
    "add topic": ("office.topics", lambda desk, _office, _number: desk.add("topic", name="x")),
    "add status": (
        "office.settings",
        lambda desk, _office, _number: desk.add("status", name="x", state="open"),
    ),
    "add_agent": ("office.agents", lambda desk, _office, _number: desk.add_agent("kim", "Kim", None)),
    "edit_agent": ("office.agents", lambda desk, _office, _number: desk.edit_agent("jane", name="x")),
    "deactivate": (
        "office.agents",
        lambda desk, office, _number: desk.deactivate("agent", office.uid("jane")),
    ),
    "activate": ("office.agents", lambda desk, office, _number: desk.activate("agent", office.uid("jane"))),
    "set_password": (
        "office.agents",
        lambda desk, office, _number: desk.set_password(office.uid("jane"), "some sentence"),
    ),
    "change_settings": ("office.settings", lambda desk, _office, _number: desk.change_settings(name="x")),
    "check": ("office.settings", lambda desk, _office, _number: desk.check(rebuild=True)),
    "take_in": ("office.settings", lambda desk, _office, _number: desk.take_in([])),
    "need_sharing": ("office.settings", lambda desk, _office, _number: desk.need_sharing()),
    "announce_replica": (
        "office.settings",
        lambda desk, _office, _number: desk.announce_replica("Laptop", "K", "M"),
    ),
    "keep_mailboxes": ("office.settings", lambda desk, _office, _number: desk.keep_mailboxes()),
    "revoke_replica": (
        "office.settings",
        lambda desk, office, _number: desk.revoke_replica(a_laptop(office)),
    ),
    "trust_replica": ("office.settings", lambda desk, office, _number: desk.trust_replica(revoked(office))),
    "held_acts": ("office.settings", lambda desk, _office, _number: desk.held_acts()),
    "accept_held": ("office.settings", lambda desk, office, _number: desk.accept_held(a_held_act(office))),
    "refuse_held": ("office.settings", lambda desk, office, _number: desk.refuse_held(a_held_act(office))),
    "purge_entry": (
        "ticket.delete",
        lambda desk, office, number: desk.purge_entry(number, a_note(office, number)),
    ),
    "purge_person": ("user.delete", lambda desk, office, _number: desk.purge_person(person(office))),
    "quarantine": ("ticket.create", lambda desk, _office, _number: desk.quarantine()),
    "ignored_mails": ("ticket.create", lambda desk, _office, _number: desk.ignored_mails()),
    "mail_room": ("ticket.create", lambda desk, _office, _number: desk.mail_room()),
    "dismiss_mail": (
        "ticket.create",
        lambda desk, office, _number: desk.dismiss_mail(
            office.ada.mail_room().take(b"\x00", None, why="no mail").uid
        ),
    ),
    "try_letter": ("ticket.reply", lambda desk, office, _number: desk.try_letter(a_letter(office))),
    "stop_letter": ("ticket.reply", lambda desk, office, _number: desk.stop_letter(a_letter(office))),
    "drop_letter": ("ticket.reply", lambda desk, office, _number: desk.drop_letter(a_letter(office))),
    "set_template": (
        "office.settings",
        lambda desk, _office, _number: desk.set_template("receipt", "en", "Subject: x\n\nx"),
    ),
    "add mailbox": ("office.settings", lambda desk, _office, _number: desk.add("mailbox", name="x")),
    "held_of_person": ("user.edit", lambda desk, office, _number: desk.held_of_person(person(office))),
}
"""Every verb of the desk with the permission that it needs first."""


def a_note(office: ADesk, number: str) -> str:
    office.ada.note(number, "a word")
    return next(entry.uid for entry in office.ada.ticket(number).thread if entry.text == "a word")


def a_letter(office: ADesk) -> str:
    """The id of a mail that waits in the outbox."""
    if not office.ada.letters():
        fields = {"name": "Help", "address": "help@office.example", "smtp_host": "smtp.office.example"}
        office.ada.add("mailbox", **fields)
        kens_ticket(office.ada)
    return office.ada.letters()[0].uid


def a_laptop(office: ADesk) -> str:
    """The id of another copy of the desk, known here by its name."""
    if getattr(office, "engine", "sqlite") not in {"sqlite", "sqlcipher"}:
        pytest.skip("a copy is made of a file")
    laptop = another_replica(office, "laptop.desk")
    laptop.ada.announce_replica("Laptop", "A", "")
    office.ada.store.log.apply(news_for(office, laptop))
    uid = laptop.ada.store.log.own
    laptop.close()
    return uid


def revoked(office: ADesk) -> str:
    uid = a_laptop(office)
    office.ada.revoke_replica(uid)
    return uid


def a_held_act(office: ADesk) -> str:
    """An act that a copy wrote after it was revoked."""
    revoked(office)
    path = office.path.with_name("laptop.desk")
    laptop = opened(path, office.clock)
    desk = laptop.log_in("ada", PASSWORD)
    act = desk.note(desk.numbers()[0], "written by whoever has the laptop now").act
    log = desk.store.log
    office.ada.store.log.apply(log.entries(log.own, office.ada.store.log.vector()[log.own]))
    laptop.close()
    return act


READS = frozenset(
    {
        "actor", "agent_rung", "all_people", "backup", "counters", "directory", "find_people", "held_reply", "inbox",
        "last_mail", "letter_values", "letters", "recipients", "reply_stands", "template",
        "mail_counts", "match_person", "may", "mentioned", "new_entity", "notice_settings", "numbers",
        "office_differences", "office_duplicates", "open_attachment", "outbox", "organisations", "others_at",
        "outage", "outage_near", "outages", "person",
        "queue", "redo_step", "replicas", "report", "save_attachment", "search", "search_hint", "settings",
        "similar", "store", "targets", "team_called", "ticket", "tickets_of", "undo_step",
    }
)  # fmt: skip
OWN = frozenset({"follow", "mark_all_seen", "mark_seen", "present", "set_notices", "tell"})
"""What touches nobody but oneself."""


def ended(office: ADesk) -> str:
    number = a_ticket(office.ada)
    office.ada.close(number)
    return number


def merged(office: ADesk, number: str) -> str:
    office.ada.merge(number, a_ticket(office.ada))
    return number


def an_outage(office: ADesk) -> str:
    """The master ticket of an outage with one part."""
    return office.ada.start_outage("VPN down", a_ticket(office.ada)).number or ""


def part_of_an_outage(office: ADesk, number: str) -> str:
    office.ada.join_outage(an_outage(office), number)
    return number


def in_conflict(office: ADesk, number: str) -> str:
    form = office.ada.ticket(number).position
    office.john.edit(number, subject="a")
    office.ada.edit(number, subject="b", seen=form)
    return number


def team_in_conflict(office: ADesk) -> str:
    team = office.ada.directory().teams[0].uid
    form = office.ada.queue("open").position
    office.ada.change("team", team, name="Nights")
    office.ada.edit_agent("jane", admin=True)
    office.jane.change("team", team, name="Late shift", seen=form)
    return team


def undone(office: ADesk, number: str) -> str:
    act = office.ada.tag(number, ("x",)).act
    office.ada.undo(act)
    return act


def person(office: ADesk) -> str:
    return office.ada.add_person(NewPerson("Ken", ("+49 30 123456",))).uid or ""


def test_every_verb_of_the_desk_is_in_the_table() -> None:
    public = {name for name, _value in inspect.getmembers(Desk) if not name.startswith("_")}
    named = {name.split(" ")[0] for name in VERBS} | READS | OWN | {"add", "change"}
    assert public - named == set()


@pytest.mark.parametrize("name", VERBS)
def test_view_only_may_do_nothing(office: ADesk, name: str) -> None:
    permission, verb = VERBS[name]
    number = a_ticket(office.ada)
    office.ada.add_call_back(number, None)
    with pytest.raises(NotAllowed) as caught:
        verb(office.vera, office, number)
    assert caught.value.permission == permission
    assert caught.value.advice


@pytest.mark.parametrize("name", VERBS)
def test_one_permission_is_enough_for_each_verb(office: ADesk, name: str) -> None:
    permission, verb = VERBS[name]
    needed = {permission} | {
        "edit subject and department": {"ticket.transfer"}, "undo": {"ticket.edit"}, "redo": {"ticket.edit"},
    }.get(name, set())  # fmt: skip
    office.ada.add("role", name="Just this", permissions=tuple(needed))
    office.ada.edit_agent("vera", role="Just this")
    number = a_ticket(office.ada)
    office.ada.add_call_back(number, None)
    verb(office.vera, office, number)


@pytest.mark.parametrize("name", VERBS)
def test_every_other_permission_together_is_not(office: ADesk, name: str) -> None:
    permission, verb = VERBS[name]
    office.ada.add("role", name="All but this", permissions=tuple(set(PERMISSIONS) - {permission}))
    office.ada.edit_agent("vera", role="All but this")
    number = a_ticket(office.ada)
    office.ada.add_call_back(number, None)
    with pytest.raises(NotAllowed):
        verb(office.vera, office, number)


def test_view_only_sees_everything_and_may_follow(office: ADesk) -> None:
    number = a_ticket(office.john)
    assert office.vera.ticket(number).number == number
    assert office.vera.queue("open").rows
    assert office.vera.search("VPN")
    office.vera.follow(number)
    office.john.note(number, "x")
    assert office.vera.inbox()
    office.vera.mark_seen(number)
    assert office.vera.inbox() == ()


def test_a_role_holds_in_its_department(office: ADesk) -> None:
    office.ada.edit_agent("vera", roles={"System Administrators": "Limited Access"})
    here, there = a_ticket(office.john), a_ticket(office.john, department="System Administrators")
    with pytest.raises(NotAllowed):
        office.vera.reply(here, "x")
    office.vera.reply(there, "x")
    office.ada.edit_agent("vera", roles={"System Administrators": None})
    with pytest.raises(NotAllowed):
        office.vera.reply(there, "x")


def test_a_role_out_of_use_allows_nothing(office: ADesk) -> None:
    number = a_ticket(office.john)
    office.ada.deactivate("role", "Expanded Access")
    with pytest.raises(NotAllowed):
        office.john.reply(number, "x")


def test_an_administrator_needs_no_role(office: ADesk) -> None:
    office.ada.edit_agent("vera", admin=True)
    office.vera.change_settings(name="Vera's desk")
    assert office.ada.settings().name == "Vera's desk"
