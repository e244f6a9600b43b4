"""Writing to a ticket: replies, notes, call-backs, and drafts that nothing takes away."""

from collections.abc import Callable

from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from tests.drivers import FrontDesk
from tests.ui.test_main_window import SCANNER, TILL, VPN


def texts(desk: Desk, number: str) -> list[tuple[str, str]]:
    return [(entry.kind, entry.text) for entry in desk.ticket(number).thread if entry.kind != "event"]


def test_r_writes_a_reply_and_control_enter_sends_it(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    assert front_desk.composer.kind() == "reply"
    front_desk.composer.write("Please connect again.")
    front_desk.composer.send()
    assert ("reply", "Please connect again.") in texts(desk, number)
    assert front_desk.composer.text() == ""
    assert any("Please connect again." in line for line in front_desk.ticket.thread())


def test_reply_and_resolve_takes_two_keys_beside_the_text(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("Solved.")
    front_desk.composer.send(resolve=True)
    assert desk.ticket(number).state == "resolved"
    assert front_desk.ticket.shows("status") == "Resolved"


def test_n_writes_a_note_that_is_no_reply(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    front_desk.composer.write("Certificate?")
    front_desk.composer.send()
    assert ("note", "Certificate?") in texts(desk, number)


def test_b_promises_a_call_back(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("b")
    front_desk.composer.write("Whether it works")
    front_desk.composer.send()
    backs = desk.ticket(number).call_backs
    assert [(back.text, back.done) for back in backs] == [("Whether it works", False)]
    assert backs[0].due is not None


def test_undo_takes_the_reply_back(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("Too early")
    front_desk.composer.send()
    front_desk.press("Esc")
    front_desk.press("Ctrl+Z")
    assert ("reply", "Too early") not in texts(desk, number)


def test_each_ticket_and_each_tab_has_its_own_draft(front_desk: FrontDesk) -> None:
    front_desk.table.go_to(VPN)
    front_desk.table.press("r")
    front_desk.composer.write("reply to the VPN")
    front_desk.press("Ctrl+Shift+R")
    front_desk.composer.write("a note on it")
    front_desk.table.go_to(TILL)
    assert front_desk.composer.text() == ""
    front_desk.table.go_to(VPN)
    assert front_desk.composer.text() == "a note on it"
    front_desk.table.press("r")
    assert front_desk.composer.text() == "reply to the VPN"


def test_saved_is_said_when_the_draft_is_on_disk(front_desk: FrontDesk, drafts: Drafts) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("Hello")
    assert front_desk.composer.saved() == ""
    front_desk.qtbot.waitUntil(lambda: front_desk.composer.saved() == "Draft kept")
    assert drafts.read(f"reply:{front_desk.window.pane.view.uid}").text == "Hello"  # type: ignore[union-attr]


def test_after_sending_nothing_of_the_draft_is_left(front_desk: FrontDesk, drafts: Drafts) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("Hello")
    front_desk.composer.send()
    assert drafts.all() == ()


def test_a_refused_reply_keeps_its_text_and_says_why(
    front_desk: FrontDesk, desk: Desk, drafts: Drafts
) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("   ")
    front_desk.composer.send()
    assert front_desk.composer.error()
    assert front_desk.composer.text() == "   "


def test_a_failed_save_keeps_the_text_and_the_draft(
    front_desk: FrontDesk, drafts: Drafts, refuse_writes: Callable[[Exception], None]
) -> None:
    front_desk.table.press("r")
    front_desk.composer.write("Important")
    refuse_writes(StorageUnavailable("full", "The disk is full.", "Make room, then send again."))
    front_desk.composer.send()
    assert front_desk.composer.text() == "Important"
    assert "The disk is full." in front_desk.composer.error()
    assert [draft.text for draft in drafts.all()] == ["Important"]


def test_what_jane_does_meanwhile_is_told_and_the_text_is_left_alone(
    front_desk: FrontDesk, jane: Desk
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("I am just wri")
    front_desk.composer.editor.moveCursor(front_desk.composer.editor.textCursor().MoveOperation.Start)
    front_desk.others_work()
    jane.reply(number, "Already done.")
    front_desk.others_work()
    assert front_desk.composer.text() == "I am just wri"
    assert front_desk.composer.editor.textCursor().position() == 0
    assert front_desk.focused() == "composer_text"
    assert "Jane Roe replied" in front_desk.ticket.says("changed")


def test_a_resolve_that_did_not_see_janes_status_becomes_a_difference(
    front_desk: FrontDesk, desk: Desk, jane: Desk
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("Fixed")
    jane.set_status(number, "waiting")
    front_desk.others_work()
    front_desk.composer.send(resolve=True)
    assert [conflict.field for conflict in desk.ticket(number).conflicts] == ["status"]


def test_switching_to_another_ticket_does_not_send(front_desk: FrontDesk, desk: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("r")
    front_desk.composer.write("half a sent")
    front_desk.table.go_to(SCANNER)
    assert not any(text == "half a sent" for _kind, text in texts(desk, number))


def test_the_editor_grows_with_its_text_and_leaves_room_for_the_thread(
    front_desk: FrontDesk, window: MainWindow
) -> None:
    editor = front_desk.composer.editor
    low = editor.height()
    editor.setPlainText("\n".join(f"line {n}" for n in range(8)))
    assert editor.height() > low
    editor.setPlainText("\n".join(f"line {n}" for n in range(80)))
    front_desk.qtbot.waitUntil(lambda: window.pane.conversation.height() > 100)
