"""What a person may choose from, where a word was none of it."""

from collections.abc import Iterable

from desktop_desk.i18n import _


def one_of(names: Iterable[str]) -> str:
    """The advice to a word that is not known."""
    return _("Use one of: {names}.").format(names=", ".join(names))
