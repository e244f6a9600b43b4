"""The conversation of a ticket."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.card_paint import CardPainter
from desktop_desk.ui.widgets.card_stack import CardStack, Chosen, Letter, cut
from desktop_desk.ui.widgets.cards import Card, ThreadView

STORY = [
    Card("call", "Ken Lee", "called", "Nobody in sales can connect since nine.", "10:02", 1),
    Card("event", "", "", "John raised priority to Emergency", "10:04", 2),
    Card("note", "John → Jane", "reassigned", "Tried: restart of the gateway.", "10:05", 3),
    Card("reply", "Jane Doe", "replied to Ken", "The certificate had expired. 👍 Renewed.", "10:31", 4),
    Card("message", "Ken Lee", "by mail", "תודה רבה, עובד", "10:38", 5),
]


def long_story(count: int) -> list[Card]:
    kinds = ("call", "note", "reply", "message", "event")
    return [
        Card(kinds[n % 5], f"Agent {n}", "wrote", f"entry {n} " * (1 + n % 40), "10:00", n)
        for n in range(count)
    ]


@pytest.fixture
def thread(qtbot: QtBot, look: Appearance) -> ThreadView:
    made = ThreadView(look)
    qtbot.addWidget(made)
    made.resize(420, 500)
    made.show()
    made.activateWindow()
    made.setFocus()
    QApplication.processEvents()
    return made


def count_layouts(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    laid: list[Card] = []
    whole = CardPainter.lay_out

    def counting(self: CardPainter, card: Card, width: int, *, unfolded: int) -> object:
        laid.append(card)
        return whole(self, card, width, unfolded=unfolded)

    monkeypatch.setattr(CardPainter, "lay_out", counting)
    return laid


def test_only_cards_in_view_are_laid_out(thread: ThreadView, monkeypatch: pytest.MonkeyPatch) -> None:
    laid = count_layouts(monkeypatch)
    thread.set_cards(long_story(2_000))
    thread.grab()
    assert 0 < len(laid) < 40
    laid.clear()
    thread.scroll_to_end()
    thread.grab()
    assert 0 < len(laid) < 60
    assert 1_999 in {card.key for card in laid}


def test_the_end_stays_in_view_while_cards_come(thread: ThreadView) -> None:
    story = long_story(60)
    thread.set_cards(story)
    thread.scroll_to_end()
    thread.set_cards([*story, Card("note", "Jane", "note", "new " * 200, "11:00", "new")])
    bar = thread.verticalScrollBar()
    assert bar.value() == bar.maximum()


def test_what_is_read_stays_where_it_is_while_cards_come(thread: ThreadView) -> None:
    story = long_story(60)
    thread.set_cards(story)
    thread.scroll_to(20)
    place = thread.place()
    thread.set_cards([*story, Card("note", "Jane", "note", "new", "11:00", "new")])
    assert thread.place() == place
    assert thread.current_key() == 20


def test_a_place_is_found_again_after_another_width(thread: ThreadView) -> None:
    thread.set_cards(long_story(200))
    thread.scroll_to(100)
    thread.restore_place((100, 0))
    thread.resize(700, 500)
    QApplication.processEvents()
    assert thread.place()[0] == 100


def test_a_place_whose_card_is_gone_is_the_beginning(thread: ThreadView) -> None:
    thread.set_cards(long_story(50))
    thread.restore_place(("gone", 40))
    assert thread.verticalScrollBar().value() == 0


def test_every_card_can_be_reached_by_keyboard(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    seen = []
    for _step in STORY:
        QTest.keyClick(thread, Qt.Key.Key_Down)
        seen.append(thread.current_key())
    assert seen == [1, 2, 3, 4, 5]
    QTest.keyClick(thread, Qt.Key.Key_Home)
    assert thread.current_key() == 1


def test_down_goes_through_a_long_card_before_the_next(thread: ThreadView) -> None:
    thread.set_cards([Card("note", "Jane", "", "line\n" * 200, "10:00", "long"), *STORY])
    QTest.keyClick(thread, Qt.Key.Key_Down)
    steps = 0
    while thread.current_key() == "long" and steps < 100:
        QTest.keyClick(thread, Qt.Key.Key_Down)
        steps += 1
    assert 5 < steps < 60
    assert thread.current_key() == 1


def test_a_very_long_text_is_folded_and_opens_on_request(thread: ThreadView) -> None:
    text = "word " * 200_000
    thread.set_cards([Card("message", "Ken", "", text, "10:00", 1)])
    thread.grab()
    folded = thread.verticalScrollBar().maximum()
    QTest.keyClick(thread, Qt.Key.Key_Down)
    QTest.keyClick(thread, Qt.Key.Key_Return)
    assert thread.verticalScrollBar().maximum() > 2 * folded
    thread.copy()
    assert len(QGuiApplication.clipboard().text()) > len(text), "the whole entry is copied, folded or not"


def test_enter_on_a_card_is_told(qtbot: QtBot, thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.scroll_to(3)
    with qtbot.waitSignal(thread.card_activated) as told:
        QTest.keyClick(thread, Qt.Key.Key_Return)
    assert told.args == [3]


def test_a_card_is_copied_by_keyboard(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.scroll_to(3)
    QTest.keyClick(thread, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert (
        QGuiApplication.clipboard().text() == "John → Jane reassigned 10:05\nTried: restart of the gateway."
    )


def drag(thread: ThreadView, start: QPoint, end: QPoint) -> None:
    port = thread.viewport()

    def send(kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        place = QPointF(at)
        everywhere = QPointF(port.mapToGlobal(at))
        QApplication.sendEvent(
            port, QMouseEvent(kind, place, everywhere, button, held, Qt.KeyboardModifier.NoModifier)
        )

    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, start, left, left)
    send(QEvent.Type.MouseMove, end, none, left)
    send(QEvent.Type.MouseButtonRelease, end, left, none)


def test_text_is_selected_with_the_mouse_within_a_card(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.grab()
    box = thread.visualRect(thread.model().index(2, 0))
    drag(thread, QPoint(0, box.y() + 2), QPoint(box.right(), box.bottom() - 8))
    assert thread.selected_text() == "Tried: restart of the gateway."


def test_text_is_selected_over_several_cards(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.grab()
    first, last = (thread.visualRect(thread.model().index(row, 0)) for row in (0, 2))
    drag(thread, QPoint(0, first.y() + 2), QPoint(last.right(), last.bottom() - 8))
    thread.copy()
    text = QGuiApplication.clipboard().text()
    assert text.startswith("Nobody in sales")
    assert "John raised priority to Emergency" in text
    assert text.endswith("restart of the gateway.")


def test_a_double_click_selects_a_word(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.grab()
    box = thread.visualRect(thread.model().index(0, 0))
    QTest.mouseDClick(
        thread.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.x() + 45, box.bottom() - 18)
    )
    assert thread.selected_text() == "Nobody"


def test_everything_is_selected_and_copied(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    QTest.keyClick(thread, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    text = thread.selected_text()
    assert all(card.text in text for card in STORY)


def test_a_selection_after_an_emoji_is_cut_at_the_right_letter() -> None:
    """Qt counts UTF-16 units, Python letters."""
    chosen = Chosen(Letter(0, 9), Letter(0, 4)).within(0)
    assert chosen is not None
    assert cut("a 👍 word", chosen) == " word"[:5]


def test_the_menu_of_a_card_can_be_added_to(qtbot: QtBot, thread: ThreadView) -> None:
    thread.set_cards(STORY)
    thread.scroll_to(4)
    with qtbot.waitSignal(thread.menu_requested) as told:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(thread.viewport(), event)
    key, menu = told.args or [None, None]
    assert key == 4
    assert isinstance(menu, QMenu)
    copy = next(action for action in menu.actions() if action.objectName() == "copy")
    copy.trigger()
    menu.close()
    assert "certificate" in QGuiApplication.clipboard().text()


def test_screen_readers_hear_who_what_and_when(thread: ThreadView) -> None:
    thread.set_cards(STORY)
    inside = QAccessible.queryAccessibleInterface(thread)
    assert inside.childCount() == len(STORY)
    assert inside.child(0).role() == QAccessible.Role.ListItem
    assert inside.child(0).text(QAccessible.Text.Name) == (
        "Ken Lee called 10:02\nNobody in sales can connect since nine."
    )
    assert inside.text(QAccessible.Text.Name) == "Conversation"


def has(image: QImage, colour: QColor) -> bool:
    wanted = colour.name()
    return any(
        image.pixelColor(x, y).name() == wanted for x in range(image.width()) for y in range(image.height())
    )


def test_words_that_were_searched_are_highlighted_in_any_case(thread: ThreadView, look: Appearance) -> None:
    thread.set_cards(STORY)
    assert not has(thread.grab().toImage(), look.colors.match)
    thread.set_matches(["GATEWAY"])
    assert has(thread.grab().toImage(), look.colors.match)
    thread.set_matches([])
    assert not has(thread.grab().toImage(), look.colors.match)


def test_only_beginnings_of_words_are_highlighted(thread: ThreadView, look: Appearance) -> None:
    thread.set_cards([Card("note", "", "", "The gateway went away", "", 1)])
    thread.set_matches(["way"])
    assert not has(thread.grab().toImage(), look.colors.match)
    thread.set_matches(["gate"])
    assert has(thread.grab().toImage(), look.colors.match)


def test_the_highlight_after_an_emoji_lies_on_its_word(thread: ThreadView, look: Appearance) -> None:
    def left_edge() -> int:
        image = thread.grab().toImage()
        match = look.colors.match.name()
        return min(
            x
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).name() == match
        )

    thread.set_matches(["word"])
    thread.set_cards([Card("note", "", "", "👍👍👍👍 word", "", 1)])
    with_emoji = left_edge()
    thread.set_cards([Card("note", "", "", "word", "", 1)])
    assert with_emoji > left_edge() + 30


def test_text_from_right_to_left_stands_at_the_right(thread: ThreadView, look: Appearance) -> None:
    thread.set_cards([STORY[-1]])
    image = thread.grab().toImage()
    box = thread.visualRect(thread.model().index(0, 0))
    dark = [
        x
        for x in range(image.width() - 20)
        for y in range(box.bottom() - 24, box.bottom() - 6)
        if image.pixelColor(x, y).lightness() < 120 and x > 40
    ]
    assert min(dark) > image.width() // 2


@pytest.mark.parametrize("kind", ["call", "note", "reply", "message"])
def test_each_kind_has_its_ground_and_its_bar(thread: ThreadView, look: Appearance, kind: str) -> None:
    thread.set_cards([Card(kind, "Ken", "", "text", "10:00", 1)])  # type: ignore[arg-type]
    image = thread.grab().toImage()
    assert has(image, look.colors.get(kind))
    assert has(image, look.colors.get(f"{kind}_bar"))


def test_the_card_with_the_cursor_has_a_ring_while_the_view_has_the_focus(
    qtbot: QtBot, thread: ThreadView, look: Appearance
) -> None:
    thread.set_cards(STORY[:1])
    thread.scroll_to(1)
    qtbot.waitUntil(lambda: bool(thread.hasFocus()))
    inside = thread.viewport().grab().toImage()
    assert has(inside, look.colors.focus)
    thread.clearFocus()
    assert not has(thread.viewport().grab().toImage(), look.colors.focus)


@pytest.mark.parametrize(
    "text",
    ["", "\0", "\r\n\r\n", "😀" * 500, "x" * 20_000, "a\u2028b\ud800c"],
    ids=lambda text: repr(text[:6]),
)
def test_any_text_can_be_shown_selected_and_copied(thread: ThreadView, text: str) -> None:
    thread.set_cards([Card("note", "Jane", "", text, "10:00", 1), STORY[1]])
    thread.set_matches(["x", "😀"])
    thread.grab()
    thread.select_all()
    thread.copy()
    assert not thread.grab().isNull()


def test_a_guess_that_was_wrong_moves_only_what_is_below() -> None:
    stack = CardStack()
    stack.fill([(100, False), (100, False), (100, False)])
    above = stack.top(1)
    assert stack.correct({1: 150})
    assert stack.top(1) == above
    assert stack.top(2) == above + 150 + 8
    assert not stack.correct({1: 150})
    assert list(stack.rows_between(above, above + 10)) == [1]


def test_an_empty_conversation_does_no_harm(thread: ThreadView) -> None:
    thread.set_cards([])
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return):
        QTest.keyClick(thread, key)
    thread.copy()
    QTest.mouseClick(thread.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert thread.current_key() is None
    assert thread.place() == (None, 0)
