"""Headers and raw text of a mail, as it came."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QPushButton, QVBoxLayout

from desktop_desk.i18n import _
from desktop_desk.ui.file_dialogs import ask_where_to_save
from desktop_desk.ui.theme import set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.read_only_text import ReadOnlyText

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import OpenedMail
    from desktop_desk.ui.main_window import MainWindow

HEADERS, SOURCE = "headers", "source"


class RawMailDialog(QDialog):
    """Shows the headers of a mail, or all of it as it came; can save it as a file."""

    def __init__(self, window: "MainWindow", uid: str, opened: "OpenedMail") -> None:
        super().__init__(window)
        self._window = window
        self._uid = uid
        self._opened = opened
        self.setObjectName("raw_mail_dialog")
        self.setWindowTitle(_("The mail as it came"))
        self.resize(820, 560)
        self.text = ReadOnlyText(self)
        self.text.setObjectName("raw_mail_text")
        self.text.setLineWrapMode(ReadOnlyText.LineWrapMode.NoWrap)
        self.text.left.connect(self.reject)
        self._group = QButtonGroup(self)
        self._tabs = {HEADERS: QPushButton(_("&Headers"), self), SOURCE: QPushButton(_("&Whole mail"), self)}
        tabs = QHBoxLayout()
        tabs.setSpacing(8)
        for key, tab in self._tabs.items():
            tab.setObjectName(f"raw_mail_{key}")
            tab.setCheckable(True)
            tab.setAutoDefault(False)
            set_look(tab, "tab")
            self._group.addButton(tab)
            tabs.addWidget(tab)
        tabs.addStretch(1)
        save = KeyButton(window.look, _("&Save as…"), parent=self)
        save.setObjectName("raw_mail_save")
        save.clicked.connect(self._save)
        close = KeyButton(window.look, _("Close"), "Esc", parent=self)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(save)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addLayout(tabs)
        column.addWidget(self.text, 1)
        column.addLayout(foot)
        self._group.buttonClicked.connect(self._show)
        self.finished.connect(self.deleteLater)
        self._tabs[HEADERS].setChecked(True)
        self._show()
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        whole = self._tabs[SOURCE].isChecked()
        words = self._opened.source if whole else self._opened.headers
        self.text.setAccessibleName(_("The whole mail") if whole else _("Headers of the mail"))
        self.text.setPlainText(words.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    def _save(self) -> None:
        ask_where_to_save(self, _("Save the mail"), "mail.eml", self.save_to)

    def save_to(self, path: Path) -> None:
        """Save the mail there, byte for byte as it came, also over a file that is there: the dialog has asked."""
        window, uid = self._window, self._uid

        def saved(where: Path) -> None:
            window.say(_("Saved as {path}").format(path=where))

        window.operations.read(
            lambda desk: desk.save_attachment(uid, path, replace=True), owner=window, then=saved, long=True
        )
