"""Commands about what you are told: the matrix of events, quiet hours, the time for mails."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli.output import iso, print_json, table
from desktop_desk.cli.session import Session, session_of
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.notices import NoticeSettings

Event = Annotated[str, typer.Argument(metavar="EVENT", help="As `notices show` names it, or all.")]
Relation = Annotated[
    str, typer.Argument(metavar="RELATION", help="mine, team, followed or all: how a ticket concerns you.")
]

NO = "no-"


def build() -> typer.Typer:
    """The `notices` commands."""
    app = typer.Typer(no_args_is_help=True, help="What you are told, and how: each agent's own choice.")
    for command in (show, set_cell, quiet, digest, reset, tell):
        app.command(command.__name__.removesuffix("_cell"))(command)
    return app


def show(context: typer.Context) -> None:
    """Show what you are told: for each event and relation by the list For me, notification, sound and mail."""
    session = session_of(context)
    with session.desk() as desk:
        _show(session, desk)


def set_cell(
    context: typer.Context,
    event: Event,
    relation: Relation,
    channels: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WAY]…", help="list, tray, sound, mail: exactly these; +WAY adds one, no-WAY takes one."
        ),
    ] = None,
) -> None:
    """Choose how you are told of an event; no way at all: not told."""
    from desktop_desk.domain.notices import EVENTS, RELATIONS_OF

    session = session_of(context)
    with session.desk() as desk:
        cells = desk.notice_settings().cells
        events = [each for each in EVENTS if relation in RELATIONS_OF[each]] if event == "all" else [event]
        chosen = {
            (each, relation): _changed(cells.get((each, relation), frozenset()), channels or [])
            for each in events or EVENTS  # the desk says that nothing concerns anybody so
        }
        desk.set_notices(chosen)
        _show(session, desk)


def quiet(
    context: typer.Context,
    hours: Annotated[
        str, typer.Argument(metavar="HOURS", help='For example "18:00-07:30 sat sun", or "off".')
    ],
) -> None:
    """Set your quiet hours: no notification, no sound, no mail; what came is told together at their end."""
    session = session_of(context)
    with session.desk() as desk:
        desk.set_notices(quiet=hours)
        _show(session, desk)


def digest(
    context: typer.Context,
    time: Annotated[str, typer.Argument(metavar="TIME", help='For example 08:00, or "off": each at once.')],
) -> None:
    """Have your mails of notices once a day at a time, all in one."""
    session = session_of(context)
    with session.desk() as desk:
        desk.set_notices(digest=time)
        _show(session, desk)


def reset(context: typer.Context) -> None:
    """Take every choice back to its default; quiet hours and the time for mails stay."""
    session = session_of(context)
    with session.desk() as desk:
        desk.set_notices(reset=True)
        _show(session, desk)


def tell(context: typer.Context) -> None:
    """Tell what was not told yet, once, as the window's notifications do; for a script that tells you elsewhere."""
    session = session_of(context)
    with session.desk() as desk:
        telling = desk.tell()
    if session.json:
        print_json(
            {
                "sound": telling.sound,
                "notices": [
                    {"event": each.event, "ticket": each.number or None, "title": each.title, "text": each.text,
                     "at": iso(each.at)}
                    for each in telling.notices
                ],
            }
        )  # fmt: skip
    else:
        print("\n".join(each.title for each in telling.notices) or _("Nothing to tell."))


def _changed(before: frozenset[str], words: list[str]) -> frozenset[str]:
    """The channels of a cell after these words: they replace, or add and take away."""
    if not any(word.startswith(("+", NO)) for word in words):
        return frozenset(words)
    added = {word.removeprefix("+") for word in words if not word.startswith(NO)}
    return (before | added) - {word.removeprefix(NO) for word in words if word.startswith(NO)}


def settings_json(settings: "NoticeSettings") -> dict[str, Any]:
    """What somebody is told, as JSON."""
    from desktop_desk.domain.notices import CHANNELS

    events: dict[str, dict[str, list[str]]] = {}
    for (event, relation), channels in settings.cells.items():
        events.setdefault(event, {})[relation] = [each for each in CHANNELS if each in channels]
    return {
        "events": events, "quiet": settings.quiet or None, "digest": settings.digest or None,
        "address": settings.address or None, "trouble": settings.trouble or None,
    }  # fmt: skip


def _show(session: Session, desk: "Desk") -> None:
    from desktop_desk.domain.notices import CHANNELS, EVENTS, RELATIONS, RELATIONS_OF

    settings = desk.notice_settings()
    if session.json:
        print_json(settings_json(settings))
        return

    def cell(event: str, relation: str) -> str:
        if relation not in RELATIONS_OF[event]:
            return ""
        return " ".join(each for each in CHANNELS if each in settings.cells[event, relation]) or "-"

    rows = [(event, *(cell(event, relation) for relation in RELATIONS)) for event in EVENTS]
    print(table((_("Event"), *RELATIONS), rows))
    print(_("Quiet hours: {hours}").format(hours=settings.quiet or _("none")))
    print(_("Mails: {when}").format(when=settings.digest or _("at once")))
    if settings.trouble:
        print(_("The last mail to you did not go: {why}").format(why=settings.trouble))
