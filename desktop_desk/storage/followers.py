"""The projection of who follows a ticket, and of what is new to each of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from desktop_desk.desk.directory import Directory
from desktop_desk.domain.facts import EntityId, Fact, State, fold, standing
from desktop_desk.domain.named import read_mark
from desktop_desk.domain.tickets import Summary
from desktop_desk.domain.verbs import VERBS
from desktop_desk.storage.database import Database
from desktop_desk.storage.journal import Journal
from desktop_desk.storage.people_rows import AWAIT
from desktop_desk.storage.tables import Follow, Seen
from desktop_desk.storage.upserts import upsert

FOLLOW = upsert(Follow)
_SEEN = upsert(Seen)
SPOKEN = (
    "SELECT kind, actor, MIN(at), MAX(at), MAX(stamp), COUNT(*) FROM entry"
    " WHERE ticket = ? AND void = 0 GROUP BY kind, actor"
)
"""A ticket's entries that count, by kind and author."""


class Spoken(NamedTuple):
    """Entries of one kind by one author: when (ms), the newest stamp, and how many."""

    kind: int
    actor: int
    earliest: int
    latest: int
    stamp: int
    many: int


class Followers:
    """Writes who follows a ticket, and whether there is news for him that he has not been shown."""

    def __init__(self, database: Database, journal: Journal, directory: Callable[[], Directory]) -> None:
        self._db = database
        self._journal = journal
        self._directory = directory

    def rows(
        self,
        number: int,
        uid: EntityId,
        summary: Summary,
        state: State,
        spoken: Sequence[Spoken],
        *,
        is_new: bool,
        was_read: bool,
    ) -> list[tuple[int, int, int, int]]:
        """What FOLLOW is to write for a ticket; those who follow no more are taken out at once.

        Args:
            is_new: nobody is written down as following yet; was_read: somebody may have read it already.
        """
        directory = self._directory()
        agents = {directory.id_of(follower): EntityId(follower) for follower in summary.followers}
        agents.pop(0, None)
        if not is_new:
            for (agent,) in self._db.rows("SELECT agent FROM follow WHERE ticket = ?", (number,)):
                if agent not in agents:
                    self._db.run("DELETE FROM follow WHERE agent = ? AND ticket = ?", (agent, number))
        return [
            (agent, number, *self._news(number if was_read else 0, uid, agent, follower, state, spoken))
            for agent, follower in agents.items()
        ]

    def read(self, entity: EntityId, state: State) -> None:
        """Note how far an agent has seen a ticket; waits where one of both is not known yet."""
        agent = self._directory().id_of(state.get("agent"))
        found = self._ticket(state.get("ticket"))
        if not agent or not found:
            for named in (None if agent else state.get("agent"), None if found else state.get("ticket")):
                if named:
                    self._db.run(AWAIT, (bytes.fromhex(named), "read", bytes.fromhex(entity)))
            return
        self._db.run(_SEEN, (agent, found, state.get("seen") or 0))
        if self._db.row("SELECT 1 FROM follow WHERE agent = ? AND ticket = ?", (agent, found)) is None:
            return
        uid, follower = EntityId(state.get("ticket")), EntityId(state.get("agent"))
        own = standing(self._journal.of_entity(uid, uid))
        if f"follow:{follower}" in own.heads:
            spoken = [Spoken(*row) for row in self._db.rows(SPOKEN, (found,))]
            self._db.run(FOLLOW, (agent, found, *self._news(found, uid, agent, follower, own, spoken)))

    def _news(
        self,
        number: int,
        uid: EntityId,
        agent: int,
        follower: EntityId,
        state: State,
        spoken: Sequence[Spoken],
    ) -> tuple[int, int]:
        """The stamp of a follower's newest news, and whether he has not been shown it; `number` 0: nobody has read."""
        newest = self._newest(follower, state, spoken)
        sql = "SELECT stamp FROM seen WHERE agent = ? AND ticket = ?"
        seen = self._db.value(sql, (agent, number), default=0) if number else 0
        if not newest or not seen or not self._is_shared():
            return newest, int(newest > seen)
        # What others wrote earlier may arrive after he has read: then only what his mark says he was shown counts.
        unseen = self._unseen(uid, follower, state)
        if unseen:
            known = self._directory().agent(agent)
            return max(unseen, (known.caught_up if known else 0) + 1), 1
        return newest, 0

    def _newest(self, agent: EntityId, state: State, spoken: Sequence[Spoken]) -> int:
        """The stamp of the newest news of a ticket that somebody else than this follower made."""
        own = self._journal.term(agent)
        entries = max((part.stamp for part in spoken if part.actor != own), default=0)
        newest = max(entries, max((fact.stamp for fact in state.facts if _is_news(fact, agent)), default=0))
        # Being assigned or handed a ticket is itself news, and is what made him a follower.
        return newest if newest >= state.heads[f"follow:{agent}"].stamp else 0

    def _unseen(self, uid: EntityId, agent: EntityId, state: State) -> int:
        """The newest stamp of others' news that neither his mark nor his last catching up covers; 0 for none."""
        marks = self._journal.of_entity(read_mark(uid, agent), None)
        caught = [fact for fact in self._journal.of_entity(agent, None) if fact.verb == "caught_up"]
        read = fold([*marks, *caught]).facts
        since = state.heads[f"follow:{agent}"].stamp
        by_entity: dict[EntityId, list[Fact]] = {}
        for fact in self._journal.of_ticket(uid):
            by_entity.setdefault(fact.entity, []).append(fact)
        late = (
            fact
            for group in by_entity.values()
            for fact in fold(group).facts
            if _is_news(fact, agent) and fact.stamp >= since and not any(mark.covers(fact) for mark in read)
        )
        return max((fact.stamp for fact in late), default=0)

    def _is_shared(self) -> bool:
        return len(self._db.rows("SELECT 1 FROM replica WHERE seq > 0 LIMIT 2")) > 1

    def _ticket(self, uid: str | None) -> int:
        if not uid:
            return 0
        return int(self._db.value("SELECT id FROM ticket WHERE uid = ?", (bytes.fromhex(uid),), default=0))


def _is_news(fact: Fact, agent: EntityId) -> bool:
    return fact.actor != agent and fact.verb in VERBS and VERBS[fact.verb].news
