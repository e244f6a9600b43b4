"""`mail template`: what the office's letters say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import session_of, written_text
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop_desk.desk.desk import Desk

_Kind = Annotated[str, typer.Argument(metavar="KIND", help="reply, receipt or resolved.")]
_Language = Annotated[str, typer.Option("--language", metavar="L", help="en or de.")]
_Department = Annotated[
    str,
    typer.Option("--department", metavar="D", help="That of this department; left out, of the whole desk."),
]
_Set = Annotated[
    str,
    typer.Option("--set", metavar="FILE", help="Take this file as the new template; - reads standard input."),
]
_Reset = Annotated[
    bool, typer.Option("--reset", help="Go back to the one before: the desk's, or the program's.")
]
_Preview = Annotated[str, typer.Option("--preview", metavar="NUMBER", help="Fill it in for this ticket.")]


def add_commands(app: typer.Typer) -> None:
    """Add this command to those under `mail`."""
    app.command("template")(template)


def template(
    context: typer.Context, kind: _Kind, language: _Language = "en", department: _Department = "", set_: _Set = "",
    reset: _Reset = False, preview: _Preview = "",
) -> None:  # fmt: skip
    """Show or change what a kind of letter says; one that names something unknown is refused."""
    from desktop_desk.channels.letters import own_template, rendered

    if set_ and reset:
        raise typer.BadParameter(_("Either --set or --reset."))
    session = session_of(context)
    with session.desk() as desk:
        if reset:
            desk.set_template(kind, language, "", department or None)
        elif set_:
            text = _read(set_)
            rendered(text, _values(desk, preview))
            desk.set_template(kind, language, text, department or None)
        found = desk.template(kind, language, department or None)
        text = found.department or found.desk or own_template(kind, language)
        made = rendered(text, _values(desk, preview)) if preview else None
    if session.json:
        shown = {"subject": made.subject, "text": made.body} if made else None
        own = bool(found.department if department else found.desk)
        print_json({"kind": kind, "language": language, "own": own, "template": text, "preview": shown})
    elif made is not None:
        print(_("Subject: {subject}").format(subject=made.subject), made.body, sep="\n\n")
    else:
        print(text)


def _read(name: str) -> str:
    if name == "-":
        return written_text(name)
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        reason = _("The file {path} cannot be read: {why}.").format(path=name, why=why)
        raise Invalid("set", reason, _("It must be a text in UTF-8.")) from error


def _values(desk: "Desk", number: str) -> "Mapping[str, str]":
    """What the template is filled in with: of the ticket that is named, else of none."""
    from desktop_desk.channels.letters import VARIABLES

    return desk.letter_values(number) if number else dict.fromkeys(VARIABLES, "")
