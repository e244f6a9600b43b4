"""What stands above the thread has room at every size of text, or is scrolled."""

import pytest
from PySide6.QtCore import QDeadlineTimer
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.status_light.parts import LoudStrip
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.ticket_pane import TicketPane
from tests.drivers import FrontDesk, part
from tests.ui.test_main_window import BADGE


def head_of(pane: TicketPane) -> QScrollArea:
    return part(pane, QScrollArea, "ticket_head")


def settled(pane: TicketPane) -> None:
    """Heights come to rest within some turns of the event loop; how many depends on what else is told meanwhile."""
    for _round in range(5):
        QApplication.processEvents()
    until = QDeadlineTimer(5000)
    while height_of_parts(pane) > pane.height() and not until.hasExpired():
        QApplication.processEvents()
    assert height_of_parts(pane) <= pane.height()


def height_of_parts(pane: TicketPane) -> int:
    return head_of(pane).height() + pane.conversation.height() + pane.composer.height()


def squeezed(pane: TicketPane) -> list[str]:
    """Parts that are lower than they need to be at their width."""
    parts: list[QWidget] = [pane.header, pane.differences, part(pane, QFrame, "ticket_facts")]
    parts += pane.differences.findChildren(QPushButton)
    parts += [each for each in pane.differences.children() if isinstance(each, QFrame)]
    shown = [each for each in parts if each.isVisible()]
    return [
        each.objectName()
        for each in shown
        if each.height()
        < (each.heightForWidth(each.width()) if each.hasHeightForWidth() else each.sizeHint().height())
    ]


def disagree(desk: Desk, jane: Desk, number: str, *, fields: int) -> None:
    seen = desk.ticket(number).position
    jane.set_priority(number, "A")
    desk.set_priority(number, "D", seen=seen)
    if fields > 1:
        jane.edit(number, subject="The card of the new colleague was lost on the way here", seen=seen)
        desk.edit(number, subject="Somebody lost a card and cannot get in at any of the gates", seen=seen)
        jane.set_status(number, "waiting", seen=seen)
        desk.set_status(number, "resolved", seen=seen)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("fields", [0, 1, 3])
def test_nothing_above_the_thread_is_squeezed(
    front_desk: FrontDesk,
    desk: Desk,
    jane: Desk,
    window: MainWindow,
    look: Appearance,
    scale: float,
    fields: int,
) -> None:
    look.set_text_scale(scale)
    window.resize(1280, 800)
    front_desk.table.go_to(BADGE)
    if fields:
        disagree(desk, jane, front_desk.ticket.number(), fields=fields)
    window.refresh()
    settled(window.pane)
    assert window.pane.view is not None
    assert len(window.pane.view.conflicts) == fields
    assert squeezed(window.pane) == []
    assert window.pane.conversation.height() >= window.pane.conversation.minimumSizeHint().height()


def test_the_first_difference_is_in_sight_with_its_buttons_at_200_percent(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow, look: Appearance
) -> None:
    look.set_text_scale(2.0)
    window.resize(1280, 800)
    front_desk.table.go_to(BADGE)
    disagree(desk, jane, front_desk.ticket.number(), fields=1)
    window.refresh()
    settled(window.pane)
    sight = head_of(window.pane).viewport()
    for button in window.pane.differences.findChildren(QPushButton):
        corner = button.mapTo(sight, button.rect().bottomRight())
        assert sight.rect().contains(corner), button.text()
        assert button.width() >= button.sizeHint().width(), button.text()


def test_the_facts_go_below_the_differences_while_room_is_short_and_come_back(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow, look: Appearance
) -> None:
    look.set_text_scale(2.0)
    window.resize(1280, 680)
    front_desk.table.go_to(BADGE)
    number = front_desk.ticket.number()
    facts = part(window.pane, QFrame, "ticket_facts")
    assert facts.parent() is window.pane.header
    disagree(desk, jane, number, fields=1)
    window.refresh()
    settled(window.pane)
    assert not window.pane.header.isAncestorOf(facts)
    assert facts.y() > window.pane.differences.y()
    desk.settle(number, "priority", "A")
    window.refresh()
    settled(window.pane)
    assert window.pane.header.isAncestorOf(facts)
    assert facts.isVisible()


def test_what_gets_the_cursor_is_scrolled_into_sight(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow, look: Appearance
) -> None:
    look.set_text_scale(2.0)
    window.resize(1280, 640)
    front_desk.table.go_to(BADGE)
    disagree(desk, jane, front_desk.ticket.number(), fields=1)
    window.refresh()
    settled(window.pane)
    sight = head_of(window.pane).viewport()
    agent = part(window.pane, QPushButton, "ticket_agent")
    assert not sight.rect().contains(agent.mapTo(sight, agent.rect().center()))
    agent.setFocus()
    assert sight.rect().contains(agent.mapTo(sight, agent.rect().center()))


@pytest.mark.parametrize("lines", [1, 12])
def test_the_buttons_stand_below_the_text_while_the_loud_strip_takes_room_at_200_percent(
    front_desk: FrontDesk, window: MainWindow, look: Appearance, lines: int
) -> None:
    look.set_text_scale(2.0)
    strip = LoudStrip(look, parent=window)
    inside = window.centralWidget()
    assert inside is not None
    around = inside.layout()
    assert isinstance(around, QVBoxLayout)
    around.insertWidget(1, strip)
    strip.say("Mail in: the server refuses the password of the mailbox. " * 3, spoken=False)
    front_desk.table.go_to(BADGE)
    composer = window.pane.composer
    composer.editor.setPlainText("\n".join(["Come to the gate."] * lines))
    window.resize(1280, 800)
    settled(window.pane)
    send = part(composer, QPushButton, "composer_send")
    assert composer.editor.geometry().bottom() < send.geometry().top()
    assert window.pane.rect().contains(send.mapTo(window.pane, send.rect().bottomRight()))
    assert window.height() <= 800


def test_a_window_with_large_text_can_be_made_lower_again(
    front_desk: FrontDesk, window: MainWindow, look: Appearance
) -> None:
    look.set_text_scale(2.0)
    window.resize(1280, 800)
    front_desk.table.go_to(BADGE)
    window.pane.composer.editor.setPlainText("\n".join(["Come to the gate."] * 12))
    settled(window.pane)
    assert window.minimumSizeHint().height() <= 640
    window.resize(1280, 640)
    settled(window.pane)
    composer = window.pane.composer
    send = part(composer, QPushButton, "composer_send")
    assert composer.editor.geometry().bottom() < send.geometry().top()
    assert window.pane.rect().contains(send.mapTo(window.pane, send.rect().bottomRight()))
