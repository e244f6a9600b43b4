"""The list at the side, and the line of input with its hits."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.search_list import Hit, SearchList
from desktop_desk.ui.widgets.side_list import SideItem, SideList, SideSection
from tests.drivers import child, put

QUEUES = [
    SideItem("me", "For me", "4"),
    SideSection("Queues"),
    SideItem("open", "Open", "41"),
    SideItem("overdue", "Overdue", "2", overdue=True),
]
PEOPLE = [Hit("jane", "Jane Doe", "Support", "2 open"), Hit("john", "John Doe"), Hit("omar", "Omar Haddad")]


@pytest.fixture
def side(qtbot: QtBot, look: Appearance) -> SideList:
    made = SideList(look)
    qtbot.addWidget(made)
    made.set_items(QUEUES)
    made.show()
    made.activateWindow()
    made.setFocus()
    return made


def test_the_cursor_chooses_and_steps_over_titles(qtbot: QtBot, side: SideList) -> None:
    side.select("me")
    with qtbot.waitSignal(side.chosen) as told:
        QTest.keyClick(side, Qt.Key.Key_Down)
    assert told.args == ["open"]
    with qtbot.waitSignal(side.activated) as opened:
        QTest.keyClick(side, Qt.Key.Key_Return)
    assert opened.args == ["open"]


def test_choosing_by_program_is_not_told_as_the_users_choice(qtbot: QtBot, side: SideList) -> None:
    with qtbot.assertNotEmitted(side.chosen):
        side.select("overdue")
        side.set_items(QUEUES)
    assert side.selected() == "overdue"


def test_a_click_goes_into_what_it_chose_as_enter_does(side: SideList) -> None:
    entered: list[str] = []
    side.activated.connect(entered.append)
    for row in range(3):
        place = side.visualRect(side.model().index(row, 0)).center()
        QTest.mouseClick(side.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert entered == [entry.key for entry in QUEUES[:3] if isinstance(entry, SideItem)]


def test_a_click_on_a_title_chooses_nothing(qtbot: QtBot, side: SideList) -> None:
    side.select("me")
    title = side.visualRect(side.model().index(1, 0)).center()
    with qtbot.assertNotEmitted(side.chosen):
        QTest.mouseClick(side.viewport(), Qt.MouseButton.LeftButton, pos=title)
    assert side.selected() in ("me", "")


def test_counters_change_without_moving_the_cursor(qtbot: QtBot, side: SideList) -> None:
    side.select("open")
    with qtbot.assertNotEmitted(side.chosen):
        side.set_items(
            [
                replace(each, count="42") if isinstance(each, SideItem) and each.key == "open" else each
                for each in QUEUES
            ]
        )
    assert side.selected() == "open"
    assert side.model().index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Open, 42"


def test_the_cursor_stays_on_its_key_when_entries_come_and_go(side: SideList) -> None:
    side.select("overdue")
    side.set_items([SideItem("new", "New view", "1"), *QUEUES])
    assert side.selected() == "overdue"
    side.set_items(QUEUES[:3])
    assert side.selected() == ""
    assert side.keys() == ["me", "open"]


def test_screen_readers_hear_name_and_counter(side: SideList) -> None:
    inside = QAccessible.queryAccessibleInterface(side)
    assert inside.child(0).text(QAccessible.Text.Name) == "For me, 4"


def test_letters_in_the_side_list_are_left_to_the_program(side: SideList) -> None:
    side.select("me")
    QTest.keyClicks(side, "o")
    assert side.selected() == "me"


@pytest.fixture
def form(qtbot: QtBot) -> QDialog:
    """A dialog whose default button must not be pressed by Enter in a picker."""
    made = QDialog()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    send = QPushButton("Send")
    send.setObjectName("send")
    send.setDefault(True)
    column.addWidget(send)
    made.resize(400, 400)
    return made


@pytest.fixture(params=[False, True], ids=["below", "floating"])
def search(request: pytest.FixtureRequest, form: QDialog, look: Appearance, qtbot: QtBot) -> SearchList:
    made = SearchList(look, "Agent", popup=request.param)
    put(form, made)
    form.show()
    form.activateWindow()
    made.setFocus()
    qtbot.waitUntil(lambda: bool(made.edit.hasFocus()))
    return made


def ask(qtbot: QtBot, search: SearchList, letters: str) -> int:
    """Types, and gives the token of the last question."""
    asked: list[tuple[str, int]] = []
    search.query_changed.connect(lambda text, token: asked.append((text, token)))
    QTest.keyClicks(search.edit, letters)
    assert len(asked) == len(letters)
    assert asked[-1][0] == search.text()
    return asked[-1][1]


def test_typing_asks_and_the_answer_is_shown(qtbot: QtBot, search: SearchList) -> None:
    assert search.set_hits(PEOPLE, ask(qtbot, search, "do"))
    assert search.highlighted_key() == "jane"
    assert search.list.isVisible()


def test_an_answer_to_an_older_question_is_dropped(qtbot: QtBot, search: SearchList) -> None:
    first = ask(qtbot, search, "j")
    second = ask(qtbot, search, "o")
    assert search.set_hits(PEOPLE[1:2], second)
    assert not search.set_hits(PEOPLE, first)
    assert search.highlighted_key() == "john"


def test_arrows_move_and_enter_picks_and_sends_nothing(
    qtbot: QtBot, form: QDialog, search: SearchList
) -> None:
    search.set_hits(PEOPLE, ask(qtbot, search, "d"))
    QTest.keyClick(search.edit, Qt.Key.Key_Down)
    send = child(form, QPushButton, "send")
    with qtbot.assertNotEmitted(send.clicked), qtbot.waitSignal(search.picked) as told:
        QTest.keyClick(search.edit, Qt.Key.Key_Return)
    assert told.args == ["john"]


def test_enter_without_any_hit_neither_picks_nor_sends(
    qtbot: QtBot, form: QDialog, search: SearchList
) -> None:
    search.set_hits([], ask(qtbot, search, "zz"))
    send = child(form, QPushButton, "send")
    with qtbot.assertNotEmitted(send.clicked), qtbot.assertNotEmitted(search.picked):
        QTest.keyClick(search.edit, Qt.Key.Key_Return)


def test_a_click_picks(qtbot: QtBot, search: SearchList) -> None:
    search.set_hits(PEOPLE, ask(qtbot, search, "d"))
    place = search.list.visualRect(search.list.model().index(2, 0)).center()
    with qtbot.waitSignal(search.picked) as told:
        QTest.mouseClick(search.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["omar"]


def test_escape_first_clears_and_then_is_left_to_the_form(
    qtbot: QtBot, form: QDialog, search: SearchList
) -> None:
    search.set_hits(PEOPLE, ask(qtbot, search, "d"))
    if search.list.parentWidget() is form:
        QTest.keyClick(search.edit, Qt.Key.Key_Escape)
        assert not search.list.isVisible()
        assert search.text() == "d"
    QTest.keyClick(search.edit, Qt.Key.Key_Escape)
    assert search.text() == ""
    assert form.isVisible()
    with qtbot.waitSignal(search.dismissed):
        QTest.keyClick(search.edit, Qt.Key.Key_Escape)
    assert not form.isVisible()


def test_the_hit_with_the_cursor_stays_when_more_come(qtbot: QtBot, search: SearchList) -> None:
    search.set_hits(PEOPLE, ask(qtbot, search, "d"))
    QTest.keyClick(search.edit, Qt.Key.Key_Down)
    search.set_hits([Hit("anna", "Anna Doe"), *PEOPLE], search.next_token())
    assert search.highlighted_key() == "john"


def test_screen_readers_hear_the_hit_with_the_cursor(qtbot: QtBot, search: SearchList) -> None:
    search.set_hits(PEOPLE, ask(qtbot, search, "d"))
    inside = QAccessible.queryAccessibleInterface(search.edit)
    assert inside.text(QAccessible.Text.Name) == "Agent"
    assert inside.text(QAccessible.Text.Description) == "Jane Doe, Support, 2 open"


def test_floating_hits_stay_inside_the_window_and_leave_with_the_focus(
    qtbot: QtBot, form: QDialog, look: Appearance
) -> None:
    search, other = SearchList(look, "Agent", popup=True), QLineEdit()
    put(form, search)
    put(form, other)
    form.resize(300, 160)
    form.show()
    form.activateWindow()
    search.setFocus()
    qtbot.waitUntil(lambda: bool(search.edit.hasFocus()))
    search.set_hits([Hit(n, f"Person {n}") for n in range(50)], ask(qtbot, search, "p"))
    assert search.list.isVisible()
    assert form.rect().contains(search.list.geometry())
    other.setFocus()
    qtbot.waitUntil(lambda: not search.list.isVisible())


def test_hits_are_highlighted_noted_and_grouped(look: Appearance, search: SearchList) -> None:
    plain = [Hit("k", "Ken Lee"), Hit("j", "Jane")]
    search.set_hits(plain, search.next_token())
    search.list.show()
    before = search.list.sizeHintForRow(0)
    search.set_hits(
        [Hit("k", "Ken Lee", note="Best", group="People", matches=((0, 3),))], search.next_token()
    )
    assert search.list.sizeHintForRow(0) > before + look.metrics(Font.BASE).height()
    image = search.list.viewport().grab().toImage()
    match = look.colors.match.name()
    assert any(
        image.pixelColor(x, y).name() == match for x in range(image.width()) for y in range(image.height())
    )


def test_a_list_that_is_taken_out_of_its_window_leaves_no_floating_hits(
    qtbot: QtBot, form: QDialog, look: Appearance
) -> None:
    search = SearchList(look, "Agent", popup=True)
    put(form, search)
    form.show()
    form.activateWindow()
    search.setFocus()
    qtbot.waitUntil(lambda: bool(search.edit.hasFocus()))
    search.set_hits(PEOPLE, ask(qtbot, search, "p"))
    search.hide()
    assert not search.list.isVisible()
    assert isinstance(search.list.parentWidget(), QWidget)
    assert form.childAt(QPoint(5, 5)) is not search.list


def test_floating_hits_go_with_their_line_and_not_with_the_window(
    qtbot: QtBot, form: QDialog, look: Appearance
) -> None:
    """A call panel comes and goes; the window stays all day."""
    search = SearchList(look, "Agent", popup=True)
    put(form, search)
    form.show()
    form.activateWindow()
    search.setFocus()
    qtbot.waitUntil(lambda: bool(search.edit.hasFocus()))
    search.set_hits(PEOPLE, ask(qtbot, search, "p"))
    hits = search.list
    assert hits.parentWidget() is form
    with qtbot.waitSignal(hits.destroyed):
        search.deleteLater()
