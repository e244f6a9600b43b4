"""The clock of one call: it stands while it rings, and runs while the call lasts, on screen or parked."""

import re
from collections.abc import Callable


class CallClock:
    """Counts seconds by a clock that never goes back.

    Args:
        now: seconds on that clock.
        passed: seconds that had passed already.
        running: False for a call that has ended.
        ringing: nobody has answered yet.
    """

    def __init__(
        self, now: Callable[[], float], passed: int = 0, *, running: bool = True, ringing: bool = False
    ) -> None:
        self._now = now
        self._ringing = ringing and running
        self._began: float | None = now() - passed if running and not ringing else None
        self._passed = 0 if self._ringing else passed

    @property
    def running(self) -> bool:
        """Whether the call goes on: it rings, or somebody talks."""
        return self._ringing or self._began is not None

    @property
    def ringing(self) -> bool:
        """Whether nobody has answered yet."""
        return self._ringing

    def seconds(self) -> int:
        """Whole seconds so far."""
        return self._passed if self._began is None else int(self._now() - self._began)

    def answer(self) -> None:
        """The call that rang was answered: from nought. One that goes on already goes on."""
        if self._began is None:
            self._ringing = False
            self._passed = 0
            self._began = self._now()

    def set(self, seconds: int) -> None:
        """The call was this long, says a person."""
        self._ringing, self._began, self._passed = False, None, max(0, seconds)

    def stop(self) -> None:
        """The call has ended; the time stands."""
        self._passed = self.seconds()
        self._ringing, self._began = False, None


def clock_reading(seconds: int) -> str:
    """A length of time as a clock shows it: "02:41", "1:02:41"."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, last = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{last:02}" if hours else f"{minutes:02}:{last:02}"


_LENGTH = re.compile(r"(?:(\d{1,2}):)?(\d{1,3})(?::(\d{1,2}))?")


def read_length(text: str) -> int | None:
    """Seconds of a length as people write it: "3" minutes, "3:20", "1:02:41"; None for what is none."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        return None
    parts = [int(part) for part in found.groups() if part is not None]
    if len(parts) == 1:
        parts.append(0)
    if any(part > 59 for part in parts[1:]):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds
