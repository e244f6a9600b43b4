"""Hypothesis' state machine over replicas, counted: how many schedules and operations it has played."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.places import template
from tests.property.test_replicas_machine import PLACES, Replicas


@dataclass
class Played:
    """What was played, and what was found wrong."""

    schedules: int = 0
    operations: int = 0
    wrong: list[str] = field(default_factory=list[str])


def machine(schedules: int, steps: int) -> Played:
    """Let it play so many schedules of at most so many steps; each is judged after every step and at its end."""
    played = Played()

    class Counted(Replicas):
        def __init__(self) -> None:
            super().__init__()
            played.schedules += 1

        def check_invariants(self, *asked: Any, **more: Any) -> None:
            # Called after the beginning and after each step.
            played.operations += 1
            super().check_invariants(*asked, **more)

    asked = settings(
        max_examples=schedules, stateful_step_count=steps, deadline=None, database=None, derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        print_blob=True,
    )  # fmt: skip
    with (
        tempfile.TemporaryDirectory(prefix="dd-machine-") as folder,
        patch.object(Replicas, "made", template(Path(folder), PLACES), create=True),
    ):
        try:
            run_state_machine_as_test(Counted, settings=asked)
        except AssertionError as error:
            played.wrong.append(f"state machine: {error}")
    played.operations -= played.schedules
    return played
