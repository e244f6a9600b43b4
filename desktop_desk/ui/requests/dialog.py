"""Request form on this computer…: off, for this computer or for the office; its address to copy and to print."""

import html
from io import BytesIO
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage, QPixmap, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from desktop_desk import config
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import N_, _
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.printing import ask_printer
from desktop_desk.ui.requests.keeper import OFF, FormKeeper
from desktop_desk.ui.settings.editors import NumberEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.scrolled import Scrolled, lay_over
from desktop_desk.ui.widgets.window_size import fit_to_parts

if TYPE_CHECKING:
    from desktop_desk.ui.operations import Tasks

WAYS: dict[config.RequestForm, str] = {
    OFF: N_("O&ff"),
    "here": N_("For this computer &only"),
    "office": N_("For everybody in the office’s &network"),
}


class FormAddressDialog(FormDialog):
    """What is chosen is done with Ctrl+Enter; the address and its picture show while the form is on."""

    def __init__(
        self, look: Appearance, keeper: FormKeeper, tasks: "Tasks", office: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("request_form_dialog")
        self.setWindowTitle(_("Request form"))
        self._look = look
        self._keeper = keeper
        self._tasks = tasks
        self._office = office
        where, port = keeper.chosen
        self._ways: dict[config.RequestForm, QRadioButton] = {}
        for way, text in WAYS.items():
            button = QRadioButton(_(text), self)
            button.setObjectName(f"form_{way or 'off'}")
            button.setChecked(way == where)
            self._ways[way] = button
        self._port = NumberEditor(1024, 65535, parent=self)
        self._port.setObjectName("form_port")
        self._port.set_value(port)
        self._port_field = Field(look, _("&Port"), self._port, parent=self)
        self._picture = QLabel(self)
        self._picture.setObjectName("form_picture")
        self._picture.setAccessibleName(_("The address as a QR code"))
        self._here = QLabel(
            _(
                "Only this computer can open it, so there is no picture for telephones."
                " Choose “For everybody in the office’s network” and “Use this” to open it to them."
            ),
            self,
        )
        self._here.setObjectName("form_only_here")
        self._here.setWordWrap(True)
        set_look(self._here, "meta")
        self._address = QLabel(self)
        self._address.setObjectName("form_address")
        self._address.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._says = QLabel(self)
        self._says.setObjectName("form_says")
        self._says.setWordWrap(True)
        self._lay_out(look)
        self._ways[where].setFocus(Qt.FocusReason.OtherFocusReason)
        keeper.changed.connect(self._show)
        self._show()

    def _lay_out(self, look: Appearance) -> None:
        what = QLabel(
            _(
                "Callers send requests in a browser, get a number at once, and see there how their request stands."
                " The form is on as long as this desk is open here, also while it is locked."
            ),
            self,
        )
        what.setWordWrap(True)
        scrolled = Scrolled("ground", self)
        column = QVBoxLayout(scrolled.page)
        column.setContentsMargins(20, 18, 20, 12)
        column.setSpacing(12)
        column.addWidget(what)
        parts = (*self._ways.values(), self._port_field, self._address, self._picture, self._here)
        for part in parts:
            column.addWidget(part)
        self._copy = KeyButton(look, _("&Copy the address"), icon="copy", parent=self)
        self._copy.setObjectName("form_copy")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._first_address()))
        self._print = KeyButton(look, _("P&rint…"), parent=self)
        self._print.setObjectName("form_print")
        self._print.clicked.connect(lambda: ask_printer(self, self.paper))
        beside = QHBoxLayout()
        beside.addWidget(self._copy)
        beside.addWidget(self._print)
        beside.addStretch(1)
        column.addLayout(beside)
        column.addStretch(1)
        self._go = KeyButton(look, _("Use this"), "Ctrl+Enter", primary=True, parent=self)
        self._go.setObjectName("form_go")
        self._go.clicked.connect(self.finish)
        leave = KeyButton(look, _("Close"), "Esc", parent=self)
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._go)
        buttons.addWidget(leave)
        buttons.addStretch(1)
        lay_over(self, scrolled, self._says, buttons)

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.heightForWidth(self.width()) > self.height():
            fit_to_parts(self, self._look, 520)  # the address has come, which is what the person waits for
        return done

    def finish(self) -> None:
        """Do what was chosen; the dialog stays, to show the address."""
        if not self._go.isEnabled():
            return
        self._go.setEnabled(False)
        self._port_field.clear_error()
        keeper, where, port = self._keeper, self._way(), self._port.value()
        self._tasks.task(
            lambda: keeper.choose(where, port), owner=self, then=lambda _none: keeper.changed.emit(),
            failed=self._on_failed, long=True,
        )  # fmt: skip

    def _way(self) -> config.RequestForm:
        for way, button in self._ways.items():
            if button.isChecked():
                return way
        return OFF

    def _on_failed(self, error: Exception) -> bool:
        self._keeper.changed.emit()
        if isinstance(error, DeskError):
            self._port_field.set_error(str(error))
        return isinstance(error, DeskError)

    def _first_address(self) -> str:
        return next(iter(self._keeper.addresses), "")

    def _show(self) -> None:
        address = self._first_address()
        self._go.setEnabled(True)
        self._address.setText("\n".join(self._keeper.addresses))
        here = bool(address) and self._keeper.chosen[0] == "here"
        for part in (self._address, self._copy):
            part.setVisible(bool(address))
        for part in (self._picture, self._print):
            part.setVisible(bool(address) and not here)
        self._here.setVisible(here)
        if address and not here:
            self._picture.setPixmap(QPixmap.fromImage(picture_of(address, 4)))
        self._says.setText(
            self._keeper.trouble or (_("The form is on.") if address else _("The form is off."))
        )
        set_look(self._says, "error" if self._keeper.trouble else "ok" if address else "muted")
        fit_to_parts(self, self._look, 520)

    def paper(self) -> QTextDocument:
        """What is printed: whose form it is, its address, and the address as a picture."""
        page, address = QTextDocument(self), self._first_address()
        page.addResource(QTextDocument.ResourceType.ImageResource, QUrl("qr"), picture_of(address, 8))
        words = _("Send a request, or see how yours stands:")
        page.setHtml(
            f"<h1>{html.escape(self._office)}</h1><p>{words}</p><p><img src='qr'></p><h2>{html.escape(address)}</h2>"
        )
        return page


def picture_of(address: str, scale: int) -> QImage:
    """The address as a QR code, black on white, each of its squares so many pixels wide."""
    import segno

    body = BytesIO()
    segno.make_qr(address, error="m").save(body, kind="png", scale=scale, border=4)
    return QImage.fromData(body.getvalue())
