"""Files and pictures as they come from the clipboard or are dropped."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPlainTextEdit

from desktop_desk.i18n import _


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that somebody gave: where it lies, or its bytes where nothing else keeps them."""

    name: str
    source: Path | bytes
    mime: str = ""


class FilesEdit(QPlainTextEdit):
    """A text in which files and pictures that are pasted or dropped are told of, and not written.

    Signals:
        files_given(QMimeData): such files or a picture.
    """

    files_given = Signal(object)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return has_files(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if has_files(source):
            self.files_given.emit(source)
        else:
            super().insertFromMimeData(source)


def has_files(data: QMimeData) -> bool:
    """Whether files or a picture are given; a text that also comes as a picture, as cells of a table do, is a text."""
    return bool(_paths(data)) or (data.hasImage() and not data.hasText())


def given_files(data: QMimeData, now: datetime) -> list[GivenFile]:
    """The files that are given, or the picture as a PNG named after the time."""
    paths = _paths(data)
    if paths:
        return [_lasting(path) for path in paths]
    image = data.imageData()
    if not isinstance(image, QImage) or image.isNull():
        return []
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Quality 80 is quick compression, not loss: a PNG has none.
    image.save(buffer, "PNG", 80)  # pyright: ignore[reportArgumentType, reportCallIssue]  the stub wants bytes
    name = _("Picture {time}.png").format(time=f"{now:%Y-%m-%d %H.%M.%S}")
    return [GivenFile(name, bytes(held.data()), "image/png")]


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _lasting(path: Path) -> GivenFile:
    """A file by its path; by its bytes when it lies where programs put what they drag, and soon take it away."""
    try:
        if path.is_relative_to(tempfile.gettempdir()) and path.is_file():
            return GivenFile(path.name, path.read_bytes())
    except OSError:
        pass  # told when it is sent, like any file that cannot be read
    return GivenFile(path.name, path)
