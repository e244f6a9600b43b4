"""Addresses of desks on a server: told from files, shown without their password."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode

SCHEMES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class AtServer:
    """What is in a server's database: a desk with its office's name, or room for one.

    Attributes:
        version: the server's.
        others: tables of other programs, where there is no desk.
    """

    has_desk: bool
    version: int
    name: str = ""
    others: tuple[str, ...] = ()


_SECRET = frozenset({"password", "sslpassword", "passfile"})


def is_address(desk: object) -> bool:
    """Whether a desk is named by the address of a server, and not by a file."""
    return str(desk).startswith(SCHEMES)


def shown_address(url: str) -> str:
    """An address as it may stand on screens, in messages and in logs: without any password, whatever is wrong in it.

    What names a file or a folder stands as it is.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        return url
    place, question, query = rest.partition("?")
    user, at, server = place.rpartition("@")
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in _SECRET]
    told = urlencode(kept, safe="/:,=")
    return f"{scheme}://{user.partition(':')[0]}{at}{server}{question if told else ''}{told}"


def password_in(url: str) -> str:
    """The password that an address brings with it; "" for none."""
    _scheme, _mark, rest = url.partition("://")
    place, _question, query = rest.partition("?")
    user, at, _server = place.rpartition("@")
    if at and ":" in user:
        return unquote(user.partition(":")[2])
    return dict(parse_qsl(query)).get("password", "")


def with_password(url: str, password: str) -> str:
    """The same address with this password in it; as it is for no password."""
    if not password:
        return url
    scheme, _mark, rest = shown_address(url).partition("://")
    place, question, query = rest.partition("?")
    user, at, server = place.rpartition("@")
    secret = quote(password, safe="")
    if at:
        return f"{scheme}://{user}:{secret}@{server}{question}{query}"
    return f"{scheme}://{place}?{query}{'&' if query else ''}password={secret}"
