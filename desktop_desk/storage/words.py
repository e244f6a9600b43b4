"""The words of all texts, each range of arrivals in a full-text table of its own.

The beginning of a word that many texts have is answered only after all texts that have it were merged. With one table
for everything that took 107 ms for one common word on 5 million texts; in the newest range alone it takes a few ms,
and that range mostly has as many texts as were asked for.

A rare word is looked for in every range, and in a range in each of the parts that FTS5 has written it in. The parts of
ranges that hardly grow any more are joined to one, a little whenever texts are written.
"""

from desktop_desk.domain.phones import number_words
from desktop_desk.storage.database import Database
from desktop_desk.storage.guards import words_table
from desktop_desk.storage.meta import drop, keep, kept
from desktop_desk.storage.text_indexes import Statement

RANGE = 1 << 18
"""Arrivals in a table; part of the file's format."""

PAGES, SHARE = 8, 4
"""Of a range's parts so many pages are joined at once, and one more for so many texts that are written at once."""

_JOINED = "words_joined"
"""In `meta`: the parts of so many ranges are joined, the oldest first."""


class Words:
    """Finds texts by their words, newest first; a text is known by the arrival of its fact."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._made = 0
        self._newest = 0
        self._written = 0

    def tables(self) -> tuple[str, ...]:
        """The tables there are, the oldest range first."""
        return tuple(f"words_{number}" for number in range(self._count()))

    def newest(self, match: str, count: int, below: int) -> list[int]:
        """The arrivals of the newest texts that match, of those that arrived before `below`."""
        found: list[int] = []
        for number in range(min(self._count() - 1, (below - 1) // RANGE), -1, -1):
            table = f"words_{number}"
            sql = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
            found.extend(arrival for (arrival,) in self._db.rows(sql, (match, below, count - len(found))))
            if len(found) >= count:
                break
        return found

    def keeping(self, arrival: int, text: str) -> Statement:
        """What keeps a text, or takes it out when it is blank; within a transaction."""
        table = self._table_for(arrival)
        self._newest = max(self._newest, arrival)
        self._written += 1
        if text.strip():
            return f"INSERT OR REPLACE INTO {table} (rowid, text) VALUES (?,?)", (arrival, text)
        return f"DELETE FROM {table} WHERE rowid = ?", (arrival,)

    def _table_for(self, arrival: int) -> str:
        """The table that the text of this arrival belongs to, made when it is the first; within a transaction."""
        number = arrival // RANGE
        if number >= self._made:
            self._made = self._count()
            for missing in range(self._made, number + 1):
                self._db.run(words_table(missing))
                keep(self._db, "words", missing + 1)
                self._made = missing + 1
        return f"words_{number}"

    def settle(self) -> None:
        """After texts were kept: join some pages of the oldest range whose parts are not joined; in a transaction.

        A range is left alone until the next one is half full: later than that few texts come.
        """
        written, self._written = self._written, 0
        ripe = (self._newest - RANGE // 2) // RANGE
        if not written or ripe <= 0:
            return
        joined = int(kept(self._db, _JOINED) or 0)
        if joined < ripe and not self._join(f"words_{joined}", PAGES + written // SHARE):
            keep(self._db, _JOINED, joined + 1)

    def _join(self, table: str, pages: int) -> bool:
        """Join so many pages of a table's parts; False when there was nothing left to join."""
        sql = "SELECT total_changes()"
        before = self._db.value(sql)
        # A negative number: all parts, whatever their sizes. FTS5 goes on with what it has begun.
        self._db.run(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', ?)", (-pages,))
        return self._db.value(sql) - before > 1

    def empty(self) -> None:
        """Take all texts out."""
        for table in self.tables():
            self._db.run(f"INSERT INTO {table}({table}) VALUES ('delete-all')")
        drop(self._db, _JOINED)
        self._newest = 0

    def contents(self) -> dict[str, str]:
        """By its name a query over each table: it keeps no texts, but of each text how many words it has."""
        return {table: f"SELECT id, sz FROM {table}_docsize ORDER BY id" for table in self.tables()}

    def forget(self) -> None:
        """Look again which tables there are: a transaction failed."""
        self._made = self._newest = self._written = 0

    def _count(self) -> int:
        return int(kept(self._db, "words") or 0)


class CallerWords:
    """Finds callers by any three letters or digits of what is known of them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def newest(self, words: list[str], limit: int) -> list[int]:
        """The local numbers of the newest callers that have each of these, of three signs at least, anywhere."""
        match = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
        sql = "SELECT rowid FROM person_words WHERE person_words MATCH ? ORDER BY rowid DESC LIMIT ?"
        return [number for (number,) in self._db.rows(sql, (match, limit))]

    def keep(self, person: int, text: str) -> None:
        """Keep what a caller is found by."""
        self._db.run("INSERT OR REPLACE INTO person_words (rowid, text) VALUES (?,?)", (person, text))

    def take_out(self, person: int) -> None:
        """Let a caller be found no more."""
        self._db.run("DELETE FROM person_words WHERE rowid = ?", (person,))

    def empty(self) -> None:
        """Take all callers out."""
        self._db.run("INSERT INTO person_words(person_words) VALUES ('delete-all')")

    def contents(self) -> dict[str, str]:
        """A query over its table: it keeps no texts, but of each text how many words it has."""
        return {"person_words": "SELECT id, sz FROM person_words_docsize ORDER BY id"}


def findable(text: str, number: str) -> str:
    """What an entry is found by: its text, and a call's number as typed and as digits."""
    return "\n".join((text, number, *number_words(number))) if number else text
