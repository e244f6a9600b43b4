"""The hub of an encrypted desk: nothing lies there open, and its agents' passwords open it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed
from desktop_desk.storage.key_pairs import Cost, WrappedKeys
from tests.builders import PASSWORD, a_ticket, texts
from tests.fakes import FixedClock, PlainPasswords

QUICK = WrappedKeys(Cost(memory_kib=8, rounds=1, lanes=1))
SECRET = "Ken Lee of sales forgot his badge"


class Sealed:
    """An encrypted desk with a hub in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, FixedClock()
        self.hub = f"folder:{folder / 'hub'}"
        self.fronts = [
            bootstrap.create_desk(
                folder / "front.desk", name="Front desk", admin_login="ada", admin_name="Ada Admin",
                admin_password=PASSWORD, clock=self.clock, passwords=PlainPasswords(), keys=QUICK,
                recovery=bootstrap.new_recovery_code(),
            )
        ]  # fmt: skip
        self.ada = self.fronts[0].log_in("ada", PASSWORD)
        self.ada.add_agent("john", "John Doe", PASSWORD, department="Support", role="Expanded Access")
        a_ticket(self.ada, SECRET)
        sharing.new_hub(self.ada, self.hub, "Front desk PC", clock=self.clock)

    def take(self, name: str, login: str = "ada", password: str = PASSWORD) -> Desk:
        path = self.folder / f"{name}.desk"
        sharing.new_replica(
            self.hub, path, name, login, password, clock=self.clock, passwords=PlainPasswords()
        )
        front = bootstrap.open_desk(path, clock=self.clock, passwords=PlainPasswords(), keys=QUICK)
        self.fronts.append(front)
        return front.log_in(login, password)

    def files(self) -> list[Path]:
        return [path for path in (self.folder / "hub").rglob("*") if path.is_file()]


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Sealed]:
    office = Sealed(tmp_path)
    yield office
    for front in office.fronts:
        front.close()


def test_a_desk_is_taken_along_and_synced(sealed: Sealed) -> None:
    laptop = sealed.take("laptop")
    number = a_ticket(laptop, "on the road")
    sharing.sync(laptop, clock=sealed.clock)
    sharing.sync(sealed.ada, clock=sealed.clock)
    assert sealed.ada.ticket(number).subject == "on the road"
    sealed.ada.note(number, "welcome back")
    sharing.sync(sealed.ada, clock=sealed.clock)
    sharing.sync(laptop, clock=sealed.clock)
    assert "welcome back" in texts(laptop.ticket(number))
    assert sealed.fronts[1].encrypted


def test_nothing_of_the_desk_lies_open_at_the_hub(sealed: Sealed) -> None:
    sharing.sync(sealed.take("laptop"), clock=sealed.clock)
    assert {path.parent.name for path in sealed.files()} >= {
        "about",
        "segments",
        "cards",
        "snapshots",
        "codes",
    }
    for path in sealed.files():
        body = path.read_bytes()
        for word in (SECRET, "Ada Admin", "Support", PASSWORD, "Front desk PC", "John Doe"):
            assert word.encode() not in body, path


def test_whoever_may_not_gets_no_file(sealed: Sealed) -> None:
    for login, password, refusal in (
        ("ada", "wrong", AccessDenied),
        ("nobody", PASSWORD, AccessDenied),
        ("john", PASSWORD, NotAllowed),
    ):
        with pytest.raises(refusal):
            sealed.take("laptop", login, password)
        assert not [path for path in sealed.folder.iterdir() if "laptop" in path.name]


def test_who_came_later_or_changed_his_password_takes_the_desk_along_as_he_is_now(sealed: Sealed) -> None:
    sealed.ada.add_agent(
        "bea", "Bea", "yet another one", department="Support", role="Expanded Access", admin=True
    )
    sealed.ada.set_password(sealed.ada.actor.uid, "another sentence")
    with pytest.raises(AccessDenied):
        sealed.take("early", password="another sentence")
    sharing.sync(sealed.ada, clock=sealed.clock)
    with pytest.raises(AccessDenied):
        sealed.take("late")
    assert sealed.take("adas", password="another sentence").actor.login == "ada"
    assert sealed.take("beas", "bea", "yet another one").actor.login == "bea"


def test_who_was_put_out_of_use_opens_nothing(sealed: Sealed) -> None:
    sealed.ada.add_agent(
        "bea", "Bea", "yet another one", department="Support", role="Expanded Access", admin=True
    )
    sharing.sync(sealed.ada, clock=sealed.clock)
    bea = sealed.ada.directory().agent("bea")
    assert bea is not None
    sealed.ada.deactivate("agent", bea.uid)
    sharing.sync(sealed.ada, clock=sealed.clock)
    with pytest.raises(AccessDenied):
        sealed.take("beas", "bea", "yet another one")


def test_keys_that_are_missing_at_the_hub_are_laid_again_by_whoever_has_them(
    sealed: Sealed, tmp_path: Path
) -> None:
    (tmp_path / "hub/about/keys").unlink()
    with pytest.raises(AccessDenied):
        sealed.take("laptop")
    sharing.sync(sealed.ada, clock=sealed.clock)
    sealed.take("laptop")


def test_a_segment_given_another_name_or_hub_does_not_open(sealed: Sealed) -> None:
    laptop = sealed.take("laptop")
    sharing.sync(laptop, clock=sealed.clock)
    (segment,) = (sealed.folder / "hub/segments").glob(f"{sealed.ada.store.log.own}*")
    a_ticket(sealed.ada, "one more")
    sharing.sync(sealed.ada, clock=sealed.clock)
    (new,) = [
        path
        for path in (sealed.folder / "hub/segments").glob(f"{sealed.ada.store.log.own}*")
        if path != segment
    ]
    new.write_bytes(segment.read_bytes())
    (problem,) = sharing.sync(laptop, clock=sealed.clock).problems
    assert "does not open with the key of this desk" in problem
    assert laptop.counters().total == 1


def test_a_plain_hub_takes_nothing_of_an_encrypted_desk(sealed: Sealed, tmp_path: Path) -> None:
    about = tmp_path / "hub/about/desk.json"
    about.write_text(about.read_text(encoding="utf-8").replace("true", "false"), encoding="utf-8")
    a_ticket(sealed.ada, "never in the open")
    with pytest.raises(Invalid, match="is not encrypted"):
        sharing.sync(sealed.ada, clock=sealed.clock)


def test_after_somebody_left_a_new_hub_has_another_key_which_the_others_take_over_by_password(
    sealed: Sealed, tmp_path: Path
) -> None:
    laptop = sealed.take("laptop")
    number = a_ticket(laptop, "on the road")
    with pytest.raises(Invalid, match="old key"):
        sharing.new_hub(sealed.ada, sealed.hub, new_key=True, clock=sealed.clock)
    moved = f"folder:{tmp_path / 'hub2'}"
    sharing.new_hub(sealed.ada, moved, new_key=True, clock=sealed.clock)
    for login, password in (("", ""), ("ada", "wrong")):
        with pytest.raises(AccessDenied):
            sharing.sync(laptop, moved, login=login, password=password, clock=sealed.clock)
    sharing.sync(laptop, moved, login="ada", password=PASSWORD, clock=sealed.clock)
    sharing.sync(sealed.ada, clock=sealed.clock)
    assert sealed.ada.ticket(number).subject == "on the road"
    sharing.sync(laptop, clock=sealed.clock)
    assert laptop.check().digest == sealed.ada.check().digest
