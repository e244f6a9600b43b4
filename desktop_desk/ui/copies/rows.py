"""What the window of copies writes into its tables."""

from typing import TYPE_CHECKING

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.tickets.times import age_text, moment_text, span_text
from desktop_desk.ui.widgets.table import Column
from desktop_desk.ui.widgets.table_model import MUTED, OVERDUE, Row

if TYPE_CHECKING:
    from desktop_desk.copies import Copy
    from desktop_desk.desk.revoking import HeldAct


def copy_columns() -> tuple[Column, ...]:
    """What is shown of a copy."""
    return (
        Column("name", _("Copy"), width=170, sortable=False, stretch=True),
        Column(
            "code", _("Letters"), width=64, sortable=False, spare=2, name=_("Letters of its ticket numbers")
        ),
        Column("whose", _("Set up by"), width=110, sortable=False, spare=1),
        Column("seen", _("Last seen"), width=92, sortable=False),
        Column("here", _("Facts here"), "count", width=86, sortable=False),
        Column("hub", _("At the hub"), "count", width=86, sortable=False),
        Column("remark", "", "time", width=140, sortable=False, name=_("Remarks")),
    )


def copy_row(copy: "Copy", now: int) -> tuple[str, Row]:
    """One copy; what is worth a look stands at the end."""
    remark = _remark(copy)
    flags = (OVERDUE if remark else 0) | (MUTED if copy.revoked else 0)
    name = _("{name} (this one)").format(name=copy.name) if copy.own else copy.name
    seen = "–" if copy.seen is None else age_text(min(copy.seen, now), now)
    hub = f"{copy.hub:,}" if copy.hub else "–"
    return copy.uid, (name, copy.code or "–", copy.whose or "–", seen, f"{copy.here:,}", hub, remark, flags)


def _remark(copy: "Copy") -> str:
    parts: list[str] = []
    if copy.revoked:
        parts.append(_("revoked"))
    if copy.ahead:
        parts.append(_("clock {time} ahead").format(time=span_text(copy.ahead)))
    if copy.lacking:
        lacking = ngettext("{n:,} missing here", "{n:,} missing here", copy.lacking)
        parts.append(lacking.format(n=copy.lacking))
    return ", ".join(parts)


def held_columns() -> tuple[Column, ...]:
    """What is shown of a held change."""
    return (
        Column("at", _("When"), width=100, sortable=False),
        Column("copy", _("Copy"), width=120, sortable=False),
        Column("by", _("Who"), width=110, sortable=False),
        Column("what", _("What"), width=130, sortable=False),
        Column("text", _("Words"), width=180, sortable=False, stretch=True),
    )


def held_row(act: "HeldAct", now: int) -> tuple[str, Row]:
    """One held change."""
    text = " ".join(act.text.split())
    return act.act, (moment_text(act.at, now), act.replica, act.by or "–", act.what, text, 0)
