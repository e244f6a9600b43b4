"""Bringing a whole copy of the desk from a hub: the file that a new copy begins with, sealed where that is wanted."""

from pathlib import Path

from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import NewId, Progress
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.storage import files
from desktop_desk.storage.database import unavailable_by
from desktop_desk.storage.durable import make_private
from desktop_desk.storage.recovery import key_of_code
from desktop_desk.storage.sealed_copies import MOST_IN_MEMORY, seal_image, turn_key
from desktop_desk.sync.sealer import Sealer
from desktop_desk.sync.snapshots import fetch_image, fetch_snapshot, list_snapshots


def bring(hub: Hub, sealer: Sealer | None, part: Path, told: Progress | None) -> bytes | None:
    """Bring the newest whole copy of the desk here; where one is not whole, the next. Gives the key that it has."""
    for ending in ("-wal", "-shm", "-journal"):
        # Left by an attempt that came to its end only here: what is brought again begins without them.
        part.with_name(part.name + ending).unlink(missing_ok=True)
    missing = Invalid(
        "hub",
        _("There is no copy of the desk at {address} yet.").format(address=shown_address(hub.address)),
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
            raise unavailable_by(error, part) from error
        else:
            return bytes.fromhex(snapshot.key) if snapshot.key else None
    raise missing


def bring_sealed(
    hub: Hub, sealer: Sealer | None, part: Path, recovery: str, ids: NewId, told: Progress | None
) -> bytes:
    """Bring the newest whole copy of the desk here under the key of a recovery code; gives the key.

    Where there is none, or it is too large to be sealed in memory, the file begins empty, and all facts are pulled.
    """
    key = key_of_code(recovery)
    for snapshot in list_snapshots(hub, sealer):
        # Nobody knows the code of an attempt that was interrupted.
        files.remove(part)
        try:
            if snapshot.key:
                make_private(part)
                fetch_snapshot(hub, snapshot, part, sealer, told)
                turn_key(part, bytes.fromhex(snapshot.key), key)
            elif snapshot.size > MOST_IN_MEMORY:
                continue
            else:
                seal_image(fetch_image(hub, snapshot, sealer, told), part, key)
        except Invalid:
            continue
        except OSError as error:
            raise unavailable_by(error, part) from error
        else:
            return key
    files.remove(part)
    files.make_database(part, ids, key=key).close_thread()
    return key
