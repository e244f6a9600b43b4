"""Mails that were not filed: a list of those that wait, or of those that were ignored, and the chosen one below."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.i18n import _
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.mail_room.mail_pane import MailPane
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.times import age_text
from desktop_desk.ui.widgets.fitted_buttons import FittedButtons
from desktop_desk.ui.widgets.keys_within import keys_within
from desktop_desk.ui.widgets.table import FastTable
from desktop_desk.ui.widgets.table_model import Column, ListRowModel
from desktop_desk.ui.widgets.two_part_bar import TwoPartBar

if TYPE_CHECKING:
    from desktop_desk.desk.channel_ports import MailRecord

HELD, IGNORED = "held", "ignored"
ACTIONS = ("mail.file", "mail.release", "mail.dismiss")
"""What can be done with a mail that waits; `dismiss` with several at once."""


class QuarantineView(QFrame):
    """A table of mails with one of them open below; knows nothing of the desk.

    F files the mail to a ticket, T makes a ticket of it, Del dismisses it, H shows its headers, Enter goes into its
    text and Esc back.

    Attributes:
        table, mail: the list, and the mail that is open.

    Signals:
        chosen(MailRecord | None): the cursor went to this mail.
        selected(): other mails are selected.
        kind_chosen(): the other list was asked for.
    """

    chosen = Signal(object)
    selected = Signal()
    kind_chosen = Signal()

    def __init__(
        self, look: Appearance, actions: Actions, now: Callable[[], int], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("quarantine")
        set_look(self, "surface")
        self._now = now
        self._actions = actions
        self._mails: tuple[MailRecord, ...] = ()
        self._quiet = False
        self.kind = HELD
        self.model = ListRowModel(_columns(), self)
        self.table = FastTable(look, self)
        self.table.setObjectName("quarantine_table")
        self.table.setModel(self.model)
        self.mail = MailPane(look, now, parent=self)
        self._build(look)
        self._connect()
        self._name()

    def _build(self, look: Appearance) -> None:
        tabs, buttons = QHBoxLayout(), QHBoxLayout()
        tabs.setSpacing(8)
        self._tabs = {HELD: QPushButton(self), IGNORED: QPushButton(self)}
        self._group = QButtonGroup(self)
        for kind, tab in self._tabs.items():
            tab.setObjectName(f"quarantine_{kind}")
            tab.setCheckable(True)
            tab.setChecked(kind == self.kind)
            tab.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            set_look(tab, "tab")
            self._group.addButton(tab)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        done = FittedButtons(look, [self._actions[name] for name in ACTIONS], parent=self)
        for button, name in zip(done.buttons, ACTIONS, strict=True):
            button.setObjectName(f"quarantine_{name.removeprefix('mail.')}")
        buttons.addWidget(done)
        lists = QSplitter(Qt.Orientation.Vertical, self)
        lists.setChildrenCollapsible(False)
        lists.setHandleWidth(1)
        lists.addWidget(self.table)
        lists.addWidget(self.mail)
        lists.setSizes([260, 400])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(TwoPartBar(tabs, buttons, look="surface", parent=self))
        column.addWidget(lists, 1)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)

    def _connect(self) -> None:
        self._group.buttonClicked.connect(self._on_tab)
        self.table.row_changed.connect(self._on_row)
        self.table.selection_changed.connect(self.selected)
        self.table.row_activated.connect(self._on_activated)
        self.mail.left.connect(self._focus_table)
        slots = {
            key: self._actions[name].trigger for key, name in zip(("F", "T", "Del"), ACTIONS, strict=True)
        }
        for place in (self.table, self.mail.text):
            keys_within(place, {**slots, "H": self.mail.toggle_headers}, children=False)

    # What is shown

    def show_mails(self, mails: "Sequence[MailRecord]", held: int, ignored: int) -> None:
        """Show these mails of the list that is chosen; beside its names how many each list holds."""
        before, place_before = self.current(), self.table.current_row()
        key = before.uid if before is not None else ""
        now = self._now()
        self._mails = tuple(mails)
        self._tabs[HELD].setText(_("Quarantine {count}").format(count=_count(held)).strip())
        self._tabs[IGNORED].setText(_("Ignored {count}").format(count=_count(ignored)).strip())
        self._quiet = True
        self.model.set_rows([(mail.uid, _row(mail, now)) for mail in self._mails])
        place = self.model.row_of(key) if key else -1
        if place < 0 and self._mails:
            # The mail is done with: the cursor goes on to the next one.
            place = min(max(place_before, 0), len(self._mails) - 1)
        if place >= 0 and place != self.table.current_row():
            self.table.select_row(place)
        self._quiet = False
        after = self.current()
        if after is None or after.uid != key:
            self.chosen.emit(after)
        self.selected.emit()

    def current(self) -> "MailRecord | None":
        """The mail with the cursor."""
        row = self.table.current_row()
        return self._mails[row] if 0 <= row < len(self._mails) else None

    def several(self) -> "tuple[MailRecord, ...]":
        """The selected mails, or the one with the cursor."""
        rows = self.table.selected_rows() or [self.table.current_row()]
        return tuple(self._mails[row] for row in rows if 0 <= row < len(self._mails))

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) mail."""
        if self._mails:
            self.table.select_row(min(max(self.table.current_row() + by, 0), len(self._mails) - 1))

    # What happened

    def _name(self) -> None:
        ignored = self.kind == IGNORED
        self.table.setAccessibleName(_("Ignored mails") if ignored else _("Mails in quarantine"))
        if ignored:
            self.table.set_empty(
                _("No mail was ignored"),
                _("Automatic answers, and what this desk sent itself, come up here."),
            )
        else:
            self.table.set_empty(
                _("Nothing is in quarantine"), _("A mail that cannot be filed waits here, with the reason.")
            )

    def _on_tab(self) -> None:
        self.kind = HELD if self._tabs[HELD].isChecked() else IGNORED
        self._mails = ()
        self.model.set_rows([])
        self._name()
        self.kind_chosen.emit()
        self._focus_table()

    def _on_row(self, row: int) -> None:
        if not self._quiet and 0 <= row < len(self._mails):
            self.chosen.emit(self._mails[row])

    def _on_activated(self, _row: int) -> None:
        self.mail.text.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _focus_table(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _columns() -> tuple[Column, ...]:
    return (
        Column("when", _("When"), "time", 84, sortable=False),
        Column("from", _("From"), "text", 150, sortable=False),
        Column("subject", _("Subject"), "text", 160, sortable=False, stretch=True),
        Column("why", _("Why"), "text", 210, sortable=False),
    )


def _row(mail: "MailRecord", now: int) -> tuple[str | int, ...]:
    sender, subject = mail.sender or _("no sender"), mail.subject or _("(no subject)")
    return age_text(mail.at, now), sender, " ".join(subject.split()), " ".join(mail.reason.split()), 0


def _count(count: int) -> str:
    return f"{count:,}" if count else ""
