"""The request form in the window: turned on and off, its address, remembered, ended with the desk."""

import http.client
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import config
from desktop_desk.ui.app import Program
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.requests.dialog import FormAddressDialog, picture_of
from desktop_desk.ui.requests.keeper import FormKeeper
from tests.drivers import part
from tests.ui.conftest import PASSWORD

PATIENCE = 20_000


@pytest.fixture
def program(begin: Callable[..., Program]) -> Callable[..., Program]:
    return partial(begin, login="john", password=PASSWORD)


@pytest.fixture
def port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def the_window(program: Program, qtbot: QtBot) -> MainWindow:
    qtbot.waitUntil(lambda: program._open is not None and program._open.window is not None, timeout=PATIENCE)
    assert program._open is not None
    assert program._open.window is not None
    return program._open.window


def the_dialog(window: MainWindow) -> FormAddressDialog:
    window.actions_["desk.form"].trigger()
    dialog = window.findChild(FormAddressDialog)
    assert dialog is not None
    return dialog


def choose(dialog: FormAddressDialog, qtbot: QtBot, way: str, port: int, until: str) -> None:
    part(dialog, QRadioButton, f"form_{way}").setChecked(True)
    part(dialog, QSpinBox, "form_port").setValue(port)
    part(dialog, QPushButton, "form_go").click()
    qtbot.waitUntil(lambda: part(dialog, QLabel, "form_says").text() == until, timeout=PATIENCE)


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/")
        return "Send a request" in line.getresponse().read().decode()
    except ConnectionRefusedError:
        return False
    finally:
        line.close()


def test_it_is_turned_on_shows_its_address_and_is_turned_off(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot, port: int
) -> None:
    dialog = the_dialog(the_window(program(desk_file), qtbot))
    assert not part(dialog, QWidget, "form_picture").isVisible()
    choose(dialog, qtbot, "here", port, "The form is on.")
    assert part(dialog, QLabel, "form_address").text() == f"http://127.0.0.1:{port}/"
    assert answers(port)
    part(dialog, QPushButton, "form_copy").click()
    assert QGuiApplication.clipboard().text() == f"http://127.0.0.1:{port}/"
    assert f"http://127.0.0.1:{port}/" in dialog.paper().toPlainText()
    choose(dialog, qtbot, "off", port, "The form is off.")
    assert not answers(port)


def shown(dialog: FormAddressDialog) -> dict[str, bool]:
    names = ("form_picture", "form_print", "form_only_here", "form_address", "form_copy")
    return {name.removeprefix("form_"): part(dialog, QWidget, name).isVisible() for name in names}


def test_a_picture_for_telephones_is_shown_only_where_they_can_open_it(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot, port: int
) -> None:
    dialog = the_dialog(the_window(program(desk_file), qtbot))
    choose(dialog, qtbot, "here", port, "The form is on.")
    alone = {"picture": False, "print": False, "only_here": True, "address": True, "copy": True}
    assert shown(dialog) == alone
    why = part(dialog, QWidget, "form_only_here")
    qtbot.waitUntil(lambda: why.visibleRegion().boundingRect().size() == why.size(), timeout=PATIENCE)
    picture_for_all = FormServing(dialog._keeper, "office", ("http://192.168.178.20:8095/",))
    dialog._keeper = picture_for_all  # pyright: ignore[reportAttributeAccessIssue]  nothing listens to the network
    dialog._show()
    assert shown(dialog) == {**alone, "picture": True, "print": True, "only_here": False}
    dialog._keeper = picture_for_all.real
    choose(dialog, qtbot, "off", port, "The form is off.")
    assert not any(shown(dialog).values())


@dataclass(frozen=True)
class FormServing:
    """Says that the form is on for some people, at these addresses."""

    real: FormKeeper
    where: str
    addresses: tuple[str, ...]
    trouble: str = ""

    @property
    def chosen(self) -> tuple[str, int]:
        return self.where, 8095


def test_large_text_cuts_nothing_off_the_picture_that_telephones_read(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot, port: int
) -> None:
    window = the_window(program(desk_file), qtbot)
    window.look.set_text_scale(2.0)
    dialog = the_dialog(window)
    choose(dialog, qtbot, "here", port, "The form is on.")
    served = dialog._keeper
    dialog._keeper = FormServing(served, "office", served.addresses)  # pyright: ignore[reportAttributeAccessIssue]
    dialog._show()
    dialog._keeper = served
    picture = part(dialog, QLabel, "form_picture")
    qtbot.waitUntil(lambda: picture.height() >= picture.pixmap().height(), timeout=PATIENCE)
    choose(dialog, qtbot, "off", port, "The form is off.")


def test_it_is_on_again_when_the_desk_is_opened_again_and_ends_with_it(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot, port: int
) -> None:
    first = program(desk_file)
    choose(the_dialog(the_window(first, qtbot)), qtbot, "here", port, "The form is on.")
    kept = config.read_preferences(config.places().preferences)
    assert (kept.request_form, kept.request_form_port) == ("here", port)
    first.end()
    assert not answers(port)
    second = program(desk_file)
    the_window(second, qtbot)
    qtbot.waitUntil(lambda: answers(port), timeout=PATIENCE)
    second.end()
    assert not answers(port)


def test_a_port_that_is_taken_is_told_beside_it(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot
) -> None:
    dialog = the_dialog(the_window(program(desk_file), qtbot))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        part(dialog, QRadioButton, "form_here").setChecked(True)
        part(dialog, QSpinBox, "form_port").setValue(taken)
        part(dialog, QPushButton, "form_go").click()
        qtbot.waitUntil(lambda: f"Port {taken} is taken" in dialog._port_field.error.text(), timeout=PATIENCE)
    assert config.read_preferences(config.places().preferences).request_form == ""


def test_where_it_cannot_go_it_stays_on_where_it_was(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot, port: int
) -> None:
    dialog = the_dialog(the_window(program(desk_file), qtbot))
    choose(dialog, qtbot, "here", port, "The form is on.")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        part(dialog, QSpinBox, "form_port").setValue(taken)
        part(dialog, QPushButton, "form_go").click()
        qtbot.waitUntil(lambda: f"Port {taken} is taken" in dialog._port_field.error.text(), timeout=PATIENCE)
    assert answers(port)
    assert part(dialog, QLabel, "form_address").text() == f"http://127.0.0.1:{port}/"


def test_a_form_that_cannot_be_turned_on_again_is_told_in_the_window(
    program: Callable[[Path], Program], desk_file: Path, qtbot: QtBot
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = int(other.getsockname()[1])
        chosen = config.Preferences(
            request_form="here", request_form_port=taken, request_form_desk=str(desk_file)
        )
        config.write_preferences(config.places().preferences, chosen)
        window = the_window(program(desk_file), qtbot)
        dialog = the_dialog(window)
        qtbot.waitUntil(lambda: bool(dialog._keeper.trouble), timeout=PATIENCE)
        assert f"Port {taken} is taken" in dialog._keeper.trouble


def test_the_picture_is_large_enough_to_be_read() -> None:
    picture = picture_of("http://192.168.178.20:8095/", 4)
    assert picture.width() == picture.height() >= 100
