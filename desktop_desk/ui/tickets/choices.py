"""Short menus for a value of a ticket: one letter or digit chooses."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_desk.domain.tickets import PRIORITIES, STATES
from desktop_desk.i18n import _
from desktop_desk.ui.menus import LetterMenu
from desktop_desk.ui.tickets.header import capital

if TYPE_CHECKING:
    from desktop_desk.desk.directory import Status


def _menu(name: str, title: str, parent: QWidget) -> QMenu:
    menu = LetterMenu(title, parent)
    menu.setObjectName(name)
    menu.setAccessibleName(title)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _one_of(menu: QMenu, text: str, choose: Callable[[], None], *, chosen: bool) -> None:
    """One more value, of which one is in force."""
    group = menu.findChild(QActionGroup) or QActionGroup(menu)
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(chosen)
    group.addAction(action)
    action.triggered.connect(lambda _checked=False: choose())


def priority_menu(parent: QWidget, now: str, choose: Callable[[str], None]) -> QMenu:
    """The four severities; A to D choose, the one in force is ticked."""
    menu = _menu("priority_menu", _("Priority"), parent)
    for letter, name in PRIORITIES.items():
        _one_of(menu, f"Sev-&{letter} · {_(name)}", partial(choose, letter), chosen=letter == now)
    return menu


def status_menu(
    parent: QWidget, statuses: "Sequence[Status]", now: str, choose: Callable[[str], None]
) -> QMenu:
    """Every status in use, by its state; the digits choose, the one in force is ticked."""
    menu = _menu("status_menu", _("Status"), parent)
    used = sorted((each for each in statuses if each.active), key=lambda each: STATES.index(each.state))
    before = ""
    for place, status in enumerate(used, 1):
        if before and status.state != before:
            menu.addSeparator()
        before = status.state
        mark = f"&{place} " if place <= 9 else ""
        text = mark + capital(status.name).replace("&", "&&")
        _one_of(menu, text, partial(choose, status.name), chosen=status.name == now)
    return menu
