"""A mail that did not arrive: to whom, and why, as the mail server's report or the outbox says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from desktop_desk.domain.facts import Fact

LONGEST: Final = 300
FAILED: Final = "failed"
"""The field of an entry made of a report: whom the mail did not reach, each as `to_field` writes it."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One address that a mail did not reach; `late`: not yet, the server goes on trying."""

    to: str
    why: str = ""
    late: bool = False

    def to_field(self) -> dict[str, Any]:
        """As a fact keeps it."""
        return {"to": self.to[:LONGEST], "why": self.why[:LONGEST], "late": self.late}


def undelivered(facts: Iterable[Fact]) -> tuple[Undelivered, ...]:
    """Whom the mail did not reach that an act is about; nothing for an act of another kind."""
    found: list[Undelivered] = []
    for fact in facts:
        if fact.verb == "mail_failed":
            found.append(Undelivered(str(fact.fields.get("to") or ""), str(fact.fields.get("reason") or "")))
        elif fact.verb == "messaged" and isinstance(fact.fields.get(FAILED), list):
            told: list[Any] = fact.fields[FAILED]
            found.extend(map(_read, told))
    return tuple(each for each in found if each.to or each.why)


def _read(told: Any) -> Undelivered:
    """As `to_field` wrote it; nothing of what another version wrote otherwise."""
    try:
        return Undelivered(str(told["to"]), str(told["why"]), bool(told["late"]))
    except (TypeError, KeyError):
        return Undelivered("")
