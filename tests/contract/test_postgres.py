"""A desk on a real PostgreSQL: what can go wrong between a program and its server, and what no other engine has."""

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from desktop_desk import bootstrap, upkeep
from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import Attachment, CallDraft, NewPerson
from desktop_desk.domain.errors import DeskError, Invalid, StorageUnavailable
from desktop_desk.domain.facts import UNDONE, EntityId
from desktop_desk.storage.postgres import PostgresDatabase
from desktop_desk.storage.postgres_words import as_tsquery, words_of
from desktop_desk.storage.postgres_writes import GROUP, in_groups
from tests.builders import PASSWORD, a_ticket, kens_ticket
from tests.engines import AnEngine, an_engine
from tests.fakes import CountingIds, FixedClock, PlainPasswords
from tests.postgres import Server, ended, new_server, postgres_address, shared_server, wait_until_it_answers

SECRET = "a-secret-in-the-address"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AnEngine]:
    desk = an_engine("postgresql", tmp_path)
    yield desk
    desk.close()


def database_of(desk: Desk) -> PostgresDatabase:
    return desk.store.database  # type: ignore[attr-defined]


def refused(url: str) -> DeskError:
    with pytest.raises((StorageUnavailable, Invalid)) as caught:
        bootstrap.open_desk(url)
    assert SECRET not in f"{caught.value} {caught.value.__cause__}"
    return caught.value


# ── what is asked of the server ──────────────────────────────────────────────────────────────────────────────────


def test_of_a_long_log_no_more_is_fetched_than_is_asked_for(
    office: AnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, database = office.store, database_of(office.ada)
    with store.writing():
        store.journal.append_acts(
            [[Draft("robot_added", EntityId("ab" * 16), {})] for _n in range(3000)], None
        )
    fetched: list[int] = []
    execute = database._execute

    def counted(sql: str, params: Sequence[object]) -> "psycopg.Cursor[tuple[Any, ...]]":
        cursor = execute(sql, params)
        fetched.append(cursor.rowcount)
        return cursor

    monkeypatch.setattr(database, "_execute", counted)
    assert len(store.log.entries(store.log.own, 0, limit=100)) < 200
    act = store.journal.of_entity(EntityId("ab" * 16), None)[0].act_id
    fetched.remove(3000)
    assert len(store.journal.of_act(act)) == 1
    assert max(fetched) <= 1000


def test_however_many_callers_are_found_the_server_is_asked_as_often(
    office: AnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(12):
        office.john.add_person(NewPerson(f"Ken Number{n}", (f"030 12345{n:02d}",), organisation=f"Firm {n}"))
    asked: list[str] = []
    monkeypatch.setattr(database_of(office.ada), "_overhear", asked.append)
    counts: list[int] = []
    for text, found in (("Number3", 1), ("Ken Number", 12)):
        asked.clear()
        assert len(office.john.find_people(text, 12)) == found
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_however_much_there_is_no_statement_names_more_than_a_server_takes(
    office: AnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, store, database = 1200, office.store, database_of(office.ada)
    ticket = office.john.ticket(kens_ticket(office.john)).uid
    act = str(store.journal.by_actor(office.john.actor.uid)[0].act_id)
    files = [{"name": "a.txt", "mime": "text/plain", "sha": f"{n:064x}", "size": 1} for n in range(many)]
    with store.writing():
        store.journal.append_acts(
            [[Draft("attached", EntityId(f"{n:032x}"), file, ticket)] for n, file in enumerate(files)], None
        )
        store.journal.append_acts([[Draft(UNDONE, ticket, {"act": act}, ticket)] for _n in range(many)], None)
    named: list[int] = []
    run = database.run

    def counted(sql: str, params: Sequence[object] = ()) -> Any:
        named.append(len(params))
        return run(sql, params)

    monkeypatch.setattr(database, "run", counted)
    assert store.attachments.damaged() == ()
    assert office.ada.check(rebuild=True).problems == ()
    assert max(named) <= 1000


# ── at the door ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_way_not_to_get_in_has_its_own_sentence() -> None:
    server = shared_server()
    there = server.new_database()
    kinds = {
        server.network_address(there): "not_a_desk",
        server.network_address(there, SECRET): "denied",
        server.network_address("nowhere"): "no_database",
        f"postgresql://desk:{SECRET}@127.0.0.1:1/desk": "unreachable",
    }
    found = {url: refused(url) for url in kinds}
    assert {url: error.kind for url, error in found.items() if isinstance(error, StorageUnavailable)} == kinds
    assert len({error.reason for error in found.values()}) == len(kinds)


def test_an_address_that_is_none_is_refused_without_telling_the_password() -> None:
    assert "no address" in refused(f"postgresql://desk:{SECRET}@server/desk?nonsense").reason


def test_a_desk_of_a_newer_format_is_refused(office: AnEngine) -> None:
    database = database_of(office.ada)
    with database.writing():
        database.run("UPDATE meta SET value = '999' WHERE key = 'format'")
    with pytest.raises(StorageUnavailable) as caught:
        office.another_window()
    assert caught.value.kind == "newer"


def test_where_a_desk_is_no_second_one_is_made_and_it_stays_as_it_was(office: AnEngine) -> None:
    number = a_ticket(office.john, "VPN down")
    url = database_of(office.ada)._options
    address = f"postgresql://{url['user']}@/{url['dbname']}?host={url['host']}&port={url['port']}"
    with pytest.raises(Invalid, match="already a desk"):
        bootstrap.create_demo(address)
    assert office.john.ticket(number).subject == "VPN down"


def test_a_desk_that_could_not_be_founded_leaves_nothing_behind() -> None:
    address = postgres_address()
    with pytest.raises(Invalid):
        bootstrap.create_desk(
            address, name="Desk", admin_login="ada", admin_name="Ada", admin_password="short"
        )
    bootstrap.create_desk(
        address, name="Desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD
    ).close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ken:word@server:5433/desk", "postgresql://ken@server:5433/desk"),
        ("postgresql://ken:w/o@rd@server/desk", "postgresql://ken@server/desk"),
        ("postgresql:///desk?host=/run&password=word", "postgresql:///desk?host=/run"),
        ("postgresql://server/desk?sslpassword=word", "postgresql://server/desk"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, shown: str) -> None:
    assert shown_address(url) == shown


# ── guards and versions ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ticket SET subject = 'x'",
        "DELETE FROM entry",
        "TRUNCATE number",
        "INSERT INTO commits VALUES (1)",
        "SET desk.writing = 'on'; UPDATE fact SET fields = '{}'",
        "SET desk.writing = 'on'; DELETE FROM fact",
    ],
)
def test_nothing_but_the_journal_writes_the_tables(office: AnEngine, sql: str) -> None:
    a_ticket(office.john, "VPN down")
    before = office.ada.check().digest
    with (
        psycopg.connect(**database_of(office.ada)._options, autocommit=True) as other,
        pytest.raises(psycopg.errors.RaiseException, match="only the journal"),
    ):
        other.execute(sql.encode())
    assert office.ada.check(rebuild=True).problems == ()
    assert office.ada.check().digest == before


def test_only_what_others_commit_changes_the_version(office: AnEngine) -> None:
    other = office.another_window().log_in("jane", PASSWORD)
    mine, theirs = office.john.store, other.store
    before, seen = mine.data_version(), theirs.data_version()
    a_ticket(office.john, "VPN down")
    assert mine.data_version() == before
    assert theirs.data_version() != seen


def test_a_text_with_the_sign_that_postgresql_has_not_is_kept_without_it(office: AnEngine) -> None:
    database = database_of(office.ada)
    with database.writing():
        database.run("INSERT INTO meta (key, value) VALUES (?, ?)", ("note:x", "a\0b"))
    assert database.value("SELECT value FROM meta WHERE key = 'note:x'") == "ab"


def test_what_is_gathered_is_read_by_whoever_wrote_it(office: AnEngine) -> None:
    database = database_of(office.ada)
    with database.writing():
        database.run("INSERT INTO meta (key, value) VALUES ('note:x', '1')")
        assert database.value("SELECT value FROM meta WHERE key = 'note:x'") == "1"
        assert list(database.each("SELECT value FROM meta WHERE key = 'note:x'")) == [("1",)]


def test_a_transaction_that_fails_leaves_nothing_of_what_it_gathered(office: AnEngine) -> None:
    database = database_of(office.ada)

    def fail() -> None:
        with database.writing():
            database.run("INSERT INTO meta (key, value) VALUES ('note:x', '1')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.writing():
        database.run("INSERT INTO meta (key, value) VALUES ('note:y', '1')")
    assert database.rows("SELECT key FROM meta WHERE key LIKE 'note:_'") == [("note:y",)]


def test_many_who_write_at_once_get_numbers_of_their_own(office: AnEngine) -> None:
    windows = [office.another_window() for _window in range(4)]
    numbers: list[str] = []

    def log(index: int) -> None:
        desk = windows[index].log_in("john", PASSWORD)
        numbers.extend(a_ticket(desk, f"call {index} {n}") for n in range(8))
        windows[index].close_thread()

    threads = [threading.Thread(target=log, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(numbers)) == 32
    assert office.ada.check(rebuild=True).problems == ()


# ── the same as in a file ────────────────────────────────────────────────────────────────────────────────────────


def test_the_server_of_these_tests_sorts_otherwise_than_a_desk(office: AnEngine) -> None:
    database = database_of(office.ada)
    if database.value("SELECT datlocprovider FROM pg_database WHERE datname = current_database()") != "i":
        pytest.skip("this PostgreSQL knows no language by itself")
    assert database.value("SELECT 'a' < 'B' AND 'a' COLLATE \"C\" > 'B'")


def test_a_server_that_was_set_back_gives_no_number_twice(office: AnEngine) -> None:
    first = a_ticket(office.john)
    own = office.store.log.own
    office.front.close()
    remembered = upkeep.memory() / f"{own}.json"
    told = json.loads(remembered.read_text())
    # As after an older dump was played back: this machine has seen the log reach further.
    remembered.write_text(json.dumps({**told, "seq": told["seq"] + 5}))
    office.restart()
    assert office.store.log.own != own
    second = a_ticket(office.john)
    assert second[0].isalpha()
    assert first != second


def test_the_same_seed_makes_the_same_desk_in_a_file_and_on_a_server(tmp_path: Path) -> None:
    places: tuple[Path | str, ...] = (tmp_path / "front.desk", postgres_address())
    told = []
    for place in places:
        bootstrap.generate(place, tickets=60, seed=1)
        front = bootstrap.open_desk(place)
        desk = front.log_in("admin", "demo")
        store = desk.store
        rows = store.database.rows("SELECT * FROM ticket ORDER BY id")  # type: ignore[attr-defined]
        days = store.database.rows("SELECT * FROM day_tally ORDER BY dim, what, day, value")  # type: ignore[attr-defined]
        told.append((desk.check(rebuild=True).digest, rows, days))
        front.close()
    assert told[0] == told[1]


def test_the_backup_of_a_desk_on_a_server_is_a_desk_file_with_the_same_facts(
    office: AnEngine, tmp_path: Path
) -> None:
    number = a_ticket(office.john, "VPN down")
    office.john.reply(number, "See the plan.", attachments=[Attachment(b"a plan", "plan.txt")])
    target = tmp_path / "kept.desk"
    facts = office.ada.backup(target)
    front = bootstrap.open_desk(target, passwords=PlainPasswords())
    copy = front.log_in("ada", PASSWORD)
    assert copy.check(rebuild=True).problems == ()
    assert (copy.check().digest, copy.check().facts) == (office.ada.check().digest, facts)
    (file,) = [file for entry in copy.ticket(number).thread for file in entry.attachments]
    assert b"".join(copy.store.attachments.read(file.sha, file.size, file.name)) == b"a plan"
    # The desk on the server goes on, and no number is given twice.
    assert a_ticket(copy, "asked in the copy") != a_ticket(office.john, "asked on the server")
    front.close()


WORDS = st.text(
    st.characters(min_codepoint=1, exclude_categories=["Cs"]) | st.sampled_from(" -'\"aZ9äßéİ\u0301"),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first letters are learnt from SQLite
@given(WORDS)
def test_words_are_cut_and_folded_as_sqlite_does_it(text: str) -> None:
    connection = dbapi2.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)")
    connection.execute("INSERT INTO t VALUES (?)", (text,))
    expected = [term for (term,) in connection.execute("SELECT term FROM v ORDER BY offset")]
    connection.close()
    assert words_of(text) == expected


def test_terms_become_a_query_in_which_nothing_is_an_operator() -> None:
    assert as_tsquery('"a & b"* AND "c"') == "('a' <-> 'b':*) & ('c')"
    assert as_tsquery('"1"* OR "!"* OR "2"*') == "('1':*) | ('2':*)"
    assert as_tsquery('"a" AND "!"') == ""


UPSERT = "INSERT INTO t (a, b) VALUES (?,?) ON CONFLICT (a) DO UPDATE SET b = excluded.b"


def test_rows_are_written_in_groups_but_never_one_key_twice_by_one_statement() -> None:
    rows = [(n, n) for n in range(GROUP * 2 + 1)]
    groups = list(in_groups(UPSERT, rows))
    assert [len(group) for _sql, group in groups] == [2, 1]
    assert groups[0][0].count("(?,?)") == GROUP
    assert list(in_groups(UPSERT, [*rows, (0, 9)])) == [(UPSERT, [*rows, (0, 9)])]


def test_a_row_with_an_empty_value_is_written_alone() -> None:
    rows: list[tuple[object, ...]] = [*((n, n) for n in range(GROUP)), (99, None)]
    assert [len(group) for _sql, group in in_groups(UPSERT, rows)] == [1, 1]


# ── a server that goes away ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def own_server() -> Iterator[Server]:
    server = new_server()
    yield server
    ended(server)


def test_a_server_killed_while_calls_are_logged_loses_none_that_was_acknowledged(own_server: Server) -> None:
    address = own_server.address(own_server.new_database())
    front = bootstrap.create_desk(
        address, name="Desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD,
        clock=FixedClock(), new_id=CountingIds(), passwords=PlainPasswords(),
    )  # fmt: skip
    ada = front.log_in("ada", PASSWORD)
    acknowledged: list[str] = []
    said: list[StorageUnavailable] = []
    enough = threading.Event()

    def work() -> None:
        try:
            while True:
                acknowledged.append(ada.log_call(CallDraft("VPN down")).number or "")
                if len(acknowledged) == 20:
                    enough.set()
        except StorageUnavailable as error:
            said.append(error)
        finally:
            front.close_thread()

    at_work = threading.Thread(target=work)
    at_work.start()
    assert enough.wait(60)
    own_server.stop("immediate")
    at_work.join()
    assert [error.kind for error in said] == ["unreachable"]
    with pytest.raises(StorageUnavailable):
        ada.log_call(CallDraft("while it is away"))

    own_server.start()
    wait_until_it_answers(own_server)
    known = set(ada.store.tickets.numbers())
    assert set(acknowledged) <= known
    # One may have been written whose acknowledgement was cut off; none that was refused.
    assert len(known) <= len(acknowledged) + 1
    assert ada.log_call(CallDraft("it is back")).number not in known
    assert ada.check(rebuild=True).problems == ()
    front.close()


def test_an_idle_window_notices_no_restart(own_server: Server) -> None:
    address = own_server.address(own_server.new_database())
    front = bootstrap.create_desk(
        address, name="Desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD,
        clock=FixedClock(), new_id=CountingIds(), passwords=PlainPasswords(),
    )  # fmt: skip
    ada = front.log_in("ada", PASSWORD)
    number = a_ticket(ada, "VPN down")
    own_server.stop("fast")
    own_server.start()
    assert ada.ticket(number).subject == "VPN down"
    own_server.stop("fast")
    own_server.start()
    ada.note(number, "written as the first thing")
    front.close()
