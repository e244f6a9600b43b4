"""What this copy of the desk has told an agent already: kept beside the facts, so that nothing is told twice here."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any

from desktop_desk.desk.ports import Store
from desktop_desk.domain.facts import EntityId

DAY = 86_400_000
KEPT_MS = 21 * DAY
"""So long it is remembered what was told; nothing that is older is told at all."""

MOST_LINES = 200

LAG = 100
"""Facts that may be looked at anew before it is kept, by a durable write, how far was looked."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as it is kept: what it is about, and why it was one."""

    key: str
    event: str
    relation: str
    ticket: str
    at: int


@dataclass(frozen=True, slots=True)
class Told:
    """What an agent was told.

    Attributes:
        mark: the arrival of the newest fact that was looked at.
        since: when telling began here, ms: nothing that came up before is told.
        told: keys of what was told, with when.
        seen: keys of what he has seen in For me though it stands in no line, as reminders, with when.
        lines: what stands in his For me of tickets that he does not follow.
        held: what came in his quiet hours and is told at their end.
    """

    mark: int = 0
    since: int = 0
    told: dict[str, int] = field(default_factory=dict[str, int])
    seen: dict[str, int] = field(default_factory=dict[str, int])
    lines: tuple[Line, ...] = ()
    held: tuple[Line, ...] = ()


def _note(agent: EntityId) -> str:
    return f"told:{agent}"


def told_of(store: Store, agent: EntityId) -> Told | None:
    """What is kept of an agent; None when nothing was told to him here yet."""
    text = store.log.note(_note(agent))
    if not text:
        return None
    kept: dict[str, Any] = json.loads(text)
    lines, held = (tuple(Line(*each) for each in kept.get(name, ())) for name in ("lines", "held"))
    return Told(kept["mark"], kept["since"], kept.get("told", {}), kept.get("seen", {}), lines, held)


def keep_told(store: Store, agent: EntityId, told: Told, now: int) -> None:
    """Keep it, within a transaction, without what is older than anybody asks for."""
    kept = {
        "mark": told.mark, "since": told.since,
        "told": {key: at for key, at in told.told.items() if at > now - KEPT_MS},
        "seen": {key: at for key, at in told.seen.items() if at > now - KEPT_MS},
        "lines": [_row(line) for line in told.lines[-MOST_LINES:] if line.at > now - KEPT_MS],
        "held": [_row(line) for line in told.held[-MOST_LINES:]],
    }  # fmt: skip
    store.log.keep_note(_note(agent), json.dumps(kept, separators=(",", ":")))


def _row(line: Line) -> list[Any]:
    return [line.key, line.event, line.relation, line.ticket, line.at]


def seen_by(store: Store, agent: EntityId, now: int, *, ticket: str = "", keys: Collection[str] = ()) -> None:
    """Take out of his For me what he has now seen: lines of one ticket, or all, and these keys; in a transaction."""
    known = told_of(store, agent)
    gone = () if known is None else tuple(line for line in known.lines if not ticket or line.ticket == ticket)
    before = known or Told(mark=-1, since=now)
    new = {key: now for key in keys if key not in before.seen}
    if not gone and not new:
        return
    left = tuple(line for line in before.lines if line not in gone)
    keep_told(store, agent, replace(before, seen={**before.seen, **new}, lines=left), now)
