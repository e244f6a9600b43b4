"""A copy that is taken along from a plain hub is encrypted from its first byte on."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap, bringing, encryption, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.storage import sqlite
from tests.builders import PASSWORD, a_ticket
from tests.contract.test_sharing_sealed import Sealed
from tests.encrypted import PLANTED, cheap_keys, words_on_disk
from tests.fakes import FixedClock, PlainPasswords


class PlainOffice:
    """A plain desk with a plain hub, a folder for the laptop, and one for everybody's temporary files."""

    def __init__(self, folder: Path) -> None:
        self.clock = FixedClock()
        self.laptop, self.temporary = folder / "laptop", folder / "temporary"
        for each in (self.laptop, self.temporary):
            each.mkdir()
        self.hub = f"folder:{folder / 'hub'}"
        self.front = bootstrap.create_desk(
            folder / "front.desk", name=f"{PLANTED} desk", admin_login="ada", admin_name=f"Ada {PLANTED}",
            admin_password=PASSWORD, clock=self.clock, passwords=PlainPasswords(), keys=cheap_keys(),
        )  # fmt: skip
        self.ada = self.front.log_in("ada", PASSWORD)
        self.ada.add_agent("john", f"John {PLANTED}", PASSWORD, department="Support", role="Expanded Access")
        self.number = a_ticket(self.ada, f"{PLANTED} is down")
        self.ada.note(
            self.number, f"Seen at the {PLANTED}", attachments=(Attachment(PLANTED.encode() * 500, "a.txt"),)
        )
        sharing.new_hub(self.ada, self.hub, "Front desk PC", clock=self.clock)
        self.looks = 0

    @property
    def path(self) -> Path:
        return self.laptop / "laptop.desk"

    def look(self, _done: int, _whole: int) -> None:
        """Look at every byte that lies on the laptop now."""
        self.looks += 1
        assert words_on_disk(self.laptop, PLANTED) == []
        assert words_on_disk(self.temporary, PLANTED) == []

    def take(self, code: str, login: str = "ada", password: str = PASSWORD) -> sharing.Taken:
        return sharing.new_replica(
            self.hub, self.path, "Laptop", login, password, recovery=code, clock=self.clock,
            passwords=PlainPasswords(), told=self.look,
        )  # fmt: skip

    def opened(self) -> FrontDoor:
        return bootstrap.open_desk(self.path, clock=self.clock, passwords=PlainPasswords(), keys=cheap_keys())


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlainOffice]:
    made = PlainOffice(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(made.temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(made.temporary))
    yield made
    made.front.close()


def watch_every_commit(office: PlainOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the laptop's folder whenever a transaction has ended as well."""
    usual = sqlite.SqliteDatabase.close_thread

    def closed(database: sqlite.SqliteDatabase) -> None:
        office.look(0, 0)
        usual(database)
        office.look(0, 0)

    monkeypatch.setattr(sqlite.SqliteDatabase, "close_thread", closed)


def test_no_byte_of_it_is_ever_readable_on_the_laptop(
    office: PlainOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_every_commit(office, monkeypatch)
    taken = office.take(encryption.new_code())
    assert office.looks > 5
    assert taken.without_keys == ()
    assert sorted(path.name for path in office.laptop.iterdir() if not path.name.endswith(".lock")) == [
        "laptop.desk",
        "laptop.desk.keys",
    ]
    office.look(0, 0)


def test_the_same_look_finds_a_copy_that_is_not_sealed(office: PlainOffice) -> None:
    with pytest.raises(AssertionError):
        sharing.new_replica(
            office.hub, office.path, "Laptop", "ada", PASSWORD, clock=office.clock, passwords=PlainPasswords(),
            told=office.look,
        )  # fmt: skip


def test_passwords_and_the_recovery_code_open_it_and_it_goes_on_with_the_plain_hub(
    office: PlainOffice,
) -> None:
    code = encryption.new_code()
    office.take(code)
    front = office.opened()
    assert front.encrypted
    john = front.log_in("john", PASSWORD)
    assert john.ticket(office.number).subject == f"{PLANTED} is down"
    number = a_ticket(john, "on the road")
    sharing.sync(john, clock=office.clock)
    sharing.sync(office.ada, clock=office.clock)
    assert office.ada.ticket(number).subject == "on the road"
    assert vector(john) == vector(office.ada)
    front.close()
    door = office.opened()
    assert door.recover(code, "ada", "another sentence").actor.login == "ada"
    door.close()


@pytest.mark.parametrize("most", [0, 1 << 30])
def test_what_is_too_large_to_be_sealed_in_memory_comes_fact_by_fact(
    office: PlainOffice, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(bringing, "MOST_IN_MEMORY", most)
    office.take(encryption.new_code())
    front = office.opened()
    ada = front.log_in("ada", PASSWORD)
    sharing.sync(office.ada, clock=office.clock)
    assert ada.search(PLANTED)
    here, there = ada.check(rebuild=True), office.ada.check(rebuild=True)
    assert (here.problems, here.digest) == ((), there.digest)
    (record,) = ada.store.attachments.since(0, 10)
    assert b"".join(ada.open_attachment(record.uid)) == PLANTED.encode() * 500
    front.close()


def test_a_torn_copy_at_the_hub_is_passed_over(office: PlainOffice) -> None:
    for part in Path(office.hub.removeprefix("folder:"), "snapshots").glob("*.1"):
        part.write_bytes(part.read_bytes()[:100])
    office.take(encryption.new_code())
    front = office.opened()
    assert front.log_in("ada", PASSWORD).ticket(office.number).number == office.number
    front.close()


def vector(desk: Desk) -> dict[str, int]:
    return {str(replica): seq for replica, seq in desk.store.log.vector().items()}


def test_who_has_no_keys_yet_is_named_and_who_takes_it_gets_his_own(office: PlainOffice) -> None:
    john = office.ada.directory().agent("john")
    assert john is not None
    for uid in (john.uid, office.ada.actor.uid):
        office.ada.take_in([[Draft("agent_edited", uid, {"public_key": "", "wrapped_key": ""})]])
    office.hub = f"{office.hub} of another kind"
    sharing.new_hub(office.ada, office.hub, clock=office.clock)
    assert office.take(encryption.new_code()).without_keys == ("john",)
    front = office.opened()
    assert front.log_in("ada", PASSWORD).actor.login == "ada"
    with pytest.raises(AccessDenied):
        front.log_in("john", PASSWORD)
    front.close()


@pytest.mark.parametrize(
    ("login", "password", "refusal"), [("ada", "wrong", AccessDenied), ("john", PASSWORD, NotAllowed)]
)
def test_whoever_may_not_gets_no_file(
    office: PlainOffice, login: str, password: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        office.take(encryption.new_code(), login, password)
    assert [path.name for path in office.laptop.iterdir() if not path.name.endswith(".lock")] == []


def test_a_mistyped_code_makes_nothing(office: PlainOffice) -> None:
    with pytest.raises(Invalid):
        office.take("not a code")
    assert list(office.laptop.iterdir()) == []


def test_a_hub_that_goes_away_after_the_copy_came_is_told_and_the_copy_is_whole(
    office: PlainOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = encryption.new_code()

    def away(*_given: object, **_more: object) -> None:
        raise StorageUnavailable("missing", "The hub cannot be reached.")

    monkeypatch.setattr(sharing, "sync", away)
    taken = office.take(code)
    assert "cannot be reached" in taken.exchanged.problems[0]
    door = office.opened()
    assert door.recover(code, "ada", "another sentence").ticket(office.number)
    door.close()


def test_an_interrupted_one_begins_again_with_another_code(
    office: PlainOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sharing, "put_in_place", away)
        with pytest.raises(KeyboardInterrupt):
            office.take(encryption.new_code())
    assert not office.path.exists()
    office.take(encryption.new_code())
    front = office.opened()
    assert front.log_in("ada", PASSWORD).ticket(office.number).number == office.number
    front.close()


def test_from_an_encrypted_hub_it_has_a_key_of_its_own_and_that_of_the_hub(tmp_path: Path) -> None:
    office, code = Sealed(tmp_path), encryption.new_code()
    path = tmp_path / "laptop.desk"
    sharing.new_replica(
        office.hub,
        path,
        "Laptop",
        "ada",
        PASSWORD,
        recovery=code,
        clock=office.clock,
        passwords=PlainPasswords(),
    )
    front = bootstrap.open_desk(path, clock=office.clock, passwords=PlainPasswords(), keys=cheap_keys())
    ada = front.recover(code, "ada", PASSWORD)
    number = a_ticket(ada, "on the road")
    sharing.sync(ada, clock=office.clock)
    sharing.sync(office.ada, clock=office.clock)
    assert office.ada.ticket(number).subject == "on the road"
    for door in (front, *office.fronts):
        door.close()
