"""Above a reply on the master ticket of an outage: whom it does not reach, and the one key that tells all."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.tickets.outgoing import REPLY

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from desktop_desk.ui.tickets.composer import Composer


class OutageHint(QWidget):
    """One line above the editor, only while a reply is written and somebody waits."""

    def __init__(self, look: Appearance, composer: "Composer", answer_all: "QAction") -> None:
        super().__init__(composer)
        self._composer = composer
        self._waiting = 0
        self.setObjectName("outage_hint")
        self._words = QLabel(self)
        self._words.setObjectName("outage_hint_words")
        self._words.setWordWrap(True)
        set_look(self._words, "meta")
        button = LinkButton(look, answer_all.text(), parent=self)
        button.setObjectName("outage_hint_answer")
        key = answer_all.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        button.show_value(_("Answer all… {key}").format(key=key))
        button.clicked.connect(answer_all.trigger)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._words, 1)
        row.addWidget(button)
        layout = composer.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(layout.indexOf(composer.editor), self)
        composer.kind_changed.connect(self._dress)
        self.hide()

    def show_waiting(self, waiting: int) -> None:
        """So many callers of this master ticket's outage wait; 0 for any other ticket."""
        self._waiting = waiting
        self._words.setText(
            ngettext(
                "A reply here does not reach the {n} caller who waits.",
                "A reply here does not reach the {n} callers who wait.",
                waiting,
            ).format(n=waiting)
        )
        self._dress()

    def _dress(self, _kind: str = "") -> None:
        self.setVisible(self._waiting > 0 and self._composer.kind == REPLY)
