"""One open desk: its threads, who is logged in, his window, the lock."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_desk.desk.addresses import is_address, shown_address
from desktop_desk.domain.errors import AccessDenied
from desktop_desk.ui.background import Background
from desktop_desk.ui.last_login import last_login, last_login_file, remember_login
from desktop_desk.ui.operations import Tasks
from desktop_desk.ui.session import Session, read_session, session_file, write_session
from desktop_desk.ui.theme import Appearance

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.directory import Agent, Settings
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.desk.key_ports import Seal
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.copies.attach import CopiesOnScreen
    from desktop_desk.ui.copies.syncing import Syncing
    from desktop_desk.ui.drafts import Drafts
    from desktop_desk.ui.idle import IdleWatcher
    from desktop_desk.ui.lock import LockWindow
    from desktop_desk.ui.login import LoginWindow
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.safekeeping.keeper import BackupKeeper
    from desktop_desk.upkeep import Mark

KEEP_SESSION_MS = 5000
"""A killed program loses at most this much of where its window stood; what was typed is kept elsewhere."""

LOAD_AFTER_MS = 100
"""The login window is painted first; the main window is loaded while somebody types the password."""


class OpenDesk(QObject):
    """From the login to the end of the last window on one desk.

    Attributes:
        address: the desk's path or URL.
        name: what the office calls the desk.
        window: the main window of who is logged in; None before.
        in_hurry: the system ends the program: no last backup is made.
        before: the desk that was open before this one.

    Signals:
        window_shown(): somebody is at work now, and can take what waited.
        presenter_wanted(Exception): an error that must be shown.
        another_asked(), new_asked(): the person wants another desk, or a new one.
        quit_asked(): the last window was closed.
        refused(Exception): login and password that were given with the start do not fit.
        desk_chosen(str): the person wants to open this desk.
    """

    window_shown = Signal()
    presenter_wanted = Signal(object)
    another_asked = Signal()
    new_asked = Signal()
    quit_asked = Signal()
    refused = Signal(object)
    desk_chosen = Signal(str)

    def __init__(
        self,
        address: str,
        front: "FrontDoor",
        name: str,
        look: Appearance,
        state: Path,
        *,
        demo: bool,
        lock_minutes: int,
        mark: "Mark | None" = None,
    ) -> None:
        super().__init__()
        self.address = address
        self.in_hurry = False
        self.before = ""
        self._mark = mark
        self._backups: BackupKeeper | None = None
        self._syncing: Syncing | None = None
        self._copies: CopiesOnScreen | None = None
        self.window: MainWindow | None = None
        self._front = front
        # A locked desk does not tell its name.
        self.name = name or (shown_address(address) if is_address(address) else Path(address).stem)
        self._look = look
        self._state = state
        self._demo = demo
        self._background = Background(front.close_thread, parent=self)
        self._tasks = Tasks(self._background, parent=self)
        self._tasks.failed.connect(self.presenter_wanted)
        self._login: LoginWindow | None = None
        self._lock: LockWindow | None = None
        self._lock_minutes = lock_minutes
        self._idle: IdleWatcher | None = None
        self._agent: Agent | None = None
        self._drafts: Drafts | None = None
        self._seal: Seal | None = None
        self._kept = Session()
        self._keeper = QTimer(self)
        self._keeper.setInterval(KEEP_SESSION_MS)
        self._keeper.timeout.connect(self._keep_session)

    @property
    def busy(self) -> bool:
        """True while the desk is at work for a window."""
        return self._background.busy

    @property
    def locked(self) -> bool:
        """True while somebody must log in again."""
        return self._lock is not None and self._lock.locked

    def front_window(self) -> QWidget | None:
        """The window in front: lock, login or main window."""
        if self._lock is not None and self._lock.locked:
            return self._lock
        return self.window or self._login

    # Who is there

    def let_in(self, login: str, password: str) -> None:
        """Log in with both at once, or ask."""
        if not login or not password:
            self._ask_who(login)
            return
        front = self._front

        def refused(error: Exception) -> bool:
            denied = isinstance(error, AccessDenied)
            self.refused.emit(error)
            self._ask_who(login, error if denied else None)
            return denied

        self._tasks.task(
            lambda: front.log_in(login, password), owner=self, then=self._on_let_in, failed=refused, long=True
        )
        # The password is compared on another thread, slowly on purpose: time enough to load the window.
        QTimer.singleShot(0, self, _load_window)

    def _ask_who(self, login: str, error: Exception | None = None) -> None:
        """Ask with the login that was named, else with the one that was here last."""
        file, address = last_login_file(self._state), self.address
        self._tasks.task(
            lambda: login or last_login(file, address),
            owner=self,
            then=lambda who: self._show_login(who, error),
        )

    def _show_login(self, login: str, error: Exception | None) -> None:
        from desktop_desk.ui.login import LoginWindow

        window = LoginWindow(
            self._look, self._tasks, self._front, login=login, desk_name=self.name, demo=self._demo,
            encrypted=self._front.encrypted,
        )  # fmt: skip
        window.logged_in.connect(self._on_let_in)
        window.cancelled.connect(self.quit_asked)
        self._login = window
        window.show()
        QTimer.singleShot(LOAD_AFTER_MS, self, _load_window)
        if error is not None:
            window.form.refuse(error)

    def _on_let_in(self, desk: "Desk") -> None:
        """Read who it is and where his window was left, then show it."""
        state, address, front = self._state, self.address, self._front

        def read() -> "tuple[Desk, Agent, Session, Settings, Seal | None]":
            agent, seal = desk.actor, front.local_seal()
            # Of an encrypted desk nothing on the disk says who works there.
            remember_login(last_login_file(state), address, "" if front.encrypted else agent.login)
            session = read_session(session_file(state, address, agent.login), seal)
            return desk, agent, session, front.settings, seal

        self._tasks.task(read, owner=self, then=lambda found: self._on_read(*found))

    def _on_read(
        self, desk: "Desk", agent: "Agent", session: Session, settings: "Settings", seal: "Seal | None"
    ) -> None:
        """Now an encrypted desk has told what holds for it as well."""
        self.name, self._demo, self._seal = settings.name or self.name, settings.demo, seal
        self._on_lock_minutes(settings.lock_minutes)
        self._show_window(desk, agent, session)

    def _show_window(self, desk: "Desk", agent: "Agent", session: Session) -> None:
        from desktop_desk.ui.actions import Actions
        from desktop_desk.ui.drafts import Drafts, drafts_file
        from desktop_desk.ui.joined import join_all
        from desktop_desk.ui.main_window import MainWindow
        from desktop_desk.ui.operations import Operations
        from desktop_desk.ui.phone.attach import join as join_phone
        from desktop_desk.ui.windows import all_parts

        self._close_window()
        self._agent = agent
        self._kept = replace(session)
        self._drafts = Drafts(drafts_file(self._state, self.address, agent.login), self, seal=self._seal)
        operations = Operations(desk, self._background, self._front.data_version)
        operations.failed.connect(self.presenter_wanted)
        operations.changed.connect(self._on_changed)
        operations.others_changed.connect(self._read_lock_minutes)
        actions = Actions()
        window = MainWindow(self._look, operations, agent, actions, self._drafts, session, all_parts())
        operations.setParent(window)
        actions.setParent(window)
        window.closing.connect(self._on_closing)
        window.lock_asked.connect(lambda: self.lock(by_hand=True))
        window.switch_asked.connect(self._switch)
        window.open_asked.connect(self.another_asked)
        window.new_asked.connect(self.new_asked)
        window.quit_asked.connect(window.close)
        self._keep_safe(window, desk)
        self._keep_synced(window, desk)
        join_all(self, window, self._front)
        self.window = window
        window.show()
        if not self._front.look and not self.in_hurry:
            join_phone(window)
        self._leave_login()
        window.start()
        self._keeper.start()
        self._watch_idle()
        self.window_shown.emit()

    def _leave_login(self) -> None:
        login, self._login = self._login, None
        if login is not None:
            login.hide()
            login.deleteLater()

    def _keep_safe(self, window: "MainWindow", desk: "Desk") -> None:
        """Back the desk up from now on; say in a copy to look at what it is."""
        from desktop_desk.ui.safekeeping import attach

        if self._backups is None:
            self._backups = attach.keeper(self, desk, self._mark, self._front.close_thread)
        attach.join(self, window, self._backups, self._front.look)

    def _keep_synced(self, window: "MainWindow", desk: "Desk") -> None:
        """Sync the desk from now on; not a copy to look at, nor for a picture."""
        from desktop_desk.ui.copies import attach

        if self._front.look or self.in_hurry:
            return
        if self._syncing is None:
            self._syncing = attach.syncing_of(self, desk, self._front)
        self._syncing.go_on(desk)
        self._copies = attach.join(self, window, self._syncing)

    # Lock and switch

    def _watch_idle(self) -> None:
        from desktop_desk.ui.idle import IdleWatcher

        if self._idle is None:
            self._idle = IdleWatcher(self._lock_minutes, parent=self)
            self._idle.idled.connect(self.lock)
        self._idle.touch()

    def _on_changed(self, done: "Done", _initiator: object) -> None:
        if done.number is None:
            self._read_lock_minutes()

    def _read_lock_minutes(self) -> None:
        """Lock after the time that the desk's settings say now."""
        front = self._front
        self._tasks.task(
            lambda: front.settings.lock_minutes, owner=self, then=self._on_lock_minutes, latest="lock minutes"
        )

    def _on_lock_minutes(self, minutes: int) -> None:
        self._lock_minutes = minutes
        if self._idle is not None:
            self._idle.set_minutes(minutes)

    def lock(self, *, by_hand: bool = False) -> None:
        """Hide the windows until somebody gives a password."""
        if self._syncing is not None:
            self._syncing.rest()
        if self._agent is not None:
            self._lock_window().lock(self._agent.login, by_hand=by_hand)

    def _switch(self) -> None:
        self._lock_window().switch_agent()

    def _lock_window(self) -> "LockWindow":
        from desktop_desk.ui.lock import LockWindow

        if self._lock is None:
            self._lock = LockWindow(
                self._look, self._tasks, self._front, desk_name=self.name, demo=self._demo
            )
            self._lock.unlocked.connect(self._on_unlocked)
            self._lock.closed.connect(self.quit_asked)
        if self._drafts is not None:
            self._drafts.hurry()
        return self._lock

    def _on_unlocked(self, desk: "Desk") -> None:
        self._tasks.task(lambda: (desk, desk.actor), owner=self, then=lambda found: self._on_known(*found))

    def _on_known(self, desk: "Desk", agent: "Agent") -> None:
        """The same agent goes on where he was; another one gets a window of his own."""
        if self._agent is not None and agent.uid == self._agent.uid:
            if self._idle is not None:
                self._idle.touch()
            if self._syncing is not None:
                self._syncing.go_on()
            self.window_shown.emit()
            return
        self._on_let_in(desk)

    # The end

    def _on_closing(self) -> None:
        self._keep_session()
        self.quit_asked.emit()

    def _close_window(self) -> None:
        """Keep where the window stands, and take it away."""
        window, self.window = self.window, None
        self._keeper.stop()
        if window is not None:
            self.window = window
            self._keep_session()
            self.window = None
            window.operations.stop_polling()
            if self._copies is not None:
                self._copies.leave()
                self._copies = None
            window.closing.disconnect(self._on_closing)
            window.close()
            window.deleteLater()
        if self._drafts is not None:
            self._drafts.close()
            self._drafts = None

    def _keep_session(self) -> None:
        """Write where the window stands if it stands elsewhere than when last written, off the UI thread."""
        if self.window is None or self._agent is None:
            return
        session = self.window.session()
        if session == self._kept:
            return
        self._kept = session
        path, seal = session_file(self._state, self.address, self._agent.login), self._seal
        self._tasks.task(lambda: write_session(path, session, seal), owner=self, then=lambda _none: None)

    def keep(self) -> None:
        """Write what is typed and where the window stands."""
        if self._drafts is not None:
            self._drafts.flush()
        self._keep_session()

    def end(self) -> None:
        """Close the windows, finish what was begun, back the desk up, close it."""
        self._close_window()
        self._leave_login()
        if self._lock is not None:
            self._lock.deleteLater()
            self._lock = None
        self._background.stop()
        _channels_off(self)
        if self._syncing is not None:
            self._syncing.finish(hurry=self.in_hurry)
        if self._backups is not None:
            self._backups.finish(hurry=self.in_hurry)
        self._front.close()
        _taken_away(self._mark, self.address)


def _taken_away(mark: "Mark | None", address: str) -> None:
    """The desk is closed: its mark, and a copy to look at, are taken away."""
    from desktop_desk import upkeep

    upkeep.end(mark)
    upkeep.leave(address)


def _channels_off(opened: OpenDesk) -> None:
    """The request form of the desk and the keeping of its mail end with it."""
    from desktop_desk.ui.mail_work import attach as mail
    from desktop_desk.ui.requests import attach as form

    form.leave(opened)
    mail.leave(opened)


def _load_window() -> None:
    """Import what the main window needs, so that it shows at once when it is wanted."""
    import desktop_desk.desk.desk
    import desktop_desk.ui.main_window
    import desktop_desk.ui.windows  # noqa: F401
