"""The sidecar: the file FILE.keys beside an encrypted desk, that opens it to each of its agents.

It also counts failed tries, because the desk itself can be neither read nor written before a log in.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from desktop_desk.domain.errors import AccessDenied, Unreadable
from desktop_desk.file_lock import wait_for
from desktop_desk.i18n import _
from desktop_desk.storage.database import unavailable, unavailable_by
from desktop_desk.storage.durable import OWNER_ONLY, replace_durably, share_like, sidecar_path
from desktop_desk.storage.keys import KeyRing

FORMAT: Final = 1
PURPOSE: Final = "desk"
"""What the key of a sidecar's ring is for."""
LOCK_SECONDS: Final = 20.0
MOST_TRIES: Final = 500
"""Names whose failed tries are remembered; the one that is locked least long is forgotten first."""

_UNKNOWN_BUCKETS: Final = 4096


@dataclass(frozen=True, slots=True)
class Keys:
    """What a sidecar holds.

    Attributes:
        rings: of the desk's key; a second one only while the desk gets a new key, so that whichever file is found
            in its place can be opened.
        tries: failed tries in a row, and until when (ms) no password is taken, by agent or group of unknown names.
    """

    rings: tuple[KeyRing, ...]
    tries: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """The content of a sidecar; Unreadable when it is torn or of a newer form."""
        try:
            table: Any = json.loads(kept)
            if table["format"] > FORMAT:
                raise Unreadable(
                    _("The keys were written by a newer version of this program."), _("Update this program.")
                )
            rings = tuple(KeyRing.from_table(ring) for ring in table["rings"])
            tries = {str(name): (int(failed), int(until)) for name, (failed, until) in table["tries"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unreadable(_("The keys are damaged.")) from error
        if not rings:
            raise Unreadable(_("The keys are damaged."))
        return cls(rings, tries)

    def to_bytes(self) -> bytes:
        """The content as JSON."""
        kept = sorted(self.tries.items(), key=lambda tried: tried[1][1])[-MOST_TRIES:]
        table = {"format": FORMAT, "rings": [ring.to_table() for ring in self.rings], "tries": dict(kept)}
        return json.dumps(table, indent=1).encode("ascii")

    def tried_as(self, login: str) -> str:
        """Under what the tries of a login are counted; names that are not known share groups.

        What somebody typed stays unknown: it may have been a password in the wrong field.
        """
        for ring in self.rings:
            for uid in ring.seats_of(login):
                return uid
        name = f"{self.rings[0].salt} tries {login.strip().casefold()}".encode("utf-8", "replace")
        return f"unknown {int.from_bytes(hashlib.sha256(name).digest()) % _UNKNOWN_BUCKETS}"

    def counted(self, name: str, failed: int, until: int) -> Self:
        """The same with this count of failed tries; none when `failed` is 0."""
        tries = {other: count for other, count in self.tries.items() if other != name}
        return replace(self, tries=tries | {name: (failed, until)} if failed else tries)


class Sidecar:
    """The file with a desk's keys; read and written whole, by any number of programs at once."""

    def __init__(self, desk: Path) -> None:
        self.desk = desk
        self.path = sidecar_path(desk)

    def read(self) -> Keys:
        """What it holds now.

        Raises:
            AccessDenied: it is missing or damaged; the advice says how to get in all the same.
        """
        try:
            return Keys.from_bytes(self.path.read_bytes())
        except FileNotFoundError as error:
            raise keys_missing(self.desk) from error
        except Unreadable as error:
            raise AccessDenied(
                _("Access denied: {reason} ({path})").format(reason=error.reason, path=self.path),
                error.advice or _how_to_get_in(self.desk),
            ) from error
        except OSError as error:
            raise unavailable("failed", str(self.path)) from error

    def write(self, keys: Keys) -> None:
        """Replace the file in one durable step; only within `held`."""
        try:
            replace_durably(self.path, keys.to_bytes(), like=self.desk)
        except OSError as error:
            raise unavailable_by(error, self.path) from error

    def change(self, step: Callable[[Keys], Keys]) -> Keys:
        """Read, change and write while no other program does; gives what it holds then."""
        with self.held():
            keys = self.read()
            changed = step(keys)
            if changed != keys:
                self.write(changed)
            return changed

    def set_aside(self) -> None:
        """Give a file that cannot be read another name; nothing for one that is not there. Only within `held`."""
        if self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}"))

    @contextlib.contextmanager
    def held(self) -> Generator[None]:
        """Keep every other program from changing it; StorageUnavailable when another one holds it for long."""
        with contextlib.ExitStack() as opened:
            try:
                is_ours = wait_for(opened.enter_context(self._lock_file()), LOCK_SECONDS)
            except OSError as error:
                raise unavailable_by(error, self.path) from error
            if not is_ours:
                raise unavailable("locked", str(self.path))
            yield

    @contextlib.contextmanager
    def _lock_file(self) -> Generator[BinaryIO]:
        lock = self.path.with_name(f"{self.path.name}.lock")
        is_new = not lock.exists()
        with os.fdopen(os.open(lock, os.O_RDWR | os.O_CREAT, OWNER_ONLY), "r+b") as file:
            if is_new and self.desk.exists():
                share_like(lock, self.desk)
            yield file


def keys_missing(desk: Path) -> AccessDenied:
    """The refusal of an encrypted desk without its keys."""
    return AccessDenied(
        _("Access denied: the keys of {desk} are not there ({keys}).").format(
            desk=desk, keys=sidecar_path(desk).name
        ),
        _how_to_get_in(desk),
    )


def keys_of_another(desk: Path) -> AccessDenied:
    """The refusal of an encrypted desk with the keys of another one beside it."""
    return AccessDenied(
        _("Access denied: {keys} does not belong to {desk}.").format(keys=sidecar_path(desk).name, desk=desk),
        _how_to_get_in(desk),
    )


def _how_to_get_in(desk: Path) -> str:
    return _(
        "Put {keys} from a backup beside it, or use the recovery code: desktop-desk desk recover."
    ).format(keys=sidecar_path(desk).name)
