"""What is done for a desk beside its work: brought up to date, looked after, backed up, restored to look at.

The folders it uses are this user's on this machine; a preference names another one for backups.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from desktop_desk import config
from desktop_desk.desk import ports
from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import N_, _
from desktop_desk.safekeeping import (
    Backup,
    back_up,
    back_up_at_end,
    backups_of,
    file_of,
    folder_for,
    is_large,
    leave,
    look_at,
    look_inside,
    newest_elsewhere,
    restore,
    restore_as,
    restore_to_server,
    take_away,
)
from desktop_desk.storage import backups, files, marks, mending, meta, migrations, settling
from desktop_desk.storage.database import unavailable
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.marks import Mark
from desktop_desk.storage.places import place_of
from desktop_desk.storage.server_turns import UPDATE, turn
from desktop_desk.storage.store import Store

__all__ = [
    "Backup", "Mark", "back_up", "back_up_at_end", "backups_of", "begin", "bring_up_to_date", "damage_told", "end",
    "file_of", "leave", "look_at", "look_inside", "look_when_open", "memory", "needs_look", "newest_elsewhere",
    "restore", "restore_as", "restore_to_server", "take_away",
]  # fmt: skip

Told = Callable[[str], None]
"""Gets a sentence for people."""

UPDATE_WAITS = 600
"""So many seconds a program waits while another one brings the desk up to date."""

COPY = N_(
    "The desk {desk} is a copy, or an older state, of one that was opened before. So that no number is given twice, its"
    " new tickets have letters of their own before their numbers."
)

_log = logging.getLogger(__name__)


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


def bring_server_up_to_date(
    store: Store, address: str, clock: Clock, told: Told | None = None, progress: Progress | None = None
) -> None:
    """The same for a desk on a server: one program migrates it, the others wait for that one.

    It becomes a new replica where the server was set back to an older state.
    """
    shown = shown_address(address)
    if migrations.is_old(store):
        with turn(store.database, UPDATE, UPDATE_WAITS) as mine:
            if mine is None:
                raise StorageUnavailable(
                    "locked",
                    _("Another program is bringing the desk {desk} up to date.").format(desk=shown),
                    _("Wait until it is done, then open the desk again."),
                )
            if migrations.is_old(store):
                _migrate_open(store, address, clock, told, progress)
            elif told is not None:
                told(_("Another program brought the desk {desk} up to date just now.").format(desk=shown))
    if settling.settle_on_server(store, memory()) and told is not None:
        told(_(COPY).format(desk=shown))


def memory() -> Path:
    """Where this machine keeps how far its replicas' logs reach."""
    return config.places().state / "replicas"


def _migrate_open(
    store: Store, desk: str | Path, clock: Clock, told: Told | None, progress: Progress | None
) -> None:
    saved = backups.back_up(store, folder_for(desk), clock(), before=meta.FORMAT)
    try:
        done = migrations.migrate(store, progress)
    except StorageUnavailable as error:
        if error.kind != "read_only" or file_of(desk) is not None:
            raise
        raise StorageUnavailable(
            "read_only",
            _("The desk {desk} must be brought up to date for this version, and this user may not change its tables.")
            .format(desk=shown_address(str(desk))),
            _("Let the user who made the desk open it once with this version."),
        ) from error  # fmt: skip
    if done and told is not None and saved is not None:
        told(
            _("The desk {desk} was brought up to date for this version. As it was before: {backup}").format(
                desk=shown_address(str(desk)) if file_of(desk) is None else desk, backup=saved.path
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
        mark is not None and mark.unclean and (mark.encrypted or is_large(desk) or not place_of(desk).is_safe)
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
    if desk is None or not needs_look(mark, desk) or is_large(desk):
        return ""
    return damage_told(store, desk)


def _look_after(desk: Path, mark: Mark, told: Told | None, clock: Clock, new_id: NewId) -> None:
    # Twice: a read that failed once is no damage of the file.
    found = _damage(desk, clock, new_id) and _damage(desk, clock, new_id)
    if not found:
        if not is_large(desk):
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
        return mending.damage(store, whole=not is_large(desk))
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
