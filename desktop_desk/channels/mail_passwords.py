"""Passwords and sign-ins of mailboxes: in the keyring of the computers where somebody gave them; never in the desk."""

import os
from contextlib import suppress
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
        return keyring.get_password(service, mailbox.uid) or ""
    return ""


def keep_password(mailbox: Mailbox, password: str) -> None:
    """Keep the password of a mailbox on this computer; StorageUnavailable where the system has no keyring."""
    _keep(SERVICE, VARIABLE, mailbox, password)


def keep_sign_in(mailbox: Mailbox, refresh: str) -> None:
    """Keep the refresh token of a sign-in on this computer; StorageUnavailable where the system has no keyring."""
    _keep(SIGN_INS, SIGN_IN_VARIABLE, mailbox, refresh)


def _keep(service: str, variable: str, mailbox: Mailbox, secret: str) -> None:
    import keyring  # noqa: PLC0415  as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(service, mailbox.uid, secret)
    except KeyringError as error:
        reason = _("This computer's keyring cannot keep it: {why}").format(why=error)
        advice = _("Set up a keyring, or give it in {variable}.").format(variable=variable)
        raise StorageUnavailable("failed", reason, advice) from error
