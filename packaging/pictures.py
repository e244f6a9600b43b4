"""Paints every picture that README and the manual show, from the real program on a fresh demo desk.

    python packaging/pictures.py [NAME…]

Needs no screen. Names are those of the files without "-light" and "-dark"; without names, all are painted.
It also writes the tables of docs/manual/keys.md from the program's own list of actions.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "manual" / "pictures"
KEYS_PAGE = ROOT / "docs" / "manual" / "keys.md"
MARK = "<!-- written by packaging/pictures.py -->"
SIZE = (1280, 800)
PATIENCE = 30.0
QUIET_LOOKS = 4
IN_SIGHT = 15
LOGIN, PASSWORD = "john", "demo"  # the demo's, printed in the manual
MAILS = {
    "empty": "",
    "bounce": (
        "From: MAILER-DAEMON@mx.example\nTo: help@office.example\nSubject: Undelivered mail\n"
        "Message-ID: <2@mx.example>\nAuto-Submitted: auto-replied\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nNobody of this name is here.\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; old@customer.example\n"
        "Action: failed\nStatus: 5.1.1\n"
        "--b--\n"
    ),
}
"""Mails that cannot be filed by themselves, one for each reason."""
Scheme = Literal["light", "dark"]
T = TypeVar("T")

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication, QWidget

    from desktop_desk.desk.desk import Desk
    from desktop_desk.ui.main_window import MainWindow
    from desktop_desk.ui.open_desk import OpenDesk
    from desktop_desk.ui.theme import Appearance


@dataclass
class Studio:
    """One theme's session on the demo desk."""

    app: "QApplication"
    look: "Appearance"
    scheme: Scheme
    desk: "OpenDesk"
    wanted: frozenset[str]

    @property
    def window(self) -> "MainWindow":
        """John's main window."""
        return there(self.desk.window)

    def wait(self, until: Callable[[], object] = lambda: True) -> None:
        """Let the program work until it rests and this is so."""
        deadline = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < QUIET_LOOKS:
            self.app.processEvents()
            quiet = quiet + 1 if until() and not self.desk.busy else 0
            if time.monotonic() > deadline:
                raise TimeoutError(f"the program did not come to rest within {PATIENCE:.0f} s")
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        from PySide6.QtTest import QTest

        QTest.keyClicks(there(self.app.focusWidget()), text)
        self.wait()

    def press(self, keys: str) -> None:
        """Press one key with what is held: "Return", "Ctrl+N"."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtTest import QTest

        QTest.keySequence(there(self.app.focusWidget()), QKeySequence(keys))
        self.wait()

    def take(self, name: str, window: "QWidget") -> None:
        """Save a picture of a window, when it is wanted."""
        if self.wanted and name not in self.wanted:
            return
        self.wait()
        picture = together(self.app, window)
        path = PICTURES / f"{name}-{self.scheme}.png"
        if not picture.save(str(path)):
            raise OSError(f"{path} could not be written")
        print(
            f"{path.relative_to(ROOT)}  {picture.width()}×{picture.height()}  {path.stat().st_size // 1024} KB"
        )


def there(thing: T | None) -> T:
    """The thing; RuntimeError when the program has not brought it up."""
    if thing is None:
        raise RuntimeError("the window or field to picture is not there")
    return thing


def together(app: "QApplication", window: "QWidget") -> "QImage":
    """A window with the dialogs that stand over it, as a screen would show them."""
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QPainter

    picture = window.grab()
    painter = QPainter(picture)
    for other in app.topLevelWidgets():
        if other is not window and other.isVisible() and other.parentWidget() is not None:
            place = other.pos() - window.pos()
            painter.drawPixmap(place, other.grab())
            # The frame that a window manager would draw.
            painter.setPen(other.palette().mid().color())
            painter.drawRect(QRect(place, other.size()))
    painter.end()
    return picture.toImage()


def main(names: list[str]) -> int:
    """Paint; gives the exit code."""
    sys.path.insert(0, str(ROOT))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LANGUAGE"] = "en"
    with tempfile.TemporaryDirectory(prefix="desktop-desk-pictures-") as home:
        os.environ["DESKTOP_DESK_HOME"] = home
        from desktop_desk import bootstrap

        desk = Path(home) / "demo.desk"
        bootstrap.create_demo(desk)
        PICTURES.mkdir(parents=True, exist_ok=True)
        paint(desk, frozenset(names))
    write_keys()
    return 0


def paint(desk: Path, wanted: frozenset[str]) -> None:
    """Every picture, light and dark."""
    from PySide6.QtGui import QFont, QFontDatabase
    from PySide6.QtWidgets import QApplication

    app = QApplication(["desktop-desk"])
    # Without a desktop there is no system font to follow.
    if "Inter" in QFontDatabase.families():
        app.setFont(QFont("Inter", 10))
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for scheme in schemes:
        paint_scheme(app, desk, scheme, wanted)


def paint_scheme(app: "QApplication", desk: Path, scheme: Scheme, wanted: frozenset[str]) -> None:
    """One theme's pictures, in the order in which a day goes."""
    from desktop_desk import bootstrap
    from desktop_desk.ui.open_desk import OpenDesk
    from desktop_desk.ui.theme import Appearance

    look = Appearance(app, scheme)
    front = bootstrap.open_desk(desk)
    name = front.settings.name
    state = desk.parent / f"state-{scheme}"
    opened = OpenDesk(str(desk), front, name, look, state, demo=True, lock_minutes=0)
    studio = Studio(app, look, scheme, opened, wanted)
    try:
        paint_doors(studio)
        opened.let_in(LOGIN, PASSWORD)
        studio.wait(lambda: opened.window)
        studio.window.resize(*SIZE)
        paint_tickets(studio)
        paint_office(studio)
        paint_mail(studio)
        if not wanted or "copies" in wanted:
            paint_copies(studio)
    finally:
        opened.end()


def paint_doors(studio: Studio) -> None:
    """First start and login."""
    from desktop_desk.ui.first_start import FirstStart
    from desktop_desk.ui.operations import Tasks

    first = FirstStart(studio.look, studio.desk.findChildren(Tasks)[0])
    first.show()
    studio.take("first-start", first)
    first.hide()
    studio.desk.let_in("", "")
    studio.wait(studio.desk.front_window)
    studio.take("login", there(studio.desk.front_window()))


def paint_tickets(studio: Studio) -> None:
    """The main window with a ticket, the call panel, and handing on."""
    from desktop_desk.ui.calls.panel import CallPanel

    window = studio.window
    story, number = tickets_to_show(studio)
    window.open_ticket(story)
    studio.wait(lambda: window.current_ticket() is not None)
    studio.take("main", window)
    window.open_ticket(number)
    studio.wait(lambda: there(window.current_ticket()).number == number)
    window.parts.reassign(window, (number,))
    studio.wait(lambda: studio.app.activeWindow() not in (None, window))
    studio.type("adm")
    studio.press("Return")
    studio.type("Tried: restart of the gateway. Next: certificate? Promised Ken a call before 11.")
    studio.take("reassign", window)
    studio.press("Esc")
    window.activateWindow()
    studio.wait(window.isActiveWindow)
    window.actions_["call.log"].trigger()
    studio.wait(studio.app.focusWidget)
    studio.type("ken")
    studio.press("Return")
    studio.type("vpn does not conn")
    studio.take("log-call", window)
    panel = there(window.findChild(CallPanel))
    panel.discard_wanted.emit(panel.front)
    studio.wait()


def tickets_to_show(studio: Studio) -> tuple[str, str]:
    """Numbers of an open ticket with a long story, and of an urgent one that is to be handed on."""
    found: list[tuple[str, str]] = []

    def looked_up(desk: "Desk") -> tuple[str, str]:
        rows = desk.queue("open", count=60).rows
        # Of those at the top, so that the list need not be scrolled to it.
        longest = max(rows[:IN_SIGHT], key=lambda row: len(desk.ticket(row.number).thread))
        urgent = next((row for row in rows if row.priority == "A" and row.agent), rows[0])
        return longest.number, urgent.number

    studio.window.operations.read(looked_up, owner=studio.window, then=found.append)
    studio.wait(lambda: found)
    return found[0]


def paint_office(studio: Studio) -> None:
    """Callers, lists, settings, report."""
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(studio.window)
    office.resize(*SIZE)
    pages = {
        "person": "people",
        "agent": "agents",
        "role": "roles",
        "topic": "topics",
        "settings": "settings",
    }
    for key, name in {**pages, "summary": "summary"}.items():
        office.show_page(key)
        studio.take(name, office)
    office.close()


def paint_mail(studio: Studio) -> None:
    """Mails that wait for somebody, the words of letters, and what an agent is told of."""
    from desktop_desk.channels.mail_import import import_mails
    from desktop_desk.ui.notices.dialog import NoticesDialog
    from desktop_desk.ui.settings.office_window import office_of

    window = studio.window
    mails = Path(studio.desk.address).parent / "mails"
    mails.mkdir(exist_ok=True)
    for name, text in MAILS.items():
        (mails / f"{name}.eml").write_text(text, encoding="utf-8")
    window.operations.read(lambda desk: import_mails(desk, [mails]), owner=window, then=lambda _tally: None)
    studio.wait()
    window.refresh()
    window.show_queue("quarantine")
    studio.take("quarantine", window)
    dialog = NoticesDialog(studio.look, window.operations, window)
    dialog.read()
    studio.take("notices", dialog)
    dialog.close()
    office = office_of(window)
    office.resize(*SIZE)
    office.show_page("template")
    studio.take("templates", office)
    office.close()


def paint_copies(studio: Studio) -> None:
    """The copies of a desk that a laptop has taken along."""
    from PySide6.QtWidgets import QLabel

    from desktop_desk import bootstrap, copies, sharing
    from desktop_desk.ui.copies.dialog import CopiesDialog
    from desktop_desk.ui.copies.syncing import Syncing

    home = Path(studio.desk.address).parent / f"together-{studio.scheme}"
    home.mkdir()
    sentence = "a long sentence"
    front = bootstrap.create_desk(
        home / "front.desk", name="Front desk", admin_login="anna", admin_name="Anna Weber",
        admin_password=sentence, zone="Europe/Berlin",
    )  # fmt: skip
    desk, hub = front.log_in("anna", sentence), f"folder:{home / 'front.hub'}"
    copies.share(desk, hub, "Front desk PC")
    for label in ("Jane’s laptop", "Workshop"):
        sharing.new_replica(hub, home / f"{label}.desk", label, "anna", sentence)
    copies.sync(desk)
    syncing = Syncing(desk, front.close_thread, front.enrol_missing)
    syncing.look()
    studio.wait(lambda: syncing.state.hub)
    syncing.sync_now()
    studio.wait(lambda: syncing.state.rhythm.state == "synced")
    dialog = CopiesDialog(
        studio.look, studio.window.operations, syncing, studio.window.now, parent=studio.window
    )
    dialog.show()
    studio.wait(lambda: not syncing.busy)
    # Not the temporary folder that the picture is painted in.
    there(dialog.findChild(QLabel, "copies_hub")).setText("Shared through /srv/office/front-desk.hub")
    studio.take("copies", dialog)
    dialog.close()
    syncing.finish(hurry=True)
    front.close()


def write_keys() -> None:
    """Fill the tables of the keys' page: everything after its marked line is written anew."""
    head = KEYS_PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    KEYS_PAGE.write_text(head + MARK + "\n" + keys_tables(), encoding="utf-8")
    print(KEYS_PAGE.relative_to(ROOT))


def keys_tables() -> str:
    """Every action that has a key, menu by menu, as Markdown."""
    from desktop_desk.ui.action_table import MENUS, TABLE

    lines: list[str] = []
    for menu, title in MENUS:
        rows = [spec for spec in TABLE if spec.menu == menu and (spec.keys or spec.letter)]
        if rows:
            lines += ["", f"## {plain(title)}", "", "| does | key | in the list |", "|---|---|---|"]
            lines += [f"| {plain(spec.text)} | {', '.join(spec.keys)} | {spec.letter} |" for spec in rows]
    return "\n".join(lines) + "\n"


def plain(text: str) -> str:
    """A menu text without its mnemonic and dots."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("….")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
