"""The windows that the main window opens but does not know: each is loaded when first wanted."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from desktop_desk.ui.calls.typed_call import CallPrefill
    from desktop_desk.ui.main_window import MainWindow


class CallDesk(Protocol):
    """Takes calls: the panel, the parked calls, the way from a softphone."""

    def log_call(self) -> None:
        """Open a call panel, or bring the open one to the front."""
        ...

    def take_call(self, number: str, name: str, event: str, call_id: str, direction: str = "in") -> None:
        """A softphone says that this number calls, or is called ("out"); `event` is ring, answer or end."""
        ...

    def hear(self, told: "CallPrefill") -> None:
        """The phone line says something of a call."""
        ...

    def call_out(self, number: str, *, name: str = "", ticket: str = "", owed: str = "") -> None:
        """Open a call to somebody, about a ticket and for a call-back where these are named."""
        ...

    def park(self) -> None:
        """Put the open call aside."""
        ...

    def attach(self, number: str) -> None:
        """Take a call that belongs to this ticket."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What opens the other windows; every call gets the main window it belongs to."""

    call_desk: "Callable[[MainWindow], CallDesk]"
    reassign: "Callable[[MainWindow, tuple[str, ...]], object]"
    person: "Callable[[MainWindow, str], object]"
    people: "Callable[[MainWindow], object]"
    office: "Callable[[MainWindow], object]"
    settings: "Callable[[MainWindow], object]"
    summary: "Callable[[MainWindow], object]"
