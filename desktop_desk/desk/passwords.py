"""Passwords: what makes and compares their hashes, and which are good enough."""

from typing import Protocol

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

SHORTEST_PASSWORD = 8


class Passwords(Protocol):
    """Makes and compares password hashes; slow on purpose."""

    def made(self, password: str) -> str:
        """A salted hash."""
        ...

    def fits(self, kept: str, password: str) -> bool:
        """Whether a password is the one that a hash was made of."""
        ...


def good_password(password: str) -> str:
    """The password, or Invalid when it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(
            "password",
            _("The password has fewer than {n} characters.").format(n=SHORTEST_PASSWORD),
            _("A sentence is a good password."),
        )
    return password
