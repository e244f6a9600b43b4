"""Routing: which department, topic, priority and assignee a ticket gets, and who may not get it."""

from collections.abc import Callable
from typing import Any

from desktop_desk.desk.acting import Holder, priority_letter
from desktop_desk.desk.directory import Agent, Department, Directory, Topic
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import Invalid, NotAllowed, NotFound
from desktop_desk.i18n import _


def routed(directory: Directory, me: Agent, draft: CallDraft) -> dict[str, Any]:
    """The fields that route a new ticket: what the taker chose, else the topic's, else the desk's.

    Raises:
        NotFound, Invalid: something chosen does not exist or is out of use.
        NotAllowed: whom the taker chose gets no tickets, or none of this department.
    """
    topic: Topic | None = in_use(directory.topic, draft.topic, "topic")
    department: Department | None = in_use(directory.department, draft.department, "department")
    agent = named(directory.agent, draft.agent, "agent")
    team = named(directory.team, draft.team, "team")
    department = (
        department
        or _standing(directory.department, topic.department if topic else None)
        or directory.department(directory.settings.department)
        or directory.department(me.department)
    )
    if agent is not None or team is not None:
        for holder in (agent, team):
            refuse_holder(holder)
        refuse_stranger(agent, department, directory)
    elif topic is not None:
        # A topic may name somebody who has left: the ticket then waits unassigned rather than being refused.
        agent = _standing(directory.agent, topic.agent)
        team = _standing(directory.team, topic.team)
        if is_stranger(agent, department, directory):
            agent = None
    of_topic = topic.priority if topic else ""
    return {
        "topic": topic.uid if topic else None,
        "department": department.uid if department else None,
        "priority": priority_letter(draft.priority) if draft.priority else of_topic or "C",
        "agent": agent.uid if agent else None,
        "team": team.uid if team else None,
    }


def named(look_up: Callable[[str], Any], name: str | None, field: str) -> Any:
    """The office thing of this name; None for no name; NotFound for an unknown one."""
    if not name:
        return None
    found = look_up(name)
    if found is None:
        raise NotFound(
            _("There is no {field} “{name}” on this desk.").format(field=_(field), name=name[:60]),
            _("Check the spelling."),
        )
    return found


def in_use(look_up: Callable[[str], Any], name: str | None, field: str) -> Any:
    """The office thing of this name; None for no name; NotFound or Invalid when it cannot be chosen any more."""
    found = named(look_up, name, field)
    if found is not None and not found.active:
        raise Invalid(
            field, _("“{name}” is no longer in use.").format(name=found.name), _("Choose another one.")
        )
    return found


def refuse_holder(holder: Holder | None) -> None:
    """NotAllowed when an agent, team or department is no longer active."""
    if holder is not None and not holder.active:
        raise NotAllowed(
            _("{name} is not active and gets no tickets.").format(name=holder.name),
            _("Choose somebody else."),
        )


def is_stranger(holder: Holder | None, department: Department | None, directory: Directory) -> bool:
    """Whether a department keeps its tickets to its members, and this agent is none of them."""
    if not isinstance(holder, Agent) or department is None or not department.assign_members_only:
        return False
    return holder not in directory.members_of(department)


def refuse_stranger(holder: Holder | None, department: Department | None, directory: Directory) -> None:
    """NotAllowed for a stranger to a department that keeps its tickets to its members."""
    if holder is not None and department is not None and is_stranger(holder, department, directory):
        raise NotAllowed(
            _("{name} is not in {department}, whose tickets stay with its members.").format(
                name=holder.name, department=department.name
            ),
            _("Hand the ticket to another department first."),
        )


def _standing(look_up: Callable[[str | None], Any], uid: str | None) -> Any:
    """The office thing that another names, None when it is gone or out of use."""
    found = look_up(uid)
    return found if found is not None and found.active else None
