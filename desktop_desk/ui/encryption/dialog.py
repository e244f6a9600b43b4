"""Encryption of this desk: how it stands, who can open it, and what can be done about it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QRadioButton, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.copies.work_dialog import WorkDialog
from desktop_desk.ui.encryption.alone_work import DECRYPT, ENCRYPT, REKEY, Wanted
from desktop_desk.ui.settings.editors import LineEditor, TickEditor
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.window_size import fit_to_text

if TYPE_CHECKING:
    from desktop_desk.copies import LockState

MOST_NAMES = 12
"""So many names are told; of more, how many."""


class EncryptionDialog(WorkDialog):
    """Tells how the desk is encrypted; lets an administrator change it, with his password.

    Signals:
        wanted(Wanted): this is to be done, with the desk closed.
    """

    wanted = Signal(object)

    def __init__(
        self, look: Appearance, state: "LockState", login: str, *, parent: QWidget | None = None
    ) -> None:
        go = _("&Continue") if state.encrypted else _("&Encrypt this desk")
        super().__init__(look, "encryption_dialog", _("Encryption"), go, parent=parent)
        self._desk = state
        self._login = login
        self._ways: dict[str, QRadioButton] = {}
        fit_to_text(self, look, 580, 620)
        self._tell_state()
        if not state.path or not state.may:
            self.go.hide()
            self.cancel.set_text(_("Close"))
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._build_choice()
        self.column.addStretch(1)

    def _tell_state(self) -> None:
        state = self._desk
        title = QLabel(_("This desk is encrypted") if state.encrypted else _("This desk is not encrypted"))
        title.setObjectName("encryption_state")
        set_look(title, "subject")
        self.column.addWidget(title)
        if not state.path:
            self.paragraph(
                "encryption_what",
                _("It is kept on a server, which has means of its own: ask who runs it."),
            )
            return
        self.paragraph("encryption_what", _what(encrypted=state.encrypted))
        opens = (
            _("It opens with the passwords of {names}.")
            if state.encrypted
            else _("It would open with the passwords of {names}.")
        )
        self.paragraph("encryption_openers", opens.format(names=_listed(state.openers)))
        if state.without:
            self.paragraph(
                "encryption_without",
                _("Until they have a new password, it does not open to {names}.").format(
                    names=_listed(state.without)
                ),
            )
        if state.hub and not state.hub_sealed:
            self.paragraph(
                "encryption_hub",
                _(
                    "Its hub is not encrypted: {hub}. To change that, share the encrypted desk at a new place, and let"
                    " every copy sync there."
                ).format(hub=state.hub.removeprefix("folder:")),
            )
        if not state.may:
            self.paragraph("encryption_may", _("Only administrators can change this."))

    def _build_choice(self) -> None:
        if self._desk.encrypted:
            self._way(
                REKEY,
                _("Give it a &new key and a new recovery code"),
                _(
                    "After somebody left, a laptop was stolen, or the code got into wrong hands: whoever kept a copy of"
                    " the files can read nothing that is written from then on."
                ),
            )
            if self._desk.hub_sealed:
                self.hub = TickEditor(_("Give its &hub a new key as well"))
                self.hub.setObjectName("encryption_renew_hub")
                self.hub.set_value(True)
                self.column.addWidget(self.hub)
                self.paragraph(
                    "encryption_hub_key",
                    _(
                        "The other copies ask for a password once, and go on. Each of them keeps a key of its own."
                    ),
                )
            self._way(
                DECRYPT,
                _("Make it a &plain file again"),
                _("Whoever gets hold of the file can read it then."),
            )
            self._ways[REKEY].setChecked(True)
        self.password = LineEditor(hidden=True)
        self.add("password", _("Your pass&word"), self.password)
        self.paragraph(
            "encryption_alone",
            _(
                "This window closes the desk meanwhile and asks for your password afterwards. Close every other window"
                " and program that has it open first."
            ),
        )
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _way(self, way: str, text: str, words: str) -> None:
        button = QRadioButton(text)
        button.setObjectName(f"way_{way}")
        button.setAccessibleDescription(words)
        self._ways[way] = button
        self.column.addWidget(button)
        self.paragraph(f"encryption_{way}", words)

    @property
    def way(self) -> str:
        """What is to be done."""
        return next((way for way, button in self._ways.items() if button.isChecked()), ENCRYPT)

    def problems(self) -> dict[str, str]:
        """The password is needed: with it the desk is opened again and again while its key changes."""
        return {} if self.password.value() else {"password": _("Type your password.")}

    def begin(self) -> None:
        """Hand over to whoever closes the desk."""
        hub = self.way == REKEY and self._desk.hub_sealed and self.hub.value()
        wanted = Wanted(self.way, self._desk.path, self._login, self.password.value(), hub=hub)
        self.accept()
        self.wanted.emit(wanted)


def _what(*, encrypted: bool) -> str:
    if encrypted:
        return _(
            "Nobody can read its file, its backups and what is being typed without a password of the desk or its"
            " recovery code."
        )
    return _(
        "Whoever gets hold of the file can read everything. Encrypt every desk that leaves the house, above all on"
        " laptops. You get a recovery code to print; without it and without passwords nobody can open the desk."
    )


def _listed(names: "tuple[str, ...]") -> str:
    more = len(names) - MOST_NAMES
    told = ", ".join(names[:MOST_NAMES]) or _("nobody")
    if more <= 0:
        return told
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=told, n=more)
