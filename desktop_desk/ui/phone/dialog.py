"""Phone line…: on or off, its address to copy, and what dials."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.scrolled import Scrolled, lay_over
from desktop_desk.ui.widgets.window_size import fit_to_parts

if TYPE_CHECKING:
    from desktop_desk.ui.phone.line import WindowLine


class PhoneDialog(FormDialog):
    """What was chosen is kept and done with Ctrl+Enter, a new address at once; a line just turned on shows its own."""

    def __init__(self, look: Appearance, line: "WindowLine", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phone_dialog")
        self.setWindowTitle(_("Phone line"))
        self._line = line
        kept = line.kept()
        what = QLabel(
            _(
                "A telephone system or softphone on this machine says who calls, and the call panel opens by itself."
                " Give it this address for new calls, answers and hang-ups (newCall, answer, hangup)."
            ),
            self,
        )
        what.setWordWrap(True)
        self._on = QCheckBox(_("&Listen on this machine (127.0.0.1 only)"), self)
        self._on.setObjectName("phone_on")
        self._on.setChecked(kept.phone_line)
        self._port = QSpinBox(self)
        self._port.setObjectName("phone_port")
        self._port.setRange(1024, 65535)
        self._port.setValue(kept.phone_port)
        self._address = QLineEdit(self)
        self._address.setObjectName("phone_address")
        self._address.setReadOnly(True)
        self._command = QLineEdit(kept.dial_command, self)
        self._command.setObjectName("dial_command")
        self._command.setPlaceholderText(_("empty: the program that the system has for tel: links"))
        self._says = QLabel(self)
        self._says.setObjectName("phone_says")
        self._says.setWordWrap(True)
        self._lay_out(look, what)
        line.changed.connect(self._show)
        self._show()
        self._on.setFocus()

    def _lay_out(self, look: Appearance, what: QLabel) -> None:
        fields = Scrolled("ground", self)
        column = QVBoxLayout(fields.page)
        column.setContentsMargins(20, 18, 20, 12)
        column.setSpacing(12)
        hint = _("The secret in it lets whoever knows it announce calls: give it to nobody else.")
        column.addWidget(what)
        column.addWidget(self._on)
        column.addWidget(Field(look, _("&Port"), self._port, parent=self))
        column.addWidget(Field(look, _("A&ddress"), self._address, hint=hint, parent=self))
        copy = self._copier = KeyButton(look, _("&Copy the address"), icon="copy", parent=self)
        copy.setObjectName("phone_copy")
        copy.clicked.connect(self._copy)
        fresh = KeyButton(look, _("&New address"), parent=self)
        fresh.setObjectName("phone_fresh")
        fresh.clicked.connect(lambda: self._keep(fresh=True))
        beside = QHBoxLayout()
        beside.addWidget(copy)
        beside.addWidget(fresh)
        beside.addStretch(1)
        column.addLayout(beside)
        dial_hint = _("{number} stands for the number, for example: linphone-cli dial {number}")
        column.addWidget(Field(look, _("Comm&and that dials"), self._command, hint=dial_hint, parent=self))
        column.addStretch(1)
        save = KeyButton(look, _("Save"), "Ctrl+Enter", primary=True, parent=self)
        save.setObjectName("phone_save")
        save.clicked.connect(self.finish)
        leave = self._leave = KeyButton(look, _("Cancel"), "Esc", parent=self)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(save)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        lay_over(self, fields, self._says, buttons)
        fit_to_parts(self, look, 560)

    def finish(self) -> None:
        """Keep what was chosen; stay when the line was turned on, with its address, or cannot be, and say why."""
        was_on = self._line.on
        self._keep()
        if self._line.on and not was_on:
            self._leave.set_text(_("Close"))
            self._copier.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not self._line.trouble:
            self.accept()

    def _keep(self, *, fresh: bool = False) -> None:
        self._line.choose(
            on=self._on.isChecked(), port=self._port.value(), dial_command=self._command.text(), fresh=fresh
        )
        self._show()

    def _copy(self) -> None:
        if not self._line.kept().phone_secret:
            self._keep(fresh=True)
        QGuiApplication.clipboard().setText(self._line.address)
        self._says.setText(_("The address is copied."))

    def _show(self) -> None:
        made = bool(self._line.kept().phone_secret)
        self._address.setText(self._line.address if made else _("made when the line is turned on"))
        on = _("The line is on. Copy its address into the telephone system.") if self._line.on else ""
        self._says.setText(self._line.trouble or on)
        set_look(self._says, "error" if self._line.trouble else "ok")
