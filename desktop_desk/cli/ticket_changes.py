"""The `ticket` commands that change a ticket; each prints the ticket as it is afterwards."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli import attachments
from desktop_desk.cli.attachments import Attach, attachments_of
from desktop_desk.cli.session import Session, session_of, written_text
from desktop_desk.cli.times import moment
from desktop_desk.cli.work import show_done, show_ticket
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done

Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="The ticket's number, with or without dash, in any case.")
]
Text = Annotated[str, typer.Option(metavar="T", help="What was said or done; - reads standard input.")]
Message = Annotated[str, typer.Option(metavar="M", help="Why, for the colleagues; - reads standard input.")]

EDITED = ("subject", "topic", "department", "team", "source", "caller", "due")
"""The fields of `ticket edit`; the others have commands of their own."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A logged-in desk and the way an act's result is printed."""

    desk: "Desk"
    session: Session

    def done(self, done: "Done", said: str = "") -> None:
        """Print the ticket that the act touched."""
        show_done(self.session, self.desk, done, said)

    def show(self, number: str) -> None:
        """Print the ticket with this number."""
        show_ticket(self.session, self.desk, number)


@contextmanager
def acting(context: typer.Context) -> Generator[Acting]:
    """The desk of this command line, for one act."""
    session = session_of(context)
    with session.desk() as desk:
        yield Acting(desk, session)


def add_commands(group: typer.Typer) -> None:
    """Add the changing commands to the group."""
    for command in (reply, note, message, call, assign, priority, status, claim, release, follow):
        group.command()(command)
    for name, doc in (
        ("resolve", _("Resolve the ticket: the work is done.")),
        ("close", _("Close the ticket.")),
        ("reopen", _("Open a resolved or closed ticket again.")),
    ):
        group.command(name, help=doc)(_ending(name))
    group.command()(edit)
    # Without this, a tag to be removed would be read as an option of ours.
    group.command(context_settings={"ignore_unknown_options": True})(tag)
    group.command()(copy)
    group.command()(attachments.attach)
    group.command()(attachments.save)
    group.command()(merge)
    group.command()(unmerge)
    group.command()(settle)


def reply(
    context: typer.Context,
    number: Number,
    text: Text,
    resolve: Annotated[bool, typer.Option("--resolve", help="Resolve the ticket with it.")] = False,
    attach: Attach = None,
) -> None:
    """Write an answer to the caller; where it can go by mail, an open window or `mail send` sends it."""
    with acting(context) as act:
        files = attachments_of(attach)
        act.done(act.desk.reply(number, written_text(text), resolve=resolve, attachments=files))


def note(context: typer.Context, number: Number, text: Text, attach: Attach = None) -> None:
    """Write a note for colleagues; @login makes that agent a follower."""
    with acting(context) as act:
        act.done(act.desk.note(number, written_text(text), attachments=attachments_of(attach)))


def message(context: typer.Context, number: Number, text: Text) -> None:
    """Write down what the caller wrote or said."""
    with acting(context) as act:
        act.done(act.desk.message(number, written_text(text)))


def call(
    context: typer.Context,
    number: Number,
    text: Text,
    seconds: Annotated[int, typer.Option(metavar="S", min=0, max=86_400, help="How long it lasted.")] = 0,
    outgoing: Annotated[bool, typer.Option("--outgoing", help="We called the caller.")] = False,
) -> None:
    """Add a call to the ticket; one that is resolved or closed is opened again."""
    from desktop_desk.bootstrap import now_ms
    from desktop_desk.desk.views import CallRecord

    with acting(context) as act:
        record = CallRecord(
            direction="out" if outgoing else "in", started=now_ms() - seconds * 1000, seconds=seconds
        )
        act.done(act.desk.add_call(number, written_text(text), call=record))


def assign(
    context: typer.Context,
    number: Number,
    to: Annotated[str, typer.Option(metavar="LOGIN|TEAM|DEPARTMENT", help="Who gets it.")],
    message: Message = "",
    follow_as_old: Annotated[
        bool, typer.Option("--old-agent-follows", help="The agent who had it stays a follower.")
    ] = False,
    keep_informed: Annotated[
        bool, typer.Option("--keep-me-informed/--not-informed", help="Follow what happens to it.")
    ] = True,
) -> None:
    """Hand the ticket to an agent, a team or a department."""
    with acting(context) as act:
        act.done(
            act.desk.assign(
                number,
                to,
                written_text(message),
                release_me=not follow_as_old,
                keep_me_informed=keep_informed,
            )
        )


def priority(
    context: typer.Context,
    number: Number,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A to D, or the name.")],
) -> None:
    """Set how urgent it is."""
    with acting(context) as act:
        act.done(act.desk.set_priority(number, value))


def status(
    context: typer.Context,
    number: Number,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="One of the desk's statuses.")],
    message: Message = "",
) -> None:
    """Set the status."""
    with acting(context) as act:
        act.done(act.desk.set_status(number, value, written_text(message)))


def _ending(verb: str) -> Callable[..., None]:
    def command(context: typer.Context, number: Number, message: Message = "") -> None:
        with acting(context) as act:
            act.done(getattr(act.desk, verb)(number, written_text(message)))

    return command


def claim(context: typer.Context, number: Number) -> None:
    """Take the ticket yourself."""
    with acting(context) as act:
        act.done(act.desk.claim(number))


def release(context: typer.Context, number: Number, message: Message = "") -> None:
    """Give the ticket back, so that nobody has it."""
    with acting(context) as act:
        act.done(act.desk.release(number, written_text(message)))


def follow(
    context: typer.Context,
    number: Number,
    off: Annotated[bool, typer.Option("--off", help="No longer follow it.")] = False,
) -> None:
    """Hear under For me (`inbox`) what happens to the ticket."""
    with acting(context) as act:
        act.done(act.desk.follow(number, on=not off))


def edit(
    context: typer.Context,
    number: Number,
    change: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help=f"FIELD: {', '.join(EDITED)} (as 2026-11-21T15:00). An empty VALUE clears.",
        ),
    ],
) -> None:
    """Change fields of the ticket, all in one act."""
    changes: dict[str, str] = {}
    for pair in change:
        field, equals, value = pair.partition("=")
        if not equals or field not in EDITED:
            raise typer.BadParameter(
                _("{given}: write FIELD=VALUE with one of {fields}.").format(
                    given=pair, fields=", ".join(EDITED)
                ),
                param_hint="--set",
            )
        changes[field] = value
    with acting(context) as act:
        values: dict[str, Any] = {field: value or None for field, value in changes.items()}
        if "due" in changes:
            values["due"] = moment(changes["due"], "--set due") if changes["due"] else None
        if "caller" in changes:
            values["caller"] = _one_person(act.desk, changes["caller"]) if changes["caller"] else None
        act.done(act.desk.edit(number, **values))


def _one_person(desk: "Desk", text: str) -> str:
    """The uid of the one person that a name or contact means."""
    hits = desk.find_people(text)
    exact = [hit for hit in hits if hit.name.casefold() == text.casefold()] or list(hits)
    if not exact:
        raise NotFound(
            _("Nobody called {text} is known.").format(text=text),
            _("Look for a part of the name, the number or the e-mail, or log the call with a new caller."),
        )
    if len(exact) > 1:
        names = "; ".join(
            " ".join(part for part in (hit.name, hit.phone, hit.email) if part) for hit in exact
        )
        raise Invalid(
            "caller",
            _("{text} means several people: {names}.").format(text=text, names=names),
            _("Give the phone number or e-mail of the one meant."),
        )
    return exact[0].uid


def tag(
    context: typer.Context,
    number: Number,
    tags: Annotated[list[str], typer.Argument(metavar="+T|-T…", help="+T adds a tag, -T removes it.")],
) -> None:
    """Add and remove tags, all in one act."""
    for word in tags:
        if word[0:1] not in ("+", "-") or not word[1:] or word.startswith("--"):
            raise typer.BadParameter(
                _("{given}: write +TAG to add a tag and -TAG to remove it.").format(given=word),
                param_hint="TAG",
            )
    with acting(context) as act:
        added = [word[1:] for word in tags if word.startswith("+")]
        removed = [word[1:] for word in tags if word.startswith("-")]
        act.done(act.desk.tag(number, add=tuple(added), remove=tuple(removed)))


def copy(
    context: typer.Context,
    number: Number,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Their e-mail addresses.")],
    remove: Annotated[bool, typer.Option("--remove", help="They get no copies any more.")] = False,
) -> None:
    """Let others have the replies of the ticket in copy, by mail."""
    with acting(context) as act:
        given = tuple(addresses)
        done = act.desk.copy_to(number, remove=given) if remove else act.desk.copy_to(number, add=given)
        copies = ", ".join(act.desk.recipients(number).copies)
        act.done(done, _("Copies to: {addresses}").format(addresses=copies or _("nobody")))


def merge(
    context: typer.Context,
    number: Number,
    into: Annotated[str, typer.Option(metavar="NUMBER", help="The ticket that stays.")],
) -> None:
    """Merge the ticket into another one; prints the one that stays."""
    with acting(context) as act:
        act.desk.merge(number, into)
        act.show(into)


def unmerge(context: typer.Context, number: Number) -> None:
    """Take a merged ticket out again, exactly as it was."""
    with acting(context) as act:
        act.done(act.desk.unmerge(number))


def settle(
    context: typer.Context,
    number: Number,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field in conflict.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The shown value or one of its rivals.")],
) -> None:
    """Settle a field that two people changed without seeing each other's change."""
    with acting(context) as act:
        act.done(act.desk.settle(number, field, value))
