"""The list of mailboxes: where mail comes in and goes out, whose it is, and which copy of the desk fetches it."""

from collections.abc import Mapping

from PySide6.QtCore import QDate, Qt

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.mail_looks import fetcher_words
from desktop_desk.desk.views import Done
from desktop_desk.i18n import _
from desktop_desk.ui.settings.editors import (
    ChoiceEditor,
    Choices,
    LineEditor,
    NumberEditor,
    TickEditor,
    Value,
)
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.subject import Line, Source, Subject, chosen, fields, in_use, text
from desktop_desk.ui.settings.topics import priority_choices, topic_choices
from desktop_desk.ui.settings.whereabouts import no_choice
from desktop_desk.ui.widgets.table import Column

PASSWORD = "password"  # noqa: S105  the name of an entry
TOKEN = ("client_id", "token_url", "device_url", "scope")
"""Entries of a mailbox that is signed in to at its provider."""

TEXTS = ("name", "address", "sender", "imap_host", "folder", "since", "smtp_host", "login", *TOKEN)
CHOSEN = ("department", "topic", "priority", "imap_security", "smtp_security", "auth")
PORTS = ("imap_port", "smtp_port")


class Mailboxes(Subject):
    """The office's mailboxes; a password goes into this computer's keyring, never into the desk."""

    kind = "mailbox"

    def __init__(self) -> None:
        self.title = _("Mailboxes")
        self.one = _("mailbox")
        self.empty = _("No mailboxes yet. One lets mail come in as tickets, and lets replies go out.")

    def columns(self) -> tuple[Column, ...]:
        """Name, address, whose mail it is, who fetches it."""
        return (
            Column("name", _("Name"), width=150, stretch=True),
            Column("address", _("Address"), width=190),
            Column("department", _("Department"), width=130),
            Column("fetched", _("Fetched by"), width=120),
        )

    def entries(self) -> tuple[Entry, ...]:
        """All that a mailbox is; its password is only ever typed."""
        return (
            Entry("name", _("&Name"), LineEditor, _("What colleagues call it, such as Support.")),
            Entry("address", _("&Address"), lambda: LineEditor(placeholder="help@office.example")),
            Entry("sender", _("Name in &front of the address"), LineEditor, _("Left empty: the desk's name.")),
            Entry("imap_host", _("Server for mail &in (IMAP)"), lambda: LineEditor(placeholder="imap.office.example")),
            Entry("imap_security", _("Its encryption"), lambda: ChoiceEditor(security_choices())),
            Entry("imap_port", _("Its port"), lambda: NumberEditor(0, 65535), _("0: the usual one.")),
            Entry("folder", _("Fold&er with new mail"), lambda: LineEditor(placeholder="INBOX")),
            Entry(
                "since", _("Mail in from this da&y on"), lambda: LineEditor(placeholder="2026-01-31"),
                _("What came before stays where it is. Left empty: all that lies there becomes tickets."),
            ),
            Entry("smtp_host", _("Server for mail &out (SMTP)"), lambda: LineEditor(placeholder="smtp.office.example")),
            Entry("smtp_security", _("Its encryption"), lambda: ChoiceEditor(security_choices())),
            Entry("smtp_port", _("Its port"), lambda: NumberEditor(0, 65535), _("0: the usual one.")),
            Entry("login", _("&Login at the servers"), LineEditor, _("Left empty: the address.")),
            Entry("auth", _("Sign in by"), lambda: ChoiceEditor(auth_choices())),
            Entry("client_id", _("Name of this program at the pro&vider"), LineEditor, _("Its “client id” there.")),
            Entry("token_url", _("Where the provider gives out to&kens"), LineEditor),
            Entry("device_url", _("Where it gives out codes to sign in with"), LineEditor),
            Entry("scope", _("What is asked for (“scope”)"), LineEditor),
            Entry(
                PASSWORD, _("Pass&word"), lambda: LineEditor(hidden=True),
                _("Kept in the keyring of this computer. Left empty: the one that is there."), secret=True,
            ),
            Entry("department", _("Its mail goes to &department"), ChoiceEditor),
            Entry("topic", _("To&pic of its tickets"), ChoiceEditor),
            Entry("priority", _("P&riority of its tickets"), ChoiceEditor),
            Entry(
                "receipts", "", lambda: TickEditor(_("&Confirm new tickets by mail")),
                _("Callers get a mail with the number, unless the department sends none."),
            ),
        )  # fmt: skip

    def lines(self, source: Source) -> list[Line]:
        """Every mailbox, by name."""
        directory = source.directory
        departments = {str(thing.uid): thing.name for thing in directory.departments}
        return [
            Line(
                box.uid,
                box.name,
                (
                    box.name,
                    box.address,
                    departments.get(box.department or "", ""),
                    fetcher_words(directory, box),
                ),
                box.active,
            )
            for box in sorted(directory.mailboxes, key=lambda box: box.name.casefold())
        ]

    def values(self, source: Source, uid: str | None) -> dict[str, Value]:
        """What the mailbox is now; a new one begins encrypted, with the mail of today, and confirms tickets."""
        box = next((box for box in source.directory.mailboxes if box.uid == uid), None)
        if box is None:
            return {
                "imap_security": "tls", "smtp_security": "starttls", "auth": "password", "receipts": True,
                "folder": "INBOX", "since": QDate.currentDate().toString(Qt.DateFormat.ISODate),
            }  # fmt: skip
        named: dict[str, Value] = {name: getattr(box, name) for name in (*TEXTS, *CHOSEN, *PORTS, "receipts")}
        return named

    def choices(self, source: Source) -> dict[str, Choices]:
        """What is in use."""
        directory = source.directory
        return {
            "department": [no_choice(), *in_use(directory.departments)],
            "topic": [no_choice(), *topic_choices(directory)],
            "priority": [no_choice(), *priority_choices()],
        }

    def problems(self, values: Mapping[str, Value], *, adding: bool) -> dict[str, str]:
        """A mailbox needs an address; its name may be the same."""
        return {} if values.get("address") else {"address": _("Type its address.")}

    def add(self, desk: Desk, values: Mapping[str, Value]) -> Done:
        """Make the mailbox; this copy of the desk fetches it until another one takes it over."""
        kept = fields(known_fields(values))
        kept["name"] = text(values, "name") or text(values, "address")
        if kept.get("imap_host"):
            kept["replica"] = desk.store.log.own if desk.directory().replica(desk.store.log.own) else None
        return desk.add("mailbox", **kept)

    def edit(self, desk: Desk, uid: str, changes: Mapping[str, Value]) -> Done:
        """Save what was changed; the password is no part of the desk."""
        return desk.change("mailbox", uid, **fields(known_fields(changes)))


def known_fields(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of a form that the desk keeps, as it keeps them."""
    found: dict[str, Value] = {name: text(values, name) for name in TEXTS if name in values}
    found |= {name: chosen(values, name) for name in CHOSEN if name in values}
    if "priority" in found:
        found["priority"] = found["priority"] or ""
    return found | {name: values[name] for name in (*PORTS, "receipts") if name in values}


def auth_choices() -> list[tuple[str, str]]:
    """How this computer is let in at the servers."""
    return [("password", _("Password")), ("token", _("Sign-in at the provider (OAuth)"))]


def security_choices() -> list[tuple[str, str]]:
    """How a connection is protected."""
    return [
        ("tls", _("TLS from the first byte")),
        ("starttls", _("STARTTLS")),
        ("none", _("None (only on this computer)")),
    ]
