"""A desk in several places, and everything that can happen to it, in any order: nothing is lost, everybody agrees.

Hypothesis plays the steps of `history.History`; after each, every desk must show what an oracle says that remembers the
whole set each author was shown. In the end all sync, and must have the same desk.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.property.dice import CALLS, CHANGES, HARM, SAID, plays
from tests.property.history import History
from tests.property.places import LOGINS, Template, template

PLACES = 3
places = st.integers(0, 7)
logins = st.sampled_from(LOGINS)
tickets = st.integers(0, 5)
changes = st.sampled_from(CHANGES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The beginning of every story."""
    return template(tmp_path_factory.mktemp("places"), PLACES)


@pytest.fixture(scope="module", autouse=True)
def _made_once(made: Template) -> Iterator[None]:
    """Machines take no fixtures."""
    Replicas.made = made
    yield
    del Replicas.made


class Replicas(RuleBasedStateMachine):
    """Three places and more, john, jane and ada in each, one hub."""

    made: Template

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="dd-places-"))
        # What a machine remembers of its desks belongs to one story.
        self.home = patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(self.folder / "home")})
        self.home.start()

    @initialize()
    def begins(self) -> None:
        self.history = History(self.folder / "desk", self.made)

    def teardown(self) -> None:
        try:
            if hasattr(self, "history"):
                self.history.ends_well()
        finally:
            if hasattr(self, "history"):
                self.history.close()
            self.home.stop()
            shutil.rmtree(self.folder)

    def at(self, place: int) -> int:
        return place % len(self.history.places)

    @rule(place=places, login=logins)
    def log_a_call(self, place: int, login: str) -> None:
        self.history.log(self.at(place), login)

    @rule(place=places, login=logins, ticket=tickets, change=changes)
    def edit(self, place: int, login: str, ticket: int, change: tuple[str, object]) -> None:
        self.history.edit(self.at(place), login, ticket, change)

    @rule(place=places, login=logins, ticket=tickets)
    def open_a_form(self, place: int, login: str, ticket: int) -> None:
        self.history.open_form(self.at(place), login, ticket)

    @precondition(lambda self: bool(self.history.forms))
    @rule(which=st.integers(0, 9), change=changes)
    def save_a_form(self, which: int, change: tuple[str, object]) -> None:
        self.history.save_form(which, change)

    @rule(place=places, login=logins, ticket=tickets, kind=st.sampled_from(SAID))
    def say(self, place: int, login: str, ticket: int, kind: str) -> None:
        self.history.say(self.at(place), login, ticket, kind)

    @rule(place=places, login=logins, again=st.booleans())
    def undo_or_redo(self, place: int, login: str, *, again: bool) -> None:
        self.history.undo(self.at(place), login, again=again)

    @rule(place=places, which=st.integers(0, 9))
    def settle(self, place: int, which: int) -> None:
        self.history.settle(self.at(place), which)

    @rule(place=places, ticket=tickets)
    def a_newer_version_writes(self, place: int, ticket: int) -> None:
        self.history.from_the_future(self.at(place), ticket)

    @rule(place=places)
    def sync(self, place: int) -> None:
        self.history.sync(self.at(place))

    @rule(place=places, call=st.integers(1, CALLS), kill=st.booleans())
    def sync_and_be_broken_off(self, place: int, call: int, *, kill: bool) -> None:
        self.history.sync(self.at(place), call, kill=kill)

    @rule(place=places)
    def die_while_applying(self, place: int) -> None:
        self.history.die_while_applying(self.at(place))

    @rule(place=places, login=logins, ticket=tickets)
    def die_while_writing(self, place: int, login: str, ticket: int) -> None:
        self.history.die_while_writing(self.at(place), login, ticket)

    @rule(place=places, other=places, times=st.integers(1, 2), backwards=st.booleans())
    def pass_on(self, place: int, other: int, times: int, *, backwards: bool) -> None:
        self.history.pass_on(self.at(place), self.at(other), times, backwards=backwards)

    @rule(place=places)
    def back_up(self, place: int) -> None:
        self.history.back_up(self.at(place))

    @precondition(lambda self: bool(self.history.held_back))
    @rule(place=places)
    def restore(self, place: int) -> None:
        self.history.restore(self.at(place))

    @rule(place=places)
    def clone(self, place: int) -> None:
        self.history.clone(self.at(place))

    @rule(place=places, years=st.sampled_from((-30, -3, 0, 3, 30)))
    def set_a_clock(self, place: int, years: int) -> None:
        self.history.skew(self.at(place), years)

    @rule(ticket=tickets)
    def purge(self, ticket: int) -> None:
        self.history.purge(ticket)

    @rule(place=places)
    def revoke_or_trust(self, place: int) -> None:
        self.history.revoke(self.at(place))

    @rule(accept=st.booleans())
    def decide_on_what_is_held(self, *, accept: bool) -> None:
        self.history.decide(accept=accept)

    @rule(which=st.integers(0, 30), how=st.sampled_from(HARM))
    def harm_the_hub(self, which: int, how: str) -> None:
        self.history.tear(which, how)

    @invariant()
    def heads_equal_oracle(self) -> None:
        if hasattr(self, "history"):
            self.history.heads_equal_oracle()

    @invariant()
    def number_stable(self) -> None:
        if hasattr(self, "history"):
            self.history.number_stable()


TestReplicas = Replicas.TestCase
TestReplicas.settings = settings(max_examples=6, stateful_step_count=25)


@pytest.mark.deep
class TestReplicasLong(Replicas.TestCase):  # type: ignore[misc]
    """The same for as long as one likes."""

    settings = settings(max_examples=300, stateful_step_count=80)


def told(folder: Path, made: Template, seed: int, steps: int, look_every: int) -> None:
    """A history by a dice, to its end."""
    history = History(folder, made)
    try:
        plays(history, seed, steps, look_every=look_every)
        history.ends_well()
    finally:
        history.close()


@pytest.mark.parametrize("seed", range(3))
def test_longer_histories_by_a_dice(made: Template, tmp_path: Path, seed: int) -> None:
    told(tmp_path / "desk", made, seed, 60, 20)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_many_histories_by_a_dice(made: Template, tmp_path: Path, seed: int) -> None:
    told(tmp_path / "desk", made, seed, 300, 10)


def test_a_dice_throws_the_same_twice(made: Template, tmp_path: Path) -> None:
    counts = []
    for n in range(2):
        with patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(tmp_path / f"home{n}")}):
            history = History(tmp_path / f"desk{n}", made)
            plays(history, 7, 40)
            counts.append(history.counts)
            history.close()
    assert counts[0] == counts[1]
