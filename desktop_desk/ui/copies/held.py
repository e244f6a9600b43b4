"""What revoked copies wrote: each change is accepted or refused by a person, one by one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.copies.rows import held_columns, held_row
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table import FastTable, ListRowModel

if TYPE_CHECKING:
    from desktop_desk.desk.revoking import HeldAct


class HeldList(QWidget):
    """Lists held changes with two keys; takes no room while nothing is held.

    Signals:
        decided(str act, bool accepted): somebody has decided on this change.
    """

    decided = Signal(str, bool)

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._acts: tuple[HeldAct, ...] = ()
        self._title = QLabel(self)
        self._title.setObjectName("held_title")
        set_look(self._title, "strong")
        self.table = FastTable(look, self)
        self.table.setObjectName("held_table")
        self._model = ListRowModel(held_columns(), parent=self)
        self.table.setModel(self._model)
        self.table.setMinimumHeight(4 * look.row_height + 6)
        self._accept = KeyButton(look, _("Accept"), "A", parent=self)
        self._refuse = KeyButton(look, _("Refuse"), "R", parent=self)
        row = QHBoxLayout()
        row.setSpacing(8)
        for name, button, accepted in (("accept", self._accept, True), ("refuse", self._refuse, False)):
            button.setObjectName(f"held_{name}")
            decide = self._decider(accepted=accepted)
            button.clicked.connect(decide)
            letter = QShortcut(QKeySequence(button.key()), self.table)
            letter.setContext(Qt.ShortcutContext.WidgetShortcut)
            letter.activated.connect(decide)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.hide()

    def show_acts(self, acts: "tuple[HeldAct, ...]") -> None:
        """List these; the cursor stays at its place."""
        self._acts = acts
        row = self.table.current_row()
        title = ngettext(
            "{n} change of a revoked copy is held", "{n} changes of revoked copies are held", len(acts)
        ).format(n=len(acts))
        self._title.setText(title)
        self.table.setAccessibleName(title)
        now = self._now()
        self._model.set_rows([held_row(act, now) for act in acts])
        if acts:
            self.table.select_row(min(max(row, 0), len(acts) - 1))
        self.setVisible(bool(acts))

    def _decider(self, *, accepted: bool) -> Callable[[], None]:
        def decide() -> None:
            row = self.table.current_row()
            if 0 <= row < len(self._acts):
                self.decided.emit(self._acts[row].act, accepted)

        return decide
