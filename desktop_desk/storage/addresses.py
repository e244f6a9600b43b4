"""Addresses of desks on a server: told from files, shown without their password."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

SCHEMES = ("postgresql://", "postgres://")

_SECRET = frozenset({"password", "sslpassword", "passfile"})
_PATIENCE: Mapping[str, object] = {
    "connect_timeout": 10,
    # A line that went dead is noticed in seconds, not in hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "desktop-desk",
}


def is_address(desk: object) -> bool:
    """Whether a desk is named by the address of a server, and not by a file."""
    return str(desk).startswith(SCHEMES)


def shown_address(url: str) -> str:
    """An address as it may stand on screens, in messages and in logs: without any password."""
    try:
        parts = urlsplit(url)
        user, at, place = parts.netloc.rpartition("@")
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in _SECRET]
    except ValueError:
        return f"{url.partition('://')[0]}://…"
    query = urlencode(kept, safe="/:,=")
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{place}", parts.path, query, ""))


def connection_options(url: str) -> dict[str, Any]:
    """What the server's library is told; what the address itself says comes before our own wishes.

    Raises:
        ValueError: it is no address.
    """
    import psycopg  # noqa: PLC0415  desks in files do not need it

    try:
        named = psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.Error:
        # Its own sentence may quote the password.
        raise ValueError(f"no address of a PostgreSQL server: {shown_address(url)}") from None
    return {**_PATIENCE, **named}
