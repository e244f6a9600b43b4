"""What a figure is, and how one is taken: warm, in turn with its baseline, with median and 95th percentile."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench.

    Attributes:
        name: what was measured; tickets: on a desk of how many.
        value, p95: median and 95th percentile, in `unit`; p95 is None where a thing is measured once.
        baseline: the same of the bare thing named in `beside`, in the same run; None where there is none.
        budget: the most it should be, or the least where `at_least`; None where only the ratio has a budget.
        ratio_budget: the most that value / baseline should be.
    """

    name: str
    tickets: int
    unit: str
    value: float
    p95: float | None = None
    baseline: float | None = None
    beside: str = ""
    budget: float | None = None
    p95_budget: float | None = None
    ratio_budget: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times the baseline it is."""
        return self.value / self.baseline if self.baseline else None

    @property
    def kept(self) -> bool:
        """Whether every budget of it is kept."""
        if self.budget is not None and (self.value < self.budget if self.at_least else self.value > self.budget):
            return False
        if self.p95_budget is not None and self.p95 is not None and self.p95 > self.p95_budget:
            return False
        return self.ratio_budget is None or self.ratio is None or self.ratio <= self.ratio_budget


Call = Callable[[], object]


def timed(calls: Iterable[Call], bare: Iterable[Call] = (), warm: int = 3) -> tuple[float, float, float | None]:
    """Median and 95th percentile of the calls, and the median of the bare ones, in ms; both taken in turn."""
    ours, theirs = list(calls), list(bare)
    for call in (*ours[:warm], *theirs[:warm]):
        call()
    took: list[float] = []
    bare_took: list[float] = []
    for index, call in enumerate(ours):
        took.append(_once(call))
        if theirs:
            bare_took.append(_once(theirs[index % len(theirs)]))
    took.sort()
    return (
        statistics.median(took),
        took[min(len(took) - 1, int(len(took) * 0.95))],
        statistics.median(bare_took) if bare_took else None,
    )


def _once(call: Call) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000
