"""Which file, or which folder? Asked without holding anything up; whoever asked may be gone by the answer."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_desk.i18n import _


def ask_folder(asker: QWidget, title: str, then: Callable[[str], None]) -> None:
    """Ask for a folder."""
    dialog = QFileDialog(asker, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    _open(dialog, then)


def ask_desk(asker: QWidget, folder: Path, then: Callable[[str], None]) -> None:
    """Ask for the file of a desk."""
    dialog = QFileDialog(asker, _("Open a desk"), str(folder))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_desks(), _("All files (*)")])
    _open(dialog, then)


def ask_new_desk(asker: QWidget, title: str, then: Callable[[str], None], *, proposed: str = "") -> None:
    """Ask in which file a new desk shall be kept."""
    ask_new_file(asker, title, _desks(), "desk", then, proposed=proposed)


def ask_new_file(
    asker: QWidget, title: str, kind: str, suffix: str, then: Callable[[str], None], *, proposed: str = ""
) -> None:
    """Ask for a file that is not there yet."""
    dialog = QFileDialog(asker, title, proposed)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([kind])
    dialog.setDefaultSuffix(suffix)
    # A file that is there is refused: the dialog must not offer to replace it.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    _open(dialog, then)


def ask_files(asker: QWidget, then: Callable[[list[Path]], None]) -> None:
    """Ask for any number of files that go along."""

    def chosen(names: list[str]) -> None:
        then(list(map(Path, names)))

    dialog = QFileDialog(asker, _("Attach files"), str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(chosen)
    _open(dialog)


def _desks() -> str:
    return _("Desks (*.desk)")


def _open(dialog: QFileDialog, then: Callable[[str], None] | None = None) -> None:
    def chosen(path: str) -> None:
        if then is not None:
            then(QDir.toNativeSeparators(path))

    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
