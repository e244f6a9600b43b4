"""A desk on a server in the window: its address is tried, its password kept in the keyring, and it opens again."""

import contextlib
from collections.abc import Callable
from functools import cache
from typing import Any

import keyring
import psycopg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, config, upkeep
from desktop_desk.desk.addresses import password_in, shown_address, with_password
from desktop_desk.storage import servers
from desktop_desk.ui.app import Program
from desktop_desk.ui.ask_desk import AskDesk
from desktop_desk.ui.first_start import FirstStart
from desktop_desk.ui.safekeeping.backups import BackupsDialog
from desktop_desk.ui.theme import Appearance
from tests.drivers import child, part
from tests.drivers_office import FirstStartPage, Keyboard, find, shown_text
from tests.postgres import shared_server
from tests.ui.conftest import PASSWORD, QUICK
from tests.ui.test_first_start import Inline, fill_admin
from tests.ui.test_main_window_program import PATIENCE

WRONG = "a-wrong-word"


class NoKeyring(keyring.backends.fail.Keyring):  # type: ignore[name-defined]
    """A computer without one."""


@pytest.fixture(autouse=True)
def always_a_keyring(ring: dict[str, str]) -> None:
    """No test of these touches the keyring of whoever runs them."""


@cache
def _template() -> str:
    server = shared_server()
    name = server.new_database()
    server.keep(name)
    bootstrap.create_desk(
        server.address(name), name="Front desk", admin_login="ada", admin_name="Ada Min", admin_password=PASSWORD,
        passwords=QUICK,
    ).close()  # fmt: skip
    return name


@pytest.fixture
def address() -> str:
    """Of a desk, by the network, with the password that the server wants."""
    server = shared_server()
    return server.network_address(server.new_database(_template()))


@pytest.fixture
def empty() -> str:
    """Of an empty database."""
    server = shared_server()
    return server.network_address(server.new_database())


class Shown(Inline):
    """Shows what nobody else has shown, as the program does."""

    def task(self, call: Callable[[], object], **rest: Any) -> None:
        with contextlib.suppress(KeyError):
            super().task(call, **rest)


def secret_of(address: str) -> str:
    return password_in(address)


def choose_server(dialog: AskDesk) -> None:
    """One back from the first field, and the space bar."""
    QTest.keyClick(dialog.path, Qt.Key.Key_Backtab)
    way = dialog.focusWidget()
    assert way is not None
    assert way.objectName() == "on_server"
    Keyboard(dialog).press("Space")


class AskPage:
    """The dialog as staff use it."""

    def __init__(self, dialog: AskDesk) -> None:
        self.dialog = dialog
        self.keys = Keyboard(dialog)

    def choose_server(self) -> None:
        choose_server(self.dialog)

    def fill(self, name: str, text: str) -> None:
        line = find(self.dialog, QLineEdit, name)
        line.setFocus()
        line.selectAll()
        self.keys.type(text)

    @property
    def said(self) -> str:
        return shown_text(self.dialog, "server_says")


@pytest.fixture
def page(look: Appearance, qtbot: QtBot) -> AskPage:
    dialog = AskDesk(look, Inline())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    QTest.qWaitForWindowActive(dialog)
    return AskPage(dialog)


# ── the dialog ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_and_a_password_open_a_desk_and_the_password_goes_into_the_keyring(
    page: AskPage, address: str, ring: dict[str, str]
) -> None:
    chosen: list[str] = []
    page.dialog.chosen.connect(chosen.append)
    page.choose_server()
    assert page.keys.focused() == "server"
    page.keys.type(shown_address(address))
    page.keys.press("Tab")
    assert page.keys.focused() == "server_password"
    page.keys.type(secret_of(address))
    page.keys.press("Enter")
    assert chosen == [address]
    assert ring == {shown_address(address): secret_of(address)}


def test_without_the_tick_nothing_is_kept_any_more(page: AskPage, address: str, ring: dict[str, str]) -> None:
    ring[shown_address(address)] = WRONG
    page.choose_server()
    page.fill("server", shown_address(address))
    page.fill("server_password", secret_of(address))
    find(page.dialog, QCheckBox, "server_keep").click()
    page.keys.press("Enter")
    assert not page.dialog.isVisible()
    assert ring == {}


def test_after_a_mistake_of_ours_it_can_be_tried_again(
    page: AskPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_address: str) -> None:
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(bootstrap, "look_at_server", broken)
    page.choose_server()
    page.fill("server", "postgresql://name@server/database")
    page.dialog.server._tasks = Shown()  # type: ignore[assignment]
    page.dialog.server.try_it()
    assert find(page.dialog, QPushButton, "server_try").isEnabled()
    assert page.said == ""


def test_a_try_says_what_is_there_and_keeps_nothing(
    page: AskPage, address: str, ring: dict[str, str]
) -> None:
    page.choose_server()
    page.fill("server", shown_address(address))
    page.fill("server_password", secret_of(address))
    page.keys.press("Tab", "Tab", "Enter")
    assert "There is the desk “Front desk” (PostgreSQL 1" in page.said
    assert page.dialog.isVisible()
    assert ring == {}


def test_a_pasted_password_is_taken_out_of_sight(page: AskPage, address: str) -> None:
    page.choose_server()
    page.fill("server", address)
    page.keys.press("Tab")
    assert find(page.dialog, QLineEdit, "server").text() == shown_address(address)
    assert find(page.dialog, QLineEdit, "server_password").text() == secret_of(address)
    assert find(page.dialog, QLineEdit, "server_password").echoMode() == QLineEdit.EchoMode.Password


def test_an_address_in_the_field_for_files_is_understood(page: AskPage, address: str) -> None:
    chosen: list[str] = []
    page.dialog.chosen.connect(chosen.append)
    page.fill("path", address)
    page.keys.press("Enter")
    assert chosen == [address]


def refusal(page: AskPage, address: str) -> str:
    """What is said about an address at which nothing can be opened; never a password."""
    if not page.dialog.place.is_server:
        page.choose_server()
    page.fill("server", shown_address(address))
    page.fill("server_password", secret_of(address))
    page.keys.press("Enter")
    assert page.dialog.isVisible()
    assert secret_of(address) not in page.said
    return page.said


def test_what_is_wrong_is_said_in_the_dialog_and_can_be_mended(
    page: AskPage, address: str, empty: str, monkeypatch: pytest.MonkeyPatch, ring: dict[str, str]
) -> None:
    server = shared_server()
    other = server.network_address(server.new_database())
    with psycopg.connect(other) as connection:
        connection.execute("CREATE TABLE invoice (id INTEGER)")
    assert "cannot be reached" in refusal(page, f"postgresql://desk:{WRONG}@127.0.0.1:1/desk")
    assert "refuses this name or password" in refusal(page, with_password(address, WRONG))
    assert "has no such database" in refusal(page, server.network_address("nowhere"))
    assert "it is empty" in refusal(page, empty)
    assert "holds something else: invoice" in refusal(page, other)
    with monkeypatch.context() as patched:
        patched.setattr(servers, "OLDEST", 99)
        assert "is too old for a desk" in refusal(page, address)
    assert ring == {}
    page.keys.press("Enter")
    assert not page.dialog.isVisible()
    assert ring == {shown_address(address): secret_of(address)}, "the server is not too old any more"


def test_what_is_no_address_is_said_beside_it(page: AskPage) -> None:
    page.choose_server()
    page.fill("server", "server.office")
    page.keys.press("Enter")
    assert "An address begins with postgresql://" in page.dialog.server._field.error.text()


def test_on_a_computer_without_a_keyring_it_says_so_and_offers_nothing(
    look: Appearance, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", NoKeyring)
    dialog = AskDesk(look, Inline())  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    tick = find(dialog, QCheckBox, "server_keep")
    assert not tick.isEnabled()
    assert not tick.isChecked()
    assert "no keyring" in tick.accessibleDescription()


# ── the program ──────────────────────────────────────────────────────────────────────────────────────────────────


def asked(qtbot: QtBot) -> AskDesk:
    """The dialog that asks for a desk, once it stands there."""

    def there() -> list[QWidget]:
        return [
            each
            for each in QApplication.topLevelWidgets()
            if each.objectName() == "ask_desk" and each.isVisible()
        ]

    qtbot.waitUntil(lambda: bool(there()), timeout=PATIENCE)
    (dialog,) = there()
    assert isinstance(dialog, AskDesk)
    return dialog


def test_the_last_desk_opens_again_without_asking_for_the_servers_password(
    begin: Callable[..., Program], address: str, ring: dict[str, str], qtbot: QtBot
) -> None:
    first = begin(address, "ada", PASSWORD)
    the_window_of(first, qtbot)
    first.end()
    written = config.places().preferences.read_text(encoding="utf-8")
    assert config.read_preferences(config.places().preferences).last_desk == shown_address(address)
    assert secret_of(address) not in written
    ring[shown_address(address)] = secret_of(address)
    second = begin(None, "ada", PASSWORD)
    the_window_of(second, qtbot)
    assert second._open is not None
    assert second._open.address == shown_address(address)
    assert second._open.window is not None
    where = part(second._open.window, QLabel, "status_where")
    qtbot.waitUntil(lambda: where.text() == "Front desk, on the server 127.0.0.1", timeout=PATIENCE)


def the_window_of(program: Program, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: program._open is not None and program._open.window is not None, timeout=PATIENCE)


def test_without_a_kept_password_it_is_asked_for_and_then_the_desk_opens(
    begin: Callable[..., Program], address: str, qtbot: QtBot
) -> None:
    running = begin(shown_address(address), "ada", PASSWORD)
    dialog = asked(qtbot)
    keys = Keyboard(dialog)
    assert "wants a password" in shown_text(dialog, "server_says")
    assert find(dialog, QLineEdit, "server").text() == shown_address(address)
    line = find(dialog, QLineEdit, "server_password")
    line.setFocus()
    keys.type(secret_of(address))
    part(dialog, QPushButton, "go").click()
    the_window_of(running, qtbot)
    assert running._open is not None
    assert secret_of(address) not in running._open.address


def test_open_another_desk_offers_the_server_that_is_open(
    begin: Callable[..., Program], address: str, qtbot: QtBot
) -> None:
    running = begin(address, "ada", PASSWORD)
    the_window_of(running, qtbot)
    running._ask_for_another()
    dialog = asked(qtbot)
    assert dialog.place.is_server
    assert find(dialog, QLineEdit, "server").text() == shown_address(address)
    dialog.reject()


# ── the first start ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def start(look: Appearance, qtbot: QtBot) -> FirstStart:
    window = FirstStart(look, Inline())  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    QTest.qWaitForWindowActive(window)
    return window


def on_server(start: FirstStart) -> None:
    (way,) = [way for way in start.findChildren(QRadioButton, "on_server") if way.isVisible()]
    way.setFocus()
    Keyboard(start).press("Space")


def test_the_first_start_makes_a_desk_on_a_server(
    start: FirstStart, empty: str, ring: dict[str, str]
) -> None:
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    page = FirstStartPage(start)
    page.keys.press("c")
    on_server(start)
    page.fill(name="Front desk", server=shown_address(empty), server_password=secret_of(empty))
    page.keys.press("Enter")
    assert page.title == "You, its first administrator"
    assert find(start, QCheckBox, "encrypt").isHidden()
    fill_admin(page)
    assert chosen == [empty]
    assert ring == {shown_address(empty): secret_of(empty)}
    front = bootstrap.open_desk(shown_address(empty))
    assert front.settings.name == "Front desk"
    front.close()


def test_where_no_desk_can_be_made_the_assistant_says_so_before_it_asks_on(
    start: FirstStart, address: str
) -> None:
    page = FirstStartPage(start)
    page.keys.press("c")
    on_server(start)
    page.fill(name="Front desk", server=shown_address(address), server_password=secret_of(address))
    page.keys.press("Enter")
    assert page.title == "Your office"
    assert "There is already a desk" in shown_text(page._step(), "server_says")


def test_a_user_who_may_make_no_tables_is_told_whom_to_ask(start: FirstStart, empty: str) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    page = FirstStartPage(start)
    page.keys.press("c")
    on_server(start)
    page.fill(
        name="Front desk",
        server=shown_address(empty).replace("://desk@", "://guest@"),
        server_password="guest",
    )
    page.keys.press("Enter")
    assert "The user guest may not make tables" in shown_text(page._step(), "server_says")
    with psycopg.connect(empty) as connection:
        connection.execute("DROP ROLE guest")


def test_the_first_start_joins_a_desk_on_a_server(
    start: FirstStart, address: str, ring: dict[str, str]
) -> None:
    chosen: list[str] = []
    start.chosen.connect(chosen.append)
    page = FirstStartPage(start)
    page.keys.press("o")
    on_server(start)
    assert page.keys.focused() == "server"
    page.fill(server=shown_address(address), server_password=WRONG)
    page.keys.press("Enter")
    assert "refuses this name or password" in shown_text(page._step(), "server_says")
    page.fill(server_password=secret_of(address))
    page.keys.press("Enter")
    assert chosen == [address]
    assert ring == {shown_address(address): secret_of(address)}


# ── backups ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_its_backups_are_made_listed_and_looked_into_as_those_of_a_file(
    begin: Callable[..., Program], address: str, qtbot: QtBot
) -> None:
    running = begin(address, "ada", PASSWORD)
    the_window_of(running, qtbot)
    assert running._open is not None
    assert running._open.window is not None
    running._open.window.actions_["desk.backups"].trigger()
    (dialog,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, BackupsDialog)]
    part(dialog, QPushButton, "backup_now").click()
    qtbot.waitUntil(
        lambda: part(dialog, QPushButton, "backup_look").isEnabled() and bool(dialog._backups),
        timeout=PATIENCE,
    )
    (backup,) = upkeep.backups_of(address)
    assert str(backup.path.parent) in dialog.said
    part(dialog, QPushButton, "backup_look").click()
    qtbot.waitUntil(lambda: running._open is not None and "as of" in running._open.address, timeout=PATIENCE)
    the_window_of(running, qtbot)
    band = part(running._open.window, QWidget, "look_band")
    assert band.isVisible()
    child(band, QPushButton).click()
    qtbot.waitUntil(
        lambda: running._open is not None and running._open.address == shown_address(address),
        timeout=PATIENCE,
    )
