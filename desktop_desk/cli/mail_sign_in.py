"""`mail sign-in`: this computer is allowed into a mailbox by a code that a person types at its provider."""

from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import say, session_of
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.channels.mail_tokens import Invitation


def add_commands(app: typer.Typer) -> None:
    """Add these commands to those under `mail`."""
    app.command("sign-in")(sign_in)


def sign_in(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name or address.")],
) -> None:
    """Sign in to a mailbox by token: shows a code to type at its provider, waits, and keeps what it gives."""
    from desktop_desk.channels.mail_passwords import keep_sign_in
    from desktop_desk.channels.mail_tokens import AccessTokens, awaited, invited
    from desktop_desk.channels.mail_trial import try_mailbox
    from desktop_desk.desk.routing import named
    from desktop_desk.domain.errors import Invalid

    session = session_of(context)
    with session.desk() as desk:
        box = named(desk.directory().mailbox, name, "mailbox")
    if box.auth != "token":
        reason = _("“{name}” takes a password, not a sign-in.").format(name=box.name)
        raise Invalid("auth", reason, _("Change that first: mail change --auth token."))
    invitation = invited(box)
    _show(invitation)
    tokens = awaited(box, invitation)
    if tokens is None:
        return
    keep_sign_in(box, tokens.refresh)
    access = AccessTokens()
    access.start(box, tokens)
    trials = try_mailbox(box, tokens.refresh, access=access)
    if session.json:
        print_json(
            {
                "mailbox": box.name,
                "tried": [{"server": each.server, "ok": each.ok, "said": each.said} for each in trials],
            }
        )
        return
    print(_("Signed in to {name}.").format(name=box.name))
    for each in trials:
        print(f"{'✓' if each.ok else '✗'} {each.said} {each.advice}".rstrip())


def _show(invitation: "Invitation") -> None:
    """What the person has to do; beside the answer, so that it can be read while a program takes that."""
    say(_("Open {address}").format(address=invitation.address))
    say(_("and type the code {code}").format(code=invitation.code))
    if invitation.direct:
        say(_("or open {address}").format(address=invitation.direct))
    minutes = max(1, round(invitation.seconds / 60))
    waiting = ngettext("Waiting for {n} minute…", "Waiting for {n} minutes…", minutes)
    say(waiting.format(n=minutes) + " " + _("Ctrl+C ends it."))
