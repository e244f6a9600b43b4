"""`open` and `call` as the help shows them; the launcher carries them out, for a plain line without typer."""

from pathlib import Path
from typing import Annotated

import typer

from desktop_desk.cli.launch import EVENTS, Launch
from desktop_desk.cli.phone_urls import is_link
from desktop_desk.cli.session import session_of
from desktop_desk.i18n import _


def add_commands(app: typer.Typer) -> None:
    """Add `open` and `call` to the command line."""
    app.command("open")(open_window)
    app.command("call")(call)


def open_window(
    context: typer.Context,
    desk: Annotated[str | None, typer.Argument(metavar="[DESK]", help="Path or URL of the desk.")] = None,
    screenshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture of the window to FILE and end.")
    ] = None,
) -> Launch:
    """Open the window, or bring the running one to the front. Also without any command."""
    session = session_of(context)
    picture = str(screenshot) if screenshot else None
    return Launch(
        "open",
        desk=desk or session.address,
        login=session.login,
        screenshot=picture,
        on_network="yes" if session.on_network else None,
    )


def call(
    context: typer.Context,
    number: Annotated[
        str, typer.Argument(metavar="NUMBER", help="The caller's number, as the phone shows it.")
    ],
    name: Annotated[
        str | None, typer.Option(metavar="N", help="The caller's name, where the phone knows it.")
    ] = None,
    event: Annotated[
        str | None,
        typer.Option(
            metavar="ring|answer|end", help="What the phone just did; without it the call is taken now."
        ),
    ] = None,
    call_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The phone's own mark of the call, the same in all its events."),
    ] = None,
) -> Launch:
    """Hand a call to the running window (started when there is none): the call panel opens on it."""
    if event is not None and event not in EVENTS:
        raise typer.BadParameter(_("Use ring, answer or end."), param_hint="--event")
    if not number:
        raise typer.BadParameter(_("Give the caller's number."), param_hint="NUMBER")
    if is_link(number):
        reason = _("This link names no call, or comes with options for what it says itself.")
        raise typer.BadParameter(reason, param_hint="NUMBER")
    session = session_of(context)
    return Launch(
        "call",
        desk=session.address,
        login=session.login,
        number=number,
        name=name,
        event=event,
        call_id=call_id,
        on_network="yes" if session.on_network else None,
    )
