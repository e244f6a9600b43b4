"""The window comes back as it was left."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.session import Session, read_session, session_file, write_session
from desktop_desk.ui.theme import Appearance
from tests.drivers import FrontDesk, OpenedParts, part
from tests.ui.test_main_window import BADGE, SCANNER


@pytest.fixture
def start(
    look: Appearance, operations: Operations, desk: Desk, drafts: Drafts, qtbot: QtBot
) -> Iterator[Callable[[Session], FrontDesk]]:
    """Opens a window with a session."""

    def open_window(session: Session) -> FrontDesk:
        window = MainWindow(look, operations, desk.actor, Actions(), drafts, session, OpenedParts().parts())
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        window.start()
        return FrontDesk(window, qtbot)

    yield open_window
    operations.stop_polling()


def again(start: Callable[[Session], FrontDesk], first: FrontDesk, path: Path) -> FrontDesk:
    """Close the window, and open it anew with what it left in its file."""
    write_session(path, first.window.session())
    first.window.close()
    return start(read_session(path))


def test_queue_order_ticket_and_tab_come_back(start: Callable[[Session], FrontDesk], tmp_path: Path) -> None:
    first = start(Session())
    first.queues.open("all")
    first.table.table.sort_requested.emit("subject", True)
    first.table.go_to(SCANNER)
    first.table.press("n")
    second = again(start, first, tmp_path / "session.json")
    assert second.queues.chosen() == "all"
    assert second.table.title() == "All tickets"
    assert second.table.subjects()[0].startswith("VPN")
    assert second.ticket.subject() == SCANNER
    assert second.table.chosen() == [SCANNER]
    assert second.composer.kind() == "note"


def test_size_panes_and_columns_come_back(start: Callable[[Session], FrontDesk], tmp_path: Path) -> None:
    first = start(Session())
    first.window.resize(960, 650)  # what fits the screen that tests have
    first.window.list.table.setColumnHidden(3, True)
    session = first.window.session()
    second = again(start, first, tmp_path / "session.json")
    assert (second.window.width(), second.window.height()) == (960, 650)
    assert second.window.list.table.isColumnHidden(3)
    assert second.window.session().detail == session.detail


def test_the_scroll_of_the_thread_comes_back(
    start: Callable[[Session], FrontDesk], desk: Desk, tmp_path: Path
) -> None:
    first = start(Session())
    number = first.ticket.number()
    for line in range(40):
        desk.note(number, f"Line {line}\nand more")
    first.window.refresh()
    bar = first.window.pane.conversation.verticalScrollBar()
    first.qtbot.waitUntil(lambda: bar.maximum() > 500)
    bar.setValue(300)
    place = first.window.pane.conversation.place()
    second = again(start, first, tmp_path / "session.json")
    assert second.window.pane.conversation.place() == place


def test_a_draft_is_there_again_with_its_ticket(
    start: Callable[[Session], FrontDesk], tmp_path: Path
) -> None:
    first = start(Session())
    first.table.go_to(BADGE)
    first.table.press("r")
    first.composer.write("half a sentence")
    second = again(start, first, tmp_path / "session.json")
    assert second.composer.text() == "half a sentence"


def test_a_session_from_elsewhere_or_broken_is_the_first_one(
    start: Callable[[Session], FrontDesk], tmp_path: Path
) -> None:
    path = tmp_path / "session.json"
    assert read_session(path) == Session()
    path.write_text("{broken", encoding="utf-8")
    assert read_session(path) == Session()
    path.write_text('{"queue": 7, "ticket": "9999-9", "columns": [], "unknown": 1}', encoding="utf-8")
    assert read_session(path) == Session(ticket="9999-9")
    window = start(Session(queue="no such queue", geometry="nonsense", columns={"tickets": {"x": 1}}))
    assert window.table.title() == "Open"


def test_a_ticket_that_is_gone_leaves_no_error(start: Callable[[Session], FrontDesk]) -> None:
    shown = start(Session(ticket="9999-9"))
    assert shown.notice() == ""
    assert shown.table.chosen() == [shown.ticket.subject()]


def test_each_agent_on_each_desk_has_a_session_of_his_own(tmp_path: Path) -> None:
    files = {
        session_file(tmp_path, desk, login) for desk in ("/a.desk", "/b.desk") for login in ("john", "jane")
    }
    assert len(files) == 4


def test_a_window_that_starts_on_for_me_counts_the_queues(start: Callable[[Session], FrontDesk]) -> None:
    front_desk = start(Session(queue="forme"))
    front_desk.qtbot.waitUntil(lambda: front_desk.queues.counts()["open"] == "4")
    assert part(front_desk.window, QLabel, "status_count").text() == "0 for me · 5 tickets"


def test_the_status_bar_counts_what_is_in_the_middle(start: Callable[[Session], FrontDesk]) -> None:
    front_desk = start(Session())
    status = part(front_desk.window, QLabel, "status_count")
    assert status.text() == "4 of 5 tickets"
    front_desk.press("Ctrl+1")
    front_desk.qtbot.waitUntil(lambda: status.text() == "0 for me · 5 tickets")
    front_desk.press("Ctrl+2")
    front_desk.qtbot.waitUntil(lambda: status.text() == "4 of 5 tickets")
