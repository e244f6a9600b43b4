"""A witness of a desk in several places: notes what was acknowledged and to whom, and says what must hold."""

import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Position
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import DeskError, Stale
from desktop_desk.domain.facts import EntityId, Fact, FactId, fold
from desktop_desk.domain.log import to_line
from desktop_desk.exchange.shapes import ticket_json
from tests.property.oracle import Name, Noted, Oracle, Value
from tests.property.places import Place, Template, beginning

FORM_FIELDS = frozenset({"subject", "source", "due", "priority", "status", "topic"})
"""What forms change here; everything else in an act is decided when it is written."""


@dataclass
class Form:
    """A form that somebody opened: what it had been shown, by position for the desk and by name for the oracle."""

    place: int
    login: str
    ticket: str
    position: Position
    shown: frozenset[Name]
    reach: int


@dataclass
class Witness:
    """Places, their hub, and what somebody outside knows of them."""

    folder: Path
    made: Template
    oracle: Oracle = field(default_factory=Oracle)
    forms: list[Form] = field(default_factory=list[Form])
    given: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    counts: Counter[str] = field(default_factory=Counter[str])
    held_back: dict[int, Path] = field(default_factory=dict[int, Path])
    harmed: set[str] = field(default_factory=set[str])
    unsure: set[Name] = field(default_factory=set[Name])
    strange: dict[Name, str] = field(default_factory=dict[Name, str])
    purged: set[str] = field(default_factory=set[str])
    _words: int = 0

    def __post_init__(self) -> None:
        self.places, self.hub, self.now = beginning(self.folder, self.made)
        self.older_hub = deepcopy(self.hub.shelves)
        # Whose letters in reserve a clone has taken, and which clones have not told the hub yet.
        self.spent: dict[str, str] = {}
        self.waiting: set[str] = set()
        first = self.places[0]
        self.tickets: list[str] = []
        for number in self.made.numbers:
            uid = first.ada.ticket(number).uid
            self.tickets.append(uid)
            self.given.append((number, uid))
        for place in self.places:
            for name in sorted(place.facts() - set(self.oracle.facts)):
                self._note(place, self._fact(place, name), None)

    def close(self) -> None:
        for place in self.places:
            place.front.close()

    # ── the witness ──────────────────────────────────────────────────────────────────────────────────────────────

    def _acts(
        self, place: Place, login: str, verb: Callable[[Desk], Done], form: Form | None = None
    ) -> Done | None:
        """Do something, and note what was acknowledged; None when the desk refused it."""
        self.now.passes(minutes=1)
        place.clock.passes(minutes=1)
        if self.knows_it_is_revoked(place):
            return None
        before = place.facts()
        try:
            done = verb(place.desks[login])
        except Stale:
            self.counts["refused as stale"] += 1
            return None
        except DeskError:
            return None
        if done.act:
            act = FactId.parse(done.act)
            knew = before if form is None else self._knew(place, form, before)
            for fact in place.store.journal.of_act(act):
                is_forms = form is not None and not FORM_FIELDS.isdisjoint(fact.fields)
                self._note(place, fact, knew if is_forms else before)
            self.counts["acts"] += 1
        return done

    def _knew(self, place: Place, form: Form, before: set[Name]) -> set[Name]:
        """What a form had been shown, and what its own clerk wrote here since, until another wrote to that ticket."""
        actor = place.desks[form.login].actor.uid
        later = sorted(seq for replica, seq in before if replica == place.own and seq > form.reach)
        knew = set(form.shown)
        for seq in later:
            fact = self._fact(place, (place.own, seq))
            if fact.ticket == form.ticket and fact.actor != actor:
                break
            knew.add((place.own, seq))
        return knew

    def _note(self, place: Place, fact: Fact, shown: Iterable[Name] | None) -> None:
        """Remember a fact; of an act's own facts the earlier ones are known."""
        own = {(fact.replica, seq) for seq in range(fact.act, fact.seq)}
        if shown is None:
            shown = {(fact.replica, seq) for seq in range(1, fact.seq)}
            shown |= {(replica, n) for replica, last in fact.context.items() for n in range(1, last + 1)}
        self.oracle.note(
            Noted(
                name=(fact.replica, fact.seq), act=(fact.replica, fact.act), entity=fact.entity, ticket=fact.ticket,
                verb=fact.verb, fields=json.loads(json.dumps(dict(fact.fields))), wall=fact.wall, rank=fact.rank,
                shown=frozenset(shown) | own,
            )
        )  # fmt: skip

    def _heard(self, place: Place) -> None:
        """Note what a desk wrote by itself: that it is a replica of its own now."""
        for name in sorted(place.facts() - set(self.oracle.facts)):
            self._note(place, self._fact(place, name), None)

    def _fact(self, place: Place, name: Name) -> Fact:
        return place.store.log.entries(name[0], name[1] - 1, 1)[0].fact  # type: ignore[arg-type]

    def _log_end(self, place: Place) -> int:
        return max((seq for replica, seq in place.facts() if replica == place.own), default=0)

    def _ticket(self, which: int) -> str:
        return self.tickets[which % len(self.tickets)]

    def _number(self, desk: Desk, uid: str) -> str:
        record = desk.store.tickets.by_uid(EntityId(uid))
        return record.number if record is not None else "999999-0"

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────

    def heads_equal_oracle(self, places: Iterable[Place] | None = None) -> None:
        """On every desk each field of each ticket is what the causally maximal facts known there say."""
        for place in places if places is not None else self.places:
            known = place.facts()
            for name in sorted(known - set(self.oracle.facts)):
                # Written by a sync itself: that the replica has other letters now.
                self._note(place, self._fact(place, name), None)
            for uid in dict.fromkeys(self.tickets):
                self._compare(place, uid, known)

    def _compare(self, place: Place, uid: str, known: set[Name]) -> None:
        facts = place.store.journal.of_entity(EntityId(uid), EntityId(uid))
        # Neither their order nor copies of them make a difference.
        state = fold([*reversed(facts), *facts[::2]])
        wanted = self.oracle.values(uid, known)
        assert sorted(map(_name, state.facts)) == self.oracle.standing(uid, known)
        found = {
            title: (_name(head), frozenset(_name(rival) for rival in state.rivals.get(title, ())))
            for title, head in state.heads.items()
        }
        asked = {title: (value.shown, value.rivals) for title, value in wanted.items()}
        differing = [title for title in {*found, *asked} if found.get(title) != asked.get(title)]
        assert differing == [], self._told(place, uid, differing, found, wanted)
        record = place.store.tickets.by_uid(EntityId(uid))
        if record is not None and record.state != "withdrawn" and record.merged_into is None:
            self._compare_screen(place, record.number, {t: v for t, v in wanted.items() if v.rivals})

    def _told(self, place: Place, uid: str, titles: list[str], found: Any, wanted: dict[str, Value]) -> str:
        """What the desk and the oracle say of fields on which they differ."""
        lines = [f"{place.path.name} ({place.own}), ticket {uid}:"]
        for title in titles:
            lines.append(f"{title}: desk {found.get(title)}, oracle {wanted.get(title)}")
            for fact in place.store.journal.of_entity(EntityId(uid), EntityId(uid)):
                if title in fact.fields:
                    shown = self.oracle.facts[_name(fact)].shown
                    reach = {one: max(n for r, n in shown if r == one) for one in {r for r, _n in shown}}
                    lines.append(f"  {fact.id} {fact.verb} {fact.fields[title]!r} seen {fact.seen}")
                    lines.append(f"    context {dict(fact.context)}")
                    lines.append(f"    oracle  {reach}")
        return "\n".join(lines)

    def _compare_screen(self, place: Place, number: str, rivals: dict[str, Any]) -> None:
        """Every value that nobody replaced is on the screen."""
        conflicts = {conflict.field: conflict for conflict in place.ada.ticket(number).conflicts}
        for title, value in rivals.items():
            if title in FORM_FIELDS or title in {"agent", "department", "team", "merged_into"}:
                assert len(conflicts[title].rivals) == len(value.rivals), (number, title)
                if title == "subject":
                    told = {conflicts[title].shown, *(rival.value for rival in conflicts[title].rivals)}
                    heads = {value.shown, *value.rivals}
                    assert told == {self.oracle.facts[name].fields[title] for name in heads}

    def come_together(self) -> None:
        """Everybody syncs until nobody has anything new."""
        for _round in range(2 * len(self.places) + 4):
            news = 0
            for place in self.places:
                done = place.sync(self.hub)
                self.synced(place)
                news += done.pulled + done.pushed
            if not news:
                return
        raise AssertionError("they go on and on exchanging")

    def purge_sticks(self) -> None:
        """Purged words stand in no fact anywhere, nor at the hub; the chains verify, which `converge` asks."""
        for place in self.places:
            lines = [
                to_line(entry)
                for replica in place.store.log.vector()
                for entry in place.store.log.entries(replica, 0, 1_000_000)
            ]
            assert [text for text in self.purged if any(f'"{text}"' in line for line in lines)] == [], (
                place.path
            )
        for name, body in self.hub.shelves["segments"].items():
            packed = body.partition(b"\n")[2]
            if name.endswith(".seg") and "copy" not in name and name not in self.harmed:
                lines = [zlib.decompressobj().decompress(packed).decode()]
                assert [text for text in self.purged if f'"{text}"' in lines[0]] == [], name

    def synced(self, place: Place) -> None:
        """The hub knows of a clone's letters, or this place knows from it that a clone took its reserve."""
        self.waiting.discard(place.own)
        if self.spent.get(place.own, "") not in self.waiting:
            self.spent.pop(place.own, None)

    def nothing_lost(self) -> None:
        """Every acknowledged fact is everywhere, but those whose only disk is gone."""
        everywhere = [place.facts() | place.held() for place in self.places]
        gone = {name for name in self.unsure if not any(name in facts for facts in everywhere)}
        self.oracle.forget(gone)
        self.tickets = [
            uid for uid in self.tickets if any(f.entity == uid for f in self.oracle.facts.values())
        ]
        for place, facts in zip(self.places, everywhere, strict=True):
            assert sorted(set(self.oracle.facts) - facts) == [], place.path
        for name, line in self.strange.items():
            for place in self.places if name not in gone else ():
                (entry,) = place.store.log.entries(name[0], name[1] - 1, 1)  # type: ignore[arg-type]
                assert json.loads(to_line(entry)) == json.loads(line)

    def converge(self) -> None:
        """Equal facts, and all that is shown is equal, but on revoked copies; made anew it is the same."""
        trusted = [place for place in self.places if not self._is_revoked(place)]
        first = self.shown_of(trusted[0].ada)
        for place in trusted[1:]:
            differing = {
                key: (first.get(key), value)
                for key, value in self.shown_of(place.ada).items()
                if first.get(key) != value
            }
            assert differing == {}, place.path
        for place in self.places:
            check = place.ada.check(rebuild=True)
            assert check.problems == (), place.path
            assert check.digest == first["digest"]

    def knows_it_is_revoked(self, place: Place) -> bool:
        """Whether a copy was told that it is trusted no more; nobody works there then."""
        known = place.store.directory().replica(place.own)
        return known is not None and known.cutoff is not None

    def _is_revoked(self, place: Place) -> bool:
        """Whether a copy is trusted no more: what it writes it goes on showing itself, and nobody else does."""
        known = self.places[0].ada.replicas()
        return any(one.uid == place.own and one.cutoff is not None for one in known)

    def shown_of(self, desk: Desk) -> dict[str, Any]:
        """What a desk shows that has nothing to do with where it is."""
        check = desk.check()
        assert list(check.problems) == []
        found: dict[str, Any] = {"digest": check.digest, "facts": check.facts, "tickets": check.tickets}
        for uid in dict.fromkeys(self.tickets):
            record = desk.store.tickets.by_uid(EntityId(uid))
            if record is not None:
                found[uid] = _without_clock(ticket_json(desk.ticket(record.number)))
        queues = dict(desk.counters().queues)
        # These ask the desk's own clock.
        found["queues"] = {name: many for name, many in queues.items() if name not in {"overdue", "forme"}}
        found["search"] = {hit.row.number for hit in desk.search("word", 500)}
        found["held"] = set(desk.held_acts())
        found["replicas"] = {(one.uid, one.name, one.code) for one in desk.directory().replicas}
        return found

    def number_stable(self) -> None:
        """A number that was told finds its ticket for ever, and none was told for two."""
        owners: dict[str, str] = {}
        for number, uid in self.given:
            if not number.startswith("~"):
                assert owners.setdefault(number, uid) == uid, number
            for place in self.places:
                if place.store.tickets.by_uid(EntityId(uid)) is not None:
                    assert uid in {record.uid for record in place.store.tickets.by_number(number)}, number

    def ends_well(self) -> None:
        """All that must hold in the end."""
        self.come_together()
        self.nothing_lost()
        self.heads_equal_oracle()
        self.converge()
        self.purge_sticks()
        self.number_stable()
        digest = self.places[0].ada.check().digest
        self.come_together()
        assert self.places[0].ada.check().digest == digest
        self._count_hidden()

    def _count_hidden(self) -> None:
        """How many values that nobody replaced are shown, and what the latest clock would have made of this history."""
        known = self.places[0].facts()
        for uid in dict.fromkeys(self.tickets):
            state = fold(self.places[0].store.journal.of_entity(EntityId(uid), EntityId(uid)))
            for title, value in self.oracle.values(uid, known).items():
                winner = self.oracle.last_writer_wins(uid, title, known)
                shown = {_name(rival) for rival in state.rivals.get(title, ())} & value.rivals
                self.counts["fields"] += 1
                self.counts["rivals shown"] += len(shown)
                self.counts["rivals hidden"] += len(value.rivals - shown)
                self.counts["hidden by the latest clock"] += len(value.rivals)
                self.counts["replaced values back by the latest clock"] += winner not in value.heads


def _name(fact: Fact) -> Name:
    return (fact.replica, fact.seq)


def _without_clock(ticket: Any) -> Any:
    """A ticket's JSON without what depends on the time it is looked at."""
    return {name: value for name, value in ticket.items() if name != "overdue"}
