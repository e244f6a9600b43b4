"""Calls that come as a URL: `desktop-desk:call?from=…` from softphones and pages, `tel:` where the user chose it.

Standard library only: a softphone waits. A URL may come from any web page, so it can say who calls and nothing else:
neither a desk nor a login is read from it.
"""

from collections.abc import Mapping

SCHEMES = ("desktop-desk:", "tel:")
LONGEST_URL = 2000
_EVENTS = {
    "ring": "ring", "newcall": "ring", "answer": "answer", "end": "end", "hangup": "end",
}  # fmt: skip
_NUMBER, _NAME, _ID = ("from", "number"), ("name",), ("id", "callid", "call_id")


def is_url(word: str) -> bool:
    """Whether a word of the command line is a URL that names a call."""
    return word[:13].casefold().startswith(SCHEMES)


def is_link(word: str) -> bool:
    """Whether a word is a link of this program's own, which tells more of a call than its number."""
    return word[:13].casefold() == SCHEMES[0]


def read_call_url(url: str) -> dict[str, str | None] | None:
    """Number, name, event, call_id and direction of a URL, None for what it leaves out; None when it names no call.

    `desktop-desk:call?from=%2B4930&name=Ken&event=ring|answer|end&id=7[&direction=out&to=…]`. A `tel:` link is somebody
    to be called.
    """
    if len(url) > LONGEST_URL or not is_url(url) or not url.isprintable():
        return None
    scheme, _colon, rest = url.partition(":")
    if scheme.casefold() == "tel":
        from urllib.parse import unquote

        number = unquote(rest).strip().removeprefix("//").split("?")[0].rstrip("/")
        if not any(map(str.isdigit, number)):
            return None
        # A context is read only of a whole link; any other number is shown as somebody would type it.
        return _call(f"tel:{number}" if ";phone-context=" in number.casefold() else number, "out")
    return _of_query(rest)


def _of_query(rest: str) -> dict[str, str | None] | None:
    from urllib.parse import parse_qsl

    path, _mark, query = rest.partition("?")
    if path.strip("/").casefold() != "call":
        return None
    try:
        # A softphone that puts the number in as it is writes "+49…", which a form would read as a blank.
        pairs = parse_qsl(query.partition("#")[0].replace("+", "%2B"), max_num_fields=30)
    except ValueError:
        return None
    given = {name.casefold(): value.strip() for name, value in pairs if value.isprintable()}
    direction = "out" if given.get("direction", "").casefold() in {"out", "outbound"} else None
    number = (given.get("to") if direction else None) or _first(given, _NUMBER)
    event = given.get("event", "").casefold()
    if not number or (event and event not in _EVENTS):
        return None
    return _call(number, direction, _first(given, _NAME), _EVENTS.get(event), _first(given, _ID))


def _first(given: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((given[name] for name in names if given.get(name)), None)


def _call(
    number: str, direction: str | None, name: str | None = None, event: str | None = None, mark: str | None = None
) -> dict[str, str | None]:  # fmt: skip
    return {"number": number, "name": name, "event": event, "call_id": mark, "direction": direction}
