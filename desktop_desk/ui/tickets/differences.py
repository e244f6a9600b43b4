"""Differences: a field that two people set without seeing each other, and the keys that settle it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import N_, _
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.links import Banner
from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.tab_place import TabPlace

if TYPE_CHECKING:
    from desktop_desk.desk.views import Conflict, Rival

FIELD_NAMES = {
    "subject": N_("Subject"),
    "status": N_("Status"),
    "priority": N_("Priority"),
    "agent": N_("Agent"),
    "team": N_("Team"),
    "department": N_("Department"),
    "topic": N_("Topic"),
    "caller": N_("Caller"),
    "due": N_("Due"),
    "source": N_("Source"),
    "merged_into": N_("Merged into"),
}
CONSEQUENCES = frozenset({"plan", "target", "calendar"})
"""Set with the priority and settled with it; nobody chooses them one by one."""
BESIDE, LONGEST = 24, 44
"""Labels of at most so many letters stand beside each other; longer ones than the second are cut."""
KEYS = 9
"""Rivals of the first difference that have a key: Alt+1 keeps what is shown, Alt+2 takes the first rival."""


def field_name(field: str) -> str:
    """The field as people call it."""
    return _(FIELD_NAMES.get(field, field))


class DifferenceStrip(Banner):
    """One field in conflict: who set what and when, and a button for each value.

    Signals:
        settled(str field, str value): this value is to stand.
    """

    settled = Signal(str, str)

    def __init__(
        self,
        look: Appearance,
        conflict: "Conflict",
        names: Mapping[str, str],
        now: int,
        *,
        keys: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName(f"difference_{conflict.field}")
        name = field_name(conflict.field)
        says = "; ".join(_rival_text(conflict.field, rival, names, now) for rival in conflict.rivals)
        text = QLabel(_("{field} differs: {rivals}").format(field=name, rivals=says), self)
        text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(6)
        column.addWidget(text)
        choices = _choices(conflict)
        # Long values stand one below the other, cut where they would push the whole pane wider.
        is_long = max(len(label) for label, _value in choices) > BESIDE
        row = QBoxLayout(QBoxLayout.Direction.TopToBottom if is_long else QBoxLayout.Direction.LeftToRight)
        row.setSpacing(8)
        for place, (label, value) in enumerate(choices, 1):
            key = f"Alt+{place}" if keys and place <= KEYS else ""
            shown = label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
            button = KeyButton(look, shown.replace("&", "&&"), key, parent=self)
            button.setToolTip(label if shown != label else "")
            button.setObjectName(f"settle_{conflict.field}_{place}")
            if key:
                # Not the button's own shortcut, which waits a tenth of a second to look pressed.
                QShortcut(QKeySequence(key), self).activated.connect(button.click)
            button.setAccessibleName(f"{name}: {label}")
            button.clicked.connect(self._settler(conflict.field, value))
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        if not is_long:
            row.addStretch(1)
        column.addLayout(row)

    def _settler(self, field: str, value: str) -> Callable[[], None]:
        return lambda: self.settled.emit(field, value)


def _named(field: str, value: str) -> str:
    """A value within a sentence: what people wrote in quotes, names as they are."""
    if not value:
        return _("none")
    return _("“{text}”").format(text=value) if field == "subject" else value


def _rival_text(field: str, rival: "Rival", names: Mapping[str, str], now: int) -> str:
    return _("{by} set {value} at {when}").format(
        by=names.get(rival.by or "", rival.by) or _("somebody"),
        value=_named(field, rival.value),
        when=moment_text(rival.at, now),
    )


def _choices(conflict: "Conflict") -> list[tuple[str, str]]:
    """Label and value of each button: first the value shown, then the others."""
    field = conflict.field
    choices = [(_("Keep {value}").format(value=_named(field, conflict.shown)), conflict.shown)]
    for rival in conflict.rivals:
        if rival.value != conflict.shown and all(rival.value != value for _label, value in choices):
            choices.append((_("Take {value}").format(value=_named(field, rival.value)), rival.value))
    return choices


class Differences(QFrame):
    """Every field of a ticket that is in conflict, the first one with keys.

    Signals:
        settled(str field, str value): this value is to stand.
    """

    settled = Signal(str, str)

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("differences")
        self._look = look
        self._now = now
        self._shown: tuple[Conflict, ...] = ()
        self._strips: list[DifferenceStrip] = []
        self._tab_place = TabPlace(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()

    def show_conflicts(self, conflicts: "tuple[Conflict, ...]", names: Mapping[str, str]) -> None:
        """Show these, with the names of logins; buttons that stayed the same keep their focus."""
        conflicts = tuple(each for each in conflicts if each.field not in CONSEQUENCES)
        if conflicts == self._shown:
            return
        self._shown = conflicts
        for strip in self._strips:
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self._strips = [
            DifferenceStrip(self._look, conflict, names, self._now(), keys=place == 0, parent=self)
            for place, conflict in enumerate(conflicts)
        ]
        for strip in self._strips:
            strip.settled.connect(self.settled)
            self._column.addWidget(strip)
        self._tab_place.put(button for strip in self._strips for button in strip.findChildren(KeyButton))
        self.setVisible(bool(conflicts))

    def focus_first(self) -> bool:
        """Put the cursor on the first button; False when nothing differs."""
        if not self._strips:
            return False
        button = self._strips[0].findChild(KeyButton)
        if button is not None:
            button.setFocus()
        return True
