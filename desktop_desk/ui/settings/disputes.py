"""What people did to an office thing at the same time, shown above its form: values to choose from, and its twins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.disputes import OfficeDifference, OfficeDuplicate, Twin
from desktop_desk.desk.views import Conflict
from desktop_desk.i18n import _
from desktop_desk.ui.settings.subject import Line
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.differences import Differences
from desktop_desk.ui.tickets.times import moment_text

PAGE_OF = {"desk": "settings", "status": "settings"}
"""Where kinds are settled that have no list of their own; the others in their lists."""
MARK = "≠"


@dataclass(frozen=True, slots=True)
class Disputed:
    """All that is to be settled in the office."""

    differences: tuple[OfficeDifference, ...] = ()
    duplicates: tuple[OfficeDuplicate, ...] = ()

    def uids(self) -> frozenset[str]:
        """The things that something is to be settled about."""
        twins = {twin.uid for duplicate in self.duplicates for twin in duplicate.twins}
        return frozenset(twins | {one.uid for one in self.differences})

    def first(self) -> tuple[str, str]:
        """The page on which the first of it stands, and the thing that it is about; agents for nothing."""
        for difference in self.differences:
            return PAGE_OF.get(difference.kind, difference.kind), difference.uid
        for duplicate in self.duplicates:
            return PAGE_OF.get(duplicate.kind, duplicate.kind), duplicate.twins[0].uid
        return "agent", ""


def marked(lines: Sequence[Line], uids: frozenset[str]) -> list[Line]:
    """The same lines, with a mark before those that something is to be settled about."""
    return [
        replace(line, cells=(f"{MARK} {line.cells[0]}", *line.cells[1:])) if line.uid in uids else line
        for line in lines
    ]


def read_disputed(desk: Desk) -> Disputed:
    """What the desk knows of it."""
    return Disputed(desk.office_differences(), desk.office_duplicates())


class DisputePanel(QFrame):
    """Shows what is to be settled about one thing, or about several; nothing while all agree.

    Signals:
        settled(str uid, str field, str value): this value is to stand.
    """

    settled = Signal(str, str, str)

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._fields: dict[str, tuple[str, str]] = {}
        self.setObjectName("disputes")
        self._twins = QLabel()
        self._twins.setObjectName("office_twins")
        self._twins.setWordWrap(True)
        self._twins.setTextFormat(Qt.TextFormat.PlainText)
        self._twins.setContentsMargins(20, 8, 20, 8)
        set_look(self._twins, "strong")
        self._strips = Differences(look, now)
        self._strips.settled.connect(self._on_settled)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strips)
        column.addWidget(self._twins)
        self.hide()

    def show_of(self, disputed: Disputed, uid: str | None) -> None:
        """Show what is to be settled about this thing."""
        named = [one for one in disputed.differences if one.uid == uid]
        self._show(
            named, [one for one in disputed.duplicates if any(twin.uid == uid for twin in one.twins)], uid
        )

    def show_kinds(self, disputed: Disputed, kinds: Sequence[str]) -> None:
        """Show what is to be settled about all things of these kinds, each with its name."""
        named = [one for one in disputed.differences if one.kind in kinds]
        self._show(named, [one for one in disputed.duplicates if one.kind in kinds], None)

    def _show(
        self, differences: Sequence[OfficeDifference], duplicates: Sequence[OfficeDuplicate], uid: str | None
    ) -> None:
        conflicts: list[Conflict] = []
        self._fields = {}
        for one in differences:
            # Fields of several things stand here under one name each.
            key = one.field if uid is not None or one.kind == "desk" else f"{one.uid} {one.field}"
            label = one.label if key == one.field else f"{one.name} · {one.label}"
            self._fields[key] = (one.uid, one.field)
            conflicts.append(Conflict(key, one.shown, one.rivals, label))
        self._strips.show_conflicts(tuple(conflicts))
        self._twins.setText("\n".join(self._told(duplicate, uid) for duplicate in duplicates))
        self._twins.setVisible(bool(duplicates))
        self.setVisible(bool(conflicts or duplicates))

    def _told(self, duplicate: OfficeDuplicate, uid: str | None) -> str:
        others = [twin for twin in duplicate.twins if twin.uid != uid]
        said = "; ".join(_twin_text(twin, self._now()) for twin in others)
        words = _(
            "“{name}” is there more than once: {others}. Give one of them another name, or put it out of use."
        )
        if duplicate.kind == "agent":
            words = _(
                "The login “{name}” is there more than once: {others}. Whose password fits gets in. Give one of them"
                " another login, or put it out of use."
            )
        return words.format(name=duplicate.name, others=said)

    def _on_settled(self, key: str, value: str) -> None:
        uid, field = self._fields[key]
        self.settled.emit(uid, field, value)


def _twin_text(twin: Twin, now: int) -> str:
    made = (
        _("{name}, made by {by} at {when} on {place}") if twin.place else _("{name}, made by {by} at {when}")
    )
    return made.format(
        name=twin.name, by=twin.by_name or _("somebody"), when=moment_text(twin.at, now), place=twin.place
    )
