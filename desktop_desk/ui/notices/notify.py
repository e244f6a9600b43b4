"""A notification of the system where there is no icon to show it from, as on desktops without a tray."""

import html
import shutil

from PySide6.QtCore import QProcess
from PySide6.QtGui import QGuiApplication

from desktop_desk.i18n import _
from desktop_desk.ui.notices.tray import SHOWN_MS

PROGRAM = "notify-send"
"""The desktops' own tool for the notifications of freedesktop.org; other systems always have a tray."""


def notify(title: str, text: str) -> bool:
    """Let the system say it, without waiting; False where nothing could."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    name = QGuiApplication.applicationDisplayName() or _("Desktop Desk")
    # The text, but not the title, may hold marks of its own.
    said = [f"--app-name={name}", f"--expire-time={SHOWN_MS}", "--", title, html.escape(text, quote=False)]
    started, _pid = QProcess.startDetached(program, said)
    return started
