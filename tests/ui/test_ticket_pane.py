"""One ticket on the right: what it shows, and changing it in place."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QMenu, QPushButton, QWidget

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Draft
from desktop_desk.domain.errors import DeskError
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.messages import Message, message_of
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.tickets.links import LinkButton
from tests.drivers import FrontDesk, OpenedParts, part
from tests.ui.conftest import PASSWORD
from tests.ui.test_main_window import BADGE, PRINTER, SCANNER, TILL, VPN


def dialog(name: str) -> QWidget:
    found = [
        each for each in QApplication.topLevelWidgets() if each.objectName() == name and each.isVisible()
    ]
    assert len(found) == 1, name
    return found[0]


def test_the_head_shows_what_the_ticket_is(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(VPN)
    assert front_desk.ticket.shows("priority") == "Sev-A · Emergency"
    assert front_desk.ticket.shows("status") == "Open"
    assert front_desk.ticket.shows("caller") == "Ken Lee"
    assert front_desk.ticket.shows("phone") == "+49 30 901 820 11"
    assert front_desk.ticket.shows("agent") == "–"


def test_the_thread_shows_the_call_with_who_when_and_what(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(VPN)
    call = next(line for line in front_desk.ticket.thread() if "Error 809" in line)
    assert "Ken Lee called" in call
    assert "3 min 12 s" in call
    assert "taken by John Doe" in call


def test_p_and_a_letter_set_the_priority(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(BADGE)
    number = front_desk.ticket.number()
    front_desk.table.press("p")
    front_desk.ticket.choose("priority_menu", "b")
    assert desk.ticket(number).priority == "B"
    assert front_desk.ticket.shows("priority") == "Sev-B · High"


def test_s_and_a_digit_set_the_status(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(BADGE)
    number = front_desk.ticket.number()
    front_desk.table.press("s")
    front_desk.ticket.choose("status_menu", "2")
    assert desk.ticket(number).state == "waiting"


def test_c_claims_and_l_releases(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("c")
    assert front_desk.ticket.shows("agent") == "John Doe"
    front_desk.table.press("l")
    assert desk.ticket(number).agent is None


def test_f_follows_and_follows_no_more(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(TILL)
    number = front_desk.ticket.number()
    before = desk.ticket(number).following
    front_desk.table.press("f")
    assert desk.ticket(number).following is not before
    front_desk.table.press("f")
    assert desk.ticket(number).following is before


def test_e_resolves_and_o_reopens(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("e")
    assert desk.ticket(number).state == "resolved"
    front_desk.table.press("o")
    assert desk.ticket(number).state == "open"


def test_t_writes_tags_on_one_line(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("t")
    shown = dialog("tag_dialog")
    line = part(shown, QLineEdit, "tag_line")
    QTest.keyClicks(line, "vpn #sales")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert set(desk.ticket(number).tags) == {"vpn", "sales"}
    front_desk.table.press("t")
    line = part(dialog("tag_dialog"), QLineEdit, "tag_line")
    line.setText("sales")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert desk.ticket(number).tags == ("sales",)


def test_f2_edits_the_subject_and_nothing_else(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    before = desk.ticket(number)
    front_desk.table.key(Qt.Key.Key_F2)
    shown = dialog("edit_dialog")
    part(shown, QLineEdit, "subject").setText("VPN down for everybody")
    part(shown, QPushButton, "edit_save").click()
    after = desk.ticket(number)
    assert after.subject == front_desk.ticket.subject() == "VPN down for everybody"
    assert (after.topic, after.department, after.source) == (before.topic, before.department, before.source)


def test_what_is_out_of_use_stays_when_only_the_subject_is_edited(
    front_desk: FrontDesk, desk: Desk, front: FrontDoor
) -> None:
    number, admin = front_desk.ticket.number(), front.log_in("admin", PASSWORD)
    topic = str(admin.add("topic", name="Old phones").uid)
    admin.edit(number, topic=topic, source="api")
    admin.deactivate("topic", topic)
    front_desk.window.refresh()
    front_desk.table.key(Qt.Key.Key_F2)
    shown = dialog("edit_dialog")
    assert part(shown, QComboBox, "topic").currentText() == "Old phones"
    part(shown, QLineEdit, "subject").setText("VPN down for everybody")
    part(shown, QPushButton, "edit_save").click()
    after = desk.ticket(number)
    assert (after.subject, after.topic, after.source) == ("VPN down for everybody", "Old phones", "api")


def test_every_source_that_the_form_offers_can_be_saved(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.key(Qt.Key.Key_F2)
    offered = part(dialog("edit_dialog"), QComboBox, "source")
    for source in [str(offered.itemData(place)) for place in range(offered.count())]:
        desk.edit(number, source=source)
    dialog("edit_dialog").close()


def test_a_blank_subject_is_refused_beside_the_field_and_the_form_stays(
    front_desk: FrontDesk, desk: Desk
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.key(Qt.Key.Key_F2)
    shown = dialog("edit_dialog")
    part(shown, QLineEdit, "subject").setText("  ")
    part(shown, QPushButton, "edit_save").click()
    assert shown.isVisible()
    assert part(shown, QLineEdit, "subject").accessibleDescription()
    assert desk.ticket(number).subject == VPN
    shown.close()


def test_the_forms_text_comes_back_after_it_was_lost(front_desk: FrontDesk) -> None:
    front_desk.table.key(Qt.Key.Key_F2)
    part(dialog("edit_dialog"), QLineEdit, "subject").setText("VPN down for")
    dialog("edit_dialog").close()
    front_desk.table.key(Qt.Key.Key_F2)
    shown = dialog("edit_dialog")
    assert part(shown, QLineEdit, "subject").text() == "VPN down for"
    part(shown, QPushButton, "edit_cancel").click()
    front_desk.table.key(Qt.Key.Key_F2)
    assert part(dialog("edit_dialog"), QLineEdit, "subject").text() == VPN
    dialog("edit_dialog").close()


def test_what_others_wrote_is_shown_letter_by_letter(front_desk: FrontDesk, desk: Desk) -> None:
    marked = '<img src="file://elsewhere/x.png"> broken'
    desk.edit(front_desk.ticket.number(), subject=marked)
    front_desk.window.refresh()
    front_desk.table.press("m")
    shown = dialog("merge_dialog")
    told = [label for label in shown.findChildren(QLabel) if marked in label.text()]
    assert told
    assert {label.textFormat() for label in told} == {Qt.TextFormat.PlainText}
    shown.close()
    link = front_desk.window.findChild(LinkButton, "ticket_caller")
    assert link is not None
    link.show_value(marked)
    assert "<img" not in link.toolTip()


def test_m_merges_into_a_ticket_found_by_words(front_desk: FrontDesk, desk: Desk) -> None:
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    front_desk.table.press("m")
    shown = dialog("merge_dialog")
    line = part(shown, QLineEdit, "search-edit")
    QTest.keyClicks(line, "printer")
    target = next(row.number for row in desk.queue("resolved").rows if row.subject == PRINTER)
    QTest.keyClick(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.ticket(number).merged_into == target
    assert front_desk.ticket.number() == target


def test_a_merged_ticket_says_where_it_went_and_can_stand_alone_again(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    target = front_desk.ticket.number()
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    desk.merge(number, target)
    window.open_ticket(number)
    assert target in front_desk.ticket.says("merged")
    front_desk.action("ticket.unmerge").trigger()
    assert front_desk.ticket.says("merged") == ""
    assert desk.ticket(number).merged_into is None


def test_a_withdrawn_ticket_says_by_whom(front_desk: FrontDesk, desk: Desk, window: MainWindow) -> None:
    from desktop_desk.desk.views import CallDraft

    done = desk.log_call(CallDraft("A mistake"))
    desk.undo(done.act)
    window.open_ticket(str(done.number))
    assert "John" in front_desk.ticket.says("withdrawn")


def test_why_explains_the_due_time_line_by_line(front_desk: FrontDesk, desk: Desk) -> None:
    lines = desk.ticket(front_desk.ticket.number()).due_explained.lines
    part(front_desk.ticket.pane, QPushButton, "ticket_why").click()
    popup = front_desk.ticket.pane.findChild(QWidget, "why_popup")
    assert popup is not None
    assert all(line in popup.accessibleName() for line in lines)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert front_desk.focused() != "why_popup"


def test_the_caller_leads_to_the_person(front_desk: FrontDesk, parts: OpenedParts, desk: Desk) -> None:
    caller = desk.ticket(front_desk.ticket.number()).caller
    assert caller is not None
    part(front_desk.ticket.pane, QPushButton, "ticket_caller").click()
    assert ("person", caller.uid) in parts.asked


def test_the_number_can_be_copied(front_desk: FrontDesk) -> None:
    front_desk.action("ticket.copy_number").trigger()
    assert QApplication.clipboard().text() == front_desk.ticket.number()


def test_a_refusal_is_said_under_the_top_bar(front_desk: FrontDesk, window: MainWindow) -> None:
    window.operations.failed.connect(lambda error: window.notice.say(_message(error)))
    window.open_ticket("9999-9")
    assert front_desk.notice()
    front_desk.table.focus()
    front_desk.press("Esc")
    assert front_desk.notice() == ""


def _message(error: Exception) -> Message:
    assert isinstance(error, DeskError)
    return message_of(error)


def test_differences_stand_in_the_pane_and_one_key_settles_them(
    front_desk: FrontDesk, desk: Desk, jane: Desk, window: MainWindow
) -> None:
    front_desk.table.go_to(BADGE)
    number = front_desk.ticket.number()
    seen = desk.ticket(number).position
    jane.set_priority(number, "A")
    desk.set_priority(number, "D", seen=seen)
    window.refresh()
    assert front_desk.queues.counts()["differences"] == "1"
    front_desk.queues.open("differences")
    assert front_desk.table.subjects() == [BADGE]
    assert front_desk.action("ticket.settle").isEnabled()
    words = [label.text() for label in window.pane.differences.findChildren(QLabel)]
    assert any(text.startswith("Priority differs: Jane Roe set Emergency (Sev-A)") for text in words)
    buttons = [each for each in window.pane.differences.findChildren(QPushButton) if each.isVisible()]
    assert [button.text() for button in buttons] == ["Keep Low (Sev-D)", "Take Emergency (Sev-A)"]
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert desk.ticket(number).conflicts == ()
    assert desk.ticket(number).priority == "A"
    assert not window.pane.differences.isVisible()


def test_the_queue_of_differences_tells_of_those_in_the_office_and_leads_there(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    team = desk.directory().teams[0]
    seen = desk.queue("open").position
    with desk.store.writing():
        boss = Draft("agent_edited", desk.actor.uid, {"admin": True})
        desk.store.journal.append([boss], None, None)
    desk.change("team", team.uid, name="Nights")
    with desk.store.writing():
        desk.store.journal.append([Draft("team_edited", team.uid, {"name": "Late shift"})], None, seen)
    window.refresh()
    assert front_desk.queues.counts()["differences"] == "1"
    front_desk.queues.open("open")
    assert not window.list.office.isVisible()
    front_desk.queues.open("differences")
    assert window.list.office.accessibleName() == "1 difference in the office"
    assert window.list.office.isVisible()
    window.list.office.pressed.emit()
    office = window.findChild(OfficeWindow)
    assert office is not None
    assert part(office, QWidget, "difference_name").isVisible()
    office.close()


def test_an_entry_of_the_thread_can_be_undone_from_its_menu(
    front_desk: FrontDesk, desk: Desk, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    desk.note(number, "Wrong ticket")
    desk.note(number, "Right ticket")
    window.refresh()
    entry = next(entry for entry in desk.ticket(number).thread if entry.text == "Wrong ticket")
    menu = QMenu(window)
    window.pane.conversation.menu_requested.emit(entry.uid, menu)
    undo = next(action for action in menu.actions() if action.objectName() == "undo_entry")
    undo.trigger()
    notes = [entry.text for entry in desk.ticket(number).thread if entry.kind == "note"]
    assert notes == ["Right ticket"]
