"""Where mails lie as files: .eml, mbox, folders of them (also Maildir), and Outlook's .msg."""

import hashlib
import mailbox
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final

from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.mail import LARGEST_MAIL
from desktop_desk.i18n import _

MOST_READ: Final = LARGEST_MAIL + 1
"""Bytes of a mail that are read at most: one more than a desk keeps tells that it is too large."""

_MESSAGE_ID: Final = 0x1035
"""Outlook's number for the field that holds a mail's Message-ID."""

_HIDDEN = (".", "dovecot", "maildirfolder")
_NOT_MAILS = frozenset({"source.txt", "readme.md", ".gitattributes"})


@dataclass(frozen=True, slots=True)
class Found:
    """A mail's bytes and where they lay; `why`: what kept them from being read, then there are none."""

    where: str
    raw: bytes
    why: str = ""


def mails_in(paths: Iterable[Path]) -> Iterator[Found]:
    """Every mail in these files and folders, one after the other.

    Raises:
        Invalid: there is no such file or folder.
    """
    for path in paths:
        if path.is_dir():
            for file in _files_below(path):
                yield from _of_file(file)
        elif path.exists():
            yield from _of_file(path)
        else:
            raise Invalid(
                "path", _("There is no file or folder {path}.").format(path=path), _("Check the spelling.")
            )


def _files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and those below it, by name; a Maildir's `tmp` holds what is not there yet."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "tmp" and not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(_HIDDEN) and name.casefold() not in _NOT_MAILS:
                yield Path(place) / name


def _of_file(path: Path) -> Iterator[Found]:
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        yield Found(str(path), b"", _("It cannot be read: {why}.").format(why=error.strerror or error))
        return
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        yield _of_outlook(path)
    elif start.startswith(b"From ") and path.suffix.casefold() not in {".eml"}:
        yield from _of_mbox(path)
    else:
        yield _whole(path)


def _whole(path: Path) -> Found:
    try:
        with path.open("rb") as file:
            return Found(str(path), file.read(MOST_READ))
    except OSError as error:
        return Found(str(path), b"", _("It cannot be read: {why}.").format(why=error.strerror or error))


def _of_mbox(path: Path) -> Iterator[Found]:
    """The mails of an mbox file; its "From " lines in texts are taken back."""
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            with box.get_file(key) as file:
                raw = file.read(MOST_READ)
            yield Found(f"{path}:{number}", raw.replace(b"\n>From ", b"\nFrom "))
    finally:
        box.close()


def _of_outlook(path: Path) -> Found:
    """An Outlook message as a mail; what Outlook keeps of its headers is taken over."""
    try:
        if path.stat().st_size > LARGEST_MAIL:
            return _whole(path)
        return Found(str(path), outlook_as_mail(path.read_bytes()))
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        return Found(
            str(path), _whole(path).raw, _("Outlook's file cannot be read: {why}.").format(why=error)
        )


def outlook_as_mail(body: bytes) -> bytes:
    """The bytes of a .msg file as those of a mail; of the same file always the same bytes.

    Raises:
        ValueError, OSError and their like: it is none, or broken.
    """
    import io  # noqa: PLC0415

    from oxmsg import Message  # noqa: PLC0415  only Outlook's files need it

    found: Any = Message.load(io.BytesIO(body))
    sha = hashlib.sha256(body).hexdigest()
    mail = EmailMessage()
    headers: dict[str, str] = {
        str(key).casefold(): str(value) for key, value in found.message_headers.items()
    }
    for name in ("Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Reply-To"):
        if headers.get(name.casefold()):
            mail[name] = " ".join(headers[name.casefold()].split())
    mail["From"] = " ".join((headers.get("from") or found.sender or "").split()) or "unknown"
    mail["Subject"] = " ".join((found.subject or "").split())
    if headers.get("date"):
        mail["Date"] = " ".join(headers["date"].split())
    elif found.sent_date:
        mail["Date"] = format_datetime(found.sent_date)
    mail.set_content(found.body or "")
    if found.html_body:
        mail.add_alternative(str(found.html_body), subtype="html")
    for file in found.attachments:
        kind, _slash, sub = (file.mime_type or "application/octet-stream").partition("/")
        mail.add_attachment(
            file.file_bytes or b"", maintype=kind, subtype=sub or "octet-stream", filename=file.file_name
        )
    if "Message-ID" not in mail:
        # A mail that never left its server has no id; its file's sum stands for one, so that it is known again.
        told = str(found.properties.str_prop_value(_MESSAGE_ID) or "")
        mail["Message-ID"] = " ".join(told.split()) or f"<{sha}@outlook.file>"
    for place, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=={sha[:32]}-{place}")
    return mail.as_bytes()
