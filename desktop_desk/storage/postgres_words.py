"""Full text on PostgreSQL: words are cut and folded as SQLite does it, so that both engines find the same.

PostgreSQL's own parser knows addresses, hyphens and languages, and would find other texts; so it is given words and
their places, and only keeps and finds them.
"""

import re

from sqlcipher3 import dbapi2

from desktop_desk.storage.database import Database
from desktop_desk.storage.dialects import literal
from desktop_desk.storage.text_indexes import Statement

WORD_MAX = 500
"""The longest word, in letters, that is told from others; PostgreSQL keeps 2,046 bytes of one."""

TEXT_MAX = 1_000_000
"""The most bytes of different words, with their places, of one text."""

TRIGRAM = 3
BLOCK = 128
"""So many neighbouring letters are learnt at once."""

SURROGATES = range(0xD800, 0xE000)

_KEEP = (
    "INSERT INTO words (id, words) VALUES (?, CAST(? AS tsvector))"
    " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
)
_KEEP_CALLER = (
    "INSERT INTO person_words (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text"
)
_TERM = re.compile(r'"((?:[^"]|"")*)"(\*?)')


class PostgresWords:
    """Finds texts by their words, newest first; a text is known by the arrival of its fact."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def newest(self, match: str, count: int, below: int) -> list[int]:
        """The arrivals of the newest texts that match, of those that arrived before `below`."""
        wanted = as_tsquery(match)
        if not wanted:
            return []
        sql = "SELECT id FROM words WHERE words @@ CAST(? AS tsquery) AND id < ? ORDER BY id DESC LIMIT ?"
        return [arrival for (arrival,) in self._db.rows(sql, (wanted, below, count))]

    def keeping(self, arrival: int, text: str) -> Statement:
        """What keeps a text, or takes it out when it is blank; within a transaction."""
        if text.strip():
            return _KEEP, (arrival, as_tsvector(text))
        return "DELETE FROM words WHERE id = ?", (arrival,)

    def settle(self) -> None:
        """The server does it by itself."""

    def empty(self) -> None:
        """Take all texts out."""
        self._db.run("DELETE FROM words")

    def forget(self) -> None:
        """Nothing is remembered."""

    def contents(self) -> dict[str, str]:
        """A query over the table, with all words of every text."""
        return {"words": "SELECT id, CAST(words AS text) FROM words ORDER BY id"}


class PostgresCallerWords:
    """Finds callers by any three letters or digits of what is known of them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def newest(self, words: list[str], limit: int) -> list[int]:
        """The local numbers of the newest callers that have each of these, of three signs at least, anywhere."""
        wanted = [word.translate(LETTERS) for word in words]
        if any(len(word) < TRIGRAM for word in wanted):
            return []
        where = " AND ".join(["text LIKE ? ESCAPE '\\'"] * len(wanted))
        sql = f"SELECT id FROM person_words WHERE {where} ORDER BY id DESC LIMIT ?"
        likes = [f"%{literal(word)}%" for word in wanted]
        return [number for (number,) in self._db.rows(sql, (*likes, limit))]

    def keep(self, person: int, text: str) -> None:
        """Keep what a caller is found by."""
        self._db.run(_KEEP_CALLER, (person, text.translate(LETTERS)))

    def take_out(self, person: int) -> None:
        """Let a caller be found no more."""
        self._db.run("DELETE FROM person_words WHERE id = ?", (person,))

    def empty(self) -> None:
        """Take all callers out."""
        self._db.run("DELETE FROM person_words")

    def contents(self) -> dict[str, str]:
        """A query over the table."""
        return {"person_words": "SELECT id, text FROM person_words ORDER BY id"}


class _Folding(dict[int, str]):
    """What a letter becomes, for `str.translate`; learnt from SQLite's own tokenizer when it first comes up.

    Args:
        tokenizer: as a full-text table is declared with it.
        before, after: what a letter stands between so that the tokenizer tells what becomes of it.
        torn: what becomes of one at which the text is cut.
    """

    def __init__(self, tokenizer: str, before: str, after: str, torn: str) -> None:
        super().__init__()
        self._tokenizer = tokenizer
        self._before = before
        self._after = after
        self._torn = torn

    def __missing__(self, sign: int) -> str:
        if not sign or sign in SURROGATES:
            return self._torn  # no text in a desk has one
        first = sign // BLOCK * BLOCK
        signs = [chr(one) for one in range(max(first, 1), first + BLOCK) if one not in SURROGATES]
        cut = self.tokens(*(f"{self._before}{one}{self._after}" for one in signs))
        for one, words in zip(signs, cut, strict=True):
            whole = len(words) == 1
            end = len(words[0]) - len(self._after) if whole else 0
            self[ord(one)] = words[0][len(self._before) : end] if whole else self._torn
        return self[sign]

    def tokens(self, *texts: str) -> list[list[str]]:
        """How SQLite cuts each of these texts."""
        found: list[list[str]] = [[] for _text in texts]
        connection = dbapi2.connect(":memory:")
        try:
            connection.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, tokenize='{self._tokenizer}')")
            connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
            connection.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", enumerate(texts))
            for term, number in connection.execute("SELECT term, doc FROM v ORDER BY doc, offset"):
                found[number].append(term)
        finally:
            connection.close()
        return found


WORDS = _Folding("unicode61 remove_diacritics 2", "x", "x", " ")
LETTERS = _Folding("trigram remove_diacritics 1", "", "xx", "")
"""As the tables of a file are declared (guards.py)."""


def words_of(text: str) -> list[str]:
    """The words of a text as the index knows them, in their order."""
    return [word[:WORD_MAX] for word in text.translate(WORDS).split(" ") if word]


def as_tsvector(text: str) -> str:
    """A text's words with their places, as PostgreSQL reads them."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words_of(text), 1):
        places.setdefault(word, []).append(place)
    parts: list[str] = []
    room = TEXT_MAX
    for word, found in places.items():
        room -= len(word.encode()) + 2 * len(found) + 4
        if room < 0:
            break
        parts.append(f"{_quoted(word)}:{','.join(map(str, found[:255]))}")
    return " ".join(parts)


def as_tsquery(match: str) -> str:
    """Quoted terms, joined by AND or by OR, as PostgreSQL reads them; "" for what finds nothing."""
    terms = [_phrase(text.replace('""', '"'), star) for text, star in _TERM.findall(match)]
    if " OR " in _TERM.sub("", match):
        return " | ".join(filter(None, terms))
    return " & ".join(terms) if all(terms) else ""


def _phrase(text: str, star: str) -> str:
    words = [_quoted(word) for word in words_of(text)]
    if not words:
        return ""
    if star:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
