"""Notices: what each agent wants to be told, and telling it to him once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from desktop_desk.desk.directory import Agent
from desktop_desk.desk.mails import Mails
from desktop_desk.desk.notice_words import Notice, notice_of
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.telling import BACK, DAY, Eye, Found
from desktop_desk.desk.told import LAG, Line, Told, keep_told, told_of
from desktop_desk.desk.views import Done
from desktop_desk.domain.notices import (
    EVENTS,
    RELATIONS_OF,
    cell_field,
    clock,
    kept_quiet,
    matrix_of,
    read_clock,
    read_quiet,
)
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.i18n import _

ALOUD = ("tray", "sound")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told now: with a sound or not; `pooled` says that it came in quiet hours or while nobody was there."""

    notices: tuple[Notice, ...] = ()
    sound: bool = False
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """What an agent has set; every cell of the matrix with its channels.

    Attributes:
        quiet, digest: "" for none; else "18:00-07:30 sat sun" and "08:00".
        address: where his mails go; "" when he has no address or no mailbox can send.
        trouble: why the last mail to him did not go; "" when it did.
    """

    cells: Mapping[tuple[str, str], frozenset[str]]
    quiet: str = ""
    digest: str = ""
    address: str = ""
    trouble: str = ""


@dataclass(frozen=True)
class _New:
    """What is to be told and kept."""

    told: Told
    aloud: tuple[Found, ...] = ()
    held: tuple[Line, ...] = ()
    changed: bool = False
    pooled: bool = field(default=False)


class Notices(Mails):
    """Verbs about what the actor himself is told."""

    def notice_settings(self) -> NoticeSettings:
        """What the actor has set, with the defaults of what he has not."""
        with self._store.reading():
            me = self._me()
            matrix = matrix_of(me.notices)
            cells = {
                (event, relation): matrix.cell(event, relation)
                for event in EVENTS
                for relation in RELATIONS_OF[event]
            }
            return NoticeSettings(
                cells, me.quiet, me.digest, mail_address(me.email) if self._store.directory().senders else "",
                self._store.log.note(f"notice_mail:{me.uid}"),
            )  # fmt: skip

    def set_notices(
        self, cells: Mapping[tuple[str, str], Collection[str]] | None = None, *, quiet: str | None = None,
        digest: str | None = None, reset: bool = False,
    ) -> Done:  # fmt: skip
        """Change what the actor is told; what is left out stays, `reset` first takes every cell back to its default.

        Raises:
            Invalid: there is no such event, relation or channel, or a time cannot be read.
        """
        with self._store.writing():
            me = self._me()
            fields: dict[str, Any] = dict.fromkeys(me.notices) if reset else {}
            standing = matrix_of({} if reset else me.notices)
            for (event, relation), channels in (cells or {}).items():
                name, value = cell_field(event, relation, channels)
                if standing.cell(event, relation) != frozenset(channels):
                    fields[name] = value
            if quiet is not None:
                fields["quiet"] = str(read_quiet(quiet) or "")
            if digest is not None:
                off = digest.strip().casefold() in {"", "off"}
                fields["digest"] = "" if off else clock(read_clock(digest))
            changed = {name: value for name, value in fields.items() if value != _standing(me, name)}
            return self._write([Draft("notices_set", me.uid, changed)] if changed else [], None, uid=me.uid)

    def tell(self) -> Telling:
        """What is to be told to the actor now; each thing once, whichever window asks first.

        In his quiet hours nothing is told; what came meanwhile is told together at their end.
        """
        if self._store.look:
            return Telling()
        with self._store.reading():
            if not self._new(self._eye()).changed:
                return Telling()
        with self._store.writing():
            eye = self._eye()
            new = self._new(eye)
            if new.changed:
                keep_told(self._store, eye.me.uid, new.told, eye.now)
            again = filter(None, (eye.again(line.key) for line in new.held))
            # Who was at his desk in his quiet hours has seen some of it.
            held = (found for found in again if not eye.has_seen(found))
            shown = (found for found in (*held, *new.aloud) if "tray" in found.channels)
            notices = tuple(notice_of(self._store, found) for found in shown)
            return Telling(notices, any("sound" in found.channels for found in new.aloud), new.pooled)

    def _new(self, eye: Eye) -> _New:
        """What was not told yet, and what is to be kept when it is."""
        now, me = eye.now, eye.me
        before = told_of(self._store, me.uid)
        if before is None or before.mark < 0:
            seen = before.seen if before else {}
            return _New(Told(mark=eye.newest(), since=now, seen=seen), changed=True)
        happened, mark = eye.happened(before.mark, max(before.since - DAY, now - BACK))
        found = [*happened, *eye.reminders(max(before.since, now - BACK), ALOUD)]
        fresh = [each for each in found if each.key not in before.told]
        aloud = [each for each in fresh if any(channel in each.channels for channel in ALOUD)]
        lines = tuple(
            _line(each) for each in fresh if each.parts and "list" in each.channels and not each.followed
        )
        quiet = kept_quiet(me.quiet)
        rests = quiet is not None and quiet.until(now, self._zone()) is not None
        held = before.held
        if rests:
            held = (*held, *map(_line, aloud))
        changed = bool(aloud or lines or (held and not rests)) or mark > before.mark + LAG
        kept = replace(
            before, mark=max(mark, before.mark), lines=(*before.lines, *lines), held=held if rests else (),
            told={**before.told, **{each.key: now for each in aloud if not each.parts}},
        )  # fmt: skip
        if rests:
            return _New(kept, changed=changed)
        late = bool(aloud) and min(each.at for each in aloud) < now - LATE_MS
        return _New(kept, tuple(aloud), held, changed=changed, pooled=bool(held) or late)


LATE_MS = 30 * 60_000
"""What is older when it is told came while nobody was there."""


def _line(found: Found) -> Line:
    ticket = found.record.uid if found.record else ""
    return Line(found.key, found.event, found.relation, ticket, found.at)


def _standing(me: Agent, name: str) -> str | None:
    if name in {"quiet", "digest"}:
        return str(getattr(me, name))
    return me.notices.get(name)


def headline(notices: Sequence[Notice]) -> str:
    """Several notices in one line: how many of each kind, the weightiest first."""
    counts = {event: sum(each.event == event for each in notices) for event in EVENTS}
    return "\n".join(f"{count} × {_(EVENTS[event])}" for event, count in counts.items() if count)
