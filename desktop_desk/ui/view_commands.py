"""Where one looks: queues, panes, search, theme, text size, help; each action bound."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop_desk import __version__
from desktop_desk.i18n import _
from desktop_desk.ui.action_table import QUEUE_ACTIONS
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.theme import Scheme

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow

LARGER, SMALLEST, LARGEST = 1.1, 0.8, 2.0


class ViewCommands(QObject):
    """Binds the View and Help menus of a main window."""

    def __init__(self, window: "MainWindow", actions: Actions) -> None:
        super().__init__(window)
        self._window = window
        self._actions = actions
        for key, _name in QUEUE_ACTIONS:
            actions.bind(f"view.{key}", self._shower(key))
        slots: dict[str, Callable[[], object]] = {
            "search": window.top.search.focus,
            "filter": self._filter,
            "columns": window.list.table.show_column_menu,
            "next_ticket": lambda: window.middle.step(1),
            "previous_ticket": lambda: window.middle.step(-1),
            "next_pane": lambda: self._cycle(1),
            "previous_pane": lambda: self._cycle(-1),
            "back": window.back,
            "light": lambda: self._theme("light"),
            "dark": lambda: self._theme("dark"),
            "system": lambda: self._theme("system"),
            "compact": self._toggle_density,
            "larger": lambda: self._scale(LARGER),
            "smaller": lambda: self._scale(1 / LARGER),
            "refresh": window.refresh,
        }
        for name, slot in slots.items():
            actions.bind(f"view.{name}", slot)
        actions.bind("help.keys", self._show_keys)
        actions.bind("help.about", self._show_about)
        window.look.changed.connect(self._tick)
        self._tick()

    def _shower(self, key: str) -> Callable[[], None]:
        def show() -> None:
            self._window.show_queue(key)
            self._window.focus_list()

        return show

    def _filter(self) -> None:
        window = self._window
        if not window.middle.shows_list:
            window.show_queue("open")
        window.list.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        window.list.filter.selectAll()

    def _panes(self) -> list[QWidget]:
        """Where the cursor can go, in the order of the eye."""
        window = self._window
        panes: list[QWidget] = [window.side, window.middle.place()]
        if window.pane.view is not None:
            panes += [window.pane.conversation, window.pane.composer.editor]
        return panes

    def _cycle(self, by: int) -> None:
        panes = self._panes()
        here = self._window.focusWidget()
        place = next(
            (
                at
                for at, pane in enumerate(panes)
                if here is not None and (pane is here or pane.isAncestorOf(here))
            ),
            -1,
        )
        if place < 0:
            inside = here is not None and self._window.pane.isAncestorOf(here)
            place = 1 if inside else -1
        panes[(place + by) % len(panes)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _theme(self, scheme: Scheme) -> None:
        self._window.look.set_scheme(scheme)

    def _toggle_density(self) -> None:
        look = self._window.look
        look.set_density("normal" if look.density == "compact" else "compact")

    def _scale(self, by: float) -> None:
        look = self._window.look
        look.set_text_scale(min(max(round(look.text_scale * by, 3), SMALLEST), LARGEST))

    def _tick(self) -> None:
        look = self._window.look
        self._actions[f"view.{look.scheme}"].setChecked(True)
        self._actions["view.compact"].setChecked(look.density == "compact")

    def _show_keys(self) -> None:
        from desktop_desk.ui.keys import KeysDialog

        KeysDialog(self._window.look, self._actions, self._window).open()

    def _show_about(self) -> None:
        box = QMessageBox(self._window)
        box.setObjectName("about")
        box.setWindowTitle(_("About Desktop Desk"))
        box.setText(_("Desktop Desk {version}").format(version=__version__))
        box.setInformativeText(
            _(
                "A help desk that is a desktop program: calls, tickets and handovers, with no server and no waiting."
            )
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
