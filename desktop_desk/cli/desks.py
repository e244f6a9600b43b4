"""Commands about a whole desk: new, check, bench."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from desktop_desk.cli.encryption import say_recovery
from desktop_desk.cli.errors import REFUSED
from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import Session, as_agent, progress_shown, session_of
from desktop_desk.cli.zones import local_zone
from desktop_desk.desk.addresses import is_address, shown_address
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk

DEMO_ADMIN = "admin"
DEMO_PASSWORD = "demo"  # noqa: S105  printed in the manual


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (new, check, bench):
        app.command()(command)


Demo = Annotated[
    bool,
    typer.Option(
        "--demo", help="With a story to play: agents john, jane and admin, each with the password demo."
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        metavar="S",
        help="With --tickets: the same number makes the same desk, a copy of one made before. Without it each desk is"
        " one of its own.",
    ),
]
Tickets = Annotated[
    int | None, typer.Option(metavar="N", min=0, help="With N made-up tickets, and the demo's agents.")
]
Admin = Annotated[
    str | None,
    typer.Option(
        metavar="LOGIN", help="The first administrator; the password is taken from DESKTOP_DESK_PASSWORD."
    ),
]
Country = Annotated[
    str | None, typer.Option(metavar="CC", help="Country, two letters: its holidays and phone numbers.")
]
Region = Annotated[str | None, typer.Option(metavar="R", help="Part of the country with its own holidays.")]
Zone = Annotated[
    str | None,
    typer.Option(metavar="ZONE", help="Time zone of the office, as Europe/Berlin; else this machine's."),
]

Encrypt = Annotated[
    bool, typer.Option("--encrypt", help="Unreadable without a password; prints the recovery code, once.")
]


def new(
    context: typer.Context,
    desk: Annotated[
        str,
        typer.Argument(
            metavar="DESK",
            help="The file to make; it must not exist yet. Or an empty database: postgresql://…",
        ),
    ],
    demo: Demo = False,
    tickets: Tickets = None,
    seed: Seed = None,
    admin: Admin = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What the office calls the desk.")] = None,
    country: Country = None,
    region: Region = None,
    zone: Zone = None,
    encrypt: Encrypt = False,
) -> None:
    """Make a new desk."""
    from desktop_desk import bootstrap, upkeep

    session = session_of(context)
    path = _free_place(desk)
    recovery = bootstrap.new_recovery_code() if encrypt else ""
    generated = demo or tickets is not None
    if generated:
        _no_office_of_your_own(name, country, region, zone)
    login = admin or (DEMO_ADMIN if generated else session.login or DEMO_ADMIN)
    password = _admin_password(session, login) if admin or not generated else DEMO_PASSWORD
    if tickets is not None:
        with progress_shown(_("Tickets")) as progress:
            bootstrap.generate(
                path, tickets=tickets, seed=seed, progress=progress, on_network=session.on_network,
                recovery=recovery,
            )  # fmt: skip
    elif demo:
        bootstrap.create_demo(path, zone=local_zone(), on_network=session.on_network, recovery=recovery)
    else:
        bootstrap.create_desk(
            path, name=name or _name_of(path), admin_login=login, admin_name=login, admin_password=password,
            country=country or "", region=region or "", zone=zone or local_zone(), on_network=session.on_network,
            recovery=recovery,
        ).close()  # fmt: skip
    try:
        _report_new(session, path, login, password, generated=generated, recovery=recovery)
    except DeskError:
        # Nobody was told of it, nor of its recovery code.
        upkeep.take_away(str(path))
        raise


def _no_office_of_your_own(*given: str | None) -> None:
    if any(given):
        raise typer.BadParameter(
            _("Name, country, region and zone are for a desk of your own."), param_hint="--demo, --tickets"
        )


def _admin_password(session: Session, login: str) -> str:
    password = os.environ.get("DESKTOP_DESK_PASSWORD")
    if password is not None:
        return password
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            _("The first administrator needs a password: set DESKTOP_DESK_PASSWORD."), param_hint="--admin"
        )
    _login, password = as_agent(session, login).credentials()
    return password


def _free_place(desk: str) -> Path | str:
    """The file or address of a new desk; Invalid for a file that is there already."""
    if is_address(desk):
        return desk
    path = Path(desk).expanduser().absolute()
    if path.exists():
        raise Invalid(
            "desk",
            _("{path} exists already.").format(path=path),
            _("Choose another name, or open that desk."),
        )
    return path


def _name_of(desk: Path | str) -> str:
    """What a desk is called after its file or database."""
    return desk.stem if isinstance(desk, Path) else urlsplit(desk).path.strip("/") or _("Desk")


def _report_new(
    session: Session, path: Path | str, login: str, password: str, *, generated: bool, recovery: str
) -> None:
    """Say what was made; a made-up desk gets an administrator of one's own first, where one was named."""
    from desktop_desk import bootstrap

    with closing(bootstrap.open_desk(path, on_network=session.on_network)) as front:
        desk = front.log_in(*((DEMO_ADMIN, DEMO_PASSWORD) if generated else (login, password)))
        if generated and (login, password) != (DEMO_ADMIN, DEMO_PASSWORD):
            _make_administrator(desk, login, password)
        agents = sorted(agent.login for agent in desk.directory().agents)
        count = desk.counters().total
    shown = shown_address(path) if isinstance(path, str) else str(path)
    if session.json:
        made = {"desk": shown, "tickets": count, "agents": agents}
        print_json(made | ({"recovery": recovery} if recovery else {}))
    else:
        print(
            ngettext(
                "{path}: {count} ticket; agents: {agents}", "{path}: {count} tickets; agents: {agents}", count
            ).format(path=shown, count=count, agents=", ".join(agents))
        )
        if recovery:
            say_recovery(recovery)


def _make_administrator(desk: "Desk", login: str, password: str) -> None:
    known = desk.directory().agent(login)
    if known is None:
        own = desk.actor
        desk.add_agent(login, login, password, department=own.department, role=own.role, admin=True)
    else:
        desk.edit_agent(known.uid, admin=True)
        if password != DEMO_PASSWORD:
            desk.set_password(known.uid, password)


def check(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make everything that screens read anew from the history.")
    ] = False,
) -> None:
    """Check that the desk is whole; exit 1 when it is not."""
    session = session_of(context)
    with session.desk() as desk, progress_shown(_("Checking")) as progress:
        found = desk.check(rebuild=rebuild, progress=progress)
    if session.json:
        print_json(
            {
                "ok": found.ok,
                "tickets": found.tickets,
                "facts": found.facts,
                "digest": found.digest,
                "problems": list(found.problems),
            }
        )
    else:
        state = _("The desk is whole.") if found.ok else _("The desk is NOT whole:")
        print(state, *found.problems, sep="\n")
        said = ngettext("{tickets} ticket, {facts} facts", "{tickets} tickets, {facts} facts", found.tickets)
        print(said.format(tickets=found.tickets, facts=found.facts))
    if not found.ok:
        raise typer.Exit(REFUSED)


def bench(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME…]",
            help="Only these: queue, ticket, search, caller, counters, report, save, disk, import, apply, sync, hub,"
            " snapshot, encrypted, mail, form, start, memory, scroll, pixels, call.",
        ),
    ] = None,
    tickets: Annotated[
        int,
        typer.Option(metavar="N", min=100, help="On a made-up desk of so many tickets, kept for later runs."),
    ] = 10_000,
    server: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="Also with this empty PostgreSQL database; a desk is left in it."
        ),
    ] = "",
) -> None:
    """Measure how quick the program is on this machine, each figure beside a baseline of the same run."""
    from desktop_desk import config
    from desktop_desk.cli.bench.lines import figure_line, figure_row, heading
    from desktop_desk.cli.bench.run import run

    session = session_of(context)
    with progress_shown(_("Making the desk")) as progress:
        figures = run(names or (), tickets, config.places().state / "bench", progress, server)
    if session.json:
        print_json([figure_row(figure) for figure in figures])
        return
    print(heading())
    for figure in figures:
        print(figure_line(figure), flush=True)
