"""The assistant of the first start: create a desk, open one, or try the demo, in three short steps."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_desk import bootstrap, config
from desktop_desk.domain.errors import DeskError, Invalid, OnNetwork
from desktop_desk.i18n import _
from desktop_desk.ui.first_start_open import OpenStep
from desktop_desk.ui.first_start_steps import (
    AdminStep,
    ChoiceStep,
    DeskStep,
    Step,
    documents,
)
from desktop_desk.ui.login import Tasks
from desktop_desk.ui.own_folder import own_folder
from desktop_desk.ui.recovery import RecoveryStep
from desktop_desk.ui.said import Said
from desktop_desk.ui.server_fields import proven
from desktop_desk.ui.settings.whereabouts import guessed_zone, prepare
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.scrolled import Scrolled
from desktop_desk.ui.widgets.window_size import fit_to_text


class FirstStart(QWidget):
    """Leads to a desk: never an empty window at the first start.

    Signals:
        chosen(str address): this desk is there and can be opened.
        cancelled(): the window was closed before that.
    """

    chosen = Signal(str)
    cancelled = Signal()

    def __init__(self, look: Appearance, tasks: Tasks, *, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._appearance = look
        self._tasks = tasks
        self._finished = False
        self._working = False
        self._abandoned = False
        self.first_login = ""
        """Login of the administrator just made; empty after opening a desk or the demo."""
        self.setObjectName("first_start")
        set_look(self, "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Welcome to Desktop Desk"))
        fit_to_text(self, look, 640, 600)
        self._choice = ChoiceStep(look)
        self._desk: DeskStep | None = None
        self._recovery: RecoveryStep | None = None
        self._made = ""
        """The desk that is made, and waits until its recovery code is on paper."""
        self._admin = AdminStep(look)
        self._open = OpenStep(look, tasks)
        self._path: list[Step] = [self._choice]
        self._build(look)
        self._choice.chosen.connect(self._on_choice)
        self._show_step()
        self._folder = documents()
        tasks.task(_prepared, owner=self, then=self._on_prepared)

    def _build(self, look: Appearance) -> None:
        self._progress_text = QLabel()
        set_look(self._progress_text, "meta")
        self._title = QLabel()
        self._title.setObjectName("step_title")
        set_look(self._title, "subject")
        self._stack = QStackedWidget()
        for step in (self._choice, self._admin, self._open):
            self._stack.addWidget(step)
        scrolled = Scrolled("surface")
        inside = QVBoxLayout(scrolled.page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._stack)
        self._answer = Said("answer")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(_("Work in progress"))
        self._back = KeyButton(look, _("&Back"), "Alt+Left")
        self._back.setObjectName("back")
        # A shortcut of its own: a button's would press it a tenth of a second later, for show.
        QShortcut(QKeySequence("Alt+Left"), self).activated.connect(self.back)
        self._back.clicked.connect(self.back)
        self._next = KeyButton(look, _("Ne&xt"), "Enter", primary=True)
        self._next.setObjectName("next")
        self._next.clicked.connect(self.forward)
        self._cancel = KeyButton(look, _("Cancel"), "Esc", quiet=True)
        self._cancel.setObjectName("cancel")
        self._cancel.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for part in (self._next, self._back):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 28, 40, 24)
        column.setSpacing(8)
        column.addWidget(self._progress_text)
        column.addWidget(self._title)
        column.addSpacing(8)
        column.addWidget(scrolled, 1)
        column.addWidget(self._answer)
        column.addWidget(self._bar)
        column.addLayout(foot)

    def back(self) -> None:
        """Go to the step before; what was typed stays."""
        if len(self._path) > 1 and not self._working and not self._made:
            self._path.pop()
            self._show_step()

    def forward(self) -> None:
        """Go on when this step is filled in well; else show beside the fields what is missing."""
        step = self._path[-1]
        if self._working or step is self._choice or not step.is_good():
            return
        if isinstance(step, DeskStep):
            self._leave_office(step)
        elif step is self._admin:
            self._create()
        elif step is self._recovery:
            self._finish(self._made)
        else:
            self._open_existing()

    def _on_choice(self, choice: str) -> None:
        if self._working:
            return
        if choice == "demo":
            self._try_demo()
            return
        if choice == "shared":
            self._take_shared()
            return
        self._path.append(self._desk_step() if choice == "create" else self._open)
        self._show_step()

    def _desk_step(self) -> DeskStep:
        """The step about the office; made when it is wanted, because it knows every country."""
        if self._desk is None:
            self._desk = DeskStep(self._appearance, self._folder, self._tasks)
            self._stack.addWidget(self._desk)
        return self._desk

    def _show_step(self) -> None:
        step = self._path[-1]
        self._stack.setCurrentWidget(step)
        self._title.setText(step.title)
        place = len(self._path)
        self._progress_text.setText(
            _("Step {step} of {steps}").format(step=place, steps=2 if step is self._open else 3)
        )
        first = step is self._choice
        self._progress_text.setVisible(not first and step is not self._recovery)
        self._back.setVisible(not first and step is not self._recovery)
        self._next.setVisible(not first)
        self._next.set_text(step.button)
        self._say("")
        step.focus()

    def _leave_office(self, step: DeskStep) -> None:
        """Go on to the administrator; on a server only once it has said that the desk can be made there."""
        self._admin.offer_encryption(offered=not step.place.is_server)
        if not step.place.is_server:
            self._to_admin()
            return
        server = step.place.server
        address = server.address()
        server.clear()
        self._work(_("Asking the server…"))
        self._tasks.task(
            lambda: proven(address, "", for_new=True, keep=False),
            owner=self, then=self._to_admin, failed=self._on_failed, long=True,
        )  # fmt: skip

    def _to_admin(self, _seen: object = None) -> None:
        self._rest()
        self._path.append(self._admin)
        self._show_step()

    def _create(self) -> None:
        step = self._desk_step()
        desk, admin = step.answers(), self._admin.answers()
        path, folder = desk.path, self._folder
        self.first_login = admin.login
        recovery = bootstrap.new_recovery_code() if admin.encrypt else ""
        kept = step.place.server.to_keep() if step.place.is_server else ""

        def create() -> str:
            if kept:
                # First: where the keyring refuses, nothing is made yet.
                bootstrap.keep_server_password(str(path), kept)
            if isinstance(path, Path) and path.parent == folder:
                # A new account may lack this one; every other folder is the person's to make.
                path.parent.mkdir(parents=True, exist_ok=True)
            bootstrap.create_desk(
                path,
                name=desk.name,
                admin_login=admin.login,
                admin_name=admin.name,
                admin_password=admin.password,
                admin_email=admin.email,
                country=desk.country or "",
                zone=desk.zone,
                recovery=recovery,
            ).close()
            return str(path)

        def then(address: str) -> None:
            if recovery:
                self._show_recovery(address, recovery)
            else:
                self._finish(address)

        self._work(_("Making the desk…"))
        self._tasks.task(create, owner=self, then=then, failed=self._on_failed, long=True)

    def _show_recovery(self, address: str, code: str) -> None:
        """Show the code before the desk opens: nobody is told it again."""
        self._rest()
        self._made = address
        self._recovery = RecoveryStep(self._appearance)
        self._recovery.code.show_code(code, address)
        self._stack.addWidget(self._recovery)
        self._path.append(self._recovery)
        self._show_step()

    def _open_existing(self) -> None:
        address, on_server = self._open.address(), self._open.place.is_server
        kept = self._open.place.server.to_keep()

        def look_inside() -> str:
            if on_server:
                proven(address, kept, for_new=False, keep=bool(kept))
                return address
            bootstrap.open_desk(address).close()
            return address

        self._work(_("Opening the desk…"))
        self._tasks.task(look_inside, owner=self, then=self._finish, failed=self._on_failed, long=True)

    def _take_shared(self) -> None:
        from desktop_desk.ui.copies.take import TakeDialog

        dialog = TakeDialog(self._appearance, parent=self)
        dialog.taken.connect(self._on_taken)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_taken(self, path: str, login: str) -> None:
        self.first_login = login
        self._finish(path)

    def _try_demo(self) -> None:
        path = config.places().demo_desk

        def demo() -> str:
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                # Under another name until it is whole: a program that ends meanwhile leaves no half demo.
                begun = path.with_name(f"{path.name}.begun")
                begun.unlink(missing_ok=True)
                bootstrap.create_demo(begun, zone=guessed_zone())
                begun.replace(path)
            return str(path)

        self._work(_("Setting up the demo desk…"))
        self._tasks.task(demo, owner=self, then=self._finish, failed=self._on_failed, long=True)

    def _work(self, words: str) -> None:
        self._working = True
        self._stack.setEnabled(False)
        for button in (self._back, self._next):
            button.setEnabled(False)
        self._say(words)
        self._bar.show()

    def _rest(self) -> None:
        self._working = False
        self._stack.setEnabled(True)
        for button in (self._back, self._next):
            button.setEnabled(True)
        self._say("")

    def _finish(self, address: str) -> None:
        if self._abandoned:
            return
        self._finished = True
        self._rest()
        self.close()
        self.chosen.emit(address)

    def _on_prepared(self, folder: Path) -> None:
        self._folder = folder
        if self._desk is not None:
            self._desk.propose(folder)

    def _on_failed(self, error: Exception) -> bool:
        self._rest()
        if isinstance(error, OnNetwork) and self._path[-1] is self._open:
            self._finish(self._open.address())  # the program says why, and offers what to do instead
            return True
        if isinstance(error, OSError):
            error = Invalid(
                "path", _("This place cannot be written: {why}.").format(why=error.strerror or error)
            )
        if not isinstance(error, DeskError):
            return False
        words = str(error)
        field = error.field if isinstance(error, Invalid) else "path"
        for step in reversed(self._path):
            if step.show_error(field, words):
                while self._path[-1] is not step:
                    self._path.pop()
                self._show_step()
                return True
        self._say(words, error=True)
        return True

    def _say(self, words: str, *, error: bool = False) -> None:
        self._answer.say(words, error=error)
        self._bar.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.forward()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        if not self._finished and not self._abandoned:
            # What is being made is finished behind the closed window, and there the next time.
            self._abandoned = self._working
            self.cancelled.emit()


def _prepared() -> Path:
    """Get to know the countries and where a desk may be; neither is waited for."""
    prepare()
    return own_folder()
