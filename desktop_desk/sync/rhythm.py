"""When to sync by itself: soon after a change, now and then anyway, ever more seldom while the hub is away."""

from dataclasses import dataclass, replace
from typing import Literal

from desktop_desk.domain.errors import DeskError, StorageUnavailable

SOON_MS = 1_000
"""After a change here: whoever writes on is not interrupted for each act."""

EVERY_MS = 15_000
"""Between two looks at what others have brought."""

RETRY_MS, LONGEST_RETRY_MS = 5_000, 5 * 60_000
"""The first try again after the hub was away; each further one after twice as long."""

State = Literal["waiting", "syncing", "synced", "offline", "problem"]
"""`offline` is no error: the hub is away, work goes on, nobody need do anything. A `problem` needs somebody."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Where syncing stands and when it is to be done next; a value, every event gives the next one.

    Attributes:
        due: the moment of the next try, ms; None while one is running.
        changed: whether something was written here that the hub does not have yet.
        synced: the end of the last one that succeeded, ms; None when there was none.
        failures: tries in a row that found the hub away or failed.
        said: of a problem, what to show.
    """

    state: State = "waiting"
    due: int | None = 0
    changed: bool = False
    synced: int | None = None
    failures: int = 0
    said: str = ""

    def is_due(self, now: int) -> bool:
        """Whether to begin now."""
        return self.due is not None and now >= self.due

    def wrote(self, now: int) -> "Rhythm":
        """Something was written here; while the hub is away that makes nobody try sooner."""
        if self.due is None or self.failures:
            return replace(self, changed=True)
        return replace(self, changed=True, due=min(self.due, now + SOON_MS))

    def asked(self, now: int) -> "Rhythm":
        """Somebody wants it now, or the network has come back."""
        return self if self.due is None else replace(self, due=now)

    def begun(self) -> "Rhythm":
        """It is being done; what is written from here on is for the next time."""
        return replace(self, state="syncing", due=None, changed=False)

    def done(self, now: int, problems: tuple[str, ...] = ()) -> "Rhythm":
        """It succeeded; `problems` are what the hub has that could not be used."""
        due = now + (SOON_MS if self.changed else EVERY_MS)
        state: State = "problem" if problems else "synced"
        return replace(self, state=state, due=due, synced=now, failures=0, said=" ".join(problems))

    def failed(self, now: int, error: DeskError) -> "Rhythm":
        """It did not: the hub is away, or something stands in the way that a person must see to."""
        failures = self.failures + 1
        pause = min(RETRY_MS * 2 ** min(failures - 1, 10), LONGEST_RETRY_MS)
        away = isinstance(error, StorageUnavailable) and error.kind in {"missing", "locked", "unreachable"}
        state: State = "offline" if away else "problem"
        return replace(
            self,
            state=state,
            due=now + pause,
            changed=True,
            failures=failures,
            said="" if away else str(error),
        )
