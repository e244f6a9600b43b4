"""How a call can end, in the order of their digits."""

from desktop_desk.i18n import N_

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("solved", N_("Solved on the call")),
    ("opened", N_("Ticket opened")),
    ("added", N_("Added to a ticket")),
    ("passed_on", N_("Passed on")),
    ("message_taken", N_("Message taken")),
    ("call_back", N_("Call-back promised")),
    ("no_answer", N_("No answer, left a message")),
    ("wrong_number", N_("Wrong number or spam")),
    ("hung_up", N_("Caller hung up")),
)
"""What is stored, and what people read."""


def outcome_of(*, chosen: str, resolve: bool, attached: bool, call_back: bool) -> str:
    """What was chosen; where nothing was, what happened to the call."""
    if chosen:
        return chosen
    if call_back:
        return "call_back"
    if resolve:
        return "solved"
    return "added" if attached else "opened"
