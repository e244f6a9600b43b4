"""Outages in the real window: two keys add a caller, one message answers all."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.ui.calls import attach_calls
from desktop_desk.ui.calls.outage import OutageStrip
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from desktop_desk.ui.tickets import outage
from desktop_desk.ui.tickets.outage import AnswerAll
from tests.drivers import FrontDesk, OpenedParts, child, part
from tests.drivers_calls import Counting, Keyboard

LEAK = "Coffee machine leaks water"


class RealParts(OpenedParts):
    """Opens the real call panel."""

    def parts(self) -> Parts:
        return replace(super().parts(), call_desk=attach_calls)


@pytest.fixture
def parts() -> OpenedParts:
    return RealParts()


@pytest.fixture
def keys() -> Keyboard:
    return Keyboard()


def leak(desk: Desk, caller: str) -> str:
    made = desk.log_call(CallDraft(LEAK, new_caller=NewPerson(caller, (f"+49 30 {len(caller)}12345",))))
    assert made.number is not None
    return made.number


def strip(window: MainWindow) -> OutageStrip:
    found = window.calls().panel.form(window.calls().panel.front).outage  # type: ignore[attr-defined]
    assert isinstance(found, OutageStrip)
    return found


def typed(window: MainWindow, keys: Keyboard, text: str, qtbot: QtBot) -> OutageStrip:
    """A call with that subject in the panel, as far as its outage is offered."""
    window.calls().log_call()
    form = window.calls().panel.form(window.calls().panel.front)  # type: ignore[attr-defined]
    form.line.setFocus()
    keys.type(text)
    shown = strip(window)
    qtbot.waitUntil(shown.isVisible)
    return shown


def words(shown: OutageStrip) -> str:
    label = shown.findChild(QLabel, "call_outage_text")
    assert isinstance(label, QLabel)
    return label.text()


def test_the_third_call_of_a_kind_is_offered_as_an_outage_and_two_keys_take_it(
    window: MainWindow, desk: Desk, keys: Keyboard, qtbot: QtBot
) -> None:
    first, second = leak(desk, "Ken"), leak(desk, "Anna")
    shown = typed(window, keys, "Coffee machine drips", qtbot)
    assert words(shown) == f"3 problems like “{LEAK}” within three hours with this one: an outage?"
    with Counting() as count:
        keys.press("Alt+0")
        assert words(shown) == f"Saving begins an outage with {first}, {second} and this call."
        keys.press("Ctrl+Enter")
    assert count.presses == 2
    qtbot.waitUntil(lambda: desk.outage(first) is not None)
    found = desk.outage(first)
    assert found is not None
    assert [part.subject for part in found.parts] == [LEAK, LEAK, "Coffee machine drips"]


def test_the_next_caller_joins_with_two_keys(
    window: MainWindow, desk: Desk, keys: Keyboard, qtbot: QtBot
) -> None:
    master = desk.start_outage("Coffee", (leak(desk, "Ken"), leak(desk, "Anna"))).number or ""
    shown = typed(window, keys, "Coffee machine drips", qtbot)
    assert words(shown) == f"Outage {master} · Coffee · 2 callers so far"
    keys.press("Alt+0", "Ctrl+Enter")
    qtbot.waitUntil(lambda: len((desk.outage(master) or pytest.fail("no outage")).parts) == 3)


def test_an_offer_that_is_not_taken_changes_nothing(
    window: MainWindow, desk: Desk, keys: Keyboard, qtbot: QtBot
) -> None:
    first = leak(desk, "Ken")
    leak(desk, "Anna")
    shown = typed(window, keys, "Coffee machine drips", qtbot)
    keys.press("Alt+0", "Alt+0")
    assert shown.chosen is None
    before = desk.counters().total
    keys.press("Ctrl+Enter")
    qtbot.waitUntil(lambda: desk.counters().total == before + 1)
    assert desk.outage(first) is None


@pytest.fixture
def joined(window: MainWindow) -> MainWindow:
    outage.join(window)
    return window


def band(window: MainWindow) -> str:
    label = window.pane.outage.findChildren(QLabel)[0]
    return label.text() if window.pane.outage.isVisible() else ""


def test_the_ticket_proposes_an_outage_and_then_leads_to_its_master(
    joined: MainWindow, front_desk: FrontDesk, desk: Desk, qtbot: QtBot
) -> None:
    first = leak(desk, "Ken")
    leak(desk, "Anna")
    third = leak(desk, "Rosa")
    joined.open_ticket(third)
    assert "an outage?" in band(joined)
    joined.pane.outage.pressed.emit()
    found = desk.outage(first)
    assert found is not None
    assert len(found.parts) == 3
    assert band(joined) == f"Part of the outage {found.number} · {LEAK}"
    joined.pane.outage.pressed.emit()
    assert front_desk.ticket.number() == found.number
    assert band(joined) == "Outage: 3 callers · 3 wait"


def test_one_message_tells_all_and_ends_it(
    joined: MainWindow, front_desk: FrontDesk, desk: Desk, qtbot: QtBot
) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    master = desk.start_outage("Coffee", numbers).number or ""
    joined.open_ticket(master)
    joined.pane.outage.pressed.emit()
    dialog = joined.findChild(AnswerAll)
    assert isinstance(dialog, AnswerAll)
    who = dialog.findChild(QLabel, "answer_all_who")
    assert isinstance(who, QLabel)
    assert who.text() == "2 to be called: they stand in For me"
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.isVisible(), "there is no text"
    text, over = dialog.findChild(QPlainTextEdit), dialog.findChild(QCheckBox, "answer_all_over")
    assert isinstance(text, QPlainTextEdit)
    assert isinstance(over, QCheckBox)
    text.setPlainText("It is mended.")
    over.click()
    send = dialog.findChild(QPushButton, "answer_all_send")
    assert isinstance(send, QPushButton)
    send.click()
    assert front_desk.said() == "Answered: 2 to be called: they stand in For me"
    assert {desk.ticket(number).state for number in (master, *numbers)} == {"resolved"}


def test_callers_who_were_told_do_not_read_as_if_they_knew_nothing(
    joined: MainWindow, front_desk: FrontDesk, desk: Desk, keys: Keyboard
) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    master = desk.start_outage("Coffee", numbers).number or ""
    joined.open_ticket(master)
    assert band(joined) == "Outage: 2 callers · 2 wait"
    joined.pane.composer.open("reply")
    front_desk.press("Ctrl+Shift+T")
    keys.type("We know, and work at it.")
    keys.press("Ctrl+Enter")
    assert band(joined) == "Outage: 2 callers · 2 told, 2 not resolved"
    desk.join_outage(master, leak(desk, "Rosa"))
    joined.refresh()
    assert band(joined) == "Outage: 3 callers · 2 told, 3 not resolved"
    desk.resolve(numbers, "Over.")
    joined.refresh()
    assert band(joined) == "Outage: 3 callers · 1 waits"


def test_who_was_told_waits_again_after_that_was_undone(joined: MainWindow, desk: Desk) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    master = desk.start_outage("Coffee", numbers).number or ""
    done = desk.answer_outage(master, "We know.")
    desk.undo(done.act)
    joined.open_ticket(master)
    assert band(joined) == "Outage: 2 callers · 2 wait"


def test_all_can_be_answered_from_the_ticket_of_one_of_them(
    joined: MainWindow, front_desk: FrontDesk, desk: Desk
) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    master = desk.start_outage("Coffee", numbers).number or ""
    joined.open_ticket(numbers[0])
    front_desk.press("Ctrl+Shift+T")
    dialog = joined.findChild(AnswerAll)
    assert isinstance(dialog, AnswerAll)
    assert master in dialog.windowTitle()
    dialog.reject()


def hint(window: MainWindow) -> str:
    label = part(window, QLabel, "outage_hint_words")
    return label.text() if label.isVisible() else ""


def test_a_reply_on_the_master_ticket_says_whom_it_does_not_reach_and_one_key_tells_them(
    joined: MainWindow, front_desk: FrontDesk, desk: Desk, keys: Keyboard
) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    master = desk.start_outage("Coffee", numbers).number or ""
    joined.open_ticket(numbers[0])
    assert hint(joined) == ""
    joined.open_ticket(master)
    assert hint(joined) == "A reply here does not reach the 2 callers who wait."
    joined.pane.composer.open("note")
    assert hint(joined) == ""
    joined.pane.composer.open("reply")
    keys.type("It is mended.")
    keys.press("Ctrl+Shift+T")
    dialog = child(joined, AnswerAll)
    assert child(dialog, QPlainTextEdit).toPlainText() == "It is mended."
    dialog.finish()
    assert front_desk.said() == "Answered: 2 to be called: they stand in For me"
    assert joined.pane.composer.text() == ""
    desk.resolve(numbers, "Over.")
    joined.refresh()
    assert hint(joined) == ""


def test_a_reply_to_one_caller_is_not_proposed_to_all(joined: MainWindow, desk: Desk, keys: Keyboard) -> None:
    numbers = (leak(desk, "Ken"), leak(desk, "Anna"))
    desk.start_outage("Coffee", numbers)
    joined.open_ticket(numbers[0])
    joined.pane.composer.open("reply")
    keys.type("For Ken alone.")
    keys.press("Ctrl+Shift+T")
    assert child(child(joined, AnswerAll), QPlainTextEdit).toPlainText() == ""
    assert joined.pane.composer.text() == "For Ken alone."


def test_a_ticket_of_no_outage_shows_no_strip(joined: MainWindow, front_desk: FrontDesk, desk: Desk) -> None:
    joined.open_ticket(leak(desk, "Ken"))
    assert band(joined) == ""
