"""`mail send` and `mail outbox`: what goes out by mail, and what waits."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli.output import iso, local_time, print_json
from desktop_desk.cli.session import say, session_of
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.desk.outbox import OutboxStatus


def add_commands(app: typer.Typer) -> None:
    """Add these commands to those under `mail`."""
    app.command()(send)
    app.command()(outbox)


def send(
    context: typer.Context,
    wait: Annotated[
        bool, typer.Option(help="Wait for mail that is held for some seconds, so that it can be undone.")
    ] = True,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is due, and nothing that was refused: for a scheduler.")
    ] = False,
) -> None:
    """Send what waits in the outbox of this copy of the desk; what cannot go now is told with the reason."""
    from desktop_desk.bootstrap import now_ms
    from desktop_desk.channels.mail_out import send_due
    from desktop_desk.channels.mail_passwords import password_of
    from desktop_desk.domain.outgoing import HOLD_MS

    session = session_of(context)
    with session.desk() as desk:
        box = desk.outbox()
        until = box.status().undo_until
        if wait and until is not None:
            time.sleep(max(0, min(until - now_ms(), HOLD_MS)) / 1000)
        done = send_due(box, password_of, now_ms, hurry=not due)
        status = box.status()
    for problem in done.problems:
        say(problem)
    if status.held:
        say(_held())
    if session.json:
        counts: dict[str, Any] = {"sent": done.sent, "failed": done.failed, "waiting": done.waiting}
        print_json(counts | {"held": status.held, "problems": done.problems})
    else:
        line = _("{sent} sent, {failed} failed, {waiting} waiting")
        print(line.format(sent=done.sent, failed=done.failed, waiting=done.waiting))


def outbox(
    context: typer.Context,
    release: Annotated[
        bool, typer.Option("--release", help="Let the mail of a restored desk go: it was not sent before.")
    ] = False,
    discard: Annotated[
        bool, typer.Option("--discard", help="Throw the mail of a restored desk away: it was sent before.")
    ] = False,
) -> None:
    """Tell what waits to be sent; of a restored desk it waits until you say what is to become of it."""
    if release and discard:
        raise typer.BadParameter(_("Either --release or --discard."))
    session = session_of(context)
    with session.desk() as desk:
        if release or discard:
            desk.need_sharing()
            box = desk.outbox()
            (box.release if release else box.discard)()
        status = desk.outbox().status()
    if session.json:
        print_json(outbox_json(status))
    else:
        print(outbox_line(status))


def outbox_json(status: "OutboxStatus") -> dict[str, Any]:
    """How the outbox stands, for `mail outbox` and `mail status`."""
    return {
        "waiting": status.waiting, "stopped": status.stopped, "held": status.held,
        "next": iso(status.due) if status.due is not None else None, "problem": status.problem or None,
    }  # fmt: skip


def outbox_line(status: "OutboxStatus") -> str:
    """The same for people."""
    if not status.waiting and not status.held:
        return _("Outbox empty")
    count = ngettext("{n} mail waiting", "{n} mails waiting", status.waiting).format(n=status.waiting)
    if status.held:
        return f"{count}. {_held()}"
    after = _(", next at {time}").format(time=local_time(status.due)) if status.due is not None else ""
    return count + after + (f": {status.problem}" if status.problem else "")


def _held() -> str:
    return _(
        "This desk was restored: its mail is held until you say “mail outbox --release” (it was not sent before) or"
        " “mail outbox --discard” (it was)."
    )
