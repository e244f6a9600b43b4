"""Figures of the exchange between replicas: histories played by a dice, and what a witness found in them.

Each function plays, and returns what it counted; nothing is written anywhere but in a folder that is given.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from unittest.mock import patch

from tests.property.dice import plays
from tests.property.history import History
from tests.property.mutants import IN_THE_FOLD, IN_THE_JOURNAL
from tests.property.places import template
from tests.property.test_mutants import played

Figures = dict[str, int | list[str]]
Told = Callable[[str], None]


def histories(
    folder: Path, seeds: Iterable[int] = range(100), steps: int = 200, told: Told = lambda _line: None
) -> Figures:
    """Histories at three places and more: what was done in them, and what a witness had against the end.

    `divergences` are histories after which not everything held: each is named with its seed under `found`.
    """
    counts: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    found: list[str] = []
    made = template(folder / "beginning", 3)
    for seed in seeds:
        with patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(folder / f"home{seed}")}):
            story = History(folder / f"story{seed}", made)
            try:
                plays(story, seed, steps)
                story.ends_well()
            except AssertionError as error:
                found.append(f"seed {seed}: {(str(error).splitlines() or ['not what was to be'])[0]}")
            finally:
                counts += story.counts
                counts["schedules"] += 1
                counts["places"] += len(story.places)
                counts["facts"] += len(story.oracle.facts)
                numbers = Counter(number for number, _uid in set(story.given) if not number.startswith("~"))
                counts["numbers issued"] += sum(numbers.values())
                counts["numbers issued twice"] += sum(many - 1 for many in numbers.values())
                story.close()
        shutil.rmtree(folder / f"story{seed}")
        told(f"history {seed}: {story.counts['acts']} acts, {len(found)} divergences until now")
    return {
        "schedules": counts["schedules"],
        "operations": counts["steps"],
        "acts acknowledged": counts["acts"],
        "facts": counts["facts"],
        "places": counts["places"],
        "syncs": counts["syncs"],
        "broken off or killed": counts["broken off"],
        "desks restored": counts["restored"],
        "desks cloned": counts["cloned"],
        "times the hub was harmed": counts["hub harmed"],
        "days offline simulated": counts["days"],
        "divergences": len(found),
        "found": found,
        "rivals shown": counts["rivals shown"],
        "edits hidden": counts["rivals hidden"],
        "edits hidden had the latest clock won": counts["hidden by the latest clock"],
        "fields looked at": counts["fields"],
        "fields whose replaced value had come back had the latest clock won": counts[
            "replaced values back by the latest clock"
        ],
        "numbers issued": counts["numbers issued"],
        "numbers issued twice": counts["numbers issued twice"],
    }


def mutants(folder: Path) -> Figures:
    """How many mutants of the merge rule the oracle finds; those that it does not find are named."""
    missed: list[str] = []
    with patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(folder / "home")}):
        story = played(folder / "story", folder / "beginning")
        story.heads_equal_oracle()
        for name, mutant in IN_THE_FOLD.items():
            with mutant():
                missed += [] if _finds(story) else [name]
        story.close()
        for place, (name, mutant) in enumerate(IN_THE_JOURNAL.items()):
            home = {"DESKTOP_DESK_HOME": str(folder / f"home of mutant {place}")}
            with patch.dict(os.environ, home), mutant():
                wrong = played(folder / f"mutant{place}", folder / "beginning")
                missed += [] if _finds(wrong) else [name]
                wrong.close()
    made = len(IN_THE_FOLD) + len(IN_THE_JOURNAL)
    return {"mutants": made, "mutants found": made - len(missed), "not found": missed}


def _finds(story: History) -> bool:
    try:
        story.heads_equal_oracle()
    except AssertionError:
        return True
    return False
