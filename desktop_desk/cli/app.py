"""The command line: global options, the commands, and what a mistake in them is answered with."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from desktop_desk import __version__
from desktop_desk.cli import (
    backups,
    call_backs,
    desks,
    encryption,
    imports,
    mail,
    notices,
    office,
    people,
    reports,
    starts,
    sync,
    tickets,
    web,
    work,
)
from desktop_desk.cli.errors import REFUSED, USAGE, of_system, tell
from desktop_desk.cli.launch import Launch
from desktop_desk.cli.session import Session, keep_session
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _

PROGRAM = "desktop-desk"
_WITH_VALUE = ("--desk", "--as")
_FLAGS = ("--json", "--on-network")


def build() -> typer.Typer:
    """All commands, as one application that keeps nothing between two runs."""
    app = typer.Typer(
        name=PROGRAM,
        help="A help desk. Without a command the window opens.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_globals)
    for part in (starts, desks, backups, work, imports, reports, sync):
        part.add_commands(app)
    app.add_typer(tickets.build(), name="ticket")
    app.add_typer(people.build(), name="person")
    app.add_typer(mail.build(), name="mail")
    app.add_typer(office.build(), name="office")
    app.add_typer(call_backs.build(), name="call-back")
    app.add_typer(encryption.build(), name="desk")
    app.add_typer(notices.build(), name="notices")
    app.add_typer(web.build(), name="web")
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"Desktop Desk {__version__}")
        raise typer.Exit


def _globals(
    context: typer.Context,
    desk: Annotated[
        str | None, typer.Option(metavar="PATH|URL", envvar="DESKTOP_DESK", help="The desk to work on.")
    ] = None,
    login: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="LOGIN",
            envvar="DESKTOP_DESK_AGENT",
            help="The agent who does it. The password is taken from DESKTOP_DESK_PASSWORD, else asked for.",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document on stdout; messages go to stderr.")
    ] = False,
    on_network: Annotated[
        bool,
        typer.Option(
            "--on-network",
            help="Open a desk in a network folder all the same, where its locks are seen to hold. For experts; a hub is"
            " the safe way (hub new).",
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
    keep_session(context, Session(address=desk, login=login, json=json, on_network=on_network))


def run(arguments: Sequence[str]) -> int | Launch:
    """Carry out one command; its exit code, or the launch that `call` and `open` ask for."""
    _prepare_streams()
    command = typer.main.get_command(build())
    try:
        outcome: Any = command.main(
            args=globals_first(arguments), prog_name=PROGRAM, standalone_mode=False, windows_expand_args=False
        )
        # What is still to be written may fail, and then the command has not answered.
        sys.stdout.flush()
    except DeskError as error:
        return tell(error)
    except typer.TyperException as error:
        return _tell_mistake(error)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        _write_no_more()  # the reader has gone and needs nothing
        return REFUSED
    except OSError as error:
        if error.filename is None:
            _write_no_more()
        return tell(of_system(error))
    return outcome if isinstance(outcome, int | Launch) else 0


def globals_first(arguments: Sequence[str]) -> list[str]:
    """The same arguments with the global options before the command, wherever they were written."""
    moved: list[str] = []
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            kept += [argument, *rest]
        elif argument in _FLAGS or argument.startswith(tuple(f"{option}=" for option in _WITH_VALUE)):
            moved.append(argument)
        elif argument in _WITH_VALUE:
            moved += [argument, *(value for value in [next(rest, None)] if value is not None)]
        else:
            kept.append(argument)
    return moved + kept


def _tell_mistake(error: typer.TyperException) -> int:
    print(error.format_message(), file=sys.stderr)
    where: Any = getattr(error, "ctx", None)
    path = where.command_path if where is not None else PROGRAM
    if where is not None and not hasattr(where.command, "commands"):
        print(_("Write: {form}").format(form=form(where)), file=sys.stderr)
    print(_("See: {command} --help").format(command=path), file=sys.stderr)
    return USAGE


def form(context: Any) -> str:
    """How a command is written, with all that it must be given."""
    words: list[str] = [context.command_path]
    for parameter in context.command.params:
        if parameter.param_type_name != "option":
            words.append(parameter.metavar)
        elif parameter.required:
            words.append(parameter.get_help_record(context)[0])
    return " ".join(words)


def _write_no_more() -> None:
    """Let nothing more go to stdout: Python would try again at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_streams() -> None:
    """Let every stream be there, and every text be printed in it, whatever the terminal's own encoding."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by whoever started us, or a program without a console
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115  as long as we
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
