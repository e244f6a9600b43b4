"""Commands about a desk in several places: hub new, replica new, sync, sync status."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli import copies
from desktop_desk.cli.encryption import say_recovery
from desktop_desk.cli.output import iso, local_time, print_json, table
from desktop_desk.cli.session import Session, progress_shown, session_of
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.sharing import Status
    from desktop_desk.sync.exchange import Exchanged, Standing

HUB_HELP = "The hub: folder:PATH, a file, or postgresql://…"
Hub = Annotated[str, typer.Argument(metavar="HUB", help=HUB_HELP)]


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    hubs = typer.Typer(help="Places where copies of the desk meet.", no_args_is_help=True)
    hubs.command("new")(hub_new)
    hubs.command("rekey")(hub_rekey)
    app.add_typer(hubs, name="hub")
    replicas = typer.Typer(help="Copies of the desk.", no_args_is_help=True)
    replicas.command("new")(replica_new)
    copies.add_to(replicas)
    app.add_typer(replicas, name="replica")
    app.command()(sync)


def hub_new(
    context: typer.Context,
    hub: Hub,
    label: Annotated[
        str,
        typer.Option(
            "--label", metavar="L", help="What this copy of the desk is called; else the machine’s name."
        ),
    ] = "",
    new_key: Annotated[
        bool,
        typer.Option(
            "--new-key", help="Of an encrypted desk: with another key than its hubs had, after somebody left."
        ),
    ] = False,
) -> None:
    """Make a hub and lay the desk there, so that others can take it along."""
    from desktop_desk import sharing

    session = session_of(context)
    with session.desk() as desk, progress_shown(_("Facts")) as progress:
        done = sharing.new_hub(desk, hub, label, new_key=new_key, told=progress)
    _say(session, done, _("The hub is ready: others take the desk from there with “replica new”."))


def hub_rekey(context: typer.Context) -> None:
    """Give the encrypted hub of the desk a new key, after somebody left or a copy was stolen.

    What lies there is sealed anew; other copies ask for a password once. Interrupted, or with the hub away, the next
    sync goes on.
    """
    from desktop_desk import sharing

    session = session_of(context)
    with session.front() as front:
        login, password = session.credentials()
        desk = front.log_in(login, password)
        with progress_shown(_("At the hub")) as progress:
            done = sharing.renew_hub_key(desk, login=login, password=password, told=progress)
    _say(session, done, _("The hub has a new key; other copies ask for a password once."))


def replica_new(
    context: typer.Context,
    hub: Hub,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The desk to make; it must not exist yet.")],
    label: Annotated[
        str, typer.Option("--label", metavar="L", help="What the copy is called, as “Jane’s laptop”.")
    ],
    encrypt: Annotated[
        bool,
        typer.Option(
            "--encrypt",
            help="Encrypt the copy with a key of its own, from the first byte on; prints its recovery code.",
        ),
    ] = False,
) -> None:
    """Take the desk of a hub along; agent and password are those of that desk."""
    from desktop_desk import encryption, sharing

    session = session_of(context)
    login, password = session.credentials()
    target = file.expanduser().absolute()
    recovery = encryption.new_code() if encrypt else ""
    with progress_shown(_("Copying")) as progress:
        taken = sharing.new_replica(hub, target, label, login, password, recovery=recovery, told=progress)
    if session.json:
        more: dict[str, Any] = {"recovery": recovery} if encrypt else {}
        if encrypt or taken.without_keys:
            more["without_keys"] = list(taken.without_keys)
        print_json({"desk": str(target), "code": taken.code, **more, **_counts(taken.exchanged)})
        return
    print(_("{path} is ready; its ticket numbers begin with {code}.").format(path=file, code=taken.code))
    if encrypt:
        say_recovery(recovery)
    if taken.without_keys:
        # Also where nobody asked to encrypt: the copy of an encrypted desk is.
        print(encryption.tell_without_keys(taken.without_keys))
        print(sharing.how_to_let_in())
    _say(session, taken.exchanged, "")


def sync(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[status] [HUB]",
            help="Another hub than the one remembered; “status” tells how things stand and exchanges nothing.",
        ),
    ] = None,
) -> None:
    """Exchange everything with the hub."""
    from desktop_desk import sharing

    session = session_of(context)
    given = list(words or ())
    asked = given[:1] == ["status"]
    rest = given[1:] if asked else given
    if len(rest) > 1:
        raise typer.BadParameter(_("One hub at a time."), param_hint="HUB")
    address = rest[0] if rest else ""
    with session.front() as front:
        login, password = session.credentials()
        desk = front.log_in(login, password)
        if asked:
            _say_status(session, sharing.status(desk, address))
            return
        with progress_shown(_("Facts")) as progress:
            done = sharing.sync(desk, address, login=login, password=password, told=progress)
        front.enrol_missing()
    _say(session, done, "")


def _counts(done: "Exchanged") -> dict[str, Any]:
    counts: dict[str, Any] = {"pulled": done.pulled, "pushed": done.pushed, "conflicts": done.conflicts}
    if done.held:
        counts["held"] = done.held
    if done.problems:
        counts["problems"] = list(done.problems)
    return counts


def _say(session: Session, done: "Exchanged", said: str) -> None:
    if session.json:
        print_json(_counts(done))
        return
    lines = [
        said,
        _("{pulled} facts came, {pushed} went.").format(pulled=done.pulled, pushed=done.pushed),
        ngettext(
            "{n} new difference: see the queue “Differences”.", "{n} new differences: see the queue “Differences”.",
            done.conflicts,
        ).format(n=done.conflicts)
        if done.conflicts
        else "",
        _("{n} facts of a revoked copy wait to be accepted or refused.").format(n=done.held) if done.held else "",
        *done.problems,
    ]  # fmt: skip
    print("\n".join(line for line in lines if line))


def _say_status(session: Session, found: "Status") -> None:
    if session.json:
        print_json(
            {
                "hub": found.hub, "synced": iso(found.synced), "replica": found.replica, "label": found.label,
                "code": found.code, "away": found.away or None,
                "replicas": [_standing_json(standing) for standing in found.standings],
            }
        )  # fmt: skip
        return
    print(_("Hub: {hub}").format(hub=found.hub))
    print(_("Last sync: {time}").format(time=local_time(found.synced) or _("never")))
    if found.away:
        print(found.away)
    titles = (_("Copy"), _("Letters"), _("Facts here"), _("At the hub"), _("Missing here"), _("Last seen"))
    rows = [
        (
            standing.label or standing.replica[:8], standing.code, str(standing.here), str(standing.hub),
            str(standing.lacking or ""), local_time(standing.seen),
        )
        for standing in found.standings
    ]  # fmt: skip
    if rows:
        print(table(titles, rows))


def _standing_json(standing: "Standing") -> dict[str, Any]:
    return {
        "replica": standing.replica, "label": standing.label, "code": standing.code, "here": standing.here,
        "hub": standing.hub, "lacking": standing.lacking, "seen": iso(standing.seen),
        "clock_ahead_minutes": standing.ahead // 60_000,
    }  # fmt: skip
