"""The mouse wheel over a form: it scrolls the form, and changes no setting."""

from typing import cast

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDateEdit,
    QDateTimeEdit,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.form import Field
from tests.drivers import FrontDesk, part
from tests.drivers_office import OfficePage, find, operations_of
from tests.office_builders import AnOffice


@pytest.fixture
def office_window(
    look: Appearance, office: AnOffice, drafts: Drafts, qapp: QApplication, qtbot: QtBot
) -> OfficeWindow:
    made = OfficeWindow(look, operations_of(office, qapp), drafts)
    qtbot.addWidget(made)
    made.resize(1000, 420)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


def turn_wheel(over: QWidget) -> None:
    """One step down, as a mouse makes it, over the middle of a widget."""
    window = over.window()
    place = over.mapTo(window, over.rect().center())
    QTest.wheelEvent(
        window.windowHandle(), QPointF(place), QPoint(0, -120), QPoint(), Qt.KeyboardModifier.NoModifier
    )
    QApplication.processEvents()


def shown(editor: QWidget) -> str:
    """The text that an entry shows."""
    return (
        editor.currentText()
        if isinstance(editor, QComboBox)
        else find(editor, QLineEdit, "qt_spinbox_lineedit").text()
    )


def scroll_of(inside: QWidget) -> QScrollArea:
    above = inside.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    assert isinstance(above, QScrollArea)
    return above


@pytest.mark.parametrize("name", ["imap_security", "smtp_port"])
def test_the_wheel_over_an_entry_scrolls_the_form_and_changes_nothing(
    office_window: OfficeWindow, name: str
) -> None:
    page = OfficePage(cast("QWidget", office_window.show_page("mailbox")))
    page.keys.press("Ins")
    editor = find(page.page, QWidget, name)
    area = scroll_of(editor)
    area.ensureWidgetVisible(editor)
    QApplication.processEvents()
    before, at = shown(editor), area.verticalScrollBar().value()
    turn_wheel(editor)
    assert shown(editor) == before
    assert page.keys.focused() == "name"
    assert area.verticalScrollBar().value() > at


def test_the_wheel_turns_through_what_has_the_cursor(office_window: OfficeWindow) -> None:
    page = OfficePage(cast("QWidget", office_window.show_page("mailbox")))
    page.keys.press("Ins")
    port = find(page.page, QAbstractSpinBox, "imap_port")
    port.setFocus()
    port.selectAll()
    page.keys.type("995")
    assert port.hasFocus()
    turn_wheel(port)
    assert port.property("value") == 994


@pytest.mark.parametrize("key", ["agent", "topic", "person", "template", "summary", "settings"])
def test_no_entry_of_any_page_takes_the_cursor_by_the_wheel(office_window: OfficeWindow, key: str) -> None:
    page = cast("QWidget", office_window.show_page(key))
    QApplication.processEvents()
    editors = [*page.findChildren(QComboBox), *page.findChildren(QAbstractSpinBox)]
    wheel = Qt.FocusPolicy.WheelFocus
    assert [each.objectName() for each in editors if each.focusPolicy() == wheel] == []


def test_what_stands_in_any_field_lets_the_wheel_go_past(look: Appearance, qtbot: QtBot) -> None:
    when, both = QDateEdit(), QWidget()
    who = QComboBox(both)
    fields = Field(look, "Due", when), Field(look, "Who", both)
    for field in fields:
        qtbot.addWidget(field)
    assert when.focusPolicy() is who.focusPolicy() is Qt.FocusPolicy.StrongFocus


def test_the_time_of_a_call_back_is_not_moved_by_the_wheel(front_desk: FrontDesk) -> None:
    when = part(front_desk.window, QDateTimeEdit, "composer_when")
    assert when.focusPolicy() is Qt.FocusPolicy.StrongFocus
