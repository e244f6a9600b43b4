"""Mailboxes: what may stand in each field of one."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from desktop_desk.desk.addressing import checked_address
from desktop_desk.desk.directory import Directory
from desktop_desk.desk.routing import named
from desktop_desk.desk.texts import plain_text
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

SECURITY = ("tls", "starttls", "none")
AUTH = ("password", "token")
"""How the office signs in at a mailbox's servers: by a password, or by a token that another server gives out."""

HERE = frozenset({"127.0.0.1", "::1", "localhost"})
"""Where a connection without encryption leaves nothing for others to read."""

_HOSTS = frozenset({"imap_host", "smtp_host"})
_PORTS = frozenset({"imap_port", "smtp_port"})
_CHOICES = {"imap_security": SECURITY, "smtp_security": SECURITY, "auth": AUTH}
_ADDRESSES = frozenset({"token_url", "device_url"})
MAILBOX_FIELDS = (
    frozenset(
        {
            "address",
            "login",
            "folder",
            "since",
            "topic",
            "replica",
            "sender",
            "receipts",
            "client_id",
            "scope",
        }
    )
    | _HOSTS
    | _PORTS
    | _CHOICES.keys()
    | _ADDRESSES
)
"""Fields that only a mailbox has, or that mean something else in one."""


def mailbox_field(name: str, value: Any, directory: Directory) -> Any:
    """The value as a fact keeps it; Invalid or NotFound for one that cannot be taken."""
    if name == "topic":
        found = named(directory.topic, value, "topic")
        return found.uid if found else None
    if name == "replica":
        copy = named(directory.replica, value, "copy")
        return copy.uid if copy else None
    if name in _PORTS:
        return _port(name, value)
    if name == "receipts":
        return bool(value)
    text = " ".join(plain_text(str(value or ""), name).split())
    if name == "address":
        return checked_address(text)
    if name in _CHOICES and text not in _CHOICES[name]:
        raise Invalid(name, _("“{value}” is not known.").format(value=text[:40]), one_of(_CHOICES[name]))
    if name in _ADDRESSES and text:
        check_address(name, text)
    if name == "since" and text:
        return _day(text)
    return text or ("INBOX" if name == "folder" else "")


def check_address(field: str, url: str) -> None:
    """Invalid unless what is sent to an address can be read by nobody in between."""
    try:
        parts = urlsplit(url)
        host, _port_of = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    else:
        if host and (parts.scheme == "https" or (parts.scheme == "http" and host in HERE)) and url.isascii():
            return
    reason = _("“{value}” is no address of a sign-in server.").format(value=url[:80])
    raise Invalid(field, reason, _("It begins with https://."))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        reason = _("“{value}” is no day.").format(value=text[:40])
        raise Invalid("since", reason, _("For example: {day}").format(day="2026-01-31")) from error


def _port(name: str, value: Any) -> int:
    try:
        port = int(value or 0)
    except (TypeError, ValueError) as error:
        raise Invalid(name, _("A number is needed."), _("For example: 993")) from error
    if not 0 <= port <= 65535:
        raise Invalid(name, _("A port is a number up to 65535."), _("0 stands for the usual one."))
    return port
