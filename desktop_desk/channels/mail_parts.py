"""The parts of a mail: its text, its files, what it reports; never deeper or more than a person would send."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import TYPE_CHECKING, Any, Final, cast

from desktop_desk.channels.mail_html import text_of_html
from desktop_desk.channels.mail_sealed import signed_content
from desktop_desk.channels.mail_tnef import KINDS as PACKED
from desktop_desk.channels.mail_tnef import packed_files
from desktop_desk.channels.mail_words import RawHeaders, header_text, text_of
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.attachments import LARGEST, size_text
from desktop_desk.i18n import _

DEEPEST: Final = 20
MOST_NESTED: Final = 60
"""So many multiparts are read as such: more are made to break readers, and are shown as they stand."""

MOST_BOUNDARIES: Final = 20_000
MOST_LINES: Final = 1_000_000
MOST_ENVELOPES: Final = 3
MOST_HTML: Final = 4_000_000
MOST_PARTS: Final = 200
MOST_FILES: Final = 100
LONGEST_TEXT: Final = 1_000_000
_NEW_WORDS = 0.1
_LONGEST_STUB = 30

_SEALS = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_ENVELOPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENCRYPTED = _ENVELOPES | {"application/pgp-encrypted"}
_MULTIPART = re.compile(rb"content-type:\s*multipart/", re.I)
_READ = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
_REPORTS = frozenset(
    {"message/delivery-status", "message/feedback-report", "message/disposition-notification"}
)
if TYPE_CHECKING:
    AnyMail = Message[Any, Any]
else:
    AnyMail = Message


@dataclass
class Parts:
    """What was found in a mail; `about` are headers of the mail that a report is about.

    `opened` envelopes and `html` characters were read so far: both take their time, and a mail may hold any number.
    """

    texts: list[str] = field(default_factory=list[str])
    files: list[Attachment] = field(default_factory=list[Attachment])
    remarks: list[str] = field(default_factory=list[str])
    about: list[AnyMail] = field(default_factory=list[AnyMail])
    reports: list[str] = field(default_factory=list[str])
    encrypted: bool = False
    opened: int = 0
    html: int = 0

    @property
    def text(self) -> str:
        """All text, one part below the other."""
        return "\n\n".join(part for part in self.texts if part.strip())[:LONGEST_TEXT]


def parts_of(message: AnyMail) -> Parts:
    """Read a mail's parts."""
    found = Parts()
    is_report = message.get_content_type() == "multipart/report"
    for seen, (part, is_said) in enumerate(_leaves(message, found), 1):
        if seen > MOST_PARTS:
            found.remarks.append(_("It has more parts than are shown."))
            break
        _take(part, found, is_report=is_report, is_said=is_said)
    return found


def _leaves(message: AnyMail, found: Parts) -> Iterator[tuple[AnyMail, bool]]:
    """The parts that hold something, each with whether its text is said by another one that it is an alternative to."""
    waiting: list[tuple[AnyMail, int, bool]] = [(message, 0, False)]
    while waiting:
        part, depth, is_said = waiting.pop()
        if part.get_content_type() == "multipart/encrypted":
            found.encrypted = True
        signed = _signed_within(part) if found.opened < MOST_ENVELOPES else None
        if signed is not None:
            found.opened += 1
            waiting.append((signed, depth + 1, is_said))
            continue
        inner: Any = part.get_payload()
        if not part.get_content_type().startswith("multipart/") or not isinstance(inner, list):
            yield part, is_said
            continue
        if depth >= DEEPEST:
            found.remarks.append(_("Parts inside of parts inside of parts are not shown."))
            continue
        # Whatever is too many is never looked at.
        children = _inner(part)[: MOST_PARTS + 1]
        chosen = _chosen(children) if part.get_content_type() == "multipart/alternative" else None
        waiting.extend(
            (child, depth + 1, is_said or (chosen is not None and child is not chosen))
            for child in reversed(children)
            if chosen is None or child is chosen or _holds_files(child)
        )


def is_too_much(raw: bytes) -> bool:
    """Whether a mail has more parts or lines than the parser can be let go through: each takes time and memory."""
    return (
        len(_MULTIPART.findall(raw)) > MOST_NESTED
        or raw.count(b"\n--") > MOST_BOUNDARIES
        or raw.count(b"\n") > MOST_LINES
    )


def _signed_within(part: AnyMail) -> AnyMail | None:
    """The mail that lies in a sealed envelope which anybody may open; None for any other part."""
    if part.get_content_type() not in _ENVELOPES:
        return None
    content = signed_content(decoded(part))
    if not content or is_too_much(content):
        return None
    return message_from_bytes(content, policy=RawHeaders())


def _chosen(children: Sequence[AnyMail]) -> AnyMail | None:
    """Of alternatives, plain text that says something; None where the others have to say it."""
    plain = (child for child in children if child.get_content_type() == "text/plain" and not _name(child))
    found = next((child for child in plain if _words(child).strip()), None)
    said = _words(found) if found is not None else ""
    if not 0 < len(said.split()) <= _LONGEST_STUB:
        return found
    html = next((child for child in children if _main(child).get_content_type() == "text/html"), None)
    return html if html is not None and _stands_in_for(said, html) else found


def _main(part: AnyMail) -> AnyMail:
    """The part itself; of one with its pictures, the one that shows them."""
    inner = _inner(part) if part.get_content_type() == "multipart/related" else []
    return inner[0] if inner else part


def _stands_in_for(stub: str, html: AnyMail) -> bool:
    """Whether a few words only tell that something cannot be shown, and this part is what it is."""
    words = text_of_html(_words(_main(html)))
    return len(words.split()) > 2 * len(stub.split()) and not _says_nothing_new(stub, words)


def _holds_files(part: AnyMail) -> bool:
    """Whether an alternative that is not shown holds something that the shown one cannot."""
    kind = part.get_content_type()
    return kind not in _READ or bool(_name(part))


def _take(part: AnyMail, found: Parts, *, is_report: bool, is_said: bool) -> None:
    kind = part.get_content_type()
    if kind in _SEALS:
        return
    if kind in _ENCRYPTED:
        found.encrypted = True
    name = _name(part)
    is_file = part.get_content_disposition() == "attachment" or (bool(name) and not kind.startswith("text/"))
    if kind in _REPORTS or kind == "text/rfc822-headers":
        _take_report(part, found)
    elif kind == "message/rfc822" and is_report:
        found.about += _inner(part)
    elif (kind in _READ or kind.startswith("multipart/")) and not is_file:
        _take_text(part, found, name, kind, is_said=is_said)
    else:
        _take_file(part, found, name or _named_by(part), kind)


def _take_text(part: AnyMail, found: Parts, name: str, kind: str, *, is_said: bool) -> None:
    if name and (is_said or any(map(str.strip, found.texts))):
        _take_file(part, found, name, kind)
    elif not is_said:
        words = _words(part)
        if kind == "text/html":
            words = words[: max(0, MOST_HTML - found.html)]
            found.html += len(words)
            words = text_of_html(words)
        # Some programs put both beside each other, as if they said different things.
        is_twin = kind == "text/html" and len(found.texts) == 1
        if not is_twin or not _says_nothing_new(words, found.texts[0]):
            found.texts.append(words)


def _says_nothing_new(words: str, text: str) -> bool:
    """Whether nearly each word stands in a text already."""
    own, known = (set(each.casefold().split()) for each in (words, text))
    return len(own - known) <= len(own) * _NEW_WORDS


def _take_report(part: AnyMail, found: Parts) -> None:
    """What a report says, and of what mail."""
    inner = _inner(part)
    said = "\n".join(f"{key}: {header_text(value)}" for block in inner for key, value in block.items())
    if not inner:
        said = _words(part)
    if part.get_content_type() == "text/rfc822-headers":
        from email import message_from_string  # noqa: PLC0415

        found.about.append(message_from_string(said[:LONGEST_TEXT]))
    else:
        found.reports.append(said)


def _take_file(part: AnyMail, found: Parts, name: str, kind: str) -> None:
    if len(found.files) >= MOST_FILES:
        found.remarks.append(_("“{name}” stayed in the mail: it has too many files.").format(name=name))
        return
    body = _file_bytes(part)
    packed = packed_files(body) if kind in PACKED else ()
    if packed:
        found.files += [Attachment(each.body, each.name or name, _kind_of(each.name)) for each in packed]
        del found.files[MOST_FILES:]
    elif len(body) > LARGEST:
        size = size_text(len(body))
        found.remarks.append(_("“{name}” ({size}) stayed in the mail.").format(name=name, size=size))
    elif body or name:
        found.files.append(Attachment(body, name, kind))


def _inner(part: AnyMail) -> list[AnyMail]:
    inner: Any = part.get_payload()
    children = cast("list[AnyMail | str]", inner) if isinstance(inner, list) else []
    return [child for child in children if not isinstance(child, str)]


def _file_bytes(part: AnyMail) -> bytes:
    inner = _inner(part)
    if not inner:
        return decoded(part)
    try:
        return b"\n".join(child.as_bytes() for child in inner)
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError, KeyError):
        return b"\n".join(str(child.get_payload()).encode("utf-8", "replace") for child in inner)


def decoded(part: AnyMail) -> bytes:
    """The bytes of a part, its transfer encoding taken away as far as it is one."""
    try:
        body: Any = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
        body = None
    if isinstance(body, bytes):
        return body
    raw: Any = part.get_payload()
    return raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""


def _words(part: AnyMail) -> str:
    try:
        charset = part.get_param("charset")
    except (ValueError, LookupError, TypeError):
        charset = None
    told = charset[2] if isinstance(charset, tuple) else charset
    words = text_of(decoded(part)[: LONGEST_TEXT * 4], str(told) if told else None)
    return words.replace("\r\n", "\n").replace("\r", "\n")


def _name(part: AnyMail) -> str:
    """What a part calls its file; "" for no name."""
    try:
        return header_text(part.get_filename())
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _kind_of(name: str) -> str:
    import mimetypes  # noqa: PLC0415

    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _named_by(part: AnyMail) -> str:
    """A name for a file that has none: by what it is."""
    import mimetypes  # noqa: PLC0415

    kind = part.get_content_type()
    if kind == "text/calendar":
        return f"{_('invitation')}.ics"
    if kind == "message/rfc822":
        inner = _inner(part)
        subject = header_text(inner[0].get("Subject")) if inner else ""
        return f"{subject[:80] or _('mail')}.eml"
    sub = kind.partition("/")[2]
    ending = mimetypes.guess_extension(kind) or (f".{sub}" if sub.isalnum() and len(sub) < 6 else ".bin")
    stem = _("picture") if kind.startswith("image/") else _("file")
    return f"{stem}{ending}"
