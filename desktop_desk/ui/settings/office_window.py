"""The window beside the main window: callers, and the lists and settings of the office."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.people.organisations import Organisations
from desktop_desk.ui.people.people_page import PeoplePage
from desktop_desk.ui.reports.summary import SummaryPage
from desktop_desk.ui.settings.agents import Agents
from desktop_desk.ui.settings.departments import Departments, Teams
from desktop_desk.ui.settings.desk_settings import DeskSettingsPage
from desktop_desk.ui.settings.disputes import Disputed, read_disputed
from desktop_desk.ui.settings.list_page import ListPage
from desktop_desk.ui.settings.mailbox_page import MailboxPage
from desktop_desk.ui.settings.roles import Roles
from desktop_desk.ui.settings.subject import Subject
from desktop_desk.ui.settings.template_page import TemplatePage
from desktop_desk.ui.settings.topics import Topics
from desktop_desk.ui.settings.whereabouts import prepare
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.side_list import SideItem, SideList, SideSection

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow

Page = ListPage | DeskSettingsPage | SummaryPage | TemplatePage
SIDE_WIDTH = 184
SUBJECTS: dict[str, Callable[[], Subject]] = {
    "organisation": Organisations,
    "department": Departments,
    "team": Teams,
    "role": Roles,
    "topic": Topics,
}


class OfficeWindow(QWidget):
    """Shows one page at a time; each is made when it is first asked for, and keeps what was typed.

    F6 goes between the names of the lists and the list; Ctrl+W closes the window, and so does Esc in a list.
    """

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        drafts: Drafts | None,
        *,
        open_ticket: Callable[[str], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._appearance = look
        self.operations = operations
        """Of the agent for whom this window was made."""
        self._drafts = drafts
        self._open_ticket = open_ticket
        self._pages: dict[str, Page] = {}
        self.setObjectName("office_window")
        self.setProperty("look", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(_("Callers and office"))
        self.resize(QSize(1200, 740).boundedTo(self.screen().availableSize()))
        self._side = SideList(look)
        self._side.setObjectName("office_side")
        self._side.setAccessibleName(_("Lists of the office"))
        self._side.setFixedWidth(SIDE_WIDTH)
        self._side.set_items(side_items())
        self._stack = QStackedWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._side)
        row.addWidget(self._stack, 1)
        # On the long lane: people are not to wait for the holidays of the world.
        operations.task(prepare, owner=self, then=_nothing, long=True)
        self._side.chosen.connect(self._show)
        self._side.activated.connect(self.show_page)
        for keys, slot in (("Ctrl+W", self.close), ("F6", self._next_pane)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def show_page(self, key: str) -> Page:
        """Show a page and put the focus into it; KeyError for an unknown key."""
        page = self._show(key)
        self._side.select(key)
        page.focus()
        return page

    def show_disputed(self) -> None:
        """Show the first thing that two people did differently, or both made."""

        def show(disputed: Disputed) -> None:
            key, uid = disputed.first()
            page = self.show_page(key)
            if uid and isinstance(page, ListPage):
                page.show_thing(uid)

        self.operations.read(read_disputed, owner=self, then=show, latest="disputed")

    def _show(self, key: str) -> Page:
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._made(key)
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        return page

    def _made(self, key: str) -> Page:
        look, operations, drafts = self._appearance, self.operations, self._drafts
        if key == "settings":
            return DeskSettingsPage(look, operations, drafts)
        if key == "person":
            return PeoplePage(look, operations, drafts, open_ticket=self._open_ticket)
        if key == "agent":
            return ListPage(look, operations, drafts, Agents(look))
        if key == "mailbox":
            return MailboxPage(look, operations, drafts)
        if key == "template":
            return TemplatePage(look, operations, drafts)
        if key == "summary":
            return SummaryPage(look, operations)
        return ListPage(look, operations, drafts, SUBJECTS[key]())

    def _next_pane(self) -> None:
        if self._side.hasFocus() or self._side.isAncestorOf(self.focusWidget()):
            page = self._stack.currentWidget()
            if isinstance(page, Page):
                page.focus()
        else:
            self._side.setFocus(Qt.FocusReason.ShortcutFocusReason)


def side_items() -> list[SideItem | SideSection]:
    """The pages by name, callers first."""
    return [
        SideSection(_("Callers")),
        SideItem("person", _("People")),
        SideItem("organisation", _("Organisations")),
        SideSection(_("Office")),
        SideItem("agent", _("Agents")),
        SideItem("department", _("Departments")),
        SideItem("team", _("Teams")),
        SideItem("role", _("Roles")),
        SideItem("topic", _("Topics")),
        SideItem("settings", _("Desk settings")),
        SideSection(_("Mail")),
        SideItem("mailbox", _("Mailboxes")),
        SideItem("template", _("Templates")),
        SideSection(_("Reports")),
        SideItem("summary", _("Summary")),
    ]


def _nothing(_none: None) -> None:
    """The countries are known now; nobody waits for that."""


def office_of(window: "MainWindow") -> OfficeWindow:
    """The office window of a main window, brought to the front; made anew when another agent has taken over."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    found: OfficeWindow | None = None
    for office in window.findChildren(OfficeWindow, options=direct):
        if office.operations is window.operations:
            found = office
        else:
            office.close()
            office.deleteLater()
    if found is None:
        found = OfficeWindow(
            window.look, window.operations, window.drafts, open_ticket=window.open_ticket, parent=window
        )
    found.show()
    found.raise_()
    found.activateWindow()
    return found
