"""When to sync by itself: soon after a change, seldom while the hub is away, and quietly."""

from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.sync.rhythm import EVERY_MS, LONGEST_RETRY_MS, RETRY_MS, SOON_MS, Rhythm
from tests.fakes import FixedClock

AWAY = StorageUnavailable("missing", "The hub cannot be reached.", "Work goes on.")


def test_the_first_is_due_at_once_and_the_next_after_a_while() -> None:
    clock = FixedClock()
    rhythm = Rhythm()
    assert rhythm.state == "waiting"
    assert rhythm.is_due(clock())
    rhythm = rhythm.begun()
    assert (rhythm.state, rhythm.is_due(clock())) == ("syncing", False)
    rhythm = rhythm.done(clock())
    assert (rhythm.state, rhythm.synced) == ("synced", clock())
    assert not rhythm.is_due(clock() + EVERY_MS - 1)
    assert rhythm.is_due(clock() + EVERY_MS)


def test_what_is_written_here_goes_soon() -> None:
    clock = FixedClock()
    rhythm = Rhythm().begun().done(clock()).wrote(clock())
    assert not rhythm.is_due(clock())
    assert rhythm.is_due(clock() + SOON_MS)
    assert rhythm.wrote(clock() + SOON_MS - 1).is_due(clock() + SOON_MS)


def test_what_is_written_while_it_runs_goes_right_after() -> None:
    clock = FixedClock()
    rhythm = Rhythm().begun().wrote(clock())
    assert not rhythm.is_due(clock() + 10 * EVERY_MS)
    assert rhythm.done(clock()).is_due(clock() + SOON_MS)


def test_while_the_hub_is_away_tries_become_seldom_and_nothing_is_called_an_error() -> None:
    clock = FixedClock()
    rhythm, pauses = Rhythm(), list[int]()
    for _try in range(20):
        rhythm = rhythm.begun().failed(clock(), AWAY)
        assert (rhythm.state, rhythm.said) == ("offline", "")
        assert rhythm.due is not None
        pauses.append(rhythm.due - clock())
    assert pauses[:3] == [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS]
    assert pauses[-1] == LONGEST_RETRY_MS
    assert rhythm.wrote(clock()).due == rhythm.due
    assert rhythm.asked(clock()).is_due(clock())
    back = rhythm.begun().done(clock())
    assert back.due == clock() + EVERY_MS
    assert back.begun().failed(clock(), AWAY).due == clock() + RETRY_MS


def test_what_a_person_must_see_to_is_said() -> None:
    clock = FixedClock()
    full = StorageUnavailable("full", "There is no room left at the hub.", "Make room there.")
    for error in (full, Invalid("hub", "It belongs to another desk.")):
        rhythm = Rhythm().begun().failed(clock(), error)
        assert rhythm.state == "problem"
        assert error.reason in rhythm.said
    rhythm = Rhythm().begun().done(clock(), ("A segment is torn.",))
    assert (rhythm.state, rhythm.said) == ("problem", "A segment is torn.")
    assert rhythm.begun().done(clock()).state == "synced"


def test_asking_while_it_runs_changes_nothing() -> None:
    rhythm = Rhythm().begun()
    assert rhythm.asked(5) == rhythm
