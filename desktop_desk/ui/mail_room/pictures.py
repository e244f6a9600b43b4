"""Small pictures in the thread: pictures that came with what was said, read off the UI thread, never from elsewhere."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from desktop_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import AttachmentView, TicketView
    from desktop_desk.ui.main_window import MainWindow

FORMATS = frozenset({"png", "jpeg", "gif", "bmp", "webp"})
KINDS = frozenset({"image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp"})
LARGEST = 5_000_000
"""Bytes of a picture that is read for this."""

MOST_DOTS = 24_000_000
"""A file of few bytes may hold a picture that would take all memory."""

LEAST = 16
"""Dots at each side; smaller ones are lines, bullets, and pictures that only tell that a mail was read."""

SIZE = QSize(640, 320)
MOST = 12
"""Pictures of a ticket that are shown, the newest."""

KEPT = 60


class ThreadPictures(QObject):
    """Shows the pictures of the ticket on the pane below their files."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._operations = window.operations
        self._thread = window.pane.conversation
        self._known: dict[str, QImage] = {}
        self._wanted: frozenset[str] = frozenset()
        window.ticket_shown.connect(self._on_ticket)

    def _on_ticket(self, view: "TicketView | None") -> None:
        files = pictures_of(view) if view is not None else []
        wanted = frozenset(file.uid for file in files)
        missing = [file for file in files if file.uid not in self._known]
        if missing:
            self._wanted = wanted
            self._operations.read(
                lambda desk: read_pictures(desk, missing), owner=self, then=self._on_read, latest="pictures", long=True
            )  # fmt: skip
        elif wanted != self._wanted:
            self._wanted = wanted
            self._show()

    def _on_read(self, found: dict[str, QImage]) -> None:
        # The newest are kept: a long day's pictures are not.
        kept = {uid: image for uid, image in self._known.items() if uid not in found}
        self._known = dict([*kept.items(), *found.items()][-KEPT:])
        self._show()

    def _show(self) -> None:
        shown = {uid: self._known[uid] for uid in self._wanted if uid in self._known}
        self._thread.set_pictures({uid: image for uid, image in shown.items() if not image.isNull()})


def pictures_of(view: "TicketView") -> "list[AttachmentView]":
    """The newest files of a ticket that can be shown as pictures."""
    files = [file for entry in view.thread for file in entry.attachments]
    return [file for file in files if file.mime in KINDS and file.here and file.size <= LARGEST][-MOST:]


def read_pictures(desk: "Desk", files: "Sequence[AttachmentView]") -> dict[str, QImage]:
    """These pictures, small; of a file that is none, or cannot be read, a null one."""
    found: dict[str, QImage] = {}
    for file in files:
        try:
            body = b"".join(desk.open_attachment(file.uid))
        except DeskError:
            # Its line in the thread tells it when somebody opens the file.
            body = b""
        found[file.uid] = small(body)
    return found


def small(body: bytes) -> QImage:
    """The picture in these bytes, no larger than SIZE; a null one for what is none, or not to be shown."""
    held = QByteArray(body)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if bytes(reader.format().data()).decode("ascii", "replace") not in FORMATS:
        return QImage()
    size = reader.size()
    dots = size.width() * size.height()
    if not size.isValid() or min(size.width(), size.height()) < LEAST or dots > MOST_DOTS:
        return QImage()
    if size.width() > SIZE.width() or size.height() > SIZE.height():
        reader.setScaledSize(size.scaled(SIZE, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
