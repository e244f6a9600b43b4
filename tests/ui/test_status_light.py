"""The status light in the window: a word, a colour and a shape; all of it in a dialog; loud when it must be."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.ui.mail_work.keeper import MailKeeper
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.status_light.attach import WindowLight
from desktop_desk.ui.status_light.dialog import LightDialog
from desktop_desk.ui.status_light.parts import Dot
from tests.drivers import part, reached_by_tab
from tests.ui.conftest import PASSWORD


class Form(QObject):
    """Stands where the request form is kept."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.addresses: tuple[str, ...] = ()
        self.trouble = ""


@pytest.fixture
def desk(front: FrontDoor) -> Desk:
    """The administrator at the desk of the window."""
    return front.log_in("admin", PASSWORD)


@pytest.fixture
def box(desk: Desk) -> Mailbox:
    desk.add("mailbox", name="Help", address="help@office.example", imap_host="imap.office.example")
    found = desk.directory().mailbox("Help")
    assert found is not None
    return found


@pytest.fixture
def keeper(front: FrontDoor, qapp: QApplication) -> Iterator[MailKeeper]:
    made = MailKeeper(front, password_of=lambda _box: "", inline=True)
    yield made
    made.finish(hurry=True)


@pytest.fixture
def tones() -> list[str]:
    return []


@pytest.fixture
def form() -> Form:
    return Form()


@pytest.fixture
def light(window: MainWindow, keeper: MailKeeper, form: Form, tones: list[str]) -> WindowLight:
    made = WindowLight(window, keeper, form, tone=lambda: tones.append("tone"))  # type: ignore[arg-type]
    made.look()
    return made


@pytest.fixture
def found(front: FrontDoor, box: Mailbox, light: WindowLight) -> Callable[..., None]:
    """A look into the mailbox finds this."""

    def look(state: str, said: str = "") -> None:
        front.mail_keeping().looked(box, state, said)  # type: ignore[arg-type]
        light.look()

    return look


def level(light: WindowLight) -> str:
    return light.item.findChildren(Dot)[0].accessibleName()


REFUSED = "imap.office.example refuses the login of “Help”."


def test_nothing_is_shown_where_nothing_is_in_use(light: WindowLight) -> None:
    assert light.item.text == ""
    assert light.strip.text == ""


def test_a_mailbox_that_is_well_says_when_the_last_mail_came(
    found: Callable[..., None], light: WindowLight
) -> None:
    found("good")
    assert (light.item.text, level(light)) == ("Mail none yet", "well")


def test_a_server_that_is_away_is_told_quietly(
    found: Callable[..., None], light: WindowLight, tones: list[str]
) -> None:
    found("away", "No route to host.")
    assert (light.item.text, level(light)) == ("Mail in: away", "goes on by itself")
    assert (light.strip.text, tones) == ("", [])


def test_a_login_that_fails_is_loud_once(
    found: Callable[..., None], light: WindowLight, tones: list[str]
) -> None:
    found("refused", REFUSED)
    assert (light.item.text, level(light)) == ("Mail in: cannot log in", "needs you")
    assert light.strip.text.startswith(f"Help: {REFUSED}")
    light.look()
    assert tones == ["tone"]


def test_what_was_put_away_is_loud_again_only_after_it_was_well(
    found: Callable[..., None], light: WindowLight, tones: list[str]
) -> None:
    found("refused", REFUSED)
    part(light.strip, QPushButton, "light_strip_link")
    light.strip.put_away.emit()
    light.look()
    assert light.strip.text == ""
    assert light.item.text == "Mail in: cannot log in"
    found("good")
    found("refused", REFUSED)
    assert REFUSED in light.strip.text
    assert tones == ["tone", "tone"]


def test_the_dialog_has_a_line_for_each_and_follows(
    found: Callable[..., None], light: WindowLight, window: MainWindow, form: Form
) -> None:
    found("refused", REFUSED)
    window.actions_["mail.state"].trigger()
    dialog = part(window, LightDialog, "light_dialog")
    said = {name: part(dialog, QLabel, f"light_{name}").text() for name in ("in", "out", "form", "line")}
    assert REFUSED in said["in"]
    assert "Put it right in Mailboxes…" in said["in"]
    assert said["form"] == "The request form is off."
    assert said["line"] == "The phone line is off."
    form.addresses = ("http://127.0.0.1:8765/",)
    form.changed.emit()
    assert part(dialog, QLabel, "light_form").text() == "The request form is at http://127.0.0.1:8765/"
    dialog.reject()


def test_a_mailbox_that_nobody_fetches_is_taken_over_with_a_click(
    light: WindowLight, box: Mailbox, window: MainWindow, desk: Desk, qtbot: QtBot
) -> None:
    desk.announce_replica("Front desk PC", "A", "")
    laptop = {"name": "Jane’s laptop", "code": "K", "reserve": "M", "agent": None}
    from desktop_desk.desk.ports import Draft

    desk.take_in([[Draft("replica_added", desk.new_entity(), laptop)]])
    light.look()
    window.actions_["mail.state"].trigger()
    dialog = part(window, LightDialog, "light_dialog")
    part(dialog, QPushButton, "light_take_Help").click()
    taken = desk.directory().mailbox("Help")
    assert taken is not None
    assert taken.replica == desk.store.log.own
    assert window.toasts.text() == "This copy of the desk fetches it from now on."


def test_the_dialog_leads_to_the_mailboxes_and_tab_goes_down_it(
    found: Callable[..., None], light: WindowLight, window: MainWindow, form: Form
) -> None:
    found("refused", REFUSED)
    light.show_dialog()
    form.addresses = ("http://127.0.0.1:8765/",)
    form.changed.emit()
    dialog = part(window, LightDialog, "light_dialog")
    assert reached_by_tab(dialog) == [
        "light_now", "light_close", "light_lines", "light_go_in", "light_go_out", "light_go_form", "light_go_line",
    ]  # fmt: skip
    asked: list[str] = []
    dialog.action_asked.disconnect()
    dialog.action_asked.connect(asked.append)
    part(dialog, QPushButton, "light_go_in").click()
    assert asked == ["mail.boxes"]
