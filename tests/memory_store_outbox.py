"""The outbox of a store in memory."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.domain.facts import EntityId, ReplicaId

if TYPE_CHECKING:
    from tests.memory_store import Memory


class MemoryOutbox:
    """Mail that waits to be sent."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    @property
    def _items(self) -> dict[EntityId, OutboxItem]:
        return self._memory.kept.outbox

    def keep(self, item: OutboxItem) -> None:
        self._items[item.uid] = item

    def drop(self, uid: EntityId) -> None:
        self._items.pop(uid, None)

    def by_uid(self, uid: EntityId) -> OutboxItem | None:
        return self._items.get(uid)

    def of_act(self, act: str) -> tuple[OutboxItem, ...]:
        return self._sorted(item for item in self._items.values() if item.act == act)

    def waiting(self, replica: ReplicaId) -> tuple[OutboxItem, ...]:
        return self._sorted(
            item for item in self._items.values() if not item.done and item.replica == replica
        )

    def of_others(self, replica: ReplicaId) -> tuple[OutboxItem, ...]:
        return self._sorted(
            item for item in self._items.values() if not item.done and item.replica != replica
        )

    def sent_to(self, kind: str, recipient: str, since: int) -> int:
        return sum(
            item.kind == kind and item.recipient == recipient and item.done >= since
            for item in self._items.values()
        )

    def forget(self, before: int) -> None:
        for item in list(self._items.values()):
            if item.done and item.done < before:
                del self._items[item.uid]

    def _sorted(self, items: Iterable[OutboxItem]) -> tuple[OutboxItem, ...]:
        return tuple(sorted(items, key=lambda item: (item.due, item.uid)))
