"""Every kind of hub keeps the same promises: named bytes on shelves, whole or not there."""

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from desktop_desk.desk.exchange_ports import SHELVES, Hub
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.storage.places import Place
from desktop_desk.storage.sql_hub import (
    SqlHub,
    make_hub_file,
    make_hub_on_server,
    open_hub_file,
    open_hub_on_server,
)
from desktop_desk.sync.about import About, found_hub, need_desk, read_about
from desktop_desk.sync.folder_hub import FolderHub, open_folder
from tests.fakes_hub import MemoryHub
from tests.postgres import Server, ended, new_server, postgres_address, shared_server


def a_folder(path: Path) -> FolderHub:
    hub = FolderHub(path)
    hub.make()
    return hub


Opener = Callable[[], Hub]


@pytest.fixture(params=["memory", "folder", "sqlite", "postgresql"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same hub as often as it is called, each as another program would."""
    opened: list[Hub] = []
    shelves: dict[str, dict[str, bytes]] = {shelf: {} for shelf in SHELVES}
    address = postgres_address() if request.param == "postgresql" else ""

    def open_again() -> Hub:
        match request.param:
            case "memory":
                hub: Hub = MemoryHub(shelves)
            case "folder":
                hub = a_folder(tmp_path / "hub")
            case "sqlite":
                hub = make_hub_file(tmp_path / "hub.desk")
            case _:
                hub = make_hub_on_server(address)
        opened.append(hub)
        return hub

    yield open_again
    for hub in opened:
        hub.close()


def test_what_one_wrote_another_reads(opener: Opener) -> None:
    body = bytes(range(256)) * 100
    opener().write("segments", "a.seg", body)
    other = opener()
    assert other.read("segments", "a.seg") == body
    assert list(other.names("segments")) == ["a.seg"]


def test_shelves_are_apart(opener: Opener) -> None:
    hub = opener()
    for shelf in SHELVES:
        hub.write(shelf, "x", shelf.encode())
    assert {shelf: hub.read(shelf, "x") for shelf in SHELVES} == {shelf: shelf.encode() for shelf in SHELVES}


def test_names_come_in_order_of_their_letters(opener: Opener) -> None:
    hub = opener()
    for name in ("b", "B", "a-2", "a-10", "ä"):
        hub.write("cards", name, b"")
    assert list(hub.names("cards")) == ["B", "a-10", "a-2", "b", "ä"]


def test_what_is_not_there_is_none_and_may_be_removed(opener: Opener) -> None:
    hub = opener()
    assert hub.read("cards", "nobody") is None
    assert list(hub.names("chunks")) == []
    hub.remove("cards", "nobody")


def test_a_name_written_again_has_the_new_bytes(opener: Opener) -> None:
    hub = opener()
    hub.write("cards", "x", b"a longer text")
    hub.write("cards", "x", b"short")
    assert hub.read("cards", "x") == b"short"
    assert list(hub.names("cards")) == ["x"]


def test_what_is_removed_is_gone(opener: Opener) -> None:
    hub = opener()
    hub.write("segments", "x", b"1")
    hub.remove("segments", "x")
    assert hub.read("segments", "x") is None
    assert list(hub.names("segments")) == []


def test_the_first_claim_wins(opener: Opener) -> None:
    first, second = opener(), opener()
    assert first.claim("codes", "K", b"mine")
    assert not second.claim("codes", "K", b"yours")
    assert not first.claim("codes", "K", b"mine")
    assert second.read("codes", "K") == b"mine"
    first.remove("codes", "K")
    assert second.claim("codes", "K", b"yours")


def test_of_many_who_claim_at_once_one_wins(opener: Opener) -> None:
    hub = opener()

    def claimed(number: int) -> bool:
        own = opener()
        try:
            return own.claim("codes", "A", str(number).encode())
        finally:
            own.close()

    with ThreadPoolExecutor(8) as pool:
        won = [number for number, got in enumerate(pool.map(claimed, range(16))) if got]
    assert len(won) == 1
    assert hub.read("codes", "A") == str(won[0]).encode()


def test_empty_and_large_bytes(opener: Opener) -> None:
    hub = opener()
    hub.write("snapshots", "empty", b"")
    hub.write("snapshots", "large", b"\0" * 5_000_000)
    assert hub.read("snapshots", "empty") == b""
    assert len(hub.read("snapshots", "large") or b"") == 5_000_000


# ── a folder ─────────────────────────────────────────────────────────────────────────────────────────────────────


def unavailable(act: Callable[[], Any]) -> StorageUnavailable:
    with pytest.raises(StorageUnavailable) as caught:
        act()
    assert caught.value.advice
    return caught.value


def test_a_folder_shows_no_file_that_is_being_written(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub/segments/.half.seg.1234.part").write_bytes(b"half")
    assert list(hub.names("segments")) == []


def test_what_a_killed_program_left_half_written_is_gone_after_a_day(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    for name, age in (("old", 90_000), ("new", 3_000)):
        part = tmp_path / f"hub/segments/.{name}.seg.1234.part"
        part.write_bytes(b"half")
        written = time.time() - age
        os.utime(part, (written, written))
    assert list(hub.names("segments")) == []
    assert [path.name for path in (tmp_path / "hub/segments").iterdir()] == [".new.seg.1234.part"]


def test_nothing_is_left_over_of_what_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = a_folder(tmp_path / "hub")
    hub.write("cards", "x", b"before")

    def full(_handle: int, _body: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    for act in (lambda: hub.write("cards", "x", b"after"), lambda: hub.claim("codes", "A", b"me")):
        error = unavailable(act)
        assert error.kind == "full"
        assert "no room left" in error.reason
        assert "nothing was lost" in error.advice
    monkeypatch.undo()
    assert hub.read("cards", "x") == b"before"
    assert [path.name for path in (tmp_path / "hub/cards").iterdir()] == ["x"]
    assert hub.claim("codes", "A", b"me")


def test_a_hub_whose_founding_was_killed_at_its_first_name_can_be_founded_again(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub/about/desk.json").touch()
    about = About("d1", "Front desk")
    found_hub(hub, about)
    assert read_about(hub) == about
    with pytest.raises(Invalid, match="another desk"):
        found_hub(hub, About("d2", "Workshop"))


def test_a_file_in_the_place_of_a_folder_hub_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("no folder")
    with pytest.raises(Invalid, match="is not a hub"):
        FolderHub(tmp_path / "hub").make()


def test_a_write_that_takes_only_a_part_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = a_folder(tmp_path / "hub")
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, body: write(handle, body[:3]))
    hub.write("cards", "x", b"0123456789")
    assert hub.read("cards", "x") == b"0123456789"


def test_a_folder_that_has_vanished_cannot_be_reached(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub").rename(tmp_path / "elsewhere")
    for act in (
        lambda: hub.names("segments"),
        lambda: hub.read("segments", "x"),
        lambda: hub.write("segments", "x", b""),
        lambda: hub.claim("codes", "x", b""),
        lambda: open_folder(tmp_path / "hub"),
    ):
        error = unavailable(act)
        assert error.kind == "missing"
        assert "cannot be reached" in error.reason
    assert not (tmp_path / "hub").exists()


def test_the_empty_folder_that_a_share_leaves_is_not_written_to(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub").rename(tmp_path / "elsewhere")
    (tmp_path / "hub").mkdir()
    assert unavailable(lambda: hub.write("segments", "x", b"")).kind == "missing"
    assert unavailable(lambda: hub.names("segments")).kind == "missing"
    assert list((tmp_path / "hub").iterdir()) == []


def test_a_shelf_that_was_not_carried_along_is_made_again(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub/chunks").rmdir()
    assert list(hub.names("chunks")) == []
    hub.write("chunks", "x", b"1")
    assert hub.read("chunks", "x") == b"1"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything may be written as root"
)
def test_a_folder_without_write_permission_says_so(tmp_path: Path) -> None:
    hub = a_folder(tmp_path / "hub")
    (tmp_path / "hub/cards").chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert unavailable(lambda: hub.write("cards", "x", b"")).kind == "read_only"
    (tmp_path / "hub/cards").chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (13, "read_only", "Nothing can be written"),
        (30, "read_only", "Nothing can be written"),
        (5, "failed", "failed to read or write"),
        (107, "missing", "cannot be reached"),
        (116, "missing", "cannot be reached"),
    ],
)
def test_the_systems_errors_are_told_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: str, words: str
) -> None:
    hub = a_folder(tmp_path / "hub")

    def failing(*_arguments: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", failing)
    error = unavailable(lambda: hub.write("cards", "x", b""))
    assert error.kind == kind
    assert words in error.reason


def test_a_folder_that_is_no_hub_says_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is not a hub"):
        open_folder(tmp_path)


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "..", "a\\b", "c:x", "a\0"])
def test_no_name_leads_out_of_its_shelf(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        a_folder(tmp_path / "hub").write("cards", name, b"")


# ── a SQLite file ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_something_else_is_no_hub_and_stays_as_it_is(tmp_path: Path) -> None:
    text, other = tmp_path / "letter.txt", tmp_path / "other.db"
    text.write_text("Dear Sir or Madam, " * 100, encoding="utf-8")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE x (y)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        for opening in (open_hub_file, make_hub_file):
            with pytest.raises(Invalid, match="is not a hub"):
                opening(path)
        assert path.read_bytes() == before


def test_a_hub_file_that_is_not_there_cannot_be_reached(tmp_path: Path) -> None:
    assert unavailable(lambda: open_hub_file(tmp_path / "hub.desk")).kind == "missing"
    assert unavailable(lambda: make_hub_file(tmp_path / "no folder/hub.desk")).kind == "missing"
    assert not (tmp_path / "hub.desk").exists()


def test_a_hub_file_is_found_again(tmp_path: Path) -> None:
    hub = make_hub_file(tmp_path / "hub.desk")
    hub.write("about", "x", b"1")
    hub.close()
    again = open_hub_file(tmp_path / "hub.desk")
    assert again.read("about", "x") == b"1"
    again.close()


def test_a_hub_file_in_a_network_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "desktop_desk.storage.sql_hub.place_of", lambda _path: Place("network", "nfs", "a test")
    )
    error = unavailable(lambda: make_hub_file(tmp_path / "hub.desk"))
    assert error.kind == "network"
    assert "folder:" in error.advice
    assert not (tmp_path / "hub.desk").exists()


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_database_without_a_hub_is_none_until_it_is_made() -> None:
    address = postgres_address()
    with pytest.raises(Invalid, match="is not a hub"):
        open_hub_on_server(address)
    made = make_hub_on_server(address)
    made.write("about", "x", b"1")
    made.close()
    again = open_hub_on_server(address)
    assert again.read("about", "x") == b"1"
    again.close()


def test_a_server_that_stops_cannot_be_reached_and_goes_on_when_it_is_back() -> None:
    server = new_server()
    try:
        hub = make_hub_on_server(server.address(server.new_database()))
        hub.write("cards", "x", b"before")
        server.stop("immediate")
        assert unavailable(lambda: hub.write("cards", "x", b"meanwhile")).kind == "unreachable"
        assert unavailable(lambda: hub.names("cards")).kind == "unreachable"
        server.start()
        assert hub.read("cards", "x") == b"before"
        hub.close()
    finally:
        ended(server)


def test_no_message_shows_a_password() -> None:
    address = "postgresql://desk:secret@127.0.0.1:1/desk"
    for opening in (open_hub_on_server, make_hub_on_server):
        assert "secret" not in str(unavailable(lambda opening=opening: opening(address)))
    with pytest.raises(Invalid) as caught:
        open_hub_on_server("postgresql://desk:secret@[::/desk")
    assert "secret" not in str(caught.value)


def test_a_database_without_a_hub_is_named_without_its_password_and_left() -> None:
    server = shared_server()
    name = server.new_database()
    with pytest.raises(Invalid) as told:
        open_hub_on_server(server.network_address(name))
    assert server.password not in str(told.value)
    assert connections(server, name) == 0
    hub = make_hub_on_server(server.network_address(name))
    with pytest.raises(Invalid) as told:
        read_about(hub)
    assert server.password not in str(told.value)
    found_hub(hub, About("d" * 32, "Another desk"))
    with pytest.raises(Invalid) as told:
        need_desk(hub, "e" * 32, encrypted=False)
    hub.close()
    assert server.password not in str(told.value)


def test_a_hub_that_may_not_be_made_leaves_no_connection_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise StorageUnavailable("full", "there is no room")

    def fails_within(hub: SqlHub, *_more: str, **_named: str) -> None:
        hub.is_made()
        fail()

    server = shared_server()
    name = server.new_database()
    monkeypatch.setattr(SqlHub, "make", fails_within)
    with pytest.raises(StorageUnavailable):
        make_hub_on_server(server.network_address(name))
    assert connections(server, name) == 0
    monkeypatch.setattr(SqlHub, "make", lambda hub, *_more: (hub._db.connect(), fail()))
    with pytest.raises(StorageUnavailable):
        make_hub_file(tmp_path / "new.dhub")
    assert list(tmp_path.iterdir()) == []


def connections(server: Server, database: str) -> int:
    """How many the database has, once the server has seen off those that were closed."""
    sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server.address("postgres"), autocommit=True) as asking:
        until = time.monotonic() + 2
        while (found := asking.execute(sql, (database,)).fetchall()[0][0]) and time.monotonic() < until:
            time.sleep(0.02)
        return int(found)
