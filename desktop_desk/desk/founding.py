"""Founding: what a new desk holds before anybody has worked at it."""

from desktop_desk.desk.key_ports import KeyPairs
from desktop_desk.desk.office import calendar_draft, good_login
from desktop_desk.desk.passwords import Passwords, good_password
from desktop_desk.desk.ports import Clock, Draft, NewId, Store
from desktop_desk.desk.texts import one_line
from desktop_desk.domain.facts import EntityId
from desktop_desk.domain.permissions import DEFAULT_ROLES
from desktop_desk.domain.tickets import STATES

TOPICS = (
    ("General inquiry", "C"),
    ("Feedback", "D"),
    ("Report a problem", "C"),
    ("Access issue", "B"),
)
"""The topics of a new desk with their priorities."""


def found_desk(
    store: Store, clock: Clock, new_id: NewId, passwords: Passwords, *, name: str, admin_login: str,
    admin_name: str, admin_password: str, country: str = "", region: str = "", zone: str = "UTC",
    demo: bool = False, keys: KeyPairs | None = None, admin_email: str = "",
) -> EntityId:  # fmt: skip
    """Write the first act of a desk: its settings, statuses, roles, department, topics and administrator.

    `keys` makes the administrator's key pair; without it he has none.
    """
    hashed = passwords.made(admin_password if demo else good_password(admin_password))
    year = 1970 + clock() // 31_556_952_000
    calendar = calendar_draft(new_id.entity(), year, country=country, region=region, zone=zone)
    department, admin, desk = new_id.entity(), new_id.entity(), new_id.entity()
    roles = [(new_id.entity(), role, sorted(allowed)) for role, allowed in DEFAULT_ROLES.items()]
    drafts = [
        Draft(
            "desk_created", desk,
            {
                "name": one_line(name, "name"), "zone": zone, "country": country, "region": region,
                "calendar": calendar.entity, "department": department, "lock_minutes": 15, "demo": demo,
            },
        ),
        calendar,
        *(Draft("status_added", new_id.entity(), {"name": state, "state": state}) for state in STATES),
        *(Draft("role_added", uid, {"name": role, "permissions": allowed}) for uid, role, allowed in roles),
        Draft("department_added", department, {"name": "Support"}),
        *(Draft("topic_added", new_id.entity(), {"name": topic, "priority": letter}) for topic, letter in TOPICS),
        Draft(
            "agent_added", admin,
            {
                "login": good_login(admin_login), "name": one_line(admin_name, "name"), "password": hashed,
                "department": department, "role": roles[0][0], "admin": True,
                **({"email": one_line(admin_email, "email")} if admin_email else {}),
                **(keys.made(admin, admin_password) if keys is not None else {}),
            },
        ),
    ]  # fmt: skip
    with store.writing():
        store.journal.append(drafts, admin, None)
    return admin
