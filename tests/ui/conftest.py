"""A real desk in a temporary file, and the main window on it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.app import Program
from desktop_desk.ui.background import Background
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.session import Session
from desktop_desk.ui.theme import Appearance
from tests.builders import to_be_copied
from tests.drivers import FrontDesk, OpenedParts
from tests.office_builders import AnOffice, an_office

QUICK = Argon2Passwords(memory_kib=8, rounds=1)
PASSWORD = "correct horse"
"""Of john, jane and admin."""


def fill(desk: Desk) -> None:
    """Support with John and System Administrators with Jane, Ken who calls, and five tickets."""
    desk.add("department", name="System Administrators")
    desk.add("team", name="Night shift", members=())
    for login, name, department in (
        ("john", "John Doe", "Support"),
        ("jane", "Jane Roe", "System Administrators"),
    ):
        desk.add_agent(login, name, PASSWORD, department=department, role="All Access")


def log_some(desk: Desk) -> None:
    """Tickets of every kind, taken down by whoever the desk belongs to."""
    ken = NewPerson("Ken Lee", ("+49 30 901820 11",), ("ken@sales.example",))
    first = desk.log_call(
        CallDraft(
            "VPN down for all of sales",
            "Nobody in sales can connect since nine. Error 809.",
            new_caller=ken,
            priority="A",
            call=CallRecord(number="+49 30 901820 11", seconds=192),
        )
    )
    desk.log_call(CallDraft("Till 3 refuses every card", new_caller=NewPerson("Rosa Klein"), priority="A"))
    desk.log_call(CallDraft("Badge lost, needs access", new_caller=NewPerson("Ann Roe"), priority="C"))
    scanner = desk.log_call(CallDraft("Scanner at gate 2 prints stripes", priority="B"))
    printer = desk.log_call(CallDraft("Printer on floor 2 jams", priority="C"))
    assert first.number
    assert scanner.number
    assert printer.number
    desk.assign(scanner.number, "john")
    desk.resolve(printer.number, "New drum.")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with agents and tickets, made once and copied for each test."""
    path = tmp_path_factory.mktemp("desk") / "front.desk"
    front = bootstrap.create_desk(
        path,
        name="Front desk",
        admin_login="admin",
        admin_name="Ada Min",
        admin_password=PASSWORD,
        zone="Europe/Berlin",
        country="DE",
        passwords=QUICK,
    )
    fill(front.log_in("admin", PASSWORD))
    log_some(front.log_in("john", PASSWORD))
    front.close()
    return to_be_copied(path)


@pytest.fixture
def desk_file(template: Path, tmp_path: Path) -> Path:
    """This test's own copy of the desk."""
    path = tmp_path / "front.desk"
    shutil.copyfile(template, path)
    return path


@pytest.fixture
def front(desk_file: Path) -> Iterator[FrontDoor]:
    """The desk, open to nobody yet."""
    door = bootstrap.open_desk(desk_file, passwords=QUICK)
    yield door
    door.close()


@pytest.fixture
def desk(front: FrontDoor) -> Desk:
    """John at the desk of the window."""
    return front.log_in("john", PASSWORD)


@pytest.fixture
def jane(desk_file: Path) -> Iterator[Desk]:
    """Jane, in another program on the same file."""
    door = bootstrap.open_desk(desk_file, passwords=QUICK)
    yield door.log_in("jane", PASSWORD)
    door.close()


@pytest.fixture(scope="session")
def one_look(qapp: QApplication) -> Appearance:
    """The program has one look; dressing every widget anew for each test would take most of its time."""
    return Appearance(qapp, "light")


@pytest.fixture
def look(one_look: Appearance) -> Iterator[Appearance]:
    """The light look; put back after a test that changed it."""
    scale = one_look.text_scale
    yield one_look
    one_look.set_scheme("light")
    one_look.set_density("normal")
    one_look.set_text_scale(scale)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnOffice]:
    """An office with nobody's calls yet, for the lists and settings."""
    with an_office(tmp_path / "front.desk") as made:
        yield made


@pytest.fixture
def drafts(tmp_path: Path) -> Iterator[Drafts]:
    """The window's drafts, in a file of this test."""
    kept = Drafts(tmp_path / "state" / "test.drafts")
    yield kept
    kept.close()


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stands for the system's keyring: passwords by address."""
    kept: dict[str, str] = {}
    monkeypatch.setattr(keyring, "get_keyring", object)
    monkeypatch.setattr(keyring, "get_password", lambda _service, name: kept.get(name))
    monkeypatch.setattr(keyring, "set_password", lambda _service, name, word: kept.update({name: word}))
    monkeypatch.setattr(keyring, "delete_password", lambda _service, name: kept.pop(name))
    return kept


@pytest.fixture
def operations(desk: Desk, front: FrontDoor, qapp: QApplication) -> Operations:
    """Operations that are done before the call returns."""
    return Operations(desk, Background(inline=True), front.data_version)


@pytest.fixture
def begin(qapp: QApplication) -> Iterator[Callable[..., Program]]:
    """Starts the program itself, on a desk, nobody or somebody logged in; ends every one of them."""
    begun: list[Program] = []

    def start(
        desk: Path | str | None, login: str = "", password: str = "", *, listen: bool = False
    ) -> Program:
        made = Program(qapp, str(desk) if desk is not None else None, login, password, None)
        begun.append(made)
        if listen:
            assert made.listen()
        made.start()
        return made

    yield start
    for each in begun:
        each.end()
        each.deleteLater()


@pytest.fixture
def session() -> Session:
    """Where the window was left; a test may change it before it asks for the window."""
    return Session()


@pytest.fixture
def parts() -> OpenedParts:
    """Remembers which other windows were asked for."""
    return OpenedParts()


@pytest.fixture
def window(
    look: Appearance,
    operations: Operations,
    desk: Desk,
    drafts: Drafts,
    session: Session,
    parts: OpenedParts,
    qtbot: QtBot,
) -> Iterator[MainWindow]:
    """The main window of John, shown and filled."""
    shown = MainWindow(look, operations, desk.actor, Actions(), drafts, session, parts.parts())
    qtbot.addWidget(shown)
    with qtbot.waitActive(shown):
        shown.show()
        shown.activateWindow()
    shown.start()
    yield shown
    operations.stop_polling()


@pytest.fixture
def front_desk(window: MainWindow, qtbot: QtBot) -> FrontDesk:
    """The window as staff see it."""
    return FrontDesk(window, qtbot)


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Long tuples of subjects read better one a line."""
    if op == "==" and isinstance(left, (tuple, list)) and isinstance(right, (tuple, list)):
        return ["shown:", *map(str, left), "wanted:", *map(str, right)]
    return None


@pytest.fixture
def refuse_writes(operations: Operations, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """From then on every write ends with this error, as a full disk would have it."""

    def refuse(error: Exception) -> None:
        def failing(*_args: object, **_kwargs: object) -> None:
            raise error

        for verb in ("reply", "note", "edit", "resolve", "assign", "tag", "add_call_back"):
            monkeypatch.setattr(operations.desk, verb, failing, raising=True)

    return refuse
