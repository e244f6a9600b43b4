"""Letters before ticket numbers: each replica claims its own at the hub, and others in reserve."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.domain.numbers import codes
from desktop_desk.i18n import _

_FIRST = "first"
"""The name under which the replica without letters claims to be the one."""

_KEPT = " reserve"
"""What a claim of letters in reserve says behind whose it is."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The letters of a replica, "" for the first one, and those that it takes when it is restored or cloned."""

    code: str
    reserve: str


def claim_codes(hub: Hub, replica: ReplicaId) -> Codes:
    """Letters for a new replica; the shortest are kept for those in use. Invalid when none are left."""
    return Codes(_first_free(hub, replica, codes()), _first_free(hub, f"{replica}{_KEPT}", _for_reserve()))


def claim_for_others(hub: Hub, known: Iterable[tuple[str, str, str]]) -> None:
    """See that letters which replicas have from elsewhere are given to nobody here.

    Args:
        known: of each replica its id, letters and letters in reserve; "" for none.
    """
    taken = set(hub.names("codes"))
    for replica, code, reserve in known:
        for name, claimant in ((code, replica), (reserve, f"{replica}{_KEPT}")):
            if name and name not in taken:
                hub.claim("codes", name, claimant.encode())


def settle_codes(hub: Hub, replica: ReplicaId, code: str | None, reserve: str) -> Codes:
    """The letters that a replica may go on with: its own where nobody else has them, else new ones.

    A restored desk comes with letters that what it was had claimed in reserve; of two that were restored from the same
    backup only the first may keep them.

    Args:
        code: None where it has none.
    """
    keeps = code is not None and _may_keep(hub, replica, code or _FIRST)
    chosen = code if code is not None and keeps else _first_free(hub, replica, codes())
    kept = f"{replica}{_KEPT}"
    if not reserve or is_used_up(hub, reserve) or not _has(hub, kept, reserve):
        reserve = _first_free(hub, kept, _for_reserve())
    return Codes(chosen, reserve)


def is_used_up(hub: Hub, reserve: str) -> bool:
    """Whether a copy of this replica numbers with the letters that it keeps in reserve: no second one may."""
    return hub.read("codes", f"{reserve}.used") is not None


def _may_keep(hub: Hub, replica: ReplicaId, code: str) -> bool:
    """Whether no other replica numbers with these letters; those that one had in reserve are taken over."""
    if _has(hub, replica, code):
        return True
    in_reserve = (hub.read("codes", code) or b"").endswith(_KEPT.encode())
    return in_reserve and _has(hub, replica, f"{code}.used")


def _has(hub: Hub, claimant: str, name: str) -> bool:
    return hub.claim("codes", name, claimant.encode()) or hub.read("codes", name) == claimant.encode()


def _first_free(hub: Hub, claimant: str, wanted: Iterable[str]) -> str:
    taken = set(hub.names("codes"))
    for code in wanted:
        if code not in taken and hub.claim("codes", code, claimant.encode()):
            return code
    raise Invalid(
        "hub",
        _("All letters for ticket numbers are taken at {address}.").format(
            address=shown_address(hub.address)
        ),
        _("Revoke copies that are no longer used."),
    )


def _for_reserve() -> Iterable[str]:
    """Codes of two letters and more, then those of one."""
    return chain((code for code in codes() if len(code) > 1), codes())
