"""Files on tickets: `ticket attach`, `ticket save`, and what `--attach` of other commands means."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import session_of, written_text
from desktop_desk.cli.work import show_done
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.views import Attachment, AttachmentView, TicketView

Attach = Annotated[
    list[Path] | None,
    typer.Option("--attach", metavar="FILE", help="A file that goes with it; may be given several times."),
]


def attach(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Up to 25 MB each.")],
    text: Annotated[str, typer.Option(metavar="T", help="What to say of them; - reads standard input.")] = "",
    reply: Annotated[
        bool, typer.Option("--reply", help="As an answer to the caller, not as a note.")
    ] = False,
) -> None:
    """Attach files to the ticket, with a note, a reply, or without a word."""
    session = session_of(context)
    said = written_text(text)
    kind = "reply" if reply else "note" if said.strip() else None
    with session.desk() as desk:
        show_done(session, desk, desk.attach(number, attachments_of(files), said, kind), _("Attached."))


def save(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    name: Annotated[str, typer.Argument(metavar="NAME|UID", help="The file, as `ticket show` names it.")],
    to: Annotated[Path, typer.Option(metavar="PATH", help="The file to write, or a folder for it.")],
    replace: Annotated[bool, typer.Option("--replace", help="Also over a file that is there.")] = False,
) -> None:
    """Save a file that is attached to the ticket."""
    session = session_of(context)
    with session.desk() as desk:
        file = _named(desk.ticket(number), name)
        path = desk.save_attachment(file.uid, to, replace=replace)
    if session.json:
        print_json({"uid": file.uid, "name": file.name, "size": file.size, "written": str(path)})
    else:
        print(_("Saved as {path}.").format(path=path))


def attachments_of(files: Sequence[Path] | None) -> "tuple[Attachment, ...]":
    """The files of a command line as the desk takes them."""
    from desktop_desk.desk.views import Attachment

    return tuple(Attachment(path) for path in files or ())


def _named(view: "TicketView", name: str) -> "AttachmentView":
    """The one attachment of a ticket with this uid or name."""
    files = [file for entry in view.thread for file in entry.attachments]
    found = [file for file in files if file.uid == name] or [file for file in files if file.name == name]
    if not found:
        names = ", ".join(dict.fromkeys(file.name for file in files))
        reason = _("{number} has no file “{name}”.").format(number=view.number, name=name)
        raise NotFound(reason, names and _("It has: {names}.").format(names=names))
    if len({file.sha for file in found}) > 1:
        raise Invalid(
            "name",
            _("{number} has several files “{name}”.").format(number=view.number, name=name),
            _("Give the uid of one: {uids}.").format(uids=", ".join(file.uid for file in found)),
        )
    return found[-1]
