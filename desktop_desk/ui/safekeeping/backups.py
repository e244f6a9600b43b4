"""The backups of a desk: when, how large, how much; to look inside, or to make a desk of one."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_desk.desk.addresses import is_address
from desktop_desk.i18n import _
from desktop_desk.ui.file_dialogs import ask_new_desk
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.said import Said
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.table import Column, FastTable, ListRowModel
from desktop_desk.ui.widgets.table_model import Row
from desktop_desk.ui.widgets.window_size import fit_to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.desk.desk import Desk
    from desktop_desk.upkeep import Backup

T = TypeVar("T")


def columns() -> tuple[Column, ...]:
    """What is shown of a backup."""
    return (
        Column("when", _("When"), width=190, sortable=False, stretch=True),
        Column("facts", _("Facts"), "count", width=90, sortable=False, spare=1),
        Column("size", _("Size"), "count", width=90, sortable=False, spare=2),
        Column("why", _("Why"), width=200, sortable=False),
    )


class BackupsDialog(QDialog):
    """Lists the backups that were made by themselves; one can be looked into, or restored as a new desk.

    Signals:
        chosen(str): the person wants to open this desk: a copy to look at, or what was restored.
    """

    chosen = Signal(str)

    def __init__(
        self, look: Appearance, operations: Operations, address: str, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._address = address
        self._backups: list[Backup] = []
        self.setObjectName("backups")
        self.setWindowTitle(_("Backups"))
        fit_to_text(self, look, 680, 460)
        self._build(look)
        self.reload()

    def _build(self, look: Appearance) -> None:
        self._table = FastTable(look, self)
        self._table.setObjectName("backup_table")
        self._table.setAccessibleName(_("Backups"))
        self._model = ListRowModel(columns(), parent=self)
        self._table.setModel(self._model)
        self._table.activated.connect(self.look_inside)
        self._says = Said("backups_say", self)
        self._inside = KeyButton(look, _("&Look inside"), "Enter", primary=True)
        self._inside.setObjectName("backup_look")
        self._inside.clicked.connect(self.look_inside)
        self._restore = KeyButton(look, _("&Restore as a new desk…"), "")
        self._restore.setObjectName("backup_restore")
        self._restore.clicked.connect(self._ask_where)
        self._now = KeyButton(look, _("&Back up now"), "")
        self._now.setObjectName("backup_now")
        self._now.clicked.connect(self.back_up)
        close = KeyButton(look, _("Close"), "Esc", quiet=True)
        close.setObjectName("backups_close")
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for part in (self._inside, self._restore, self._now):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(self._table, 1)
        column.addWidget(self._says)
        column.addLayout(foot)

    @property
    def said(self) -> str:
        """What the dialog tells below the list."""
        return self._says.text()

    def reload(self, says: str = "") -> None:
        """Read the list again; `says` is told with it."""
        from desktop_desk import upkeep

        address = self._address
        self._operations.read(
            lambda desk: (upkeep.backups_of(address), upkeep.newest_elsewhere(desk.store, address)),
            owner=self, then=lambda found: self._show(*found, says), failed=self._on_failed, long=True,
        )  # fmt: skip

    def _show(self, backups: "list[Backup]", elsewhere: tuple[int, str] | None, says: str) -> None:
        self._backups = backups
        self._model.set_rows([_row(backup) for backup in backups])
        self._set_busy(busy=False)
        if elsewhere is not None:
            says = says or _of_colleagues(*elsewhere)
        if backups:
            self._table.select_row(0)
            says = says or _("In {folder}").format(folder=backups[0].path.parent)
        else:
            self._table.set_empty(_("No backups yet"), _("The first is made soon after the start."))
        self._says.say(says)

    def _current(self) -> "Backup | None":
        row = self._table.current_row()
        return self._backups[row] if 0 <= row < len(self._backups) else None

    def _set_busy(self, *, busy: bool) -> None:
        self._now.setEnabled(not busy)
        for button in (self._inside, self._restore):
            button.setEnabled(not busy and bool(self._backups))

    def _begin(self, words: str, call: "Callable[[Desk], T]", then: "Callable[[T], None]") -> None:
        """Do what takes a while, unless something is being done already."""
        if self._now.isEnabled():
            # A button that goes grey would hand the cursor on to Close.
            self._table.setFocus(Qt.FocusReason.OtherFocusReason)
            self._set_busy(busy=True)
            self._says.say(words)
            self._operations.read(call, owner=self, then=then, failed=self._on_failed, long=True)

    def _on_failed(self, error: Exception) -> bool:
        self._set_busy(busy=False)
        return self._says.refuse(error)

    def back_up(self) -> None:
        """Make one now."""
        from desktop_desk import bootstrap, upkeep

        address = self._address
        self._begin(
            _("Backing up…"),
            lambda desk: upkeep.back_up(desk.store, address, bootstrap.now_ms, by_hand=True),
            self._on_made,
        )

    def _on_made(self, made: "Backup | None") -> None:
        none = _("Nothing changed since the newest backup.")
        if is_address(self._address):
            none = _("Nothing changed since the newest backup, or a colleague’s computer makes one just now.")
        self.reload("" if made is not None else none)

    def look_inside(self, _index: object = None) -> None:
        """Open a copy of the chosen backup in which nothing can be written."""
        from desktop_desk import bootstrap, upkeep

        backup = self._current()
        if backup is not None:
            self._begin(
                _("Making a copy to look at…"),
                lambda desk: upkeep.look_inside(desk.store, backup, bootstrap.now_ms),
                self._open,
            )

    def _ask_where(self) -> None:
        if self._current() is not None:
            ask_new_desk(self, _("Restore as a new desk"), self.restore_as)

    def restore_as(self, path: str) -> None:
        """Make a new desk of the chosen backup in this file, and open it."""
        from desktop_desk import bootstrap, upkeep

        backup = self._current()
        if backup is not None:
            self._begin(
                _("Restoring…"),
                lambda desk: upkeep.restore_as(desk.store, backup, Path(path), bootstrap.now_ms),
                self._open,
            )

    def _open(self, path: Path) -> None:
        self.accept()
        self.chosen.emit(str(path))


def _of_colleagues(at: int, machine: str) -> str:
    """Of a desk on a server one computer of the office makes the backups: which one has the newest."""
    made = datetime.fromtimestamp(at / 1000).astimezone()
    return _("The newest backup of the office is on {machine}, of {time}.").format(
        machine=machine, time=f"{made:%Y-%m-%d %H:%M}"
    )


def _row(backup: "Backup") -> tuple[str, Row]:
    made = datetime.fromtimestamp(backup.at / 1000).astimezone()
    why = _("before an update") if backup.format else ""
    size = QLocale().formattedDataSize(backup.size)
    return str(backup.path), (f"{made:%Y-%m-%d %H:%M}", f"{backup.facts:,}", size, why, 0)
