"""Taking in another system's event log: one act for each outside thing, nothing twice, nothing lost.

Ids are derived from the desk, the source and the outside id, so that two machines that import the same log make the
same things. Which rows were taken in stands in one fact for each thing and import; it is read before anything is
written, and no longer counts once the import is undone. docs/decisions/009-import-of-events.md has the reasons.
"""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Draft, Progress, Store
from desktop_desk.desk.texts import LONGEST_SUBJECT
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId, FactId
from desktop_desk.exchange.event_file import Rejected, head_of, read_log
from desktop_desk.exchange.event_map import EventMap
from desktop_desk.exchange.office import Newcomers
from desktop_desk.exchange.rows import (
    Change,
    LogRow,
    Snapshot,
    changes,
    from_json,
    state_after,
    to_json,
)
from desktop_desk.i18n import _

FACTS_A_TRANSACTION = 1000
"""Acts are gathered into one transaction until they come to so many facts."""

ACTS_A_TRANSACTION = 200

IMPORTED = "imported"
"""The verb of the fact that says which rows of a thing an import took in."""

_PLAIN = frozenset({"subject", "priority", "source", "due"})
_ENTRIES = ("noted", "replied", "messaged", "called")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import came to; read = imported + skipped + rejected.

    Attributes:
        read: rows of the file, without its head.
        imported: rows read for the first time, also where nothing changed.
        skipped: rows that were taken in before.
        rejected: (where, why) of each row that could not be taken in.
        rejects: the file that keeps them, None when there are none.
        run: the id that all acts of this import carry; "" when there were none.
    """

    read: int
    imported: int
    skipped: int
    rejected: tuple[tuple[str, str], ...]
    rejects: Path | None = None
    run: str = ""


def import_events(
    desk: Desk,
    file: Path,
    how: EventMap,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Outcome:
    """Take in a log; can be stopped at any moment and repeated, and then goes on where it was.

    Args:
        desk: of an agent who may change the desk's settings.
        file: the log, plain or gzip.
        dry_run: read and count only.
        progress: told of rows done and rows read; what it raises stops the import between two things.

    Raises:
        Invalid, NotFound: the file or the map cannot be used; nothing was imported.
        NotAllowed: the agent may not import.
    """
    zone = ZoneInfo(desk.settings().zone)
    things, rejected = _read(file, how, zone, keep=not dry_run)
    total = sum(map(len, things.values()))
    done = skipped = 0
    with desk.store.reading():
        run = _Import(desk, how)
        planned = {name: run.remembered(name) for name in things}
    for batch in _batches(things, planned):
        if not dry_run:
            run.write([(name, things[name], planned[name]) for name in batch])
        for name in batch:
            done += len(things[name])
            skipped += sum(row.key in planned[name].rows for row in things[name])
        if progress is not None:
            progress(done, total)
    where = _rejects_path(file) if rejected and not dry_run else None
    reasons = tuple((each.where, each.why) for each in rejected)
    read = total + len(rejected)
    return Outcome(
        read, total - skipped, skipped, reasons, where, run.id if total > skipped and not dry_run else ""
    )


def undo_import(desk: Desk, run: str, progress: Progress | None = None) -> int:
    """Take a whole import back, newest act first; gives how many acts were undone. Can be stopped and repeated.

    Raises:
        NotFound: no import has this id.
    """
    with desk.store.reading():
        facts = desk.store.journal.of_verb(IMPORTED)
        acts = [fact.act_id for fact in reversed(facts) if fact.fields.get("import") == run]
        if not acts:
            raise NotFound(
                _("There is no import “{run}”.").format(run=run[:80]),
                _("Without an id, the newest is taken back."),
            )
        left = [act for act in acts if stands(desk.store, act)]
    for start in range(0, len(left), ACTS_A_TRANSACTION):
        with desk.store.writing():
            for act in left[start : start + ACTS_A_TRANSACTION]:
                desk.undo(str(act))
        if progress is not None:
            progress(min(start + ACTS_A_TRANSACTION, len(left)), len(left))
    return len(left)


def newest_import(desk: Desk) -> str:
    """The id of the newest import that has not been taken back whole; NotFound when there is none."""
    with desk.store.reading():
        for fact in reversed(desk.store.journal.of_verb(IMPORTED)):
            if stands(desk.store, fact.act_id):
                return str(fact.fields["import"])
    raise NotFound(_("There is no import to take back."))


def stands(store: Store, act: FactId) -> bool:
    """Whether an act counts: nobody undid it, or the undoing was undone."""
    return not any(stands(store, by) for by in store.journal.undoing(act))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What of a thing was taken in before: keys of its rows, what the last one said, and its ticket's number."""

    rows: frozenset[str] = frozenset()
    last: Snapshot | None = None


class _Import:
    """One run: writes things, each as one act."""

    def __init__(self, desk: Desk, how: EventMap) -> None:
        self._desk = desk
        self._store = desk.store
        self._how = how
        self._office = Newcomers(desk.store, how)
        self.id = desk.new_entity()

    def remembered(self, thing: str) -> Remembered:
        """What earlier imports of this source took in and did not take back."""
        facts = self._store.journal.of_entity(self._office.id_of("rows", thing), None)
        standing = [fact for fact in facts if fact.verb == IMPORTED and stands(self._store, fact.act_id)]
        if not standing:
            return Remembered()
        rows = frozenset(key for fact in standing for key in fact.fields["rows"])
        newest = max(standing, key=lambda fact: fact.rank)
        return Remembered(rows, from_json(newest.fields["last"]))

    def write(self, things: Sequence[tuple[str, list[LogRow], Remembered]]) -> None:
        """Write some things in one transaction; each is one act, whole or not at all."""
        with self._store.writing():
            acts = [drafts for each in things if (drafts := self._act(*each))]
            newcomers = self._office.take()
            if newcomers:
                acts.insert(
                    0, [Draft(IMPORTED, self.id, {"import": self.id, "source": self._how.source}), *newcomers]
                )
            self._desk.take_in(acts)

    def _act(self, name: str, rows: list[LogRow], before: Remembered) -> list[Draft]:
        """The facts of one thing's new rows; the first says which rows they are."""
        new = [row for row in rows if row.key not in before.rows]
        if not new:
            return []
        ticket = self._office.id_of("ticket", name)
        told = [
            draft
            for change, late in _told(rows, self._how, before)
            for draft in self._drafts(ticket, name, change, late=late)
        ]
        last = state_after(rows, self._how, None if before.rows & {row.key for row in rows} else before.last)
        mark = {
            "import": self.id,
            "source": self._how.source,
            "thing": name,
            "rows": [row.key for row in new],
            "last": to_json(last) if last is not None else {},
        }
        return [Draft(IMPORTED, self._office.id_of("rows", name), mark), *told]

    def _drafts(self, ticket: EntityId, name: str, change: Change, *, late: bool) -> Iterator[Draft]:
        marks: dict[str, Any] = {"row": change.row}
        if change.by:
            marks["by"] = change.by
        if change.verb in _ENTRIES:
            entity = self._office.id_of("entry", change.row, change.verb)
            yield Draft(change.verb, entity, {**marks, "text": change.fields["text"]}, ticket, change.at)
            return
        # A row that was repaired after later ones were taken in is told, but must not set back what they set.
        fields = {} if late else self._fields(change)
        if change.verb == "opened":
            fields["number"] = self._number(ticket)
            fields["outside"] = name
        yield Draft(change.verb, ticket, {**fields, **marks}, ticket, change.at)
        if change.verb == "opened" and change.fields["details"]:
            # One column is the caller's own words; several are what the other system knew of it.
            verb = "messaged" if len(self._how.several["details"]) == 1 else "noted"
            entity = self._office.id_of("entry", change.row, "details")
            yield Draft(
                verb,
                entity,
                {**marks, "row": f"{change.row} details", "text": change.fields["details"]},
                ticket,
                change.at,
            )

    def _number(self, ticket: EntityId) -> str:
        known = self._store.tickets.by_uid(ticket)
        if known is not None:
            return known.number
        return self._store.journal.new_number(ticket)

    def _fields(self, change: Change) -> dict[str, Any]:
        """What a change sets, in the desk's ids."""
        office, named = self._office, change.fields
        opening = change.verb == "opened"
        fields = {name: named[name] for name in named if name in _PLAIN or name.startswith("tag:")}
        if "subject" in fields:
            fields["subject"] = _one_line(fields["subject"])
        if opening:
            fields |= {f"tag:{tag}": True for tag in named["tags"]}
        if "status" in named:
            fields["status"] = office.status(named["status"])
        if "caller" in named:
            fields["caller"] = office.person(named["caller"])
        if "topic" in named:
            fields["topic"] = office.topic(named["topic"])
        if "agent" in named:
            fields["agent"] = office.agent(named["agent"])
        fields |= self._place(named, opening=opening)
        return {name: value for name, value in fields.items() if not opening or value not in (None, "")}

    def _place(self, named: Any, *, opening: bool) -> dict[str, Any]:
        """Department and team, as the map makes them of groups."""
        place: dict[str, Any] = {}
        if opening or "department" in named:
            place["department"] = self._office.department(named.get("department", ""))
        if "group" in named:
            if self._how.create.group == "team":
                place["team"] = self._office.team(named["group"])
            elif named["group"] or not opening:
                place["department"] = self._office.department(named["group"])
        return place


def _one_line(text: str) -> str:
    """A subject as the desk takes it: one line, cut where it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


def _told(rows: list[LogRow], how: EventMap, before: Remembered) -> Iterator[tuple[Change, bool]]:
    """What the rows not yet taken in tell, and whether that is late: before a row taken in earlier."""
    known = [place for place, row in enumerate(rows) if row.key in before.rows]
    last_known = known[-1] if known else -1
    shot = before.last if before.rows and not known else None
    for place, row in enumerate(rows):
        if row.key not in before.rows:
            late = place < last_known
            for change in changes([row], how, shot):
                if not (late and change.verb == "opened"):
                    yield change, late
        shot = state_after([row], how, shot)


def _read(
    file: Path, how: EventMap, zone: ZoneInfo, *, keep: bool
) -> tuple[dict[str, list[LogRow]], list[Rejected]]:
    """The rows of every thing in the map's order, and those that cannot be read, which are kept beside the file."""
    things: dict[str, list[LogRow]] = {}
    rejected: list[Rejected] = []
    with ExitStack() as stack:
        kept: Any = None
        for row in read_log(file, how, zone):
            if isinstance(row, LogRow):
                things.setdefault(row.thing, []).append(row)
                continue
            rejected.append(row)
            if keep:
                if kept is None:
                    opened = stack.enter_context(_open_rejects(file))
                    kept = csv.writer(opened, delimiter=how.file.delimiter)
                    kept.writerow(["line", "why", *head_of(file, how)])
                kept.writerow([row.line, row.why, *row.cells])
    if how.file.order == "time":
        for rows in things.values():
            rows.sort(key=lambda row: row.at)
    return things, rejected


def _rejects_path(file: Path) -> Path:
    return file.with_name(f"{file.name.removesuffix('.gz')}.rejected.csv")


def _open_rejects(file: Path) -> TextIO:
    path = _rejects_path(file)
    try:
        return path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        reason = _("Some rows cannot be read, and {path}, which is to keep them, cannot be written: {why}.")
        advice = _("Copy the log into a folder where you may write. Nothing was imported.")
        raise Invalid("file", reason.format(path=path, why=error.strerror), advice) from error


def _batches(things: dict[str, list[LogRow]], planned: dict[str, Remembered]) -> Iterator[list[str]]:
    """Names of things, gathered until they come to about a transaction's worth of facts."""
    batch: list[str] = []
    facts = 0
    for name, rows in things.items():
        batch.append(name)
        facts += sum(row.key not in planned[name].rows for row in rows) + 2
        if facts >= FACTS_A_TRANSACTION:
            yield batch
            batch, facts = [], 0
    if batch:
        yield batch
