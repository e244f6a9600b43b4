"""A history of a desk in several places, with everything that happens to disks, clocks and hubs; and what it must keep.

Each step is a method, so that Hypothesis and a plain dice play the same game. The oracle is told what was acknowledged.
"""

import shutil
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import DeskError, StorageUnavailable
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.log import from_line, to_line
from desktop_desk.storage.projector import Projector
from tests.builders import a_ticket
from tests.fakes import DAY
from tests.property.oracle import Name
from tests.property.places import Place
from tests.property.witness import Form, Witness

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PLACES, YEAR = 8, 365 * DAY


class Killed(BaseException):
    """The process ended here."""


class History(Witness):
    """Steps of clerks, and what happens to their disks, clocks and hub."""

    # ── what clerks do ───────────────────────────────────────────────────────────────────────────────────────────

    def word(self) -> str:
        self._words += 1
        return f"word {self._words}"

    def log(self, at: int, login: str) -> None:
        """Somebody logs a call; the number is told to the caller."""
        place = self.places[at]
        number: list[str] = []

        def verb(desk: Desk) -> Done:
            number.append(a_ticket(desk, self.word()))
            view = desk.ticket(number[0])
            return Done(view.thread[0].act, number[0], view.uid)

        done = self._acts(place, login, verb)
        if done is not None and done.uid is not None:
            self.tickets.append(done.uid)
            self.given.append((number[0], done.uid))
            self.counts["numbers"] += 1

    def edit(
        self, at: int, login: str, ticket: int, change: tuple[str, Any], form: Form | None = None
    ) -> None:
        """A field is changed by a command, or from a form that was opened before."""
        name, value = change
        uid = form.ticket if form is not None else self._ticket(ticket)
        seen = form.position if form is not None else None

        def verb(desk: Desk) -> Done:
            number = self._number(desk, uid)
            match name:
                case "priority":
                    return desk.set_priority(number, value, seen=seen)
                case "status":
                    return desk.set_status(number, value, seen=seen)
                case "subject":
                    return desk.edit(number, subject=self.word() if value is None else value, seen=seen)
                case _:
                    return desk.edit(number, **{name: value}, seen=seen)

        self._acts(self.places[at], login, verb, form)

    def open_form(self, at: int, login: str, ticket: int) -> None:
        """A form is opened, and lies open."""
        place, uid = self.places[at], self._ticket(ticket)
        record = place.store.tickets.by_uid(EntityId(uid))
        if record is not None:
            shown = frozenset(place.facts())
            position = place.desks[login].ticket(record.number).position
            self.forms.append(Form(at, login, uid, position, shown, self._log_end(place)))

    def save_form(self, which: int, change: tuple[str, Any]) -> None:
        """A form that lay open is saved, whatever came meanwhile."""
        if self.forms:
            form = self.forms.pop(which % len(self.forms))
            self.edit(form.place, form.login, 0, change, form)

    def say(self, at: int, login: str, ticket: int, kind: str) -> None:
        """Words on a ticket, tags, hands: what is no conflict, or may be one."""
        uid = self._ticket(ticket)
        verbs: dict[str, Callable[[Desk, str], Done]] = {
            "note": lambda desk, number: desk.note(number, self.word()),
            "reply": lambda desk, number: desk.reply(number, self.word()),
            "tag": lambda desk, number: desk.tag(number, add=("vip",)),
            "untag": lambda desk, number: desk.tag(number, remove=("vip",)),
            "jane": lambda desk, number: desk.assign(number, "jane"),
            "john": lambda desk, number: desk.assign(number, "john"),
            "merge": lambda desk, number: desk.merge(number, self._number(desk, self._ticket(ticket + 1))),
            "unmerge": lambda desk, number: desk.unmerge(number),
        }
        self._acts(self.places[at], login, lambda desk: verbs[kind](desk, self._number(desk, uid)))

    def undo(self, at: int, login: str, *, again: bool) -> None:
        """Undo or redo what was done to a ticket; not that there are agents."""
        desk = self.places[at].desks[login]
        step = desk.redo_step() if again else desk.undo_step()
        if step is None or step.ticket is None:
            return
        self._acts(self.places[at], login, lambda desk: desk.redo() if again else desk.undo())

    def settle(self, at: int, which: int) -> None:
        """Ada chooses between rivals."""
        desk = self.places[at].ada
        rows = desk.queue("differences", "number").rows
        if not rows:
            return
        view = desk.ticket(rows[which % len(rows)].number)
        if view.conflicts:
            conflict = view.conflicts[which % len(view.conflicts)]
            value = conflict.rivals[0].value
            self._acts(self.places[at], "ada", lambda ada: ada.settle(view.number, conflict.field, value))

    def from_the_future(self, at: int, ticket: int) -> None:
        """A newer version of the program writes what this one does not know."""
        place, uid = self.places[at], EntityId(self._ticket(ticket))
        if place.store.tickets.by_uid(uid) is None or self.knows_it_is_revoked(place):
            return
        fields = {"sparkle": self.word(), "subject": self.word(), "nested": {"list": [1, None, "☎"]}}
        before = place.facts()
        with place.store.writing():
            (fact,) = place.store.journal.append([Draft("sparkled", uid, fields, ticket=uid)], None, None)
        self._note(place, fact, before)
        entry = place.store.log.entries(fact.replica, fact.seq - 1, 1)[0]
        self.strange[fact.replica, fact.seq] = to_line(entry)

    def purge(self, ticket: int) -> None:
        """The office purges the newest words of a ticket: what a copy purged that is revoked later is not played."""
        desk = self.places[0].ada
        record = desk.store.tickets.by_uid(EntityId(self._ticket(ticket)))
        if record is None or record.state == "withdrawn":
            return
        said = [entry for entry in desk.ticket(record.number).thread if entry.text and entry.kind != "event"]
        own = [
            entry for entry in said if entry.ticket_number == record.number and entry.text not in self.purged
        ]
        if own and self._acts(self.places[0], "ada", lambda ada: ada.purge_entry(record.number, own[-1].uid)):
            self.purged.add(own[-1].text)
            self.counts["purged"] += 1

    def revoke(self, other: int) -> None:
        """The office trusts a copy no more, or again; copies that revoke each other are not played."""
        desk, uid = self.places[0].ada, self.places[other].own
        known = {one.uid: one for one in desk.replicas()}.get(EntityId(uid))
        if other == 0 or known is None:
            return
        verb = desk.revoke_replica if known.cutoff is None else desk.trust_replica
        if self._acts(self.places[0], "ada", lambda _ada: verb(uid)):
            self.counts["revoked"] += 1

    def decide(self, *, accept: bool) -> None:
        """The office decides on all that is held, in its order."""
        desk = self.places[0].ada
        for held in desk.held_acts():
            verb = desk.accept_held if accept else desk.refuse_held
            self._acts(self.places[0], "ada", lambda _ada, verb=verb, act=held.act: verb(act))

    # ── what happens to them ─────────────────────────────────────────────────────────────────────────────────────

    def sync(self, at: int, fails_at: int = 0, *, kill: bool = False) -> None:
        """Exchange with the hub; it may vanish, or the program end, at one of the calls."""
        place = self.places[at]

        def before(count: int, _call: str, _name: str) -> None:
            if fails_at and count >= fails_at:
                raise Killed if kill else StorageUnavailable("missing", "The hub cannot be reached.")

        self.counts["syncs"] += 1
        try:
            place.sync(self.hub, before)
        except (StorageUnavailable, Killed):
            self.counts["broken off"] += 1
            if kill:
                place.reopen()
        else:
            self.synced(place)

    def die_while_applying(self, at: int) -> None:
        """The program ends in the middle of the transaction that takes facts in."""
        place = self.places[at]
        with patch.object(Projector, "follow", side_effect=Killed):
            try:
                place.sync(self.hub)
            except Killed:
                self.counts["broken off"] += 1
        place.reopen()

    def die_while_writing(self, at: int, login: str, ticket: int) -> None:
        """The program ends before an act was acknowledged."""
        place, uid = self.places[at], self._ticket(ticket)
        before = place.facts()

        def end() -> None:
            raise Killed

        try:
            with place.store.writing():
                place.desks[login].note(self._number(place.desks[login], uid), "never said")
                end()
        except (Killed, DeskError):
            self.counts["broken off"] += 1
        place.reopen()
        assert place.facts() == before

    def pass_on(self, source: int, target: int, times: int, *, backwards: bool = False) -> None:
        """A stick carries entries from one place to another: twice, and the newer ones first."""
        there, here = self.places[source], self.places[target]
        if there is here:
            return
        for _time in range(times):
            have = here.store.log.vector()
            entries = [
                from_line(to_line(entry))
                for replica in there.store.log.vector()
                if replica != here.own
                for entry in there.store.log.entries(replica, max(0, have.get(replica, 0) - 5), 1000)
            ]
            here.store.log.apply(entries[::-1] if backwards else entries)
        self.counts["passed on"] += 1

    def back_up(self, at: int) -> None:
        """A backup of the file is kept."""
        target = self.folder / f"backup{at}-{self.word()}.desk"
        self.places[at].ada.backup(target)
        self.held_back[at] = target

    def restore(self, at: int) -> bool:
        """The disk is gone, and the backup is put in its place by hand; False when there is none to go on with."""
        place, kept = self.places[at], self.held_back.get(at)
        if kept is None or not self._may_leave(place, kept):
            return False
        others = [other for other in self.places if other is not place]
        elsewhere = set[Name]().union(*(other.facts() | other.held() for other in others))
        self.unsure |= (place.facts() | place.held()) - elsewhere
        place.close()
        _remove(place.path)
        shutil.copy(kept, place.path)
        place.open()
        self.forms = [form for form in self.forms if form.place != at]
        self.counts["restored"] += 1
        del self.held_back[at]
        self._heard(place)
        return True

    def clone(self, at: int) -> bool:
        """Somebody copies the file and opens the copy as well; False when that is not played now."""
        place = self.places[at]
        if len(self.places) >= MOST_PLACES or not self._may_leave(place, None):
            return False
        place.close()
        path = self.folder / f"clone{len(self.places)}.desk"
        shutil.copy(place.path, path)
        place.open()
        self.places.append(Place(path, deepcopy(place.clock)))
        self.counts["cloned"] += 1
        self._heard(self.places[-1])
        clone = self.places[-1].own
        assert clone != place.own
        self.spent[place.own] = clone
        self.waiting.add(clone)
        return True

    def skew(self, at: int, years: int) -> None:
        """Somebody sets a clock wrong."""
        self.places[at].clock.now = self.now.now + years * YEAR

    def rest(self, days: int) -> None:
        """Time passes, and everybody goes on offline."""
        for clock in (self.now, *(place.clock for place in self.places)):
            clock.passes(days=days)
        self.counts["days"] += days

    def tear(self, which: int, how: str) -> None:
        """Something happens to a file at the hub."""
        names = sorted(self.hub.shelves["segments"])
        if not names:
            return
        name = names[which % len(names)]
        body = self.hub.shelves["segments"][name]
        self.harmed.add(name)
        match how:
            case "torn":
                self.hub.shelves["segments"][name] = body[: len(body) // 2]
            case "changed":
                self.hub.shelves["segments"][name] = body[:-40] + bytes([body[-40] ^ 1]) + body[-39:]
            case "removed":
                del self.hub.shelves["segments"][name]
            case "conflicted copy":
                self.hub.shelves["segments"][f"{name[:-4]} (conflicted copy).seg"] = body
            case "old hub":
                self.hub.shelves = deepcopy(self.older_hub)
            case _:
                self.older_hub = deepcopy(self.hub.shelves)
        self.counts["hub harmed"] += 1

    def _may_leave(self, place: Place, kept: Path | None) -> bool:
        """Whether letters in reserve are left for a copy of this desk: two that take the same could not know."""
        reserve = place.store.log.note("reserve")
        return place.own not in self.spent and bool(reserve) and (kept is None or self._is_of(place, kept))

    def _is_of(self, place: Place, kept: Path) -> bool:
        import sqlite3

        with sqlite3.connect(f"file:{kept}?mode=ro", uri=True) as file:
            sql = "SELECT value FROM meta WHERE key = 'note:reserve'"
            (row,) = file.execute(sql).fetchall() or [("",)]
        file.close()
        return row[0] == place.store.log.note("reserve")


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
