"""The list of mailboxes with what is particular about them: the password here, who fetches, and trying them."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.desk.directory import NOTHING, Mailbox
from desktop_desk.desk.mail_looks import fetcher_words
from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.facts import EntityId
from desktop_desk.i18n import _
from desktop_desk.ui.settings.list_page import ListPage
from desktop_desk.ui.settings.mailboxes import PASSWORD, PORTS, TEXTS, TOKEN, Mailboxes
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.tab_place import tab_as_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from desktop_desk.channels.mail_trial import Trial
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.drafts import Drafts
    from desktop_desk.ui.operations import Operations
    from desktop_desk.ui.settings.editors import Value
    from desktop_desk.ui.settings.subject import Source


class MailboxPage(ListPage):
    """Edits mailboxes; tries both servers with what stands in the form, and lets this copy fetch one."""

    def __init__(
        self,
        look: Appearance,
        operations: "Operations",
        drafts: "Drafts | None",
        *,
        parent: QWidget | None = None,
    ) -> None:
        self._more = QWidget()
        self._fetched = QLabel()
        self._kept = QLabel()
        self._said = (QLabel(), QLabel())
        self._take = KeyButton(look, _("&Let this copy fetch it"))
        self._try = KeyButton(look, _("&Try it"), "Ctrl+T")
        self._sign = KeyButton(look, _("Si&gn in…"))
        self._microsoft = KeyButton(look, _("Fill in for &Microsoft 365"))
        self._box: Mailbox | None = None
        self._trials = 0
        self._appearance = look
        super().__init__(look, operations, drafts, Mailboxes(), parent=parent)
        self._build_more()

    def _build_more(self) -> None:
        tried, too = self._said
        names = ((self._fetched, "fetched"), (self._kept, "kept"), (tried, "tried"), (too, "tried_too"))
        for label, name in names:
            label.setObjectName(f"mailbox_{name}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (self._fetched, self._kept):
            set_look(label, "meta")
        self._take.setObjectName("mailbox_take")
        self._take.clicked.connect(self._take_over)
        self._sign.setObjectName("mailbox_sign_in")
        self._sign.clicked.connect(self._sign_in)
        self._microsoft.setObjectName("mailbox_microsoft")
        self._microsoft.clicked.connect(self._fill_in)
        self.panel.form.edited.connect(self._dress)
        self._try.setObjectName("mailbox_try")
        self._try.bind("Ctrl+T")
        self._try.clicked.connect(self.try_it)
        buttons = QHBoxLayout()
        buttons.addWidget(self._try)
        buttons.addWidget(self._sign)
        buttons.addWidget(self._take)
        buttons.addWidget(self._microsoft)
        buttons.addStretch(1)
        column = QVBoxLayout(self._more)
        column.setContentsMargins(20, 0, 20, 8)
        column.setSpacing(4)
        column.addWidget(self._fetched)
        column.addWidget(self._kept)
        column.addSpacing(4)
        column.addLayout(buttons)
        for label in self._said:
            column.addWidget(label)
        # Above the form, which is long: what is wrong is seen beside it.
        self.panel.above.addWidget(self._more)
        self._more.setVisible(self._box is not None)
        self._dress()
        tab_as_read(self)

    # What is known beside the form

    def _filled(self, source: "Source") -> None:
        found = next((box for box in source.directory.mailboxes if box.uid == self._uid), None)
        self._trials += 1
        if found is None or self._box is None or found.uid != self._box.uid:
            self._say_tried("")
        self._box = found
        self._more.setVisible(found is not None or self._adding)
        self._kept.setText("")
        self._kept.setVisible(found is not None)
        self._dress()
        fetched = fetcher_words(source.directory, found) if found is not None else ""
        self._fetched.setText(_("Fetched by: {who}").format(who=fetched) if fetched else "")
        self._fetched.setVisible(bool(fetched))
        self._take.setVisible(False)
        copies = sum(copy.cutoff is None for copy in source.directory.replicas)
        if found is not None:
            self._look_around(found, alone=copies <= 1 and not found.replica)

    def _dress(self) -> None:
        """Only what this way of signing in needs."""
        by_token = self.panel.form.values().get("auth") == "token"
        self.panel.form.show_entries(TOKEN, shown=by_token)
        self.panel.form.show_entries((PASSWORD,), shown=not by_token)
        self._sign.setVisible(by_token and self._box is not None and self._box.auth == "token")
        self._microsoft.setVisible(self._adding)

    def _fill_in(self) -> None:
        """What everybody's mailboxes have there; the office's own client id is its own."""
        from desktop_desk.channels.mail_providers import fields_of

        self.panel.form.put(fields_of("microsoft"))
        self._dress()

    def _sign_in(self) -> None:
        """Let this computer into the mailbox by a code that the person types at its provider."""
        from desktop_desk.ui.settings.sign_in import SignInDialog

        if self._box is not None:
            dialog = SignInDialog(self._appearance, self._box, parent=self)
            dialog.finished.connect(self.reload)
            dialog.broke.connect(self._operations.failed)
            dialog.open()
            dialog.begin()

    def _look_around(self, box: Mailbox, *, alone: bool) -> None:
        """Whether this computer knows the password, and whether it fetches; asking the keyring takes its time."""
        store = self._operations.desk.store

        def read() -> tuple[bool, bool]:
            from desktop_desk.channels.mail_passwords import password_of

            return bool(password_of(box)), store.log.own == box.replica

        def told(known: tuple[bool, bool]) -> None:
            has_password, here = known
            words = (
                _("This computer knows its password.")
                if has_password
                else _("This computer knows no password for it.")
            )
            if box.auth == "token":
                words = (
                    _("This computer is signed in.")
                    if has_password
                    else _("This computer is not signed in yet.")
                )
            self._kept.setText(words)
            self._take.setVisible(bool(box.imap_host) and not here and not alone and not self._no_editing)
            if here:
                self._fetched.setText(_("Fetched by: this copy of the desk"))

        self._operations.task(read, owner=self, then=told, latest="password", long=True)

    # The password goes into the keyring once the mailbox is saved

    def _on_saved(self, done: "Done", uid: str | None, sent: "Mapping[str, Value]") -> None:
        password, editor = sent.get(PASSWORD), self.panel.form.editor(PASSWORD)
        if editor.value() == password:
            editor.set_value("")
        super()._on_saved(done, uid, {**sent, PASSWORD: ""})
        if isinstance(password, str) and password:
            self._keep_password(uid or done.uid or "", password)

    def _keep_password(self, uid: str, password: str) -> None:
        desk = self._operations.desk

        def keep() -> None:
            from desktop_desk.channels.mail_passwords import keep_password

            box = desk.directory().mailbox(uid)
            if box is not None:
                keep_password(box, password)

        def failed(error: Exception) -> bool:
            if not isinstance(error, DeskError):
                return False
            self.reload()
            words = _("Until this program ends it uses what you typed.")
            self.panel.say(f"{error} {words}", error=True)
            return True

        self._operations.task(keep, owner=self, then=lambda _none: self.reload(), failed=failed, long=True)

    # Who fetches it

    def _take_over(self) -> None:
        box = self._box
        if box is None:
            return
        self._operations.write(
            lambda desk: desk.change("mailbox", box.uid, replica=desk.store.log.own),
            owner=self,
            then=lambda done: self._on_switched(
                done, _("This copy fetches {name} from now on.").format(name=box.name)
            ),
            failed=self._on_failed,
        )

    # Trying it

    def try_it(self) -> None:
        """Ask both servers with what stands in the form, saved or not, and say what is wrong."""
        if not self._try.isEnabled() or not self._more.isVisible():
            return
        box = self.typed_box()
        typed = self.panel.form.values().get(PASSWORD)
        self._trials += 1
        number = self._trials
        self._try.setEnabled(False)
        self.panel.form.set_errors({})
        self._say_tried(
            _("Asking {hosts}…").format(hosts=", ".join(filter(None, (box.imap_host, box.smtp_host))))
        )

        def ask() -> "tuple[Trial, ...]":
            from desktop_desk.channels.mail_passwords import password_of
            from desktop_desk.channels.mail_trial import try_mailbox

            return try_mailbox(box, typed if isinstance(typed, str) and typed else password_of(box))

        def told(trials: "tuple[Trial, ...]") -> None:
            self._try.setEnabled(True)
            if number == self._trials:
                self._show_trials(trials)

        def failed(_error: Exception) -> bool:
            self._try.setEnabled(True)
            self._say_tried("")
            return False

        self._operations.task(ask, owner=self, then=told, failed=failed, long=True)

    def typed_box(self) -> Mailbox:
        """The mailbox as it stands in the form."""
        values = self.panel.form.values()
        box = self._box or Mailbox(0, EntityId(NOTHING), "")
        fields: dict[str, object] = {name: str(values.get(name) or "") for name in TEXTS}
        fields |= {name: values.get(name) if isinstance(values.get(name), int) else 0 for name in PORTS}
        fields |= {name: str(values.get(name) or "tls") for name in ("imap_security", "smtp_security")}
        fields["folder"] = fields["folder"] or "INBOX"
        fields["auth"] = str(values.get("auth") or "password")
        fields["name"] = fields["name"] or fields["address"]
        made: Mailbox = replace(box, **fields)  # pyright: ignore[reportArgumentType]  each is a field of its own type
        return made

    def _show_trials(self, trials: "tuple[Trial, ...]") -> None:
        if not trials:
            self._say_tried(_("Name a server for mail in, for mail out, or both."), look="error")
            return
        self._say_tried("")
        for place, trial in enumerate(trials):
            words = f"{'✓' if trial.ok else '✗'} {trial.said} {trial.advice}".strip()
            self._say_tried(words, place, look="ok" if trial.ok else "error")
        wrong = next((trial for trial in trials if trial.field and not trial.ok), None)
        if wrong is not None:
            self.panel.set_errors({wrong.field: wrong.said})

    def _say_tried(self, words: str, place: int = 0, *, look: str = "muted") -> None:
        """Say how trying went, of each server on a line of its own; "" says nothing at all."""
        for label in self._said if not words or look == "muted" else ():
            label.hide()
        label = self._said[place]
        set_look(label, look)
        label.setText(words)
        label.setVisible(bool(words))
