"""Passwords of mailboxes: in the system's keyring, each on the computers where somebody typed it; never in the desk."""

import os
from contextlib import suppress
from typing import Final

from desktop_desk.desk.directory import Mailbox
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

SERVICE: Final = "desktop-desk mail"
VARIABLE: Final = "DESKTOP_DESK_MAIL_PASSWORD"
"""The environment variable that stands for the keyring, for commands on machines without one."""


def password_of(mailbox: Mailbox) -> str:
    """The password of a mailbox on this computer; "" where nobody has set it."""
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    import keyring  # noqa: PLC0415  loads the system's keyring, which takes its time
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError):
        return keyring.get_password(SERVICE, mailbox.uid) or ""
    return ""


def keep_password(mailbox: Mailbox, password: str) -> None:
    """Keep the password of a mailbox on this computer; StorageUnavailable where the system has no keyring."""
    import keyring  # noqa: PLC0415  as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(SERVICE, mailbox.uid, password)
    except KeyringError as error:
        reason = _("This computer's keyring cannot keep the password: {why}").format(why=error)
        advice = _("Set up a keyring, or give the password in {variable}.").format(variable=VARIABLE)
        raise StorageUnavailable("failed", reason, advice) from error
