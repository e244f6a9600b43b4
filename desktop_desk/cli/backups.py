"""Commands about backups: backup, backups, restore."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from desktop_desk.cli.output import iso, local_time, print_json, table
from desktop_desk.cli.session import Session, progress_shown, session_of
from desktop_desk.desk.addresses import is_address, shown_address
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _, ngettext


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (backup, backups, restore):
        app.command()(command)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; it must not exist yet.")],
) -> None:
    """Copy the desk to FILE while others go on working."""
    session = session_of(context)
    with session.desk() as desk:
        facts = desk.backup(file.expanduser().absolute())
    _say_facts(session, facts, _("Backed up to {path}.").format(path=file))


def backups(
    context: typer.Context,
    now: Annotated[bool, typer.Option("--now", help="Make one first, unless nothing changed.")] = False,
) -> None:
    """List the backups that the window makes by itself of this desk, newest first, each with its file."""
    from desktop_desk import bootstrap, upkeep

    session = session_of(context)
    address = session.require_address()
    with session.desk() as desk:
        if now:
            upkeep.back_up(desk.store, address, bootstrap.now_ms, by_hand=True)
        elsewhere = upkeep.newest_elsewhere(desk.store, address)
        found = upkeep.backups_of(address)
    if session.json:
        print_json(
            [
                {"at": iso(one.at), "facts": one.facts, "bytes": one.size, "path": str(one.path)}
                for one in found
            ]
        )
        return
    rows = [
        (local_time(one.at), f"{one.facts:,}", f"{one.size / 1e6:,.1f} MB", str(one.path)) for one in found
    ]
    if rows:
        print(table((_("When"), _("Facts"), _("Size"), _("File")), rows, whole=True))
    if elsewhere is not None:
        at, machine = elsewhere
        print(
            _("The newest of the office is on {machine}: {time}").format(machine=machine, time=local_time(at))
        )
    print(ngettext("{count} backup", "{count} backups", len(rows)).format(count=len(rows)))


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")],
    desk: Annotated[
        str,
        typer.Argument(
            metavar="DESK",
            help="The desk to make of it: a file that does not exist yet, or an empty database: postgresql://…",
        ),
    ],
    look: Annotated[
        bool, typer.Option("--look", help="Only to look at: a copy in which nothing can be written.")
    ] = False,
) -> None:
    """Make a desk of a backup; agent and password are those of the backup."""
    from desktop_desk import bootstrap, encryption, upkeep

    session = session_of(context)
    login, password = session.credentials()
    source = file.expanduser().absolute()
    if look and is_address(desk):
        raise typer.BadParameter(_("A copy to look at is a file."), param_hint="--look")
    target = desk if is_address(desk) else str(Path(desk).expanduser().absolute())
    key = encryption.key_of(source, login, password)
    if is_address(target):
        with progress_shown(_("Restoring")) as progress:
            facts = upkeep.restore_to_server(source, target, bootstrap.now_ms, key=key, progress=progress)
    else:
        made = upkeep.look_at if look else upkeep.restore
        facts = made(source, Path(target), bootstrap.now_ms, key=key)
    try:
        with closing(bootstrap.open_desk(target)) as front:
            front.log_in(login, password)
    except DeskError:
        # Whoever may not work with the backup gets no desk of it.
        upkeep.take_away(target)
        raise
    said = _("A copy to look at: {path}.") if look else _("Restored as {path}.")
    _say_facts(session, facts, said.format(path=shown_address(desk) if is_address(desk) else desk))


def _say_facts(session: Session, facts: int, said: str) -> None:
    if session.json:
        print_json({"ok": True, "facts": facts})
    else:
        print(said, _("{facts} facts.").format(facts=facts))
