"""What the office holds about a caller: written into a file for him, or forgotten."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.file_dialogs import ask_new_file
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.for_good import ForGood

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done


class PersonData(QWidget):
    """Two buttons about the caller in the form, for whoever may press them.

    Signals:
        forgotten(): the caller was purged.
        told(str words, bool error): what came of it.
    """

    forgotten = Signal()
    told = Signal(str, bool)

    def __init__(self, look: Appearance, operations: Operations, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._operations = operations
        self._uid = self._name = ""
        self._may: tuple[bool, bool] | None = None
        self._export = KeyButton(look, _("E&xport all that is held…"), quiet=True, parent=self)
        self._export.setObjectName("person_export")
        self._export.clicked.connect(self._ask_where)
        self._forget = KeyButton(look, _("&Forget this person…"), quiet=True, parent=self)
        self._forget.setObjectName("person_forget")
        self._forget.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._export)
        row.addWidget(self._forget)
        row.addStretch(1)
        self.hide()

    def show_person(self, uid: str, name: str) -> None:
        """The caller that the buttons are about; "" for none."""
        self._uid, self._name = uid, name
        if uid and self._may is None:
            self._operations.read(_allowed, owner=self, then=self._on_allowed, latest="may")
        self.offer()

    def _on_allowed(self, may: tuple[bool, bool]) -> None:
        self._may = may
        self.offer()

    def offer(self) -> None:
        """Show what may be pressed; once the buttons stand in a window."""
        if self.parentWidget() is None:
            return
        export, forget = self._may or (False, False)
        self._export.setVisible(export)
        self._forget.setVisible(forget)
        self.setVisible(bool(self._uid) and (export or forget))

    # A file for him

    def _ask_where(self) -> None:
        title = _("Export all that is held about {name}").format(name=self._name)
        ask_new_file(self, title, _("JSON files (*.json)"), "json", self.export_to)

    def export_to(self, path: str) -> None:
        """Write the caller and his tickets into this file."""
        uid, target = self._uid, Path(path)

        def export(desk: "Desk") -> int:
            from desktop_desk.exchange.export_person import export_person

            return export_person(desk, uid, target)

        def written(tickets: int) -> None:
            words = ngettext("{n} ticket written to {path}.", "{n} tickets written to {path}.", tickets)
            self.told.emit(words.format(n=tickets, path=path), False)

        self._operations.read(export, owner=self, then=written, failed=self._on_failed, long=True)

    # Forgetting

    def _ask(self) -> None:
        uid, name = self._uid, self._name or _("this person")
        question = ForGood(
            self._look,
            _("Forget {name}").format(name=name),
            _("Forget {name} for good?").format(name=name),
            _(
                "Name, numbers, addresses and notes are taken out of the history, here at once and from every other"
                " copy of the desk with its next sync. The tickets stay, without the person. Backups made before still"
                " have everything. This cannot be undone."
            ),
            _("&Forget"),
            tick=_("Also the subjects, &words and files of the tickets"),
            parent=self.window(),
        )
        question.accepted.connect(lambda: self._forget_person(uid, conversations=question.more))
        question.open()

    def _forget_person(self, uid: str, *, conversations: bool) -> None:
        def done(_done: "Done") -> None:
            self.told.emit(_("Forgotten, and on every other copy with its next sync."), False)
            self.forgotten.emit()

        self._operations.write(
            lambda desk: desk.purge_person(uid, conversations=conversations),
            owner=self, then=done, failed=self._on_failed,
        )  # fmt: skip

    def _on_failed(self, error: Exception) -> bool:
        if isinstance(error, DeskError):
            self.told.emit(str(error), True)
        return isinstance(error, DeskError)


def _allowed(desk: "Desk") -> tuple[bool, bool]:
    """Whether the agent may export and forget callers."""
    return desk.may("user.edit"), desk.may("user.delete")
