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
_NAMED = ", ".join(f"t.{column.strip()}" for column in COLUMNS.split(","))


class NewsQueries:
    """Answers what an agent has not seen yet."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def fresh(self, agent: int, after: int, limit: int) -> tuple[TicketRecord, ...]:
        """Followed tickets with news by others newer than a stamp that he has not seen, newest first."""
        sql = (
            f"SELECT {_NAMED} FROM follow f JOIN ticket t ON t.id = f.ticket"
            " WHERE f.agent = ? AND f.fresh = 1 AND f.newest > ? ORDER BY f.newest DESC LIMIT ?"
        )
        return tuple(as_record(row) for row in self._db.rows(sql, (agent, after, limit)))

    def call_backs(self, agent: int, teams: Sequence[int] = ()) -> tuple[CallBackRecord, ...]:
        """Pending call-backs of an agent and of his teams, and missed calls that are everybody's, the first due first.

        One without a time is due when it came up.
        """
        marks = ",".join("?" * len(teams))
        whose = f"c.agent IN (?, 0{',' if teams else ''}{marks}) AND (c.agent <> 0 OR c.ticket = 0) AND c.done = 0"
        return self._call_backs(f"{whose} ORDER BY COALESCE(c.due, c.at), c.id", (agent, *teams))

    def due_within(
        self, since: int, until: int, whose: str, who: int, limit: int, *, soonest: bool
    ) -> tuple[TicketRecord, ...]:
        """Open tickets due between two moments, both included: the soonest due first, or else the last due.

        Args:
            whose: "agent", "team", "follower", "department" (of which nobody has them) or "" for all; `who` which one.
        """
        # Who follows is asked of each ticket in turn: of an agent's that he follows there are very many.
        related = {
            "agent": "t.agent = ?", "team": "t.team = ?",
            "department": "t.agent = 0 AND t.team = 0 AND t.department = ?",
            "follower": "EXISTS (SELECT 1 FROM follow f WHERE f.agent = ? AND f.ticket = t.id)",
        }.get(whose, "? = 0")  # fmt: skip
        where = f"t.state = 0 AND {related} AND t.due >= ? AND t.due <= ?"
        order = "t.due, t.id" if soonest else "t.due DESC, t.id DESC"
        sql = f"SELECT {_NAMED} FROM ticket t WHERE {where} ORDER BY {order} LIMIT ?"
        return tuple(as_record(row) for row in self._db.rows(sql, (who, since, until, limit)))

    def different(self, since: int, limit: int) -> tuple[TicketRecord, ...]:
        """Tickets with differences that were touched since a moment, the last touched first."""
        where = "t.differences > 0 AND t.updated >= ?"
        sql = f"SELECT {_NAMED} FROM ticket t WHERE {where} ORDER BY t.updated DESC, t.id DESC LIMIT ?"
        return tuple(as_record(row) for row in self._db.rows(sql, (since, limit)))

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
