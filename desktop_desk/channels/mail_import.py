"""Mails into the desk: read, filed, counted. What was read is always what became of it, added up."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop_desk.channels.mail_reading import read_mail, source_text
from desktop_desk.channels.mail_sources import Found, mails_in
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.mail_room import MailRoom
from desktop_desk.desk.mail_views import Filed, IncomingMail
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _

AT_ONCE = 25
"""So many mails are made durable together; each is an act of its own."""

Progress = Callable[[int, int], None]


@dataclass
class Tally:
    """What became of the mails that were read; `where` and `why` of those in quarantine."""

    read: int = 0
    tickets: int = 0
    replies: int = 0
    duplicates: int = 0
    ignored: int = 0
    quarantined: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    numbers: list[str] = field(default_factory=list[str])

    def add(self, filed: Filed) -> None:
        """Count one mail."""
        self.read += 1
        match filed.became:
            case "ticket":
                self.tickets += 1
            case "reply":
                self.replies += 1
            case "duplicate":
                self.duplicates += 1
            case "ignored":
                self.ignored += 1
            case "quarantined":
                self.quarantined.append((filed.where, filed.why))
        if filed.number and filed.became in {"ticket", "reply"}:
            self.numbers.append(filed.number)

    def include(self, other: "Tally") -> None:
        """Add up with what came from elsewhere."""
        self.read += other.read
        self.tickets += other.tickets
        self.replies += other.replies
        self.duplicates += other.duplicates
        self.ignored += other.ignored
        self.quarantined += other.quarantined
        self.numbers += other.numbers


def import_mails(
    desk: Desk, paths: Iterable[Path], progress: Progress | None = None, told: Callable[[Filed], None] | None = None
) -> Tally:  # fmt: skip
    """Take in every mail in these files and folders; a second time they are all duplicates.

    Args:
        progress: told how many were read so far, after each batch that is durable; raise from it to stop there.
        told: given what became of each mail.

    Raises:
        Invalid: there is no such file or folder.
        NotAllowed: the agent may open no tickets.
    """
    room = desk.mail_room()
    tally = Tally()
    batch: list[Found] = []
    for found in mails_in(paths):
        batch.append(found)
        if len(batch) >= AT_ONCE:
            _take_all(room, batch, tally, told)
            batch.clear()
            if progress:
                progress(tally.read, 0)
    _take_all(room, batch, tally, told)
    return tally


def take_mail(
    room: MailRoom, found: Found, *, mailbox: str = "", guarded: bool = False,
    beside: Callable[[], None] | None = None,
) -> Filed:  # fmt: skip
    """File one mail, or put it into quarantine; `beside` writes something in the same transaction."""
    mail, why = _read(found, room.now())
    if beside is None:
        filed = room.take(found.raw, mail, why=why, mailbox=mailbox, guarded=guarded, where=found.where)
    else:
        with room.together():
            filed = room.take(found.raw, mail, why=why, mailbox=mailbox, guarded=guarded, where=found.where)
            beside()
    return replace(filed, subject=mail.subject) if mail is not None else filed


def _take_all(
    room: MailRoom, batch: Iterable[Found], tally: Tally, told: Callable[[Filed], None] | None
) -> None:
    with room.together():
        filed = [take_mail(room, found) for found in batch]
    # Counted only now: a batch that could not be written was not read.
    for each in filed:
        tally.add(each)
        if told:
            told(each)


def _read(found: Found, now: int) -> tuple[IncomingMail | None, str]:
    if found.why:
        return None, found.why
    if not found.raw.strip():
        return None, _("It is empty.")
    try:
        return read_mail(found.raw, now), ""
    except ValueError as error:
        return None, str(error)


def release_mail(desk: Desk, uid: str, to: str = "") -> Filed:
    """File a mail that was ignored or put into quarantine: on the ticket that it belongs to, or a new one.

    Args:
        to: the number of the ticket that a person chose for it.

    Raises:
        NotFound: it or the ticket is not there, or it was filed meanwhile.
        Invalid: it cannot be read as a mail.
        NotAllowed: the agent may open no tickets.
    """
    room = desk.mail_room()
    if desk.store.mails.by_uid(EntityId(uid)) is None:
        raise NotFound(_("There is no such mail."))
    raw = b"".join(desk.open_attachment(uid))
    mail, _why = _read(Found("", raw), room.now())
    if mail is None:
        # A person wants it all the same: then what it holds is its text.
        mail = IncomingMail(uid, text=source_text(raw))
    return room.file_after_all(EntityId(uid), raw, mail, desk.actor.uid, to)


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """A mail that came in, to be looked at: as it reads (None where it is no mail), its headers, all of it as text."""

    mail: IncomingMail | None
    headers: str
    source: str


def open_mail(desk: Desk, uid: str) -> OpenedMail:
    """A mail that came in, filed or not, opened without filing it.

    Raises:
        NotFound: it is not there, was removed for good, or is still on another computer.
    """
    raw = b"".join(desk.open_attachment(uid))
    mail, _why = _read(Found("", raw), int(time.time() * 1000))
    source = source_text(raw).replace("\r\n", "\n")
    headers = source.partition("\n\n")[0]
    return OpenedMail(mail, headers, source)


def mail_as_text(desk: Desk, uid: str) -> str:
    """The raw message of a mail, to be looked at."""
    return source_text(b"".join(desk.open_attachment(uid)))
