"""The phone line in the real window: a connector rings, the panel opens; calls out; who answers links."""

import http.client
import os
import stat
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import config
from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.phones import read_phone
from desktop_desk.ui.calls import attach_calls
from desktop_desk.ui.calls.screen import CallDesk
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.parts import Parts
from desktop_desk.ui.phone import attach
from desktop_desk.ui.phone.dialling import command_line, dial, tel_link
from desktop_desk.ui.phone.dialog import PhoneDialog
from desktop_desk.ui.phone.line import WindowLine
from desktop_desk.ui.phone.links import answer_links, desktop_entry
from tests.drivers import FrontDesk, OpenedParts, child, part
from tests.drivers_calls import CallPanelPage, Keyboard

KEN = "+49 30 90182011"


class RealParts(OpenedParts):
    """Opens the real call panel."""

    def parts(self) -> Parts:
        return replace(super().parts(), call_desk=attach_calls)


@pytest.fixture
def parts() -> OpenedParts:
    return RealParts()


@pytest.fixture
def page(window: MainWindow) -> CallPanelPage:
    return CallPanelPage(window)


@pytest.fixture
def line(window: MainWindow, home: Path) -> WindowLine:
    """The window's line, on at a free port."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = attach.line_of(window)
    made.choose(on=True, port=port, dial_command="")
    assert made.trouble == ""
    return made


def say(line: WindowLine, **fields: str) -> int:
    """What a connector sends."""
    address = urlsplit(line.address)
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
    connection.request(
        "POST", address.path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    status = connection.getresponse().status
    connection.close()
    return status


def owed(desk: Desk) -> list[str]:
    return [news.text for news in desk.inbox() if news.call_back is not None]


def test_a_connector_rings_and_the_known_caller_stands_in_the_panel(
    window: MainWindow, line: WindowLine, page: CallPanelPage, desk: Desk, qtbot: QtBot
) -> None:
    assert say(line, event="newCall", **{"from": KEN}, to="+4930555", direction="in", callId="a") == 200
    qtbot.waitUntil(lambda: window.call_desk is not None and page.is_open())
    assert page.caller().startswith("Ken Lee")
    assert say(line, event="hangup", callId="a", cause="noAnswer") == 200
    qtbot.waitUntil(lambda: not page.is_open())
    assert owed(desk) == ["Missed: Ken Lee."]


def test_call_after_call_comes_up_with_its_caller(
    window: MainWindow, line: WindowLine, page: CallPanelPage, qtbot: QtBot
) -> None:
    calls = window.calls()
    assert isinstance(calls, CallDesk)
    for number in range(3):
        assert say(line, event="newCall", **{"from": KEN}, callId=f"c{number}") == 200
        qtbot.waitUntil(lambda: page.is_open() and page.caller().startswith("Ken Lee"))
        assert say(line, event="answer", callId=f"c{number}") == 200
        assert say(line, event="hangup", callId=f"c{number}") == 200
        qtbot.waitUntil(lambda: calls.panel.call(calls.panel.front).ended)
        calls.lay_down(calls.panel.front)


def test_large_text_squeezes_nothing_in_the_dialog(window: MainWindow, home: Path, qtbot: QtBot) -> None:
    window.look.set_text_scale(2.0)
    window.actions_["call.line"].trigger()
    dialog = window.findChild(PhoneDialog)
    assert dialog is not None
    dialog.resize(700, 560)
    keys, seen = Keyboard(), set[str]()
    for _turn in range(12):
        qtbot.wait(1)
        focused = QGuiApplication.focusObject()
        assert isinstance(focused, QWidget)
        seen.add(focused.objectName())
        assert focused.height() >= focused.minimumSizeHint().height(), focused.objectName()
        assert focused.visibleRegion().boundingRect().size() == focused.size(), focused.objectName()
        keys.press("Tab")
    assert {"phone_on", "phone_port", "phone_address", "dial_command", "phone_save"} <= seen
    dialog.reject()


def test_the_line_is_chosen_in_a_dialog_and_remembered(window: MainWindow, home: Path, qtbot: QtBot) -> None:
    window.actions_["call.line"].trigger()
    dialog = window.findChild(PhoneDialog)
    assert dialog is not None
    on, port = dialog.findChild(QCheckBox, "phone_on"), dialog.findChild(QSpinBox, "phone_port")
    command = dialog.findChild(QLineEdit, "dial_command")
    assert on is not None
    assert port is not None
    assert command is not None
    on.setChecked(True)
    port.setValue(47_811)
    command.setText("softphone --dial {number}")
    save = dialog.findChild(QPushButton, "phone_save")
    assert save is not None
    save.click()
    line = attach.line_of(window)
    assert line.on
    kept = config.read_preferences(config.places().preferences)
    assert (kept.phone_line, kept.phone_port, kept.dial_command) == (
        True,
        47_811,
        "softphone --dial {number}",
    )
    assert line.address == f"http://127.0.0.1:47811/call/{kept.phone_secret}"
    if sys.platform != "win32":
        mode = config.places().preferences.stat().st_mode
        assert not mode & (stat.S_IRGRP | stat.S_IROTH), "the secret is nobody else's to read"
    line.stop()
    attach.join(window)
    assert line.on, "as it was left"
    line.choose(on=False, port=47_811, dial_command="")
    assert not line.on


def test_the_address_of_a_line_that_was_turned_on_is_there_to_be_copied_before_the_dialog_closes(
    window: MainWindow, home: Path, qtbot: QtBot
) -> None:
    window.actions_["call.line"].trigger()
    dialog = child(window, PhoneDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    line, keys = attach.line_of(window), Keyboard()
    part(dialog, QSpinBox, "phone_port").setValue(47_812)
    part(dialog, QCheckBox, "phone_on").setFocus()
    keys.press("Space", "Ctrl+Enter")
    assert dialog.isVisible()
    assert line.on
    assert part(dialog, QLineEdit, "phone_address").text() == line.address
    keys.press("Space")
    assert QGuiApplication.clipboard().text() == line.address
    keys.press("Ctrl+Enter")
    qtbot.waitUntil(lambda: window.findChild(PhoneDialog) is None)
    assert line.on
    line.stop()


def test_a_new_address_makes_the_old_one_good_for_nothing(window: MainWindow, line: WindowLine) -> None:
    dialog = PhoneDialog(window.look, line, window)
    copy = dialog.findChild(QLineEdit, "phone_address")
    assert copy is not None
    before = copy.text()
    dialog._keep(fresh=True)
    dialog._copy()
    assert QGuiApplication.clipboard().text() == copy.text() != before
    dialog.close()


def test_a_port_that_is_taken_is_told_in_the_dialog(window: MainWindow, line: WindowLine, home: Path) -> None:
    other = WindowLine(window, home / "other.toml")
    port = urlsplit(line.address).port or 0
    other.choose(on=True, port=port, dial_command="")
    assert not other.on
    assert str(port) in other.trouble


# ── calls out ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links that were given to the system."""
    links: list[str] = []

    def open_url(url: QUrl) -> bool:
        links.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return links


def test_the_caller_of_a_ticket_is_called_and_the_call_is_added_to_it(
    window: MainWindow, front_desk: FrontDesk, page: CallPanelPage, desk: Desk, opened: list[str], home: Path
) -> None:
    front_desk.table.go_to("VPN down for all of sales")
    number = front_desk.ticket.number()
    window.actions_["call.dial"].trigger()
    assert opened == ["tel:+493090182011"]
    assert page.is_open()
    keys = Keyboard()
    into_line(window)
    keys.type("told him of the outage")
    keys.press("Ctrl+Enter")
    entry = [each for each in desk.ticket(number).thread if each.kind == "call"][-1]
    assert (entry.fields["direction"], entry.text) == ("out", "told him of the outage")


def test_a_telephone_that_does_not_dial_is_told_of_in_the_call(
    window: MainWindow,
    front_desk: FrontDesk,
    page: CallPanelPage,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    front_desk.table.go_to("VPN down for all of sales")
    window.actions_["call.dial"].trigger()
    (error,) = page.errors()
    assert error.startswith("Nothing on this machine dialled +493090182011.")
    assert not window.notice.isVisible()


def test_a_missed_call_is_called_back_from_for_me(
    window: MainWindow, desk: Desk, opened: list[str], qtbot: QtBot
) -> None:
    desk.missed_call(KEN, call_id="1")
    window.show_queue("forme")
    assert any("Missed: Ken Lee" in row for row in for_me_rows(window))
    window.actions_["call.tried"].trigger()
    qtbot.waitUntil(lambda: any("tried once: no answer" in row for row in for_me_rows(window)))
    window.actions_["call.dial"].trigger()
    assert opened == ["tel:+493090182011"]
    into_line(window)
    Keyboard().type("wants a price list")
    Keyboard().press("Ctrl+Enter")
    assert owed(desk) == []


def into_line(window: MainWindow) -> None:
    """Put the cursor into what the call is about."""
    calls = window.calls()
    assert isinstance(calls, CallDesk)
    calls.panel.form(calls.panel.front).line.setFocus()


def for_me_rows(window: MainWindow) -> list[str]:
    view = window.middle.forme()[0]
    model = view.model
    return [
        " ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_a_command_of_the_users_own_dials_without_a_shell() -> None:
    phone = read_phone("030 90182011 ext. 5", "DE")
    assert tel_link(phone) == "tel:+493090182011;ext=5"
    assert command_line('"/usr/lib/soft phone/dial" --to {number} --quiet', phone) == [
        "/usr/lib/soft phone/dial", "--to", "+493090182011", "--quiet",
    ]  # fmt: skip
    assert command_line("dial", read_phone("12", "DE")) == ["dial", "12"]
    assert command_line("dial '{number}; rm -rf ~'", phone) == ["dial", "+493090182011; rm -rf ~"]
    for command in ("'dial", " "):
        with pytest.raises(Invalid):
            command_line(command, phone)
    with pytest.raises(Invalid):
        dial(read_phone("anonymous", "DE"), "dial")
    with pytest.raises(Invalid, match="Nothing"):
        dial(phone, "/nowhere/no-such-program {number}")


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="desktop files are of freedesktop.org")
def test_links_are_answered_once_the_user_asks_for_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    tool = tmp_path / "bin" / "xdg-mime"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\necho "$@" >> {told}\n', encoding="utf-8")
    tool.chmod(0o755)
    world = {
        **os.environ,
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PATH": f"{tool.parent}:{os.environ['PATH']}",
    }
    assert "open Desktop Desk" in answer_links(world)
    entry = (tmp_path / "data" / "applications" / "desktop-desk-links.desktop").read_text(encoding="utf-8")
    assert "MimeType=x-scheme-handler/desktop-desk;x-scheme-handler/tel;" in entry
    assert "%u" in entry
    assert told.read_text(encoding="utf-8").splitlines() == [
        "default desktop-desk-links.desktop x-scheme-handler/desktop-desk",
        "default desktop-desk-links.desktop x-scheme-handler/tel",
    ]
    with pytest.raises(Invalid, match="xdg-mime"):
        answer_links({**world, "PATH": str(tmp_path)})


def test_a_path_with_blanks_is_quoted_as_desktop_files_want_it() -> None:
    assert 'Exec="/usr/lib/my desk/python" -m desktop_desk %u' in desktop_entry(
        ["/usr/lib/my desk/python", "-m", "desktop_desk"]
    )
