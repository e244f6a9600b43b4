"""What telephone systems say about calls: the fields of common connectors, in the three ways in which they are sent."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from typing import Any, Literal, cast
from urllib.parse import parse_qs

FORM, PARTS, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
"""The kinds of what is sent; the documents of connectors have examples of each."""

LONGEST_FIELD = 250
MOST_FIELDS = 60

Event = Literal["ring", "answer", "end"]
_EVENTS: Mapping[str, Event] = {
    "newcall": "ring", "ring": "ring", "ringing": "ring", "answer": "answer", "answered": "answer",
    "hangup": "end", "end": "end",
}  # fmt: skip
_OUT = frozenset({"out", "outbound", "outgoing"})
_MISSED = frozenset({"cancel", "noanswer", "congestion", "busy", "notfound", "timeout", "missed"})

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """What the telephone system said about one call.

    Attributes:
        number: of the other side: who calls, or who is called.
        users: logins, extensions or names of those whose telephones ring, or who answered; empty: not told.
        queue: the queue or number that was called.
        unanswered: the system says itself that nobody took the call.
    """

    event: Event
    number: str
    name: str = ""
    call_id: str = ""
    direction: Literal["in", "out"] = "in"
    users: tuple[str, ...] = ()
    queue: str = ""
    unanswered: bool = False


class Misunderstood(ValueError):
    """A request that names no call; its text says what is wrong with it."""


def read_fields(kind: str, body: bytes) -> Fields:
    """The fields of what was sent.

    Args:
        kind: the whole Content-Type.

    Raises:
        Misunderstood: it is not what its kind says, or has too many fields.
    """
    match kind.partition(";")[0].strip().casefold():
        case "application/json":
            found = _of_json(body)
        case "multipart/form-data":
            found = _of_parts(kind, body)
        case _:
            found = read_query(body.decode("utf-8", "replace"))
    if sum(map(len, found.values())) > MOST_FIELDS:
        raise Misunderstood(f"more than {MOST_FIELDS} fields")
    return found


def read_query(text: str) -> Fields:
    """The fields of a form, or of an address; Misunderstood when they are too many."""
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Misunderstood(str(error)) from error


def _of_parts(kind: str, body: bytes) -> Fields:
    whole = b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n" + body
    found: dict[str, list[str]] = {}
    for part in BytesParser(policy=policy.HTTP).parsebytes(whole).iter_parts():
        value = part.get_payload(decode=True)
        if isinstance(value, bytes):
            name = str(part.get_param("name", "", "content-disposition"))
            found.setdefault(name, []).append(value.decode("utf-8", "replace"))
    return found


def _of_json(body: bytes) -> Fields:
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Misunderstood("this is no JSON") from error
    if not isinstance(told, dict):
        raise Misunderstood("send one object")
    found: dict[str, list[str]] = {}
    for name, value in cast("dict[str, Any]", told).items():
        several = cast("list[Any]", value) if isinstance(value, list) else [value]
        found[name] = [str(each) for each in several if isinstance(each, str | int)]
    return found


def read_event(fields: Fields) -> PhoneEvent:
    """The event that a connector's fields tell, whatever the case of their names.

    Raises:
        Misunderstood: the event is unknown, or a field is missing or too long.
    """
    given: dict[str, list[str]] = {}
    for name, values in fields.items():
        kept = [value.strip() for value in values if value.strip()]
        if any(len(value) > LONGEST_FIELD for value in kept):
            raise Misunderstood(f"{name[:40]} is longer than {LONGEST_FIELD} characters")
        given.setdefault(name.casefold().removesuffix("[]"), []).extend(kept)

    def first(*names: str) -> str:
        return next((_printable(given[name][0]) for name in names if given.get(name)), "")

    told = first("event").casefold()
    event = _EVENTS.get(told)
    if event is None:
        raise Misunderstood("event must be newCall, answer or hangup")
    is_out = first("direction").casefold() in _OUT
    number = first("to") if is_out else first("from", "number")
    if not number and event != "end":
        # Some systems leave the number out when the caller withholds it.
        number = "" if is_out else "anonymous"
    call_id = first("callid", "call_id", "id", "xcid")
    if not number and not call_id:
        raise Misunderstood("neither from, to nor callId is given")
    cause = first("cause").casefold().replace("_", "").replace(" ", "")
    return PhoneEvent(
        event,
        number,
        first("name", "callername", "fromname"),
        call_id,
        "out" if is_out else "in",
        tuple(dict.fromkeys(map(_printable, (*given.get("user", ()), *given.get("answeringnumber", ()))))),
        first("queue") or ("" if is_out else first("to")),
        unanswered=cause in _MISSED,
    )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()
