"""How long the window stands still while it fetches mail: the real program, and mails on a real IMAP server.

As a command it prints figures: python -m tests.rigs.mail_frames [MAILS]. A beat every few milliseconds tells when the
window was last free to draw; the longest time between two beats is the longest that a frame could have to wait. The
same is looked at afterwards, while nothing is fetched: what this machine costs anyhow.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import TypedDict

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop_desk import bootstrap
from desktop_desk.channels.mail_import import Tally
from desktop_desk.ui.app import Program
from desktop_desk.ui.mail_work.keeper import MailKeeper
from tests.command_line import PASSWORD, ROOT, found_office
from tests.dovecot import PASSWORD as MAIL_PASSWORD
from tests.dovecot import ImapServer, imap_server

BEAT_MS = 2
FRAME_MS = 50
AT_REST_MS = 1_500
"""Until the window has come up, and so long is looked at it afterwards while nothing is fetched."""


class Stillness(TypedDict):
    """The longest times in which the window could not draw, in ms, the longest first; and how many were too long."""

    longest: list[float]
    too_long: int


class Figures(TypedDict):
    """What came of it: mails that were read, how long that took, and how still the window stood."""

    read: int
    seconds: float
    fetching: Stillness
    at_rest: Stillness


def figures(mails: int) -> Figures:
    """Let a window fetch so many mails; Dovecot must be here."""
    with imap_server() as server, tempfile.TemporaryDirectory(prefix="dd-frames-") as folder:
        desk = _an_office(Path(folder), server)
        command = [sys.executable, "-m", "tests.rigs.mail_frames", "--window", str(desk), str(mails)]
        done = subprocess.run(
            [*command, str(server.folder), server.user], cwd=ROOT, stdout=subprocess.PIPE,
            env={
                **os.environ, "QT_QPA_PLATFORM": "offscreen", "DESKTOP_DESK_HOME": str(Path(folder) / "home"),
                "DESKTOP_DESK_MAIL_PASSWORD": MAIL_PASSWORD, "SSL_CERT_FILE": str(server.certificate),
            },
            text=True, timeout=600, check=True,
        )  # fmt: skip
    told: Figures = json.loads(done.stdout.splitlines()[-1])
    return told


def a_mail(number: int) -> bytes:
    """As they come: some lines, every fifth in HTML as well, every tenth with a file."""
    mail = EmailMessage()
    mail["From"] = f"Caller {number % 97} <caller{number % 97}@sales.example>"
    mail["To"], mail["Subject"] = (
        "help@office.example",
        f"Question {number} about the printer of floor {number % 9}",
    )
    mail["Message-ID"] = f"<{number}@sales.example>"
    words = f"It has said error {number} since this morning, and nobody on the floor can print.\n"
    mail.set_content(words * 12)
    if number % 5 == 0:
        mail.add_alternative(f"<p>{words}</p>" * 12, subtype="html")
    if number % 10 == 0:
        mail.add_attachment(
            bytes(range(256)) * 160, maintype="application", subtype="pdf", filename="page.pdf"
        )
    return bytes(mail)


def _an_office(folder: Path, server: ImapServer) -> Path:
    desk = folder / "front.desk"
    found_office(desk)
    front = bootstrap.open_desk(desk)
    front.log_in("ann", PASSWORD).add(
        "mailbox", name="Help", address="help@office.example", imap_host="127.0.0.1", imap_port=server.tls
    )
    front.close()
    return desk


class Watch(QObject):
    """Lets the window fetch, and counts how long it stands still."""

    def __init__(self, program: Program, server: ImapServer, mails: int) -> None:
        super().__init__(program)
        self._program = program
        self._server, self._mails = server, mails
        self._read = 0
        self._gaps: list[float] = []
        self._last = time.monotonic()
        self._began = 0.0
        self._told: Figures | None = None
        self._beat = QTimer(self)
        self._beat.setTimerType(Qt.TimerType.PreciseTimer)
        self._beat.timeout.connect(self._on_beat)
        self._ready = QTimer(self)
        self._ready.timeout.connect(self._look)
        self._ready.start(20)

    def _look(self) -> None:
        keeper = self._program.findChild(MailKeeper)
        opened = self._program._open
        window = opened.window if opened is not None else None
        if keeper is None or window is None or opened is None or opened.busy:
            return
        self._ready.stop()
        keeper.came.connect(self._on_came)
        QTimer.singleShot(AT_REST_MS, self, self._begin)

    def _begin(self) -> None:
        # Now, and not before: the desk looks by itself as soon as it is open.
        for number in range(self._mails):
            self._server.deliver(a_mail(number), f"{number:06d}.mail")
        keeper = self._program.findChild(MailKeeper)
        assert keeper is not None
        keeper.fetch_now()
        self._began = self._last = time.monotonic()
        self._beat.start(BEAT_MS)

    def _on_beat(self) -> None:
        now = time.monotonic()
        self._gaps.append((now - self._last) * 1000)
        self._last = now

    def _stillness(self) -> Stillness:
        gaps, self._gaps = sorted(self._gaps, reverse=True), []
        return {
            "longest": [round(gap, 1) for gap in gaps[:5]],
            "too_long": sum(gap > FRAME_MS for gap in gaps),
        }

    def _on_came(self, tally: Tally) -> None:
        self._read += tally.read
        if self._read < self._mails:
            return
        seconds = round(time.monotonic() - self._began, 1)
        fetching = self._stillness()
        self._told = {"read": self._read, "seconds": seconds, "fetching": fetching, "at_rest": fetching}
        # What is shown of it is drawn now, and is still part of the fetching.
        QTimer.singleShot(AT_REST_MS, self, self._shown)

    def _shown(self) -> None:
        assert self._told is not None
        after = self._stillness()
        longest = sorted(self._told["fetching"]["longest"] + after["longest"], reverse=True)[:5]
        self._told["fetching"] = {
            "longest": longest, "too_long": self._told["fetching"]["too_long"] + after["too_long"],
        }  # fmt: skip
        QTimer.singleShot(AT_REST_MS, self, self._end)

    def _end(self) -> None:
        assert self._told is not None
        self._told["at_rest"] = self._stillness()
        sys.stdout.write(json.dumps(self._told) + "\n")
        QApplication.exit(0)


def window(desk: str, mails: int, server: ImapServer) -> int:
    """The program on a desk, until so much mail has come from a server."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    program = Program(app, desk, "ann", PASSWORD, None)
    program.start()
    Watch(program, server, mails)
    code = app.exec()
    program.end()
    return code


if __name__ == "__main__":
    if sys.argv[1:2] == ["--window"]:
        _program, _what, its_desk, its_mails, its_server, its_user = sys.argv
        sys.exit(window(its_desk, int(its_mails), ImapServer(Path(its_server), 0, 0, its_user)))
    sys.stdout.write(json.dumps(figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)) + "\n")
