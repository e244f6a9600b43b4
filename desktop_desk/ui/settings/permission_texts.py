"""The permissions in words: the list of ticks, and what is told to who lacks one."""

from desktop_desk.desk.desk import Desk
from desktop_desk.domain.permissions import PERMISSIONS, permission_text
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


def refusal(desk: Desk, permission: str) -> str:
    """What stands beside a form that the agent may look at and not save; "" for who may."""
    if desk.may(permission):
        return ""
    return _("You can look at this: your role does not let you {what}.").format(
        what=permission_text(permission)
    )
