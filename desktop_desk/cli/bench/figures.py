"""What a figure is, and how one is taken: warm, in turn with its baseline, as median and 95th percentile."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Call = Callable[[], object]

PATIENCE = 6.0
"""Seconds after which a slow thing is not repeated any more."""
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the bench.

    Attributes:
        name: what was measured; tickets: on a desk of how many.
        value, p95: median and 95th percentile, in `unit`; p95 is None where a thing is measured once.
        baseline: the same of the bare thing named in `beside`, in the same run.
        budget: the most it should be, or the least where `at_least`; None where only the ratio has a budget.
        p95_budget: the most that p95 should be.
        ratio_budget: the most that value / baseline should be.
    """

    name: str
    tickets: int
    unit: str
    value: float
    p95: float | None
    baseline: float
    beside: str
    budget: float | None = None
    p95_budget: float | None = None
    ratio_budget: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """How many times the baseline it is; 0 where the baseline is too small to tell."""
        return self.value / self.baseline if self.baseline else 0.0

    @property
    def kept(self) -> bool:
        """Whether every budget of it is kept."""
        if self.budget is not None and (
            self.value < self.budget if self.at_least else self.value > self.budget
        ):
            return False
        if self.p95_budget is not None and self.p95 is not None and self.p95 > self.p95_budget:
            return False
        return self.ratio_budget is None or self.ratio <= self.ratio_budget


def figure_of(
    name: str, tickets: int, took: Sequence[float], bare: Sequence[float], beside: str, *, unit: str = "ms",
    budget: float | None = None, p95_budget: float | None = None, ratio_budget: float | None = None,
) -> Figure:  # fmt: skip
    """The figure that these samples come to."""
    ordered = sorted(took)
    return Figure(
        name, tickets, unit, statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        statistics.median(bare), beside, budget, p95_budget, ratio_budget,
    )  # fmt: skip


def in_turn(ours: Sequence[Call], bare: Sequence[Call]) -> tuple[list[float], list[float]]:
    """How long each call of both took, in ms, one of ours and one bare in turn, so that both meet the same noise."""
    for call in (*ours[:FEWEST], *bare[:FEWEST]):
        call()
    took: list[float] = []
    bare_took: list[float] = []
    end = time.perf_counter() + PATIENCE
    for index, call in enumerate(ours):
        took.append(timed(call))
        bare_took.append(timed(bare[index % len(bare)]))
        if time.perf_counter() > end and len(took) >= FEWEST:
            break
    return took, bare_took


def timed(call: Call) -> float:
    """How long a call takes, in ms."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000
