"""Which replica a desk file is: a copy of a file, or an older state of it, must not go on writing as the same one.

Two programs that write as one replica would give numbers twice, and their logs could never be brought together. So a
file remembers where it lies and, on the machine, how far its log reached; where one of both does not fit, the file
becomes a replica of its own before anything is written.
"""

import hashlib
import json
import os
import platform
import secrets
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop_desk.desk.ports import NewId
from desktop_desk.desk.waiting_mail import OUTBOX_HELD
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.domain.log import FIRST_HASH
from desktop_desk.domain.numbers import codes
from desktop_desk.storage.database import Database
from desktop_desk.storage.log_tables import NO_CODE
from desktop_desk.storage.log_tables import Replica as ReplicaRow
from desktop_desk.storage.meta import FORMAT, keep, kept
from desktop_desk.storage.upserts import insert_new

FIRST_NUMBER = 1000
"""The counter of a new replica; its first ticket gets the next one."""

HOME, RESERVE, HELD = "home", "note:reserve", f"note:{OUTBOX_HELD}"
HUB = "note:hub"
_MEMORY_BYTES = 160
"""More than a seq and a hash ever need."""


def home_of(path: Path) -> str:
    """What tells a file from its copies: the machine and the place on its disk; renaming changes neither."""
    return hashlib.sha256(f"{_machine()}:{path.stat().st_ino}".encode()).hexdigest()[:32]


_REPLICA = insert_new(ReplicaRow)
_OWN = "(SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'replica')"


def is_elsewhere(database: Database, path: Path | None, memory: Path) -> bool:
    """Whether a desk file is a copy of the one that its replica writes in, or an older state of it.

    Args:
        path: None where a desk has no place on a disk that stays the same.
        memory: the folder where this machine keeps how far its replicas' logs reach.
    """
    home = kept(database, HOME)
    if path is not None and home and home != home_of(path):
        return True
    remembered = _remembered(database, memory)
    if remembered is None:
        return False
    seq, mark = remembered
    sql = f"SELECT hash FROM fact WHERE replica = {_OWN} AND seq = ?"
    found = database.value(sql, (seq,)) or database.value(sql.replace("FROM fact", "FROM held"), (seq,))
    return seq > 0 and (found is None or bytes(found).hex() != mark)


def settle_home(database: Database, path: Path) -> None:
    """Let a desk file be at home where it lies now; within a transaction."""
    keep(database, HOME, home_of(path))


@dataclass(frozen=True, slots=True)
class OwnReach:
    """How far the own log of a desk file reaches: the replica's id, its last seq and the hash there."""

    uid: str
    seq: int
    mark: str

    def to_bytes(self) -> bytes:
        """As the machine remembers it: always of one length, so that it is written over in one go."""
        return json.dumps({"seq": self.seq, "hash": self.mark}).ljust(_MEMORY_BYTES).encode("ascii")


def own_reach(database: Database) -> OwnReach:
    """How far the own log reaches now; within a transaction, or of this moment."""
    ((uid, seq, mark),) = database.rows(f"SELECT uid, seq, hash FROM replica WHERE id = {_OWN}")
    return OwnReach(bytes(uid).hex(), int(seq), bytes(mark).hex())


def remember(database: Database, memory: Path) -> None:
    """Keep on this machine how far the own log reaches, so that an older state of the file is known as one."""
    reach = own_reach(database)
    memory.mkdir(parents=True, exist_ok=True)
    target = _memory_of(reach.uid, memory)
    # A name of its own: several programs have the same desk open, and may be closed at the same time.
    part = target.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(reach.to_bytes())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def remember_committed(reach: OwnReach, memory: Path) -> None:
    """Keep the same after each commit, written over in place: what a killed program has written is not lost.

    It never tells of more than is durable in the file, and waits for no disk. A power cut may tear it; then what the
    hub knows tells.
    """
    target = _memory_of(reach.uid, memory)
    try:
        file = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
    except FileNotFoundError:
        memory.mkdir(parents=True, exist_ok=True)
        file = os.open(target, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(file, reach.to_bytes())
    finally:
        os.close(file)


def _memory_of(uid: str, memory: Path) -> Path:
    return memory / f"{uid}.json"


def first_replica(database: Database, new_id: NewId) -> None:
    """Write what a new, empty desk begins with: its format and its own replica; within a transaction."""
    add_replica(database, 1, new_id.entity(), counter=FIRST_NUMBER)
    for key, value in (("format", FORMAT), ("replica", 1), ("words", 1)):
        keep(database, key, value)


def add_replica(
    database: Database, number: int, uid: str, *, code: str = "", counter: int = 0, stamp: int = 0
) -> None:
    """Write the row of a replica of whose log nothing is known yet; within a transaction."""
    database.run(_REPLICA, (number, bytes.fromhex(uid), code, counter, 0, stamp, FIRST_HASH))


def become_replica(
    database: Database,
    new_id: NewId,
    *,
    code: str | None = None,
    reserve: str = "",
    uid: ReplicaId | None = None,
) -> ReplicaId:
    """Go on as a new replica, within a transaction.

    Args:
        code: given by a hub with a reserve; None: the reserve of what it was is taken. Where a desk has a hub and no
            reserve is left, there is no code until the next sync, and tickets get their numbers then; a desk without
            a hub takes the first code that nobody known here has.
    """
    if code is None:
        code = kept(database, RESERVE) or (NO_CODE if kept(database, HUB) else _free_code(database))
    new = uid or ReplicaId(new_id.entity())
    number = int(database.value("SELECT MAX(id) FROM replica")) + 1
    stamp = database.value("SELECT MAX(stamp) FROM replica")
    add_replica(database, number, new, code=code, counter=FIRST_NUMBER, stamp=stamp)
    keep(database, "replica", number)
    keep(database, RESERVE, reserve)
    keep(database, HELD, "1")
    return new


def _free_code(database: Database) -> str:
    """The first code that no replica known here has or keeps in reserve."""
    taken = {code for (code,) in database.rows("SELECT code FROM replica")}
    for (text,) in database.rows("SELECT fields FROM office WHERE kind = 'replica'"):
        fields: dict[str, Any] = json.loads(text)
        taken |= {str(fields.get("code") or ""), str(fields.get("reserve") or "")}
    return next(code for code in codes() if code not in taken)


def _remembered(database: Database, memory: Path) -> tuple[int, str] | None:
    uid = database.value(f"SELECT uid FROM replica WHERE id = {_OWN}")
    path = _memory_of(bytes(uid).hex(), memory)
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        return int(told["seq"]), str(told["hash"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return None  # torn by a power cut: what the hub knows still tells


def _machine() -> str:
    """What this machine is called by its system, the same until it is set up anew."""
    for place in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            return place.read_text(encoding="ascii").strip()
        except OSError:
            continue
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415

        key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography")
        with key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    node = uuid.getnode()
    # A made-up address has this bit, and is another one at each start.
    return platform.node() if node >> 40 & 1 else f"{node:012x}"
