"""Why somebody is told something: the sentence that stands in For me."""

from desktop_desk.desk.telling import Eye, Found
from desktop_desk.domain.facts import Fact, State
from desktop_desk.domain.notices import EVENTS, RELATIONS
from desktop_desk.i18n import _


def why(eye: Eye, found: Found, channel: str = "list") -> str:
    """What makes it this agent's, and the cell of “What I am told” that tells it by a channel."""
    relation = found.channels.get(channel) or found.relation
    cell = _("{event}: {relation}").format(event=_(EVENTS[found.event]), relation=_(RELATIONS[relation]))
    return f"{_ground(eye, found, relation)} ({cell})"


def _ground(eye: Eye, found: Found, relation: str) -> str:
    if found.event == "mention":
        who = eye.directory.name_of(found.parts[0].actor) if found.parts else ""
        return _("{agent} mentioned you.").format(agent=who or _("Somebody"))
    if found.back is not None:
        return _of_call(eye, found, relation)
    if relation == "mine":
        return _("It was handed to you.") if found.event == "assigned" else _("The ticket is yours.")
    if relation == "team":
        return _of_team(eye, found)
    if relation == "followed" and found.record is not None:
        return _followed(eye, eye.state(found.record))
    return _("You want to know it of every ticket.")


def _of_call(eye: Eye, found: Found, relation: str) -> str:
    team = eye.directory.name_of(found.back.agent) if found.back is not None else ""
    if relation == "team":
        return _("It is your team's: {team}.").format(team=team)
    if relation == "all":
        return _("It rang for nobody in particular: whoever is free calls back.")
    return _("It rang for you.") if found.event == "missed" else _("You are to make this call.")


def _of_team(eye: Eye, found: Found) -> str:
    record = found.record
    if record is not None and record.team:
        team = eye.directory.name_of(record.team)
        if found.event == "assigned":
            return _("It was handed to your team {team}.").format(team=team)
        return _("It is your team's: {team}.").format(team=team)
    department = eye.directory.name_of(record.department) if record is not None else ""
    return _("Nobody in {department} has it yet.").format(department=department)


def _followed(eye: Eye, state: State) -> str:
    """Why he follows a ticket: by the act that made him."""
    head = state.heads.get(f"follow:{eye.me.uid}")
    if head is None:
        return _("You follow it.")
    own = head.actor == eye.me.uid
    if own and head.verb == "opened":
        return _("You opened it.")
    if own and head.verb in {"resolved", "closed"}:
        return _by_act([head])
    if head.fields.get("agent") == eye.me.uid:
        return _("You claimed it.") if own and head.verb == "claimed" else _("It was handed to you.")
    if own and head.verb in {"assigned", "reassigned"}:
        return _("You handed it on.")
    if own:
        return _by_act(eye.store.journal.of_act(head.act_id))
    return _("{agent} mentioned you on it.").format(agent=eye.directory.name_of(head.actor) or _("Somebody"))


def _by_act(facts: list[Fact]) -> str:
    verbs = {fact.verb for fact in facts}
    for verb, text in (
        ("replied", _("You answered it.")), ("noted", _("You noted something on it.")),
        ("called", _("You took a call for it.")), ("attached", _("You added a file to it.")),
        ("resolved", _("You resolved it.")), ("closed", _("You closed it.")),
    ):  # fmt: skip
        if verb in verbs:
            return text
    return _("You follow it.")
