"""A desk that lies on a network folder: why it is not opened there, and what to do instead, in one click."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.bootstrap import BroughtHome, share_through_folder
from desktop_desk.domain.errors import NotAllowed, OnNetwork
from desktop_desk.i18n import _
from desktop_desk.ui.messages import Message
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.own_folder import own_folder
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.ui.main_window import MainWindow


WIDTH = 680
"""Of the sentences, in pixels; the buttons stand below them in one row."""


class NetworkDesk(QDialog):
    """Offers the folder hub; an expert may open the desk where it is, where that can be safe at all.

    Signals:
        share_asked(str address): share this desk through its folder, and work on a copy of one's own.
        open_asked(str address): open it there all the same, now and from now on.
    """

    share_asked = Signal(str)
    open_asked = Signal(str)

    def __init__(
        self,
        look: Appearance,
        address: str,
        error: OnNetwork,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._address = address
        self.setObjectName("network_desk")
        self.setWindowTitle(_("This desk lies in a shared folder"))
        why = self._paragraph("network_why", error.reason)
        instead = self._paragraph(
            "network_instead",
            _(
                "Share it through that folder instead: this computer gets a desk of its own and exchanges its work with"
                " the others through the folder. Everything can be done without the network, too."
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for part in (why, instead):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(self._buttons(look, expert=error.expert))
        set_look(instead, "muted")

    def _buttons(self, look: Appearance, *, expert: bool) -> QHBoxLayout:
        share = KeyButton(look, _("&Share this desk through that folder"), "Enter", primary=True)
        share.setObjectName("network_share")
        share.setDefault(True)
        share.setMinimumWidth(share.sizeHint().width())
        share.clicked.connect(self._on_share)
        anyway = KeyButton(look, _("&Open it there all the same"), quiet=True)
        anyway.setObjectName("network_open")
        anyway.setToolTip(
            _("For experts: slower, and only as safe as the locks of that folder. They are tried first.")
        )
        anyway.setVisible(expert)
        anyway.clicked.connect(self._on_open)
        cancel = KeyButton(look, _("Cancel"), "Esc", quiet=True)
        cancel.setObjectName("network_cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(share)
        foot.addWidget(anyway)
        foot.addStretch(1)
        foot.addWidget(cancel)
        return foot

    def _paragraph(self, name: str, words: str) -> QLabel:
        label = QLabel(words, self)
        label.setObjectName(name)
        label.setWordWrap(True)
        label.setMinimumWidth(WIDTH)
        label.setMinimumHeight(label.heightForWidth(WIDTH))
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _on_share(self) -> None:
        self.accept()
        self.share_asked.emit(self._address)

    def _on_open(self) -> None:
        self.accept()
        self.open_asked.emit(self._address)


class NetworkPlaces(QObject):
    """Leads on from a desk that lies on a network folder.

    Signals:
        open_asked(str address): open it there all the same, now and from now on.
        brought_home(str address, str hub): it is on this computer now; the hub can be made once somebody is in.
        shared(): the hub is made.
    """

    open_asked = Signal(str)
    brought_home = Signal(str, str)
    shared = Signal()

    def __init__(self, look: Appearance, tasks: Tasks, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._tasks = tasks

    def offer(self, address: str, error: OnNetwork, window: QWidget | None) -> None:
        """Say why the desk is not opened there, and offer what to do instead."""
        dialog = NetworkDesk(self._look, address, error, parent=window)
        dialog.share_asked.connect(self._share)
        dialog.open_asked.connect(self.open_asked)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def make_hub(self, window: "MainWindow", hub: str) -> None:
        """Make the hub in the folder where the desk lay, and say so; what stands in the way is told as ever."""

        def made(_done: object) -> None:
            self.shared.emit()
            window.say(_("The desk is shared now: others take it from {hub}.").format(hub=hub))

        def make(desk: "Desk") -> None:
            from desktop_desk import sharing

            sharing.new_hub(desk, hub)

        def failed(error: Exception) -> bool:
            if not isinstance(error, NotAllowed):
                return False
            advice = _("Let one log in here (Switch agent), and the hub is made in {hub}.").format(hub=hub)
            window.notice.say(Message(_("Not shared yet"), _("Only an administrator can share it."), advice))
            return True

        window.operations.read(make, owner=window, then=made, failed=failed, long=True)

    def _share(self, address: str) -> None:
        def share() -> BroughtHome:
            folder = own_folder()
            folder.mkdir(parents=True, exist_ok=True)
            return share_through_folder(address, folder)

        self._tasks.task(share, owner=self, then=self._on_brought_home, long=True)

    def _on_brought_home(self, brought: BroughtHome) -> None:
        self.brought_home.emit(str(brought.desk), brought.hub)
