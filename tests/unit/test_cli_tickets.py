"""Every command that works on a ticket, on a real desk."""

import io
import re
import sys
import time
from datetime import UTC, datetime

import pytest

from desktop_desk import bootstrap
from tests.command_line import PASSWORD, CommandLine

KEYS = {
    "number", "uid", "subject", "status", "priority", "source", "topic", "department", "team", "agent", "caller",
    "opened", "updated", "due", "overdue", "resolved", "closed", "reopens", "reassignments", "tags", "state",
    "conflicts", "thread",
}  # fmt: skip


def events(ticket: dict) -> str:
    return " | ".join(entry["text"] for entry in ticket["thread"] if entry["kind"] == "event")


def test_a_logged_call_is_a_ticket_with_every_key_of_the_contract(cli: CommandLine) -> None:
    ticket = cli.json(
        "ticket", "log", "--subject", "VPN down", "--details", "nobody in sales can work", "--caller", "Ken Lee",
        "--phone", "+49 30 1234567", "--email", "ken@lee.example", "--topic", "Access issue", "--priority", "A",
        "--department", "System Administrators", "--source", "phone",
    )  # fmt: skip
    assert set(ticket) == KEYS
    assert re.fullmatch(r"\d{4}-\d", ticket["number"])
    assert ticket["caller"] == {
        "name": "Ken Lee",
        "phones": ["+49 30 1234567"],
        "emails": ["ken@lee.example"],
        "organisation": None,
    }
    assert {
        name: ticket[name] for name in ("subject", "priority", "topic", "department", "source", "state")
    } == {
        "subject": "VPN down",
        "priority": "A",
        "topic": "Access issue",
        "department": "System Administrators",
        "source": "phone",
        "state": "open",
    }
    assert (ticket["agent"], ticket["team"], ticket["resolved"], ticket["closed"]) == (None, None, None, None)
    [call] = [entry for entry in ticket["thread"] if entry["kind"] == "call"]
    assert set(call) == {"kind", "act", "by", "at", "text", "attachments"}
    assert (call["by"], call["text"], call["attachments"]) == ("john", "nobody in sales can work", [])


def test_a_computer_with_another_clock_than_the_office_says_so(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = cli.log("VPN down")
    assert "Times are" not in cli.run("ticket", "show", number).out
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        shown = cli.run("ticket", "show", number).out.splitlines()
    time.tzset()
    assert re.fullmatch(
        r"Times are this computer's \(UTC\+9\)\. The office's zone, Europe/Berlin, is UTC\+[12]\.", shown[-1]
    )


def test_times_are_utc_and_an_emergency_is_due_in_an_hour(cli: CommandLine) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    ticket = cli.json("ticket", "log", "--subject", "Fire", "--priority", "Emergency")
    opened, due = (datetime.strptime(ticket[name], "%Y-%m-%dT%H:%M:%S%z") for name in ("opened", "due"))
    assert before <= opened <= datetime.now(UTC)
    assert (due - opened).total_seconds() == 3600


def test_a_ticket_needs_no_caller(cli: CommandLine) -> None:
    assert cli.json("ticket", "log", "--subject", "Printer")["caller"] is None


def test_a_known_number_finds_its_caller_however_it_is_written(cli: CommandLine) -> None:
    cli.log("First", "--caller", "Ken Lee", "--phone", "+49 30 1234567")
    again = cli.json("ticket", "log", "--subject", "Second", "--phone", "030/1234567")
    assert again["caller"]["name"] == "Ken Lee"
    assert again["caller"]["phones"] == ["+49 30 1234567"]


def test_a_known_address_or_name_finds_its_caller(cli: CommandLine) -> None:
    cli.log("First", "--caller", "Ken Lee", "--email", "ken@lee.example")
    assert (
        cli.json("ticket", "log", "--subject", "2", "--email", "KEN@lee.example")["caller"]["name"]
        == "Ken Lee"
    )
    assert cli.json("ticket", "log", "--subject", "3", "--caller", "ken lee")["caller"]["emails"]


def test_another_number_makes_another_caller_of_the_same_name(cli: CommandLine) -> None:
    cli.log("First", "--caller", "Ken Lee", "--phone", "030 1234567")
    second = cli.json("ticket", "log", "--subject", "S", "--caller", "Ken Lee", "--phone", "030 7654321")
    assert second["caller"]["phones"] == ["030 7654321"]


def test_show_takes_the_number_in_any_spelling(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    for spelling in (number, number.replace("-", ""), number.replace("-", " ")):
        assert cli.json("ticket", "show", spelling)["number"] == number


def test_show_tells_people_the_conversation(cli: CommandLine) -> None:
    number = cli.log("VPN down", "--details", "line one\nline two", "--caller", "Ken Lee", "--priority", "A")
    cli.json("ticket", "note", number, "--text", "router looked at")
    shown = cli.run("ticket", "show", number)
    assert shown.code == 0
    for part in (f"{number}  VPN down", "Sev-A", "Caller: Ken Lee", "    line two", "router looked at"):
        assert part in shown.out


def test_show_at_a_past_moment_shows_what_was_then(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    cli.json("ticket", "edit", number, "--set", "subject=All is well")
    assert cli.json("ticket", "show", number, "--at", "2100-01-01")["subject"] == "All is well"
    assert "not been opened" in cli.refused("ticket", "show", number, "--at", "2001-01-01T00:00:00Z")
    assert "UTC" in cli.refused("ticket", "show", number, "--at", "yesterday", code=2)


def test_lists_hold_the_tickets_of_their_queue(cli: CommandLine) -> None:
    vpn, badge = cli.log("VPN down"), cli.log("Badge lost")
    cli.json("ticket", "claim", vpn)
    cli.json("ticket", "resolve", badge)

    def numbers(queue: str) -> list[str]:
        return [ticket["number"] for ticket in cli.json("ticket", "list", "--queue", queue)]

    assert numbers("open") == [vpn]
    assert numbers("mine") == [vpn]
    assert numbers("unassigned") == []
    assert numbers("resolved") == [badge]
    assert sorted(numbers("all")) == sorted([vpn, badge])
    assert len(cli.json("ticket", "list", "--queue", "all", "--limit", "1")) == 1
    assert set(cli.json("ticket", "list")[0]) == KEYS


def test_an_unknown_queue_is_a_mistake_in_the_line(cli: CommandLine) -> None:
    assert "unassigned" in cli.refused("ticket", "list", "--queue", "urgent", code=2)


def test_reply_note_message_and_call_are_kept_by_their_kind(cli: CommandLine) -> None:
    number = cli.log("VPN down", "--caller", "Ken Lee")
    for command in ("reply", "note", "message", "call"):
        cli.json("ticket", command, number, "--text", f"this is a {command}")
    thread = cli.json("ticket", "show", number)["thread"]
    for command in ("reply", "note", "message", "call"):
        assert [entry["kind"] for entry in thread if entry["text"] == f"this is a {command}"] == [command]


def test_a_text_can_come_from_standard_input(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    number = cli.log("VPN down")
    typed = "Grüße 🙂\n\u05e9\u05dc\u05d5\u05dd"
    stdin = io.TextIOWrapper(io.BytesIO(("\ufeff" + typed + "\n").encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert cli.json("ticket", "note", number, "--text", "-")["thread"][-1]["text"] == typed


def test_assign_hands_to_an_agent_a_team_or_a_department(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    ticket = cli.json("ticket", "assign", number, "--to", "jane", "--message", "tried a restart")
    assert (ticket["agent"], ticket["reassignments"]) == ("jane", 0)
    assert [entry["text"] for entry in ticket["thread"] if entry["kind"] == "note"] == ["tried a restart"]
    ticket = cli.json("ticket", "assign", number, "--to", "Network", "--message", "")
    assert (ticket["agent"], ticket["team"], ticket["reassignments"]) == (None, "Network", 1)
    ticket = cli.json("ticket", "assign", number, "--to", "System Administrators", "--message", "yours")
    assert (ticket["agent"], ticket["team"], ticket["department"]) == (None, None, "System Administrators")


def test_priority_takes_letter_or_name_and_moves_the_due_time(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert cli.json("ticket", "priority", number, "b")["priority"] == "B"
    high = cli.json("ticket", "show", number)
    urgent = cli.json("ticket", "priority", number, "Emergency")
    assert urgent["priority"] == "A"
    assert urgent["due"] < high["due"]


def test_a_ticket_waits_is_resolved_closed_and_opened_again(cli: CommandLine) -> None:
    number = cli.log("VPN down", "--caller", "Ken Lee")
    assert cli.json("ticket", "status", number, "waiting")["state"] == "waiting"
    resolved = cli.json("ticket", "resolve", number, "--message", "renewed the certificate")
    assert (resolved["state"], resolved["agent"]) == ("resolved", "john")
    assert resolved["resolved"] is not None
    assert "renewed the certificate" in [entry["text"] for entry in resolved["thread"]]
    closed = cli.json("ticket", "close", number)
    assert (closed["state"], closed["number"]) == ("closed", number)
    reopened = cli.json("ticket", "reopen", number, "--message", "it is back")
    assert (reopened["state"], reopened["reopens"], reopened["closed"]) == ("open", 1, None)


def test_claim_and_release(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert cli.json("ticket", "claim", number)["agent"] == "john"
    assert "John Doe" in cli.refused("ticket", "claim", number, by="jane")
    assert cli.json("ticket", "release", number)["agent"] is None


def test_edit_changes_several_fields_in_one_act(cli: CommandLine) -> None:
    cli.log("Other", "--caller", "Ann Roe", "--phone", "030 7654321")
    number = cli.log("VPN down")
    edited = cli.json(
        "ticket", "edit", number, "--set", "subject=VPN = down", "--set", "topic=Feedback", "--set", "caller=ann roe",
        "--set", "due=2026-12-24T10:00:00Z", "--set", "source=email",
    )  # fmt: skip
    assert edited["subject"] == "VPN = down"
    assert (edited["topic"], edited["caller"]["name"], edited["source"]) == ("Feedback", "Ann Roe", "email")
    assert edited["due"] == "2026-12-24T10:00:00Z"
    assert cli.json("undo")["subject"] == "VPN down"
    assert cli.json("ticket", "edit", number, "--set", "caller=", "--set", "due=")["caller"] is None


def test_edit_says_which_fields_there_are_and_which_callers_are_meant(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert "subject" in cli.refused("ticket", "edit", number, "--set", "colour=red", code=2)
    assert "FIELD=VALUE" in cli.refused("ticket", "edit", number, "--set", "subject", code=2)
    assert "Zoe" in cli.refused("ticket", "edit", number, "--set", "caller=Zoe")
    cli.log("A", "--caller", "Sam Poe", "--phone", "030 1111111")
    cli.log("B", "--caller", "Sam Poe", "--phone", "030 2222222")
    assert "030 2222222" in cli.refused("ticket", "edit", number, "--set", "caller=Sam Poe")
    edited = cli.json("ticket", "edit", number, "--set", "caller=030 2222222")
    assert edited["caller"]["phones"] == ["030 2222222"]


def test_tags_are_added_and_removed_by_their_signs(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert cli.json("ticket", "tag", number, "+vpn", "+sales")["tags"] == ["sales", "vpn"]
    assert cli.json("ticket", "tag", number, "-vpn", "+s")["tags"] == ["s", "sales"]
    assert cli.json("ticket", "tag", number, "-s", "-sales")["tags"] == []
    assert "+TAG" in cli.refused("ticket", "tag", number, "vpn", code=2)
    assert "+TAG" in cli.refused("ticket", "tag", number, "--vpn", code=2)


def test_merge_prints_the_ticket_that_stays_and_unmerge_the_one_taken_out(cli: CommandLine) -> None:
    stays, goes = cli.log("VPN down"), cli.log("VPN is down", "--details", "for me as well")
    merged = cli.json("ticket", "merge", goes, "--into", stays)
    assert merged["number"] == stays
    assert "for me as well" in [entry["text"] for entry in merged["thread"]]
    out = cli.json("ticket", "unmerge", goes)
    assert (out["number"], out["state"]) == (goes, "open")
    assert "itself" in cli.refused("ticket", "merge", stays, "--into", stays)


def test_followers_hear_in_their_inbox_what_happens_and_reading_leaves_it_there(cli: CommandLine) -> None:
    number = cli.log("VPN down", "--caller", "Ken Lee", by="jane")
    assert cli.json("inbox") == []
    cli.json("ticket", "follow", number)
    cli.json("ticket", "reply", number, "--text", "renewed", "--resolve", by="jane")
    for _time in range(2):
        news = cli.json("inbox")
        assert {"ticket", "what", "by", "by_name", "at", "event", "why"} == set(news[0])
        assert [(item["ticket"], item["by"]) for item in news] == [(number, "jane")]
    cli.json("ticket", "follow", number, "--off")
    cli.json("ticket", "reopen", number, by="jane")
    assert "reopened" not in [item["what"] for item in cli.json("inbox")]


def test_undo_and_redo_print_the_ticket_and_take_any_act_by_its_name(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    cli.json("ticket", "priority", number, "A")
    named = cli.json("ticket", "tag", number, "+vpn")["thread"][-1]["act"]
    assert cli.json("undo")["tags"] == []
    assert cli.json("undo")["priority"] == "C"
    assert cli.json("redo")["priority"] == "A"
    assert cli.json("redo")["tags"] == ["vpn"]
    assert cli.json("undo", named)["tags"] == []
    assert cli.json("ticket", "show", number)["priority"] == "A"


def test_undoing_the_log_withdraws_the_ticket_and_its_number_still_finds_it(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    assert cli.json("undo")["state"] == "withdrawn"
    assert cli.json("ticket", "show", number)["state"] == "withdrawn"
    assert cli.json("ticket", "list", "--queue", "all") == []
    assert cli.json("redo")["state"] == "open"


def test_with_nothing_to_undo_it_says_so(cli: CommandLine) -> None:
    assert "nothing to undo" in cli.refused("undo")
    assert "nothing to redo" in cli.refused("redo")
    assert "no act" in cli.refused("undo", "yesterday")


def test_search_finds_words_numbers_callers_and_phones(cli: CommandLine) -> None:
    number = cli.log(
        "VPN down", "--details", "certificate expired", "--caller", "Ken Lee", "--phone", "030 1234567"
    )
    for query in ("certificate", "vpn", number, "030 123 45 67", "caller:ken"):
        assert [ticket["number"] for ticket in cli.json("search", query)] == [number], query
    assert cli.json("search", "zebra") == []
    assert number in cli.run("search", "vpn").out


def test_a_write_for_people_is_answered_with_the_ticket_in_a_few_lines(cli: CommandLine) -> None:
    number = cli.log("VPN down")
    said = cli.run("ticket", "priority", number, "A")
    assert said.out.startswith(f"{number}  VPN down\nSev-A · open · Support")
    assert len(said.out.splitlines()) <= 4


def in_conflict(cli: CommandLine) -> str:
    """A ticket whose subject Ann and Jane changed, Jane from a form that she had opened before."""
    number = cli.log("VPN down")
    front = bootstrap.open_desk(cli.desk)
    ann, jane = front.log_in("ann", PASSWORD), front.log_in("jane", PASSWORD)
    shown_to_jane = jane.ticket(number).position
    ann.edit(number, subject="VPN down for sales")
    jane.edit(number, subject="VPN down since noon", seen=shown_to_jane)
    front.close()
    return number


def test_a_conflict_is_shown_with_both_values_and_is_not_settled_by_accident(cli: CommandLine) -> None:
    number = in_conflict(cli)
    [conflict] = cli.json("ticket", "show", number)["conflicts"]
    [rival] = conflict["rivals"]
    assert set(conflict) == {"field", "shown", "rivals"}
    assert set(rival) == {"value", "by", "at", "replica"}
    assert conflict["field"] == "subject"
    assert {(conflict["shown"], "jane"), (rival["value"], rival["by"])} == {
        ("VPN down since noon", "jane"),
        ("VPN down for sales", "ann"),
    }
    assert number in [ticket["number"] for ticket in cli.json("ticket", "list", "--queue", "differences")]
    assert "subject" in cli.refused("ticket", "edit", number, "--set", "subject=Mine")
    assert "VPN down for sales" in cli.run("ticket", "show", number).out


def test_settling_takes_either_value_and_refuses_any_other(cli: CommandLine) -> None:
    number = in_conflict(cli)
    assert cli.refused("ticket", "settle", number, "subject", "Something else")
    settled = cli.json("ticket", "settle", number, "subject", "VPN down for sales")
    assert (settled["subject"], settled["conflicts"]) == ("VPN down for sales", [])
    assert len(cli.json("undo")["conflicts"]) == 1


def test_others_get_the_replies_in_copy_until_they_are_removed(cli: CommandLine) -> None:
    number = cli.json("ticket", "log", "--subject", "VPN down")["number"]
    ticket = cli.json("ticket", "copy", number, "ann@sales.example", "bob@sales.example")
    assert "put ann@sales.example, bob@sales.example in copy" in events(ticket)
    ticket = cli.json("ticket", "copy", number, "ann@sales.example", "--remove")
    assert "took ann@sales.example out of the copies" in events(ticket)
    assert "no e-mail address" in cli.refused("ticket", "copy", number, "nobody")
