"""The letters of this copy of a desk at a hub: its own, kept in reserve, and known to the others with its name."""

import platform

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.replicas import announcement
from desktop_desk.i18n import _
from desktop_desk.storage.store import Store
from desktop_desk.sync.codes import claim_for_others, is_used_up, settle_codes


def own_label() -> str:
    """What a copy of the desk on this machine is called unless somebody says otherwise."""
    return platform.node()[:60] or _("this computer")


def settle_letters(desk: Desk, store: Store, hub: Hub, label: str) -> None:
    """Let this replica have letters that are its own at this hub, and be known by its name."""
    code, reserve = store.log.code(), store.log.note("reserve")
    note, at = f"codes {hub.address}", f"{store.log.own} {code} {reserve}"
    lost, lost_reserve = _lost_codes(store, code, reserve)
    if lost or lost_reserve or store.log.note(note) != at or (reserve and is_used_up(hub, reserve)):
        # A hub that was set back knows of no letters that were given since.
        claim_for_others(hub, [one for one in letters(store) if one[0] != store.log.own])
        given = settle_codes(hub, store.log.own, None if lost else code, "" if lost_reserve else reserve)
        if (given.code, given.reserve) != (code, reserve):
            store.log.take_codes(given.code, given.reserve)
        code, reserve = given.code, given.reserve
        store.log.keep_note(note, f"{store.log.own} {code} {reserve}")
    with store.writing():
        known = store.directory().replica(store.log.own)
        name = label or (known.name if known else own_label())
        drafts = announcement(store, name, code or "", reserve, desk.actor.uid)
        # What a revoked copy says of itself is held, here as well: it would say it again at each sync.
        if drafts and (known is None or known.cutoff is None):
            store.journal.append(drafts, None, None)


def letters(store: Store) -> list[tuple[str, str, str]]:
    """Of every replica known here its id and letters: another hub may have given them."""
    with store.reading():
        known = store.directory().replicas
    return [(replica.uid, replica.code or "", replica.reserve) for replica in known]


def _lost_codes(store: Store, code: str | None, reserve: str) -> tuple[bool, bool]:
    """Whether another replica numbers with the same letters, or may come to do so.

    Two copies of a hub's folder, as on sticks, cannot keep two desks from claiming the same. Of two the one whose id
    comes first keeps them.
    """
    with store.reading():
        others = [other for other in store.directory().replicas if other.uid != store.log.own]
    before = [other for other in others if other.uid < store.log.own]
    lost = code is not None and any(other.code == code for other in before)
    lost_reserve = bool(reserve) and (
        any(other.reserve == reserve for other in before) or any(other.code == reserve for other in others)
    )
    return lost, lost_reserve
