"""Two windows on one file: each says quietly who else is at the ticket, and stops nobody."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.presence import Colleague
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage.presence import STALE_SECONDS
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.background import Background
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.session import Session
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.company import BEAT_MS, Company, company_words
from tests.drivers import FrontDesk, OpenedParts, part
from tests.ui.conftest import PASSWORD, QUICK
from tests.ui.test_main_window import SCANNER, VPN


@pytest.fixture
def company(window: MainWindow) -> Company:
    return window._company


def says(window: MainWindow) -> str:
    return part(window, QLabel, "ticket_company").accessibleName()


def test_a_beat_comes_often_enough_for_others_to_remember() -> None:
    assert BEAT_MS * 4 < STALE_SECONDS * 1000


def test_the_pane_says_who_has_the_ticket_open_and_who_is_writing(
    front_desk: FrontDesk, company: Company, jane: Desk, window: MainWindow
) -> None:
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    assert says(window) == ""
    jane.present(number)
    company.look()
    assert says(window) == "Jane Roe has this open"
    jane.present(number, writing=True)
    company.look()
    assert says(window) == "Jane Roe is writing…"
    jane.present("")
    company.look()
    assert says(window) == ""


def test_another_ticket_has_other_company(
    front_desk: FrontDesk, company: Company, jane: Desk, window: MainWindow
) -> None:
    front_desk.table.go_to(SCANNER)
    jane.present(front_desk.ticket.number(), writing=True)
    company.look()
    front_desk.table.go_to(VPN)
    assert says(window) == ""
    front_desk.table.go_to(SCANNER)
    assert says(window) == "Jane Roe is writing…", "it is asked for at once"


def test_others_learn_of_this_window_when_its_ticket_opens_and_when_typing_begins(
    front_desk: FrontDesk, jane: Desk
) -> None:
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    assert jane.others_at(number) == (Colleague("john", "John Doe", writing=False),)
    front_desk.table.press("n")
    QTest.keyClicks(front_desk.composer.editor, "I")
    assert jane.others_at(number) == (Colleague("john", "John Doe", writing=True),)
    front_desk.composer.send()


def test_whoever_pauses_reads_again(front_desk: FrontDesk, company: Company, jane: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    QTest.keyClicks(front_desk.composer.editor, "I think")
    company._typing.timeout.emit()
    company._typing.stop()
    company.look()
    assert [other.writing for other in jane.others_at(number)] == [False]


def test_what_was_sent_is_not_being_written(front_desk: FrontDesk, company: Company, jane: Desk) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    front_desk.composer.write("Done.")
    front_desk.composer.send()
    company.look()
    assert [other.writing for other in jane.others_at(number)] == [False]


def test_nothing_moves_and_the_cursor_stays(
    front_desk: FrontDesk, company: Company, jane: Desk, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    QTest.keyClicks(front_desk.composer.editor, "I am ")
    before = [
        widget.geometry()
        for widget in (window.pane.composer, window.pane.conversation, front_desk.composer.editor)
    ]
    for writing in (False, True):
        jane.present(number, writing=writing)
        company.look()
        assert says(window)
        after = [
            widget.geometry()
            for widget in (window.pane.composer, window.pane.conversation, front_desk.composer.editor)
        ]
        assert after == before
        assert front_desk.focused() == "composer_text"
    QTest.keyClicks(front_desk.composer.editor, "writing")
    assert front_desk.composer.text() == "I am writing"


def test_the_same_news_is_painted_once(
    front_desk: FrontDesk, company: Company, jane: Desk, window: MainWindow
) -> None:
    jane.present(front_desk.ticket.number(), writing=True)
    company.look()
    label = part(window, QLabel, "ticket_company")
    set_again: list[str] = []
    label.setText = set_again.append  # type: ignore[method-assign]
    for _beat in range(3):
        company.look()
    assert set_again == []


def test_a_hidden_window_is_at_no_ticket(
    front_desk: FrontDesk, company: Company, jane: Desk, window: MainWindow
) -> None:
    number = front_desk.ticket.number()
    assert jane.others_at(number)
    window.hide()
    company.look()
    assert jane.others_at(number) == ()


def test_two_windows_on_one_file_see_each_other(
    front_desk: FrontDesk,
    company: Company,
    window: MainWindow,
    desk_file: Path,
    look: Appearance,
    tmp_path: Path,
    qtbot: object,
) -> None:
    door = bootstrap.open_desk(desk_file, passwords=QUICK)
    hers = door.log_in("jane", PASSWORD)
    drafts = Drafts(tmp_path / "state" / "jane.drafts")
    operations = Operations(hers, Background(inline=True), door.data_version)
    second = MainWindow(look, operations, hers.actor, Actions(), drafts, Session(), OpenedParts().parts())
    second.show()
    second.start()
    try:
        front_desk.table.go_to(SCANNER)
        second.open_ticket(front_desk.ticket.number())
        assert says(second) == "John Doe has this open"
        second.pane.composer.open("note")
        QTest.keyClicks(second.pane.composer.editor, "Look")
        company.look()
        assert says(window) == "Jane Roe is writing…"
    finally:
        operations.stop_polling()
        second.close()
        drafts.close()
        door.close()
    company.look()
    assert says(window) == ""


def test_a_desk_that_cannot_be_read_is_not_told_by_its_company(
    front_desk: FrontDesk,
    company: Company,
    operations: Operations,
    monkeypatch: pytest.MonkeyPatch,
    window: MainWindow,
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise StorageUnavailable("locked", "Another program is holding the desk.")

    monkeypatch.setattr(operations.desk, "present", fails)
    company.look()
    assert says(window) == ""
    assert front_desk.notice() == ""


def test_a_mistake_of_ours_is_not_kept_quiet(
    company: Company, operations: Operations, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(operations.desk, "present", fails)
    with qtbot.waitSignal(operations.failed) as told:
        company.look()
    assert [type(error) for error in told.args or ()] == [ZeroDivisionError]


def test_a_long_name_is_shortened_and_pushes_nothing_aside(front_desk: FrontDesk, window: MainWindow) -> None:
    label = window.pane.composer.company
    width = window.pane.width()
    label.say("Maximiliane von und zu Hohenlohe-Schillingsfürst has this ticket open", everybody="all of it")
    assert label.shown().endswith("…")
    assert (window.pane.width(), label.toolTip()) == (width, "all of it")
    assert label.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize(
    ("writing", "words"),
    [
        ((), ""),
        ((True,), "A is writing…"),
        ((True, True), "A and B are writing…"),
        ((True, True, True), "3 colleagues are writing…"),
        ((True, False), "A is writing…"),
        ((False,), "A has this open"),
        ((False, False), "2 colleagues have this open"),
    ],
)
def test_the_words(writing: tuple[bool, ...], words: str) -> None:
    others = [Colleague(name.lower(), name, at_work) for name, at_work in zip("ABC", writing, strict=False)]
    assert company_words(others) == words
