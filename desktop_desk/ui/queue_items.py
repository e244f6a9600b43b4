"""What stands in the side list."""

from collections.abc import Mapping

from desktop_desk.i18n import N_, _
from desktop_desk.ui.action_table import QUEUE_ACTIONS
from desktop_desk.ui.widgets.side_list import SideItem, SideSection

SECTIONS = {"open": N_("Queues"), "differences": N_("To settle")}
"""What stands above the queue with that key."""


WHEN_ANY = frozenset({"quarantine", "outbox"})
"""Stands in the list only while there is something in it, or somebody looks at it."""


def queue_items(counts: Mapping[str, int], chosen: str = "") -> list[SideItem | SideSection]:
    """For me, then the queues, then what must be settled; nothing stands beside an empty one."""
    items: list[SideItem | SideSection] = []
    for key, name in QUEUE_ACTIONS:
        if key in SECTIONS:
            items.append(SideSection(_(SECTIONS[key])))
        # What is to be settled in the office is told in the same place.
        count = counts.get(key, 0) + (counts.get("office", 0) if key == "differences" else 0)
        if key in WHEN_ANY and not count and key != chosen:
            continue
        shown = f"{count:,}" if count else ""
        items.append(SideItem(key, _(name), shown, overdue=key == "overdue" and count > 0))
    return items
