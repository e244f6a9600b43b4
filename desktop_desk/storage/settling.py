"""A desk file settles where it was opened: as the replica it was, or as a new one when it is a copy."""

from pathlib import Path

from desktop_desk.desk.ports import Draft
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.storage.identity import HOME, home_of, is_elsewhere, settle_home
from desktop_desk.storage.meta import kept
from desktop_desk.storage.places import place_of
from desktop_desk.storage.store import Store


def settle(store: Store, path: Path, memory: Path) -> bool:
    """Let an open desk file find out whether it is a copy, before anything is written; True when it was one.

    A copy becomes a replica of its own with the letters it keeps in reserve. Where files have no lasting place on a
    disk (network folders), only what this machine remembers is asked.
    """
    if store.look:
        return False
    store.memory = memory
    has_place = place_of(path).kind in {"local", "removable"}
    place = path if has_place else None
    with store.reading():
        may_be_copy = is_elsewhere(store.database, place, memory)
        at_home = not has_place or kept(store.database, HOME) == home_of(path)
    if not may_be_copy and at_home:
        return False
    with store.writing():
        # Others at work may have been remembered further than this view reached: now nobody writes.
        is_copy = is_elsewhere(store.database, place, memory)
        if is_copy:
            _go_on(store)
        if has_place:
            settle_home(store.database, path)
    return is_copy


def settle_on_server(store: Store, memory: Path) -> bool:
    """The same for a desk on a server, which has no place on a disk: it may have been set back to an older state."""
    store.memory = memory
    with store.reading():
        may_be_older = is_elsewhere(store.database, None, memory)
    if not may_be_older:
        return False
    with store.writing():
        is_older = is_elsewhere(store.database, None, memory)
        if is_older:
            _go_on(store)
    return is_older


def moved(store: Store, path: Path) -> None:
    """Let a file be at home where it lies now, as the replica it was: a person says that it was moved, not copied."""
    with store.writing():
        settle_home(store.database, path)


def _go_on(store: Store) -> None:
    log = store.log
    old = store.directory().replica(log.own)
    new: ReplicaId = log.go_on_as_new(log.vector().get(log.own, 0))
    if old is not None:
        code = log.code()
        fields = {"name": old.name, "code": code, "reserve": "", "agent": old.agent}
        draft = Draft("replica_added", EntityId(new), fields)
        store.journal.append([draft], None, None)
