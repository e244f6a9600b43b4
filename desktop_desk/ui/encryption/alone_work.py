"""What is done to a desk file while nobody has it open: a window of its own, until the desk can be opened again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.background import Background, Lane
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.encryption.code_to_keep import CodeToKeep
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.window_size import fit_to_text

if TYPE_CHECKING:
    from desktop_desk.sharing import NewKeys

ENCRYPT, REKEY, DECRYPT = "encrypt", "rekey", "decrypt"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an administrator wants done to which desk; `hub`: its hub gets a new key as well."""

    way: str
    path: str
    login: str
    password: str = field(repr=False)
    hub: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it came to: the new recovery code, "" for none, and what else is to be told, a sentence each."""

    code: str = ""
    told: tuple[str, ...] = ()


class AloneWork(WorkDialog):
    """Does it, tells how it ended, and leads back to the desk.

    Signals:
        desk_free(str path): the desk can be opened again.
    """

    desk_free = Signal(str)
    _came = Signal(int, int)

    def __init__(
        self, look: Appearance, wanted: Wanted, *, inline: bool = False, parent: QWidget | None = None
    ) -> None:
        titles = {
            ENCRYPT: _("The desk is being encrypted"),
            REKEY: _("The desk is getting a new key"),
            DECRYPT: _("The desk is being made a plain file"),
        }
        super().__init__(look, "encryption_work", _("Encryption"), _("&Back to the desk"), parent=parent)
        fit_to_text(self, look, 560, 480)
        self._wanted = wanted
        self._ended = False
        self._page: CodeToKeep | None = None
        self._background = Background(inline=inline, parent=self)
        self._came.connect(self.show_progress)
        title = QLabel(titles[wanted.way])
        title.setObjectName("work_title")
        set_look(title, "subject")
        self.column.addWidget(title)
        self.paragraph("work_file", wanted.path)
        self.paragraph(
            "work_safe",
            _(
                "It is written anew beside itself, checked, and put in its place in one step. If the program or the"
                " computer ends before that, the desk is as it was."
            ),
        )
        self.column.addStretch(1)
        self.cancel.hide()

    def start(self) -> None:
        """Begin; the desk must be closed by now."""
        self.wait(_("Please wait: this takes as long as copying the desk."))
        wanted = self._wanted
        self._background.submit(
            Lane.LONG,
            lambda: _done(wanted, self._came.emit),
            owner=self,
            then=self._on_done,
            failed=self._on_failed,
        )

    def forward(self) -> None:
        """Nothing is done any more: go back to the desk."""
        if not self.working:
            self._leave()

    def _on_done(self, outcome: Outcome) -> None:
        if outcome.code:
            self._page = CodeToKeep(self.look, _("Your new recovery code"))
            self.end_with(self._page, _("&Open the desk"), self._leave)
            self._page.show_code(outcome.code, self._wanted.path, "\n\n".join(outcome.told))
            return
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 20, 24, 12)
        for words in outcome.told:
            said = QLabel(words)
            said.setObjectName("work_told")
            said.setWordWrap(True)
            column.addWidget(said)
        column.addStretch(1)
        self.end_with(page, _("&Open the desk"), self._leave)

    def _on_failed(self, error: Exception) -> None:
        if not self.refused(error):
            # A mistake of ours: the desk is as it was, and must be reachable again.
            self._leave()
            raise error

    def _leave(self) -> None:
        if self.working or self._ended or (self._page is not None and not self._page.is_kept()):
            return
        self._ended = True
        self._background.stop()
        self.desk_free.emit(self._wanted.path)

    def reject(self) -> None:
        """Escape and the cross lead back to the desk as well; a recovery code is not passed over."""
        self._leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._leave()


def _done(wanted: Wanted, told: Callable[[int, int], None]) -> Outcome:
    """On another thread."""
    from desktop_desk import encryption, sharing

    path = Path(wanted.path)
    if wanted.way == DECRYPT:
        encryption.decrypt(path, wanted.login, wanted.password)
        return Outcome(told=(_("The desk is a plain file again: whoever gets hold of it can read it."),))
    if wanted.way == ENCRYPT:
        made = encryption.encrypt(path, wanted.login, wanted.password)
        return Outcome(made.recovery, (*_without(made.without_keys), *_plain_backups(len(made.backups))))
    keys = sharing.new_keys(path, wanted.login, wanted.password, hub=wanted.hub, told=told)
    about = (*_hub_words(keys), *_without(keys.desk.without_keys))
    if keys.desk.backups:
        about += (_("Backups made before still open with the passwords and the recovery code of then."),)
    return Outcome(keys.desk.recovery, about)


def _hub_words(keys: "NewKeys") -> tuple[str, ...]:
    if keys.waiting:
        words = _("The hub does not have its new key yet, and gets it at the next sync: {reason}")
        return (words.format(reason=keys.waiting),)
    if keys.hub:
        return (_("The hub has a new key as well. The other copies ask for a password once."),)
    return ()


def _without(logins: tuple[str, ...]) -> tuple[str, ...]:
    from desktop_desk import encryption

    return (encryption.tell_without_keys(logins),) if logins else ()


def _plain_backups(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    words = ngettext(
        "{n} backup was made before and is not encrypted. Delete it once there is a new one: Desk menu, Backups.",
        "{n} backups were made before and are not encrypted. Delete them once there are new ones: Desk menu, Backups.",
        count,
    )
    return (words.format(n=count),)
