"""A request as its sender filled it in, and what of it can be taken."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from desktop_desk.desk.texts import one_line, plain_text
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

LONGEST_NAME: Final = 200
LONGEST_EMAIL: Final = 254
LONGEST_PHONE: Final = 60
LONGEST_REQUEST: Final = 100_000

_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")


@dataclass(frozen=True, slots=True)
class RequestForm:
    """A request as its sender filled it in; `topic` is an id or ""."""

    subject: str
    text: str
    topic: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


def checked(form: RequestForm) -> RequestForm:
    """The form as it is taken: names and addresses on one line, nothing too long.

    Raises:
        Invalid: names the first field that cannot be taken.
    """
    kept, problems = _kept(form)
    if problems:
        raise problems[0]
    return kept


def problems_of(form: RequestForm) -> tuple[Invalid, ...]:
    """All that must be changed before the form can be taken, one for each field, from top to bottom."""
    return _kept(form)[1]


def _kept(form: RequestForm) -> tuple[RequestForm, tuple[Invalid, ...]]:
    problems: list[Invalid] = []
    kept: dict[str, str] = {}
    for field, keep in _FIELDS.items():
        try:
            kept[field] = keep(getattr(form, field))
        except Invalid as error:
            problems.append(error)
            kept[field] = ""
    if not (form.email.strip() or form.phone.strip()):
        reason = _("An e-mail address or a phone number is needed.")
        problems.append(Invalid("email", reason, _("With it you can see later how your request stands.")))
    return RequestForm(**kept), tuple(problems)


def _name(text: str) -> str:
    return " ".join(plain_text(short(text, "name", LONGEST_NAME), "name").split())


def _email(text: str) -> str:
    email = " ".join(plain_text(short(text, "email", LONGEST_EMAIL), "email").split())
    if email and _EMAIL.fullmatch(email) is None:
        raise Invalid("email", _("This is no e-mail address."), _("It looks like name@example.org."))
    return email


def _phone(text: str) -> str:
    phone = " ".join(plain_text(short(text, "phone", LONGEST_PHONE), "phone").split())
    if phone and sum(letter.isdigit() for letter in phone) < 3:
        raise Invalid("phone", _("This is no phone number."), _("Give it with its digits."))
    return phone


_FIELDS: Final[dict[str, Callable[[str], str]]] = {
    "subject": lambda text: one_line(text, "subject"),
    "topic": lambda text: text[:64],
    "text": lambda text: plain_text(short(text, "text"), "text", required=True),
    "name": _name,
    "email": _email,
    "phone": _phone,
}


def short(text: str, field: str, most: int = LONGEST_REQUEST) -> str:
    """The text; Invalid when it is longer than that."""
    if len(text) > most:
        raise Invalid(field, _("This is longer than {n} characters.").format(n=most), _("Shorten it."))
    return text
