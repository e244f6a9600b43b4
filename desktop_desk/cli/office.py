"""Commands about the office: what two people did to it at once, and how it is settled."""

from typing import TYPE_CHECKING, Annotated

import typer

from desktop_desk.cli.output import iso, local_time, print_act, print_json
from desktop_desk.cli.session import session_of
from desktop_desk.domain.errors import NotFound
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.desk.disputes import OfficeDifference, OfficeDuplicate


def build() -> typer.Typer:
    """The commands that begin with `office`."""
    office = typer.Typer(
        help="Settle what two people changed at once in agents, topics and the like.", no_args_is_help=True
    )
    for command in (differences, settle, rename, retire):
        office.command()(command)
    return office


def differences(context: typer.Context) -> None:
    """List fields of the office that two people set differently, and things of one name that two people made."""
    session = session_of(context)
    with session.desk() as desk:
        found, twins = desk.office_differences(), desk.office_duplicates()
    if session.json:
        print_json(
            {
                "differences": [_difference(one) for one in found],
                "duplicates": [_duplicate(one) for one in twins],
            }
        )
        return
    for one in found:
        others = ", ".join(f"{rival.value} ({rival.by_name})" for rival in one.rivals)
        print(f"{one.uid}  {one.kind} {one.name}  {one.field}: {one.shown} | {others}")
    for duplicate in twins:
        for twin in duplicate.twins:
            made = " ".join(part for part in (twin.by_name, local_time(twin.at), twin.place) if part)
            print(f"{twin.uid}  {duplicate.kind} {duplicate.name}  {twin.name} ({made})")


Uid = Annotated[str, typer.Argument(metavar="ID", help="The thing, as `office differences` gives it.")]


def settle(
    context: typer.Context,
    uid: Uid,
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The field that differs.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The shown value or one of its rivals.")],
) -> None:
    """Choose between the values of a field that two people set."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.settle_office(uid, field, value)
    print_act(done.act, _("Settled."), as_json=session.json)


def rename(
    context: typer.Context,
    uid: Uid,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name; of an agent the new login.")],
) -> None:
    """Give one of several things of the same name another name; an agent another login."""
    session = session_of(context)
    with session.desk() as desk:
        kind = _kind(desk.office_duplicates(), uid)
        done = desk.change(kind, uid, login=name) if kind == "agent" else desk.change(kind, uid, name=name)
    print_act(done.act, _("Renamed."), as_json=session.json)


def retire(context: typer.Context, uid: Uid) -> None:
    """Put one of several things of the same name out of use."""
    session = session_of(context)
    with session.desk() as desk:
        done = desk.deactivate(_kind(desk.office_duplicates(), uid), uid)
    print_act(done.act, _("Put out of use."), as_json=session.json)


def _kind(duplicates: "tuple[OfficeDuplicate, ...]", uid: str) -> str:
    for duplicate in duplicates:
        if any(twin.uid == uid for twin in duplicate.twins):
            return duplicate.kind
    raise NotFound(_("Nothing with this id is there more than once."), _("See: office differences"))


def _difference(one: "OfficeDifference") -> dict[str, object]:
    rivals = [
        {"value": rival.value, "by": rival.by, "at": iso(rival.at), "replica": rival.replica}
        for rival in one.rivals
    ]
    return {
        "kind": one.kind, "uid": one.uid, "name": one.name, "field": one.field, "shown": one.shown, "rivals": rivals,
    }  # fmt: skip


def _duplicate(one: "OfficeDuplicate") -> dict[str, object]:
    things = [
        {"uid": twin.uid, "name": twin.name, "by": twin.by_name, "at": iso(twin.at), "place": twin.place}
        for twin in one.twins
    ]
    return {"kind": one.kind, "name": one.name, "things": things}
