"""`import …` and `export …`: other systems' data in, everything out."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import progress_shown, session_of
from desktop_desk.i18n import _, ngettext

_SHOWN = 20
"""So many rejected rows are told on the terminal; all are kept in a file."""


def add_commands(app: typer.Typer) -> None:
    """Add `import` and `export` to the command line."""
    taking = typer.Typer(help="Take in data of other systems.", no_args_is_help=True)
    taking.command("events")(import_events)
    taking.command("undo")(undo)
    giving = typer.Typer(help="Write everything out.", no_args_is_help=True)
    giving.command("json")(export_json)
    app.add_typer(taking, name="import")
    app.add_typer(giving, name="export")


def import_events(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The event log, CSV; may be .gz.")],
    mapping: Annotated[
        Path,
        typer.Option(
            "--map",
            metavar="MAP.toml",
            help="What its columns and values mean: a file, or the name of one that ships with the program.",
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count only; change nothing.")] = False,
) -> None:
    """Take in another system's event log with its original times; a second time changes nothing."""
    from desktop_desk.exchange.event_map import load_map
    from desktop_desk.exchange.events import import_events as take_in

    session = session_of(context)
    how = load_map(_map_file(mapping))
    with session.desk() as desk, progress_shown(_("Rows")) as progress:
        outcome = take_in(desk, file, how, dry_run=dry_run, progress=progress)
    rejected = [{"where": where, "why": why} for where, why in outcome.rejected]
    if session.json:
        print_json(
            {
                "read": outcome.read,
                "imported": outcome.imported,
                "skipped": outcome.skipped,
                "rejected": rejected,
            }
        )
        return
    print(
        _("{read} rows read: {imported} imported, {skipped} skipped, {rejected} rejected").format(
            read=outcome.read, imported=outcome.imported, skipped=outcome.skipped, rejected=len(rejected)
        )
    )
    if outcome.run:
        print(_("“desktop-desk import undo {run}” takes it back.").format(run=outcome.run))
    for row in rejected[:_SHOWN]:
        print(f"  {row['where']}: {row['why']}")
    if outcome.rejects is not None:
        print(_("The rejected rows are kept in {path}.").format(path=outcome.rejects))


def undo(
    context: typer.Context,
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="The id that the import told; else the newest.")
    ] = None,
) -> None:
    """Take a whole import back; what was done to its tickets since then stays on them."""
    from desktop_desk.exchange.events import newest_import, undo_import

    session = session_of(context)
    with session.desk() as desk, progress_shown(_("Acts")) as progress:
        count = undo_import(desk, run or newest_import(desk), progress)
    if session.json:
        print_json({"undone": count})
    else:
        print(ngettext("{count} act undone", "{count} acts undone", count).format(count=count))


def _map_file(mapping: Path) -> Path:
    """The map's own path, or that of the shipped map with this name."""
    if not mapping.exists():
        shipped = Path(str(files("desktop_desk") / "resources" / "maps"))
        for found in sorted(shipped.glob("*.toml")):
            if str(mapping) in {found.name, found.stem}:
                return found
    return mapping


def export_json(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write.")],
) -> None:
    """Write every ticket with its thread into one JSON file."""
    from desktop_desk.exchange.export_json import export_json as write_out

    session = session_of(context)
    with session.desk() as desk, progress_shown(_("Tickets")) as progress:
        written = write_out(desk, path.expanduser().absolute(), progress=progress)
    if session.json:
        print_json({"written": written})
    else:
        said = ngettext("{count} ticket written to {path}", "{count} tickets written to {path}", written)
        print(said.format(count=written, path=path))
