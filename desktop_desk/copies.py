"""The copies of a desk as its window shows them: which there are, what waits to be sent, leaving the hub."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_desk import bootstrap, encryption, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Replica
from desktop_desk.desk.exchange_ports import LogPort
from desktop_desk.desk.ports import Clock, Progress
from desktop_desk.desk.revoking import HeldAct
from desktop_desk.desk.views import Done
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.i18n import _
from desktop_desk.meeting import from_facts, is_encrypted, store_of
from desktop_desk.storage.hub_keys import has_hub_key
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.sync.exchange import Exchanged, Standing
from desktop_desk.sync.standings import AHEAD_MS, SENT

LEFT = "hub_left"
"""The note of a desk file about the hub that was left."""

MOST_COUNTED = 1000
_UNTOLD = frozenset({"read", "caught_up", "replica_added", "replica_changed"})
"""Verbs that nobody thinks of as a change of his."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a desk meets its other copies, as its own file knows it.

    Attributes:
        hub: the hub's address; "" for none. left: the one it had before, when it was left.
        synced: the end of the last sync, ms; None for never.
        waiting: acts that were done here since; at most about a thousand are counted.
        outbox_held: it was restored from a backup, and no mail goes out until a person says so.
    """

    hub: str
    left: str = ""
    synced: int | None = None
    waiting: int = 0
    outbox_held: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the desk.

    Attributes:
        whose: the name of the agent who set it up.
        here: its facts that this copy knows; hub: those that the hub has, 0 while it is away; lacking: those that are
            known to be somewhere and are not here.
        ahead: by how many ms its clock is ahead at least; 0 where it is about right.
    """

    uid: str
    name: str
    code: str
    whose: str
    seen: int | None
    here: int
    hub: int
    lacking: int
    ahead: int
    own: bool
    revoked: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All copies with the hub; `away` says why it cannot be reached, `held` waits for somebody who `may` decide."""

    place: Place
    copies: tuple[Copy, ...]
    held: tuple[HeldAct, ...] = ()
    away: str = ""
    may: bool = False


@dataclass(frozen=True, slots=True)
class LockState:
    """How a desk is encrypted.

    Attributes:
        path: the desk file; "" for a desk on a server, which encrypts by means of its own.
        encrypted: whether the file is.
        openers: names of the agents whose passwords open it, or would.
        without: names of those who need a new password first.
        hub: the address of its hub, sealed or not; "" for none.
        may: whether the agent may change any of that.
    """

    path: str
    encrypted: bool
    openers: tuple[str, ...]
    without: tuple[str, ...]
    hub: str = ""
    hub_sealed: bool = False
    may: bool = False


def lock_of(desk: Desk) -> LockState:
    """How this desk is encrypted, and who can open it."""
    store, directory = store_of(desk), desk.directory()
    locked_out = set(encryption.without_keys(directory))
    if not is_encrypted(store):
        locked_out.discard(desk.actor.login)  # whoever encrypts a desk gets keys
    active = [agent for agent in directory.agents if agent.active and agent.password]
    return LockState(
        path=str(store.database.path) if isinstance(store.database, SqliteDatabase) else "",
        encrypted=is_encrypted(store),
        openers=tuple(sorted(agent.name for agent in active if agent.login not in locked_out)),
        without=tuple(sorted(agent.name for agent in active if agent.login in locked_out)),
        hub=store.log.note(sharing.HUB),
        hub_sealed=has_hub_key(store),
        may=desk.may("office.settings"),
    )


def place_of(desk: Desk) -> Place:
    """Where this desk meets the others; asks no hub."""
    log = desk.store.log
    synced = log.note(sharing.SYNCED)
    return Place(
        log.note(sharing.HUB), log.note(LEFT), int(synced) if synced else None, _waiting(log),
        bool(log.note(OUTBOX_HELD)),
    )  # fmt: skip


def sync(
    desk: Desk, told: Progress | None = None, *, password: str = "", clock: Clock = bootstrap.now_ms
) -> Exchanged:
    """Sync with the hub that is remembered; the actor's password opens a hub with a new key. Errors: `sharing.sync`."""
    login = desk.actor.login if password else ""
    return sharing.sync(desk, login=login, password=password, clock=clock, told=told)


def share(
    desk: Desk, address: str, label: str, told: Progress | None = None, *, clock: Clock = bootstrap.now_ms
) -> Exchanged:
    """Make a hub for the desk, or go to one that it has already; errors as of `sharing.new_hub`."""
    return sharing.new_hub(desk, address, label, clock=clock, told=told)


def hub_in(folder: Path, office: str) -> str:
    """The address of a folder hub: this folder if it is one or is empty, else a new one in it, named for the office."""
    path = folder.expanduser().absolute()
    if path.is_dir() and not (path / "about").is_dir() and any(path.iterdir()):
        words = "-".join(re.sub(r"[\W_]+", " ", office).split()).casefold()
        path /= f"{words[:60] or 'desk'}.hub"
    return f"folder:{path}"


def leave_hub(desk: Desk) -> None:
    """Sync no more; the hub and the other copies stay as they are, and this one can come back."""
    desk.need_sharing()
    log = desk.store.log
    log.keep_note(LEFT, log.note(sharing.HUB))
    log.keep_note(sharing.HUB, "")


def come_back(desk: Desk) -> None:
    """Sync again with the hub that was left."""
    desk.need_sharing()
    log = desk.store.log
    log.keep_note(sharing.HUB, log.note(LEFT))


def rename(desk: Desk, name: str) -> Done:
    """Call this copy otherwise; Invalid for a name that is none."""
    log = desk.store.log
    return desk.announce_replica(name, log.code() or "", log.note("reserve"))


def release_outbox(desk: Desk) -> None:
    """Let mail of a restored desk go out: somebody has looked whether it was sent already."""
    desk.need_sharing()
    desk.outbox().release()


def overview(desk: Desk, *, ask: bool = True, clock: Clock = bootstrap.now_ms) -> Overview:
    """All copies with where they stand; a hub that is away is no error, and is not even asked unless `ask`."""
    place, may = place_of(desk), desk.may("office.settings")
    away, standings = "", tuple[Standing, ...]()
    if place.hub and ask:
        found = sharing.status(desk, clock=clock)
        away, standings = found.away, found.standings
    known = {copy.uid: copy for copy in desk.replicas()}
    copies = tuple(_copy(desk, known, standing) for standing in standings or from_facts(desk))
    ranked = sorted(copies, key=lambda copy: (not copy.own, copy.name.casefold(), copy.uid))
    return Overview(place, tuple(ranked), desk.held_acts() if may else (), away, may)


def _copy(desk: Desk, known: Mapping[EntityId, Replica], standing: Standing) -> Copy:
    replica = known.get(EntityId(standing.replica))
    agent = desk.directory().agent(replica.agent) if replica is not None and replica.agent else None
    unnamed = _("not named ({id})").format(id=standing.replica[-6:])
    return Copy(
        uid=standing.replica, name=(replica.name if replica else standing.label) or unnamed,
        code=(replica.code if replica else standing.code) or "", whose=agent.name if agent else "",
        seen=standing.seen, here=standing.here, hub=standing.hub, lacking=standing.lacking,
        ahead=standing.ahead if standing.ahead > AHEAD_MS else 0, own=standing.replica == desk.store.log.own,
        revoked=replica is not None and replica.cutoff is not None,
    )  # fmt: skip


def _waiting(log: LogPort) -> int:
    replica, _blank, seq = log.note(SENT).partition(" ")
    if replica != log.own or not seq.isdigit():
        return 0
    entries = log.entries(ReplicaId(replica), int(seq), MOST_COUNTED)
    return len({entry.fact.act for entry in entries if entry.fact.verb not in _UNTOLD})
