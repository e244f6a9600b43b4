"""What became of each mail of an import."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_desk.i18n import N_, _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table import FastTable
from desktop_desk.ui.widgets.table_model import Column, ListRowModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.mail_views import Filed

BECAME = {
    "ticket": N_("New tickets"),
    "reply": N_("Replies"),
    "duplicate": N_("Known before"),
    "ignored": N_("Ignored"),
    "quarantined": N_("In quarantine"),
}


class CameInDialog(QDialog):
    """Lists mails by what became of them; Enter shows the ticket of one.

    Signals:
        ticket_chosen(str number): show this ticket.
    """

    ticket_chosen = Signal(str)

    def __init__(
        self, look: Appearance, mails: "Sequence[Filed]", which: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("came_in_dialog")
        self.setWindowTitle(_("What came in"))
        self.resize(760, 460)
        self._mails = mails
        self._group = QButtonGroup(self)
        self._tabs: dict[str, QPushButton] = {}
        tabs = QHBoxLayout()
        tabs.setSpacing(8)
        for key, name in BECAME.items():
            count = sum(mail.became == key for mail in mails)
            if not count:
                continue
            tab = QPushButton(f"{_(name)} {count:,}", self)
            tab.setObjectName(f"came_in_{key}")
            tab.setCheckable(True)
            tab.setAutoDefault(False)
            set_look(tab, "tab")
            self._group.addButton(tab)
            self._tabs[key] = tab
            tabs.addWidget(tab)
        tabs.addStretch(1)
        self.model = ListRowModel(_columns(), self)
        self.table = FastTable(look, self)
        self.table.setObjectName("came_in_table")
        self.table.setAccessibleName(_("Mails"))
        self.table.setModel(self.model)
        self.table.row_activated.connect(self._on_row)
        close = KeyButton(look, _("Close"), "Esc", parent=self)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addLayout(tabs)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self._group.buttonClicked.connect(self._show)
        self.finished.connect(self.deleteLater)
        if self._tabs:
            self._tabs.get(which, next(iter(self._tabs.values()))).setChecked(True)
        self._show()

    def _show(self) -> None:
        key = next((key for key, tab in self._tabs.items() if tab.isChecked()), "")
        rows = [
            (place, (mail.number, _one_line(mail.subject), mail.where, _one_line(mail.why), 0))
            for place, mail in enumerate(self._mails)
            if mail.became == key
        ]
        self.model.set_rows(rows)
        if rows:
            self.table.select_row(0)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_row(self, row: int) -> None:
        place = self.model.key_of(row)
        number = self._mails[place].number if isinstance(place, int) else ""
        if number:
            self.ticket_chosen.emit(number)
            self.accept()


def _columns() -> tuple[Column, ...]:
    return (
        Column("number", _("Ticket"), "number", 80, sortable=False),
        Column("subject", _("Subject"), "text", 220, sortable=False, stretch=True),
        Column("where", _("From where"), "text", 220, sortable=False),
        Column("why", _("Why"), "text", 200, sortable=False, spare=1),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
