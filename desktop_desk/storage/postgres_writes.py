"""What is written on a server, gathered and sent in groups: waiting for each answer would take most of the time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

GROUP = 25
"""So many rows are written by one statement."""


_TABLE = re.compile(r"(?:\b(?:FROM|JOIN|INTO|UPDATE|USING|TABLE)|,)\s+\"?(\w+)", re.I)
_WRITES = re.compile(r"\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.I)
_UPSERT = re.compile(
    r"(?P<begin>INSERT INTO \w+ \((?P<columns>[\w, ]+)\) VALUES )(?P<values>\(.*\))"
    r"(?P<end> ON CONFLICT \((?P<keys>[\w, ]+)\) DO .*)",
    re.S,
)
_MARK = re.compile(r"'[^']*'|\?")


@lru_cache(maxsize=2000)
def numbered(sql: str) -> str:
    """A statement with $1, $2 … in place of its question marks."""
    number = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal number
        if found[0] != "?":
            return found[0]
        number += 1
        return f"${number}"

    return _MARK.sub(mark, sql)


@lru_cache(maxsize=2000)
def written_table(sql: str) -> str:
    """The table that a statement writes without telling anything; "" for any other statement."""
    found = _WRITES.match(sql)
    return found[1] if found and "RETURNING" not in sql else ""


def in_groups(sql: str, rows: Sequence[Sequence[object]]) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
    """The same rows in statements of many rows each, as far as that says the same.

    A row with an empty value is written alone: a statement is prepared for the types of its values, and an empty
    one has none. So are rows of which two have the same key, which one statement cannot write one after the other.
    """
    grouped = _grouped(sql)
    alone: list[Sequence[object]] = []
    if grouped is not None and len(rows) >= GROUP:
        many, keys = grouped
        whole = [row for row in rows if None not in row]
        if len({tuple(row[key] for key in keys) for row in rows}) == len(rows):
            alone = [row for row in rows if None in row]
            end = len(whole) // GROUP * GROUP
            yield (
                many,
                [
                    [value for row in whole[start : start + GROUP] for value in row]
                    for start in range(0, end, GROUP)
                ],
            )
            alone.extend(whole[end:])
        else:
            alone = list(rows)
    else:
        alone = list(rows)
    if alone:
        yield sql, alone


@lru_cache(maxsize=500)
def _grouped(sql: str) -> tuple[str, tuple[int, ...]] | None:
    """An upsert for GROUP rows, and where in a row the key stands; None for other statements."""
    found = _UPSERT.fullmatch(sql)
    if found is None:
        return None
    columns = [name.strip() for name in found["columns"].split(",")]
    keys = tuple(columns.index(name.strip()) for name in found["keys"].split(","))
    values = ", ".join([found["values"]] * GROUP)
    return f"{found['begin']}{values}{found['end']}", keys


@dataclass(slots=True)
class Gathered:
    """Rows for one statement, and the table that it writes."""

    table: str
    sql: str
    rows: list[Sequence[object]]


@lru_cache(maxsize=2000)
def tables_in(sql: str) -> frozenset[str]:
    """The tables that a statement names, perhaps with a column or two; none of them is left out."""
    return frozenset(_TABLE.findall(sql))


def without_nul(params: Sequence[object]) -> list[object]:
    """Values as PostgreSQL can keep them: no text there has the sign U+0000."""
    return [value.replace("\0", "") if isinstance(value, str) else value for value in params]
