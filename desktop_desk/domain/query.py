"""What somebody types to search: words, phrases, words to leave out, and filters such as status:open.

Reading forgives: what is no known filter is searched for as it stands. Any text is read, or refused as Invalid
because it is too long.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.intake_line import priority_of
from desktop_desk.domain.numbers import NumberReading, read_number
from desktop_desk.domain.phones import number_words, search_digits
from desktop_desk.domain.texts import term_pattern
from desktop_desk.i18n import _

TERMS_MAX = 64
"""The most words, phrases and filters of one search; SQLite's parser stops at 256."""

TEXT_MAX = 4000
"""The longest text that is read as a search, in characters."""

FILTERS = ("status", "priority", "agent", "team", "department", "topic", "caller", "tag", "from", "to", "is")
"""Names that `Filter.name` may have."""

STATES = (
    "open",
    "unassigned",
    "mine",
    "teams",
    "overdue",
    "answered",
    "differences",
    "waiting",
    "resolved",
    "closed",
    "withdrawn",
    "all",
)
"""What may stand after is: — the names of the queues, and withdrawn."""

_ALIASES = {
    "sev": "priority",
    "severity": "priority",
    "prio": "priority",
    "assignee": "agent",
    "group": "team",
    "dept": "department",
    "since": "from",
    "until": "to",
    **{name: name for name in FILTERS},
}
_PHONE_DIGITS_MIN = 3
_QUOTES = dict.fromkeys(map(ord, "“”„‟″«»\uff02"), '"')
_PART = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):(?P<value>(?:"[^"]*"?|[^\s"])*)'
    r'|"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"]+))'
)
_VALUE = re.compile(r'(?:"[^"]*"?|[^",])+')
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})([dw])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition besides the words.

    `name` is one of FILTERS. A ticket meets it with any of the `values`, or with none of them when `negated`.
    Values of priority are severity letters where the text was a priority; of "is" they are STATES; of "from" and
    "to" they are one day each ("2026-03-02", both ends included); the others are as typed.
    """

    name: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was understood; every part must be met.

    Attributes:
        text: what was typed, trimmed.
        words: matched from their beginning, so that "print" finds "printer"; a phrase whose closing quote is not
            yet typed is one of them.
        phrases: words that must follow each other.
        excluded: words and phrases that must not occur, matched from their beginning as well.
        filters: conditions on fields.
        number: what the text, or a word of it that is written like one, says as a ticket number; None otherwise.
        phone: digits to look up as part of a phone number; empty when the text is more than digits and signs.
    """

    text: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    number: NumberReading | None = None
    phone: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to search by."""
        return not (self.words or self.phrases or self.excluded or self.filters or self.number or self.phone)

    def fts(self) -> str | None:
        """Return an FTS5 MATCH expression for words, phrases and exclusions; None when no text must occur.

        Then `fts_excluded` says what must not occur, as FTS5 knows no search without something to find.
        """
        wanted = self.fts_terms()
        if not wanted:
            return None
        found = " AND ".join(wanted)
        left_out = self.fts_excluded()
        return f"({found}) NOT ({left_out})" if left_out else found

    def fts_terms(self) -> tuple[str, ...]:
        """Return an FTS5 MATCH expression for each word and phrase that must occur."""
        return (*map(_prefix, self.words), *map(_quoted, self.phrases))

    def patterns(self) -> "tuple[re.Pattern[str], ...]":
        """Return for each of `fts_terms` what finds it in a folded text."""
        return (*map(_pattern, self.words), *(term_pattern(phrase, whole=True) for phrase in self.phrases))

    def patterns_excluded(self) -> "tuple[re.Pattern[str], ...]":
        """Return what finds each word or phrase that must not occur in a folded text."""
        return tuple(map(_pattern, self.excluded))

    def fts_phone(self) -> str | None:
        """Return an FTS5 MATCH expression for the digits of a phone number in a text; None when none was typed."""
        return " OR ".join(map(_prefix, number_words(self.text))) if self.phone else None

    def fts_excluded(self) -> str | None:
        """Return an FTS5 MATCH expression that finds what must not be found; None when nothing is left out."""
        return " OR ".join(map(_prefix, self.excluded)) or None


def read_query(text: str, today: date | None = None) -> Query:
    """Return what a text asks for.

    Args:
        text: as typed.
        today: the desk's local day, by which "today", "yesterday", "7d" and "2w" are understood in from: and to:.

    Raises:
        Invalid: the text has more than TEXT_MAX characters or TERMS_MAX parts; `field` is "query".
    """
    if len(text) > TEXT_MAX:
        raise Invalid("query", _("This is too long to search for."), _("Search for a few words of it."))
    typed = _visible(text)
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    filters: list[Filter] = []
    for part in _PART.finditer(typed):
        condition = _filter(part, today)
        if condition is not None:
            filters.append(condition)
            continue
        term = " ".join((part["phrase"] or part[0].removeprefix(part["minus"]).replace('"', " ")).split())
        if not _searchable(term) or term == "AND" or _is_unfinished(part):
            continue
        closed_phrase = part["phrase"] is not None and part["end"]
        (excluded if part["minus"] else phrases if closed_phrase else words).append(term)
    if len(words) + len(phrases) + len(excluded) + len(filters) > TERMS_MAX:
        raise Invalid("query", _("These are too many words to search for."), _("Search for a few of them."))
    phone = search_digits(typed)
    return Query(
        text=typed,
        words=tuple(words),
        phrases=tuple(phrases),
        excluded=tuple(excluded),
        filters=tuple(filters),
        number=_number(typed, words),
        phone=phone if len(phone) >= _PHONE_DIGITS_MIN else "",
    )


def _visible(text: str) -> str:
    """Return a text without control characters and halves of characters, with one kind of double quotes."""
    composed = unicodedata.normalize("NFC", text).translate(_QUOTES)
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in composed).strip()


def _searchable(term: str) -> bool:
    """Tell whether the full-text index keeps anything of a term: it knows letters, digits and private signs."""
    return any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "Co" for c in term)


def _is_unfinished(part: "re.Match[str]") -> bool:
    """Tell whether a part is a filter whose value is still to be typed."""
    return part["name"] is not None and part["name"].casefold() in _ALIASES and not part["value"].strip('",')


def _filter(part: "re.Match[str]", today: date | None) -> Filter | None:
    """Return the filter that a part is, None when it is none."""
    if part["name"] is None:
        return None
    name = _ALIASES.get(part["name"].casefold())
    if name is None:
        return None
    values = tuple(
        filter(None, (" ".join(v.replace('"', " ").split()) for v in _VALUE.findall(part["value"])))
    )
    if not values:
        return None
    negated = bool(part["minus"])
    if name == "priority":
        return Filter(name, tuple(priority_of(value) or value for value in values), negated)
    if name == "is":
        states = tuple(value.casefold() for value in values)
        return Filter(name, states, negated) if set(states) <= set(STATES) else None
    if name in ("from", "to"):
        day = _day(values[0].casefold(), today, last=name == "to")
        if day is not None:
            return Filter(name, (day.isoformat(),), negated)
        # People who write mail mean by it who asked and who answers.
        return Filter("caller" if name == "from" else "agent", values, negated)
    return Filter(name, values, negated)


def _day(value: str, today: date | None, *, last: bool) -> date | None:
    """Return the first or last day that a value names, None when it names none."""
    if today is not None:
        named = {"today": 0, "yesterday": 1}
        ago = _AGO.fullmatch(value)
        if value in named or ago:
            days = named[value] if ago is None else int(ago[1]) * (7 if ago[2] == "w" else 1)
            return today - timedelta(days=min(days, today.toordinal() - 1))
    shape = _DAY.fullmatch(value)
    if shape is None:
        return None
    year = int(shape[1])
    month = int(shape[2] or (12 if last else 1))
    try:
        return date(year, month, int(shape[3] or (monthrange(year, month)[1] if last else 1)))
    except ValueError:
        return None


def _number(typed: str, words: Iterable[str]) -> NumberReading | None:
    """Return what the whole text says as a ticket number, or a word of it that is one with its dash."""
    whole = read_number(typed)
    if whole is not None:
        return whole
    readings = (read_number(word) for word in words if "-" in word)
    return next((reading for reading in readings if reading is not None and reading.number), None)


def _quoted(term: str) -> str:
    """Return a term as an FTS5 string, in which nothing is an operator."""
    return '"' + term.replace('"', '""') + '"'


def _pattern(term: str) -> "re.Pattern[str]":
    """Return what finds in a folded text what `_prefix` finds in the index."""
    return term_pattern(term, whole=len(term) == 1 and term.isascii())


def _prefix(term: str) -> str:
    """Return a term that matches from its beginning; a single letter of ours only as a whole word.

    One letter begins so many words that finding them all takes longer than reading on would.
    """
    return _quoted(term) if len(term) == 1 and term.isascii() else f"{_quoted(term)}*"
