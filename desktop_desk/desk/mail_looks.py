"""What was found at the last look into a mailbox: kept with this desk file, for every window and command to tell."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.ports import Store
from desktop_desk.i18n import _

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
    """Whether a copy fetches a mailbox by itself."""
    return box.active and bool(box.imap_host) and fetcher_of(directory, box, own) == own


def fetcher_of(directory: Directory, box: Mailbox, own: str) -> str | None:
    """The copy that fetches a mailbox: the one named there, the only one, else the first of all; None for nobody."""
    if box.replica:
        return box.replica
    trusted = [copy for copy in directory.replicas if copy.cutoff is None]
    if all(copy.uid == own for copy in trusted):
        return own
    first = [copy.uid for copy in trusted if copy.code == ""]
    return first[0] if len(first) == 1 else None


def fetcher_words(directory: Directory, box: Mailbox) -> str:
    """Which copy of the desk fetches a mailbox, for people; "" for one that only sends."""
    if not box.imap_host:
        return ""
    if not box.replica and sum(copy.cutoff is None for copy in directory.replicas) <= 1:
        return _("the only copy")
    uid = fetcher_of(directory, box, "")
    return directory.name_of(uid) or _("another copy") if uid else _("nobody")


def _note(box: Mailbox) -> str:
    return f"mail_look {box.uid}"
