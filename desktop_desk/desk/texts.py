"""Texts that people give: what of them is kept, and how long they may be."""

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

LONGEST_SUBJECT = 300
LONGEST_TEXT = 4_000_000


def plain_text(text: str, field: str, *, required: bool = False) -> str:
    """Text as it is kept: without NUL and broken characters, not longer than a desk takes.

    Raises:
        Invalid: it is blank though required, or too long.
    """
    kept = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()
    if required and not kept:
        raise Invalid(field, _("There is no text."), _("Type something first."))
    if len(kept) > LONGEST_TEXT:
        raise Invalid(
            field, _("The text is longer than {n} characters.").format(n=LONGEST_TEXT), _("Shorten it.")
        )
    return kept


def one_line(text: str, field: str) -> str:
    """A subject or name: one line, not blank.

    Raises:
        Invalid: it is blank or too long.
    """
    kept = " ".join(plain_text(text, field).split())
    if not kept:
        raise Invalid(field, _("One line of text is needed."), _("Say in a few words what it is about."))
    if len(kept) > LONGEST_SUBJECT:
        raise Invalid(
            field,
            _("The line is longer than {n} characters.").format(n=LONGEST_SUBJECT),
            _("Put the rest into the details."),
        )
    return kept
