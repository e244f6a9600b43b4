"""Encrypting a desk, decrypting it, a new key, and getting in with a recovery code: what commands and window ask for.

All but `recover` and `key_of` need the desk to be open nowhere else.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop_desk import bootstrap, upkeep
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Directory
from desktop_desk.desk.ports import Clock, Draft
from desktop_desk.domain.errors import Invalid, NotAllowed
from desktop_desk.i18n import _
from desktop_desk.storage import files, rekeying
from desktop_desk.storage.desk_lock import DeskLock, key_holders
from desktop_desk.storage.durable import looks_encrypted, sidecar_path
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.key_pairs import WrappedKeys
from desktop_desk.storage.recovery import key_of_code, new_code

__all__ = [
    "Encrypted", "decrypt", "encrypt", "is_encrypted", "key_of", "new_code", "recover", "rekey", "with_own_keys",
    "without_keys",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Encrypted:
    """What a desk got with its new key.

    Attributes:
        recovery: the code that opens it when passwords or keys are lost; shown once, to be printed.
        without_keys: logins of agents who cannot open it until an administrator gives them a new password.
        backups: backups that were made before and are not encrypted, or still open with the old passwords.
    """

    recovery: str
    without_keys: tuple[str, ...]
    backups: tuple[Path, ...]


def is_encrypted(path: Path) -> bool:
    """Whether a desk file is encrypted, as far as can be told from outside."""
    return sidecar_path(path).exists() and not files.is_plain(path)


def encrypt(path: Path, login: str, password: str, *, clock: Clock = bootstrap.now_ms) -> Encrypted:
    """Encrypt a desk; every agent with a key pair can open it then, and whoever does this gets one.

    Raises:
        AccessDenied, NotAllowed: only who may change the desk's settings encrypts it.
        StorageUnavailable: it is open elsewhere, or cannot be written; it is as it was.
    """
    with closing(bootstrap.open_desk(path, clock=clock)) as front:
        desk = _administrators_desk(front.log_in(login, password))
        if front.encrypted:
            raise Invalid("desk", _("This desk is encrypted already."), _("“desk rekey” gives it a new key."))
        directory = with_own_keys(desk, password)
    code = new_code()
    rekeying.encrypt_file(path, key_of_code(code), directory.settings.uid, key_holders(directory))
    return _encrypted(path, code, directory)


def rekey(path: Path, login: str, password: str, *, clock: Clock = bootstrap.now_ms) -> Encrypted:
    """Give an encrypted desk a new key and a new recovery code: whoever left cannot open it any more.

    Raises:
        AccessDenied, NotAllowed, StorageUnavailable: as for `encrypt`.
    """
    old, directory = _opened(path, login, password, clock)
    code = new_code()
    rekeying.rekey_file(path, old, key_of_code(code), directory.settings.uid, key_holders(directory))
    return _encrypted(path, code, directory)


def decrypt(path: Path, login: str, password: str, *, clock: Clock = bootstrap.now_ms) -> None:
    """Make an encrypted desk a plain file again.

    Raises:
        AccessDenied, NotAllowed, StorageUnavailable: as for `encrypt`.
    """
    key, _directory = _opened(path, login, password, clock)
    rekeying.decrypt_file(path, key)


def recover(path: Path, code: str, login: str, password: str, *, clock: Clock = bootstrap.now_ms) -> None:
    """Get into an encrypted desk with its recovery code; the administrator has the new password from now on.

    Raises:
        Invalid: the code is mistyped, or the password too short.
        AccessDenied: it is another desk's code, or the login no administrator's.
    """
    with closing(bootstrap.open_desk(path, clock=clock)) as front:
        front.recover(code, login, password)


def key_of(path: Path, login: str, password: str, *, clock: Clock = bootstrap.now_ms) -> bytes | None:
    """The key of an encrypted desk or backup for one of its agents; None for one that is not encrypted.

    Raises:
        AccessDenied: login or password are wrong, or its keys are not beside it.
    """
    if not path.is_file() or files.is_plain(path) or not looks_encrypted(path):
        return None
    lock = DeskLock(path, lambda key: files.read_only(path, key), clock, RandomIds())
    store, _agent = lock.unlock(login, password)
    store.close_thread()
    return lock.key


def without_keys(directory: Directory) -> tuple[str, ...]:
    """Logins of agents who cannot open an encrypted desk until an administrator gives them a new password."""
    having = {holder.uid for holder in key_holders(directory)}
    without = (
        agent.login for agent in directory.agents
        if agent.active and agent.password and agent.uid not in having
    )  # fmt: skip
    return tuple(sorted(without))


def tell_without_keys(logins: Sequence[str]) -> str:
    """Who cannot open an encrypted desk yet, for people."""
    said = _("These agents need a new password before they can open it: {logins}")
    return said.format(logins=", ".join(logins))


def with_own_keys(desk: Desk, password: str) -> Directory:
    """The office in which the actor has a key pair: he made his password with an older version, or plays a demo."""
    if not desk.actor.public_key:
        pair = WrappedKeys().made(desk.actor.uid, password)
        desk.take_in([[Draft("agent_edited", desk.actor.uid, pair)]])
    return desk.directory()


def _opened(path: Path, login: str, password: str, clock: Clock) -> tuple[bytes, Directory]:
    """The key of an encrypted desk and its office, for an administrator."""
    with closing(bootstrap.open_desk(path, clock=clock)) as front:
        desk = _administrators_desk(front.log_in(login, password))
        if not front.encrypted:
            raise Invalid("desk", _("This desk is not encrypted."), _("“desk encrypt” encrypts it."))
        directory = desk.directory()
    key = key_of(path, login, password, clock=clock)
    if key is None:
        raise Invalid("desk", _("This desk is not encrypted."))
    return key, directory


def _administrators_desk(desk: Desk) -> Desk:
    if not desk.may("office.settings"):
        raise NotAllowed(
            _("You may not change how this desk is encrypted."), _("Ask an administrator."), "office.settings"
        )
    return desk


def _encrypted(path: Path, code: str, directory: Directory) -> Encrypted:
    backups = tuple(backup.path for backup in upkeep.backups_of(path))
    return Encrypted(code, without_keys(directory), backups)
