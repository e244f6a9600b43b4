"""Passwords of desks' servers: in the system's keyring, for this user on this computer; never in a file of ours."""

from contextlib import suppress
from typing import Final

from desktop_desk.desk.addresses import shown_address
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.i18n import _

SERVICE: Final = "desktop-desk server"


def kept_password(url: str) -> str:
    """The password that this computer keeps for an address; "" for none, or where there is no keyring."""
    import keyring  # noqa: PLC0415  loads the system's keyring, which takes its time
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError):
        return keyring.get_password(SERVICE, shown_address(url)) or ""
    return ""


def keep_password(url: str, password: str) -> None:
    """Keep the password for an address on this computer; StorageUnavailable where the keyring refuses."""
    import keyring  # noqa: PLC0415  as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(SERVICE, shown_address(url), password)
    except KeyringError as error:
        reason = _("This computer’s keyring cannot keep the password: {why}").format(why=error)
        raise StorageUnavailable(
            "failed", reason, _("Take the tick off; the password is asked for at each start then.")
        ) from error


def forget_password(url: str) -> None:
    """Keep no password for an address any more."""
    import keyring  # noqa: PLC0415  as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    with suppress(KeyringError):
        if keyring.get_password(SERVICE, shown_address(url)) is not None:
            keyring.delete_password(SERVICE, shown_address(url))


def has_keyring() -> bool:
    """Whether this computer has a keyring."""
    import keyring  # noqa: PLC0415  as above
    from keyring.backends import fail, null  # noqa: PLC0415

    return not isinstance(keyring.get_keyring(), (fail.Keyring, null.Keyring))
