"""`mail fetch` and `mail take`: mail from the servers of the mailboxes, by one copy of the desk."""

from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.mail_watch import watch
from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import say, session_of
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import Tally
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.directory import Mailbox
    from desktop_desk.domain.errors import DeskError

_Name = Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name or address.")]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to those under `mail`."""
    app.command()(fetch)
    app.command()(take)


def fetch(
    context: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[MAILBOX]", help="Its name or address; else all that this copy fetches."),
    ] = None,
    watched: Annotated[
        bool,
        typer.Option(
            "--watch", help="Go on until Ctrl+C: mail is taken in within seconds where the server tells."
        ),
    ] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help="Leave out mailboxes that were refused before: for a scheduler."),
    ] = False,
) -> None:
    """Fetch new mail from the mailboxes' servers (IMAP); it stays there, and each becomes a ticket or a reply, once."""
    from desktop_desk.cli.mail import tell_tally

    session = session_of(context)
    if watched:
        if name:
            raise typer.BadParameter(_("--watch is for all mailboxes that this copy fetches."))
        watch(session)
        return
    with session.desk() as desk:
        tally, failed = _fetched(desk, name, leave_out_refused=due)
    tell_tally(session, tally)
    if failed is not None:
        raise failed


def _fetched(desk: "Desk", name: str | None, *, leave_out_refused: bool) -> "tuple[Tally, DeskError | None]":
    """What came of the mailbox of that name, or of all that this copy fetches; and the first thing that was wrong."""
    from desktop_desk.channels.mail_fetch import fetch_mails
    from desktop_desk.channels.mail_import import Tally
    from desktop_desk.channels.mail_passwords import password_of
    from desktop_desk.domain.errors import DeskError

    whole, failed = Tally(), list[DeskError]()
    for box in _chosen(desk, name):
        refused = _refused_before(desk, box) if leave_out_refused else ""
        if refused:
            say(f"{box.name}: {refused}")
            continue
        try:
            whole.include(fetch_mails(desk, box, password_of))
        except DeskError as error:
            # The other mailboxes are fetched all the same.
            failed.append(error)
            if error is not failed[0]:
                say(str(error))
    return whole, failed[0] if failed else None


def _chosen(desk: "Desk", name: str | None) -> "list[Mailbox]":
    from desktop_desk.desk.mail_looks import fetcher_of
    from desktop_desk.desk.routing import named

    directory, own = desk.directory(), desk.store.log.own
    if name:
        return [named(directory.mailbox, name, "mailbox")]
    found = [
        box
        for box in directory.mailboxes
        if box.active and box.imap_host and fetcher_of(directory, box, own) in {None, own}
    ]
    if not found:
        say(
            _(
                "This copy fetches no mailbox: “mail status” lists them, “mail add” adds one, “mail take” takes one."
            )
        )
    return found


def _refused_before(desk: "Desk", box: "Mailbox") -> str:
    """What the server refused at the last look; "" when it did not."""
    from desktop_desk.desk.mail_looks import look_of

    with desk.store.reading():
        before = look_of(desk.store, box)
    return before.said if before is not None and before.state == "refused" else ""


def take(context: typer.Context, name: _Name) -> None:
    """Let this copy of the desk fetch a mailbox from now on, and no other."""
    from desktop_desk.desk.routing import named

    session = session_of(context)
    with session.desk() as desk:
        box = named(desk.directory().mailbox, name, "mailbox")
        desk.change("mailbox", box.uid, replica=desk.store.log.own)
    if session.json:
        print_json({"mailbox": box.name})
    else:
        print(_("This copy fetches “{name}” from now on.").format(name=box.name))
