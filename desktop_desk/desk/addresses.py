"""Addresses of desks on a server: told from files, shown without their password."""

from urllib.parse import parse_qsl, urlencode

SCHEMES = ("postgresql://", "postgres://")

_SECRET = frozenset({"password", "sslpassword", "passfile"})


def is_address(desk: object) -> bool:
    """Whether a desk is named by the address of a server, and not by a file."""
    return str(desk).startswith(SCHEMES)


def shown_address(url: str) -> str:
    """An address as it may stand on screens, in messages and in logs: without any password, whatever is wrong in it."""
    scheme, _mark, rest = url.partition("://")
    place, question, query = rest.partition("?")
    user, at, server = place.rpartition("@")
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in _SECRET]
    told = urlencode(kept, safe="/:,=")
    return f"{scheme}://{user.partition(':')[0]}{at}{server}{question if told else ''}{told}"
