"""`ticket …`: everything an agent does with one ticket."""

from typing import Annotated

import typer

from desktop_desk.cli import outages, ticket_changes
from desktop_desk.cli.attachments import Attach, attachments_of
from desktop_desk.cli.output import print_json, ticket_json, ticket_table, ticket_text
from desktop_desk.cli.people import purge_entry
from desktop_desk.cli.session import session_of, written_text
from desktop_desk.cli.ticket_changes import Number, acting
from desktop_desk.cli.times import moment, other_clock
from desktop_desk.cli.work import Limit
from desktop_desk.domain.choices import one_of

QUEUES = (
    "open", "unassigned", "mine", "teams", "overdue", "answered", "waiting", "resolved", "closed", "all",
    "differences",
)  # fmt: skip


def build() -> typer.Typer:
    """The group of all ticket commands."""
    group = typer.Typer(help="Log, read and work on tickets.", no_args_is_help=True)
    group.command("log")(log)
    group.command("show")(show)
    group.command("list")(list_tickets)
    ticket_changes.add_commands(group)
    group.command("purge")(purge_entry)
    group.add_typer(outages.build(), name="outage")
    return group


def log(
    context: typer.Context,
    subject: Annotated[str, typer.Option(metavar="S", help="What it is about, in one line.")],
    details: Annotated[str, typer.Option(metavar="D", help="What was said; - reads standard input.")] = "",
    caller: Annotated[str, typer.Option(metavar="N", help="The caller's name.")] = "",
    phone: Annotated[
        str, typer.Option(metavar="P", help="The caller's number; whoever has it already is the caller.")
    ] = "",
    email: Annotated[
        str, typer.Option(metavar="E", help="The caller's e-mail; whoever has it already is the caller.")
    ] = "",
    topic: Annotated[
        str | None,
        typer.Option(metavar="T", help="Help topic: sets department, priority and agent where not given."),
    ] = None,
    priority: Annotated[str | None, typer.Option(metavar="P", help="A to D, or the name.")] = None,
    department: Annotated[str | None, typer.Option(metavar="D", help="The department it goes to.")] = None,
    source: Annotated[
        str, typer.Option(metavar="SOURCE", help="How it came in: phone, email, web, other.")
    ] = "phone",
    attach: Attach = None,
) -> None:
    """Log a call or request as a new ticket."""
    from desktop_desk.desk.views import CallDraft, NewPerson

    with acting(context) as act:
        known = (
            act.desk.match_person(name=caller, phone=phone, email=email) if caller or phone or email else None
        )
        new = NewPerson(
            name=caller, phones=(phone,) if phone else (), emails=(email,) if email else ()
        )  # fmt: skip
        draft = CallDraft(
            subject=subject,
            details=written_text(details),
            caller=known,
            new_caller=new if known is None and (caller or phone or email) else None,
            topic=topic,
            priority=priority,
            department=department,
            source=source,
        )
        act.done(act.desk.log_call(draft, attachments=attachments_of(attach)))


def show(
    context: typer.Context,
    number: Number,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="As it was at that moment, e.g. 2026-11-21T10:02:00Z.")
    ] = None,
) -> None:
    """Show a ticket with its whole conversation."""
    session = session_of(context)
    as_of = moment(at, "--at") if at else None
    with session.desk() as desk:
        view = desk.ticket(number, as_of=as_of)
        zone = desk.settings().zone
    if session.json:
        print_json(ticket_json(view))
    else:
        print("\n".join(line for line in (ticket_text(view), other_clock(view.updated, zone)) if line))


def list_tickets(
    context: typer.Context,
    queue: Annotated[str, typer.Option(metavar="NAME", help=f"One of: {', '.join(QUEUES)}.")] = "open",
    limit: Limit = 50,
) -> None:
    """List the tickets of a queue, the one due first at the top."""
    if queue not in QUEUES:
        raise typer.BadParameter(one_of(QUEUES), param_hint="--queue")
    session = session_of(context)
    with session.desk() as desk:
        rows = desk.queue(queue, count=limit).rows
        found = [desk.ticket(row.number) for row in rows]
    if session.json:
        print_json([ticket_json(view) for view in found])
    else:
        print(ticket_table(found))
