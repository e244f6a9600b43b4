"""What is done for a desk beside its work: brought up to date, looked after, backed up, restored to look at.

The folders it uses are this user's on this machine; a preference names another one for backups.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from desktop_desk import config
from desktop_desk.desk import ports
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import N_, _
from desktop_desk.storage import backups, files, marks, mending, migrations, settling
from desktop_desk.storage.backups import Backup
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.marks import Mark
from desktop_desk.storage.places import place_of
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.storage.store import Store

__all__ = [
    "Backup", "Mark", "back_up", "back_up_at_end", "backups_of", "begin", "bring_up_to_date", "damage_told", "end",
    "leave", "look_at", "look_inside", "look_when_open", "memory", "needs_look", "restore", "restore_as",
]  # fmt: skip

Told = Callable[[str], None]
"""Gets a sentence for people."""

COPY = N_(
    "The desk {desk} is a copy, or an older state, of one that was opened before. So that no number is given twice, its"
    " new tickets have letters of their own before their numbers."
)

_log = logging.getLogger(__name__)


def file_of(address: str | Path) -> Path | None:
    """The file behind an address; None for a desk on a server."""
    return None if "://" in str(address) else Path(address)


def folder_for(desk: Path) -> Path:
    """Where the backups of a desk file are on this machine."""
    places = config.places()
    chosen = config.read_preferences(places.preferences).backups
    return backups.folder_of(Path(chosen).expanduser() if chosen else places.state / "backups", desk)


# ── up to date ───────────────────────────────────────────────────────────────────────────────────────────────────


def bring_up_to_date(
    store: Store,
    desk: Path,
    clock: Clock,
    told: Told | None = None,
    progress: Progress | None = None,
    *,
    moved: bool = False,
) -> None:  # fmt: skip
    """Make an open desk ready: migrated after a backup where its format is older, a new replica where it is a copy.

    Args:
        moved: a person says that the file was moved there, not copied.

    Raises:
        StorageUnavailable: no backup could be made, or the desk could not be written: it is as it was.
    """
    if migrations.is_old(store):
        _migrate_open(store, desk, clock, told, progress)
    if moved:
        settling.moved(store, desk)
    if settling.settle(store, desk, memory()) and told is not None:
        told(_(COPY).format(desk=desk))


def settle_on_server(store: Store, address: str, told: Told | None = None) -> None:
    """Let a desk on a server become a new replica where the server was set back to an older state."""
    if settling.settle_on_server(store, memory()) and told is not None:
        told(_(COPY).format(desk=address))


def memory() -> Path:
    """Where this machine keeps how far its replicas' logs reach."""
    return config.places().state / "replicas"


def _migrate_open(
    store: Store, desk: Path, clock: Clock, told: Told | None, progress: Progress | None
) -> None:
    saved = backups.back_up(store, folder_for(desk), clock(), before=files.FORMAT)
    done = migrations.migrate(store, progress)
    if done and told is not None and saved is not None:
        told(
            _("The desk {desk} was brought up to date for this version. As it was before: {backup}").format(
                desk=desk, backup=saved.path
            )
        )


# ── an end that was none ─────────────────────────────────────────────────────────────────────────────────────────


def begin(
    address: str | Path,
    told: Told | None = None,
    *,
    clock: Clock,
    new_id: NewId | None = None,
) -> Mark | None:
    """Say that this program is about to open a desk; look at the desk first when an earlier one did not end in order.

    A damaged desk is set aside and its newest sound backup put in its place; `told` gets what was done.

    Raises:
        StorageUnavailable: it is damaged, and there is no sound backup or another program has it open.
    """
    desk = file_of(address)
    if desk is None:
        return None
    mending.finish(desk)
    if not desk.is_file():
        return None
    state = config.places().state
    try:
        mark = marks.set_mark(state, desk)
    except OSError as error:
        # Without it only the check after an unclean end is missing.
        _log.warning("no mark that the desk is open: %s", error)
        return None
    if not mark.unclean or mark.encrypted or not place_of(desk).is_safe:
        return mark  # one on a network folder is looked at once it is open, if it may be opened
    try:
        _look_after(desk, mark, told, clock, new_id or RandomIds())
    except BaseException:
        mark.clear()
        raise
    return mark


def end(mark: Mark | None) -> None:
    """The desk was closed in order."""
    if mark is not None:
        mark.clear()


def needs_look(mark: Mark | None, desk: Path) -> bool:
    """Whether an unclean end is still to be looked into, once the desk is open: encrypted, large, or far away."""
    return (
        mark is not None
        and mark.unclean
        and (mark.encrypted or _is_large(desk) or not place_of(desk).is_safe)
    )


def damage_told(store: ports.Store, desk: Path) -> str:
    """Read the whole open desk after an unclean end; a sentence for people when it is damaged, else ""."""
    found = mending.damage(store, whole=True) if isinstance(store, Store) else ()
    if not found:
        marks.forget_unclean(config.places().state, desk)
        return ""
    _log.error("damaged: %s", "; ".join(found))
    return _(
        "The desk {desk} is damaged; the program did not end in order last time. End it everywhere, leave the file as "
        "it is, and restore the newest backup into a new file."
    ).format(desk=desk)


def look_when_open(store: ports.Store, address: str | Path, mark: Mark | None) -> str:
    """The same for a command, which does not wait for a large desk to be read: a window does that."""
    desk = file_of(address)
    if desk is None or not needs_look(mark, desk) or _is_large(desk):
        return ""
    return damage_told(store, desk)


def _is_large(desk: Path) -> bool:
    return desk.stat().st_size > mending.AT_ONCE


def _look_after(desk: Path, mark: Mark, told: Told | None, clock: Clock, new_id: NewId) -> None:
    # Twice: a read that failed once is no damage of the file.
    found = _damage(desk, clock, new_id) and _damage(desk, clock, new_id)
    if not found:
        if not _is_large(desk):
            marks.forget_unclean(config.places().state, desk)
        return
    _log.error("damaged: %s", "; ".join(found))
    damaged = unavailable("damaged", str(desk))
    if mark.shared:
        advice = _("Another program has it open: end it, then open the desk again.")
        raise StorageUnavailable("damaged", damaged.reason, advice)
    mended = mending.mend(desk, folder_for(desk), clock, new_id)
    if mended is None:
        raise damaged
    marks.forget_unclean(config.places().state, desk)
    if told is not None:
        told(_what_was_done(desk, mended))


def _damage(desk: Path, clock: Clock, new_id: NewId) -> tuple[str, ...]:
    try:
        database = files.open_database(desk)
    except StorageUnavailable as error:
        if error.kind not in {"damaged", "not_a_desk"}:
            raise
        return (error.reason,)
    try:
        store = Store(database, clock, new_id)
        if migrations.is_old(store):
            return ()
        return mending.damage(store, whole=not _is_large(desk))
    finally:
        database.close_thread()


def _what_was_done(desk: Path, mended: mending.Mended) -> str:
    made = datetime.fromtimestamp(mended.backup.at / 1000).astimezone()
    said = _(
        "The desk {desk} was damaged; the program did not end in order last time. Its file was set aside as {aside}. "
        "In its place is the backup of {time} with {facts} facts; new numbers get a letter of their own."
    ).format(desk=desk, aside=mended.aside.name, time=f"{made:%Y-%m-%d %H:%M}", facts=mended.backup.facts)
    rest = (
        _("What was written since comes back with the next sync, as far as it was sent.")
        if mended.has_hub
        else _("What was written since is not in it.")
    )
    return f"{said} {rest}"


# ── backups ──────────────────────────────────────────────────────────────────────────────────────────────────────


def backups_of(address: str | Path) -> list[Backup]:
    """The backups that were made by themselves of a desk, newest first."""
    desk = file_of(address)
    return [] if desk is None else backups.list_backups(folder_for(desk))


def back_up(store: ports.Store, address: str | Path, clock: Clock) -> Backup | None:
    """Back a desk file up if anything changed since the newest backup; None when there was nothing to do."""
    desk = file_of(address)
    if desk is None or store.look or not isinstance(store, Store):
        return None
    return backups.back_up(store, folder_for(desk), clock())


def back_up_at_end(store: ports.Store, address: str | Path, clock: Clock) -> Backup | None:
    """The same when the last window was closed: a large desk is left to the next hours if it has a backup of today."""
    desk = file_of(address)
    if desk is None:
        return None
    day_ago = clock() - 24 * 3_600_000
    if _is_large(desk) and any(made.at > day_ago for made in backups_of(address)):
        return None
    return back_up(store, address, clock)


def look_inside(store: ports.Store, backup: Backup, clock: Clock) -> Path:
    """A copy of an open desk's backup to look at, in a folder of this user's; `leave` takes it away again."""
    folder = _looks()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = datetime.fromtimestamp(backup.at / 1000).astimezone()
    stem = backup.path.name.split(f" {datetime.fromtimestamp(backup.at / 1000, UTC):%Y-%m-%d}")[0]
    target = folder / f"{stem} as of {made:%Y-%m-%d %H.%M.%S}.desk"
    files.remove(target)
    look_at(backup.path, target, clock, key=_key_of(store))
    return target


def restore_as(store: ports.Store, backup: Backup, target: Path, clock: Clock) -> Path:
    """Make a new desk of an open desk's backup; gives its path."""
    restore(backup.path, target, clock, key=_key_of(store))
    return target


def leave(address: str | Path) -> None:
    """Take away a copy that was made to look at, once it is closed; every other desk stays."""
    desk = file_of(address)
    if desk is not None and desk.parent == _looks():
        files.remove(desk)


def _looks() -> Path:
    return config.places().state / "looks"


def _key_of(store: ports.Store) -> bytes | None:
    database = store.database if isinstance(store, Store) else None
    return database.key if isinstance(database, SqliteDatabase) else None


def restore(
    backup: Path, target: Path, clock: Clock, new_id: NewId | None = None, *, key: bytes | None = None
) -> int:
    """Make a new desk of a backup, a replica of its own; the backup stays as it is. Gives its number of facts.

    `key` opens an encrypted backup (encryption.key_of).
    """
    ids = new_id or RandomIds()
    return files.restore_desk(backup, target, ids, lambda database: _migrate(database, clock, ids), key=key)


def look_at(
    backup: Path, target: Path, clock: Clock, new_id: NewId | None = None, *, key: bytes | None = None
) -> int:
    """Make a copy of a backup in which nothing can be written; gives its number of facts."""
    source = files.read_only(backup, key)
    try:
        facts = files.copy_desk(source, target)
    finally:
        source.close_thread()
    copy = files.open_database(target, key=key)
    try:
        copy.look = 0
        _migrate(copy, clock, new_id or RandomIds())
        with copy.writing():
            copy.run("DELETE FROM meta WHERE key = 'look'")
            copy.run("INSERT INTO meta VALUES ('look', ?)", (str(_made(backup)),))
    except BaseException:
        copy.close_thread()
        files.remove(target)
        raise
    copy.close_thread()
    return facts


def _migrate(database: SqliteDatabase, clock: Clock, new_id: NewId) -> None:
    """Bring a copy up to date; what it was made of stays as a backup of it."""
    migrations.migrate(Store(database, clock, new_id))


def _made(backup: Path) -> int:
    """When a backup was made, ms: as its name says, else as its file does."""
    named = [found.at for found in backups.list_backups(backup.parent) if found.path == backup]
    return named[0] if named else int(backup.stat().st_mtime * 1000)
