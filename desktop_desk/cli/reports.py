"""`report summary`: what happened in a period, as the reports window shows it."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from desktop_desk.cli.output import print_json, table
from desktop_desk.cli.session import session_of
from desktop_desk.i18n import _

DIMENSIONS = ("department", "topic", "agent", "priority", "source")


def add_commands(app: typer.Typer) -> None:
    """Add `report` to the command line."""
    group = typer.Typer(help="Reports.", rich_markup_mode=None)
    group.callback()(lambda: None)
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
        raise typer.BadParameter(
            _("Use one of: {names}.").format(names=", ".join(DIMENSIONS)), param_hint="--by"
        )
    session = session_of(context)
    days = _day(first, "--from"), _day(last, "--to")
    with session.desk() as desk:
        rows: list[dict[str, Any]] = [asdict(row) for row in desk.report(*days, by=by)]
    if session.json:
        print_json(rows)
    elif rows:
        print(
            table([_(name) for name in rows[0]], [[_cell(value) for value in row.values()] for row in rows])
        )


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            _("Write the day as year-month-day, for example 2026-11-21."), param_hint=option
        ) from error


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
