"""Translated text for every front end, by gettext, with no Qt.

English is the text in the source, so a missing catalogue shows English. The language is the one that
the environment names (`LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`) when the first text is asked for.
"""

import gettext as _gettext
from functools import cache
from pathlib import Path

DOMAIN = "desktop_desk"


@cache
def _catalogue() -> _gettext.NullTranslations:
    folder = Path(__file__).parent / "resources" / "translations"
    return _gettext.translation(DOMAIN, folder, fallback=True)


def _(message: str) -> str:
    """The message in the user's language; the message itself where no translation is known."""
    # gettext answers "" with the catalogue's header, which nobody wants to see on a screen.
    return _catalogue().gettext(message) if message else ""


def N_(message: str) -> str:  # noqa: N802  the name that the extraction tools know
    """The message unchanged: marks a constant's text for the catalogues; `_` translates it when shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of the message that fits `count` in the user's language; `count` is not filled in."""
    return _catalogue().ngettext(singular, plural, count)
