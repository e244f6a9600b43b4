"""Files of a ticket: attached, opened with the desktop's program, and saved."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop_desk.domain.attachments import size_text
from desktop_desk.domain.errors import NotFound
from desktop_desk.i18n import _
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.file_dialogs import ask_where_to_save
from desktop_desk.ui.opened_files import OpenedFiles, is_run_by_opening
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.tickets.commands import Place
from desktop_desk.ui.tickets.ticket_pane import TicketPane

if TYPE_CHECKING:
    from desktop_desk.desk.views import AttachmentView


class TicketFiles(QObject):
    """What can be done with the files in the thread of the ticket on the pane."""

    def __init__(
        self, place: Place, pane: TicketPane, operations: Operations, actions: Actions, window: QWidget,
        opened: OpenedFiles | None = None,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._place = place
        self._pane = pane
        self._operations = operations
        self._actions = actions
        self._window = window
        self._opened = opened or OpenedFiles()
        actions.bind("ticket.attach", self.attach)
        actions.bind("ticket.files", self.show_files)
        pane.conversation.file_activated.connect(self.open)
        pane.conversation.card_activated.connect(self._on_card)
        pane.conversation.menu_requested.connect(self._on_menu)

    def update_actions(self) -> None:
        """Grey out what cannot be done with the ticket on the pane."""
        self._actions["ticket.attach"].setEnabled(self._pane.view is not None)
        self._actions["ticket.files"].setEnabled(bool(self._files()))

    def close(self) -> None:
        """Remove the copies that other programs were given."""
        self._opened.close()

    def attach(self) -> None:
        """Choose files that go with what is being written on the ticket."""
        if self._pane.view is not None:
            composer = self._pane.composer
            composer.choose_files()
            composer.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, uid: object) -> None:
        """Show a file with the desktop's program for it; one that would run is only saved."""
        file = self._file(uid)
        if file is None or not self._is_here(file):
            return
        if is_run_by_opening(file.name):
            text = _("“{name}” is a program. It is not opened from here; Save as… writes it to a folder.")
            self._place.say(text.format(name=file.name))
            return
        copy = self._opened.place_for(file.name)
        self._operations.read(
            lambda desk: desk.save_attachment(file.uid, copy), owner=self, then=self._on_copied, long=True
        )

    def save(self, uid: object) -> None:
        """Ask where to, and save a file there."""
        file = self._file(uid)
        if file is None or not self._is_here(file):
            return
        ask_where_to_save(
            self._window, _("Save the file"), file.name, lambda path: self.save_to(file.uid, path)
        )

    def save_to(self, uid: str, path: Path) -> None:
        """Save a file there, also over one that is there: the dialog has asked."""
        self._operations.read(
            lambda desk: desk.save_attachment(uid, path, replace=True),
            owner=self,
            then=self._on_saved,
            long=True,
        )

    def show_files(self) -> None:
        """Open the list of all files of the ticket."""
        files = self._files()
        if files:
            self._popup(files, self._pane.conversation.viewport().mapToGlobal(QPoint(24, 24)))

    # Inside

    def _files(self) -> "list[AttachmentView]":
        view = self._pane.view
        return [file for entry in view.thread for file in entry.attachments] if view is not None else []

    def _file(self, uid: object) -> "AttachmentView | None":
        return next((file for file in self._files() if file.uid == uid), None)

    def _is_here(self, file: "AttachmentView") -> bool:
        if not file.here:
            text = _("“{name}” is still on {where}. It comes with the next sync after that.")
            self._place.say(text.format(name=file.name, where=file.where))
        return file.here

    def _of_card(self, key: object) -> "tuple[AttachmentView, ...]":
        view = self._pane.view
        entry = next((each for each in view.thread if each.uid == key), None) if view is not None else None
        return entry.attachments if entry is not None else ()

    def _popup(self, files: "list[AttachmentView] | tuple[AttachmentView, ...]", where: QPoint) -> None:
        menu = QMenu(self._window)
        menu.setObjectName("files_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, files)
        menu.popup(where)
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def _fill(self, menu: QMenu, files: "list[AttachmentView] | tuple[AttachmentView, ...]") -> None:
        """Put what can be done with each of these files into a menu."""
        for file in files:
            name = file.name.replace("&", "&&")
            told = name if file.here else _("{name} (still on {where})").format(name=name, where=file.where)
            opening = menu.addAction(_("Open {name}").format(name=told))
            opening.setObjectName(f"open_{file.uid}")
            opening.setToolTip(size_text(file.size))
            opening.triggered.connect(lambda _checked=False, uid=file.uid: self.open(uid))
            saving = menu.addAction(_("Save {name} as…").format(name=name))
            saving.setObjectName(f"save_{file.uid}")
            saving.triggered.connect(lambda _checked=False, uid=file.uid: self.save(uid))
            for action in (opening, saving):
                action.setEnabled(file.here)

    # What happened

    def _on_card(self, key: object) -> None:
        files = self._of_card(key)
        if len(files) == 1:
            self.open(files[0].uid)
        elif files:
            conversation = self._pane.conversation
            box = conversation.visualRect(conversation.currentIndex())
            self._popup(
                files, conversation.viewport().mapToGlobal(QPoint(box.x() + 24, max(box.y(), 0) + 24))
            )

    def _on_menu(self, key: object, menu: QMenu) -> None:
        files = self._of_card(key)
        if files:
            menu.addSeparator()
            self._fill(menu, files)

    def _on_copied(self, path: Path) -> None:
        if not self._opened.show(path):
            reason = _("This computer has no program for “{name}”.").format(name=path.name)
            self._operations.failed.emit(
                NotFound(reason, _("Save it, and open it with a program you choose."))
            )

    def _on_saved(self, path: Path) -> None:
        self._place.say(_("Saved as {path}").format(path=path))
