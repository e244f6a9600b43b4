"""Passwords and sign-ins of mailboxes: in the keyring of the computers where somebody gave them; never in the desk.

What no keyring keeps is known until the program ends, in its memory only.
"""

import os
from contextlib import suppress
from functools import cache
from typing import Final

from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

SERVICE: Final = "desktop-desk mail"
VARIABLE: Final = "DESKTOP_DESK_MAIL_PASSWORD"
"""The environment variable that stands for the keyring, for commands on machines without one."""

SIGN_INS: Final = "desktop-desk mail sign-in"
SIGN_IN_VARIABLE: Final = "DESKTOP_DESK_MAIL_TOKEN"
"""The same for a mailbox that signs in by a token: it holds the refresh token."""


def password_of(mailbox: Mailbox) -> str:
    """What this computer keeps for a mailbox: its password, or the refresh token of its sign-in; "" for nothing."""
    if mailbox.auth == "token":
        return _kept(SIGN_INS, SIGN_IN_VARIABLE, mailbox)
    return _kept(SERVICE, VARIABLE, mailbox)


def _kept(service: str, variable: str, mailbox: Mailbox) -> str:
    given = os.environ.get(variable)
    if given is not None:
        return given
    import keyring  # noqa: PLC0415  loads the system's keyring, which takes its time
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError):
        if found := keyring.get_password(service, mailbox.uid):
            return found
    return _until_the_end().get((service, mailbox.uid), "")


@cache
def _until_the_end() -> dict[tuple[str, str], str]:
    """What no keyring kept: like the environment it belongs to the process, whose threads all send and fetch by it."""
    return {}


def keep_password(mailbox: Mailbox, password: str) -> None:
    """Keep the password of a mailbox on this computer; StorageUnavailable where it is known for this run only."""
    _keep(SERVICE, VARIABLE, mailbox, password)


def keep_sign_in(mailbox: Mailbox, refresh: str) -> None:
    """Keep the refresh token of a sign-in on this computer; StorageUnavailable where it is known for this run only."""
    _keep(SIGN_INS, SIGN_IN_VARIABLE, mailbox, refresh)


def _keep(service: str, variable: str, mailbox: Mailbox, secret: str) -> None:
    import keyring  # noqa: PLC0415  as above
    from keyring.errors import KeyringError, NoKeyringError  # noqa: PLC0415

    try:
        keyring.set_password(service, mailbox.uid, secret)
    except KeyringError as error:
        _until_the_end()[service, mailbox.uid] = secret
        if isinstance(error, NoKeyringError):
            reason = _("This computer has no keyring that keeps the password.")
            advice = _(
                "Install one (on Debian and Ubuntu gnome-keyring or KWallet), or give the password in {variable}."
            )
        else:
            reason = _("This computer's keyring cannot keep the password: {why}").format(why=error)
            advice = _("Unlock it, or give the password in {variable}.")
        raise StorageUnavailable("failed", reason, advice.format(variable=variable)) from error
    _until_the_end().pop((service, mailbox.uid), None)
