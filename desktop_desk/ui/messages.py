"""What went wrong, said once: a sentence with what to do for the world's faults, a report for ours."""

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_desk import __version__
from desktop_desk.domain import errors
from desktop_desk.i18n import _

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads about a fault: a few words, one sentence, and what to do next (may be empty)."""

    title: str
    text: str
    advice: str = ""


def message_of(error: errors.DeskError) -> Message:
    """The words for a fault of the world."""
    return Message(_title(error), error.reason, error.advice)


def _title(error: errors.DeskError) -> str:
    match error:
        case errors.AccessDenied():
            return _("Access denied")
        case errors.NotAllowed():
            return _("You may not do this")
        case errors.NotFound():
            return _("Not found")
        case errors.Stale():
            return _("Changed meanwhile")
        case errors.StorageUnavailable():
            return _("The desk cannot be reached")
        case _:
            return _("Not done")


def report_of(error: BaseException) -> str:
    """The text a person can send us: versions and where it happened; no content of any ticket is added."""
    lines = [
        f"Desktop Desk {__version__} · Python {platform.python_version()} · {platform.platform()}",
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(line.rstrip("\n") for line in lines)


class CrashDialog(QDialog):
    """Says that we made a mistake and that nothing saved is lost; holds the report, ready to copy."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crash")
        self.setWindowTitle(_("Something went wrong in the program"))
        self.resize(640, 420)
        text = QLabel(
            _(
                "This is a mistake in Desktop Desk, not yours. Everything that was saved is safe, and your drafts "
                "are kept. You can go on working; if it happens again, send the report below to whoever looks after "
                "the program."
            ),
            self,
        )
        text.setWordWrap(True)
        self._report = QPlainTextEdit(report, self)
        self._report.setObjectName("crash_report")
        self._report.setReadOnly(True)
        self._report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._report.setAccessibleName(_("Report of what went wrong"))
        self._report.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.setObjectName("crash_buttons")
        buttons.rejected.connect(self.reject)
        copy = buttons.addButton(_("&Copy the report"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setObjectName("crash_copy")
        copy.clicked.connect(self._copy)
        column = QVBoxLayout(self)
        for widget in (text, self._report, buttons):
            column.addWidget(widget)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report.toPlainText())


class Presenter(QObject):
    """The one place where errors become visible.

    Signals:
        told(Message): a fault of the world, for the strip of the window in front.
    """

    told = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crash: CrashDialog | None = None
        self._window: Callable[[], QWidget | None] = lambda: None

    def set_window(self, window: Callable[[], QWidget | None]) -> None:
        """Where dialogs belong; asked each time, since windows come and go."""
        self._window = window

    def show(self, error: BaseException) -> None:
        """Tell the person about the error; a fault of ours opens one dialog, however often it happens."""
        if isinstance(error, errors.DeskError):
            self.told.emit(message_of(error))
            return
        report = report_of(error)
        _log.error("%s", report)
        if self._crash is None:
            self._crash = CrashDialog(report, self._window())
            self._crash.finished.connect(self._on_crash_closed)
            self._crash.open()

    def _on_crash_closed(self) -> None:
        if self._crash is not None:
            self._crash.deleteLater()
            self._crash = None

    def hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """For sys.excepthook: whatever escapes a slot is shown and logged; Ctrl+C in a terminal ends the program."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            QGuiApplication.quit()
            return
        self.show(error)
