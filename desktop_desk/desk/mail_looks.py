"""What was found at the last look into a mailbox: kept with this desk file, for every window and command to tell."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.ports import Store

LookState = Literal["good", "away", "refused", "failed"]
"""The server answered; nobody did; a person must put something right first; this desk could not take the mails in."""

SAY_AGAIN_MS = 10 * 60_000
"""A look that found what the one before had found is written down after so long: not each minute."""

_STATES = ("good", "away", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Look:
    """A look into a mailbox; times in ms.

    Attributes:
        at: when it was; since: when that was first found; good: the last one that found the server well, 0 for none.
        said: why it was none of the good ones, for people.
    """

    at: int
    state: LookState = "good"
    since: int = 0
    good: int = 0
    said: str = ""


def look_of(store: Store, box: Mailbox) -> Look | None:
    """The last look into a mailbox that was written down; None when there was none. Within a reading."""
    try:
        told = json.loads(store.log.note(_note(box)) or "null")
        look = Look(int(told["at"]), told["state"], int(told["since"]), int(told["good"]), str(told["said"]))
    except (ValueError, TypeError, KeyError):
        return None
    return look if look.state in _STATES else None


def keep_look(store: Store, box: Mailbox, state: LookState, said: str, now: int) -> Look:
    """Write down what was found now; gives it as it stands beside what was found before."""
    before = look_of(store, box)
    same = before is not None and before.state == state and before.said == said
    since = before.since if before is not None and before.state == state else now
    good = now if state == "good" else before.good if before is not None else 0
    look = Look(now, state, since, good, said)
    if not same or before is None or not 0 <= now - before.at < SAY_AGAIN_MS:
        with store.writing():
            store.log.keep_note(_note(box), json.dumps(asdict(look)))
    return look


def is_fetched_by(directory: Directory, box: Mailbox, own: str) -> bool:
    """Whether a copy fetches a mailbox by itself: it is named there, or is the only copy that there is."""
    if not box.active or not box.imap_host:
        return False
    if box.replica:
        return box.replica == own
    return all(copy.uid == own for copy in directory.replicas if copy.cutoff is None)


def _note(box: Mailbox) -> str:
    return f"mail_look {box.uid}"
