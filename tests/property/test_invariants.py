"""The invariants of the exchange, each by its name; what they say together is played in test_replicas_machine.py."""

import os
import random
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from desktop_desk.desk.ports import Draft
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.domain.facts import EntityId, fold
from desktop_desk.domain.log import LogEntry, from_line, to_line
from desktop_desk.storage import settling
from desktop_desk.storage.checks import digests
from desktop_desk.storage.sqlite import SqliteDatabase
from tests.builders import a_ticket, texts
from tests.engines import ENGINES
from tests.fakes import DAY
from tests.fakes_hub import WatchedHub
from tests.property.blank import blank_store, desk_on
from tests.property.dice import CHANGES, SAID, plays
from tests.property.history import History, Killed
from tests.property.places import LOGINS, Place, Template, template

YEAR = 365 * DAY
SECRET = "xylophonitis"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The beginning of every story: three places, two tickets, one hub."""
    return template(tmp_path_factory.mktemp("places"), 3)


@pytest.fixture
def begin(made: Template, tmp_path: Path) -> Iterator[Callable[[str], History]]:
    """Begins stories, each with what its machine remembers, and ends them."""
    begun: list[History] = []

    def begins(name: str = "story") -> History:
        os.environ["DESKTOP_DESK_HOME"] = str(tmp_path / f"home of {name}")
        begun.append(History(tmp_path / name, made))
        return begun[-1]

    with patch.dict(os.environ):
        yield begins
        for story in begun:
            story.close()


@pytest.fixture
def story(begin: Callable[[], History]) -> History:
    return begin()


def quarrel(story: History, seed: int, steps: int, *, skews: tuple[int, ...] = (0, 0, 0)) -> None:
    """Edits, forms, words and undos at every place, with syncs between; nothing of it asks a clock."""
    chance = random.Random(seed)
    for place, years in zip(story.places, skews, strict=True):
        place.clock.now += years * YEAR
    for _step in range(steps):
        at, login, ticket = chance.randrange(len(story.places)), chance.choice(LOGINS), chance.randrange(2)
        change = chance.choice([one for one in CHANGES if one[1] is not None])
        match chance.randrange(8):
            case 0 | 1:
                story.edit(at, login, ticket, change)
            case 2 | 3:
                story.open_form(at, login, ticket)
            case 4:
                story.save_form(chance.randrange(5), change)
            case 5:
                story.say(at, login, ticket, chance.choice(SAID[:4]))
            case 6:
                story.undo(at, login, again=chance.random() < 0.3)
            case _:
                story.sync(at)


def everything(place: Place) -> list[LogEntry]:
    """All entries that a place has, as they are sent."""
    log = place.store.log
    return [
        from_line(to_line(entry)) for replica in log.vector() for entry in log.entries(replica, 0, 1_000_000)
    ]


def acts_of(entries: list[LogEntry]) -> list[list[LogEntry]]:
    """Entries by act, each log in its order."""
    found: dict[tuple[str, int], list[LogEntry]] = {}
    for entry in entries:
        found.setdefault((entry.fact.replica, entry.fact.act), []).append(entry)
    return list(found.values())


# ── the same for everybody ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("engine", ENGINES)
def test_converge(begin: Callable[[str], History], engine: str, tmp_path: Path) -> None:
    """Equal facts come to an equal desk: in any order, in pieces, again and again, on every engine."""
    story = begin("there")
    plays(story, 11, 50, look_every=100)
    story.come_together()
    place = story.places[0]
    entries = everything(place)
    shown = story.shown_of(place.ada)
    for seed in range(2):
        chance = random.Random(seed)
        store = blank_store(engine, tmp_path / f"{engine}{seed}", place.clock)
        acts = acts_of(entries)
        while store.log.vector() != place.store.log.vector():
            chance.shuffle(acts)
            for batch in [acts[start : start + 30] for start in range(0, len(acts), 30)]:
                store.log.apply([entry for act in batch for entry in act])
        store.log.apply(entries)
        desk = desk_on(store, place.clock)
        assert story.shown_of(desk) == shown
        assert desk.check(rebuild=True).problems == ()
        assert story.shown_of(desk) == shown
        store.close_thread()


@pytest.mark.parametrize("seed", [3, 4])
def test_nothing_lost(story: History, seed: int) -> None:
    """Whatever was acknowledged is everywhere in the end, though syncs break off and the hub is harmed."""
    plays(story, seed, 60, look_every=100)
    for name in ("torn", "removed", "changed", "old hub"):
        story.tear(seed, name)
        story.sync(0, 4)
    story.come_together()
    story.nothing_lost()
    assert len(story.oracle.facts) > 40


@pytest.mark.parametrize("seed", [5, 6, 7])
def test_heads_equal_oracle(story: History, seed: int) -> None:
    """Each field of each ticket is what the causally maximal facts known at that desk say, and its rivals are shown."""
    for part in range(4):
        quarrel(story, seed * 10 + part, 20)
        story.heads_equal_oracle()
    story.come_together()
    story.heads_equal_oracle()


def test_clock_free(begin: Callable[[str], History]) -> None:
    """What is a conflict is the same whatever the clocks say."""
    found: list[Any] = []
    for skews in ((0, 0, 0), (30, -30, 0), (-3, 1, 30)):
        story = begin(f"clocks {skews}")
        quarrel(story, 21, 90, skews=skews)
        story.come_together()
        found.append(_values(story))
    assert found[0] == found[1] == found[2]
    assert any(len(values) > 1 for fields in found[0].values() for values in fields.values())


def _values(story: History) -> dict[str, dict[str, set[str]]]:
    """Of every ticket the values of every field that nobody has replaced."""
    found: dict[str, dict[str, set[str]]] = {}
    for uid in story.tickets:
        state = fold(story.places[0].store.journal.of_entity(EntityId(uid), EntityId(uid)))
        found[uid] = {
            name: {repr(fact.fields[name]) for fact in (head, *state.rivals.get(name, ()))}
            for name, head in state.heads.items()
        }
    return found


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_number_stable(story: History) -> None:
    """No number is told twice, and each finds its ticket for ever: with clones and restored desks, and offline."""
    for at in range(3):
        story.back_up(at)
        story.log(at, "john")
    assert story.clone(1)
    for at in range(4):
        story.log(at, "jane")
        story.log(at, "john")
    story.sync(2)
    assert story.restore(2)
    for _again in range(2):
        for at in range(4):
            story.log(at, "ada")
        story.come_together()
    # Letters in reserve that a clone has taken are used by no second copy.
    assert story.clone(1)
    story.log(4, "ada")
    story.log(1, "ada")
    story.ends_well()
    assert len({number for number, _uid in story.given}) == len(story.given) > 20
    step = story.places[1].ada.undo_step()
    assert step is not None
    assert step.ticket is not None
    story.undo(1, "ada", again=False)
    story.come_together()
    story.number_stable()
    assert story.places[0].ada.ticket(step.ticket).state == "withdrawn"


# ── again, and after an interruption ─────────────────────────────────────────────────────────────────────────────


def test_idempotent(story: History) -> None:
    """Whatever comes again changes nothing, not even a row."""
    plays(story, 31, 60, look_every=100)
    story.come_together()
    for place in story.places:
        before = digests(place.store.database), place.ada.check()
        entries = everything(place)
        others = [entry for entry in entries if entry.fact.replica != place.own]
        for again in (others, others[::-1], others[len(others) // 2 :], []):
            assert place.store.log.apply(again).new == 0
        done = place.sync(story.hub)
        assert (done.pulled, done.pushed) == (0, 0)
        assert (digests(place.store.database), place.ada.check()) == before


@pytest.mark.parametrize("kill", [False, True], ids=["dropped", "killed"])
def test_resumable(begin: Callable[[str], History], *, kill: bool) -> None:
    """Broken off at the 1st, 2nd, 3rd … call to the hub until none is left, a sync goes on where it was."""
    story = begin("hub")
    for n in range(200):
        story.log(0, "john")
        story.log(1, "jane")
        calls = story.counts["broken off"]
        story.sync(0, n + 1, kill=kill)
        if n > 3 and story.counts["broken off"] == calls:
            break
    else:
        raise AssertionError("it never came to an end")
    assert n > 4
    story.ends_well()


def test_resumable_at_any_statement(begin: Callable[[str], History]) -> None:
    """Killed at any statement while facts are taken in, a desk has all of a batch or nothing."""
    story = begin("statements")
    story.log(1, "jane")
    story.edit(1, "jane", 0, ("priority", "A"))
    place = story.places[0]
    news = [entry for entry in everything(story.places[1]) if entry.fact.replica != place.own]
    before, n = place.facts(), 0
    while True:
        n += 7
        with patch.object(SqliteDatabase, "run", _ends_at(n)):
            try:
                place.store.log.apply(news)
            except Killed:
                pass
            else:
                break
        place.reopen()
        assert place.facts() == before
    assert n > 40
    assert place.facts() > before
    story.ends_well()


def _ends_at(call: int) -> Callable[..., Any]:
    """A database that ends the program at one of its writing statements; ending a transaction still works."""
    real, count = SqliteDatabase.run, 0

    def run(self: SqliteDatabase, sql: str, *more: Any) -> Any:
        nonlocal count
        count += 1
        if count == call and not sql.startswith(("ROLLBACK", "COMMIT")):
            raise Killed
        return real(self, sql, *more)

    return run


def test_cost_follows_change(begin: Callable[[str], History]) -> None:
    """A sync of some new facts asks as much of hub and database whether the desk has ten tickets or hundreds."""
    costs: list[tuple[int, int, int]] = []
    for tickets in (10, 120):
        story = begin(f"{tickets} tickets")
        there, here = story.places[0], story.places[1]
        for n in range(tickets):
            a_ticket(there.ada, f"old {n}")
        story.come_together()
        for n in range(10):
            a_ticket(there.ada, f"new {n}")
        there.sync(story.hub)
        watched, statements = WatchedHub(story.hub), [0]
        real = SqliteDatabase.run

        def run(
            self: SqliteDatabase, *told: Any, real: Any = real, statements: list[int] = statements
        ) -> Any:
            statements[0] += 1
            return real(self, *told)

        with patch.object(SqliteDatabase, "run", run):
            assert here.sync(watched).pulled == 20
        costs.append((watched.calls.total(), watched.bytes_read, statements[0]))
    small, large = costs
    assert large[0] <= small[0] + 2
    assert large[1] <= small[1] * 1.5
    assert large[2] <= small[2] * 1.2


def test_projection_pure(story: History) -> None:
    """What screens read is what the facts come to, row by row, after everything that can happen."""
    plays(story, 41, 90, look_every=100)
    for place in story.places:
        before = digests(place.store.database)
        assert place.ada.check(rebuild=True).problems == ()
        assert digests(place.store.database) == before


# ── newer versions, purging, copies, forms, revoking ─────────────────────────────────────────────────────────────


def test_unknown_survives(story: History) -> None:
    """What a newer version writes goes through older ones bit for bit, and folds like any field."""
    story.from_the_future(0, 0)
    with story.places[0].store.writing():
        alone = Draft("moon_phase_noted", EntityId("7" * 32), {"phase": "full", "orbit": [1, {"deep": None}]})
        (fact,) = story.places[0].store.journal.append([alone], None, None)
    sent = [to_line(entry) for entry in everything(story.places[0])]
    story.sync(0)
    story.sync(1)
    story.hub.shelves["segments"].clear()
    story.sync(1)
    story.sync(2)
    assert sorted(map(to_line, everything(story.places[2]))) == sorted(
        map(to_line, everything(story.places[1]))
    )
    assert set(sent) <= set(map(to_line, everything(story.places[2])))
    assert fact.verb in {entry.fact.verb for entry in everything(story.places[2])}
    uid = EntityId(story.tickets[0])
    for place in story.places[1:]:
        assert fold(place.store.journal.of_entity(uid, uid)).fields["sparkle"].startswith("word")
        assert place.ada.check(rebuild=True).problems == ()


def test_purge_sticks(story: History, tmp_path: Path) -> None:
    """Purged words are in no desk, hub or later backup, also where they come back late; the chain still verifies."""
    number = story.made.numbers[0]
    story.places[1].jane_notes(number, f"the diagnosis is {SECRET}")
    story.come_together()
    story.back_up(2)
    (entry,) = [one for one in story.places[0].ada.ticket(number).thread if SECRET in one.text]
    story.places[0].ada.purge_entry(number, entry.uid)
    story.come_together()
    assert story.restore(2)
    story.come_together()
    assert _hub_files_with(story, SECRET) == []
    for n, place in enumerate(story.places):
        assert SECRET not in "".join(texts(place.ada.ticket(number)))
        assert not place.ada.search(SECRET)
        assert place.ada.check(rebuild=True).problems == ()
        place.ada.backup(tmp_path / f"later{n}.desk")
        assert SECRET.encode() not in (tmp_path / f"later{n}.desk").read_bytes()
        assert not [line for line in map(to_line, everything(place)) if SECRET in line]
        place.front.close()
        assert SECRET.encode() not in place.path.read_bytes()
        place.open()


def test_purged_words_that_an_old_hub_brings_back_are_taken_out_again(story: History) -> None:
    """A hub that was restored from a backup has them again, until the replicas have been there."""
    number = story.made.numbers[0]
    story.places[1].jane_notes(number, f"the diagnosis is {SECRET}")
    story.come_together()
    story.tear(0, "as it is")
    (entry,) = [one for one in story.places[0].ada.ticket(number).thread if SECRET in one.text]
    story.places[0].ada.purge_entry(number, entry.uid)
    story.come_together()
    assert _hub_files_with(story, SECRET) == []
    story.rest(1)
    story.places[1].sync(story.hub)
    story.tear(0, "old hub")
    assert _hub_files_with(story, SECRET) != []
    story.come_together()
    assert _hub_files_with(story, SECRET) == []


def _hub_files_with(story: History, words: str) -> list[str]:
    """The files at the hub in which words stand, unpacked."""
    found: list[str] = []
    for name, body in story.hub.shelves["segments"].items():
        head, _line, packed = body.partition(b"\n")
        assert head.startswith(b"desk segment")
        if words.encode() in zlib.decompressobj().decompress(packed):
            found.append(name)
    return found


def test_fork_found(story: History) -> None:
    """A clone that nobody noticed is found at the hub before its second sync; what both wrote is kept."""
    place = story.places[1]
    place.close()
    path = story.folder / "unnoticed.desk"
    shutil.copy(place.path, path)
    place.open()
    with patch.object(settling, "is_elsewhere", return_value=False):
        clone = Place(path, place.clock)
    own = place.own
    assert clone.own == own
    number = story.made.numbers[0]
    place.jane_notes(number, "from the first")
    clone.jane_notes(number, "from the copy")
    place.sync(story.hub)
    clone.sync(story.hub)
    assert clone.own != own
    assert place.own == own
    story.places.append(clone)
    story.come_together()
    for one in story.places:
        assert {"from the first", "from the copy"} <= set(texts(one.ada.ticket(number)))
        assert one.ada.check(rebuild=True).problems == ()
    assert len({one.ada.check().digest for one in story.places}) == 1


def test_an_older_state_in_the_same_place_on_the_disk_is_found_without_a_hub(story: History) -> None:
    """Its file may even have the same inode: what this machine remembers of the log tells it."""
    place = story.places[1]
    own, kept = place.own, story.folder / "kept.desk"
    place.ada.backup(kept)
    number = a_ticket(place.ada, "told to somebody")
    place.close()
    with place.path.open("r+b") as file:
        file.truncate()
        file.write(kept.read_bytes())
    place.open()
    assert place.own != own
    assert a_ticket(place.ada, "told to somebody else") != number


def test_stale_form(story: History) -> None:
    """What is saved from a form opened before a sync is a rival of what came, never an overwrite."""
    story.open_form(0, "john", 0)
    story.edit(1, "jane", 0, ("subject", "from the laptop"))
    story.sync(1)
    story.sync(0)
    story.say(0, "john", 0, "note")
    story.save_form(0, ("subject", "from the form"))
    story.come_together()
    for place in story.places:
        (conflict,) = place.ada.ticket(story.made.numbers[0]).conflicts
        assert {conflict.shown, *(rival.value for rival in conflict.rivals)} == {
            "from the laptop",
            "from the form",
        }
    story.ends_well()


def test_revoked_kept(story: History) -> None:
    """Of a revoked copy nothing is applied, and nothing thrown away, without a person's word."""
    number = story.made.numbers[0]
    stolen = story.places[2]
    story.come_together()
    name = next(one.name for one in story.places[0].ada.replicas() if one.uid == stolen.own)
    stolen.jane_notes(number, "before it was stolen")
    story.come_together()
    story.places[0].ada.revoke_replica(name)
    stolen.jane_notes(number, "afterwards")
    stolen.jane_notes(number, "and again")
    stolen.sync(story.hub)
    for place in story.places[:2]:
        place.sync(story.hub)
        assert "before it was stolen" in texts(place.ada.ticket(number))
        assert "afterwards" not in texts(place.ada.ticket(number))
        assert place.ada.check(rebuild=True).problems == ()
        assert [act.text for act in place.ada.held_acts()] == ["afterwards", "and again"]
    first, second = story.places[0].ada.held_acts()
    story.places[0].ada.accept_held(first.act)
    story.places[0].ada.refuse_held(second.act)
    story.come_together()
    for place in story.places:
        assert "afterwards" in texts(place.ada.ticket(number))
        assert "and again" not in texts(place.ada.ticket(number))
        assert place.ada.held_acts() == ()
        assert place.ada.check(rebuild=True).problems == ()
        assert "and again" in "".join(map(to_line, everything(place)))
    assert len({place.ada.check().digest for place in story.places}) == 1


def test_a_revoked_copy_does_not_go_on_saying_who_it_is(story: History) -> None:
    """Its own word on its letters is held, so that it must not wait to see it."""
    story.come_together()
    revoked = story.places[0].own
    story.clone(0)
    story.places[1].ada.revoke_replica(revoked)
    story.come_together()


def test_a_copy_of_a_revoked_copy_keeps_what_is_held(story: History) -> None:
    """Its log goes on at the hash of a fact that is held."""
    number, stolen = story.made.numbers[0], story.places[2]
    story.come_together()
    story.places[0].ada.revoke_replica(stolen.own)
    stolen.jane_notes(number, "afterwards")
    stolen.sync(story.hub)
    story.come_together()
    assert stolen.held()
    stolen.close()
    path = story.folder / "copied.desk"
    shutil.copy(stolen.path, path)
    stolen.open()
    story.places.append(Place(path, stolen.clock))
    assert story.places[-1].own != stolen.own
    story.come_together()
    for place in story.places:
        assert place.ada.check(rebuild=True).problems == ()
        assert place.held() == stolen.held()


def test_a_hub_that_is_away_is_told_and_nothing_happens(story: History) -> None:
    def away(_count: int, _call: str, _name: str) -> None:
        raise StorageUnavailable("missing", "The hub cannot be reached.")

    before = digests(story.places[0].store.database)
    with pytest.raises(StorageUnavailable):
        story.places[0].sync(story.hub, away)
    assert digests(story.places[0].store.database) == before
