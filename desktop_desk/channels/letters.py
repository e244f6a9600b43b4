"""Letters: a mail is written from its template, and put together so that no header can be smuggled in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from email.utils import format_datetime
from importlib.resources import files
from typing import Final

from jinja2 import Template, TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from desktop_desk import __version__
from desktop_desk.desk.letter_settings import LANGUAGES
from desktop_desk.desk.notice_mail import NOTICE
from desktop_desk.desk.outbox import Enclosure, Letter
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.outgoing import AUTOMATIC, KINDS, mail_address, mail_subject, one_header
from desktop_desk.i18n import _

LONGEST = 200_000
"""Characters of a mail that a template may make; a loop in one must not fill the disk."""

VARIABLES = ("number", "subject", "caller", "text", "agent", "department", "office", "resolved")
"""What a template may name."""


class _MessageIds(UnstructuredHeader, BaseHeader):
    """Message-IDs, on a line each, as they are: the library encodes long ones, which no program reads."""

    def fold(self, *, policy: Policy) -> str:
        """As it goes over the line."""
        ids = f"{policy.linesep} ".join(self.split())
        return f"{self.name}: {ids}{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    headers = HeaderRegistry()
    for name in ("references", "in-reply-to"):
        headers.map_to_type(name, _MessageIds)
    return SMTP.clone(header_factory=headers)


_POLICY: Final = _policy()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template filled in; `missing` names what it asks for and nothing knows: such a mail is never sent."""

    subject: str
    body: str
    missing: tuple[str, ...] = ()


def own_template(kind: str, language: str) -> str:
    """The program's template for a kind of mail, in English where it has none in that language."""
    if kind not in {*KINDS, NOTICE}:
        raise ValueError(kind)
    chosen = language if language in LANGUAGES else "en"
    return (
        files("desktop_desk").joinpath("resources", "mail", chosen, f"{kind}.txt").read_text(encoding="utf-8")
    )


def rendered(template: str, values: Mapping[str, str]) -> Rendered:
    """A template filled in: its first line "Subject: …", the rest the text.

    Raises:
        Invalid: it cannot be read, does what a template may not, or names something that is not known.
    """
    found = previewed(template, values)
    if found.missing:
        reason = _("The template asks for {names}, which is not known.").format(
            names=", ".join(found.missing)
        )
        raise Invalid("template", reason, _("It may name: {names}").format(names=", ".join(VARIABLES)))
    return found


def previewed(template: str, values: Mapping[str, str]) -> Rendered:
    """The same for a preview: what is missing stands there as ⟦name⟧, to be shown in red; Invalid as above."""
    missing: list[str] = []

    class Told(Undefined):
        """Stands for a name that is not known, and says so."""

        def __str__(self) -> str:
            name = self._undefined_name or "?"
            missing.append(name)
            return f"⟦{name}⟧"

        def __bool__(self) -> bool:
            missing.append(self._undefined_name or "?")
            return False

    made = _filled(template, values, Told)
    head, _blank, body = made.partition("\n")
    label, colon, subject = head.partition(":")
    if not colon or label.strip().casefold() != "subject":
        reason = _("The first line of a template is “Subject: …”.")
        raise Invalid("template", reason, _("An empty line and the text follow."))
    text = body.strip("\n") + "\n"
    return Rendered(one_header(subject), text, tuple(dict.fromkeys(missing)))


def _filled(template: str, values: Mapping[str, str], undefined: type[Undefined]) -> str:
    environment = SandboxedEnvironment(undefined=undefined, autoescape=False, keep_trailing_newline=True)
    known = {name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in values.items()}
    known["subject"] = one_header(known.get("subject", ""))
    try:
        parsed: Template = environment.from_string(template)
        parts: list[str] = []
        size = 0
        for part in parsed.generate(known):
            size += len(part)
            if size > LONGEST + sum(map(len, known.values())):
                raise Invalid(
                    "template", _("The template makes a mail without end."), _("Take its loop out.")
                )
            parts.append(part)
        return "".join(parts)
    except SecurityError as error:
        raise Invalid("template", _("The template does what templates may not."), str(error)) from error
    except (TemplateError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        raise Invalid("template", _("The template cannot be filled in: {why}").format(why=error)) from error


def composed(letter: Letter, read: Callable[[Enclosure], bytes], now: int) -> EmailMessage:
    """The whole message of a letter; Invalid when its template cannot be filled in."""
    made = rendered(letter.template or own_template(letter.kind, letter.language), letter.values)
    message = EmailMessage(policy=_POLICY)
    sender = letter.mailbox.sender or letter.values.get("office", "")
    message["From"] = _address(sender, mail_address(letter.mailbox.address))
    message["To"] = _address(letter.values.get("caller", ""), letter.to)
    if letter.cc:
        message["Cc"] = tuple(Address(addr_spec=each) for each in letter.cc)
    # A notice to an agent is about no one ticket: an answer to it must not be filed as a caller's.
    message["Subject"] = mail_subject(made.subject, letter.number) if letter.number else made.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(now / 1000, UTC))
    message["Message-ID"] = f"<{letter.message_id}>"
    known = [each for each in letter.references if _is_plain(each)]
    if known:
        message["In-Reply-To"] = f"<{known[-1]}>"
        message["References"] = " ".join(f"<{each}>" for each in known)
    if letter.kind in AUTOMATIC or letter.kind == NOTICE:
        message["Auto-Submitted"] = "auto-replied" if letter.kind == "receipt" else "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message["X-Mailer"] = f"Desktop Desk {__version__}"
    message.set_content(made.body, cte="quoted-printable")
    for file in letter.files:
        main, _slash, sub = (file.mime or "application/octet-stream").partition("/")
        if main in {"message", "multipart"} or not sub:
            main, sub = "application", "octet-stream"
        message.add_attachment(read(file), maintype=main, subtype=sub, filename=one_header(file.name))
    return message


def _is_plain(message_id: str) -> bool:
    """Whether an id from outside may stand in a header as it is."""
    return message_id.isascii() and message_id.isprintable() and not set(message_id) & set(" <>")


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_header(name), addr_spec=address)
