"""How mail, form and line stand: a line for each, with what to do about it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.i18n import N_, _
from desktop_desk.ui.status_light.parts import Dot
from desktop_desk.ui.status_light.words import LEVELS, NAMES
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.scrolled import Scrolled
from desktop_desk.ui.widgets.tab_place import tab_as_read

if TYPE_CHECKING:
    from desktop_desk.desk.status_light import Light, Standing

WAYS = {
    "in": ("mail.boxes", N_("Mailboxes…")),
    "out": ("view.outbox", N_("Outbox")),
    "form": ("desk.form", N_("Request form…")),
    "line": ("call.line", N_("Phone line…")),
}
"""Where more can be done about a thing: an action, and what leads there."""
AIR = 3


class LightDialog(QDialog):
    """Shows the light as long as it is open; knows nothing of the desk.

    Signals:
        now_asked(): fetch and send now.
        action_asked(str): the person wants to go there.
        take_asked(str): this copy is to fetch that mailbox.
    """

    now_asked = Signal()
    action_asked = Signal(str)
    take_asked = Signal(str)

    def __init__(self, look: Appearance, light: "Light", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: Light | None = None
        self.setObjectName("light_dialog")
        self.setWindowTitle(_("How mail, form and line stand"))
        self._area = Scrolled("ground", self)
        self._area.setObjectName("light_lines")
        self._area.setAccessibleName(self.windowTitle())
        # Lines without a way on are scrolled to by the arrows.
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines = QVBoxLayout(self._area.page)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._now = KeyButton(look, _("Fetch and send now"), "F9", primary=True, parent=self)
        self._now.setObjectName("light_now")
        self._now.bind("F9")
        self._now.clicked.connect(self.now_asked)
        close = KeyButton(look, _("Close"), "Esc", quiet=True, parent=self)
        close.setObjectName("light_close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self._now)
        foot.addStretch(1)
        foot.addWidget(close)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(16)
        column.addWidget(self._area, 1)
        column.addLayout(foot)
        self.show_light(light)
        self._now.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_light(self, light: "Light") -> None:
        """Show it as it stands now."""
        if light == self._shown:
            return
        self._shown = light
        before = self._lines.takeAt(0)
        if before is not None and (gone := before.widget()) is not None:
            gone.setParent(None)
            gone.deleteLater()
        inside = QWidget(self._area.page)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(2, 1)
        for standing in light.standings:
            self._add(grid, standing, _(NAMES[standing.subject]), _sentence(standing))
            for part in _singly(standing):
                self._add(grid, part, part.name, _sentence(part), lead=False)
        grid.setRowStretch(grid.rowCount(), 1)
        self._lines.addWidget(inside)
        inside.show()
        self._grow()
        tab_as_read(self)

    def _grow(self) -> None:
        """As large as all of it, within the window; never smaller than it was."""
        self._area.updateGeometry()
        width = int(640 * self._look.text_scale)
        size = QSize(width, self._column.totalHeightForWidth(width))
        if self.isVisible():
            size = size.expandedTo(self.size())
        parent = self.parentWidget()
        self.resize(size.boundedTo(parent.window().size()) if parent is not None else size)

    def _add(
        self, grid: QGridLayout, standing: "Standing", name: str, said: str, *, lead: bool = True
    ) -> None:
        row, top = grid.rowCount(), Qt.AlignmentFlag.AlignTop
        dot = Dot(self._look, parent=self)
        dot.show_level(standing.level)
        # On one line with the link, which has air around it.
        dot.setMinimumHeight(self._look.metrics(Font.BASE).height() + 2 * AIR)
        title = QLabel(name, self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        if not lead:
            title.setIndent(14)
        set_look(title, "strong" if lead else "")
        title.setContentsMargins(0, AIR, 0, AIR)
        words = QLabel(said, self)
        words.setObjectName(f"light_{standing.subject}" if lead else f"light_box_{standing.name}")
        words.setWordWrap(True)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        words.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        words.setContentsMargins(0, AIR, 0, AIR)
        grid.addWidget(dot, row, 0, top)
        grid.addWidget(title, row, 1, top)
        grid.addWidget(words, row, 2, top)
        way = self._way(standing, lead=lead)
        if way is not None:
            grid.addWidget(way, row, 3, top)

    def _way(self, standing: "Standing", *, lead: bool) -> LinkButton | None:
        """What leads to where more can be done, if anything does."""
        if standing.box and not lead:
            link = self._link(_("Fetch it here"), f"light_take_{standing.name}")
            box = standing.box
            link.clicked.connect(lambda: self.take_asked.emit(box))
            return link
        if lead and standing.subject in WAYS:
            action, text = WAYS[standing.subject]
            link = self._link(_(text), f"light_go_{standing.subject}")
            link.clicked.connect(lambda: self._go(action))
            return link
        return None

    def _link(self, text: str, name: str) -> LinkButton:
        link = LinkButton(self._look, text, parent=self)
        link.setObjectName(name)
        link.show_value(text)
        return link

    def _go(self, action: str) -> None:
        self.accept()
        self.action_asked.emit(action)


def _singly(standing: "Standing") -> "tuple[Standing, ...]":
    """The mailboxes, where each is to be told by itself."""
    several = len(standing.parts) > 1 or any(part.box for part in standing.parts)
    return standing.parts if several else ()


def _sentence(standing: "Standing") -> str:
    """What it is, why, and what to do, each on a line of its own; of several mailboxes only what it is."""
    head = _("{word}: {level}").format(word=standing.word, level=_(LEVELS[standing.level]))
    if standing.level in {"off", "good"}:
        head = ""
    elif _singly(standing):
        return head
    return "\n".join(part for part in (head, standing.said, standing.advice) if part)
