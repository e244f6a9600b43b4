"""Presence: colleagues see who has a ticket open and who is writing; nothing is locked, the desk is not written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.presence import Colleague
from desktop_desk.desk.presence_ports import Alone, Whereabouts
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage.network import beside
from desktop_desk.storage.presence import STALE_SECONDS, FilePresence
from tests.builders import PASSWORD, ADesk, a_ticket

JANE, JOHN = EntityId("a" * 32), EntityId("b" * 32)
VPN, BADGE = EntityId("1" * 32), EntityId("2" * 32)


@pytest.fixture
def jane(office: ADesk) -> Desk:
    """Jane, in another window."""
    return office.another_window().log_in("jane", PASSWORD)


def test_a_colleague_sees_who_has_the_ticket_open_and_who_is_writing(office: ADesk, jane: Desk) -> None:
    number, other = a_ticket(office.john), a_ticket(office.john, "Badge lost")
    jane.present(number)
    assert office.john.others_at(number) == (Colleague("jane", "Jane Roe", writing=False),)
    jane.present(number, writing=True)
    assert office.john.others_at(number) == (Colleague("jane", "Jane Roe", writing=True),)
    assert office.john.others_at(other) == ()
    jane.present("")
    assert office.john.others_at(number) == ()


def test_nobody_is_his_own_colleague(office: ADesk, jane: Desk) -> None:
    number = a_ticket(office.john)
    jane.present(number, writing=True)
    again = office.another_window().log_in("jane", PASSWORD)
    assert jane.others_at(number) == ()
    assert again.others_at(number) == (), "two windows of one agent are one person"


def test_who_writes_stands_first(office: ADesk, jane: Desk) -> None:
    number = a_ticket(office.john)
    office.another_window().log_in("ada", PASSWORD).present(number)
    jane.present(number, writing=True)
    assert [other.login for other in office.john.others_at(number)] == ["jane", "ada"]


def test_being_present_locks_nothing_and_bumps_no_version(office: ADesk, jane: Desk) -> None:
    number = a_ticket(office.john)
    before = office.front.data_version()
    jane.present(number, writing=True)
    jane.present(number)
    assert office.front.data_version() == before
    office.john.reply(number, "Answered while Jane was looking.")
    jane.reply(number, "And so did I.")


def test_presence_needs_a_ticket(jane: Desk) -> None:
    with pytest.raises(NotFound):
        jane.present("no number")


def test_who_closes_the_desk_is_gone_and_the_folder_with_the_last(office: ADesk) -> None:
    number = a_ticket(office.john)
    door = office.another_window()
    door.log_in("jane", PASSWORD).present(number)
    assert office.john.others_at(number)
    door.close()
    assert office.john.others_at(number) == ()
    assert not beside(office.path).exists()


def test_nothing_of_the_desk_can_be_read_in_the_files(office: ADesk, jane: Desk) -> None:
    number = a_ticket(office.john, "Salary of the director")
    jane.present(number, writing=True)
    (file,) = beside(office.path).iterdir()
    told = json.loads(file.read_text())
    assert set(told) == {"agent", "ticket", "writing", "at", "beat"}
    for secret in ("jane", "Jane", "Salary", number):
        assert secret not in file.read_text()


class Clock:
    """Two clocks of one computer that go together; `ahead` is how wrong its time of day is."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.seconds = 1000.0
        self.ahead = ahead

    def now(self) -> float:
        return 1_700_000_000 + self.seconds + self.ahead

    def ticking(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def presence(folder: Path, clock: Clock) -> FilePresence:
    return FilePresence(folder / "front.desk", now=clock.now, ticking=clock.ticking)


@pytest.fixture
def mine(tmp_path: Path, clock: Clock) -> Iterator[FilePresence]:
    found = presence(tmp_path, clock)
    yield found
    found.leave()


def test_a_window_that_ended_by_force_vanishes_after_fifteen_seconds(
    tmp_path: Path, clock: Clock, mine: FilePresence
) -> None:
    hers = presence(tmp_path, clock)
    hers.say(Whereabouts(JANE, VPN, writing=True))
    assert mine.others() == [Whereabouts(JANE, VPN, writing=True)]
    clock.seconds += STALE_SECONDS - 1
    assert mine.others()
    clock.seconds += 2
    assert mine.others() == []
    assert presence(tmp_path, clock).others() == [], "nor does it come up in a window opened later"


def test_what_a_dead_window_left_is_swept_away_in_the_end(
    tmp_path: Path, clock: Clock, mine: FilePresence
) -> None:
    presence(tmp_path, clock).say(Whereabouts(JANE, VPN))
    mine.others()
    clock.seconds += 61
    mine.others()
    assert list(beside(tmp_path / "front.desk").iterdir()) == []


def test_what_a_dead_window_left_and_may_not_be_taken_away_disturbs_nobody(
    tmp_path: Path, clock: Clock, mine: FilePresence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError("somebody else's file")

    presence(tmp_path, clock).say(Whereabouts(JANE, VPN))
    mine.others()
    clock.seconds += 61
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "unlink", refuse)
        assert mine.others() == []


def test_who_says_it_again_stays(tmp_path: Path, clock: Clock, mine: FilePresence) -> None:
    hers = presence(tmp_path, clock)
    for _beat in range(5):
        hers.say(Whereabouts(JANE, VPN))
        assert mine.others() == [Whereabouts(JANE, VPN)]
        clock.seconds += STALE_SECONDS - 1


def test_a_computer_whose_clock_is_years_off_is_seen_at_its_second_beat(
    tmp_path: Path, clock: Clock, mine: FilePresence
) -> None:
    hers = presence(tmp_path, Clock(ahead=-100_000_000))
    hers.say(Whereabouts(JANE, VPN))
    assert mine.others() == [], "it may have been left years ago"
    hers.say(Whereabouts(JANE, VPN))
    assert mine.others() == [Whereabouts(JANE, VPN)]


def test_a_stale_one_that_comes_back_is_there_again(tmp_path: Path, clock: Clock, mine: FilePresence) -> None:
    hers = presence(tmp_path, clock)
    hers.say(Whereabouts(JANE, VPN))
    assert mine.others()
    clock.seconds += 40
    assert mine.others() == []
    hers.say(Whereabouts(JANE, BADGE))
    assert mine.others() == [Whereabouts(JANE, BADGE)]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"agent": 1}', "null", '{"agent":"a","ticket":"b","writing":0,"at":"x"}']
)
def test_torn_and_foreign_files_are_nobody(tmp_path: Path, mine: FilePresence, text: str) -> None:
    folder = beside(tmp_path / "front.desk")
    folder.mkdir()
    (folder / "something.json").write_text(text)
    (folder / "else.txt").write_bytes(b"\xff")
    assert mine.others() == []


def test_a_folder_that_may_not_be_written_keeps_it_quiet(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / ".front.desk.here").write_text("a file is in the way")
    quiet = presence(tmp_path, clock)
    quiet.say(Whereabouts(JANE, VPN))
    assert quiet.others() == []
    quiet.leave()


def test_alone_there_is_nobody() -> None:
    alone = Alone()
    alone.say(Whereabouts(JOHN, VPN))
    assert alone.others() == ()
    alone.leave()
