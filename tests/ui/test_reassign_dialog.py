"""Handing on: the dialog by itself."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_desk.desk.views import Target
from desktop_desk.domain.facts import EntityId
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.reassign import ReassignDialog, Reassignment, matching

JANE = Target("agent", EntityId("a1"), "Jane Doe", "System Administrators", 2)
JOHN = Target("agent", EntityId("a2"), "John Roe", "Support", 7)
ADMINS = Target("team", EntityId("t1"), "System Administrators", "team · 3 agents", 5)
SUPPORT = Target("department", EntityId("d1"), "Support", "department", 19)
TARGETS = (JANE, JOHN, ADMINS, SUPPORT)


@pytest.fixture
def dialog(look: Appearance, qtbot: object) -> Iterator[ReassignDialog]:
    window = QWidget()
    window.resize(1000, 700)
    window.show()
    shown = ReassignDialog(look, "Reassign 1041-0 · VPN down", window)
    shown.set_targets(TARGETS)
    shown.open()
    QTest.qWaitForWindowActive(shown)
    yield shown
    window.close()
    window.deleteLater()


def press(text: str = "", key: Qt.Key | None = None, *held: Qt.KeyboardModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    if text:
        QTest.keyClicks(focus, text)
    if key is not None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for modifier in held:
            modifiers |= modifier
        QTest.keyClick(focus, key, modifiers)


CTRL = Qt.KeyboardModifier.ControlModifier


def test_letters_enter_a_message_and_ctrl_enter_hand_the_ticket_on(
    dialog: ReassignDialog, qtbot: object
) -> None:
    wanted: list[Reassignment] = []
    dialog.wanted.connect(wanted.append)
    press("ja", Qt.Key.Key_Return)
    press("tried restart", Qt.Key.Key_Return, CTRL)
    assert wanted == [Reassignment("a1", "Jane Doe", "tried restart", release_me=True, keep_me_informed=True)]
    assert dialog.isVisible()


def test_the_arrows_choose_among_agents_teams_and_departments(dialog: ReassignDialog) -> None:
    press("", Qt.Key.Key_Down)
    press("", Qt.Key.Key_Down)
    press("", Qt.Key.Key_Return)
    values = dialog.values()
    assert values is not None
    assert values.to == "t1"


def test_moving_with_the_arrows_alone_chooses_too(dialog: ReassignDialog) -> None:
    wanted: list[Reassignment] = []
    dialog.wanted.connect(wanted.append)
    press("", Qt.Key.Key_Down)
    press("", Qt.Key.Key_Return, CTRL)
    assert [value.to for value in wanted] == ["a2"]


def test_ctrl_enter_in_the_search_line_takes_the_marked_one_without_a_message(dialog: ReassignDialog) -> None:
    wanted: list[Reassignment] = []
    dialog.wanted.connect(wanted.append)
    press("sup", Qt.Key.Key_Return, CTRL)
    assert [value.to for value in wanted] == ["d1"]


def test_without_a_choice_nothing_is_asked_and_the_reason_is_said(dialog: ReassignDialog) -> None:
    wanted: list[Reassignment] = []
    dialog.wanted.connect(wanted.append)
    press("", Qt.Key.Key_Return, CTRL)
    press("nobody of that name", Qt.Key.Key_Return, CTRL)
    assert wanted == []
    assert "Choose who gets it" in dialog._error.text()


def test_a_refusal_keeps_every_word_and_it_can_be_tried_again(dialog: ReassignDialog) -> None:
    wanted: list[Reassignment] = []
    dialog.wanted.connect(wanted.append)
    press("john", Qt.Key.Key_Return)
    press("please", Qt.Key.Key_Return, CTRL)
    press("", Qt.Key.Key_Return, CTRL)
    assert len(wanted) == 1, "one act is under way"
    dialog.show_error("to", "John may not be assigned tickets of this department.")
    press("", Qt.Key.Key_Return, CTRL)
    assert len(wanted) == 2
    assert wanted[1].message == "please"


def test_escape_puts_the_dialog_away_without_an_act(dialog: ReassignDialog) -> None:
    press("", Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_a_draft_kept_comes_back(dialog: ReassignDialog) -> None:
    press("john", Qt.Key.Key_Return)
    press("half a mess")
    kept = dialog.kept()
    again = ReassignDialog(dialog._look, "Reassign", dialog.parentWidget())
    again.restore(
        str(kept["to"]),
        str(kept["message"]),
        release_me=bool(kept["release_me"]),
        keep_me_informed=bool(kept["keep_me_informed"]),
    )
    again.set_targets(TARGETS)
    values = again.values()
    assert values == Reassignment("a2", "John Roe", "half a mess")


def test_an_untouched_dialog_keeps_no_draft(dialog: ReassignDialog) -> None:
    assert dialog.kept() == {}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", TARGETS),
        ("doe", (JANE,)),
        ("doe jane", (JANE,)),
        ("sys", (ADMINS, JANE)),
        ("SUPPORT", (SUPPORT, JOHN)),
        ("oe", ()),
        ("zzz", ()),
    ],
)
def test_any_word_of_name_or_place_finds(typed: str, found: tuple[Target, ...]) -> None:
    assert tuple(matching(TARGETS, typed)) == found
