"""The outbox: mail of this copy that waits to be sent; no part of the journal, but guarded like it."""

from collections.abc import Sequence
from typing import Any

from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.domain.facts import EntityId, ReplicaId
from desktop_desk.storage.database import Database, key_of
from desktop_desk.storage.log_tables import OutboxRow
from desktop_desk.storage.upserts import upsert

_KEEP = upsert(OutboxRow)
_ROW = (
    "SELECT uid, kind, ticket, act, replica, since, due, tries, claimed, stopped, problem, recipient, done"
    " FROM outbox"
)
_SENT_TO = "SELECT COUNT(*) FROM outbox WHERE kind = ? AND recipient = ? AND done >= ?"


class Outbox:
    """Keeps what is to be sent until it was, and for a short while after."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def keep(self, item: OutboxItem) -> None:
        """Write an item, in place of the one with its id."""
        row = (
            bytes.fromhex(item.uid), item.kind, bytes.fromhex(item.ticket), item.act, bytes.fromhex(item.replica),
            item.since, item.due, item.tries, item.claimed, int(item.stopped), item.problem, item.recipient, item.done,
        )  # fmt: skip
        self._db.run(_KEEP, row)

    def drop(self, uid: EntityId) -> None:
        """Take an item out."""
        self._db.run("DELETE FROM outbox WHERE uid = ?", (key_of(uid),))

    def by_uid(self, uid: EntityId) -> OutboxItem | None:
        """An item by its id."""
        found = self._db.row(f"{_ROW} WHERE uid = ?", (key_of(uid),))
        return None if found is None else _item(found)

    def of_act(self, act: str) -> tuple[OutboxItem, ...]:
        """What an act put in."""
        return self._items("act = ? ORDER BY due, uid", (act,))

    def waiting(self, replica: ReplicaId) -> tuple[OutboxItem, ...]:
        """What this copy has still to send, in the order in which it is due."""
        return self._items("done = 0 AND replica = ? ORDER BY due, uid", (bytes.fromhex(replica),))

    def of_others(self, replica: ReplicaId) -> tuple[OutboxItem, ...]:
        """What waited in the file that this copy was made of."""
        return self._items("done = 0 AND replica <> ? ORDER BY due, uid", (bytes.fromhex(replica),))

    def sent_to(self, kind: str, recipient: str, since: int) -> int:
        """How many mails of a kind went to an address (folded) as of that time, ms."""
        return int(self._db.value(_SENT_TO, (kind, recipient, since), default=0))

    def forget(self, before: int) -> None:
        """Take out what was done with before that time, ms."""
        self._db.run("DELETE FROM outbox WHERE done <> 0 AND done < ?", (before,))

    def _items(self, where: str, params: Sequence[object]) -> tuple[OutboxItem, ...]:
        return tuple(_item(row) for row in self._db.rows(f"{_ROW} WHERE {where}", params))


def _item(row: Sequence[Any]) -> OutboxItem:
    uid, kind, ticket, act, replica, since, due, tries, claimed, stopped, problem, recipient, done = row
    return OutboxItem(
        EntityId(bytes(uid).hex()), kind, EntityId(bytes(ticket).hex()), act, ReplicaId(bytes(replica).hex()), since,
        due, tries, claimed, bool(stopped), problem, recipient, done,
    )  # fmt: skip
