"""Commands of an agent's day that are not about one named ticket: search, inbox, undo and redo."""

from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import (
    local_time,
    news_json,
    print_json,
    table,
    ticket_head,
    ticket_json,
    ticket_table,
)
from desktop_desk.cli.session import Session, say, session_of
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done

Act = Annotated[
    str | None,
    typer.Argument(
        metavar="[ACT]", help="The act, as `ticket show --json` names it; without it your newest."
    ),
]

Limit = Annotated[int, typer.Option(metavar="N", min=1, max=10**9, help="At most so many tickets.")]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(search)
    app.command()(inbox)
    app.command()(undo)
    app.command()(redo)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, a number, a name or a phone number.")],
    limit: Limit = 50,
) -> None:
    """Find tickets by any words in them, by number, caller or phone number; newest first."""
    session = session_of(context)
    with session.desk() as desk:
        numbers = dict.fromkeys(hit.row.number for hit in desk.search(query, limit=limit))
        found = [desk.ticket(number) for number in numbers]
        hint = desk.search_hint(query)
    if hint:
        say(hint)
    if session.json:
        print_json([ticket_json(view) for view in found])
    else:
        print(ticket_table(found))


def inbox(
    context: typer.Context,
    why: Annotated[bool, typer.Option("--why", help="Also say why each of it is for you.")] = False,
) -> None:
    """Show what is new "for me": what others did on my tickets and on those I follow, and what comes near."""
    session = session_of(context)
    with session.desk() as desk:
        news = desk.inbox()
    if session.json:
        print_json([news_json(item) for item in news])
    elif news:
        rows = [
            (
                item.ticket,
                item.what.replace("_", " "),
                item.by or item.by_name,
                local_time(item.at),
                item.why if why else item.text if item.call_back else item.subject or item.text,
            )
            for item in news
        ]
        last = _("Why") if why else _("About")
        print(table((_("Number"), _("What"), _("By"), _("When"), last), rows, whole=why))
    else:
        print(_("Nothing new for you."))


def undo(context: typer.Context, act: Act = None) -> None:
    """Take back your newest act, or the one named."""
    session = session_of(context)
    with session.desk() as desk:
        show_done(session, desk, desk.undo(act), _("Taken back."))


def redo(context: typer.Context, act: Act = None) -> None:
    """Do again what was taken back last, or the act named."""
    session = session_of(context)
    with session.desk() as desk:
        show_done(session, desk, desk.redo(act), _("Done again."))


def show_ticket(session: Session, desk: "Desk", number: str, said: str = "") -> None:
    """The ticket as it is now: whole in JSON, its head for people."""
    view = desk.ticket(number)
    if session.json:
        print_json(ticket_json(view))
    else:
        print("\n".join((*([said] if said else []), *ticket_head(view))))


def show_done(session: Session, desk: "Desk", done: "Done", said: str = "") -> None:
    """The ticket that was touched; of an act on several tickets or none, the act with their numbers."""
    numbers = sorted(done.touched)
    number = done.number or (numbers[0] if len(numbers) == 1 else None)
    if number is not None:
        show_ticket(session, desk, number, said)
    elif session.json:
        print_json({"act": done.act, "tickets": numbers})
    else:
        print(said, ", ".join(numbers))
