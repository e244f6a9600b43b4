"""The call panel with much in it: long names, many calls, and keys pressed while a call is being saved."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from tests.drivers import part
from tests.ui.test_call_panel import Place, desk, ken_s_ticket, open_place, place

__all__ = ["desk", "ken_s_ticket", "open_place", "place"]

HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
LONG = "Bartholomew Featherstonehaugh-Cholmondeley of Saxmundham Hall"


def test_a_long_name_does_not_widen_the_panel(place: Place) -> None:
    place.calls.log_call()
    before = place.calls.panel.sizeHint().width()
    place.page._form().caller.look_for(LONG)
    QApplication.processEvents()
    assert place.calls.panel.sizeHint().width() == before
    says = part(place.page._form(), QLabel, "caller_says")
    assert LONG in says.text()
    assert LONG in says.toolTip()


def test_what_is_typed_of_a_caller_is_no_markup_of_a_tip(place: Place) -> None:
    place.calls.log_call()
    place.page._form().caller.look_for("Ann <b>of</b> Roe")
    assert "&lt;b&gt;" in part(place.page._form(), QLabel, "caller_says").toolTip()


def test_many_calls_leave_the_panel_as_wide_as_it_was_and_the_one_in_front_in_sight(place: Place) -> None:
    place.calls.log_call()
    before = place.calls.panel.width()
    for number in range(12):
        place.calls.take_call("", f"Caller of house {number}", "answer", str(number))
    panel = place.calls.panel
    tabs = part(panel, QScrollArea, "call_tabs")
    for _turn in panel.uids():
        place.keys.press("Ctrl+PageDown")
        QTest.qWait(0)
        front = part(tabs, QPushButton, f"call_tab_{panel.front}")
        assert tabs.viewport().rect().contains(QRect(front.mapTo(tabs.viewport(), QPoint()), front.size()))
    assert panel.width() == before


def test_a_call_that_is_being_saved_is_neither_thrown_away_nor_saved_twice(
    open_place: Callable[..., Place], ken_s_ticket: str, qtbot: QtBot
) -> None:
    place = open_place(inline=False)
    place.calls.log_call()
    place.keys.type("Ken Lee")
    place.keys.press("Enter")
    form = place.page._form()
    qtbot.waitUntil(lambda: place.page.near() == [ken_s_ticket], timeout=5000)
    place.keys.type("No dial tone")
    before = place.thread(ken_s_ticket)
    form.save.click()
    QTest.keyClick(form.line, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(form.line, Qt.Key.Key_Delete, HELD)
    assert place.calls.panel.uids()
    qtbot.waitUntil(lambda: not place.calls.panel.uids(), timeout=5000)
    assert len(place.numbers()) == 2
    assert place.thread(ken_s_ticket) == before
