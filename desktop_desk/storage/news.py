"""Reads what is new for an agent, and whom he promised to call."""

from collections.abc import Sequence
from typing import Any

from desktop_desk.desk.ports import CallBackRecord, TicketRecord
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage.database import Database, key_of
from desktop_desk.storage.tickets import COLUMNS, as_record

_CALL_BACK = (
    "SELECT c.id, c.uid, COALESCE(t.number, ''), COALESCE(t.subject, ''), c.agent, c.person, c.phone, c.text,"
    " c.due, c.at, c.by, c.done"
    " FROM call_back c LEFT JOIN ticket t ON t.id = c.ticket WHERE "
)


class NewsQueries:
    """Answers what an agent has not seen yet."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def fresh(self, agent: int, after: int, limit: int) -> tuple[tuple[TicketRecord, int], ...]:
        """Followed tickets with news by others newer than a stamp, newest first, each with what was seen of it."""
        named = ", ".join(f"t.{column.strip()}" for column in COLUMNS.split(","))
        sql = (
            f"SELECT {named}, COALESCE(s.stamp, 0) FROM follow f JOIN ticket t ON t.id = f.ticket"
            " LEFT JOIN seen s ON s.agent = f.agent AND s.ticket = f.ticket"
            " WHERE f.agent = ? AND f.fresh = 1 AND f.newest > ? ORDER BY f.newest DESC LIMIT ?"
        )
        return tuple((as_record(row[:-1]), row[-1]) for row in self._db.rows(sql, (agent, after, limit)))

    def call_backs(self, agent: int) -> tuple[CallBackRecord, ...]:
        """An agent's pending call-backs and missed calls that are everybody's, the first due first.

        One without a time is due when it came up.
        """
        whose = "c.agent IN (?, 0) AND (c.agent <> 0 OR c.ticket = 0) AND c.done = 0"
        return self._call_backs(f"{whose} ORDER BY COALESCE(c.due, c.at), c.id", (agent,))

    def call_backs_of(self, ticket: int) -> tuple[CallBackRecord, ...]:
        """A ticket's call-backs, done or not."""
        return self._call_backs("c.ticket = ? ORDER BY c.id", (ticket,))

    def call_back(self, uid: EntityId) -> CallBackRecord | None:
        """The call-back with this id."""
        found = self._call_backs("c.uid = ?", (key_of(uid),))
        return found[0] if found else None

    def _call_backs(self, where: str, params: Sequence[object]) -> tuple[CallBackRecord, ...]:
        return tuple(_call_back(row) for row in self._db.rows(_CALL_BACK + where, params))


def _call_back(row: Sequence[Any]) -> CallBackRecord:
    return CallBackRecord(row[0], EntityId(row[1].hex()), *row[2:11], done=bool(row[11]))
