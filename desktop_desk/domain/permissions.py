"""What agents may be allowed to do: a closed list of permissions, and the roles an office starts with.

A role is a named set of permissions, given per department. Administrators need none: they may do everything.
"""

from collections.abc import Mapping
from types import MappingProxyType

from desktop_desk.i18n import N_, _

TICKET_PERMISSIONS = (
    "ticket.create",
    "ticket.edit",
    "ticket.assign",
    "ticket.release",
    "ticket.transfer",
    "ticket.merge",
    "ticket.link",
    "ticket.reply",
    "ticket.note",
    "ticket.markanswered",
    "ticket.close",
    "ticket.delete",
    "ticket.settle",
    "ticket.undo_others",
)
"""About the tickets of the department in which the agent has the role; closing covers resolving and reopening."""

PEOPLE_PERMISSIONS = ("user.create", "user.edit", "user.delete", "org.create", "org.edit", "org.delete")
"""About callers and their organisations, in whatever department the agent has the role."""

OFFICE_PERMISSIONS = (
    "office.agents",
    "office.departments",
    "office.teams",
    "office.roles",
    "office.topics",
    "office.settings",
)
"""About the office itself; no role of a new desk has one of them."""

INSIGHT_PERMISSIONS = ("search.all", "stats.agents")
"""Finding tickets of every department, and seeing other agents' figures."""

PERMISSIONS = (*TICKET_PERMISSIONS, *PEOPLE_PERMISSIONS, *INSIGHT_PERMISSIONS, *OFFICE_PERMISSIONS)
"""Every permission there is, in the order in which to offer them."""

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "ticket.create": N_("log calls and open tickets"),
        "ticket.edit": N_("edit tickets, change priority and status"),
        "ticket.assign": N_("assign and reassign tickets"),
        "ticket.release": N_("release tickets from who holds them"),
        "ticket.transfer": N_("move tickets to another department"),
        "ticket.merge": N_("merge tickets, and take that back"),
        "ticket.link": N_("link tickets to one another"),
        "ticket.reply": N_("reply to callers"),
        "ticket.note": N_("write notes"),
        "ticket.markanswered": N_("mark tickets as answered or not"),
        "ticket.close": N_("resolve, close and reopen tickets"),
        "ticket.delete": N_("withdraw tickets"),
        "ticket.settle": N_("settle differences"),
        "ticket.undo_others": N_("undo what somebody else did"),
        "user.create": N_("add callers"),
        "user.edit": N_("edit callers and their numbers"),
        "user.delete": N_("remove callers"),
        "org.create": N_("add organisations"),
        "org.edit": N_("edit organisations"),
        "org.delete": N_("remove organisations"),
        "search.all": N_("find tickets of every department"),
        "stats.agents": N_("see the figures of other agents"),
        "office.agents": N_("add and edit agents"),
        "office.departments": N_("add and edit departments"),
        "office.teams": N_("add and edit teams"),
        "office.roles": N_("add and edit roles"),
        "office.topics": N_("add and edit topics"),
        "office.settings": N_("change the settings of the desk"),
    }
)
"""What an agent with the permission may do: goes on after "may"."""

_ALL_ACCESS = frozenset((*TICKET_PERMISSIONS, *PEOPLE_PERMISSIONS, *INSIGHT_PERMISSIONS))
_HARD_TO_TAKE_BACK = frozenset(
    ("ticket.delete", "ticket.undo_others", "user.delete", "org.delete", "stats.agents")
)

DEFAULT_ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        N_("All Access"): _ALL_ACCESS,
        N_("Expanded Access"): _ALL_ACCESS - _HARD_TO_TAKE_BACK,
        # Enough to work at a front desk: log, answer, hand on. The role of that name in the program we measure
        # ourselves by lost its reply permission to a slip in its data.
        N_("Limited Access"): frozenset(
            (
                "ticket.create",
                "ticket.assign",
                "ticket.release",
                "ticket.transfer",
                "ticket.link",
                "ticket.reply",
                "ticket.note",
                "user.create",
                "user.edit",
                "org.create",
            )
        ),
        N_("View Only"): frozenset[str](),
    }
)
"""The roles of a new desk, by a name for `_`, from the most to the least; each holds what the next one does."""


def permission_text(name: str) -> str:
    """What the permission lets an agent do; its name for one of a newer version."""
    return _(MEANINGS[name]) if name in MEANINGS else name


def allows(role_permissions: frozenset[str], permission: str) -> bool:
    """Tell whether a role with these permissions may do what needs one of them.

    A role may hold permissions of newer versions; they allow nothing here.

    Raises:
        ValueError: there is no such permission, so no role could ever be given it.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no permission is called {permission!r}")
    return permission in role_permissions
