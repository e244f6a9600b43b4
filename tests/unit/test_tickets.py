"""What the facts of a ticket come to: its row and its events, by example."""

from typing import Any

import pytest

from desktop_desk.domain.facts import EntityId, Fact, ReplicaId, fold
from desktop_desk.domain.tickets import Entries, Office, Summary, late_acts, once_a_row, summarise, unseen_by

HERE, LAPTOP = ReplicaId("1" * 32), ReplicaId("2" * 32)
TICKET = EntityId("a" * 32)
OFFICE = Office({"o": "open", "w": "waiting", "w2": "waiting", "r": "resolved", "c": "closed"}, {})
MINUTE = 60_000


def told(*facts: tuple[str, dict[str, Any]], replica: ReplicaId = HERE, start: int = 1) -> list[Fact]:
    """Facts a minute apart, each by somebody who had been shown all before it."""
    return [
        Fact(
            replica=replica, seq=seq, act=seq, seen=seq - 1, stamp=seq, at=seq * MINUTE, wall=seq * MINUTE, actor=None,
            verb=verb, entity=TICKET, ticket=TICKET, fields=fields,
        )
        for seq, (verb, fields) in enumerate(facts, start)
    ]  # fmt: skip


OPENED = ("opened", {"number": "1001-9", "status": "o", "priority": "A", "target": 60, "agent": None})


def row(*facts: tuple[str, dict[str, Any]], entries: Entries | None = None) -> Summary:
    return summarise(fold(told(OPENED, *facts)), entries or Entries(), OFFICE)


def counted(summary: Summary) -> list[str]:
    return [event.what for event in summary.events]


def test_each_state_a_ticket_comes_to_is_an_event_and_staying_there_is_none() -> None:
    summary = row(
        ("status_set", {"status": "w"}), ("status_set", {"status": "w"}), ("status_set", {"status": "w2"}),
        ("resolved", {"status": "r"}), ("closed", {"status": "c"}), ("reopened", {"status": "o"}),
    )  # fmt: skip
    assert [what for what in counted(summary) if what in {"waiting", "resolved", "closed", "reopened"}] == [
        "waiting", "waiting", "resolved", "closed", "reopened",
    ]  # fmt: skip


def test_a_row_that_two_desks_took_in_is_counted_once() -> None:
    facts = told(OPENED, ("assigned", {"agent": "x", "row": "7"}), ("reassigned", {"agent": "y", "row": "8"}))
    again = told(("reassigned", {"agent": "y", "row": "8"}), replica=LAPTOP, start=4)
    summary = summarise(fold([*facts, *again]), Entries(), OFFICE)
    assert (summary.reassignments, counted(summary).count("reassigned")) == (1, 1)
    assert len(once_a_row([*facts, *again])) == 3


@pytest.mark.parametrize(
    ("entries", "answered"),
    [
        (Entries(), False),
        (Entries(first_reply=5 * MINUTE, last_reply=5 * MINUTE), True),
        (Entries(first_reply=5 * MINUTE, last_reply=5 * MINUTE, last_word=6 * MINUTE), False),
        (Entries(first_reply=5 * MINUTE, last_reply=7 * MINUTE, last_word=6 * MINUTE), True),
        (Entries(first_reply=0, last_reply=0), False),
    ],
)
def test_answered_is_whether_the_agent_spoke_last(entries: Entries, *, answered: bool) -> None:
    assert row(entries=entries).answered == answered


def test_what_ended_in_time_and_what_did_not() -> None:
    early = row(("resolved", {"status": "r"}))
    late = row(*[("edited", {"subject": str(n)}) for n in range(70)], ("resolved", {"status": "r"}))
    assert "sla_met" in counted(early)
    assert "overdue" in counted(late)


def test_an_end_covers_what_was_shown_to_whoever_set_it() -> None:
    facts = told(OPENED, ("resolved", {"status": "r"}), ("edited", {"subject": "x"}))
    assert unseen_by("status", facts[1], facts) == ()
    stale = Fact(
        replica=HERE, seq=4, act=4, seen=1, stamp=4, at=4, wall=4, actor=None, verb="noted",
        entity=EntityId("b" * 32), ticket=TICKET, fields={"text": "hm"},
    )  # fmt: skip
    assert unseen_by("status", facts[1], [*facts, stale]) == (stale,)


def test_what_stands_on_a_withdrawn_ticket_is_late_but_for_followers() -> None:
    facts = told(OPENED, ("followed", {"follow:x": True}), ("edited", {"subject": "x"}))
    undone = told(("undone", {"act": f"{HERE}:1"}), start=4)
    assert late_acts([*facts, *undone]) == {facts[2].act_id}
