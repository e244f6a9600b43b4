"""A desk in several places: making hubs, taking the desk along, syncing; puts the exchange and storage together."""

import errno
import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_desk import __version__, bootstrap
from desktop_desk.desk.addresses import is_address, shown_address
from desktop_desk.desk.agents import Passwords
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Clock, NewId
from desktop_desk.desk.replicas import announcement, good_label
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.hubs import hub_address, opened_hub_at
from desktop_desk.i18n import _
from desktop_desk.storage import files
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.durable import make_private
from desktop_desk.storage.hub_keys import (
    follow_hub_key,
    hub_sealer,
    lay_hub_keys,
    made_hub_key,
    new_hub_key,
    opened_hub,
)
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.network import refuse_network
from desktop_desk.storage.newcomer import copy_of_logs, logs_in, newcomer, put_in_place
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store
from desktop_desk.sync.about import About, found_hub, need_desk, read_about
from desktop_desk.sync.attachments import exchange_attachments
from desktop_desk.sync.codes import claim_codes, claim_for_others, is_used_up, settle_codes
from desktop_desk.sync.exchange import Diverged, Exchanged, Here, Standing, exchange, look, pull
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.snapshots import fetch_snapshot, is_due, lay_snapshot, list_snapshots
from desktop_desk.sync.standings import note_sent

HUB, SYNCED, SCRUBBED = "hub", "synced", "scrubbed"
"""The notes of a desk file: its hub's address, when it was synced (ms), how many purges were scrubbed away."""

FILES_MS = 60_000
"""So long the files of one sync may take; the next goes on with the rest."""

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Status:
    """How a desk stands with its hub; `standings` is empty where the hub is away, and `away` says why."""

    hub: str
    synced: int | None
    replica: ReplicaId
    label: str
    code: str | None
    standings: tuple[Standing, ...] = ()
    away: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A desk that was taken along: the letters of its ticket numbers, and what the first sync came to."""

    code: str
    exchanged: Exchanged


def own_label() -> str:
    """What a copy of the desk on this machine is called unless somebody says otherwise."""
    return platform.node()[:60] or _("this computer")


def new_hub(
    desk: Desk, address: str, label: str = "", *, new_key: bool = False, clock: Clock = bootstrap.now_ms,
    told: Told | None = None,
) -> Exchanged:  # fmt: skip
    """Make a hub and lay the whole desk there; once more for the same desk goes on where it stopped.

    Args:
        new_key: of an encrypted desk: with another key than its hubs had, at a place where none is yet.

    Raises:
        NotAllowed: the agent may not share the desk.
        Invalid: the place is another desk's hub, or something else.
        StorageUnavailable: it cannot be made.
    """
    desk.need_sharing()
    store = _store(desk)
    settings = desk.settings()
    if _is_encrypted(store):
        made_hub_key(store)
    with opened_hub_at(address, make=True) as hub:
        if new_key and _is_encrypted(store):
            _need_no_hub(hub)
            new_hub_key(store)
        found_hub(hub, About(settings.uid, settings.name, encrypted=hub_sealer(store) is not None))
        claim_for_others(hub, _letters(store))
        done = _exchanged(desk, hub, label or own_label(), clock, told)
    store.log.keep_note(HUB, hub.address)
    return done


def sync(
    desk: Desk, address: str = "", *, login: str = "", password: str = "", clock: Clock = bootstrap.now_ms,
    told: Told | None = None,
) -> Exchanged:  # fmt: skip
    """Exchange everything with the hub at an address, which is remembered, or with the one remembered.

    A desk that turns out to be a copy becomes a replica of its own first.

    Args:
        login, password: open a hub that was made with another key than this copy knows.

    Raises:
        Invalid: no hub is remembered, or the place is none of this desk.
        StorageUnavailable: the hub cannot be reached, read or written; what was done until then stays.
    """
    store = _store(desk)
    with opened_hub_at(_remembered(store, address)) as hub:
        need_desk(hub, desk.settings().uid, encrypted=hub_sealer(store) is not None)
        follow_hub_key(store, hub, login, password)
        done = _exchanged(desk, hub, "", clock, told)
    if address:
        store.log.keep_note(HUB, hub.address)
    return done


def status(desk: Desk, address: str = "", *, clock: Clock = bootstrap.now_ms) -> Status:
    """How the desk stands with its hub; changes nothing. A hub that is away is no error."""
    store = _store(desk)
    chosen = hub_address(_remembered(store, address))
    known = desk.store.directory().replica(store.log.own)
    synced = store.log.note(SYNCED)
    found = Status(
        shown_address(chosen) if is_address(chosen) else chosen, int(synced) if synced else None, store.log.own,
        known.name if known else "", store.log.code(),
    )  # fmt: skip
    try:
        with opened_hub_at(chosen) as hub:
            standings = look(store.log, hub, _here(desk), clock(), hub_sealer(store))
    except StorageUnavailable as error:
        return replace(found, away=error.reason, standings=_from_facts(desk))
    return replace(found, standings=_named(desk, standings))


def new_replica(
    address: str, target: Path, label: str, login: str, password: str, *, clock: Clock = bootstrap.now_ms,
    new_id: NewId | None = None, passwords: Passwords | None = None, told: Told | None = None,
) -> Taken:  # fmt: skip
    """Take a desk along: a file of its own, made from the hub by an agent who may.

    Interrupted while it comes, it goes on from there the next time; whoever may not gets no file.

    Raises:
        AccessDenied, NotAllowed: login or password are wrong, or the agent may not share the desk.
        Invalid: the file exists, or the hub has no whole copy of the desk.
        StorageUnavailable: the hub or the file cannot be reached, read or written.
    """
    name, ids, hasher = good_label(label), new_id or RandomIds(), passwords or Argon2Passwords()
    _refuse_target(target)
    part = target.with_name(f".{target.name}.coming")
    with opened_hub_at(address) as hub:
        about = read_about(hub)
        sealer = opened_hub(hub, login, password) if about.encrypted else None
        key = _bring(hub, sealer, part, told)
        uid = ReplicaId(ids.entity())
        try:
            with newcomer(part, key, clock, ids, uid, {HUB: hub.address, SYNCED: ""}) as store:
                pull(store.log, hub, about.desk, sealer, told)
                # Asked only now: who may, and with which password, is in the newest facts.
                FrontDoor(store, clock, ids, hasher).log_in(login, password).need_sharing()
                claim_for_others(hub, _letters(store))
                given = claim_codes(hub, uid)
                store.log.take_codes(given.code, given.reserve)
            put_in_place(part, target)
        except (AccessDenied, NotAllowed):
            files.remove(part)
            raise
    return Taken(given.code, _first_sync(target, name, login, password, clock, ids, passwords, told))


def _first_sync(
    target: Path, label: str, login: str, password: str, clock: Clock, ids: NewId,
    passwords: Passwords | None, told: Told | None,
) -> Exchanged:  # fmt: skip
    front = bootstrap.open_desk(target, clock=clock, new_id=ids, passwords=passwords)
    try:
        desk = front.log_in(login, password)
        store = _store(desk)
        desk.announce_replica(label, store.log.code() or "", store.log.note("reserve"))
        return sync(desk, clock=clock, told=told)
    finally:
        front.close()


def _bring(hub: Hub, sealer: Sealer | None, part: Path, told: Told | None) -> bytes | None:
    """Bring the newest whole copy of the desk here; where one is not whole, the next. Gives the key that it has."""
    for ending in ("-wal", "-shm", "-journal"):
        # Left by an attempt that came to its end only here: what is brought again begins without them.
        part.with_name(part.name + ending).unlink(missing_ok=True)
    missing = Invalid(
        "hub",
        _("There is no copy of the desk at {address} yet.").format(address=hub.address),
        _("Sync at a desk that has it: it lays a copy there. Then try again."),
    )
    for snapshot in list_snapshots(hub, sealer):
        try:
            if snapshot.key:
                make_private(part)
            fetch_snapshot(hub, snapshot, part, sealer, told)
        except Invalid as error:
            missing = error
        except OSError as error:
            raise unavailable("full" if error.errno == errno.ENOSPC else "failed", str(part)) from error
        else:
            return bytes.fromhex(snapshot.key) if snapshot.key else None
    raise missing


def _refuse_target(target: Path) -> None:
    if target.exists():
        reason = _("There is already a file {path}.").format(path=target)
        raise Invalid("file", reason, _("Choose another name."))
    if not target.parent.is_dir():
        reason = _("There is no folder {path}.").format(path=target.parent)
        raise Invalid("file", reason, _("Make the folder first."))
    refuse_network(target)


def _exchanged(desk: Desk, hub: Hub, label: str, clock: Clock, told: Told | None) -> Exchanged:
    """One whole sync: letters, facts, files, a new snapshot where one is due."""
    store = _store(desk)
    sealer = hub_sealer(store)
    try:
        _settle_codes(desk, hub, label)
        done = exchange(store.log, hub, _here(desk), clock(), sealer, told)
    except Diverged as error:
        store.log.go_on_as_new(error.common)
        _settle_codes(desk, hub, label)
        done = exchange(store.log, hub, _here(desk), clock(), sealer, told)
    note_sent(store.log, done.standings)
    lay_hub_keys(store, hub)
    _scrub(store)
    problems = _files_exchanged(store, hub, sealer, clock)
    _lay_snapshot(store, hub, sealer, clock)
    store.log.keep_note(SYNCED, str(clock()))
    told_all = (*done.problems, *problems)
    return replace(done, problems=told_all, standings=_named(desk, done.standings))


def _need_no_hub(hub: Hub) -> None:
    if hub.read("about", "keys") is not None:
        raise Invalid(
            "hub",
            _("What lies at this hub is sealed with the old key."),
            _("Make the new hub at another place, and delete the old one when everybody has moved."),
        )


def _scrub(store: Store) -> None:
    """After a purge came: let nothing of it stay in what the engine keeps beside its tables."""
    places, count = store.log.redactions(int(store.log.note(SCRUBBED) or 0))
    if places:
        store.scrub()
        store.log.keep_note(SCRUBBED, str(count))


def _files_exchanged(store: Store, hub: Hub, sealer: Sealer | None, clock: Clock) -> tuple[str, ...]:
    """Let attachments travel for a minute at most, a round after the other; gives what lies spoilt at the hub."""
    until = clock() + FILES_MS
    problems: list[str] = []
    while True:
        done = exchange_attachments(store, hub, sealer, now=clock(), go_on=lambda: clock() < until)
        problems.extend(done.problems)
        if not done.more or clock() >= until:
            return tuple(problems)


def _settle_codes(desk: Desk, hub: Hub, label: str) -> None:
    """Let this replica have letters that are its own at this hub, and be known by its name."""
    store = _store(desk)
    code, reserve = store.log.code(), store.log.note("reserve")
    note, at = f"codes {hub.address}", f"{store.log.own} {code} {reserve}"
    lost, lost_reserve = _lost_codes(store, code, reserve)
    if lost or lost_reserve or store.log.note(note) != at or (reserve and is_used_up(hub, reserve)):
        # A hub that was set back knows of no letters that were given since.
        claim_for_others(hub, [letters for letters in _letters(store) if letters[0] != store.log.own])
        given = settle_codes(hub, store.log.own, None if lost else code, "" if lost_reserve else reserve)
        if (given.code, given.reserve) != (code, reserve):
            store.log.take_codes(given.code, given.reserve)
        code, reserve = given.code, given.reserve
        store.log.keep_note(note, f"{store.log.own} {code} {reserve}")
    with store.writing():
        known = store.directory().replica(store.log.own)
        name = label or (known.name if known else own_label())
        drafts = announcement(store, name, code or "", reserve, desk.actor.uid)
        # What a revoked copy says of itself is held, here as well: it would say it again at each sync.
        if drafts and (known is None or known.cutoff is None):
            store.journal.append(drafts, None, None)


def _letters(store: Store) -> list[tuple[str, str, str]]:
    """Of every replica known here its id and letters: another hub may have given them."""
    with store.reading():
        known = store.directory().replicas
    return [(replica.uid, replica.code or "", replica.reserve) for replica in known]


def _lost_codes(store: Store, code: str | None, reserve: str) -> tuple[bool, bool]:
    """Whether another replica numbers with the same letters, or may come to do so.

    Two copies of a hub's folder, as on sticks, cannot keep two desks from claiming the same. Of two the one whose id
    comes first keeps them.
    """
    with store.reading():
        others = [other for other in store.directory().replicas if other.uid != store.log.own]
    before = [other for other in others if other.uid < store.log.own]
    lost = code is not None and any(other.code == code for other in before)
    lost_reserve = bool(reserve) and (
        any(other.reserve == reserve for other in before) or any(other.code == reserve for other in others)
    )
    return lost, lost_reserve


def _lay_snapshot(store: Store, hub: Hub, sealer: Sealer | None, clock: Clock) -> None:
    """Lay a copy of the desk at the hub when the newest is old."""
    if not is_due(list_snapshots(hub, sealer), store.log.vector()):
        return
    database = store.database
    beside = database.path.parent if isinstance(database, SqliteDatabase) else None
    with tempfile.TemporaryDirectory(prefix=".desk", dir=beside) as folder:
        copy, key = Path(folder) / "copy.desk", ""
        if isinstance(database, SqliteDatabase):
            files.copy_desk(database, copy)
            key = database.key.hex() if database.key is not None else ""
            vector = logs_in(copy, database.key)
        else:
            vector = copy_of_logs(store, copy, clock, RandomIds())
        lay_snapshot(hub, store.log.own, clock(), copy, vector, sealer, key)


def _here(desk: Desk) -> Here:
    store = _store(desk)
    known = store.directory().replica(store.log.own)
    return Here(
        desk.settings().uid, known.name if known else own_label(), store.log.code() or "",
        store.log.note("reserve"), desk.actor.login, __version__,
    )  # fmt: skip


def _named(desk: Desk, standings: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Standings with the names that the desk itself knows, where a replica has left no card."""
    directory = desk.store.directory()
    known = {replica.uid: replica for replica in directory.replicas}
    return tuple(
        replace(one, label=known[uid].name, code=known[uid].code or "")
        if not one.label and (uid := EntityId(one.replica)) in known
        else one
        for one in standings
    )


def _from_facts(desk: Desk) -> tuple[Standing, ...]:
    """What the desk itself knows of its replicas, while the hub is away."""
    vector = desk.store.log.vector()
    bare = tuple(Standing(uid, "", "", seq, 0, 0, None) for uid, seq in vector.items())
    return _named(desk, bare)


def _remembered(store: Store, address: str) -> str:
    chosen = address or store.log.note(HUB)
    if not chosen:
        raise Invalid(
            "hub",
            _("This desk has no hub yet."),
            _("Make one with “hub new”, or name the one that it has: “sync HUB”."),
        )
    return chosen


def _is_encrypted(store: Store) -> bool:
    return isinstance(store.database, SqliteDatabase) and store.database.key is not None


def _store(desk: Desk) -> Store:
    store = desk.store
    if not isinstance(store, Store):
        raise TypeError("a desk that is synced is kept in a database")
    return store
