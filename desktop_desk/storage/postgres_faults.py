"""What a PostgreSQL server's errors mean, in the kinds of StorageUnavailable, and what became of a cut-off save."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg

from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _
from desktop_desk.storage.database import unavailable

KINDS: tuple[tuple[str, str], ...] = (
    ("08", "unreachable"),
    ("57P", "unreachable"),
    ("53100", "full"),
    ("53", "unreachable"),
    ("28", "denied"),
    ("3D000", "no_database"),
    ("55P03", "locked"),
    ("40", "locked"),
    ("42501", "read_only"),
    ("25006", "read_only"),
    ("XX001", "damaged"),
    ("XX002", "damaged"),
    ("58", "failed"),
)
"""What kind of trouble the beginning of an error's code tells of."""

AT_THE_DOOR: tuple[tuple[str, str], ...] = (
    ("authentication failed", "denied"),
    ("pg_hba.conf", "denied"),
    (" role ", "denied"),
    ("does not exist", "no_database"),
)
"""A refused connection has no code, only a sentence."""

PATIENCE_S = 10.0
"""So long a server that broke off a save is waited for, to learn what became of it."""
FIRST_WAIT_S, WAIT_S = 1.0, 0.1

_STATUS = "SELECT pg_xact_status($1::xid8)"
_IS_THERE = "SELECT 1 FROM fact WHERE arrival = $1 AND hash = $2"
_END_IT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_xid = ($2::xid8)::xid"
)


def kind_of(error: psycopg.Error, *, lost: bool) -> str:
    """What kind of trouble an error of an open connection is, "" for a bug of ours; `lost`: it is open no more."""
    if isinstance(error, psycopg.IntegrityError):
        return ""
    code = error.sqlstate or ""
    kind = next((kind for begin, kind in KINDS if code.startswith(begin)), "") if code else ""
    if not kind and isinstance(error, psycopg.OperationalError) and (not code or lost):
        return "unreachable"
    return kind


def refused(error: psycopg.Error, address: str) -> StorageUnavailable:
    """Why there is no connection."""
    said = str(error).lower()
    if "no password supplied" in said:
        return StorageUnavailable(
            "denied",
            _("The server of the desk {path} wants a password.").format(path=address),
            _(
                "Type it when the window asks, or keep it where PostgreSQL’s own tools look: .pgpass, PGPASSWORD."
            ),
        )
    kind = next((kind for words, kind in AT_THE_DOOR if words in said), "")
    return unavailable(kind or kind_of(error, lost=True) or "unreachable", address)


@dataclass(slots=True)
class Begun:
    """What tells a transaction from every other, for the case that the answer to its COMMIT is lost.

    Attributes:
        transaction: its number on the server.
        backend: the process of the server that carries it out.
        arrival, hash: of the last fact that it writes; no other fact has the same two. 0 where it writes none.
    """

    transaction: str = ""
    backend: int = 0
    arrival: int = 0
    hash: bytes = b""

    def note(self, fact: Any) -> None:
        """This row of the table of facts is written (fact_rows.INSERT)."""
        self.arrival, self.hash = int(fact[0]), bytes(fact[-1])


def was_saved(
    begun: Begun, connect: Callable[[], "psycopg.Connection[tuple[Any, ...]]"], address: str
) -> bool:
    """Whether a transaction was kept whose COMMIT got no answer; asks the server, once it is back.

    The facts themselves are looked for. Only for a save that wrote none the server's word on the transaction is
    taken: another server that has stepped in for the first may use its number again.

    Raises:
        StorageUnavailable: the server does not come back in time; it says that nobody knows.
    """
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return _looked(begun, connect(), until)
        except (StorageUnavailable, psycopg.OperationalError) as error:
            if time.monotonic() > until:
                raise StorageUnavailable(
                    "unreachable",
                    _("The server of the desk {path} went away at the very moment of saving.").format(
                        path=address
                    ),
                    _(
                        "Nobody knows yet whether it was saved: once the server is back, look before you save again."
                    ),
                ) from error
            time.sleep(WAIT_S)


def _looked(begun: Begun, connection: "psycopg.Connection[tuple[Any, ...]]", until: float) -> bool:
    begin = time.monotonic()
    status = _status(begun, connection)
    while status == "in progress":
        # The server has not noticed that the line is cut; until it does, nobody else can write either.
        if time.monotonic() - begin > FIRST_WAIT_S:
            connection.execute(_END_IT, (begun.backend, begun.transaction))
        if time.monotonic() > until:
            raise psycopg.OperationalError("still in progress")
        time.sleep(WAIT_S)
        status = _status(begun, connection)
    if begun.arrival:
        return connection.execute(_IS_THERE, (begun.arrival, begun.hash)).fetchone() is not None
    return status == "committed"


def _status(begun: Begun, connection: "psycopg.Connection[tuple[Any, ...]]") -> str:
    try:
        row = connection.execute(_STATUS, (begun.transaction,)).fetchone()
    except psycopg.DataError:
        return ""  # a server that stepped in has not counted so far
    return str(row[0] or "") if row else ""


def not_saved(address: str) -> StorageUnavailable:
    """The error of a save that was cut off and is known not to have been kept."""
    return StorageUnavailable(
        "unreachable",
        _("The line to the server of the desk {path} broke while saving: nothing of it was saved.").format(
            path=address
        ),
        _("The server is back: save again."),
    )


def sql(text: str) -> LiteralString:
    """Our own SQL, put together from our own pieces: every value is bound."""
    return cast("LiteralString", text)
