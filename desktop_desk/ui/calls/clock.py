"""The clock of one call: it runs while the call lasts, on screen or parked."""

from collections.abc import Callable


class CallClock:
    """Counts seconds by a clock that never goes back.

    Args:
        now: seconds on that clock.
        passed: seconds that had passed already.
        running: False for a call that has ended.
    """

    def __init__(self, now: Callable[[], float], passed: int = 0, *, running: bool = True) -> None:
        self._now = now
        self._began: float | None = now() - passed if running else None
        self._passed = passed

    @property
    def running(self) -> bool:
        """Whether the call goes on."""
        return self._began is not None

    def seconds(self) -> int:
        """Whole seconds so far."""
        return self._passed if self._began is None else int(self._now() - self._began)

    def restart(self) -> None:
        """From nought: the call that rang was answered."""
        self._began = self._now()

    def stop(self) -> None:
        """The call has ended; the time stands."""
        self._passed = self.seconds()
        self._began = None
