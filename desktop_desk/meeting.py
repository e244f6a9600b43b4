"""One meeting of a desk with a hub: letters, facts, files, and a copy of the desk for whoever takes it along next."""

import tempfile
from dataclasses import replace
from pathlib import Path

from desktop_desk import __version__
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import Clock, Progress
from desktop_desk.domain.facts import EntityId
from desktop_desk.numbering import own_label, settle_letters
from desktop_desk.storage import files
from desktop_desk.storage.hub_keys import hub_sealer, lay_hub_keys
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.newcomer import copy_of_logs, leave_out_files, logs_in
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store
from desktop_desk.sync.attachments import exchange_attachments
from desktop_desk.sync.exchange import Diverged, Exchanged, Here, Standing, exchange
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.snapshots import is_due, lay_snapshot, list_snapshots
from desktop_desk.sync.standings import note_sent

SYNCED, SCRUBBED = "synced", "scrubbed"
"""The notes of a desk file: when it was synced (ms), and how many purges were scrubbed away."""

FILES_MS = 60_000
"""So long the files of one sync may take; the next goes on with the rest."""


def meet(desk: Desk, hub: Hub, label: str, clock: Clock, told: Progress | None) -> Exchanged:
    """One whole sync: letters, facts, files, a new snapshot where one is due."""
    store = store_of(desk)
    sealer = hub_sealer(store)
    try:
        settle_letters(desk, store, hub, label)
        done = exchange(store.log, hub, here(desk), clock(), sealer, told)
    except Diverged as error:
        store.log.go_on_as_new(error.common)
        settle_letters(desk, store, hub, label)
        done = exchange(store.log, hub, here(desk), clock(), sealer, told)
    note_sent(store.log, done.standings)
    lay_hub_keys(store, hub)
    _scrub(store)
    problems = _files_exchanged(store, hub, sealer, clock)
    _lay_snapshot_if_due(store, hub, sealer, clock)
    store.log.keep_note(SYNCED, str(clock()))
    told_all = (*done.problems, *problems)
    return replace(done, problems=told_all, standings=named(desk, done.standings))


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


def _lay_snapshot_if_due(store: Store, hub: Hub, sealer: Sealer | None, clock: Clock) -> None:
    if is_due(list_snapshots(hub, sealer), store.log.vector()):
        lay_copy(store, hub, sealer, clock)


def lay_copy(store: Store, hub: Hub, sealer: Sealer | None, clock: Clock) -> None:
    """Lay a copy of the whole desk at the hub."""
    database = store.database
    beside = database.path.parent if isinstance(database, SqliteDatabase) else None
    with tempfile.TemporaryDirectory(prefix=".desk", dir=beside) as folder:
        copy, key = Path(folder) / "copy.desk", ""
        if isinstance(database, SqliteDatabase):
            files.copy_desk(database, copy)
            key = database.key.hex() if database.key is not None else ""
            vector = logs_in(copy, database.key)
            leave_out_files(copy, database.key)
        else:
            vector = copy_of_logs(store, copy, clock, RandomIds())
        lay_snapshot(hub, store.log.own, clock(), copy, vector, sealer, key)


def here(desk: Desk) -> Here:
    """How this copy of the desk shows itself at a hub."""
    store = store_of(desk)
    known = store.directory().replica(store.log.own)
    return Here(
        desk.settings().uid, known.name if known else own_label(), store.log.code() or "",
        store.log.note("reserve"), desk.actor.login, __version__,
    )  # fmt: skip


def named(desk: Desk, standings: tuple[Standing, ...]) -> tuple[Standing, ...]:
    """Standings with the names that the desk itself knows, where a replica has left no card."""
    directory = desk.store.directory()
    known = {replica.uid: replica for replica in directory.replicas}
    return tuple(
        replace(one, label=known[uid].name, code=known[uid].code or "")
        if not one.label and (uid := EntityId(one.replica)) in known
        else one
        for one in standings
    )


def from_facts(desk: Desk) -> tuple[Standing, ...]:
    """What the desk itself knows of its replicas, while the hub is away."""
    vector = desk.store.log.vector()
    bare = tuple(Standing(uid, "", "", seq, 0, 0, None) for uid, seq in vector.items())
    return named(desk, bare)


def is_encrypted(store: Store) -> bool:
    """Whether the desk file is encrypted."""
    return isinstance(store.database, SqliteDatabase) and store.database.key is not None


def store_of(desk: Desk) -> Store:
    """The store of a desk that is kept in a database; TypeError for any other."""
    store = desk.store
    if not isinstance(store, Store):
        raise TypeError("a desk that is synced is kept in a database")
    return store
