"""What the desk needs of the store for mail that goes out: the outbox of this copy, which is no part of the journal."""

from dataclasses import dataclass
from typing import Protocol

from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.domain.outgoing import BY_HAND_MS


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A mail that waits in the outbox, or was done with a short while ago; times in ms.

    Attributes:
        uid: what its sending is a fact about: the entry that it carries, or an id of its own.
        kind: reply, receipt or resolved: letters to a caller; or a notice to an agent, whose sending is no fact.
        act: the act that asked for it; undoing that takes it back. Of a notice that something comes near, its key.
        replica: the copy that wrote it, and the only one that sends it.
        since: when it was put in; due: when it goes; claimed: until when a process has it in hand, 0 for none.
        stopped: something must be put right by a person first; it is not tried again by itself.
        recipient: after it was sent, to which address (folded); of a notice that waits, the agent's id.
        done: when it was sent; 0 while it waits.
    """

    uid: EntityId
    kind: str
    ticket: EntityId
    act: str
    replica: ReplicaId
    since: int
    due: int
    tries: int = 0
    claimed: int = 0
    stopped: bool = False
    problem: str = ""
    recipient: str = ""
    done: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether an agent keeps it back: then it goes when one says so, whatever is put right meanwhile."""
        return self.stopped and self.due - self.since >= BY_HAND_MS


class OutboxPort(Protocol):
    """The outbox; whoever writes it does so within a transaction."""

    def keep(self, item: OutboxItem) -> None: ...
    def drop(self, uid: EntityId) -> None: ...
    def by_uid(self, uid: EntityId) -> OutboxItem | None: ...
    def of_act(self, act: str) -> tuple[OutboxItem, ...]: ...
    def waiting(self, replica: ReplicaId) -> tuple[OutboxItem, ...]: ...
    def of_others(self, replica: ReplicaId) -> tuple[OutboxItem, ...]: ...
    def sent_to(self, kind: str, recipient: str, since: int) -> int: ...
    def forget(self, before: int) -> None: ...


def put_in(outbox: OutboxPort, item: OutboxItem) -> None:
    """Put an item in, unless it went out already; within a transaction."""
    known = outbox.by_uid(item.uid)
    if known is None or not known.done:
        outbox.keep(item)
