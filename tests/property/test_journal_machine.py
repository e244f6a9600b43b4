"""Clerks at one desk in any order: what the desk shows is what a plain list of acts comes to.

The model keeps every act as a list of what it set, with how many acts its author had been shown. It knows the rules
of the trade by itself, and shares no code with the fold, the projections or the counters.
"""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Position
from desktop_desk.domain.errors import DeskError, Invalid, NotFound, Stale
from tests.builders import a_desk, a_ticket
from tests.fakes import HOUR

NAMES = {"ada": "Ada Admin", "john": "John Doe", "jane": "Jane Roe"}
TEAM, SUPPORT, SYSTEMS = "Night shift", "Support", "System Administrators"
ENDED = ("resolved", "closed")
SHOWN = ("subject", "priority", "status", "agent", "team", "department", "merged_into", "tag:x", "tag:y")
clerks = st.sampled_from(sorted(NAMES))


@dataclass
class Set:
    """One thing that an act set or said: on which ticket, by somebody who knew so many acts."""

    ticket: str
    fields: dict[str, Any]
    knew: int
    said: str = ""
    kind: str = ""
    follows: bool = False
    """Decided within the transaction, which has seen everything."""


@dataclass
class Act:
    """One act: who did it, and whether it stands."""

    id: str
    by: str
    place: int
    at: int
    sets: list[Set] = field(default_factory=list)
    tickets: set[str] = field(default_factory=set)
    is_undo: bool = False
    void: bool = False
    undoes: "Act | None" = None


class Model:
    """The plain truth."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def heads(self, ticket: str, name: str) -> list[tuple[Act, Set]]:
        """Who set a field without being replaced by somebody who knew, the newest first."""
        found = [
            (act, part)
            for act in self.acts
            if not act.void
            for part in act.sets
            if part.ticket == ticket and name in part.fields
        ]
        return [
            (act, part)
            for act, part in reversed(found)
            if not any(other.place > act.place and part_.knew > act.place for other, part_ in found)
        ]

    def value(self, ticket: str, name: str) -> Any:
        heads = self.heads(ticket, name)
        return heads[0][1].fields[name] if heads else None

    def in_conflict(self, ticket: str, name: str) -> bool:
        return len({repr(part.fields[name]) for _act, part in self.heads(ticket, name)}) > 1

    def opening(self, ticket: str) -> Act:
        return next(
            act
            for act in self.acts
            if any(part.kind == "opened" and part.ticket == ticket for part in act.sets)
        )

    def is_withdrawn(self, ticket: str) -> bool:
        return self.opening(ticket).void

    def merged_into(self, ticket: str) -> str | None:
        """The link that holds: a circle is cut at the ticket that was made first."""
        into = self.value(ticket, "merged_into")
        path = [ticket]
        link = into
        while link is not None and link not in path:
            path.append(link)
            link = self.value(link, "merged_into")
        return None if link == ticket and ticket == min(path) else into

    def whole(self, ticket: str) -> str:
        passed = {ticket}
        while (link := self.merged_into(ticket)) is not None and link not in passed:
            passed.add(link)
            ticket = link
        return ticket

    def state(self, ticket: str) -> str:
        if self.is_withdrawn(ticket):
            return "withdrawn"
        return "closed" if self.merged_into(ticket) else self.value(ticket, "status")

    def said(self, ticket: str) -> list[str]:
        """What counts of a ticket's own thread, in order."""
        return [
            part.said
            for act in self.acts
            if not act.void
            for part in act.sets
            if part.ticket == ticket and part.said
        ]

    def is_answered(self, ticket: str) -> bool:
        spoken = [
            part.kind
            for act in self.acts
            if not act.void
            for part in act.sets
            if part.ticket == ticket and part.kind in {"replied", "messaged", "opened"}
        ]
        return bool(spoken) and spoken[-1] == "replied"

    @staticmethod
    def is_end(value: str | None, name: str) -> bool:
        return value in ENDED if name == "status" else value is not None

    def unseen_ends(self, ticket: str) -> int:
        """Ends of the ticket that somebody who wrote to it did not know of, nor the end of that."""
        count = 0
        for name in ("status", "merged_into"):
            heads = self.heads(ticket, name)
            if not heads or not self.is_end(heads[0][1].fields[name], name):
                continue
            end, ending = heads[0]
            count += any(
                act is not end
                and not act.void
                and not act.is_undo
                and part.ticket == ticket
                and name not in part.fields
                and part.knew <= end.place
                and ending.knew <= act.place
                for act in self.acts
                for part in act.sets
            )
        return count

    def differences(self, ticket: str) -> int:
        if self.is_withdrawn(ticket):
            return sum(ticket in act.tickets for act in self.acts if not act.void and not act.is_undo)
        return sum(self.in_conflict(ticket, name) for name in SHOWN) + self.unseen_ends(ticket)

    def newest_own(self, by: str) -> Act | None:
        return next(
            (act for act in reversed(self.acts) if act.by == by and not act.is_undo and not act.void), None
        )

    def newest_undone(self, by: str) -> Act | None:
        """What somebody's newest standing undo took back, unless he did something else since."""
        for act in reversed(self.acts):
            if act.by != by:
                continue
            if not act.is_undo:
                return None
            if act.undoes is not None and not act.void:
                return act.undoes
        return None


class Clerks(RuleBasedStateMachine):
    """John, Jane and Ada at one desk."""

    tickets = Bundle("tickets")
    forms = Bundle("forms")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dd-clerks-"))
        self.model = Model()
        self.words = 0

    @initialize(target=tickets)
    def open_the_desk(self) -> MultipleResults[str]:
        self.office = a_desk(self.folder)
        return multiple(
            *(self._log(who, agent) for who, agent in (("john", None), ("jane", "john"), ("ada", None)))
        )

    def teardown(self) -> None:
        try:
            if hasattr(self, "office"):
                self.everything_is_as_in_the_model()
                found = self.office.ada.check(rebuild=True)
                assert found.problems == ()
                self.everything_is_as_in_the_model()
                self.office.close()
        finally:
            shutil.rmtree(self.folder)

    # ── what the model keeps ─────────────────────────────────────────────────────────────────────────────────────

    def desk(self, who: str) -> Desk:
        return getattr(self.office, who)

    def word(self) -> str:
        self.words += 1
        return f"word{self.words}"

    def keep(self, act: str, who: str, *sets: Set) -> None:
        """Note an act that the desk says it did; one that changes nothing is none."""
        assert bool(act) == bool(sets), (act, sets)
        if act:
            place = len(self.model.acts)
            self.model.acts.append(
                Act(act, who, place, self.office.clock.now, list(sets), {part.ticket for part in sets})
            )
            self.office.clock.passes(minutes=7)

    def now(self) -> int:
        return len(self.model.acts)

    def knew(self, who: str, ticket: str, form: "Form | None") -> int:
        """How many acts somebody knew of: those his form showed, and then as long as only he wrote to the ticket."""
        if form is None:
            return self.now()
        later = self.model.acts[form.knew :]
        return next((act.place for act in later if act.by != who and ticket in act.tickets), self.now())

    def reopened(self, ticket: str) -> list[Set]:
        """What the caller's word or handing on does to an ended ticket."""
        if self.model.state(ticket) not in ENDED:
            return []
        return [Set(ticket, {"status": "open"}, self.now(), follows=True)]

    def refuses(self, ticket: str, *names: str, form: "Form | None" = None) -> bool:
        """Whether commands must be refused: they were shown no rivals."""
        return form is None and any(self.model.in_conflict(ticket, name) for name in names)

    def stands_still(self, ticket: str) -> bool:
        return self.model.is_withdrawn(ticket) or self.model.merged_into(ticket) is not None

    # ── what clerks do ───────────────────────────────────────────────────────────────────────────────────────────

    @rule(target=tickets, who=clerks, agent=st.sampled_from((None, "jane", "john")))
    def log_a_ticket(self, who: str, agent: str | None) -> str:
        return self._log(who, agent)

    def _log(self, who: str, agent: str | None) -> str:
        subject = self.word()
        number = a_ticket(self.desk(who), subject, agent=agent)
        act = self.desk(who).ticket(number).thread[0].act
        self.keep(
            act,
            who,
            Set(
                number,
                {
                    "subject": subject, "status": "open", "priority": "C", "agent": agent, "team": None,
                    "department": SUPPORT,
                },
                self.now(),
                kind="opened",
            ),
        )  # fmt: skip
        return number

    @rule(target=forms, who=clerks, ticket=tickets)
    def open_a_form(self, who: str, ticket: str) -> "Form":
        return Form(who, ticket, self.desk(who).ticket(ticket).position, self.now())

    @rule(who=clerks, ticket=tickets, to=st.sampled_from((*NAMES, TEAM, SUPPORT, SYSTEMS)))
    def hand_on(self, who: str, ticket: str, to: str) -> None:
        self._hand_on(who, ticket, to, None)

    @rule(form=consumes(forms), to=st.sampled_from((*NAMES, TEAM, SYSTEMS)))
    def hand_on_from_a_form(self, form: "Form", to: str) -> None:
        self._hand_on(form.who, form.ticket, to, form)

    def _hand_on(self, who: str, ticket: str, to: str, form: "Form | None") -> None:
        wanted: dict[str, Any] = {"agent": to} if to in NAMES else {"agent": None, "team": to}
        if to in (SUPPORT, SYSTEMS):
            wanted = {"agent": None, "team": None, "department": to}
        is_there = all(self.model.value(ticket, name) == value for name, value in wanted.items())
        is_there = is_there and not any(self.model.in_conflict(ticket, name) for name in wanted)
        opens = [] if is_there else self.reopened(ticket)
        seen = form.position if form else None
        if self.stands_still(ticket):
            with pytest.raises(Invalid):
                self.desk(who).assign(ticket, to, seen=seen)
            return
        if not is_there and self.refuses(ticket, *wanted, form=form):
            with pytest.raises(Stale):
                self.desk(who).assign(ticket, to, seen=seen)
            return
        knew = self.knew(who, ticket, form)
        done = self.desk(who).assign(ticket, to, seen=seen)
        self.keep(done.act, who, *([] if is_there else [Set(ticket, wanted, knew)]), *opens)

    @rule(who=clerks, ticket=tickets)
    def claim(self, who: str, ticket: str) -> None:
        agent = self.model.value(ticket, "agent")
        if self.stands_still(ticket) or agent not in (None, who):
            with pytest.raises(Invalid):
                self.desk(who).claim(ticket)
        elif agent is None and self.refuses(ticket, "agent"):
            with pytest.raises(Stale):
                self.desk(who).claim(ticket)
        else:
            done = self.desk(who).claim(ticket)
            self.keep(done.act, who, *([] if agent else [Set(ticket, {"agent": who}, self.now())]))

    @rule(who=clerks, ticket=tickets)
    def release(self, who: str, ticket: str) -> None:
        held = self.model.value(ticket, "agent") or self.model.value(ticket, "team")
        if self.stands_still(ticket):
            with pytest.raises(Invalid):
                self.desk(who).release(ticket)
        elif held and self.refuses(ticket, "agent", "team"):
            with pytest.raises(Stale):
                self.desk(who).release(ticket)
        else:
            done = self.desk(who).release(ticket)
            self.keep(
                done.act, who, *([Set(ticket, {"agent": None, "team": None}, self.now())] if held else [])
            )

    @rule(who=clerks, ticket=tickets, letter=st.sampled_from("ABC"))
    def set_the_priority(self, who: str, ticket: str, letter: str) -> None:
        self._set_the_priority(who, ticket, letter, None)

    @rule(form=consumes(forms), letter=st.sampled_from("ABC"))
    def set_the_priority_from_a_form(self, form: "Form", letter: str) -> None:
        self._set_the_priority(form.who, form.ticket, letter, form)

    def _set_the_priority(self, who: str, ticket: str, letter: str, form: "Form | None") -> None:
        seen = form.position if form else None
        changes = self.model.value(ticket, "priority") != letter or self.model.in_conflict(ticket, "priority")
        if self.stands_still(ticket) or (changes and self.refuses(ticket, "priority", form=form)):
            with pytest.raises((Invalid, Stale)):
                self.desk(who).set_priority(ticket, letter, seen=seen)
            return
        knew = self.knew(who, ticket, form)
        done = self.desk(who).set_priority(ticket, letter, seen=seen)
        self.keep(done.act, who, *([Set(ticket, {"priority": letter}, knew)] if changes else []))

    @rule(who=clerks, ticket=tickets)
    def retitle(self, who: str, ticket: str) -> None:
        self._retitle(who, ticket, None)

    @rule(form=forms)
    def retitle_from_a_form(self, form: "Form") -> None:
        self._retitle(form.who, form.ticket, form)

    def _retitle(self, who: str, ticket: str, form: "Form | None") -> None:
        subject, seen = self.word(), form.position if form else None
        if self.stands_still(ticket) or self.refuses(ticket, "subject", form=form):
            with pytest.raises((Invalid, Stale)):
                self.desk(who).edit(ticket, subject=subject, seen=seen)
            return
        knew = self.knew(who, ticket, form)
        done = self.desk(who).edit(ticket, subject=subject, seen=seen)
        self.keep(done.act, who, Set(ticket, {"subject": subject}, knew))

    @rule(who=clerks, ticket=tickets, status=st.sampled_from(("open", "waiting", "resolved", "closed")))
    def set_the_status(self, who: str, ticket: str, status: str) -> None:
        self._set_the_status(who, ticket, status, None)

    @rule(form=consumes(forms), status=st.sampled_from(("waiting", "resolved")))
    def set_the_status_from_a_form(self, form: "Form", status: str) -> None:
        self._set_the_status(form.who, form.ticket, status, form)

    def _set_the_status(self, who: str, ticket: str, status: str, form: "Form | None") -> None:
        seen = form.position if form else None
        if self.stands_still(ticket):
            with pytest.raises(Invalid):
                self.desk(who).set_status(ticket, status, seen=seen)
            return
        changes = self.model.value(ticket, "status") != status or self.model.differences(ticket) > 0
        wanted: dict[str, Any] = {"status": status}
        if status in ENDED and self.model.value(ticket, "agent") is None:
            wanted["agent"] = who
        if changes and self.refuses(ticket, *wanted, form=form):
            with pytest.raises(Stale):
                self.desk(who).set_status(ticket, status, seen=seen)
            return
        knew = self.knew(who, ticket, form)
        done = self.desk(who).set_status(ticket, status, seen=seen)
        self.keep(done.act, who, *([Set(ticket, wanted, knew)] if changes else []))

    @rule(who=clerks, ticket=tickets, kind=st.sampled_from(("replied", "noted", "messaged")))
    def say(self, who: str, ticket: str, kind: str) -> None:
        self._say(who, ticket, kind, None)

    @rule(form=forms, kind=st.sampled_from(("replied", "noted", "messaged")))
    def say_from_a_form(self, form: "Form", kind: str) -> None:
        self._say(form.who, form.ticket, kind, form)

    def _say(self, who: str, ticket: str, kind: str, form: "Form | None") -> None:
        desk, seen = self.desk(who), form.position if form else None
        verb = {"replied": desk.reply, "noted": desk.note, "messaged": desk.message}[kind]
        whole = self.model.whole(ticket)
        if self.model.is_withdrawn(ticket) or self.model.is_withdrawn(whole):
            with pytest.raises(Invalid):
                verb(ticket, "hello", seen=seen)
            return
        text = self.word()
        more: list[Set] = []
        state = self.model.state(whole)
        if kind == "messaged":
            more = self.reopened(whole)
        elif kind == "replied" and not self.model.value(whole, "agent") and state not in ENDED:
            more = [Set(whole, {"agent": who}, self.now(), follows=True)]
        knew = self.knew(who, whole, form)
        done = verb(ticket, text, seen=seen)
        assert done.number == whole
        self.keep(done.act, who, Set(whole, {}, knew, text, kind), *more)

    @rule(who=clerks, ticket=tickets, tag=st.sampled_from("xy"), on=st.booleans())
    def tag(self, who: str, ticket: str, tag: str, *, on: bool) -> None:
        if self.stands_still(ticket):
            with pytest.raises(Invalid):
                self.desk(who).tag(ticket, add=(tag,))
            return
        changes = bool(self.model.value(ticket, f"tag:{tag}")) != on
        done = self.desk(who).tag(ticket, **{"add" if on else "remove": (tag,)})
        self.keep(done.act, who, *([Set(ticket, {f"tag:{tag}": on}, self.now())] if changes else []))

    @rule(who=clerks, ticket=tickets, into=tickets)
    def merge(self, who: str, ticket: str, into: str) -> None:
        model = self.model
        link: str | None = into
        passed: set[str] = set()
        while link is not None and link != ticket and link not in passed:
            passed.add(link)
            link = model.merged_into(link)
        whole = model.whole(into)
        if any(map(model.is_withdrawn, (ticket, into, whole))) or link == ticket:
            with pytest.raises(Invalid):
                self.desk(who).merge(ticket, into)
            return
        changes = model.merged_into(ticket) != whole
        if changes and model.in_conflict(ticket, "merged_into"):
            return
        done = self.desk(who).merge(ticket, into)
        self.keep(done.act, who, *([Set(ticket, {"merged_into": whole}, self.now())] if changes else []))

    @rule(who=clerks, ticket=tickets)
    def unmerge(self, who: str, ticket: str) -> None:
        if self.model.is_withdrawn(ticket) or self.model.merged_into(ticket) is None:
            with pytest.raises(Invalid):
                self.desk(who).unmerge(ticket)
            return
        done = self.desk(who).unmerge(ticket)
        self.keep(done.act, who, Set(ticket, {"merged_into": None}, self.now()))

    @rule(who=st.sampled_from(("jane", "john")))
    def undo(self, who: str) -> None:
        act = self.model.newest_own(who)
        step = self.desk(who).undo_step()
        assert (step.act if step else None) == (act.id if act else None)
        if act is None:
            with pytest.raises(NotFound):
                self.desk(who).undo()
            return
        self._undone(act, who, self.desk(who).undo().act)

    @precondition(lambda self: any(not act.void and not act.is_undo for act in self.model.acts))
    @rule(pick=st.integers(0, 1000))
    def undo_something_long_ago(self, pick: int) -> None:
        """Ada may undo what others did."""
        standing = [act for act in self.model.acts if not act.void and not act.is_undo]
        act = standing[pick % len(standing)]
        self._undone(act, "ada", self.office.ada.undo(act.id).act)

    def _undone(self, act: Act, who: str, by: str) -> None:
        act.void = True
        undo = Act(by, who, self.now(), self.office.clock.now, tickets=act.tickets, is_undo=True, undoes=act)
        self.model.acts.append(undo)
        self.office.clock.passes(minutes=7)

    @rule(who=clerks)
    def redo(self, who: str) -> None:
        act = self.model.newest_undone(who)
        step = self.desk(who).redo_step()
        assert (step.act if step else None) == (act.id if act else None)
        if act is None:
            with pytest.raises(DeskError):
                self.desk(who).redo()
            return
        done = self.desk(who).redo()
        for other in self.model.acts:
            if other.undoes is act:
                other.void = True
        act.void = False
        self.model.acts.append(
            Act(done.act, who, self.now(), self.office.clock.now, tickets=act.tickets, is_undo=True)
        )
        self.office.clock.passes(minutes=7)

    @rule(rebuilding=st.booleans())
    def restart(self, *, rebuilding: bool) -> None:
        self.office.restart()
        if rebuilding:
            assert self.office.ada.check(rebuild=True).problems == ()

    # ── what the desk shows ──────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def counters_are_what_a_plain_count_gives(self) -> None:
        if not hasattr(self, "office"):
            return
        model, counts = self.model, self.office.jane.counters()
        numbers = self._numbers()
        states = Counter(map(model.state, numbers))
        expected = {name: states[name] for name in ("open", "waiting", "resolved", "closed")}
        opened = [number for number in numbers if model.state(number) == "open"]
        live = [number for number in numbers if model.state(number) in {"open", "waiting"}]
        expected["all"] = sum(expected.values())
        expected["unassigned"] = sum(
            not model.value(number, "agent") and not model.value(number, "team") for number in opened
        )
        expected["mine"] = sum(model.value(number, "agent") == "jane" for number in live)
        expected["teams"] = sum(model.value(number, "team") == TEAM for number in live)
        expected["answered"] = sum(map(model.is_answered, opened))
        expected["differences"] = sum(model.differences(number) > 0 for number in numbers)
        shown = {name: counts.queues[name] for name in expected}
        assert shown == expected
        assert counts.total == expected["all"]

    def _numbers(self) -> list[str]:
        return [part.ticket for act in self.model.acts for part in act.sets if part.kind == "opened"]

    def everything_is_as_in_the_model(self) -> None:
        for number in self._numbers():
            self._is_as_in_the_model(number)
        for queue in (
            "open",
            "unassigned",
            "mine",
            "teams",
            "answered",
            "waiting",
            "resolved",
            "closed",
            "all",
        ):
            page = self.office.jane.queue(queue)
            assert len(page.rows) == self.office.jane.counters().queues[queue]
        overdue = {
            number
            for number in self._numbers()
            if self.model.state(number) == "open" and self.office.ada.ticket(number).overdue
        }
        assert {row.number for row in self.office.ada.queue("overdue").rows} == overdue

    def _is_as_in_the_model(self, number: str) -> None:
        model, view = self.model, self.office.ada.ticket(number)
        assert view.state == model.state(number)
        if view.state == "withdrawn":
            assert view.subject == model.opening(number).sets[0].fields["subject"] or view.subject
            return
        agent, team = model.value(number, "agent"), model.value(number, "team")
        assert (view.subject, view.priority) == (
            model.value(number, "subject"),
            model.value(number, "priority"),
        )
        assert (view.agent, view.team) == (agent, team or "")
        assert (view.status, view.department) == (
            model.value(number, "status"),
            model.value(number, "department"),
        )
        assert view.merged_into == model.merged_into(number)
        assert set(view.tags) == {tag for tag in "xy" if model.value(number, f"tag:{tag}")}
        assert view.answered == model.is_answered(number)
        own = [entry.text for entry in view.thread if entry.text and entry.ticket_number == number]
        assert own == model.said(number)
        in_conflict = {name for name in SHOWN if model.in_conflict(number, name)}
        assert {
            conflict.field for conflict in view.conflicts if conflict.field not in {"status", "merged_into"}
        } == (in_conflict - {"status", "merged_into"})
        assert bool(view.conflicts) == (model.differences(number) > 0)
        if view.due is not None:
            assert view.due > view.opened
            assert view.due - view.opened < 1000 * HOUR


@dataclass(frozen=True)
class Form:
    """A form that is open: who looks at which ticket, and what it showed him."""

    who: str
    ticket: str
    position: Position
    knew: int


TestClerks = Clerks.TestCase
TestClerks.settings = settings(stateful_step_count=40)
