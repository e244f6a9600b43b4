"""A desk in several places: hubs are made, copies taken along, and everybody's work comes together."""

import hashlib
import random
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_desk import bootstrap, copies, hubs, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import Attachment
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.domain.numbers import read_number
from desktop_desk.storage.store import Store
from desktop_desk.sync.folder_hub import FolderHub
from tests.builders import PASSWORD, ADesk, a_ticket, opened, texts
from tests.engines import an_engine
from tests.fakes import CountingIds, PlainPasswords
from tests.postgres import postgres_address


@dataclass
class Together:
    """An office with a hub, and the copies that were taken along."""

    office: ADesk
    folder: Path
    hub: str
    fronts: list[FrontDoor] = field(default_factory=list)

    def take(self, name: str, login: str = "ada", agent: str = "john") -> Desk:
        """A copy of the desk, opened by an agent."""
        path = self.folder / f"{name}.desk"
        sharing.new_replica(
            self.hub, path, name, login, PASSWORD, clock=self.office.clock, passwords=PlainPasswords(),
            new_id=CountingIds(500 + len(self.fronts)),
        )  # fmt: skip
        front = opened(path, self.office.clock)
        self.fronts.append(front)
        return front.log_in(agent, PASSWORD)

    def sync(self, desk: Desk) -> sharing.Exchanged:
        return sharing.sync(desk, clock=self.office.clock)

    def all_sync(self, *desks: Desk) -> None:
        for _round in range(2):
            for desk in desks:
                self.sync(desk)


@pytest.fixture(params=["folder", "file", "postgresql"])
def together(request: pytest.FixtureRequest, office: ADesk, tmp_path: Path) -> Iterator[Together]:
    match request.param:
        case "folder":
            address = f"folder:{tmp_path / 'hub'}"
        case "file":
            address = str(tmp_path / "hub.db")
        case _:
            address = postgres_address()
    made = Together(office, tmp_path, address)
    sharing.new_hub(office.ada, made.hub, "Front desk PC", clock=office.clock)
    yield made
    for front in made.fronts:
        front.close()


@pytest.fixture
def in_folder(office: ADesk, tmp_path: Path) -> Iterator[Together]:
    made = Together(office, tmp_path, f"folder:{tmp_path / 'hub'}")
    sharing.new_hub(office.ada, made.hub, "Front desk PC", clock=office.clock)
    yield made
    for front in made.fronts:
        front.close()


def digest(desk: Desk) -> str:
    desk = FrontDoor(desk.store, lambda: 0, CountingIds(), PlainPasswords()).log_in("ada", PASSWORD)
    found = desk.check(rebuild=True)
    assert found.problems == ()
    return found.digest


def test_what_is_written_anywhere_is_everywhere_and_no_number_changes(together: Together) -> None:
    office = together.office
    before = a_ticket(office.john, "before the copy")
    together.sync(office.ada)
    laptop = together.take("Jane's laptop", agent="jane")
    assert laptop.ticket(before).subject == "before the copy"
    at_office, away = a_ticket(office.john, "at the office"), a_ticket(laptop, "on the road")
    laptop.note(before, "seen at the customer's")
    office.john.note(before, "called back")
    together.all_sync(laptop, office.ada)
    for desk in (office.john, laptop):
        assert desk.ticket(at_office).subject == "at the office"
        assert desk.ticket(away).subject == "on the road"
        assert {"seen at the customer's", "called back"} <= set(texts(desk.ticket(before)))
    assert len({before, at_office, away}) == 3
    reading = read_number(away)
    assert reading is not None
    assert away[0].isalpha()
    assert digest(laptop) == digest(office.ada)


def test_two_values_of_one_field_are_counted_as_a_difference(together: Together) -> None:
    office = together.office
    number = a_ticket(office.john)
    together.sync(office.ada)
    laptop = together.take("laptop")
    office.john.edit(number, subject="VPN down for sales")
    laptop.edit(number, subject="VPN of the third floor")
    together.sync(office.ada)
    done = together.sync(laptop)
    assert done.conflicts == 1
    (conflict,) = laptop.ticket(number).conflicts
    assert conflict.field == "subject"


def test_every_copy_is_known_by_name_and_letters(together: Together) -> None:
    office = together.office
    laptop, other = together.take("Jane's laptop"), together.take("Workshop")
    together.all_sync(office.ada, laptop, other)
    for desk in (office.ada, laptop, other):
        known = {replica.name: replica for replica in desk.replicas()}
        assert set(known) == {"Front desk PC", "Jane's laptop", "Workshop"}
        letters = [letters for replica in known.values() for letters in (replica.code, replica.reserve)]
        assert known["Front desk PC"].code == ""
        assert len(set(letters)) == 6
        assert all(len(replica.reserve) == 2 for replica in known.values())
        assert {known["Jane's laptop"].code, known["Workshop"].code} == {"A", "F"}


def test_status_tells_who_is_where(together: Together) -> None:
    office = together.office
    laptop = together.take("laptop")
    found = sharing.status(laptop, clock=office.clock)
    assert (found.label, found.code, found.synced) == ("laptop", "A", office.clock())
    assert [(one.label, one.lacking) for one in found.standings] == [("Front desk PC", 0), ("laptop", 0)]
    a_ticket(office.john)
    together.sync(office.ada)
    assert [one.lacking > 0 for one in sharing.status(laptop, clock=office.clock).standings] == [True, False]


def test_whoever_may_not_gets_no_file(together: Together) -> None:
    for login, password, refusal in (
        ("ada", "wrong", AccessDenied),
        ("nobody", PASSWORD, AccessDenied),
        ("john", PASSWORD, NotAllowed),
    ):
        with pytest.raises(refusal):
            sharing.new_replica(
                together.hub, together.folder / "laptop.desk", "laptop", login, password,
                clock=together.office.clock, passwords=PlainPasswords(),
            )  # fmt: skip
        assert not [path for path in together.folder.iterdir() if "laptop" in path.name]


def test_the_newest_password_counts_and_not_that_of_the_copy_at_the_hub(together: Together) -> None:
    office = together.office
    office.ada.set_password(office.ada.actor.uid, "another sentence")
    together.sync(office.ada)
    with pytest.raises(AccessDenied):
        together.take("laptop")
    assert not [path for path in together.folder.iterdir() if "laptop" in path.name]
    office.ada.set_password(office.ada.actor.uid, PASSWORD)
    together.sync(office.ada)
    assert together.take("laptop").actor.login == "john"


def test_who_may_not_share_makes_no_hub(office: ADesk, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        sharing.new_hub(office.john, f"folder:{tmp_path / 'hub'}", clock=office.clock)
    assert not (tmp_path / "hub").exists()


def test_a_desk_without_hub_says_so(office: ADesk) -> None:
    for act in (sharing.sync, sharing.status):
        with pytest.raises(Invalid, match="no hub yet"):
            act(office.ada, clock=office.clock)


def test_the_place_of_another_kind_is_no_hub(office: ADesk, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for address in (f"folder:{tmp_path / 'folder'}", str(office.path)):
        with pytest.raises(Invalid, match="is not a hub"):
            sharing.sync(office.ada, address, clock=office.clock)
    with pytest.raises(Invalid, match="is not a hub"):
        sharing.new_hub(office.ada, str(office.path), clock=office.clock)
    with pytest.raises(StorageUnavailable, match="cannot be reached"):
        sharing.sync(office.ada, str(tmp_path / "nothing"), clock=office.clock)
    assert office.ada.store.log.note(sharing.HUB) == ""


def test_the_hub_of_another_desk_takes_nothing(together: Together, tmp_path: Path) -> None:
    front = bootstrap.create_desk(
        tmp_path / "other.desk", name="Back office", admin_login="ada", admin_name="Ada",
        admin_password=PASSWORD, clock=together.office.clock, passwords=PlainPasswords(),
    )  # fmt: skip
    other = front.log_in("ada", PASSWORD)
    facts = other.store.journal.count()
    for act in (sharing.sync, sharing.new_hub):
        with pytest.raises(Invalid, match="belongs to another desk, “Front desk”"):
            act(other, together.hub, clock=together.office.clock)
    assert other.store.journal.count() == facts
    front.close()


def test_a_hub_made_twice_is_the_same_hub(together: Together) -> None:
    a_ticket(together.office.john)
    done = sharing.new_hub(together.office.ada, together.hub, "Front desk PC", clock=together.office.clock)
    assert done.problems == ()
    assert together.take("laptop").counters().total == 1


def test_a_file_that_is_there_is_not_written_over(together: Together) -> None:
    target = together.folder / "mine.desk"
    target.write_text("a letter", encoding="utf-8")
    with pytest.raises(Invalid, match="already a file"):
        sharing.new_replica(together.hub, target, "laptop", "ada", PASSWORD, passwords=PlainPasswords())
    assert target.read_text(encoding="utf-8") == "a letter"
    with pytest.raises(Invalid, match="no folder"):
        sharing.new_replica(
            together.hub, target / "x" / "y.desk", "laptop", "ada", PASSWORD, passwords=PlainPasswords()
        )
    with pytest.raises(Invalid, match="name is needed"):
        sharing.new_replica(
            together.hub, together.folder / "new.desk", " ", "ada", PASSWORD, passwords=PlainPasswords()
        )


def test_a_torn_copy_at_the_hub_is_told_and_replaced_by_the_next(in_folder: Together) -> None:
    shelf = in_folder.folder / "hub/snapshots"
    (part,) = shelf.glob("*.1")
    part.write_bytes(part.read_bytes()[:-100])
    with pytest.raises(Invalid, match="not whole") as caught:
        in_folder.take("laptop")
    assert "Sync at a desk" in caught.value.advice
    assert not (in_folder.folder / "laptop.desk").exists()
    for number in range(200):
        a_ticket(in_folder.office.john, f"ticket {number}")
    in_folder.sync(in_folder.office.ada)
    assert in_folder.take("laptop").counters().total == 200
    assert len({path.name.split(".")[0] for path in shelf.iterdir()}) == 1


def test_a_hub_without_a_copy_of_the_desk_says_what_to_do(in_folder: Together) -> None:
    for path in (in_folder.folder / "hub/snapshots").iterdir():
        path.unlink()
    with pytest.raises(Invalid, match="no copy of the desk") as caught:
        in_folder.take("laptop")
    assert "Sync at a desk" in caught.value.advice
    in_folder.sync(in_folder.office.ada)
    assert in_folder.take("laptop").actor.login == "john"


def test_an_interrupted_copy_goes_on(in_folder: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = FolderHub.claim

    def away(_self: FolderHub, *_arguments: object) -> bool:
        raise StorageUnavailable("missing", "The hub cannot be reached.")

    monkeypatch.setattr(FolderHub, "claim", away)
    with pytest.raises(StorageUnavailable):
        in_folder.take("laptop")
    assert not (in_folder.folder / "laptop.desk").exists()
    monkeypatch.setattr(FolderHub, "claim", claim)
    assert in_folder.take("laptop").actor.login == "john"
    assert not list(in_folder.folder.glob(".laptop*"))


def test_a_copy_whose_first_sync_was_killed_is_called_as_it_was_told(
    in_folder: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object, **_more: object) -> sharing.Exchanged:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sharing, "_first_sync", killed)
        with pytest.raises(KeyboardInterrupt):
            in_folder.take("Jane’s laptop")
    front = opened(in_folder.folder / "Jane’s laptop.desk", in_folder.office.clock)
    in_folder.fronts.append(front)
    in_folder.sync(front.log_in("ada", PASSWORD))
    in_folder.sync(in_folder.office.ada)
    assert "Jane’s laptop" in {copy.name for copy in in_folder.office.ada.replicas()}


def test_files_come_after_the_facts_that_name_them(together: Together) -> None:
    office = together.office
    laptop = together.take("laptop")
    number = a_ticket(office.john)
    picture = bytes(range(256)) * 12_000
    office.john.reply(number, "see the picture", attachments=[Attachment(picture, "picture.png")])
    together.all_sync(office.ada, laptop)
    (attached,) = [file for entry in laptop.ticket(number).thread for file in entry.attachments]
    assert b"".join(laptop.open_attachment(attached.uid)) == picture


def test_a_clone_that_no_file_tells_is_found_by_the_hub_before_it_reaches_anybody(
    in_folder: Together,
) -> None:
    """A whole machine was copied: both files are at home where they are, and both write as the same replica."""
    laptop = in_folder.take("laptop")
    number = a_ticket(laptop, "before it was cloned")
    in_folder.sync(laptop)
    clone_path = in_folder.folder / "clone.desk"
    store = laptop.store
    assert isinstance(store, Store)
    with store.writing():
        store.database.run("DELETE FROM meta WHERE key = 'home'")
    in_folder.fronts[0].close()
    shutil.copy(in_folder.folder / "laptop.desk", clone_path)
    clone_front = opened(clone_path, in_folder.office.clock)
    in_folder.fronts.append(clone_front)
    clone = clone_front.log_in("jane", PASSWORD)
    laptop = in_folder.fronts[0].log_in("john", PASSWORD)
    assert clone.store.log.own == laptop.store.log.own
    laptop.note(number, "by the laptop")
    clone.note(number, "by the clone")
    for _round in range(2):
        for desk in (laptop, clone, in_folder.office.ada):
            assert in_folder.sync(desk).problems == ()
    assert clone.store.log.own != laptop.store.log.own
    for desk in (laptop, clone, in_folder.office.john):
        assert {"by the laptop", "by the clone"} <= set(texts(desk.ticket(number)))
    assert digest(laptop) == digest(clone) == digest(in_folder.office.ada)
    assert len({a_ticket(laptop), a_ticket(clone), a_ticket(in_folder.office.john)}) == 3


def test_a_second_hub_gives_no_letters_that_the_first_gave(in_folder: Together) -> None:
    first = in_folder.take("first")
    in_folder.all_sync(first, in_folder.office.ada)
    in_folder.hub = f"folder:{in_folder.folder / 'second hub'}"
    sharing.new_hub(in_folder.office.ada, in_folder.hub, clock=in_folder.office.clock)
    second = in_folder.take("second")
    codes = [first.store.log.code(), second.store.log.code()]
    assert codes == ["A", "F"]
    assert first.store.log.note("reserve") != second.store.log.note("reserve")


def test_a_hub_that_was_set_back_gives_nobody_the_letters_of_another(in_folder: Together) -> None:
    office = in_folder.office.ada
    laptops = [in_folder.take(name, agent="ada") for name in ("one", "two")]
    in_folder.all_sync(office, *laptops)
    store = laptops[1].store
    assert isinstance(store, Store)
    others = [one for one in office.replicas() if one.uid != store.log.own]
    for claim in (in_folder.folder / "hub" / "codes").iterdir():
        claim.unlink()
    store.log.take_codes(
        store.log.code() or "", ""
    )  # a copy of it numbers with the letters it had in reserve
    in_folder.sync(laptops[1])
    assert store.log.note("reserve") not in {
        letters for one in others for letters in (one.code, one.reserve)
    } | {""}


def test_two_who_got_the_same_letters_from_two_copies_of_a_hub_part_ways(in_folder: Together) -> None:
    """Two sticks with the same folder cannot keep two laptops from claiming the same letters."""
    stick = in_folder.folder / "stick"
    shutil.copytree(in_folder.folder / "hub", stick)
    first = in_folder.take("first")
    in_folder.hub = f"folder:{stick}"
    second = in_folder.take("second")
    assert first.store.log.code() == second.store.log.code() == "A"
    for path in (stick / "segments").iterdir():
        shutil.copy(path, in_folder.folder / "hub/segments")
    hub = f"folder:{in_folder.folder / 'hub'}"
    for _round in range(3):
        for desk in (in_folder.office.ada, first, second):
            sharing.sync(desk, hub, clock=in_folder.office.clock)
    letters = [
        code for replica in in_folder.office.ada.replicas() for code in (replica.code, replica.reserve)
    ]
    assert len(set(letters)) == 6
    assert {first.store.log.code(), second.store.log.code(), ""} == {
        replica.code for replica in in_folder.office.ada.replicas()
    }
    assert digest(first) == digest(second)


def test_a_copied_laptop_file_goes_on_as_a_copy_of_its_own(in_folder: Together) -> None:
    """It takes the letters in reserve, and both get others for the next time."""
    laptop = in_folder.take("laptop")
    in_folder.fronts[0].close()
    clone_path = in_folder.folder / "clone.desk"
    shutil.copy(in_folder.folder / "laptop.desk", clone_path)
    laptop = in_folder.fronts[0].log_in("john", PASSWORD)
    clone_front = opened(clone_path, in_folder.office.clock)
    in_folder.fronts.append(clone_front)
    clone = clone_front.log_in("jane", PASSWORD)
    numbers = {a_ticket(laptop, "at the laptop"), a_ticket(clone, "at the clone")}
    assert len(numbers) == 2
    in_folder.all_sync(laptop, clone, in_folder.office.ada)
    assert {in_folder.office.john.ticket(number).subject for number in numbers} == {
        "at the laptop", "at the clone",
    }  # fmt: skip
    assert digest(laptop) == digest(clone)
    letters = [replica.code for replica in in_folder.office.ada.replicas()]
    assert len(set(letters)) == len(letters) == 3
    assert all(replica.reserve for replica in in_folder.office.ada.replicas())


def places_of(word: bytes, hub: Path) -> list[str]:
    """The files at a hub in a folder in which a word stands, packed or not."""
    found: list[str] = []
    for path in (path for path in hub.rglob("*") if path.is_file()):
        body = path.read_bytes()
        if path.parent.name == "segments":
            body = zlib.decompress(body[body.index(b"\n") + 1 : -32])
        elif path.parent.name == "snapshots" and path.suffix != ".json":
            body = zlib.decompress(body)
        if word in body:
            found.append(str(path.relative_to(hub)))
    return found


def test_what_was_purged_is_nowhere_at_the_hub(in_folder: Together) -> None:
    office, hub = in_folder.office, in_folder.folder / "hub"
    number = a_ticket(office.john)
    office.john.note(number, "his PIN is quattuor-septem")
    in_folder.sync(office.ada)
    laptop = in_folder.take("laptop")
    laptop.note(number, "PIN quattuor-septem tried")
    in_folder.all_sync(laptop, office.ada)
    shutil.rmtree(hub / "snapshots")
    in_folder.sync(laptop)
    assert len(places_of(b"quattuor-septem", hub)) >= 3
    for entry in office.ada.ticket(number).thread:
        if "quattuor-septem" in entry.text:
            office.ada.purge_entry(number, entry.uid)
    in_folder.all_sync(office.ada, laptop, office.ada)
    assert places_of(b"quattuor-septem", hub) == []
    assert digest(laptop) == digest(office.ada)
    assert "quattuor-septem" not in str(in_folder.take("another").ticket(number))


def test_a_purged_file_is_nowhere_at_the_hub(together: Together) -> None:
    office = together.office
    number, other = a_ticket(office.john), a_ticket(office.john)
    pin, plan = Attachment(b"quattuor-septem", "pin.txt"), Attachment(b"the floor plan", "plan.txt")
    office.john.note(number, "the PIN", attachments=(pin, plan))
    office.john.note(other, "the plan again", attachments=(plan,))
    together.sync(office.ada)
    laptop = together.take("laptop")
    together.sync(laptop)
    assert len(parts_at(together.hub)) == 2
    (entry,) = [entry for entry in office.ada.ticket(number).thread if entry.text == "the PIN"]
    office.ada.purge_entry(number, entry.uid)
    together.all_sync(laptop, office.ada, laptop)
    left = hashlib.sha256(b"the floor plan").hexdigest()
    assert parts_at(together.hub) == [f"{left}-0"], "another ticket has it"
    # The same bytes, attached by somebody who may have them, travel as any other file.
    laptop.note(other, "the PIN, once more", attachments=(pin,))
    together.all_sync(laptop, office.ada)
    assert len(parts_at(together.hub)) == 2
    (file,) = office.ada.ticket(other).thread[-1].attachments
    assert b"".join(office.ada.open_attachment(file.uid)) == pin.source


def parts_at(hub: str) -> list[str]:
    """The names of the parts of files that lie at a hub."""
    with hubs.opened_hub_at(hub) as opened_hub:
        return sorted(opened_hub.names("chunks"))


def test_a_desk_on_a_server_is_taken_along_as_a_file(tmp_path: Path) -> None:
    served = an_engine("postgresql", tmp_path)
    number = a_ticket(served.john, "on the server")
    hub = f"folder:{tmp_path / 'hub'}"
    sharing.new_hub(served.ada, hub, "Server", clock=served.clock)
    path = tmp_path / "laptop.desk"
    sharing.new_replica(hub, path, "laptop", "ada", PASSWORD, clock=served.clock, passwords=PlainPasswords())
    front = opened(path, served.clock)
    laptop = front.log_in("john", PASSWORD)
    laptop.note(number, "from the road")
    away = a_ticket(laptop, "on the road")
    for desk in (laptop, served.ada, laptop):
        sharing.sync(desk, clock=served.clock)
    assert served.john.ticket(away).subject == "on the road"
    assert "from the road" in texts(served.john.ticket(number))
    assert digest(laptop) == digest(served.ada)
    front.close()
    served.front.close()


def test_what_waits_to_be_sent_is_known_however_the_last_sync_was_begun(together: Together) -> None:
    laptop = together.take("laptop")
    assert copies.place_of(laptop).waiting == 0
    laptop.note(a_ticket(laptop), "one")
    assert copies.place_of(laptop).waiting == 2
    together.sync(laptop)
    assert copies.place_of(laptop).waiting == 0
    assert copies.place_of(together.office.ada).waiting == 0


def test_a_file_lies_at_the_hub_once_and_comes_to_a_new_copy_all_the_same(in_folder: Together) -> None:
    number = a_ticket(in_folder.office.ada, "with a file")
    body = random.Random(7).randbytes(3_000_000)
    in_folder.office.ada.note(number, "here", attachments=(Attachment(body, "noise.bin"),))
    hub = in_folder.folder / "second"
    in_folder.hub = f"folder:{hub}"
    sharing.new_hub(in_folder.office.ada, in_folder.hub, clock=in_folder.office.clock)
    assert sum(path.stat().st_size for path in (hub / "chunks").iterdir()) >= len(body)
    assert sum(path.stat().st_size for path in (hub / "snapshots").iterdir()) < len(body) / 2
    laptop = in_folder.take("laptop")
    (record,) = laptop.store.attachments.since(0, 10)
    assert b"".join(laptop.open_attachment(record.uid)) == body
