"""Notices in the real window: told by the system or in the window, without words while locked; and their choice."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.notices.attach import show_why
from desktop_desk.ui.notices.dialog import NoticesDialog
from desktop_desk.ui.notices.notify import notify
from desktop_desk.ui.notices.sound import sound_file
from desktop_desk.ui.notices.teller import Teller
from desktop_desk.ui.notices.tray import count_text, tray_icon
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.theme import Appearance
from tests.drivers import FrontDesk, reached_by_tab
from tests.ui.conftest import PASSWORD


@dataclass
class Place:
    """A place for notices that keeps what it was told."""

    said: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    count: int = -1
    gone: bool = False

    def show_count(self, count: int) -> None:
        self.count = count

    def say(self, title: str, text: str) -> None:
        self.said.append((title, text))

    def take_away(self) -> None:
        self.gone = True


@dataclass
class Host:
    """An open desk whose window is, or is not, looked at."""

    window: MainWindow
    locked: bool = False

    def front_window(self) -> QWidget | None:
        return self.window


class Telling:
    """John's window telling what Jane does."""

    def __init__(self, window: MainWindow, monkeypatch: pytest.MonkeyPatch, *, place: Place | None) -> None:
        self.place = place or Place()
        self.host = Host(window)
        self.sounds = 0
        self.looked_at = False
        monkeypatch.setattr(window, "isActiveWindow", lambda: self.looked_at)
        self.notified: list[tuple[str, str]] = []
        self.teller = Teller(self.host, window, place, play=self._sound, notify=self._notify)
        self.teller.begin()

    def _sound(self) -> None:
        self.sounds += 1

    def _notify(self, title: str, text: str) -> None:
        self.notified.append((title, text))


@pytest.fixture
def telling(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Telling:
    return Telling(window, monkeypatch, place=Place())


def mine(desk: Desk) -> str:
    """John's scanner ticket."""
    (hit,) = desk.search("Scanner")
    return hit.row.number


def test_a_colleagues_note_is_told_by_the_system_and_leads_to_its_ticket(
    telling: Telling, front_desk: FrontDesk, desk: Desk, jane: Desk
) -> None:
    number = mine(desk)
    jane.note(number, "The roller is worn.")
    telling.teller.look()
    ((title, text),) = telling.place.said
    assert title == f"{number}: Jane Roe noted"
    assert text == "Scanner at gate 2 prints stripes\nThe roller is worn."
    assert telling.sounds == 0
    telling.teller.go()
    assert front_desk.ticket.number() == number
    telling.teller.look()
    assert len(telling.place.said) == 1


def test_a_mention_sounds(telling: Telling, desk: Desk, jane: Desk) -> None:
    jane.note(mine(desk), "@john can you look?")
    telling.teller.look()
    assert telling.sounds == 1


def test_while_somebody_looks_it_is_told_in_the_window(
    telling: Telling, front_desk: FrontDesk, desk: Desk, jane: Desk
) -> None:
    telling.looked_at = True
    jane.note(mine(desk), "The roller is worn.")
    telling.teller.look()
    assert telling.place.said == []
    assert "Jane Roe noted" in front_desk.said()


def test_a_locked_desk_says_only_how_many(
    telling: Telling, front_desk: FrontDesk, desk: Desk, jane: Desk
) -> None:
    before = front_desk.ticket.number()
    telling.host.locked = telling.looked_at = True
    jane.note(mine(desk), "A secret word.")
    telling.teller.look()
    assert telling.place.said == [("Desktop Desk is locked", "1 new for you")]
    telling.teller.go()
    assert front_desk.ticket.number() == before


def test_many_at_once_are_told_as_one_and_lead_to_for_me(
    telling: Telling, window: MainWindow, desk: Desk, jane: Desk
) -> None:
    number = mine(desk)
    for text in ("one", "two", "three", "four"):
        jane.note(number, text)
    telling.teller.look()
    assert telling.place.said == [("For you: 4 notices", "4 × A colleague's note, reply or call")]
    telling.teller.go()
    assert window.side.selected() == "forme"


def test_the_icon_counts_what_is_new(
    telling: Telling, front_desk: FrontDesk, desk: Desk, jane: Desk, qtbot: QtBot
) -> None:
    jane.note(mine(desk), "news")
    front_desk.others_work()
    qtbot.waitUntil(lambda: telling.place.count == 1)


def test_what_was_new_before_the_icon_came_is_counted_too(
    front_desk: FrontDesk,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    desk: Desk,
    jane: Desk,
    qtbot: QtBot,
) -> None:
    jane.note(mine(desk), "news")
    front_desk.others_work()
    qtbot.waitUntil(lambda: front_desk.queues.counts().get("forme") == "1")
    telling = Telling(window, monkeypatch, place=Place())
    qtbot.waitUntil(lambda: telling.place.count == 1)


def test_without_an_icon_the_title_counts(
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
    front_desk: FrontDesk,
    desk: Desk,
    jane: Desk,
    qtbot: QtBot,
) -> None:
    bare = window.windowTitle()
    telling = Telling(window, monkeypatch, place=None)
    jane.note(mine(desk), "news")
    front_desk.others_work()
    qtbot.waitUntil(lambda: window.windowTitle() == f"(1) {bare}")
    desk.mark_all_seen()
    window.refresh()
    qtbot.waitUntil(lambda: window.windowTitle() == bare)
    assert telling.sounds == 0


def test_without_an_icon_the_systems_own_tool_tells(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, desk: Desk, jane: Desk
) -> None:
    number = mine(desk)
    telling = Telling(window, monkeypatch, place=None)
    jane.note(number, "The roller is worn.")
    telling.teller.look()
    text = "Scanner at gate 2 prints stripes\nThe roller is worn."
    assert telling.notified == [(f"{number}: Jane Roe noted", text)]
    telling.host.locked = True
    jane.note(number, "A secret word.")
    telling.teller.look()
    assert telling.notified[1:] == [("Desktop Desk is locked", "1 new for you")]


def test_the_systems_own_tool_takes_words_as_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    told, tool = tmp_path / "told", tmp_path / "notify-send"
    tool.write_text(f"#!/bin/sh\nprintf '%s|' \"$@\" > {told}.new && mv {told}.new {told}\n")
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert notify("--help", "<b>worn</b> & torn")
    qtbot.waitUntil(told.exists)
    assert told.read_text().endswith("|--|--help|&lt;b&gt;worn&lt;/b&gt; &amp; torn|")
    monkeypatch.setenv("PATH", "")
    assert not notify("1041-0", "nobody there")


def test_the_end_of_the_window_takes_the_icon_away(telling: Telling, window: MainWindow) -> None:
    window.close()
    assert telling.place.gone


def test_one_key_says_why_a_line_stands_in_for_me(
    front_desk: FrontDesk, window: MainWindow, desk: Desk, jane: Desk
) -> None:
    jane.note(mine(desk), "news")
    front_desk.press("Ctrl+1")
    view = window.middle.forme()[0]
    label = view.findChild(QLabel, "for_me_why")
    assert isinstance(label, QLabel)
    assert not label.isVisible()
    show_why(window)
    assert label.isVisible()
    assert label.text().startswith("The ticket is yours.")
    show_why(window)
    assert not label.isVisible()


def test_for_me_and_its_reason_are_one_key_away(window: MainWindow, desk: Desk, jane: Desk) -> None:
    jane.note(mine(desk), "news")
    show_why(window)
    view = window.middle.forme()[0]
    assert view.isVisible()
    assert view.current() is not None


class Choice:
    """What I am told…, worked by keys."""

    def __init__(self, look: Appearance, operations: Operations, window: MainWindow) -> None:
        self.dialog = NoticesDialog(look, operations, window)
        self.dialog.read()

    def part(self, kind: type, name: str) -> QWidget:
        found = self.dialog.findChild(kind, name)
        assert isinstance(found, QWidget)
        return found

    def press(self, key: Qt.Key, times: int = 1) -> None:
        for _each in range(times):
            QTest.keyClick(self.dialog.table, key)

    def save(self) -> None:
        QTest.keyClick(self.dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def choice(look: Appearance, operations: Operations, window: MainWindow) -> Choice:
    return Choice(look, operations, window)


def test_a_cell_is_turned_over_by_keys_and_kept(choice: Choice, desk: Desk) -> None:
    before = desk.notice_settings().cells
    choice.dialog.tabs.setCurrentIndex(1)
    choice.press(Qt.Key.Key_Down)
    choice.press(Qt.Key.Key_Right)
    choice.press(Qt.Key.Key_Space)
    choice.save()
    after = desk.notice_settings().cells
    assert before["new", "team"] == {"tray"}
    assert after == {**before, ("new", "team"): frozenset()}
    assert not choice.dialog.isVisible()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_event_can_be_read(
    look: Appearance, operations: Operations, window: MainWindow, scale: float
) -> None:
    look.set_text_scale(scale)
    table = Choice(look, operations, window).dialog.table
    QApplication.processEvents()
    room = min(table.sizeHint().width(), window.screen().availableSize().width() - 100)
    assert table.width() >= room


def test_tab_goes_through_the_choice_as_it_is_read(choice: Choice) -> None:
    names = reached_by_tab(choice.dialog)
    start = names.index("notice_ways")
    assert [*names[start:], *names[:start]] == [
        "notice_ways", "notice_matrix", "notice_quiet", "notice_daily", "notice_save", "notice_usual", "notice_hear",
    ]  # fmt: skip


def test_calls_that_are_owed_cannot_be_taken_out_of_the_list(choice: Choice, desk: Desk) -> None:
    model = choice.dialog.model
    owed = next(
        index
        for row in range(model.rowCount())
        if (index := model.index(row, 1)) and not model.flags(index) & Qt.ItemFlag.ItemIsEnabled
    )
    model.turn(owed)
    choice.save()
    assert "list" in desk.notice_settings().cells["mention", "mine"]


def test_quiet_hours_and_the_daily_mail_are_kept(choice: Choice, desk: Desk) -> None:
    quiet, start = choice.part(QCheckBox, "notice_quiet"), choice.part(QLineEdit, "notice_from")
    daily, at = choice.part(QCheckBox, "notice_daily"), choice.part(QLineEdit, "notice_at")
    assert isinstance(quiet, QCheckBox)
    assert isinstance(start, QLineEdit)
    assert isinstance(daily, QCheckBox)
    assert isinstance(at, QLineEdit)
    assert not start.isEnabled()
    quiet.click()
    daily.click()
    start.setText("19:30")
    at.setText("9:15")
    choice.save()
    settings = desk.notice_settings()
    assert (settings.quiet, settings.digest) == ("19:30-07:30", "09:15")


def test_a_time_that_is_none_is_said_and_nothing_is_lost(choice: Choice, desk: Desk) -> None:
    daily, at = choice.part(QCheckBox, "notice_daily"), choice.part(QLineEdit, "notice_at")
    assert isinstance(daily, QCheckBox)
    assert isinstance(at, QLineEdit)
    daily.click()
    at.setText("late")
    choice.save()
    error = choice.part(QLabel, "notice_error")
    assert isinstance(error, QLabel)
    assert "no time of day" in error.text()
    assert choice.dialog.isVisible()
    assert desk.notice_settings().digest == ""


def test_why_no_mails_go_is_said_for_the_agent_and_for_the_desk(
    look: Appearance, operations: Operations, window: MainWindow, front: FrontDoor
) -> None:
    def told() -> str:
        label = Choice(look, operations, window).part(QLabel, "notice_address")
        assert isinstance(label, QLabel)
        return label.text()

    admin = front.log_in("admin", PASSWORD)
    assert told() == (
        "No mails: you have no e-mail address in the list of agents, and no mailbox of the desk can send."
    )
    admin.change("agent", "john", email="john@office.example")
    assert told() == "No mails: no mailbox of the desk can send."
    admin.add("mailbox", name="Help", address="help@office.example", smtp_host="smtp.office.example")
    assert told() == "Mails go to john@office.example."
    admin.change("agent", "john", email="")
    assert told() == "No mails: you have no e-mail address in the list of agents."


def test_as_usual_takes_every_cell_back(choice: Choice, desk: Desk) -> None:
    usual = desk.notice_settings().cells
    choice.press(Qt.Key.Key_Down, 2)
    choice.press(Qt.Key.Key_Space)
    assert choice.dialog.model.cells != usual
    button = choice.part(QPushButton, "notice_usual")
    assert isinstance(button, QPushButton)
    button.click()
    assert choice.dialog.model.cells == usual


def test_screen_readers_are_told_what_a_cell_says(choice: Choice) -> None:
    model = choice.dialog.model
    model.show_channel("tray")
    cell = model.index(2, 2)
    assert model.data(cell, Qt.ItemDataRole.AccessibleTextRole) == "A new ticket, my teams, notification: on"
    nothing = model.index(2, 1)
    assert model.data(nothing, Qt.ItemDataRole.AccessibleTextRole) == "does not apply"


def test_the_icon_differs_with_its_count_and_the_sound_is_there(window: MainWindow) -> None:
    pictures = [tray_icon(count).pixmap(32, 32).toImage() for count in (0, 1, 42)]
    assert pictures[0] != pictures[1] != pictures[2]
    assert (count_text(0), count_text(1), count_text(3)) == (
        "nothing new for you",
        "1 new for you",
        "3 new for you",
    )
    assert sound_file().stat().st_size < 40_000
