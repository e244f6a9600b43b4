"""What an encrypted desk needs from outside: its lock, agents' key pairs, and a seal for files beside the desk."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from desktop_desk.desk.ports import Store
from desktop_desk.domain.facts import EntityId

TRIES: Final = 5
LOCK_MS: Final = 120_000
LONGEST_LOCK: Final = 12
"""The lock doubles with each further failure, at most so many times."""


class KeyPairs(Protocol):
    """Makes agents' key pairs; slow on purpose."""

    def made(self, agent: EntityId, password: str) -> Mapping[str, str]:
        """The fields `public_key` and `wrapped_key` of an agent with this password."""
        ...


class Seal(Protocol):
    """Makes bytes unreadable to everybody but the desk's own people."""

    def seal(self, body: bytes, name: str) -> bytes:
        """The body, readable with the same key and under the same name only."""
        ...

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """The body again; Unreadable when it was changed or is another's."""
        ...


MakeSeal = Callable[[bytes], Seal]
"""Makes the seal of a key of 32 bytes."""


class Lock(Protocol):
    """The lock of an encrypted desk; it counts failed tries where the desk cannot."""

    def unlock(self, login: str, password: str) -> tuple[Store, EntityId]:
        """The opened desk and whose login it was; AccessDenied says nothing but what is wrong with the file."""
        ...

    def recover(self, code: str) -> Store:
        """The desk, opened with its recovery code; Invalid for a mistyped code, AccessDenied for another desk's."""
        ...

    def enrol(self, store: Store) -> None:
        """Let exactly those open the desk whom its facts call active agents, each with his newest password."""
        ...


def after_failure(failed: int, until: int, now: int) -> tuple[int, int]:
    """The count of failed tries and the end of the lock (ms) after one more; tries while it is locked do not count."""
    if now < until:
        return failed, until
    over = failed + 1 - TRIES
    return failed + 1, now + LOCK_MS * 2 ** min(over, LONGEST_LOCK) if over >= 0 else until
