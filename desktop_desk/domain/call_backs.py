"""Calls that are owed: tries to reach somebody, when to try again, and calls that nobody took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desktop_desk.i18n import N_

MINUTE = 60_000

NOT_REACHED: Mapping[str, str] = {
    "no_answer": N_("no answer"),
    "busy": N_("busy"),
    "message_left": N_("message left"),
}
"""Outcomes of a call after which it is still owed, with the words for each."""

MISSED = "missed"
"""Stands in the text of a call-back that came of a call which nobody took."""

OUTCOME = "outcome"
"""Stands in the text of a call-back that the desk made itself: a caller is to be told how his ticket ended."""

_TRY = "try:"
_FIRST_WAIT, _LONGEST_WAIT = 30 * MINUTE, 240 * MINUTE


@dataclass(frozen=True, slots=True)
class Try:
    """One try to reach somebody: when (ms), and its outcome, a key of NOT_REACHED."""

    at: int
    outcome: str


def try_field(at: int, outcome: str) -> dict[str, str]:
    """A try as the field of a fact: one field for each, so that tries on two copies of a desk both count."""
    return {f"{_TRY}{at}": outcome}


def tries_in(fields: Mapping[str, Any]) -> tuple[Try, ...]:
    """The tries among the fields of a call-back, oldest first."""
    found = (
        Try(int(name.removeprefix(_TRY)), str(value or ""))
        for name, value in fields.items()
        if name.startswith(_TRY) and name.removeprefix(_TRY).isdecimal()
    )
    return tuple(sorted(found, key=lambda each: each.at))


def next_try(tries: int, now: int) -> int:
    """When to try again (ms) after so many tries in vain: in half an hour, then twice as long, at most four hours."""
    wait = min(_FIRST_WAIT * 2 ** min(max(tries, 1) - 1, 8), _LONGEST_WAIT)
    return (now + wait) // MINUTE * MINUTE
