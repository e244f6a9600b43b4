"""Recovery codes: a desk's key as a row of letters to print and lock away.

The key of an encrypted desk is made of its code, so that the code alone opens the file, even without its sidecar.
"""

import hashlib
import secrets
from typing import Final

from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.storage.sealing import derived

LETTERS: Final = "ACDEFGHJKMNPQRTUVWXY"
"""Letters that look like no other letter and like no digit."""

SECRET_LETTERS: Final = 32
"""20 letters to choose from, 32 times: 138 bits."""

CHECK_LETTERS: Final = 3
GROUP: Final = 5


def new_code() -> str:
    """A code that nobody can guess: seven groups of five letters."""
    secret = "".join(secrets.choice(LETTERS) for _place in range(SECRET_LETTERS))
    return _grouped(secret + _check(secret))


def key_of_code(code: str) -> bytes:
    """The 32 bytes of the key that a code stands for, however it was typed; Invalid for a mistyped one."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    secret, check = letters[:SECRET_LETTERS], letters[SECRET_LETTERS:]
    if (
        len(letters) != SECRET_LETTERS + CHECK_LETTERS
        or set(letters) - set(LETTERS)
        or _check(secret) != check
    ):
        raise Invalid(
            "recovery",
            _("This is no recovery code: a letter is wrong, missing or too many."),
            _("It has seven groups of five letters, and no digits."),
        )
    return derived(secret.encode("ascii"), "raw key")


def _check(secret: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"recovery code {secret}".encode()).digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(CHECK_LETTERS))


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
