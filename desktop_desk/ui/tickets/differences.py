"""Differences: a field that two people set without seeing each other, and the keys that settle it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import N_, _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import Banner
from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.chips import Flow
from desktop_desk.ui.widgets.plain_tip import plain_tip
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
LOUD = ("status", "agent", "team", "department", "merged_into")
"""Two people act on these at once: they come first, in colour. The others are told quietly."""
BESIDE, LONGEST = 24, 44
"""A quiet difference with longer labels says whose value it is; labels end at the second, large ones at the first."""
LARGE = 1.5
"""With text as large as that only the first difference is told in full: the ticket needs the room."""
KEYS = 9
"""Rivals of the first difference that have a key: Alt+1 keeps what is shown, Alt+2 takes the first rival."""


def field_name(field: str) -> str:
    """The field as people call it."""
    return _(FIELD_NAMES.get(field, field))


class DifferenceStrip(Banner):
    """One field in conflict: who set what, when and where, and a button for each value.

    Signals:
        settled(str field, str value): this value is to stand.
    """

    settled = Signal(str, str)

    def __init__(
        self,
        look: Appearance,
        conflict: "Conflict",
        now: int,
        *,
        keys: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName(f"difference_{conflict.field}")
        self._loud = conflict.field in LOUD
        name = conflict.label or field_name(conflict.field)
        says = "; ".join(_rival_text(conflict.field, rival, now) for rival in conflict.rivals)
        words = _("{field} differs: {rivals}").format(field=name, rivals=says)
        text = QLabel(words, self)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        set_look(text, "strong" if self._loud else "meta")
        column = QVBoxLayout(self)
        above = 8 if self._loud else 5
        column.setContentsMargins(16, above, 16, above)
        column.setSpacing(6 if self._loud else 4)
        said = QHBoxLayout()
        said.setSpacing(8)
        if not self._loud:
            mark = QLabel("≠", self)
            set_look(mark, "muted")
            said.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(text, 1)
        column.addLayout(said)
        column.addWidget(self._buttons(conflict, name, keys=keys))

    def _buttons(self, conflict: "Conflict", name: str, *, keys: bool) -> QWidget:
        choices = _choices(conflict)
        if not self._loud and max(len(label) for label, _value in choices) > BESIDE:
            choices = _short_choices(conflict)
        # As many beside each other as fit, cut where one would push the whole pane wider.
        longest = BESIDE if self._look.text_scale >= LARGE else LONGEST
        row = QWidget(self)
        flow = Flow(row, gap=8)
        for place, (label, value) in enumerate(choices, 1):
            key = f"Alt+{place}" if keys and place <= KEYS else ""
            shown = label if len(label) <= longest else f"{label[: longest - 1].rstrip()}…"
            button = KeyButton(self._look, shown.replace("&", "&&"), key, quiet=not self._loud, parent=self)
            button.setToolTip(plain_tip(label) if shown != label else "")
            button.setObjectName(f"settle_{conflict.field}_{place}")
            if key:
                # Not the button's own shortcut, which waits a tenth of a second to look pressed.
                QShortcut(QKeySequence(key), self).activated.connect(button.click)
            button.setAccessibleName(f"{name}: {label}")
            button.clicked.connect(self._settler(conflict.field, value))
            flow.addWidget(button)
        return row

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._loud:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.colors.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, self._look.colors.border)

    def _settler(self, field: str, value: str) -> Callable[[], None]:
        return lambda: self.settled.emit(field, value)


def _named(field: str, value: str) -> str:
    """A value within a sentence: what people wrote in quotes, names as they are."""
    if not value:
        return _("none")
    return _("“{text}”").format(text=value) if field == "subject" else value


def _rival_text(field: str, rival: "Rival", now: int) -> str:
    where = _("{by} set {value} at {when} on {place}") if rival.place else _("{by} set {value} at {when}")
    return where.format(
        by=rival.by_name or rival.by or _("somebody"),
        value=_named(field, rival.value),
        when=moment_text(rival.at, now),
        place=rival.place,
    )


def _rank(conflict: "Conflict") -> int:
    return LOUD.index(conflict.field) if conflict.field in LOUD else len(LOUD)


def _choices(conflict: "Conflict") -> list[tuple[str, str]]:
    """Label and value of each button: first the value shown, then the others."""
    field = conflict.field
    choices = [(_("Keep {value}").format(value=_named(field, conflict.shown)), conflict.shown)]
    for rival in conflict.rivals:
        if rival.value != conflict.shown and all(rival.value != value for _label, value in choices):
            choices.append((_("Take {value}").format(value=_named(field, rival.value)), rival.value))
    return choices


def _short_choices(conflict: "Conflict") -> list[tuple[str, str]]:
    """The same with whose value it is in place of the value, which stands above."""
    writers = {rival.value: rival.by_name or rival.place for rival in conflict.rivals}
    return [
        (_("Keep what is shown"), value)
        if value == conflict.shown
        else (_("Take what {by} wrote").format(by=writers.get(value) or _("somebody else")), value)
        for _label, value in _choices(conflict)
    ]


class Differences(QFrame):
    """Every field of a ticket that is in conflict, loud ones above quiet ones, the first with keys.

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
        self._folded = False
        self._tab_place = TabPlace(self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._rest = QLabel(self)
        self._rest.setObjectName("differences_rest")
        self._rest.setContentsMargins(16, 4, 16, 4)
        set_look(self._rest, "meta")
        self._column.addWidget(self._rest)
        look.changed.connect(self._on_look)
        self.hide()

    def show_conflicts(self, conflicts: "tuple[Conflict, ...]") -> None:
        """Show these; buttons that stayed the same keep their focus."""
        told = (each for each in conflicts if each.field not in CONSEQUENCES)
        conflicts = tuple(sorted(told, key=_rank))
        folded = self._look.text_scale >= LARGE
        if (conflicts, folded) == (self._shown, self._folded):
            return
        self._shown, self._folded = conflicts, folded
        for strip in self._strips:
            self._column.removeWidget(strip)
            strip.hide()
            strip.deleteLater()
        self._strips = [
            DifferenceStrip(self._look, conflict, self._now(), keys=place == 0, parent=self)
            for place, conflict in enumerate(conflicts[:1] if folded else conflicts)
        ]
        rest = ", ".join(field_name(conflict.field) for conflict in conflicts[len(self._strips) :])
        self._rest.setText(_("≠  Then: {fields}").format(fields=rest))
        self._rest.setVisible(bool(rest))
        for strip in self._strips:
            strip.settled.connect(self.settled)
            self._column.insertWidget(self._column.count() - 1, strip)
        self._tab_place.put(button for strip in self._strips for button in strip.findChildren(KeyButton))
        self.setVisible(bool(conflicts))

    def _on_look(self) -> None:
        self.show_conflicts(self._shown)

    def focus_first(self) -> bool:
        """Put the cursor on the first button; False when nothing differs."""
        if not self._strips:
            return False
        button = self._strips[0].findChild(KeyButton)
        if button is not None:
            button.setFocus()
        return True
