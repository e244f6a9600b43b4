"""One call as it stands in the panel: plain values that a draft can keep and a save can read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from desktop_desk.domain.phones import EXTENSION_DIGITS, shown
from desktop_desk.i18n import _
from desktop_desk.ui.calls.caller_text import read_caller
from desktop_desk.ui.tickets.pending_files import PendingFile, from_draft

RESUMES_WITHIN = 120_000
"""A call whose panel was gone for no longer than this (ms) is taken to be going on still."""


@dataclass(frozen=True, slots=True)
class CallPrefill:
    """What is known of a call before anybody typed: from the telephone, or from the ticket it is about.

    `event` is ring, answer, end or "" (taken by hand); `call_id` is the telephone's own name for the call.
    """

    number: str = ""
    name: str = ""
    event: str = ""
    call_id: str = ""
    direction: str = "in"
    ticket: str = ""
    """The number of the ticket that the call is about, when that was clear from the start."""
    rung: tuple[str, ...] = ()
    """Logins, extensions or names of those whose telephones ring, or who answered; empty: not told."""
    unanswered: bool = False
    """The telephone says itself that nobody took the call."""
    owed: str = ""
    """The call-back that this call makes good."""
    shared: bool = False
    """It comes from a line that rings for the office, not from this agent's own softphone."""
    queue: str = ""
    """The queue or number that was called, as the telephone system names it."""


@dataclass(frozen=True, slots=True)
class TypedCall:
    """Everything about one call that is not saved yet.

    Attributes:
        uid: names the call on this desk, and will name the ticket made of it.
        person: id of the caller who was picked; "" when nobody was.
        caller: the text of the caller line as typed.
        line: the text of "What is it about?" with its # ! @ > words.
        topic: id of the topic that was chosen; "" for none.
        topic_typed: the text of the topic's field, whether it names a topic or not.
        ringing: nobody has answered yet.
        rung: ids of the agents whose telephones ring; empty: not told.
        owed: the call-back that it makes good; "" for none.
        started: ms since the epoch, UTC.
        seconds: how long it lasts or lasted.
        ended: the clock stands still.
        ticket: the number of the ticket that the call will be added to; "" makes a new one.
        adding: the number of the ticket that it is being added to at this moment.
        files: what goes along.
        kept_only: put away with Esc: it comes back when asked for, not by itself.
    """

    uid: str
    number: str = ""
    call_id: str = ""
    direction: str = "in"
    person: str = ""
    person_name: str = ""
    caller: str = ""
    line: str = ""
    details: str = ""
    topic: str = ""
    topic_typed: str = ""
    outcome: str = ""
    call_back: str = ""
    call_back_for: str = ""
    ringing: bool = False
    rung: tuple[str, ...] = ()
    owed: str = ""
    started: int = 0
    seconds: int = 0
    ended: bool = False
    ticket: str = ""
    adding: str = ""
    kept_only: bool = False
    files: tuple[PendingFile, ...] = ()

    @property
    def empty(self) -> bool:
        """Nobody typed or picked anything, and no telephone knows of it."""
        return self.untouched and not (self.person or self.caller.strip() or self.number or self.call_id)

    @property
    def untouched(self) -> bool:
        """Nobody took anything down, whatever the telephone knows of the caller."""
        typed = (self.line, self.details, self.topic, self.topic_typed, self.outcome, self.call_back)
        return not any(text.strip() for text in typed) and not self.files

    @property
    def internal(self) -> bool:
        """The number is one of the office's own extensions: it belongs to no caller."""
        digits = "".join(filter(str.isdecimal, self.number))
        plain = not self.number.strip().startswith(("+", "0")) and "@" not in self.number
        return plain and 0 < len(digits) <= EXTENSION_DIGITS

    @property
    def withheld(self) -> bool:
        """The telephone tells a word such as "anonymous" in the place of a number."""
        return bool(self.number) and "@" not in self.number and not any(map(str.isdigit, self.number))

    @property
    def contact(self) -> str:
        """What stands beside the name of a caller who was picked: a number or an address."""
        return self.caller.removeprefix(self.person_name).strip(" ·")

    def who(self, region: str) -> str:
        """The caller in a few words, a number as in that country; "" when nothing is known."""
        typed = read_caller(self.caller)
        known = self.person_name or typed.name or self.caller.strip()
        told = _("number withheld") if self.withheld else shown(self.number, region)
        return known or told or _first_words(self.line) or _first_words(self.details)

    def as_draft(self) -> dict[str, Any]:
        """JSON values by name."""
        return asdict(self)

    @classmethod
    def from_draft(cls, content: Mapping[str, Any], *, kept: int, now: int) -> "TypedCall":
        """The call of a draft; its clock goes on when it was kept just now, else stands at what was kept."""
        names = {field.name for field in fields(cls)} - {"files", "rung"}
        known = {name: content[name] for name in names & content.keys()}
        call = cls(**known, rung=tuple(content.get("rung", ())), files=from_draft(content))
        if call.ringing:
            return replace(call, ringing=now - kept <= RESUMES_WITHIN, ended=now - kept > RESUMES_WITHIN)
        if not call.ended:
            call = replace(call, seconds=max(0, (now - call.started) // 1000))
        if not call.ended and now - kept > RESUMES_WITHIN:
            return replace(call, seconds=max(0, (kept - call.started) // 1000), ended=True)
        return call


def _first_words(line: str) -> str:
    """As much of a line as tells one call from another."""
    words = line.split()
    return " ".join(words[:5]) + (" …" if len(words) > 5 else "")
