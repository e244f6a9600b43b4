"""`report summary`: what happened in a period, as the reports window shows it."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli.output import print_json, table
from desktop_desk.cli.session import session_of
from desktop_desk.domain.choices import one_of
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.reports import ReportRow

DIMENSIONS = ("department", "topic", "agent", "priority", "source")


def add_commands(app: typer.Typer) -> None:
    """Add `report` to the command line."""
    group = typer.Typer(help="Count what came in and what was done.", no_args_is_help=True)
    group.command("summary")(summary)
    app.add_typer(group, name="report")


def summary(
    context: typer.Context,
    first: Annotated[
        str | None,
        typer.Option("--from", metavar="D", help="First day, as 2026-11-21; else from the beginning."),
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="D", help="Last day, counted whole; else until now.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="|".join(DIMENSIONS), help="One row for each of these.")
    ] = None,
) -> None:
    """Count what happened in a period: opened, handed on, resolved, closed, and how quickly."""
    if by is not None and by not in DIMENSIONS:
        raise typer.BadParameter(one_of(DIMENSIONS), param_hint="--by")
    session = session_of(context)
    days = _day(first, "--from"), _day(last, "--to")
    with session.desk() as desk:
        rows = [_row_json(row) for row in desk.report(*days, by=by)]
    if session.json:
        print_json(rows)
    elif rows:
        titles = [_(name.replace("_", " ")) for name in rows[0]]
        print(table(titles, [[_cell(name, value) for name, value in row.items()] for row in rows]))


def _row_json(row: "ReportRow") -> dict[str, Any]:
    """A row with average durations in whole seconds."""
    values = asdict(row)
    for name in ("first_response", "resolution"):
        values[name] = None if values[name] is None else round(values[name] / 1000)
    return values


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            _("Write the day as year-month-day, for example 2026-11-21."), param_hint=option
        ) from error


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in ("first_response", "resolution"):
        hours, minutes = divmod(round(value / 60), 60)
        return f"{hours}:{minutes:02}"
    return f"{value:.0%}" if name == "sla_met" else str(value)
