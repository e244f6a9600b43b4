"""`mail add` and `mail change`: the mailboxes of the office, and their passwords on this computer."""

import os
import sys
from typing import Annotated, Any

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import asked, session_of
from desktop_desk.domain.errors import NotFound
from desktop_desk.i18n import _

Text = str | None
_Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The e-mail address, for example help@office.example.")
]
_Name = Annotated[
    Text, typer.Option("--name", metavar="N", help="What people call it; left out, its address.")
]
_Sender = Annotated[
    Text,
    typer.Option(
        "--sender",
        metavar="N",
        help="The name that stands before the address in mails; left out, the desk's.",
    ),
]
_Login = Annotated[
    Text, typer.Option("--login", metavar="L", help="The name at the server; left out, the address.")
]
_Department = Annotated[
    Text,
    typer.Option(
        "--department",
        metavar="D",
        help="Whose tickets its mail is; that department's replies go out from it.",
    ),
]
_Topic = Annotated[Text, typer.Option("--topic", metavar="T", help="The topic of tickets made of its mail.")]
_Priority = Annotated[Text, typer.Option("--priority", metavar="P", help="Their priority.")]
_SmtpHost = Annotated[
    Text,
    typer.Option(
        "--smtp-host", metavar="HOST", help="The server that mail goes out by; without one nothing is sent."
    ),
]
_SmtpPort = Annotated[
    int | None, typer.Option("--smtp-port", metavar="N", min=0, max=65535, help="Its port; 0: the usual one.")
]
_SmtpSecurity = Annotated[
    Text,
    typer.Option("--smtp-security", metavar="WORD", help="starttls, tls, or none (only on this computer)."),
]
_ImapHost = Annotated[
    Text, typer.Option("--imap-host", metavar="HOST", help="The server that mail comes in by.")
]
_ImapPort = Annotated[
    int | None, typer.Option("--imap-port", metavar="N", min=0, max=65535, help="Its port; 0: the usual one.")
]
_ImapSecurity = Annotated[
    Text,
    typer.Option("--imap-security", metavar="WORD", help="tls, starttls, or none (only on this computer)."),
]
_Folder = Annotated[
    Text, typer.Option("--folder", metavar="F", help="The folder with new mail; left out, INBOX.")
]
_Since = Annotated[
    Text,
    typer.Option(
        "--since",
        metavar="DAY",
        help="Mail that came before this day stays there; left out, all is taken in.",
    ),
]
_Provider = Annotated[
    Text,
    typer.Option("--provider", metavar="P", help="Fill in the servers and sign-in of a provider: microsoft."),
]
_Auth = Annotated[
    Text,
    typer.Option("--auth", metavar="WORD", help="password, or token: signed in with a code (see sign-in)."),
]
_Client = Annotated[
    Text,
    typer.Option("--client-id", metavar="ID", help="As what the provider knows this program of the office."),
]
_TokenUrl = Annotated[
    Text, typer.Option("--token-url", metavar="URL", help="Where the provider gives out tokens.")
]
_DeviceUrl = Annotated[
    Text, typer.Option("--device-url", metavar="URL", help="Where a sign-in with a code begins there.")
]
_Scope = Annotated[Text, typer.Option("--scope", metavar="S", help="What it is asked to allow.")]
_Password = Annotated[
    bool,
    typer.Option(
        "--password",
        help="Ask for its password (or take DESKTOP_DESK_MAIL_PASSWORD) and keep it in this computer's keyring.",
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to those under `mail`."""
    app.command()(add)
    app.command()(change)


def add(
    context: typer.Context, address: _Address, name: _Name = None, sender: _Sender = None, login: _Login = None,
    department: _Department = None, topic: _Topic = None, priority: _Priority = None, smtp_host: _SmtpHost = None,
    smtp_port: _SmtpPort = None, smtp_security: _SmtpSecurity = None, imap_host: _ImapHost = None,
    imap_port: _ImapPort = None, imap_security: _ImapSecurity = None, folder: _Folder = None,
    since: _Since = None, provider: _Provider = None, auth: _Auth = None, client_id: _Client = None,
    token_url: _TokenUrl = None, device_url: _DeviceUrl = None, scope: _Scope = None, password: _Password = False,
) -> None:  # fmt: skip
    """Add a mailbox of the office; its password is not kept in the desk, but in the keyring of this computer."""
    fields = _given(
        provider, auth=auth, client_id=client_id, token_url=token_url, device_url=device_url, scope=scope,
        sender=sender, login=login, department=department, topic=topic, priority=priority, smtp_host=smtp_host,
        smtp_port=smtp_port, smtp_security=smtp_security, imap_host=imap_host, imap_port=imap_port,
        imap_security=imap_security, folder=folder, since=since,
    )  # fmt: skip
    session = session_of(context)
    with session.desk() as desk:
        desk.add("mailbox", name=name or address, address=address, **fields)
        _show(
            context, desk.directory().mailbox(address), _("The mailbox {name} was added."), password=password
        )


def change(
    context: typer.Context, mailbox: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name or address.")],
    name: _Name = None, sender: _Sender = None, login: _Login = None, department: _Department = None,
    topic: _Topic = None, priority: _Priority = None, smtp_host: _SmtpHost = None, smtp_port: _SmtpPort = None,
    smtp_security: _SmtpSecurity = None, imap_host: _ImapHost = None, imap_port: _ImapPort = None,
    imap_security: _ImapSecurity = None, folder: _Folder = None, since: _Since = None,
    provider: _Provider = None, auth: _Auth = None,
    client_id: _Client = None, token_url: _TokenUrl = None, device_url: _DeviceUrl = None, scope: _Scope = None,
    password: _Password = False,
    active: Annotated[bool | None, typer.Option("--use/--no-use", help="Take it into use, or out of it.")] = None,
) -> None:  # fmt: skip
    """Change a mailbox, or set its password on this computer; what is not named stays as it is."""
    fields = _given(
        provider, auth=auth, client_id=client_id, token_url=token_url, device_url=device_url, scope=scope,
        name=name, sender=sender, login=login, department=department, topic=topic, priority=priority,
        smtp_host=smtp_host, smtp_port=smtp_port, smtp_security=smtp_security, imap_host=imap_host,
        imap_port=imap_port, imap_security=imap_security, folder=folder, since=since, active=active,
    )  # fmt: skip
    session = session_of(context)
    with session.desk() as desk:
        found = desk.directory().mailbox(mailbox)
        if found is None:
            raise NotFound(
                _("There is no mailbox “{name}”.").format(name=mailbox[:80]), _("See: mail status")
            )
        if fields:
            desk.change("mailbox", found.uid, **fields)
        _show(
            context,
            desk.directory().mailbox(found.uid),
            _("The mailbox {name} was changed."),
            password=password,
        )


def _given(provider: str | None, **fields: Any) -> dict[str, Any]:
    """What was named, over what a provider's mailboxes have."""
    from desktop_desk.channels.mail_providers import fields_of

    known = fields_of(provider) if provider else {}
    return known | {name: value for name, value in fields.items() if value is not None}


def _show(context: typer.Context, mailbox: Any, said: str, *, password: bool) -> None:
    """Keep the password if it is to be kept, and say what became of the mailbox."""
    from desktop_desk.channels.mail_passwords import VARIABLE, keep_password

    given = os.environ.get(VARIABLE)
    if mailbox.auth != "token" and (password or (given is None and sys.stdin.isatty())):
        question = _("Password of {login}: ").format(login=mailbox.address)
        advice = _("Set {variable}.").format(variable=VARIABLE)
        typed = given if given is not None else asked(question, advice, hidden=True)
        if typed:
            keep_password(mailbox, typed)
    if session_of(context).json:
        names = (
            "name", "address", "sender", "login", "smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port",
            "imap_security", "folder", "since", "auth", "client_id", "token_url", "device_url", "scope", "active",
        )  # fmt: skip
        print_json({each: getattr(mailbox, each) for each in names})
    else:
        print(said.format(name=mailbox.name))
        if mailbox.auth == "token":
            print(_("On each computer that fetches or sends: mail sign-in {name}").format(name=mailbox.name))
