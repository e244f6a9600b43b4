"""The composition root: chooses the adapters of a desk and puts them together."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_desk import upkeep
from desktop_desk.desk.addresses import AtServer, is_address
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.key_ports import KeyPairs, Seal
from desktop_desk.desk.passwords import Passwords
from desktop_desk.desk.ports import Clock, Draft, NewId, Progress
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage import files
from desktop_desk.storage.durable import looks_encrypted
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.key_pairs import WrappedKeys
from desktop_desk.storage.network import hub_beside
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.places import place_of
from desktop_desk.storage.presence import FilePresence, presence_on
from desktop_desk.storage.store import Store

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.storage.database import Database

__all__ = [
    "BroughtHome",
    "create_demo",
    "create_desk",
    "generate",
    "has_keyring",
    "is_safe_place",
    "keep_server_password",
    "kept_server_password",
    "look_at_server",
    "new_recovery_code",
    "open_desk",
    "restore_desk",
    "share_through_folder",
]  # fmt: skip


def now_ms() -> int:
    """The time, ms since the epoch."""
    return time.time_ns() // 1_000_000


def open_desk(
    path: Path | str,
    *,
    clock: Clock = now_ms,
    new_id: NewId | None = None,
    passwords: Passwords | None = None,
    overhear: Callable[[str], None] | None = None,
    told: Callable[[str], None] | None = None,
    progress: Progress | None = None,
    on_network: bool = False,
    moved: bool = False,
    keys: KeyPairs | None = None,
) -> FrontDoor:
    """Open a desk file; StorageUnavailable says why it cannot be used. An encrypted one is locked until a log in.

    Args:
        keys: makes agents' key pairs; None: the usual, or none where `passwords` are given.
        overhear: told every SQL statement.
        told: gets a sentence for people when the desk was of an older format and was brought up to date.
        progress: of bringing it up to date.
        moved: the file was moved there, not copied: it goes on as it was.
        on_network: open it also in a network folder, where locks are seen to hold; a cloud folder is never one.
    """
    ids = new_id or RandomIds()
    hasher, pairs = _for_passwords(passwords, keys)
    if is_address(path):
        served = _on_server(str(path), overhear, clock, ids, told, progress)
        return _front_of(served, clock, ids, hasher, pairs)

    def prepare(store: Store) -> None:
        upkeep.bring_up_to_date(store, Path(path), clock, told, progress, moved=moved)

    try:
        database = files.open_database(Path(path), overhear, on_network=on_network)
    except StorageUnavailable as error:
        if error.kind != "not_a_desk" or not looks_encrypted(Path(path)):
            raise
        return _locked(Path(path), overhear, clock, ids, hasher, pairs, prepare, on_network=on_network)
    store = Store(database, clock, ids)
    try:
        prepare(store)
    except BaseException:
        database.close_thread()
        raise
    return _front_of(store, clock, ids, hasher, pairs)


def _on_server(
    address: str, overhear: Callable[[str], None] | None, clock: Clock, ids: NewId,
    told: Callable[[str], None] | None, progress: Progress | None,
) -> Store:  # fmt: skip
    """A desk on a server, brought up to date."""
    from desktop_desk.storage.servers import open_on_server

    store = Store(open_on_server(address, overhear), clock, ids)
    try:
        upkeep.bring_server_up_to_date(store, address, clock, told, progress)
    except BaseException:
        store.close_thread()
        raise
    return store


def _front_of(store: Store, clock: Clock, ids: NewId, hasher: Passwords, pairs: KeyPairs | None) -> FrontDoor:
    """The front door of a desk that anybody may read who can reach it."""
    presence = presence_on(store.database)
    return FrontDoor(store, clock, ids, hasher, keys=pairs, seal=_seal, presence=presence)


def _locked(
    path: Path, overhear: Callable[[str], None] | None, clock: Clock, ids: NewId, hasher: Passwords,
    pairs: KeyPairs | None, prepare: Callable[[Store], None], *, on_network: bool,
) -> FrontDoor:  # fmt: skip
    """The front door of an encrypted desk."""
    from desktop_desk.storage.desk_lock import DeskLock

    presence = FilePresence(path)

    def open_file(key: bytes) -> "Database":
        database = files.open_database(path, overhear, on_network=on_network, key=key)
        presence.stand_on(database.footing)
        return database

    lock = DeskLock(path, open_file, clock, ids, prepare)
    return FrontDoor(None, clock, ids, hasher, keys=pairs, lock=lock, seal=_seal, presence=presence)


def _for_passwords(passwords: Passwords | None, keys: KeyPairs | None) -> tuple[Passwords, KeyPairs | None]:
    """What makes hashes and key pairs of passwords; stand-ins for the one have none of the other but a given one."""
    return passwords or Argon2Passwords(), keys or (WrappedKeys() if passwords is None else None)


def _seal(key: bytes) -> Seal:
    """The seal for files beside an encrypted desk."""
    from desktop_desk.storage.sealing import Sealer, derived

    return Sealer(derived(key, "files beside the desk"))


def look_at_server(address: str) -> AtServer:
    """What is in a database on a server: a desk, or room for one; DeskError says why it is of no use."""
    from desktop_desk.storage import servers

    return servers.look_at_server(address)


def keep_server_password(address: str, password: str) -> None:
    """Keep the password of a desk's server in this computer's keyring; "" keeps none any more."""
    from desktop_desk.storage import server_passwords

    if password:
        server_passwords.keep_password(address, password)
    else:
        server_passwords.forget_password(address)


def kept_server_password(address: str) -> str:
    """The password of a desk's server in this computer's keyring; "" for none."""
    from desktop_desk.storage.server_passwords import kept_password

    return kept_password(address)


def has_keyring() -> bool:
    """Whether this computer can keep passwords."""
    from desktop_desk.storage import server_passwords

    return server_passwords.has_keyring()


def new_recovery_code() -> str:
    """A code for `create_desk`, to be printed and locked away: it alone opens the desk when passwords are lost."""
    from desktop_desk.storage.recovery import new_code

    return new_code()


@dataclass(frozen=True, slots=True)
class BroughtHome:
    """A desk that lay in a shared folder: where it is on this computer now, and the hub to make in that folder."""

    desk: Path
    hub: str


def share_through_folder(path: Path | str, folder: Path) -> BroughtHome:
    """Bring a desk from a shared folder to this computer; the first log in makes the hub, as `hub new` does.

    Raises:
        Invalid: the folder is no place of this computer's own.
        StorageUnavailable: somebody has the desk open, or it cannot be read or written.
    """
    from desktop_desk.storage.bring_home import bring_home

    return BroughtHome(bring_home(Path(path), folder), hub_beside(Path(path)))


def is_safe_place(path: Path | str) -> bool:
    """Whether a desk may be kept at this path: on a disk of this machine, in no folder that a cloud service copies."""
    return "://" in str(path) or place_of(Path(path)).is_safe


def restore_desk(backup: Path, target: Path, *, new_id: NewId | None = None) -> int:
    """Make a new desk file from a backup, a replica of its own; gives its number of facts."""
    return upkeep.restore(backup, target, now_ms, new_id or RandomIds())


def create_desk(
    path: Path | str, *, name: str, admin_login: str, admin_name: str, admin_password: str, country: str = "",
    region: str = "", zone: str = "UTC", demo: bool = False, clock: Clock = now_ms, new_id: NewId | None = None,
    passwords: Passwords | None = None, on_network: bool = False, recovery: str = "",
    keys: KeyPairs | None = None, admin_email: str = "",
) -> FrontDoor:  # fmt: skip
    """Make a desk with its first administrator; Invalid when the file exists or something cannot be taken.

    Args:
        recovery: a new recovery code: the desk is encrypted with what it stands for; "": it is not encrypted.
    """
    from desktop_desk.desk.founding import found_desk

    ids = new_id or RandomIds()
    hasher, pairs = _for_passwords(passwords, keys)
    key = _key_of(recovery) if recovery else None
    database, remove = _made(path, ids, on_network=on_network, key=key)
    path = Path(path)
    store, lock = Store(database, clock, ids), None
    if key is not None:
        from desktop_desk.storage.desk_lock import DeskLock

        lock = DeskLock(
            path, lambda other: files.open_database(path, key=other, on_network=on_network), clock, ids
        )
        store = lock.made(key, database)
    try:
        found_desk(
            store, clock, ids, hasher, name=name, admin_login=admin_login, admin_name=admin_name, keys=pairs,
            admin_password=admin_password, country=country, region=region, zone=zone, demo=demo,
            admin_email=admin_email,
        )  # fmt: skip
    except BaseException:
        database.close_thread()
        remove()
        raise
    return FrontDoor(
        store, clock, ids, hasher, keys=pairs, lock=lock, seal=_seal, presence=presence_on(database)
    )


def _made(
    desk: Path | str, ids: NewId, *, on_network: bool, key: bytes | None
) -> "tuple[Database, Callable[[], None]]":
    """A new, empty desk in a file or on a server, and what takes it away again."""
    if not is_address(desk):
        database = files.make_database(Path(desk), ids, on_network=on_network, key=key)
        return database, lambda: files.remove(Path(desk))
    if key is not None:
        reason = _("A desk on a server is not encrypted by this program.")
        raise Invalid("desk", reason, _("Let the server's disk be encrypted, or make the desk in a file."))
    from desktop_desk.storage.servers import make_on_server, remove_from_server

    return make_on_server(str(desk), ids), lambda: remove_from_server(str(desk))


def _key_of(recovery: str) -> bytes:
    from desktop_desk.storage.recovery import key_of_code

    return key_of_code(recovery)


def _give_keys(desk: "Desk", password: str) -> None:
    """Let every agent open an encrypted desk for play: each has the same password."""
    pairs = WrappedKeys()
    agents = [agent for agent in desk.directory().agents if agent.password and not agent.public_key]
    drafts = [Draft("agent_edited", agent.uid, pairs.made(agent.uid, password)) for agent in agents]
    desk.take_in([drafts])


def create_demo(
    path: Path | str, *, zone: str = "", clock: Clock = now_ms, recovery: str = "", on_network: bool = False
) -> None:
    """Make the demo desk, ready to be played: agents john, jane, admin and others, each with the password demo."""
    from desktop_desk.exchange import demo

    now = clock()
    story = demo.StoryClock(demo.beginning(now))
    ids = RandomIds()
    with _whole(path) as making:
        front = create_desk(
            making, name=demo.NAME, admin_login=demo.ADMIN, admin_name=demo.ADMIN_NAME, admin_password=demo.PASSWORD,
            country=demo.COUNTRY, region=demo.REGION, zone=zone or demo.ZONE, demo=True, clock=story, new_id=ids,
            passwords=demo.DemoPasswords(), recovery=recovery, keys=WrappedKeys() if recovery else None,
            on_network=on_network,
        )  # fmt: skip
        try:
            desk = front.log_in(demo.ADMIN, demo.PASSWORD)
            demo.play(desk.store, story, ids, now)
            if recovery:
                _give_keys(desk, demo.PASSWORD)
        finally:
            front.close()


def generate(
    path: Path | str, *, tickets: int, seed: int | None = None, progress: Progress | None = None, recovery: str = "",
    on_network: bool = False,
) -> None:  # fmt: skip
    """Make a desk with so many invented tickets.

    The same seed makes the same desk, with the same digest: two of them are copies of one. Without a seed the tickets
    are those of seed 1, in a desk of its own. An encrypted one has keys that no seed foretells.
    """
    from desktop_desk.exchange import demo
    from desktop_desk.exchange import generate as generator

    ids = generator.SeededIds(seed)
    with _whole(path) as making:
        front = create_desk(
            making, name=generator.NAME, admin_login=demo.ADMIN, admin_name=demo.ADMIN_NAME,
            admin_password=demo.PASSWORD, country=demo.COUNTRY, region=demo.REGION, zone=demo.ZONE, demo=True,
            clock=lambda: generator.UNTIL, new_id=ids, passwords=demo.DemoPasswords(), recovery=recovery,
            keys=WrappedKeys() if recovery else None, on_network=on_network,
        )  # fmt: skip
        try:
            desk = front.log_in(demo.ADMIN, demo.PASSWORD)
            generator.fill(desk.store, ids, desk.actor.uid, tickets, 1 if seed is None else seed, progress)
            if recovery:
                _give_keys(desk, demo.PASSWORD)
        finally:
            front.close()


@contextmanager
def _whole(path: Path | str) -> Generator[Path | str]:
    """Where a desk is made that is there whole or not at all; on a server what was made is taken away."""
    if is_address(path):
        from desktop_desk.storage.servers import is_free, remove_from_server

        there = not is_free(str(path))
        try:
            yield path
        except BaseException:
            if not there:
                remove_from_server(str(path))
            raise
        return
    from desktop_desk.storage.newcomer import put_in_place

    target = Path(path)
    files.refuse_target(target, "desk")
    making = target.with_name(f".{target.name}.making")
    files.remove(making)  # of one that was killed
    try:
        yield making
        put_in_place(making, target)
    finally:
        files.remove(making)
