"""Joins the status light to a main window."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout

from desktop_desk.desk.status_light import Light, Standing, form_standing, line_standing, mail_standings
from desktop_desk.domain.errors import DeskError
from desktop_desk.i18n import _
from desktop_desk.ui.status_light.parts import LightItem, LoudStrip
from desktop_desk.ui.status_light.words import loud_key, loud_text

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.mail_work.keeper import MailKeeper
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.phone.line import WindowLine
    from desktop_desk.ui.requests.keeper import FormKeeper
    from desktop_desk.ui.status_light.dialog import LightDialog

LOOK_MS: Final = 30_000
SOON_MS: Final = 2_000
"""After something was written here: not once for each act."""

FIRST_MS: Final = 6_000
"""Whoever keeps the mail has looked once by then: what waited while the program was closed is no trouble."""


class WindowLight(QObject):
    """The light of one window; asks the desk, the form and the line, and is loud when somebody must see to something.

    Args:
        form: who keeps the request form, if anybody does.
        tone: makes the system's error tone.
    """

    def __init__(
        self, window: "MainWindow", keeper: "MailKeeper", form: "FormKeeper | None",
        *, tone: Callable[[], object] = QApplication.beep,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window = window
        self._keeper = keeper
        self._form = form
        self._tone = tone
        self._known: frozenset[tuple[str, str, str]] = frozenset()
        self._put_away: frozenset[tuple[str, str, str]] = frozenset()
        self._mail: tuple[Standing, ...] = ()
        self.light = Light()
        self.item = LightItem(window.look, parent=window.statusBar())
        self.strip = LoudStrip(window.look, parent=window)
        self._dialog: LightDialog | None = None
        self._line: WindowLine | None = None
        self._place()
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(self.look)
        self._clock.start()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        QTimer.singleShot(FIRST_MS, self, self.look)
        self.item.pressed.connect(self.show_dialog)
        self.strip.pressed.connect(self.show_dialog)
        self.strip.put_away.connect(self._on_put_away)
        keeper.looked.connect(self.look)
        window.operations.changed.connect(self._on_changed)
        if form is not None:
            form.changed.connect(self._show)
        window.actions_.bind("mail.state", self.show_dialog)

    def _place(self) -> None:
        window = self._window
        bar = window.statusBar()
        count = bar.findChild(QLabel, "status_count")
        bar.addPermanentWidget(self.item)
        if count is not None:
            # What is counted stays at the very end.
            bar.removeWidget(count)
            bar.addPermanentWidget(count)
            count.show()
        around = window.centralWidget()
        layout = around.layout() if around is not None else None  # pyright: ignore[reportUnnecessaryComparison]
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, self.strip)

    # What there is

    def look(self) -> None:
        """Ask the desk how mail stands."""
        now = self._window.now()
        self._window.operations.read(
            lambda desk: mail_standings(desk.store, now), owner=self, then=self._on_mail, failed=_is_told_elsewhere,
            latest="light",
        )  # fmt: skip

    def _on_mail(self, standings: tuple[Standing, ...]) -> None:
        self._mail = standings
        self._show()

    def _show(self) -> None:
        """Show what is known of all four."""
        self.light = Light((*self._mail, self._form_standing(), self._line_standing()))
        self.item.show_light(self.light)
        if self._dialog is not None:
            self._dialog.show_light(self.light)
        key = loud_key(self.light.loud)
        is_new = bool(key - self._known)
        self._known = key
        # What was put away is loud again once it was well in between.
        self._put_away &= key
        fresh = [each for each in self.light.loud if not loud_key([each]) <= self._put_away]
        self.strip.say(loud_text(fresh), spoken=is_new)
        if is_new:
            self._tone()

    def _form_standing(self) -> Standing:
        if self._form is None:
            return form_standing((), "")
        return form_standing(self._form.addresses, self._form.trouble)

    def _line_standing(self) -> Standing:
        if self._line is None:
            # By its name: a window without a line need not load what one needs.
            self._line = cast("WindowLine | None", self._window.findChild(QObject, "phone_line"))
            if self._line is None:
                return line_standing(on=False, trouble="")
            self._line.changed.connect(self._show)
        return line_standing(on=self._line.on, trouble=self._line.trouble)

    # What is done

    def show_dialog(self) -> None:
        """Show all of it."""
        from desktop_desk.ui.status_light.dialog import LightDialog

        if self._dialog is None:
            window = self._window
            self._dialog = LightDialog(window.look, self.light, parent=window)
            self._dialog.now_asked.connect(self._fetch_and_send)
            self._dialog.action_asked.connect(self._go)
            self._dialog.take_asked.connect(self._take)
            self._dialog.finished.connect(self._on_dialog_closed)
            self._dialog.open()
        self.look()

    def _fetch_and_send(self) -> None:
        self._keeper.fetch_now()
        self._keeper.send_now()

    def _go(self, action: str) -> None:
        self._window.actions_[action].trigger()

    def _take(self, box: str) -> None:
        """Let this copy of the desk fetch a mailbox from now on, since somebody wants it so."""

        def taken(done: "Done") -> None:
            self._window.say(_("This copy of the desk fetches it from now on."), done.act)
            self._keeper.fetch_now()
            self.look()

        self._window.operations.write(lambda desk: _taken(desk, box), owner=self, then=taken)

    def _on_dialog_closed(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _on_put_away(self) -> None:
        self._put_away = loud_key(self.light.loud)
        self.strip.say("", spoken=False)

    def _on_changed(self, _done: "Done", _initiator: object) -> None:
        if self._mail:
            self._soon.start()


def _taken(desk: "Desk", box: str) -> "Done":
    return desk.change("mailbox", box, replica=desk.store.log.own)


def _is_told_elsewhere(error: Exception) -> bool:
    """A desk that cannot be read is told by what the person does; the light asks again."""
    return isinstance(error, DeskError)
