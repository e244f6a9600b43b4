"""What a screen reader finds: every part that can be reached has a name and a role."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.messages import Message
from tests.drivers import FrontDesk, part

# Parts that only hold others, or that Qt makes for itself: their children speak.
SILENT = {
    QAccessible.Role.Client,
    QAccessible.Role.Pane,
    QAccessible.Role.Grouping,
    QAccessible.Role.Border,
    QAccessible.Role.LayeredPane,
    QAccessible.Role.Splitter,
    QAccessible.Role.Whitespace,
    QAccessible.Role.Separator,
    QAccessible.Role.ScrollBar,
    QAccessible.Role.Grip,
    QAccessible.Role.ToolTip,
    QAccessible.Role.StatusBar,
    QAccessible.Role.MenuBar,
    QAccessible.Role.Indicator,
}
# A text that says nothing now: an error that has not happened, a cell that is empty.
MAY_BE_EMPTY = {
    QAccessible.Role.StaticText,
    QAccessible.Role.Cell,
    QAccessible.Role.ListItem,
    QAccessible.Role.RowHeader,
    QAccessible.Role.ColumnHeader,
}


def walk(part: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    yield part
    if depth > 20:
        return
    for place in range(min(part.childCount(), 200)):
        child = part.child(place)
        if child.isValid() and not child.state().invisible:
            yield from walk(child, depth + 1)


def nameless(window: QWidget) -> list[str]:
    """Every part of the window that a screen reader could not name."""
    whole = QAccessible.queryAccessibleInterface(window)
    found = []
    for each in walk(whole):
        role = each.role()
        name = each.text(QAccessible.Text.Name)
        thing = each.object()
        says = f"{role} {thing!r}"
        if role == QAccessible.Role.NoRole:
            found.append(f"no role: {says}")
        elif not name and role not in SILENT and role not in MAY_BE_EMPTY:
            found.append(f"no name: {says}")
    return found


def unreachable(window: QWidget) -> list[str]:
    """Buttons and editors that Tab never comes to."""
    found = []
    for widget in window.findChildren(QWidget):
        kind = widget.metaObject().className()
        takes_keys = (
            "Button" in kind or "Edit" in kind or "Combo" in kind or kind in {"FastTable", "ThreadView"}
        )
        inside = widget.parent() is not None and type(widget.parent()).__name__.startswith("Q")
        usable = takes_keys and not inside and widget.isVisible() and widget.isEnabled()
        if usable and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(f"{kind} {widget.objectName()}")
    return found


def test_every_part_of_the_window_has_a_name_and_a_role(window: MainWindow) -> None:
    assert nameless(window) == []


def test_for_me_search_and_messages_have_names(window: MainWindow, front_desk: FrontDesk) -> None:
    front_desk.press("Ctrl+1")
    assert nameless(window) == []
    window.show_results("vpn")
    assert nameless(window) == []
    window.notice.say(Message("Not done", "The disk is full.", "Make room."))
    window.say("Done", "act")
    assert nameless(window) == []


def test_a_window_without_a_ticket_has_names(window: MainWindow, front_desk: FrontDesk) -> None:
    window._ticket.close()
    front_desk.queues.open("overdue")
    assert nameless(window) == []


def test_every_dialog_has_names(window: MainWindow, front_desk: FrontDesk) -> None:
    for action in ("ticket.tag", "ticket.edit", "ticket.merge", "help.keys", "help.about"):
        front_desk.action(action).trigger()
        shown = [
            each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
        ]
        assert len(shown) == 1, action
        assert nameless(shown[0]) == [], action
        assert shown[0].windowTitle(), action
        shown[0].close()


def test_every_menu_has_names(window: MainWindow, front_desk: FrontDesk) -> None:
    front_desk.table.press("p")
    menu = window.findChild(QMenu, "priority_menu")
    assert menu is not None
    assert nameless(menu) == []
    menu.close()


def test_tab_comes_to_everything_that_can_be_pressed_or_written_in(window: MainWindow) -> None:
    assert unreachable(window) == []


def test_tab_goes_through_the_window_in_the_order_of_the_eye(
    window: MainWindow, front_desk: FrontDesk
) -> None:
    front_desk.press("Ctrl+K")
    front_desk.press("Esc")
    part(window.top, QWidget, "log_call").setFocus()
    seen = []
    for _step in range(60):
        front_desk.press("Tab")
        seen.append(front_desk.focused())
        if seen[-1] == "log_call":
            break
    wanted = [
        "search_edit",
        "agent_menu",
        "queues",
        "list_filter",
        "ticket_table",
        "ticket_thread",
        "composer_text",
    ]
    assert [name for name in seen if name in wanted] == wanted


def test_the_walk_itself_finds_what_has_no_name(window: MainWindow) -> None:
    from PySide6.QtWidgets import QLineEdit, QPushButton

    QPushButton("", window.pane.header).show()
    line = QLineEdit(window.pane.header)
    line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    line.show()
    assert len(nameless(window)) == 2
    assert len(unreachable(window)) == 1
