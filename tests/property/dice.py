"""Histories by a dice: the same seed is the same history."""

import random
from collections.abc import Callable
from typing import Any

from tests.fakes import HOUR, MONDAY
from tests.property.history import History
from tests.property.places import LOGINS

CHANGES: tuple[tuple[str, Any], ...] = (
    ("priority", "A"), ("priority", "B"), ("priority", "D"), ("status", "resolved"), ("status", "waiting"),
    ("status", "open"), ("subject", None), ("subject", None), ("subject", "same"),
    ("source", "web"), ("source", "email"),
    ("due", MONDAY + 5 * HOUR), ("due", None), ("topic", "Feedback"), ("topic", None),
)  # fmt: skip
SAID = ("note", "reply", "tag", "untag", "jane", "john", "merge", "unmerge")
HARM = ("torn", "changed", "removed", "conflicted copy", "old hub", "as it is")
CALLS = 30


def throw(history: History, chance: random.Random) -> Callable[[], object]:
    """One step, chosen by the dice."""
    at, login, ticket = chance.randrange(len(history.places)), chance.choice(LOGINS), chance.randrange(6)
    change, other = chance.choice(CHANGES), chance.randrange(len(history.places))
    steps: tuple[tuple[int, Callable[[], object]], ...] = (
        (4, lambda: history.log(at, login)),
        (14, lambda: history.edit(at, login, ticket, change)),
        (8, lambda: history.open_form(at, login, ticket)),
        (8, lambda: history.save_form(chance.randrange(9), change)),
        (8, lambda: history.say(at, login, ticket, chance.choice(SAID))),
        (4, lambda: history.undo(at, login, again=False)),
        (3, lambda: history.undo(at, login, again=True)),
        (4, lambda: history.settle(at, chance.randrange(9))),
        (2, lambda: history.from_the_future(at, ticket)),
        (14, lambda: history.sync(at)),
        (4, lambda: history.sync(at, 1 + chance.randrange(CALLS), kill=chance.random() < 0.5)),
        (1, lambda: history.die_while_applying(at)),
        (1, lambda: history.die_while_writing(at, login, ticket)),
        (2, lambda: history.pass_on(at, other, 2, backwards=chance.random() < 0.5)),
        (1, lambda: history.back_up(at)),
        (1, lambda: history.restore(at)),
        (1, lambda: history.clone(at)),
        (2, lambda: history.skew(at, chance.choice((-30, -3, 0, 0, 3, 30)))),
        (1, lambda: history.rest(1 + chance.randrange(9))),
        (1, lambda: history.purge(ticket)),
        (1, lambda: history.revoke(other)),
        (1, lambda: history.decide(accept=chance.random() < 0.7)),
        (3, lambda: history.tear(chance.randrange(30), chance.choice(HARM))),
    )
    weights = [weight for weight, _step in steps]
    return chance.choices([step for _weight, step in steps], weights)[0]


def plays(history: History, seed: int, steps: int, *, look_every: int = 10) -> None:
    """So many steps, with a look at every desk now and then."""
    chance = random.Random(seed)
    for step in range(steps):
        throw(history, chance)()
        history.counts["steps"] += 1
        if step % look_every == 0:
            history.heads_equal_oracle()
            history.number_stable()
