"""The phone line of a window: on or off as the user left it, its calls handed to the call panel."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_desk import config
from desktop_desk.channels.phone_events import PhoneEvent
from desktop_desk.channels.phone_line import PhoneLine, new_secret
from desktop_desk.domain.errors import DeskError
from desktop_desk.ui.calls.typed_call import CallPrefill

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


class WindowLine(QObject):
    """Listens for one window while it is there.

    Signals:
        heard(PhoneEvent): comes from the line's own thread and arrives on the window's.
        changed(): it was turned on or off, or could not be.
    """

    heard = Signal(object)
    changed = Signal()

    def __init__(self, window: "MainWindow", preferences: Path) -> None:
        super().__init__(window)
        self.setObjectName("phone_line")
        self._window = window
        self._path = preferences
        self._line: PhoneLine | None = None
        self.trouble = ""
        self.heard.connect(self._on_heard)
        window.closing.connect(self.stop)

    @property
    def on(self) -> bool:
        """Whether it listens now."""
        return self._line is not None and self._line.on

    @property
    def address(self) -> str:
        """What to type into the telephone system."""
        kept = self.kept()
        return (
            self._line.address
            if self._line
            else PhoneLine(_nobody, kept.phone_secret, port=kept.phone_port).address
        )

    def kept(self) -> config.Preferences:
        """What the user chose."""
        return config.read_preferences(self._path)

    def resume(self) -> None:
        """Turn it on if it was on when it was left."""
        kept = self.kept()
        if kept.phone_line and kept.phone_secret:
            self._start(kept)

    def choose(self, *, on: bool, port: int, dial_command: str, fresh: bool = False) -> None:
        """Remember a choice and act on it; `fresh` makes a new secret, so that the old address is good no more."""
        kept = self.kept()
        secret = new_secret() if fresh or not kept.phone_secret else kept.phone_secret
        chosen = replace(
            kept, phone_line=on, phone_port=port, phone_secret=secret, dial_command=dial_command.strip()
        )
        config.write_preferences(self._path, chosen)
        self.stop()
        if on:
            self._start(chosen)
        else:
            self.trouble = ""
            self.changed.emit()

    def stop(self) -> None:
        """Listen no more."""
        line, self._line = self._line, None
        if line is not None:
            line.stop()

    def _start(self, kept: config.Preferences) -> None:
        line = PhoneLine(self.heard.emit, kept.phone_secret, port=kept.phone_port)
        try:
            line.start()
            self.trouble = ""
            self._line = line
        except DeskError as error:
            self.trouble = str(error)
        self.changed.emit()

    def _on_heard(self, event: PhoneEvent) -> None:
        told = CallPrefill(
            number=event.number, name=event.name, event=event.event, call_id=event.call_id, direction=event.direction,
            rung=event.users, unanswered=event.unanswered, shared=True, queue=event.queue,
        )  # fmt: skip
        self._window.calls().hear(told)


def _nobody(_event: PhoneEvent) -> None:
    """A line that is only asked for its address hears nothing."""
