"""Buttons that show their key, and chips."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.chips import Chip, ChipRow, ChipText
from desktop_desk.ui.widgets.fitted_buttons import FittedButtons
from tests.drivers import child, put


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


def shown(window: QWidget, *widgets: QWidget) -> None:
    for widget in widgets:
        put(window, widget)
    window.show()
    window.activateWindow()


def spoken(widget: QWidget, what: QAccessible.Text = QAccessible.Text.Name) -> str:
    return QAccessible.queryAccessibleInterface(widget).text(what)


def test_a_button_makes_room_for_its_key_and_tells_it_to_screen_readers(
    look: Appearance, window: QWidget
) -> None:
    plain, keyed = KeyButton(look, "&Save"), KeyButton(look, "&Save", "Ctrl+Enter")
    shown(window, plain, keyed)
    assert keyed.sizeHint().width() > plain.sizeHint().width()
    assert spoken(keyed) == "Save"
    assert spoken(keyed, QAccessible.Text.Description) == "Ctrl+Enter"
    assert keyed.grab().toImage() != plain.grab().toImage()


def test_the_key_of_a_button_is_only_shown(qtbot: QtBot, look: Appearance, window: QWidget) -> None:
    button, line = KeyButton(look, "Save", "Ctrl+S"), QLineEdit()
    shown(window, button, line)
    line.setFocus()
    with qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_enter_presses_the_button_that_has_the_focus_and_ctrl_enter_does_not(
    qtbot: QtBot, look: Appearance, window: QWidget
) -> None:
    button = KeyButton(look, "why?")
    shown(window, button)
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(pressed) == 0
    QTest.keyClick(button, Qt.Key.Key_Return)
    QTest.keyClick(button, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert len(pressed) == 2


def test_a_bound_key_presses_the_button_from_another_field(
    qtbot: QtBot, look: Appearance, window: QWidget
) -> None:
    button, line = KeyButton(look, "Save"), QLineEdit()
    button.bind("Ctrl+Enter")
    shown(window, button, line)
    line.setFocus()
    qtbot.waitUntil(lambda: bool(line.hasFocus()))
    with qtbot.waitSignal(button.clicked, timeout=1000):
        QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert button.key() == "Ctrl+Enter"


def test_the_mnemonic_of_a_button_works(qtbot: QtBot, look: Appearance, window: QWidget) -> None:
    button, line = KeyButton(look, "&Save", "Ctrl+Enter"), QLineEdit()
    shown(window, button, line)
    line.setFocus()
    qtbot.waitUntil(lambda: bool(line.hasFocus()))
    with qtbot.waitSignal(button.clicked, timeout=1000):
        QTest.keyClick(line, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)


def test_an_ampersand_in_a_label_is_not_a_mnemonic(look: Appearance, window: QWidget) -> None:
    button = KeyButton(look, "Save && close")
    shown(window, button)
    assert spoken(button) == "Save & close"


def test_a_button_for_an_action_follows_it(qtbot: QtBot, look: Appearance, window: QWidget) -> None:
    action = QAction("&Undo", window)
    action.setShortcut(QKeySequence("Ctrl+Z"))
    button = KeyButton.for_action(look, action, parent=window)
    shown(window, button)
    action.setText("&Undo reassign")
    action.setShortcut(QKeySequence("Ctrl+U"))
    assert (button.accessibleName(), button.key()) == ("Undo reassign", "Ctrl+U")
    with qtbot.waitSignal(action.triggered):
        button.click()
    action.setEnabled(False)
    assert not button.isEnabled()
    action.setVisible(False)
    assert button.isHidden()


def test_a_button_for_an_action_stays_no_window_of_its_own(look: Appearance, window: QWidget) -> None:
    button = KeyButton.for_action(look, QAction("Undo", window))
    assert not button.isVisible()
    button.setParent(window)


def test_focus_can_be_seen_on_a_primary_button(qtbot: QtBot, look: Appearance, window: QWidget) -> None:
    button, line = KeyButton(look, "Save", "Ctrl+Enter", primary=True), QLineEdit()
    shown(window, button, line)
    line.setFocus()
    qtbot.waitUntil(lambda: bool(line.hasFocus()))
    before = window.grab(button.geometry()).toImage()
    button.setFocus()
    qtbot.waitUntil(lambda: bool(button.hasFocus()))
    after = window.grab(button.geometry()).toImage()
    ring = look.colors.onprimary.name()
    row = after.height() // 2
    new = [
        x for x in range(12) if after.pixelColor(x, row).name() == ring != before.pixelColor(x, row).name()
    ]
    assert len(new) >= 2


def test_a_button_of_a_picture_has_a_name_and_can_be_pressed_by_enter(
    qtbot: QtBot, look: Appearance, window: QWidget
) -> None:
    button = IconButton(look, "star", "Follow", "F")
    shown(window, button)
    assert spoken(button) == "Follow"
    assert "F" in button.toolTip()
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_a_chip_is_removed_by_keyboard(qtbot: QtBot, look: Appearance, window: QWidget) -> None:
    row = ChipRow(look)
    row.set_chips([ChipText("vpn", "vpn", removable=True), ChipText("p", "!high", "b")])
    shown(window, row)
    button = child(row, IconButton, "chip-remove")
    assert spoken(button) == "Remove vpn"
    with qtbot.waitSignal(row.chip_removed) as told:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert told.args == ["vpn"]


def test_chips_keep_their_widgets_and_take_the_new_order(look: Appearance, window: QWidget) -> None:
    row = ChipRow(look)
    row.set_chips([("a", "#a", "plain", True), ("b", "#b", "plain", False)])
    shown(window, row)
    first = row.findChildren(Chip)[0]
    row.set_chips([("c", "#c", "plain", False), ("a", "#a2", "plain", True)])
    assert row.keys() == ["c", "a"]
    assert first.text() == "#a2"


def test_chips_wrap_where_there_is_no_room(look: Appearance, window: QWidget) -> None:
    row = ChipRow(look)
    row.set_chips([(str(n), f"a long tag {n}", "plain", False) for n in range(8)])
    shown(window, row)
    assert row.heightForWidth(200) > 3 * row.heightForWidth(5_000)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_what_has_no_room_beside_the_others_stands_in_a_menu(
    look: Appearance, window: QWidget, scale: float
) -> None:
    look.set_text_scale(scale)
    done: list[str] = []
    actions = [QAction(name, window) for name in ("Try now", "Stop", "Change the address…", "Do not send…")]
    actions[1].triggered.connect(lambda: done.append("Stop"))
    buttons = FittedButtons(look, actions, parent=window)
    buttons.show()
    window.show()
    buttons.resize(buttons.sizeHint())
    assert all(button.isVisible() for button in buttons.buttons)
    assert not buttons.more.isVisible()
    narrow = buttons.buttons[0].sizeHint().width() + buttons.more.sizeHint().width() + 20
    buttons.resize(narrow, buttons.height())
    assert [button.isVisible() for button in buttons.buttons] == [True, False, False, False]
    buttons.more.click()
    menu = child(buttons, QMenu)
    assert menu.actions() == actions[1:]
    menu.actions()[0].trigger()
    assert done == ["Stop"]
    menu.close()
