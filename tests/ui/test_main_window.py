"""The main window as staff use it: queues, table, ticket, keys."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.ui.action_table import QUEUE_ACTIONS
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.table_paint import PADDING
from tests.drivers import FrontDesk, OpenedParts, part

VPN, TILL, SCANNER, BADGE, PRINTER = (
    "VPN down for all of sales",
    "Till 3 refuses every card",
    "Scanner at gate 2 prints stripes",
    "Badge lost, needs access",
    "Printer on floor 2 jams",
)
MORE = Qt.KeyboardModifier.ControlModifier


def test_the_window_opens_on_the_open_queue_with_its_first_ticket(front_desk: FrontDesk) -> None:
    assert front_desk.table.title() == "Open"
    assert front_desk.table.subjects() == [VPN, TILL, SCANNER, BADGE]
    assert front_desk.table.chosen() == [VPN]
    assert front_desk.ticket.subject() == VPN


def test_queues_show_how_many_tickets_they_hold(front_desk: FrontDesk) -> None:
    counts = front_desk.queues.counts()
    assert counts["open"] == "4"
    assert counts["resolved"] == "1"
    assert counts["closed"] == ""
    assert front_desk.table.summary() == "4 tickets"


def test_a_digit_with_control_goes_to_a_queue(front_desk: FrontDesk) -> None:
    front_desk.press("Ctrl+9")
    assert front_desk.table.title() == "Resolved"
    assert front_desk.table.subjects() == [PRINTER]
    front_desk.press("Ctrl+2")
    assert front_desk.table.subjects() == [VPN, TILL, SCANNER, BADGE]


def test_j_and_k_walk_through_the_list_and_the_ticket_follows(front_desk: FrontDesk) -> None:
    front_desk.table.press("jj")
    assert front_desk.ticket.subject() == SCANNER
    front_desk.table.press("k")
    assert front_desk.ticket.subject() == TILL


def test_a_header_click_sorts_by_that_column(front_desk: FrontDesk) -> None:
    front_desk.table.table.sort_requested.emit("subject", False)
    assert front_desk.table.subjects() == [BADGE, SCANNER, TILL, VPN]
    front_desk.table.table.sort_requested.emit("subject", True)
    assert front_desk.table.subjects() == [VPN, TILL, SCANNER, BADGE]


def test_the_order_of_a_queue_is_kept_when_one_comes_back(front_desk: FrontDesk) -> None:
    front_desk.table.table.sort_requested.emit("subject", False)
    front_desk.queues.open("resolved")
    front_desk.queues.open("open")
    assert front_desk.table.subjects() == [BADGE, SCANNER, TILL, VPN]


def test_the_quick_filter_narrows_the_list_and_esc_widens_it(front_desk: FrontDesk) -> None:
    front_desk.press("Ctrl+F")
    assert front_desk.focused() == "list_filter"
    front_desk.table.filter("till", front_desk.qtbot)
    assert front_desk.table.subjects() == [TILL]
    front_desk.press("Esc")
    front_desk.qtbot.waitUntil(lambda: len(front_desk.table.subjects()) == 4)
    assert front_desk.focused() == "ticket_table"


def test_an_empty_queue_says_what_to_do_next(front_desk: FrontDesk) -> None:
    front_desk.queues.open("overdue")
    assert front_desk.table.subjects() == []
    assert front_desk.table.summary() == "0 tickets"


def test_x_marks_tickets_one_by_one_while_the_cursor_goes_on(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(VPN)
    front_desk.table.press("x")
    assert front_desk.table.chosen() == [VPN]
    assert front_desk.ticket.subject() == TILL
    front_desk.table.press("jx")
    assert front_desk.table.chosen() == [VPN, SCANNER]
    front_desk.table.press("e")
    assert sorted(row.subject for row in desk.queue("open").rows) == sorted([TILL, BADGE])


def test_x_again_takes_the_mark_away_and_esc_takes_all(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(VPN)
    front_desk.table.press("xx")
    assert front_desk.table.chosen() == [VPN, TILL]
    front_desk.table.press("kkx")
    assert front_desk.table.chosen() == [TILL]
    front_desk.table.press("jx")
    front_desk.press("Esc")
    assert len(front_desk.table.chosen()) == 1
    front_desk.table.press("j")
    assert front_desk.table.chosen() == [front_desk.ticket.subject()]


def test_one_marked_ticket_is_what_an_action_is_about_and_not_the_one_in_sight(
    front_desk: FrontDesk, desk: Desk
) -> None:
    front_desk.table.go_to(VPN)
    number = front_desk.ticket.number()
    front_desk.table.press("x")
    front_desk.table.press("c")
    assert desk.ticket(number).agent == "john"
    assert desk.ticket(front_desk.ticket.number()).agent is None


def test_no_act_is_about_tickets_that_were_never_in_sight(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    for number in range(300):
        desk.log_call(CallDraft(f"Request {number}", priority="D"))
    window.refresh()
    front_desk.table.focus()
    window.list.table.selectAll()
    front_desk.table.press("e")
    assert desk.counters().queues["open"] == 304
    assert "never" in front_desk.said() or "in sight" in front_desk.said()


def test_a_right_click_offers_what_can_be_done(front_desk: FrontDesk, desk: Desk, window: MainWindow) -> None:
    number = front_desk.ticket.number()
    window.list.menu_asked.emit(window.mapToGlobal(window.rect().center()))
    menu = window.findChild(QMenu, "context_ticket")
    assert isinstance(menu, QMenu)
    assert window.actions_["ticket.reply"] in menu.actions()
    window.actions_["ticket.claim"].trigger()
    menu.close()
    assert desk.ticket(number).agent == "john"


def test_shift_and_arrows_select_several_and_one_letter_acts_on_all_with_one_undo(
    front_desk: FrontDesk, desk: Desk
) -> None:
    front_desk.table.go_to(VPN)
    front_desk.table.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert front_desk.table.chosen() == [VPN, TILL]
    front_desk.table.press("c")
    agents = {row.subject: row.agent for row in desk.queue("open").rows}
    assert agents[VPN] == agents[TILL] == "John Doe"
    assert "2 tickets" in front_desk.said()
    front_desk.press("Ctrl+Z")
    agents = {row.subject: row.agent for row in desk.queue("open").rows}
    assert agents[VPN] == agents[TILL] == ""


def test_single_letters_do_nothing_while_somebody_writes(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("cemno")
    assert front_desk.composer.text() == "cemno"
    assert desk.counters().queues["open"] == 4
    assert desk.ticket(front_desk.ticket.number()).agent is None


def test_f6_goes_round_the_panes(front_desk: FrontDesk) -> None:
    front_desk.table.focus()
    places = []
    for _pane in range(4):
        front_desk.press("F6")
        places.append(front_desk.focused())
    assert places == ["ticket_thread", "composer_text", "queues", "ticket_table"]
    front_desk.press("Shift+F6")
    assert front_desk.focused() == "queues"


def test_esc_leads_from_the_composer_back_to_the_list(front_desk: FrontDesk) -> None:
    front_desk.table.press("n")
    assert front_desk.focused() == "composer_text"
    front_desk.press("Esc")
    assert front_desk.focused() == "ticket_table"


def menu_of(action: QAction) -> QMenu:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return menu


def test_every_action_stands_in_a_menu(window: MainWindow) -> None:
    in_menus = {name for menu in window.menuBar().actions() for name in names_in(menu_of(menu))}
    assert in_menus == {spec.id for spec in window.actions_}


def names_in(menu: QMenu) -> list[str]:
    """The actions of a menu and of the menus in it."""
    names: list[str] = []
    for action in menu.actions():
        if isinstance(inner := action.menu(), QMenu):
            names += names_in(inner)
        elif not action.isSeparator():
            names.append(action.objectName())
    return names


def test_no_menu_is_longer_than_a_small_screen(window: MainWindow) -> None:
    for menu in window.menuBar().actions():
        # 28 pixels for a line with the usual text: what is longer stands in two columns.
        lines = [action for action in menu_of(menu).actions() if not action.isSeparator()]
        assert len(lines) * 28 < 760, menu.text()
        assert menu_of(menu).sizeHint().height() < 760, menu.text()


def test_the_queues_stand_under_go_to_in_the_view_menu(window: MainWindow) -> None:
    view = next(menu_of(menu) for menu in window.menuBar().actions() if menu.text() == "&View")
    go_to = next(action for action in view.actions() if action.text() == "&Go to")
    assert names_in(menu_of(go_to)) == [f"view.{key}" for key, _text in QUEUE_ACTIONS]


def test_no_key_is_given_twice(window: MainWindow) -> None:
    keys = [key for spec in window.actions_ for key in (*spec.keys, spec.letter) if key]
    assert sorted(keys) == sorted(set(keys))


def test_mnemonics_of_one_menu_differ(window: MainWindow) -> None:
    for menu in window.menuBar().actions():
        letters = [
            text[text.index("&") + 1].lower()
            for action in menu_of(menu).actions()
            if "&" in (text := action.text().split("\t")[0])
        ]
        assert sorted(letters) == sorted(set(letters)), menu.text()


def test_undo_says_what_it_takes_back(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("c")
    assert "claim" in front_desk.action("ticket.undo").text().lower()
    front_desk.press("Ctrl+Z")
    assert front_desk.action("ticket.redo").isEnabled()
    assert "claim" in front_desk.action("ticket.redo").text().lower()


def test_control_z_in_a_text_is_about_the_text(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("c")
    front_desk.table.press("r")
    front_desk.composer.write("abc")
    front_desk.press("Ctrl+Z")
    assert front_desk.composer.text() == ""
    assert desk.ticket(front_desk.ticket.number()).agent == "john"
    front_desk.press("Ctrl+Y")
    assert front_desk.composer.text() == "abc"


def test_the_windows_keys_work_while_somebody_writes(front_desk: FrontDesk, parts: OpenedParts) -> None:
    front_desk.table.press("r")
    front_desk.press("Ctrl+N")
    assert ("log_call",) in parts.asked
    front_desk.press("Ctrl+K")
    assert front_desk.focused() == "search_edit"


def test_the_agents_name_leads_to_lock_and_switch(window: MainWindow, front_desk: FrontDesk) -> None:
    with front_desk.qtbot.waitSignal(window.lock_asked):
        front_desk.press("Ctrl+L")
    with front_desk.qtbot.waitSignal(window.switch_asked):
        front_desk.press("Ctrl+Shift+L")


def test_the_keys_page_names_every_key(window: MainWindow, front_desk: FrontDesk) -> None:
    front_desk.press("F1")
    dialogs = [each for each in QApplication.topLevelWidgets() if each.objectName() == "keys_dialog"]
    assert len(dialogs) == 1
    from PySide6.QtWidgets import QLabel

    words = " ".join(label.text() for label in dialogs[0].findChildren(QLabel))
    for spec in window.actions_:
        for key in (*spec.keys, spec.letter):
            assert key in words, spec.id
    dialogs[0].close()


def test_the_theme_and_the_text_size_follow_the_view_menu(window: MainWindow, front_desk: FrontDesk) -> None:
    front_desk.action("view.dark").trigger()
    assert window.look.theme.dark
    before = window.look.text_scale
    front_desk.press("Ctrl++")
    assert window.look.text_scale > before
    front_desk.press("Ctrl+-")
    front_desk.action("view.light").trigger()
    assert not window.look.theme.dark


def test_columns_are_as_before_when_the_text_grows_and_shrinks_again(
    window: MainWindow, front_desk: FrontDesk
) -> None:
    window.resize(1280, 800)
    before = window.list.table.column_state()
    for _step in range(3):
        front_desk.press("Ctrl++")
    grown = window.list.table.column_state()
    assert grown["widths"]["number"] > before["widths"]["number"]
    window.look.set_text_scale(1.0)
    assert window.list.table.column_state() == before


def test_a_long_queue_is_never_read_whole(window: MainWindow, front_desk: FrontDesk, desk: Desk) -> None:
    for number in range(350):
        desk.log_call(CallDraft(f"Request {number}", priority="D"))
    window.refresh()
    model = window.list.model
    assert model.rowCount() == 354
    assert len(front_desk.table.subjects()) <= 200
    window.list.table.scrollToBottom()
    front_desk.qtbot.waitUntil(lambda: model.ticket_at(353) is not None)
    assert sum(model.ticket_at(row) is not None for row in range(354)) < 354


def test_a_ticket_that_leaves_the_queue_stays_on_the_pane(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("e")
    front_desk.qtbot.waitUntil(lambda: TILL not in front_desk.table.subjects())
    assert front_desk.ticket.subject() == TILL
    assert front_desk.ticket.shows("status") == "Resolved"
    assert front_desk.table.chosen() == []
    front_desk.table.press("j")
    assert front_desk.ticket.subject() == SCANNER


def test_letters_act_on_the_ticket_of_the_pane_when_no_row_is_chosen(
    front_desk: FrontDesk, desk: Desk
) -> None:
    front_desk.table.go_to(TILL)
    front_desk.table.press("e")
    front_desk.qtbot.waitUntil(lambda: TILL not in front_desk.table.subjects())
    number = front_desk.ticket.number()
    front_desk.table.press("o")
    assert desk.ticket(number).state == "open"


def test_reassign_and_people_are_opened_for_the_chosen_ticket(
    front_desk: FrontDesk, parts: OpenedParts
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("a")
    assert ("reassign", (number,)) in parts.asked
    front_desk.action("desk.people").trigger()
    assert ("people",) in parts.asked


def test_the_columns_can_be_chosen_and_come_back(window: MainWindow) -> None:
    table = window.list.table
    state = table.column_state()
    assert state
    assert window.session().columns == {"tickets": state}


def test_the_window_fits_1280_by_800_and_less(window: MainWindow) -> None:
    window.resize(1280, 800)
    QTest.qWait(0)
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 800


def test_a_long_word_in_a_subject_does_not_push_the_list_aside(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    before = window.pane.width()
    url = "https://intranet.example/" + "wiki/" * 40
    number = desk.log_call(CallDraft(f"Page {url} is gone")).number or ""
    window.open_ticket(number)
    front_desk.qtbot.waitUntil(lambda: front_desk.ticket.number() == number)
    front_desk.qtbot.wait(0)
    subject = part(window, QLabel, "ticket_subject")
    assert window.pane.width() == before
    assert subject.toolTip() == f"Page {url} is gone"
    assert subject.text().startswith("Page http")
    assert subject.fontMetrics().horizontalAdvance(subject.text().split()[1]) <= subject.width()


def test_a_window_of_the_usual_size_leaves_the_subjects_room_for_several_words(
    front_desk: FrontDesk, look: Appearance
) -> None:
    table = front_desk.table.table
    place = [column.key for column in table.columns()].index("subject")
    room = table.columnWidth(place) - 2 * PADDING
    assert room >= look.metrics(Font.NUMBER).horizontalAdvance("Scanner at gate 2 prints")
    assert not any(table.isColumnHidden(at) for at, column in enumerate(table.columns()) if not column.hidden)


def test_columns_are_as_narrow_as_before_when_large_text_is_small_again(
    front_desk: FrontDesk, look: Appearance
) -> None:
    table = front_desk.table.table
    place = [column.key for column in table.columns()].index("priority")
    before = table.columnWidth(place)
    look.set_text_scale(2.0)
    assert table.columnWidth(place) <= 2.2 * before
    look.set_text_scale(1.0)
    assert table.columnWidth(place) == before
