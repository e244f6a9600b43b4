"""The list of permissions and the roles a new desk has."""

from itertools import pairwise

import pytest

from desktop_desk.domain.permissions import DEFAULT_ROLES, OFFICE_PERMISSIONS, PERMISSIONS, allows


def test_a_role_allows_what_it_holds_and_nothing_else():
    role = frozenset({"ticket.reply", "ticket.teleport"})
    assert {name for name in PERMISSIONS if allows(role, name)} == {"ticket.reply"}


@pytest.mark.parametrize("unknown", ["ticket.teleport", "", "reply", "Ticket.Reply"])
def test_asking_for_a_permission_that_is_none_is_a_bug_and_no_refusal(unknown: str):
    with pytest.raises(ValueError, match="no permission is called"):
        allows(frozenset(PERMISSIONS) | {unknown}, unknown)


def test_no_permission_is_listed_twice():
    assert len(set(PERMISSIONS)) == len(PERMISSIONS)


def test_the_roles_of_a_new_desk_hold_only_permissions_that_exist():
    assert list(DEFAULT_ROLES) == ["All Access", "Expanded Access", "Limited Access", "View Only"]
    assert frozenset[str]().union(*DEFAULT_ROLES.values()) <= frozenset(PERMISSIONS)


def test_each_role_holds_what_the_next_one_does_and_more():
    assert all(more > less for more, less in pairwise(DEFAULT_ROLES.values()))


def test_all_access_is_all_but_running_the_office():
    assert DEFAULT_ROLES["All Access"] == frozenset(PERMISSIONS) - frozenset(OFFICE_PERMISSIONS)


@pytest.mark.parametrize(
    "permission", ["ticket.create", "ticket.reply", "ticket.note", "ticket.assign", "user.create"]
)
def test_limited_access_is_enough_to_log_a_call_answer_and_hand_on(permission: str):
    assert allows(DEFAULT_ROLES["Limited Access"], permission)


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_view_only_allows_nothing(permission: str):
    assert not allows(DEFAULT_ROLES["View Only"], permission)
