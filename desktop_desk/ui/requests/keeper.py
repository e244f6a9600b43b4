"""Keeps the request form of an open desk on or off, as was chosen on this computer."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from desktop_desk import config
from desktop_desk.domain.errors import DeskError

if TYPE_CHECKING:
    from desktop_desk.channels.web_server import FormServer
    from desktop_desk.desk.front_door import FrontDoor
    from desktop_desk.ui.operations import Tasks

OFF: Final[config.RequestForm] = ""
_log = logging.getLogger(__name__)


class FormKeeper(QObject):
    """Turns the form on and off; it goes on while the window is locked, and ends with the desk.

    Attributes:
        trouble: why it could not be turned on as was chosen earlier; "" when it could.

    Signals:
        changed(): it was turned on or off.
    """

    changed = Signal()

    def __init__(self, front: "FrontDoor", address: str, preferences: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.trouble = ""
        self._front = front
        self._address = address
        self._preferences = preferences
        self._server: FormServer | None = None
        self._lock = Lock()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where it is; empty while it is off."""
        server = self._server
        return server.addresses if server is not None else ()

    @property
    def chosen(self) -> tuple[config.RequestForm, int]:
        """Where it was turned on for this desk ("here", "office" or OFF), and the port."""
        kept = config.read_preferences(self._preferences)
        return (kept.request_form if kept.request_form_desk == self._address else OFF), kept.request_form_port

    def resume(self, tasks: "Tasks", owner: QObject, say: Callable[[str], object]) -> None:
        """Turn it on where it was on when this desk was left; `say` is told why that cannot be, while `owner` lives."""
        where, port = self.chosen
        if where == OFF or self._server is not None:
            return

        def failed(error: Exception) -> bool:
            if not isinstance(error, DeskError):
                return False
            self.trouble = str(error)
            say(self.trouble)
            return True

        def then(_none: None) -> None:
            self.changed.emit()

        tasks.task(lambda: self._turn(where, port), owner=owner, then=then, failed=failed, long=True)

    def choose(self, where: config.RequestForm, port: int) -> None:
        """Turn it on or off and remember that; slow, not for the UI thread. Raises what FormServer raises."""
        self._turn(where, port)
        kept = config.read_preferences(self._preferences)
        address = self._address if where != OFF else ""
        if where != OFF or kept.request_form_desk == self._address:
            chosen = replace(kept, request_form=where, request_form_port=port, request_form_desk=address)
            config.write_preferences(self._preferences, chosen)
        self.trouble = ""

    def finish(self) -> None:
        """Turn it off, and leave what was chosen as it is."""
        self._turn(OFF, 0)

    def _turn(self, where: str, port: int) -> None:
        with self._lock:
            before, self._server = self._server, None
            if before is not None:
                before.stop()
            if where == OFF:
                return
            from desktop_desk.channels.web_server import HERE, OFFICE

            try:
                self._listen(OFFICE if where == "office" else HERE, port)
            except DeskError:
                if before is not None:
                    # Callers know the address at which it was: it stays on there.
                    self._listen(before.host, before.port)
                raise

    def _listen(self, host: str, port: int) -> None:
        from desktop_desk import bootstrap
        from desktop_desk.channels.web_server import FormServer

        made = FormServer(
            self._front.requests(), bootstrap.now_ms, self._front.close_thread, host=host, port=port,
            in_memory=self._front.encrypted,
        )  # fmt: skip
        made.start()
        self._server = made
        _log.info("the request form is at %s", made.addresses[0])
