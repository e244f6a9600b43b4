"""Commands about outages: many callers with one problem, held together by a master ticket."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli.output import print_json, table
from desktop_desk.cli.session import Session, session_of
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.outages import Outage

Numbers = Annotated[list[str], typer.Argument(metavar="NUMBER…", help="Callers' tickets.")]
Master = Annotated[
    str, typer.Argument(metavar="MASTER", help="The master ticket, or any part of its outage.")
]


def build() -> typer.Typer:
    """The `ticket outage` commands."""
    app = typer.Typer(
        no_args_is_help=True, help="One problem that many callers have: a master ticket for all."
    )
    for command in (list_open, show, near, start, add, remove, answer):
        app.command(command.__name__.removesuffix("_open"))(command)
    return app


def list_open(context: typer.Context) -> None:
    """Show the outages that are not over."""
    session = session_of(context)
    with session.desk() as desk:
        found = desk.outages()
    if session.json:
        print_json([outage_json(outage) for outage in found])
    elif found:
        rows = [(each.number, each.subject, str(len(each.parts)), str(len(each.waiting))) for each in found]
        print(table((_("Number"), _("Subject"), _("Callers"), _("Waiting")), rows))
    else:
        print(_("No outage."))


def show(context: typer.Context, master: Master) -> None:
    """Show an outage with its callers and how each of them is answered."""
    session = session_of(context)
    with session.desk() as desk:
        _show(session, desk, master)


def near(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What a caller says, as a subject.")],
) -> None:
    """Say whether a problem belongs to an outage, or is the third of its kind within three hours."""
    session = session_of(context)
    with session.desk() as desk:
        offer = desk.outage_near(text)
    if session.json:
        shown = (
            {"master": offer.master or None, "subject": offer.subject, "tickets": offer.numbers}
            if offer
            else None
        )
        print_json(shown)
    elif offer is None:
        print(_("No outage."))
    elif offer.master:
        print(_("Part of the outage {number}: {subject}").format(number=offer.master, subject=offer.subject))
    else:
        text = _("Like {numbers}: an outage may be begun.")
        print(text.format(numbers=", ".join(offer.numbers)))


def start(
    context: typer.Context,
    numbers: Numbers,
    subject: Annotated[str, typer.Option(metavar="S", help="What is out of order.")],
) -> None:
    """Begin an outage: a master ticket for callers' tickets that have the same problem."""
    session = session_of(context)
    with session.desk() as desk:
        _show(session, desk, desk.start_outage(subject, numbers).number or "")


def add(context: typer.Context, master: Master, numbers: Numbers) -> None:
    """Make tickets part of an outage."""
    session = session_of(context)
    with session.desk() as desk:
        desk.join_outage(master, numbers)
        _show(session, desk, master)


def remove(context: typer.Context, numbers: Numbers) -> None:
    """Take tickets out of their outages."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.leave_outage(numbers)
    if session.json:
        print_json({"act": done.act, "tickets": sorted(done.touched)})
    else:
        print(" ".join(sorted(done.touched)))


def answer(
    context: typer.Context,
    master: Master,
    text: Annotated[str, typer.Option(metavar="T", help="What all of them are told.")],
    resolve: Annotated[bool, typer.Option("--resolve", help="It is over: resolve all of them.")] = False,
) -> None:
    """Tell all callers who still wait: by mail where they have one, else the call stands in For me."""
    session = session_of(context)
    with session.desk() as desk:
        desk.answer_outage(master, text, resolve=resolve)
        _show(session, desk, master)


def outage_json(outage: "Outage") -> dict[str, Any]:
    """An outage as JSON."""
    return {
        "number": outage.number, "subject": outage.subject, "state": outage.state,
        "tickets": [
            {"number": part.number, "subject": part.subject, "caller": part.caller or None, "state": part.state,
             "way": part.way}
            for part in outage.parts
        ],
    }  # fmt: skip


def _show(session: Session, desk: "Desk", number: str) -> None:
    found = desk.outage(number)
    if session.json:
        print_json(outage_json(found) if found else None)
    elif found is None:
        print(_("{number} belongs to no outage.").format(number=number))
    else:
        print(f"{found.number}  {found.subject} · {found.state}")
        rows = [(part.number, part.caller, part.subject, part.state, part.way) for part in found.parts]
        print(table((_("Number"), _("Caller"), _("Subject"), _("State"), _("Told by")), rows))
