"""What each permission lets an agent do, in words for the list of ticks."""

from desktop_desk.domain.permissions import PERMISSIONS
from desktop_desk.i18n import N_, _

GROUPS: tuple[tuple[str, str], ...] = (
    ("ticket", N_("Tickets")),
    ("user", N_("Callers")),
    ("org", N_("Callers")),
    ("search", N_("Seeing more")),
    ("stats", N_("Seeing more")),
    ("office", N_("Office")),
)
"""The part of a permission's name before its dot, and the heading it stands under."""

TEXTS: dict[str, str] = {
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
"""What an agent with the permission may do: goes on after "may"."""


def permission_text(name: str) -> str:
    """What the permission lets an agent do; its name for one of a newer version."""
    return _(TEXTS[name]) if name in TEXTS else name


def permission_choices() -> list[tuple[str, str]]:
    """Every permission to tick, under headings; a heading has an empty key."""
    found: list[tuple[str, str]] = []
    headings = dict(GROUPS)
    under = ""
    for name in PERMISSIONS:
        heading = _(headings.get(name.partition(".")[0], N_("Other")))
        if heading != under:
            found.append(("", heading))
            under = heading
        found.append((name, permission_text(name)))
    return found
