"""Which file, or which folder? Asked without holding anything up; whoever asked may be gone by the answer."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, QStandardPaths
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


def ask_where_to_save(asker: QWidget, title: str, name: str, then: Callable[[Path], None]) -> None:
    """Ask where a file of that name shall be written, also over one that is there: the dialog asks about that."""

    def chosen(path: str) -> None:
        then(Path(path))

    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    dialog = QFileDialog(asker, title, folder or str(Path.home()))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    _open(dialog, chosen)


def ask_files(
    asker: QWidget, then: Callable[[list[Path]], None], *, title: str = "", kinds: tuple[str, ...] = ()
) -> None:
    """Ask for any number of files: those that go along, or of these kinds for something else."""

    def chosen(names: list[str]) -> None:
        then(list(map(Path, names)))

    dialog = QFileDialog(asker, title or _("Attach files"), str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    if kinds:
        dialog.setNameFilters(kinds)
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
