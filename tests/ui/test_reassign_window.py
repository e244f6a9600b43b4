"""Handing on from the main window, on a real desk."""

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from desktop_desk.ui.tickets.reassign import ReassignDialog, open_reassign
from tests.drivers import FrontDesk, OpenedParts
from tests.drivers_calls import Keyboard, ReassignPage

VPN = "VPN down for all of sales"


class WithDialog(OpenedParts):
    def parts(self) -> Parts:
        return replace(super().parts(), reassign=open_reassign)


@pytest.fixture
def parts() -> OpenedParts:
    return WithDialog()


@pytest.fixture
def keys(window: MainWindow, front_desk: FrontDesk) -> Keyboard:
    QTest.qWaitForWindowActive(window)
    front_desk.table.go_to(VPN)
    return Keyboard()


@pytest.fixture
def page(window: MainWindow) -> ReassignPage:
    return ReassignPage(window)


def dialog_of(page: ReassignPage) -> ReassignDialog:
    dialog = page.dialog()
    assert dialog is not None
    return dialog


def test_the_list_shows_agents_teams_and_departments_with_what_they_have(
    keys: Keyboard, page: ReassignPage
) -> None:
    keys.press("A")
    assert {"Jane Roe", "Night shift", "System Administrators"} <= set(page.shown())
    hits = {hit.title: hit.right for hit in dialog_of(page)._search._model.hits}
    assert hits["John Doe"] == "1 open"


def test_a_message_that_was_put_away_comes_back_and_is_gone_after_the_act(
    window: MainWindow,
    keys: Keyboard,
    page: ReassignPage,
    drafts: Drafts,
    front_desk: FrontDesk,
    desk: Desk,
) -> None:
    number = front_desk.ticket.number()
    keys.press("A")
    keys.type("jane")
    keys.press("Enter")
    keys.type("half a mess")
    keys.press("Escape")
    assert page.dialog() is None
    assert desk.ticket(number).agent is None
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    keys.press("A", "Enter")
    keys.type("age")
    keys.press("Ctrl+Enter")
    ticket = desk.ticket(number)
    assert ticket.agent == "jane"
    assert [entry.text for entry in ticket.thread if entry.kind == "note"] == ["half a message"]
    assert drafts.all("reassign:") == ()
    assert front_desk.said() == f"{number} handed to Jane Roe."


def test_a_failed_act_keeps_the_words_and_says_why(
    keys: Keyboard,
    page: ReassignPage,
    drafts: Drafts,
    desk: Desk,
    front_desk: FrontDesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys.press("A")
    keys.type("jane")
    keys.press("Enter")
    keys.type("certificate next")

    def full(*_arguments: object, **_more: object) -> None:
        raise StorageUnavailable("full", "The disk is full.", "Make room and try again.")

    with monkeypatch.context() as broken:
        broken.setattr(desk, "assign", full)
        keys.press("Ctrl+Enter")
    error = dialog_of(page).findChild(QLabel, "reassign_error")
    assert error is not None
    assert error.text() == "The disk is full. Make room and try again."
    assert len(drafts.all("reassign:")) == 1
    keys.press("Ctrl+Enter")
    assert page.dialog() is None
    assert desk.ticket(front_desk.ticket.number()).agent == "jane"


def test_keep_me_informed_taken_off_follows_no_longer(
    keys: Keyboard, page: ReassignPage, desk: Desk, front_desk: FrontDesk, qtbot: QtBot
) -> None:
    number = front_desk.ticket.number()
    keys.press("A")
    keys.type("system")
    keys.press("Enter", "Alt+K")
    inform = dialog_of(page).findChild(QCheckBox, "reassign_inform")
    assert inform is not None
    qtbot.waitUntil(lambda: not inform.isChecked(), timeout=2000)
    keys.press("Ctrl+Enter")
    ticket = desk.ticket(number)
    assert (ticket.department, ticket.agent) == ("System Administrators", None)
    assert "john" not in ticket.followers
