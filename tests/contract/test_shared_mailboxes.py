"""Who fetches the mail of a desk that comes to have several copies: whoever fetched it before, without a gap."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_desk import sharing
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.mail_looks import fetcher_words
from desktop_desk.desk.status_light import mail_standings
from desktop_desk.domain.errors import NotAllowed
from tests.builders import PASSWORD, ADesk, opened
from tests.fakes import CountingIds, PlainPasswords


@pytest.fixture
def hub(tmp_path: Path) -> str:
    return f"folder:{tmp_path / 'hub'}"


@pytest.fixture
def with_mail(office: ADesk) -> ADesk:
    office.ada.add("mailbox", name="Help", address="help@office.example", imap_host="imap.office.example")
    return office


@contextmanager
def a_laptop(office: ADesk, hub: str, folder: Path, name: str = "laptop") -> Generator[FrontDoor]:
    path = folder / f"{name}.desk"
    sharing.new_replica(
        hub, path, name, "ada", PASSWORD, clock=office.clock, passwords=PlainPasswords(),
        new_id=CountingIds(500 + len(name)),
    )  # fmt: skip
    with closing(opened(path, office.clock)) as front:
        yield front


def fetched(front: FrontDoor) -> list[str]:
    return [box.name for box in front.mail_keeping().boxes()]


def test_who_makes_a_hub_goes_on_fetching(with_mail: ADesk, hub: str, tmp_path: Path) -> None:
    sharing.new_hub(with_mail.ada, hub, "Front desk PC", clock=with_mail.clock)
    assert with_mail.ada.directory().mailboxes[0].replica == with_mail.ada.store.log.own
    with a_laptop(with_mail, hub, tmp_path) as laptop:
        sharing.sync(with_mail.ada, clock=with_mail.clock)
        assert fetched(with_mail.front) == ["Help"]
        assert fetched(laptop) == []
        ada = laptop.log_in("ada", PASSWORD)
        assert fetcher_words(ada.directory(), ada.directory().mailboxes[0]) == "Front desk PC"


def test_who_comes_to_a_hub_that_is_there_takes_no_mailbox(
    with_mail: ADesk, hub: str, tmp_path: Path
) -> None:
    sharing.new_hub(with_mail.ada, hub, "Front desk PC", clock=with_mail.clock)
    own = with_mail.ada.store.log.own
    with a_laptop(with_mail, hub, tmp_path) as laptop:
        ada = laptop.log_in("ada", PASSWORD)
        sharing.new_hub(ada, hub, "laptop", clock=with_mail.clock)
        sharing.new_hub(ada, f"folder:{tmp_path / 'second'}", "laptop", clock=with_mail.clock)
        assert ada.directory().mailboxes[0].replica == own


def test_a_mailbox_that_is_nobodys_is_fetched_by_the_first_copy(
    with_mail: ADesk, hub: str, tmp_path: Path
) -> None:
    sharing.new_hub(with_mail.ada, hub, "Front desk PC", clock=with_mail.clock)
    with_mail.ada.change("mailbox", "Help", replica=None)
    sharing.sync(with_mail.ada, clock=with_mail.clock)
    with a_laptop(with_mail, hub, tmp_path) as laptop:
        sharing.sync(with_mail.ada, clock=with_mail.clock)
        assert fetched(with_mail.front) == ["Help"]
        assert fetched(laptop) == []
        (told, _out) = mail_standings(laptop.log_in("ada", PASSWORD).store, with_mail.clock())
        assert told.parts[0].said == "Fetched by Front desk PC."


def test_where_the_first_copy_was_revoked_nobody_fetches_until_somebody_says_so(
    with_mail: ADesk, hub: str, tmp_path: Path
) -> None:
    sharing.new_hub(with_mail.ada, hub, "Front desk PC", clock=with_mail.clock)
    with_mail.ada.change("mailbox", "Help", replica=None)
    sharing.sync(with_mail.ada, clock=with_mail.clock)
    with a_laptop(with_mail, hub, tmp_path) as laptop, a_laptop(with_mail, hub, tmp_path, "other") as other:
        ada = laptop.log_in("ada", PASSWORD)
        sharing.sync(ada, clock=with_mail.clock)
        ada.revoke_replica(with_mail.ada.store.log.own)
        assert fetched(laptop) == fetched(other) == []
        (told, _out) = mail_standings(ada.store, with_mail.clock())
        assert (told.word, told.loud) == ("nobody fetches", True)
        assert fetcher_words(ada.directory(), ada.directory().mailboxes[0]) == "nobody"


def test_only_who_may_share_the_desk_keeps_its_mailboxes(with_mail: ADesk) -> None:
    with pytest.raises(NotAllowed):
        with_mail.john.keep_mailboxes()
