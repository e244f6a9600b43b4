"""Each mutant of the merge rule turns the comparison with the oracle red; without one it is green."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.property.dice import CHANGES, SAID
from tests.property.history import History
from tests.property.mutants import IN_THE_FOLD, IN_THE_JOURNAL
from tests.property.places import LOGINS, template


def played(folder: Path, base: Path, seed: int = 3, steps: int = 110) -> History:
    """Forms, edits, undos and syncs at three places, all in the end where everybody sees them."""
    story = History(folder, template(base, 3))
    chance = random.Random(seed)
    for step in range(steps):
        at, login, ticket = chance.randrange(3), chance.choice(LOGINS), chance.randrange(2)
        change = chance.choice(CHANGES[:8])
        if step % 17 == 0:
            story.skew(chance.randrange(3), chance.choice((-3, 0, 3)))
        match chance.randrange(7):
            case 0:
                story.edit(at, login, ticket, change)
            case 1 | 2:
                story.open_form(at, login, ticket)
            case 3 | 4:
                story.save_form(chance.randrange(9), change)
            case 5:
                story.say(at, login, ticket, chance.choice(SAID[:4]))
                story.undo(at, login, again=chance.random() < 0.3)
            case _:
                story.sync(at)
    # Two at one desk, and one who has seen just the last thing that another place wrote.
    story.log(0, "ada")
    story.log(0, "ada")
    story.come_together()
    one, two = len(story.tickets) - 2, len(story.tickets) - 1
    story.open_form(0, "john", one)
    story.edit(0, "jane", one, ("subject", "of jane"))
    story.save_form(len(story.forms) - 1, ("subject", "of john"))
    story.edit(1, "john", two, ("priority", "A"))
    story.sync(1)
    story.sync(2)
    story.edit(2, "john", two, ("priority", "D"))
    story.come_together()
    return story


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("mutants")
    with patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(folder / "home")}):
        story = played(folder / "desk", folder / "base")
        yield story
        story.close()


def test_without_a_mutant_the_oracle_agrees(story: History) -> None:
    story.heads_equal_oracle()
    assert story.counts["acts"] > 30


@pytest.mark.parametrize("name", IN_THE_FOLD)
def test_a_mistake_in_reading_is_found(story: History, name: str) -> None:
    with IN_THE_FOLD[name](), pytest.raises(AssertionError):
        story.heads_equal_oracle()


@pytest.mark.parametrize("name", IN_THE_JOURNAL)
def test_a_mistake_in_writing_is_found(tmp_path: Path, story: History, name: str) -> None:
    base = story.folder.parent / "base"
    with patch.dict(os.environ, {"DESKTOP_DESK_HOME": str(tmp_path / "home")}), IN_THE_JOURNAL[name]():
        wrong = played(tmp_path / "desk", base)
        try:
            with pytest.raises(AssertionError):
                wrong.heads_equal_oracle()
        finally:
            wrong.close()
