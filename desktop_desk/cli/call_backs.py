"""Commands about calls that are owed: what is due, tries in vain, done, missed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from desktop_desk.cli.output import iso, local_time, print_json, table
from desktop_desk.cli.session import Session, session_of
from desktop_desk.cli.times import moment
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.phones import is_shown_by_telephone
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import CallBack

Uid = Annotated[str, typer.Argument(metavar="ID", help="The call-back, as `call-back list` names it.")]


def build() -> typer.Typer:
    """The `call-back` commands."""
    app = typer.Typer(no_args_is_help=True, help="Calls that are owed: promised ones and missed ones.")
    for command in (list_owed, tried, done, missed):
        app.command(command.__name__.removesuffix("_owed"))(command)
    return app


def list_owed(context: typer.Context) -> None:
    """Show whom you owe a call, the first due first; missed calls that are nobody's in particular are everybody's."""
    session = session_of(context)
    with session.desk() as desk:
        owed = _owed(desk)
    if session.json:
        print_json([call_back_json(back) for back in owed])
    elif owed:
        head = (_("Id"), _("Person"), _("Number"), _("Due"), _("Tries"), _("Ticket"))
        rows = [
            (
                back.uid, back.person, back.phone,
                _("missed {time}").format(time=local_time(back.at)) if back.missed and back.due is None
                else local_time(back.due), str(back.tries or ""), back.ticket_number,
            )
            for back in owed
        ]  # fmt: skip
        print(table(head, rows))
    else:
        print(_("You owe nobody a call."))


def tried(
    context: typer.Context,
    uid: Uid,
    outcome: Annotated[
        str, typer.Option(metavar="WORD", help="no_answer, busy or message_left.")
    ] = "no_answer",
    next_at: Annotated[
        str | None,
        typer.Option("--next", metavar="TIME", help="When to try again; left out, it is proposed."),
    ] = None,
    text: Annotated[str, typer.Option(metavar="T", help="What there is to say about it.")] = "",
) -> None:
    """Note that nobody was reached: the try counts, and the call is due again later."""
    session = session_of(context)
    at = moment(next_at, "--next") if next_at else None
    with session.desk() as desk:
        desk.call_back_tried(uid, outcome, text, next_at=at)
        _show(session, next((back for back in _owed(desk) if back.uid == uid), None))


def done(
    context: typer.Context,
    uid: Uid,
    text: Annotated[str, typer.Option(metavar="T", help="What was said.")] = "",
) -> None:
    """Note that the call was made."""
    session = session_of(context)
    with session.desk() as desk:
        made = desk.call_back_done(uid, text)
    if session.json:
        print_json({"id": made.uid, "done": True, "act": made.act})
    else:
        print(_("Done."))


def missed(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Who called, as the telephone shows it.")],
    name: Annotated[str, typer.Option(metavar="N", help="The caller's name, where it is known.")] = "",
    call_id: Annotated[str, typer.Option(metavar="ID", help="The telephone's own mark of the call.")] = "",
    rung: Annotated[
        list[str] | None,
        typer.Option(
            "--user",
            metavar="LOGIN",
            help="For whom it rang: a login, extension, mail address or name; may be given again.",
        ),
    ] = None,
    queue: Annotated[
        str,
        typer.Option(metavar="Q", help="The queue or number that was called: a team's line is the team's."),
    ] = "",
) -> None:
    """Note a call that nobody took; told of again with the same mark, it stays one."""
    session = session_of(context)
    with session.desk() as desk:
        _check_missed(desk, number, rung or ())
        made = desk.missed_call(number, name, call_id=call_id, rung=tuple(rung or ()), queue=queue)
    if session.json:
        print_json({"id": made.uid, "new": bool(made.act)})
    else:
        print(made.uid)


def _check_missed(desk: "Desk", number: str, rung: Sequence[str]) -> None:
    """Refuse what was mistyped; the telephone line keeps whatever its telephone system says."""
    if not is_shown_by_telephone(number, desk.settings().country):
        raise Invalid(
            "number",
            _(
                '"{number}" is neither a phone number nor an extension. Write digits, as +49 30 1234567 or 12;'
                ' "withheld" for a caller who shows no number.'
            ).format(number=number),
        )
    for login in rung:
        if desk.agent_rung(login) is None:
            raise Invalid(
                "user",
                _(
                    'There is no agent "{login}". Give a login, an extension, a mail address or a name from the list'
                    " of agents, or leave --user out: then everybody is told."
                ).format(login=login),
            )


def call_back_json(back: "CallBack") -> dict[str, Any]:
    """A call that is owed."""
    return {
        "id": back.uid, "person": back.person, "number": back.phone, "due": iso(back.due), "missed": back.missed,
        "at": iso(back.at), "tries": back.tries, "tried": iso(back.tried), "outcome": back.outcome or None,
        "agent": back.agent or None, "team": back.team or None, "ticket": back.ticket_number or None,
        "text": "" if back.missed else back.text,
    }  # fmt: skip


def _owed(desk: "Desk") -> list["CallBack"]:
    return [news.call_back for news in desk.inbox() if news.call_back is not None]


def _show(session: Session, back: "CallBack | None") -> None:
    if session.json:
        print_json(call_back_json(back) if back else None)
    elif back:
        print(_("Tries: {n}. Due again {time}.").format(n=back.tries, time=local_time(back.due)))
