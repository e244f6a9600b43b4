"""Asks into which ticket another one goes, and shows what that ticket is."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.tickets.header import priority_text
from desktop_desk.ui.tickets.ticket_hits import ticket_hits
from desktop_desk.ui.tickets.times import moment_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.search_list import SearchList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.views import TicketRow, TicketView

LAST_ENTRIES = 3


class MergeDialog(FormDialog):
    """Finds the target by number, caller or words; the marked hit is previewed. Never writes.

    Signals:
        tickets_asked(str text, int token): look for these; answer with `set_tickets` and the same token.
        preview_asked(str number): read this ticket; answer with `set_preview`.
    """

    tickets_asked = Signal(str, int)
    preview_asked = Signal(str)

    def __init__(self, look: Appearance, number: str, subject: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("merge_dialog")
        self._number = number
        which = " · ".join(part for part in (number, subject) if part)
        self.setWindowTitle(_("Merge into another ticket"))
        self.resize(620, 480)
        title = QLabel(_("Merge {which}").format(which=which), self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        set_look(title, "section")
        self._search = SearchList(
            look, _("Into which ticket"), placeholder=_("Number, caller or words"), rows=6, parent=self
        )
        self._search.setObjectName("merge_search")
        self._preview = QLabel(self)
        self._preview.setObjectName("merge_preview")
        self._preview.setTextFormat(Qt.TextFormat.PlainText)
        self._preview.setWordWrap(True)
        self._preview.setMinimumHeight(6 * look.metrics(Font.BASE).lineSpacing())
        self._preview.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        box = QFrame(self)
        set_look(box, "card")
        inside = QVBoxLayout(box)
        inside.addWidget(self._preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        column.addWidget(title)
        column.addWidget(self._search, 1)
        column.addWidget(box)
        column.addLayout(self._foot(look))
        self._search.query_changed.connect(self.tickets_asked)
        self._search.highlighted.connect(self._on_highlighted)
        self._search.picked.connect(self._on_picked)
        self._search.dismissed.connect(self.reject)
        self.finished.connect(self.deleteLater)
        self._search.edit.setFocus()

    def _foot(self, look: Appearance) -> QHBoxLayout:
        hint = QLabel(
            _("It is read in the other ticket from then on. Its number still finds it; undo is exact."), self
        )
        hint.setWordWrap(True)
        set_look(hint, "meta")
        self._merge = KeyButton(look, _("Merge"), "Ctrl+Enter", primary=True, parent=self)
        self._merge.setObjectName("merge_do")
        self._merge.setEnabled(False)
        self._merge.clicked.connect(self.accept)
        cancel = KeyButton(look, _("Cancel"), "Esc", parent=self)
        cancel.setObjectName("merge_cancel")
        cancel.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addWidget(hint, 1)
        row.addWidget(cancel)
        row.addWidget(self._merge)
        return row

    def ask_first(self) -> None:
        """Ask for what is likely, before anything is typed."""
        self._search.ask()

    def target(self) -> str:
        """The number of the marked ticket; "" for none."""
        key = self._search.highlighted_key()
        return key if isinstance(key, str) else ""

    def set_tickets(self, rows: "Sequence[TicketRow]", token: int, now: int) -> None:
        """The answer to `tickets_asked`; a late one changes nothing."""
        hits = ticket_hits((row for row in rows if row.number != self._number), now)
        if self._search.set_hits(hits, token):
            self._merge.setEnabled(bool(hits))
            if not hits:
                typed = self._search.text().strip()
                self._preview.setText(
                    _("No other ticket was found.") if typed else _("Write a number, a name or some words.")
                )

    def set_preview(self, view: "TicketView", now: int) -> None:
        """What the marked ticket holds."""
        if view.number != self.target():
            return
        said = [entry for entry in view.thread if entry.kind != "event"]
        lines = [f"{priority_text(view.priority)} · {view.status} · {view.agent_name or _('nobody')}"]
        lines += [
            f"{moment_text(entry.at, now)} {entry.by_name}: {entry.text[:120]}"
            for entry in said[-LAST_ENTRIES:]
        ]
        rest = len(said) - LAST_ENTRIES
        if rest > 0:
            lines.append(ngettext("%d more entry", "%d more entries", rest) % rest)
        self._preview.setText("\n".join(lines))

    def _on_picked(self, _key: object) -> None:
        self._merge.setFocus()

    def _on_highlighted(self, key: object) -> None:
        if isinstance(key, str):
            self.preview_asked.emit(key)

    def finish(self) -> None:
        """Merge, once a ticket is marked."""
        if self._merge.isEnabled():
            self.accept()
