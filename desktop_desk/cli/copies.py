"""Commands about copies that are there already: replica list, revoke, trust, held, accept, refuse, moved."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from desktop_desk.cli.output import iso, local_time, print_act, print_json, table
from desktop_desk.cli.session import session_of
from desktop_desk.i18n import _

Copy = Annotated[str, typer.Argument(metavar="LABEL|UID", help="The copy, as `replica list` names it.")]
Act = Annotated[str, typer.Argument(metavar="ACT", help="The act, as `replica held` names it.")]


def add_to(replicas: typer.Typer) -> None:
    """Add these to the commands that begin with `replica`."""
    replicas.command("list")(list_copies)
    for command in (revoke, trust, held, accept, refuse, moved):
        replicas.command()(command)


def list_copies(context: typer.Context) -> None:
    """List the copies of the desk."""
    session = session_of(context)
    with session.desk() as desk:
        directory = desk.directory()
        own = desk.store.log.own
        rows = [
            {
                "replica": copy.uid, "label": copy.name, "code": copy.code, "own": copy.uid == own,
                "agent": agent.login if (agent := directory.agent(copy.agent)) else None,
                "revoked": copy.cutoff is not None,
            }
            for copy in desk.replicas()
        ]  # fmt: skip
    if session.json:
        print_json(rows)
        return
    marks = [_("this one") if row["own"] else _("revoked") if row["revoked"] else "" for row in rows]
    cells = [
        (str(row["label"]), str(row["code"] or "–"), mark) for row, mark in zip(rows, marks, strict=True)
    ]
    print(table((_("Copy"), _("Letters"), ""), cells))


def revoke(context: typer.Context, copy: Copy) -> None:
    """Trust a copy no more, as after a theft: what it writes from now on is held."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.revoke_replica(copy)
    print_act(
        done.act, _("Revoked. What it wrote and was not synced yet will be held."), as_json=session.json
    )


def trust(context: typer.Context, copy: Copy) -> None:
    """Trust a revoked copy again: all that was held of it comes in."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.trust_replica(copy)
    print_act(done.act, _("Trusted again."), as_json=session.json)


def held(context: typer.Context) -> None:
    """List what revoked copies wrote and nobody has decided on."""
    session = session_of(context)
    with session.desk() as desk:
        acts = desk.held_acts()
    if session.json:
        print_json(
            [
                {
                    "act": act.act, "replica": act.replica, "by": act.by or None, "at": iso(act.at), "what": act.what,
                    "text": act.text,
                }
                for act in acts
            ]
        )  # fmt: skip
        return
    rows = [(act.act, act.replica, act.by, local_time(act.at), act.what, act.text[:60]) for act in acts]
    print(table((_("Act"), _("Copy"), _("Who"), _("When"), _("What"), ""), rows))


def accept(context: typer.Context, act: Act) -> None:
    """Let a held act in."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.accept_held(act)
    print_act(done.act, _("Accepted."), as_json=session.json)


def refuse(context: typer.Context, act: Act) -> None:
    """Leave a held act out; it stays in the log."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.refuse_held(act)
    print_act(done.act, _("Refused."), as_json=session.json)


def moved(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The desk file where it is now.")],
) -> None:
    """Say that a desk file was moved, not copied, before it is opened: it goes on with the numbers it had."""
    from desktop_desk import bootstrap

    session = session_of(context)
    login, password = session.credentials()
    with closing(bootstrap.open_desk(file.expanduser().absolute(), moved=True)) as front:
        front.log_in(login, password)
    print_act("", _("{path} goes on as it was.").format(path=file), as_json=session.json)
