"""Commands about one caller: `person show`, `person export`, `person purge`; and `ticket purge`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import print_json
from desktop_desk.cli.session import session_of
from desktop_desk.cli.work import show_done
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.i18n import _, ngettext

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import PersonHit

Who = Annotated[
    str, typer.Argument(metavar="WHO", help="A name, number or address that one caller alone has.")
]


def build() -> typer.Typer:
    """The commands that begin with `person`."""
    people = typer.Typer(help="Callers, and what is held about them.", no_args_is_help=True)
    for command in (show, export, purge):
        people.command()(command)
    return people


def show(context: typer.Context, who: Who) -> None:
    """Show a caller."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.person(_one(desk, who).uid)
    contacts = [{"kind": contact.kind, "value": contact.value} for contact in view.contacts]
    if session.json:
        print_json(
            {
                "uid": view.uid, "name": view.name, "organisation": view.organisation or None, "notes": view.notes,
                "contacts": contacts, "open_tickets": view.open_tickets,
            }
        )  # fmt: skip
        return
    print(view.name, *(contact["value"] for contact in contacts), view.organisation, view.notes, sep="\n")


def export(
    context: typer.Context,
    who: Who,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="The JSON file to write; it must not exist yet.")
    ],
) -> None:
    """Write all that is held about a caller into a file, for him."""
    from desktop_desk.exchange.export_person import export_person

    session = session_of(context)
    with session.desk() as desk:
        written = export_person(desk, _one(desk, who).uid, path.expanduser().absolute())
    if session.json:
        print_json({"written": written})
    else:
        said = ngettext("{count} ticket written to {path}.", "{count} tickets written to {path}.", written)
        print(said.format(count=written, path=path))


def purge(
    context: typer.Context,
    who: Who,
    conversations: Annotated[
        bool, typer.Option("--conversations", help="Also the subjects, words and files of his tickets.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Really: this cannot be undone.")] = False,
) -> None:
    """Forget a caller: take what is known of him out of the history, here and on every copy of the desk."""
    session = session_of(context)
    _need_yes(yes=yes)
    with session.desk() as desk:
        done = desk.purge_person(_one(desk, who).uid, conversations=conversations)
    if session.json:
        print_json({"act": done.act, "tickets": sorted(done.touched)})
    else:
        print(_("Forgotten, and on every other copy with its next sync."))


def purge_entry(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The ticket's number.")],
    act: Annotated[
        str, typer.Argument(metavar="ACT", help="The entry's act, as `ticket show --json` gives it.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Really: this cannot be undone.")] = False,
) -> None:
    """Take the words and files of an entry out of the history, here and on every copy of the desk."""
    session = session_of(context)
    _need_yes(yes=yes)
    with session.desk() as desk:
        thread = desk.ticket(number).thread
        named = [
            entry.uid for entry in thread if entry.act == act and (entry.kind != "event" or entry.attachments)
        ]
        if not named:
            raise NotFound(_("{number} has no entry of the act {act}.").format(number=number, act=act[:80]))
        first, *others = dict.fromkeys(named)
        done = desk.purge_entry(number, first)
        for entry in others:
            desk.purge_entry(number, entry)
        show_done(session, desk, done, _("Purged."))


def _one(desk: "Desk", who: str) -> "PersonHit":
    found = list(desk.find_people(who, 2))
    if not found:
        raise NotFound(_("There is no caller “{who}”.").format(who=who[:60]), _("Search by name or number."))
    if len(found) > 1:
        raise Invalid(
            "who",
            _("“{who}” is more than one caller.").format(who=who[:60]),
            ", ".join(f"{hit.name} {hit.phone}".strip() for hit in found),
        )
    return found[0]


def _need_yes(*, yes: bool) -> None:
    if not yes:
        raise Invalid("yes", _("A purge cannot be undone."), _("Give --yes to do it."))
