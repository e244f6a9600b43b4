"""Mails that are dropped on the window, pasted or chosen are taken in, off the UI thread, and accounted for."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.file_dialogs import ask_files
from desktop_desk.ui.mail_room.import_strip import ImportStrip
from desktop_desk.ui.messages import Message

if TYPE_CHECKING:
    from desktop_desk.channels.mail_import import Tally
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.mail_views import Filed
    from desktop_desk.ui.background import Job
    from desktop_desk.ui.main_window import MainWindow

MAILS = frozenset({".eml", ".msg", ".mbox", ".mbx", ".emlx"})
"""Endings of files that are taken for mails when they are dropped; folders are looked through."""

MOST_LISTED = 5000
"""So many mails of one import are listed by what became of them; all are counted."""

REST_S = 0.002
"""Rest after each mail."""


class _Stopped(Exception):
    """The person, or the end of the window, stopped the import."""


@dataclass
class CameIn:
    """What an import did: how many mails became what, and of the first ones each by itself."""

    tally: "Tally"
    mails: "list[Filed]" = field(default_factory=list)
    stopped: bool = False


def mail_paths(data: QMimeData) -> list[Path]:
    """The mails and folders among files that are dropped or pasted."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.casefold() in MAILS or path.is_dir()]


class MailImport(QObject):
    """Takes mails into a window's desk: one import after the other, with a strip that tells how far it is.

    Signals:
        told(int): so many mails were read so far; from the thread that reads.
        done(CameIn): an import has ended.
    """

    told = Signal(int)
    done = Signal(object)

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._waiting: list[Path] = []
        self._job: Job | None = None
        self._running = False
        self._stopped = False
        self._last: CameIn | None = None
        self.strip = ImportStrip(window.look, parent=window)
        self.strip.stop_asked.connect(self._stop)
        self.strip.list_asked.connect(self._list)
        around = window.centralWidget()
        layout = around.layout() if around is not None else None  # pyright: ignore[reportUnnecessaryComparison]
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(2, self.strip)
        self.told.connect(self.strip.show_count)
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        # Editors take a paste for themselves; anywhere else it means files.
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), window)
        paste.activated.connect(self._paste)

    # Ways in

    def ask(self) -> None:
        """Let the person choose files."""
        kinds = (_("Mails (*.eml *.msg *.mbox *.mbx *.emlx)"), _("All files (*)"))
        ask_files(self._window, self.take, title=_("Import mails"), kinds=kinds)

    def _paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is not None:  # pyright: ignore[reportUnnecessaryComparison]  without a clipboard there is none
            self.take(mail_paths(data))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Takes what is dropped on the window; what a part of it takes itself does not come here."""
        if isinstance(event, QDragEnterEvent):
            if not mail_paths(event.mimeData()):
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            paths = mail_paths(event.mimeData())
            if not paths:
                return False
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.take(paths)
            return True
        return super().eventFilter(watched, event)

    # The work

    def take(self, paths: Sequence[Path]) -> None:
        """Take in the mails in these files and folders, after those that are being taken in."""
        self._waiting += paths
        if self._waiting and not self._running:
            self._begin()

    def _begin(self) -> None:
        paths, self._waiting = self._waiting, []
        self._running, self._stopped = True, False
        self.strip.begin(paths)
        self._job = self._window.operations.read(
            lambda desk: self._import(desk, paths), owner=self, then=self._on_done, failed=self._on_failed, long=True
        )  # fmt: skip

    def _import(self, desk: "Desk", paths: Sequence[Path]) -> CameIn:
        """On the long lane: read and file everything."""
        from desktop_desk.channels.mail_import import Tally, import_mails

        came = CameIn(Tally())

        def progress(count: int, _total: int) -> None:
            self.told.emit(count)
            if self._stopped or (self._job is not None and self._job.cancelled):
                raise _Stopped

        def told(filed: "Filed") -> None:
            # The window is to have the computer in between, also on a busy one.
            time.sleep(REST_S)
            came.tally.add(filed)
            if len(came.mails) < MOST_LISTED:
                came.mails.append(filed)

        try:
            import_mails(desk, paths, progress, told)
        except _Stopped:
            came.stopped = True
        return came

    def _stop(self) -> None:
        self._stopped = True

    # What came of it

    def _on_done(self, came: CameIn) -> None:
        self._running = False
        self._last = came
        self.strip.show_result(came.tally, stopped=came.stopped)
        # Whatever stands in the window is read again, as after other windows' work.
        self._window.operations.others_changed.emit()
        self.done.emit(came)
        if self._waiting and not came.stopped:
            self._begin()

    def _on_failed(self, error: Exception) -> bool:
        self._running = False
        self.strip.end()
        self._window.operations.others_changed.emit()
        if isinstance(error, DeskError):
            advice = _("What was read before is kept; importing again goes on from there.")
            self._window.notice.say(
                Message(_("Mails are not all taken in"), error.reason, f"{error.advice} {advice}")
            )
        return isinstance(error, DeskError)

    def _list(self, which: str) -> None:
        """Show what became of the mails of the last import."""
        if self._last is None:
            return
        if which == "quarantined" and not self._last.stopped:
            self._window.show_queue("quarantine")
            self._window.focus_list()
            return
        from desktop_desk.ui.mail_room.came_in import CameInDialog

        dialog = CameInDialog(self._window.look, self._last.mails, which, parent=self._window)
        dialog.ticket_chosen.connect(self._window.open_ticket)
        dialog.open()
