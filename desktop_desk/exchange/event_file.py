"""Reading an event log as its map says: every row of the file comes out, as a row or as rejected with the reason."""

import csv
import gzip
import io
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.exchange.event_map import ONE, SEVERAL, EventMap, MappedStatus
from desktop_desk.exchange.log_times import BadCell, Times, shortened
from desktop_desk.exchange.rows import LogRow, Snapshot
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

FIELD_LIMIT = 64 * 1024 * 1024
"""The longest cell, in characters."""
_GZIP = b"\x1f\x8b"
# What surrogateescape makes of bytes 80 to FF.
_FIRST, _LAST = "\udc80", "\udcff"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be taken in.

    Attributes:
        line: where it begins in the file, counted from 1.
        why: a translated sentence.
        cells: the row's cells, undecodable bytes escaped; one cell with the whole row where they cannot be told apart.
    """

    line: int
    why: str
    cells: tuple[str, ...]

    @property
    def where(self) -> str:
        """The place for people: "line 17"."""
        return _("line {line}").format(line=self.line)


def head_of(path: Path, how: EventMap) -> list[str]:
    """The names of the file's columns; raises as `read_log` does."""
    with _opened(path, how) as text:
        return next(_csv(text, how), list[str]())


def read_log(path: Path, how: EventMap, zone: ZoneInfo) -> Iterator[LogRow | Rejected]:
    """Read every row of a log, in the order of the file.

    Args:
        path: plain or gzip; which of them is seen from its first bytes.
        how: the map.
        zone: of times without one, unless the map names it.

    Raises:
        NotFound: there is no such file.
        Invalid: the file cannot be read, or lacks a column that the map names; before any row is given.
    """
    with _opened(path, how) as text:
        yield from _Reader(path, how, zone).rows(text)


@contextmanager
def _opened(path: Path, how: EventMap) -> Generator[IO[str]]:
    """The file as text; what goes wrong in reading it comes as Invalid."""
    try:
        raw: IO[bytes] = path.open("rb")
    except FileNotFoundError:
        raise NotFound(_("There is no file {path}.").format(path=path)) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    with raw:
        try:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            opened = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
            # Undecodable bytes come through as surrogates, so that one broken row is rejected and not the file.
            yield io.TextIOWrapper(opened, encoding=how.file.encoding, errors="surrogateescape", newline="")
        except (OSError, EOFError, UnicodeError, zlib.error) as error:
            raise _unreadable(path, error) from error


def _csv(lines: Iterable[str], how: EventMap) -> "CsvReader":
    csv.field_size_limit(FIELD_LIMIT)
    plain = how.file
    return csv.reader(
        lines,
        delimiter=plain.delimiter,
        quotechar=plain.quote or None,
        quoting=csv.QUOTE_MINIMAL if plain.quote else csv.QUOTE_NONE,
    )


def _unreadable(path: Path, error: Exception) -> Invalid:
    why = (isinstance(error, OSError) and error.strerror) or error
    reason = _("The file {path} cannot be read to its end: {why}.").format(path=path, why=why)
    return Invalid("file", reason, _("Check that it was copied whole, and the encoding that the map names."))


class _Layout:
    """Where in a row each thing stands; -1, the empty cell that is put behind each row, where the log has it not."""

    def __init__(self, how: EventMap, places: Mapping[str, int]) -> None:
        self.one = {what: places[how.one[what]] if what in how.one else -1 for what in ONE}
        self.several = {
            what: tuple((places[column], column) for column in how.several.get(what, ())) for what in SEVERAL
        }
        self.column = {what: how.one.get(what, what) for what in ONE}


class _Cells:
    """The cells of one row by what they hold."""

    __slots__ = ("_said", "_texts", "layout")

    def __init__(
        self, cells: list[str], layout: _Layout, empty: frozenset[str], texts: dict[str, str]
    ) -> None:
        said = [cell.strip() for cell in cells]
        self._said = ["" if cell in empty else cell for cell in said]
        self._said.append("")
        self._texts = texts
        self.layout = layout

    def one(self, what: str) -> str:
        """The cell, "" when it says nothing or the map names no column for it."""
        return self._kept(self._said[self.layout.one[what]])

    def several(self, what: str) -> tuple[str, ...]:
        """The cells that say something, in the map's order."""
        return tuple(
            self._kept(text) for place, _column in self.layout.several[what] if (text := self._said[place])
        )

    def joined(self, what: str) -> str:
        """The cells that say something in one line."""
        return self._kept(" · ".join(self.several(what)))

    def details(self) -> str:
        """The columns of details as lines; one column alone is the text itself."""
        columns = self.layout.several["details"]
        if len(columns) == 1:
            return self._kept(self._said[columns[0][0]])
        return self._kept(
            "\n".join(f"{column}: {text}" for place, column in columns if (text := self._said[place]))
        )

    def number(self, what: str) -> int | None:
        """The cell as a whole number; None when it says nothing."""
        text = self._said[self.layout.one[what]]
        if not text:
            return None
        if not text.isdecimal() or len(text) > 9:
            message = _("“{text}” in “{column}” is no whole number.")
            raise BadCell(message.format(text=shortened(text), column=self.layout.column[what]))
        return int(text)

    def known(self, what: str, names: Mapping[str, str]) -> str:
        """What the map says this cell means; its column and the map's table are called the same."""
        text = self._said[self.layout.one[what]]
        if text not in names:
            raise BadCell(_unmapped(text, self.layout.column[what], what))
        return names[text]

    def _kept(self, text: str) -> str:
        # Logs say the same few words in most cells: kept once, a large log fits in memory.
        return self._texts.setdefault(text, text)


class _Reader:
    """One reading of one file."""

    def __init__(self, path: Path, how: EventMap, zone: ZoneInfo) -> None:
        self._path = path
        self._how = how
        self._times = Times(how.formats, how.zone or zone)
        self._seen: dict[tuple[str, str], int] = {}
        self._texts: dict[str, str] = {}
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}

    def rows(self, text: Iterable[str]) -> Iterator[LogRow | Rejected]:
        kept = _Echo(text)
        reader = _csv(kept, self._how)
        head = next(reader, None)
        if not head:
            raise Invalid("file", _("The file {path} is empty.").format(path=self._path))
        layout = _Layout(self._how, self._places(head))
        while True:
            line = reader.line_num + 1
            kept.forget()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Rejected(line, _("The row is broken: {why}.").format(why=error), (_shown(kept.text()),))
                continue
            if cells:
                yield self._row(line, cells, len(head), layout)

    def _places(self, head: list[str]) -> Mapping[str, int]:
        places = {name.strip(): place for place, name in reversed(list(enumerate(head)))}
        missing = [name for name in self._how.columns() if name not in places]
        if missing:
            reason = _("The file {path} has no column {names}, which the map names.").format(
                path=self._path.name, names=", ".join(f"“{name}”" for name in missing)
            )
            names = ", ".join(shortened(_shown(name)) for name in head)
            advice = _("Its columns are: {names}. Nothing was imported.").format(names=names)
            raise Invalid("file", reason, advice)
        return places

    def _row(self, line: int, cells: list[str], width: int, layout: _Layout) -> LogRow | Rejected:
        try:
            _check_width(cells, width)
            said = _Cells(cells, layout, self._how.file.empty, self._texts)
            # Counted before anything else can be wrong, so that a row repaired later keeps its place.
            key = self._key(said.one("id"), said.several("row"))
            _check_text(cells)
            return self._read(line, key, said)
        except BadCell as error:
            return Rejected(line, str(error), tuple(map(_shown, cells)))

    def _read(self, line: int, key: str, cells: _Cells) -> LogRow:
        columns = cells.layout.column
        thing, when = cells.one("id"), cells.one("time")
        if not thing:
            message = _("The row does not say what it is about: “{column}” is empty.")
            raise BadCell(message.format(column=columns["id"]))
        if not when:
            raise BadCell(_("The row has no time: “{column}” is empty.").format(column=columns["time"]))
        opened, due = cells.one("opened"), cells.one("due")
        return LogRow(
            line=line,
            thing=thing,
            key=key,
            at=self._times.ms(when, columns["time"]),
            opened=self._times.ms(opened, columns["opened"]) if opened else None,
            by=cells.one("by"),
            activity=cells.known("activity", self._how.activities) if self._how.mode == "events" else "",
            shot=self._shot(cells, self._times.ms(due, columns["due"]) if due else None),
        )

    def _shot(self, cells: _Cells, due: int | None) -> Snapshot:
        how, source = self._how, cells.one("source")
        return Snapshot(
            subject=cells.joined("subject"),
            details=cells.details(),
            caller=cells.one("caller"),
            caller_phone=cells.one("caller_phone"),
            caller_email=cells.one("caller_email"),
            organisation=cells.one("organisation"),
            agent=cells.one("agent"),
            group=cells.one("group"),
            department=cells.one("department"),
            topic=self._shared(cells.several("topic")),
            status=self._status(cells),
            priority=cells.known("priority", how.priorities) if cells.one("priority") else "",
            # A way in that the map does not tell apart is "other": it changes no count and loses no row.
            source=how.sources.get(source, "other") if source else "",
            due=due,
            reassignments=cells.number("reassignments"),
            reopens=cells.number("reopens"),
            tags=self._shared(_tags(cells.several("tags"))),
            text=cells.one("text"),
        )

    def _status(self, cells: _Cells) -> MappedStatus | None:
        text = cells.one("status")
        if not text:
            return None
        if text not in self._how.statuses:
            raise BadCell(_unmapped(text, cells.layout.column["status"], "status"))
        return self._how.statuses[text]

    def _shared(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return self._paths.setdefault(path, path)

    def _key(self, thing: str, named: tuple[str, ...]) -> str:
        """What tells the row apart: the columns the map names, or its place among the rows of its thing."""
        name = "|".join(named)
        times = self._seen[thing, name] = self._seen.get((thing, name), 0) + 1
        if not self._how.several.get("row"):
            return str(times)
        return name if times == 1 else f"{name}.{times}"


class _Echo:
    """Lines on their way to the CSV reader; keeps those of the current row, to show a rejected one as it stands."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._kept: list[str] = []

    def __iter__(self) -> "_Echo":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._kept.append(line)
        return line

    def forget(self) -> None:
        self._kept.clear()

    def text(self) -> str:
        return "".join(self._kept).rstrip("\r\n")


def _shown(text: str) -> str:
    """The text with bytes that could not be decoded, and NUL, written as \\xNN."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join(f"\\x{ord(c) & 0xFF:02x}" if c == "\0" or _FIRST <= c <= _LAST else c for c in text)


def _tags(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Tags as the desk keeps them; a cell may hold several, separated by commas or semicolons."""
    words = (
        "-".join(part.split()).casefold() for cell in cells for part in cell.replace(";", ",").split(",")
    )
    return tuple(sorted({word[:60] for word in words if word}))


def _check_width(cells: list[str], width: int) -> None:
    if len(cells) != width:
        message = _("The row has {found} cells, and the head of the file {expected}.")
        raise BadCell(message.format(found=len(cells), expected=width))


def _check_text(cells: list[str]) -> None:
    whole = "".join(cells)
    if whole.isascii():
        if "\0" in whole:
            raise BadCell(_("The row holds a NUL character."))
        return
    try:
        whole.encode()
    except UnicodeEncodeError:
        raise BadCell(_("The row holds bytes that are no text in the encoding that the map names.")) from None
    if "\0" in whole:
        raise BadCell(_("The row holds a NUL character."))


def _unmapped(text: str, column: str, table: str) -> str:
    message = _("“{text}” in “{column}” is not in the map's [{table}].")
    return message.format(text=shortened(text), column=column, table=table)
