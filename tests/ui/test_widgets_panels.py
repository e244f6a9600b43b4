"""Messages, floating panels, form fields, empty states and the clock."""

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_desk.ui.calls.clock import clock_reading
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.elided_label import ElidedLabel
from desktop_desk.ui.widgets.empty import EmptyState
from desktop_desk.ui.widgets.form import Field, FormColumn
from desktop_desk.ui.widgets.overlay import FloatingPanel, PanelHead
from desktop_desk.ui.widgets.search_list import SearchList
from desktop_desk.ui.widgets.toast import Toasts
from tests.drivers import child, put


class HandTimer(QTimer):
    """A timer that goes off when the test says so."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.running: int | None = None

    def start(self, msec: int = 0) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        self.running = msec

    def stop(self) -> None:
        self.running = None


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    column = QVBoxLayout(made)
    line = QLineEdit()
    line.setObjectName("line")
    column.addWidget(line)
    made.show()
    made.activateWindow()
    line.setFocus()
    qtbot.waitUntil(lambda: bool(line.hasFocus()))
    return made


@pytest.fixture
def timer(window: QWidget) -> HandTimer:
    return HandTimer(window)


@pytest.fixture
def toasts(look: Appearance, window: QWidget, timer: HandTimer) -> Toasts:
    return Toasts(look, window, timer)


def test_a_message_is_shown_and_goes_away_by_itself(toasts: Toasts, timer: HandTimer) -> None:
    toasts.say("1041-0 saved", seconds=5)
    assert toasts.isVisible()
    assert timer.running == 5_000
    timer.timeout.emit()
    assert not toasts.isVisible()
    assert toasts.text() == ""


def test_a_message_never_takes_the_focus_from_the_typist(window: QWidget, toasts: Toasts) -> None:
    line = child(window, QLineEdit, "line")
    toasts.say("saved", "Undo", "Ctrl+Z")
    QTest.keyClicks(window.focusWidget(), "still typing")
    assert line.text() == "still typing"


def test_undo_is_reached_by_key_and_tells_which_act(qtbot: QtBot, toasts: Toasts) -> None:
    toasts.say("1041-0 reassigned", "Undo", "Ctrl+Z", token="act 7")
    toasts.focus()
    button = child(toasts, KeyButton, "toast-action")
    assert button.key() == "Ctrl+Z"
    qtbot.waitUntil(lambda: bool(button.hasFocus()))
    with qtbot.waitSignal(toasts.acted) as told:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert told.args == ["act 7"]
    assert not toasts.isVisible()


def test_a_message_waits_while_the_focus_is_on_it(
    qtbot: QtBot, window: QWidget, toasts: Toasts, timer: HandTimer
) -> None:
    toasts.say("saved", "Undo")
    toasts.focus()
    qtbot.waitUntil(lambda: timer.running is None)
    child(window, QLineEdit, "line").setFocus()
    qtbot.waitUntil(lambda: timer.running is not None)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [360, 900])
@pytest.mark.parametrize("words", [1, 6, 14])
def test_a_message_is_told_in_full_at_every_size_of_text(
    look: Appearance, window: QWidget, toasts: Toasts, scale: float, width: int, words: int
) -> None:
    look.set_text_scale(scale)
    window.resize(width, 800)
    toasts.say(" ".join(["assigned"] * words), "Undo", "Ctrl+Z", lead="1041-0")
    QApplication.processEvents()
    for label in toasts.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert label.wordWrap() or label.width() >= label.sizeHint().width(), label.text()
    button = child(toasts, KeyButton, "toast-action")
    assert button.width() >= button.sizeHint().width()
    assert window.rect().contains(toasts.geometry())


def test_a_new_message_takes_the_place_of_the_old(qtbot: QtBot, toasts: Toasts) -> None:
    toasts.say("first", "Undo", token="1")
    toasts.say("second")
    assert toasts.text() == "second"
    assert child(toasts, KeyButton, "toast-action").isHidden()
    with qtbot.assertNotEmitted(toasts.acted):
        toasts.dismiss()


def test_a_message_has_a_name_and_a_way_out_by_keyboard(qtbot: QtBot, toasts: Toasts) -> None:
    toasts.say("1041-0 saved")
    inside = QAccessible.queryAccessibleInterface(toasts)
    assert inside.text(QAccessible.Text.Description) == "1041-0 saved"
    toasts.focus()
    with qtbot.waitSignal(toasts.gone):
        QTest.keyClick(toasts.window().focusWidget(), Qt.Key.Key_Escape)


def test_a_message_stays_inside_a_small_window(window: QWidget, toasts: Toasts) -> None:
    window.resize(360, 300)
    toasts.say("a very long message " * 12, "Undo", "Ctrl+Z")
    assert window.rect().contains(toasts.geometry())
    window.resize(700, 500)
    assert window.rect().contains(toasts.geometry())


@pytest.fixture
def panel(qtbot: QtBot, look: Appearance, window: QWidget) -> FloatingPanel:
    made = FloatingPanel(look, "Call", window)
    line = QLineEdit()
    line.setObjectName("about")
    made.body.addWidget(line)
    made.open()
    return made


def test_a_panel_does_not_lock_the_window(window: QWidget, panel: FloatingPanel) -> None:
    assert not panel.isWindow()
    assert not panel.isModal()
    line = child(window, QLineEdit, "line")
    line.setFocus()
    QTest.keyClicks(line, "abc")
    assert line.text() == "abc"


def test_escape_is_told_and_closes_nothing_by_itself(qtbot: QtBot, panel: FloatingPanel) -> None:
    line = child(panel, QLineEdit, "about")
    line.setFocus()
    with qtbot.waitSignal(panel.escaped):
        QTest.keyClick(line, Qt.Key.Key_Escape)
    assert panel.isVisible()


def test_a_panel_is_dragged_by_its_head_and_stays_in_the_window(
    qtbot: QtBot, window: QWidget, panel: FloatingPanel
) -> None:
    head = child(panel, PanelHead)
    before = panel.pos()
    with qtbot.waitSignal(panel.moved):
        head.dragged.emit(QPoint(30, 40))
    assert panel.pos() == before + QPoint(30, 40)
    head.dragged.emit(QPoint(5_000, 5_000))
    assert window.rect().contains(panel.card())
    head.dragged.emit(QPoint(-9_000, -9_000))
    assert window.rect().contains(panel.card())


def test_the_mouse_drags_the_head(qtbot: QtBot, panel: FloatingPanel) -> None:
    head = child(panel, PanelHead)
    with qtbot.waitSignal(head.dragged):
        QTest.mousePress(head, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
        QTest.mouseMove(head, QPoint(25, 25))
        QTest.mouseRelease(head, Qt.MouseButton.LeftButton, pos=QPoint(25, 25))


def test_a_panel_is_moved_and_docked_by_keyboard(window: QWidget, panel: FloatingPanel) -> None:
    before = panel.pos()
    held = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel, Qt.Key.Key_Right, held)
    assert panel.pos().x() > before.x()
    panel.next_place()
    assert panel.card().right() >= window.rect().right() - 24
    panel.next_place()
    assert panel.card().left() <= 24


def test_a_panel_follows_a_window_that_shrinks(window: QWidget, panel: FloatingPanel) -> None:
    panel.next_place()
    window.resize(500, 400)
    assert window.rect().contains(panel.card())


def test_a_panel_opens_again_where_it_was_left(panel: FloatingPanel) -> None:
    child(panel, PanelHead).dragged.emit(QPoint(40, 60))
    place = panel.pos()
    panel.close_panel()
    panel.open()
    assert panel.pos() == place


def test_a_label_leads_to_its_field(look: Appearance, window: QWidget, qtbot: QtBot) -> None:
    field = Field(look, "&Phone", QLineEdit(), hint="as dialled", parent=window)
    put(window, field)
    field.show()
    inside = QAccessible.queryAccessibleInterface(field.editor)
    assert inside.text(QAccessible.Text.Name) == "Phone"
    assert inside.text(QAccessible.Text.Description) == "as dialled"
    QTest.keyClick(child(window, QLineEdit, "line"), Qt.Key.Key_P, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bool(field.editor.hasFocus()))


def test_an_error_stands_beside_its_field_and_is_spoken(look: Appearance, window: QWidget) -> None:
    field = Field(look, "Phone", QLineEdit("x"), hint="as dialled", parent=window)
    put(window, field)
    field.show()
    QApplication.processEvents()
    calm = field.editor.grab().toImage()
    field.set_error("This is no phone number.")
    assert field.error.isVisible()
    assert field.editor.grab().toImage() != calm
    inside = QAccessible.queryAccessibleInterface(field.editor)
    assert inside.text(QAccessible.Text.Description) == "This is no phone number."
    field.clear_error()
    assert not field.error.isVisible()
    assert field.editor.grab().toImage() == calm
    assert inside.text(QAccessible.Text.Description) == "as dialled"


def test_a_field_of_several_parts_is_entered_looks_wrong_and_speaks_at_its_line(
    look: Appearance, window: QWidget, qtbot: QtBot
) -> None:
    line = SearchList(look, "", popup=True)
    field = Field(look, "&Agent", line, parent=window)
    put(window, field)
    field.show()
    QTest.keyClick(child(window, QLineEdit, "line"), Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bool(line.edit.hasFocus()))
    calm = line.edit.grab().toImage()
    field.set_error("Nobody is called so.")
    inside = QAccessible.queryAccessibleInterface(line.edit)
    assert inside.text(QAccessible.Text.Name) == "Agent"
    assert inside.text(QAccessible.Text.Description) == "Nobody is called so."
    assert line.edit.grab().toImage() != calm


def test_a_form_goes_to_its_first_error_and_tells_what_it_cannot_show(
    qtbot: QtBot, look: Appearance, window: QWidget
) -> None:
    form = FormColumn()
    put(window, form)
    for name, editor in (("name", QLineEdit()), ("text", QPlainTextEdit()), ("number", QSpinBox())):
        editor.setObjectName(name)
        form.add(Field(look, name.title(), editor))
    form.show()
    left = form.set_errors({"text": "Write something.", "number": "Too large.", "whole": "No."})
    assert left == ["whole"]
    qtbot.waitUntil(lambda: bool(form.field("text").editor.hasFocus()))
    form.set_errors({"number": "Too large."})
    assert not form.field("text").error.isVisible()
    assert form.field("number").error.isVisible()


def test_an_empty_state_says_what_to_do_next(look: Appearance, window: QWidget) -> None:
    empty = EmptyState(look, "No open tickets.", "Ctrl+N logs a call.", "inbox", parent=window)
    inside = QAccessible.queryAccessibleInterface(empty)
    assert inside.text(QAccessible.Text.Name) == "No open tickets."
    assert inside.text(QAccessible.Text.Description) == "Ctrl+N logs a call."


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00"), (161, "02:41"), (3599, "59:59"), (3761, "1:02:41"), (-5, "00:00")]
)
def test_a_clock_shows_minutes_and_seconds(seconds: int, text: str) -> None:
    assert clock_reading(seconds) == text


def test_a_line_without_room_is_shortened_or_not_shown_and_stays_whole_for_whoever_reads_it(
    window: QWidget,
) -> None:
    label = ElidedLabel(window)
    label.setText("39 tickets · 2 overdue")
    label.resize(600, 20)
    assert label.shown() == "39 tickets · 2 overdue"
    label.resize(label.fontMetrics().horizontalAdvance("39 tickets ·"), 20)
    assert label.shown().startswith("39 ti")
    assert label.shown().endswith("…")
    label.resize(4, 20)
    assert label.shown() == ""
    assert label.text() == "39 tickets · 2 overdue"
