"""Every key on one page, from the table of actions."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.i18n import _
from desktop_desk.ui.action_table import MENUS
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton


def in_editors() -> tuple[tuple[str, str], ...]:
    """Keys that belong to where one writes, and not to an action."""
    return (
        ("Ctrl+Enter", _("Send or save")),
        ("Ctrl+Shift+Enter", _("Send and resolve; save and resolve")),
        ("Ctrl+Z  Ctrl+Y", _("Undo and redo typing, while the cursor is in a text")),
        ("Esc", _("Back to the list; the draft is kept")),
    )


def in_calls() -> tuple[tuple[str, str], ...]:
    """Keys of the call panel."""
    return (
        ("Alt+1 … Alt+9", _("Add the call to this ticket")),
        ("Alt+0", _("Part of the outage, or not")),
        ("Ctrl+PgUp  Ctrl+PgDown", _("From call to call")),
        ("Alt+Shift+L", _("Say how long the call was")),
        ("Alt+F6", _("Move the panel aside")),
    )


class KeysDialog(QDialog):
    """Name and keys of every action, by menu."""

    def __init__(self, look: Appearance, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("keys_dialog")
        self.setWindowTitle(_("Keys"))
        self.resize(QSize(860, 740).boundedTo(self.screen().availableSize()))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QWidget(self)
        columns = QHBoxLayout(page)
        columns.setContentsMargins(18, 14, 24, 14)
        columns.setSpacing(32)
        left, right = QVBoxLayout(), QVBoxLayout()
        for side in (left, right):
            side.setSpacing(6)
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        for key, title in MENUS:
            rows = [
                ("  ".join(actions.keys(spec.id)), actions.plain_text(spec.id))
                for spec in actions
                if spec.menu == key and actions.keys(spec.id)
            ]
            if rows:
                side = left if key in {"desk", "ticket"} else right
                self._add(side, _(title).replace("&", ""), rows, page)
        self._add(left, _("While writing"), list(in_editors()), page)
        self._add(left, _("While taking a call"), list(in_calls()), page)
        hint = QLabel(_("A single letter works while the list of tickets has the cursor."), page)
        hint.setWordWrap(True)
        set_look(hint, "meta")
        left.addWidget(hint)
        left.addStretch(1)
        right.addStretch(1)
        area = QScrollArea(self)
        area.setAccessibleName(_("Keys"))
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        # The arrow keys and PgDn move the page where it is longer than the screen.
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setFocus()
        close = KeyButton(look, _("Close"), "Esc", parent=self)
        close.setObjectName("keys_close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(area, 1)
        column.addLayout(foot)

    def _add(self, side: QVBoxLayout, title: str, rows: list[tuple[str, str]], page: QWidget) -> None:
        head = QLabel(title, page)
        set_look(head, "strong")
        head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        side.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        for place, (keys, name) in enumerate(rows):
            grid.addWidget(QLabel(name, page), place, 0)
            shown = QLabel(keys, page)
            set_look(shown, "muted")
            grid.addWidget(shown, place, 1, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        side.addLayout(grid)
        side.addSpacing(14)
