"""The first start: create a desk, open one, or try the demo, at the keyboard."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, config
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.first_start_steps import file_name
from desktop_desk.ui.theme import Appearance
from tests.drivers_office import FirstStartPage


class Inline:
    """Runs each call at once; what the window does not show itself fails the test."""

    def task(
        self,
        call: Callable[[], Any],
        *,
        owner: QObject,
        then: Callable[[Any], None],
        failed: Callable[[Exception], bool] | None = None,
        latest: str = "",
        long: bool = False,
    ) -> None:
        try:
            value = call()
        except Exception as error:
            if failed is None or not failed(error):
                raise
        else:
            then(value)


class Held(Inline):
    """Waits until it is told to go on."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def task(self, call: Callable[[], Any], **rest: Any) -> None:
        self.waiting.append(lambda: super(Held, self).task(call, **rest))


@pytest.fixture
def start(look: Appearance, qtbot: QtBot) -> FirstStart:
    return shown(FirstStart(look, Inline()), qtbot)


def shown(window: FirstStart, qtbot: QtBot) -> FirstStart:
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    return window


def fill_office(page: FirstStartPage, path: Path) -> None:
    page.fill(name="Front desk", path=str(path))
    page.keys.press("Enter")


PASSWORD = "secret sentence"


def fill_admin(page: FirstStartPage, password: str = PASSWORD, again: str = PASSWORD) -> None:
    page.fill(admin_name="Ada Lovelace", admin_password=password, again=again)
    page.keys.press("Enter")


def test_the_administrators_mail_address_may_be_given_and_is_checked(
    start: FirstStart, tmp_path: Path
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    page.fill(admin_email="ada")
    fill_admin(page)
    assert page.errors() == ["This is no e-mail address."]
    page.fill(admin_email="ada@office.example")
    page.keys.press("Enter")
    front = bootstrap.open_desk(tmp_path / "front.desk")
    try:
        ada = front.log_in("ada", PASSWORD).directory().agent("ada")
        assert ada is not None
        assert ada.email == "ada@office.example"
    finally:
        front.close()


def test_three_steps_make_a_desk_that_its_administrator_can_enter(
    start: FirstStart, tmp_path: Path, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    fill_admin(page)
    assert chosen == [str(tmp_path / "front.desk")]
    assert start.first_login == "ada"
    assert not start.isVisible()
    front = bootstrap.open_desk(chosen[0])
    try:
        desk = front.log_in("ada", "secret sentence")
        assert desk.actor.admin
        assert desk.directory().settings.name == "Front desk"
        assert desk.directory().settings.zone == "Europe/Berlin"
    finally:
        front.close()


def test_the_arrow_keys_and_enter_choose_as_well(start: FirstStart) -> None:
    page = FirstStartPage(start)
    page.keys.press("Down", "Enter")
    assert page.title == "Open a desk"


def test_what_is_missing_stands_beside_its_field_and_has_the_focus(start: FirstStart, tmp_path: Path) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    page.fill(path=str(tmp_path / "front.desk"))
    page.keys.press("Enter")
    assert page.errors() == ["Give the office a name, as callers know it."]
    assert page.keys.focused() == "name"
    assert page.title == "Your office"


def test_a_file_that_is_there_is_never_written_over(start: FirstStart, tmp_path: Path) -> None:
    there = tmp_path / "front.desk"
    there.write_text("somebody's")
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, there)
    assert "There is a file of this name already" in page.errors()[0]
    assert there.read_text() == "somebody's"


def test_a_folder_that_is_not_there_is_said_beside_the_file_and_not_made(
    start: FirstStart, tmp_path: Path
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "nowhere" / "front.desk")
    assert page.title == "Your office"
    assert page.errors() == [f"There is no folder {tmp_path / 'nowhere'}. Choose another, or make it first."]
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("login", ["bo ss", "bo/ss"])
def test_a_user_name_that_no_agent_may_have_is_refused_beside_its_field(
    start: FirstStart, tmp_path: Path, login: str
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    page.fill(admin_name="Ada", admin_login=login, admin_password="long enough", again="long enough")
    page.keys.press("Enter")
    assert page.title == "You, its first administrator"
    assert len(page.errors()) == 1
    assert page.keys.focused() == "admin_login"
    assert not (tmp_path / "front.desk").exists()


def test_two_different_passwords_go_no_further(start: FirstStart, tmp_path: Path) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    fill_admin(page, again="secret sentences")
    assert page.errors() == ["The two passwords differ. Type the same one twice."]
    assert page.keys.focused() == "again"
    assert not (tmp_path / "front.desk").exists()


@pytest.mark.parametrize("password", ["", "short"])
def test_a_short_password_is_refused_beside_its_field(
    start: FirstStart, tmp_path: Path, password: str
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    fill_admin(page, password, password)
    assert page.errors() == ["A password needs at least 8 characters."]


def test_going_back_keeps_what_was_typed(start: FirstStart, tmp_path: Path) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    page.fill(admin_name="Ada Lovelace")
    page.keys.press("Alt+Left")
    assert page.value("name") == "Front desk"
    page.keys.press("Enter")
    assert page.value("admin_name") == "Ada Lovelace"


def test_a_place_that_cannot_be_written_is_said_beside_the_file(start: FirstStart, tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.write_text("")
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, in_the_way / "front.desk")
    assert page.title == "Your office"
    assert len(page.errors()) == 1
    assert page.value("name") == "Front desk"


def test_the_file_follows_the_name_of_the_office_until_it_is_chosen(
    start: FirstStart, tmp_path: Path
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    page.fill(name="North/South & Sons")
    assert page.value("path").endswith("north-south-sons.desk")
    page.fill(path=str(tmp_path / "mine.desk"), name="Other")
    assert page.value("path") == str(tmp_path / "mine.desk")


@pytest.mark.parametrize(
    ("office", "name"),
    [
        ("Front desk", "front-desk.desk"),
        ("Müller: IT?", "müller-it.desk"),
        ("///", "front.desk"),
        ("", "front.desk"),
    ],
)
def test_an_office_name_becomes_a_file_name_that_every_system_takes(office: str, name: str) -> None:
    assert file_name(office) == name


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "There is no"), (b"not a database at all, but long enough to be looked at", "")],
)
def test_opening_what_is_no_desk_says_so_beside_the_field(
    start: FirstStart, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "other.desk"
    if content is not None:
        path.write_bytes(content * 100)
    page = FirstStartPage(start)
    page.keys.press("o")
    page.fill(path=str(path))
    page.keys.press("Enter")
    assert len(page.errors()) == 1
    assert start.isVisible()


def test_opening_a_desk_leads_to_it(start: FirstStart, tmp_path: Path) -> None:
    path = tmp_path / "front.desk"
    bootstrap.create_desk(
        path,
        name="Front desk",
        admin_login="ada",
        admin_name="Ada",
        admin_password="secret sentence",
        country="DE",
        zone="Europe/Berlin",
    )
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    page = FirstStartPage(start)
    page.keys.press("o")
    page.fill(path=str(path))
    page.keys.press("Enter")
    assert chosen == [str(path)]


def test_the_demo_is_one_key_and_ready_to_play(start: FirstStart, home: Path) -> None:
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    FirstStartPage(start).keys.press("t")
    assert len(chosen) == 1
    demo = Path(chosen[0])
    assert demo.is_relative_to(home)
    assert [file.name for file in demo.parent.iterdir()] == [demo.name]
    front = bootstrap.open_desk(demo)
    try:
        assert front.settings.demo
        assert front.log_in("john", "demo").counters().total > 100
    finally:
        front.close()


def test_a_demo_that_is_there_is_opened_as_it_was_left(start: FirstStart, home: Path) -> None:
    demo = config.places().demo_desk
    demo.parent.mkdir(parents=True)
    demo.write_bytes(b"played with")
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    FirstStartPage(start).keys.press("t")
    assert chosen == [str(demo)]
    assert demo.read_bytes() == b"played with"


def test_while_the_desk_is_made_the_window_says_so_and_a_second_enter_makes_no_second_one(
    look: Appearance, tmp_path: Path, qtbot: QtBot
) -> None:
    held = Held()
    start = shown(FirstStart(look, held), qtbot)
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    fill_admin(page)
    assert page.answer == "Making the desk…"
    begun = len(held.waiting)
    page.keys.press("Enter")
    assert len(held.waiting) == begun


def test_giving_up_while_it_works_opens_nothing_afterwards(
    look: Appearance, qtbot: QtBot, tmp_path: Path
) -> None:
    held = Held()
    start = shown(FirstStart(look, held), qtbot)
    seen: list[str] = []
    start.chosen.connect(seen.append)
    start.cancelled.connect(lambda: seen.append("cancelled"))
    page = FirstStartPage(start)
    page.keys.press("c")
    fill_office(page, tmp_path / "front.desk")
    fill_admin(page)
    page.keys.press("Esc")
    held.waiting[-1]()
    assert seen == ["cancelled"]


def spoken(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_everything_that_takes_keys_has_a_name_for_screen_readers(start: FirstStart) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    nameless = [
        widget.objectName()
        for kind in kinds
        for widget in start.findChildren(kind)
        if not spoken(widget) and not isinstance(widget.parent(), QComboBox)
    ]
    assert not nameless
