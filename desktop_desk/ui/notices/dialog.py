"""What I am told…: the matrix, quiet hours, and when mails come."""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.notices import NoticeSettings
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.notices import CHANNELS, Quiet, clock, kept_quiet, matrix_of, read_clock
from desktop_desk.domain.outgoing import mail_address
from desktop_desk.i18n import N_, _
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.notices import sound
from desktop_desk.ui.notices.matrix import MatrixModel, MatrixTable
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import FieldError
from desktop_desk.ui.widgets.scrolled import Scrolled
from desktop_desk.ui.widgets.tab_place import tab_as_read

WAYS = {
    "list": N_("List “For me”"),
    "tray": N_("Notification"),
    "sound": N_("Sound"),
    "mail": N_("Mail"),
}
EVENING, MORNING = "18:00", "07:30"


class NoticesDialog(FormDialog):
    """Shows what one has set, and keeps it with Ctrl+Enter; knows of the desk only by operations."""

    def __init__(self, look: Appearance, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices_dialog")
        self.setWindowTitle(_("What I am told"))
        self._look = look
        self._operations = operations
        self.model = MatrixModel(self)
        self.tabs = QTabBar(self)
        self.tabs.setObjectName("notice_ways")
        self.tabs.setAccessibleName(_("How I am told"))
        self.tabs.setDrawBase(False)
        for channel in CHANNELS:
            self.tabs.addTab(_(WAYS[channel]))
        self.tabs.currentChanged.connect(self._on_way)
        self.table = MatrixTable(look, self.model, self)
        self._hint = QLabel(self)
        self._hint.setObjectName("notice_hint")
        self._hint.setWordWrap(True)
        set_look(self._hint, "meta")
        self._quiet = QCheckBox(_("&Quiet hours from"), self)
        self._quiet.setObjectName("notice_quiet")
        self._from, self._until = self._time("notice_from"), self._time("notice_until")
        self._from.setAccessibleName(_("Quiet from"))
        self._until.setAccessibleName(_("Quiet until"))
        locale = QLocale()
        self._days = [
            QCheckBox(locale.dayName(day + 1, QLocale.FormatType.ShortFormat), self) for day in range(7)
        ]
        self._daily = QCheckBox(_("&Mails once a day, all in one, at"), self)
        self._daily.setObjectName("notice_daily")
        self._at = self._time("notice_at")
        self._at.setAccessibleName(_("Time of the daily mail"))
        self._error = FieldError(self)
        self._error.setObjectName("notice_error")
        self._address = QLabel(self)
        self._address.setObjectName("notice_address")
        self._address.setTextFormat(Qt.TextFormat.PlainText)
        self._address.setWordWrap(True)
        set_look(self._address, "meta")
        self._quiet.toggled.connect(self._enable)
        self._daily.toggled.connect(self._enable)
        self._lay_out()
        self._on_way(0)

    def _time(self, name: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setObjectName(name)
        line.setMaxLength(5)
        line.setFixedWidth(self._look.metrics(Font.BASE).horizontalAdvance("00:00") + 28)
        return line

    def _lay_out(self) -> None:
        room = Scrolled("ground", self)
        column = QVBoxLayout(room.page)
        column.setContentsMargins(20, 14, 20, 8)
        column.setSpacing(8)
        column.addWidget(self.tabs)
        column.addWidget(self.table, 1)
        column.addWidget(self._hint)
        column.addLayout(self._row(self._quiet, self._from, QLabel(_("until"), self), self._until))
        column.addLayout(self._row(QLabel(_("All day on"), self), *self._days))
        column.addLayout(self._row(self._daily, self._at))
        column.addWidget(self._address)
        column.addWidget(self._error)
        save = KeyButton(self._look, _("Save"), "Ctrl+Enter", primary=True, parent=self)
        save.setObjectName("notice_save")
        save.clicked.connect(self.finish)
        leave = KeyButton(self._look, _("Cancel"), "Esc", parent=self)
        leave.clicked.connect(self.reject)
        usual = KeyButton(self._look, _("As &usual"), parent=self)
        usual.setObjectName("notice_usual")
        usual.setToolTip(_("Show what everybody is told who has chosen nothing"))
        usual.clicked.connect(self._show_usual)
        hear = KeyButton(self._look, _("&Hear the sound"), parent=self)
        hear.setObjectName("notice_hear")
        hear.clicked.connect(sound.play)
        buttons = self._row(save, leave, usual, hear)
        buttons.setContentsMargins(20, 4, 20, 16)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(room, 1)
        around.addLayout(buttons)
        tab_as_read(self)
        hint, screen = self.sizeHint(), self.screen().availableSize()
        self.resize(
            min(max(hint.width(), 640) + 24, screen.width() - 40), min(hint.height(), screen.height() - 60)
        )

    @staticmethod
    def _row(*parts: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in parts:
            row.addWidget(part)
        row.addStretch(1)
        return row

    def read(self) -> None:
        """Read what is set, then open."""
        self._operations.read(
            lambda desk: (desk.notice_settings(), _why_no_mails(desk)),
            owner=self,
            then=lambda found: self._show(*found),
        )

    def finish(self) -> None:
        """Keep it; what cannot be read is said, and the dialog stays."""
        self._error.show_error("")
        try:
            quiet, digest = self._chosen_quiet(), self._chosen_digest()
        except Invalid as error:
            self._refuse(error)
            return
        cells = self.model.cells
        self._operations.write(
            lambda desk: desk.set_notices(cells, quiet=quiet, digest=digest),
            owner=self,
            then=lambda _done: self.accept(),
            failed=self._refuse,
        )

    def _chosen_quiet(self) -> str:
        days = frozenset(day for day, box in enumerate(self._days) if box.isChecked())
        if not self._quiet.isChecked():
            return str(Quiet(0, 0, days)) or "off"
        start, end = read_clock(self._from.text()), read_clock(self._until.text())
        if start == end:
            raise Invalid("quiet", _("The quiet hours end when they begin."), _("Choose another time."))
        return str(Quiet(start, end, days))

    def _chosen_digest(self) -> str:
        return clock(read_clock(self._at.text())) if self._daily.isChecked() else "off"

    def _refuse(self, error: Exception) -> bool:
        if not isinstance(error, DeskError):
            return False
        self._error.show_error(str(error))
        return True

    def _show(self, settings: NoticeSettings, why_not: str) -> None:
        self.model.show_cells(settings.cells)
        quiet = kept_quiet(settings.quiet)
        spans = quiet is not None and quiet.start != quiet.end
        self._quiet.setChecked(spans)
        self._from.setText(clock(quiet.start) if quiet and spans else EVENING)
        self._until.setText(clock(quiet.end) if quiet and spans else MORNING)
        for day, box in enumerate(self._days):
            box.setChecked(quiet is not None and day in quiet.days)
        self._daily.setChecked(bool(settings.digest))
        self._at.setText(settings.digest or "08:00")
        where = _("Mails go to {address}.").format(address=settings.address)
        trouble = _("The last mail to you did not go: {why}").format(why=settings.trouble)
        self._address.setText(trouble if settings.trouble else where if settings.address else why_not)
        self._enable()
        self.table.setCurrentIndex(self.model.index(1, 1))
        self.open()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_usual(self) -> None:
        usual = matrix_of({})
        self.model.show_cells({cell: usual.cell(*cell) for cell in self.model.cells})

    def _enable(self) -> None:
        for part in (self._from, self._until):
            part.setEnabled(self._quiet.isChecked())
        self._at.setEnabled(self._daily.isChecked())

    def _on_way(self, place: int) -> None:
        channel = tuple(CHANNELS)[place]
        self.model.show_channel(channel)
        hints = {
            "list": _("What stands in For me. Calls you owe and mentions always do."),
            "tray": _("A notification of the system; while this desk is locked it says only how many."),
            "sound": _("Beside the notification, or by itself; never in quiet hours."),
            "mail": _("One mail to you; what you did yourself is never told to you in any way."),
        }
        self._hint.setText(hints[channel])


def _why_no_mails(desk: Desk) -> str:
    """What is missing for mails to the person at the desk."""
    directory = desk.directory()
    me = directory.agent(desk.actor.uid)
    if me is not None and mail_address(me.email):
        return _("No mails: no mailbox of the desk can send.")
    if directory.senders:
        return _("No mails: you have no e-mail address in the list of agents.")
    return _(
        "No mails: you have no e-mail address in the list of agents, and no mailbox of the desk can send."
    )
