"""The files that go with what is being written: chips that can be taken off, kept with the draft."""

import base64
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_desk.desk.views import Attachment
from desktop_desk.domain.attachments import LARGEST, clean_name, size_text, too_large
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.given_files import GivenFile
from desktop_desk.ui.widgets.chips import ChipRow, ChipText

BYTES = "file:"
"""What keys of drafts begin with that hold nothing but a file's bytes."""


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file that is to go along.

    Attributes:
        key: its own; with BYTES before it, the key of the draft that holds its bytes when it has no path.
        path: where it lies; it is read when it is sent. "" when nothing but the draft has it.
    """

    key: str
    name: str
    size: int
    mime: str = ""
    path: str = ""


class PendingFiles(QWidget):
    """Chips of files; hidden when there are none.

    A chosen file is kept by its path: it survives by itself, and what is sent is what it holds then. What was pasted,
    or lay in a folder for passing things, is kept by its bytes: nothing else has them after a crash.

    Signals: changed() when somebody took one off or added some.
    """

    changed = Signal()

    def __init__(self, look: Appearance, drafts: Drafts, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._files: tuple[PendingFile, ...] = ()
        self._chips = ChipRow(look, self)
        self._chips.setObjectName("pending_files")
        self._chips.setAccessibleName(_("Files that go with it"))
        self._chips.chip_removed.connect(self._on_removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._chips)
        self.hide()

    @property
    def files(self) -> tuple[PendingFile, ...]:
        """What is to go along, in order."""
        return self._files

    def show_files(self, files: Iterable[PendingFile]) -> None:
        """Show these, as a draft kept them."""
        self._files = tuple(files)
        self._chips.set_chips(
            ChipText(
                file.key,
                _("{name} · {size}").format(name=_short(file.name), size=size_text(file.size)),
                removable=True,
            )
            for file in self._files
        )
        self.setVisible(bool(self._files))

    def add(self, given: Sequence[GivenFile]) -> None:
        """Add files; those that cannot go are left out, and the first of them is told of.

        Raises:
            Invalid: one is too large, or no file.
        """
        trouble: Invalid | None = None
        new: list[PendingFile] = []
        for file in given:
            try:
                new.append(self._taken(file))
            except Invalid as error:
                trouble = trouble or error
        if new:
            self.show_files((*self._files, *new))
            self.changed.emit()
        if trouble is not None:
            raise trouble

    def _taken(self, given: GivenFile) -> PendingFile:
        name, key, source = clean_name(given.name), uuid.uuid4().hex, given.source
        if isinstance(source, bytes):
            if len(source) > LARGEST:
                raise too_large(name, len(source))
            self._drafts.keep(f"{BYTES}{key}", {"data": base64.b64encode(source).decode()})
            return PendingFile(key, name, len(source), given.mime)
        try:
            is_file, size = source.is_file(), source.stat().st_size
        except OSError as error:
            reason = _("The file {path} cannot be read: {why}.").format(
                path=source, why=error.strerror or error
            )
            raise Invalid("attachments", reason) from error
        if not is_file:
            reason = _("“{name}” is not a file.").format(name=name)
            raise Invalid("attachments", reason, _("Pack a folder into an archive first."))
        if size > LARGEST:
            raise too_large(name, size)
        return PendingFile(key, name, size, given.mime, str(source.absolute()))

    def attachments(self) -> tuple[Attachment, ...]:
        """The files as the desk takes them; Invalid when the bytes of one are gone."""
        return tuple(
            Attachment(Path(file.path) if file.path else self._bytes_of(file), file.name, file.mime)
            for file in self._files
        )

    def _bytes_of(self, file: PendingFile) -> bytes:
        draft = self._drafts.read(f"{BYTES}{file.key}")
        if draft is None:
            reason = _("“{name}” is no longer in the draft.").format(name=file.name)
            raise Invalid("attachments", reason, _("Take it off, and paste or attach it again."))
        return base64.b64decode(str(draft.content.get("data", "")))

    def forget(self, files: Iterable[PendingFile]) -> None:
        """Drop the bytes of files that were sent or taken off."""
        for file in files:
            if not file.path:
                self._drafts.discard(f"{BYTES}{file.key}")

    def _on_removed(self, key: str) -> None:
        gone = [file for file in self._files if file.key == key]
        self.show_files(file for file in self._files if file.key != key)
        self.changed.emit()
        self.forget(gone)


def tidy(drafts: Drafts) -> None:
    """Drop the bytes of files that no draft names: the program was killed before it could."""
    named = {file.key for draft in drafts.all() for file in from_draft(draft.content)}
    for draft in drafts.all(BYTES):
        if draft.key.removeprefix(BYTES) not in named:
            drafts.discard(draft.key)


def to_draft(files: Iterable[PendingFile]) -> list[dict[str, Any]]:
    """Files as JSON values."""
    return [asdict(file) for file in files]


def from_draft(content: Mapping[str, Any]) -> tuple[PendingFile, ...]:
    """The files of a draft; what is none is left out."""
    found: list[PendingFile] = []
    for kept in content.get("files") or ():
        try:
            found.append(PendingFile(**kept))
        except TypeError:
            continue  # kept by another version
    return tuple(found)


def _short(name: str) -> str:
    """A name that leaves room for others: its beginning and its ending."""
    return name if len(name) <= 32 else f"{name[:20]}…{name[-10:]}"
