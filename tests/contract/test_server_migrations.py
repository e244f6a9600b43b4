"""A desk on a server that an older version made is brought up to date when it is opened, by one program, at once."""

import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from desktop_desk import bootstrap, upkeep
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import meta, migrations, server_turns
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.servers import make_on_server, open_on_server
from desktop_desk.storage.store import Store
from tests.builders import PASSWORD, a_ticket
from tests.engines import _template_on_server
from tests.fakes import CountingIds, FixedClock, PlainPasswords
from tests.postgres import postgres_address, shared_server

FORMAT_2 = (
    "DROP TABLE mail, outbox, span_tally",
    "UPDATE meta SET value = '2' WHERE key = 'format'",
)
"""What made of a desk of today one as the first version for servers made it: without mail, without sums of spans."""


@pytest.fixture
def address() -> str:
    server = shared_server()
    return server.address(server.new_database(_template_on_server()))


@pytest.fixture
def number(address: str) -> str:
    """A ticket that was logged while the desk was new."""
    front = opened(address)
    john = front.log_in("john", PASSWORD)
    number = a_ticket(john, "VPN down")
    john.resolve(number, "Rebooted.")
    front.close()
    return number


@pytest.fixture
def digest(address: str, number: str) -> str:
    """The desk is of format 2 now; the digest that it had."""
    front = opened(address)
    told = front.log_in("ada", PASSWORD).check().digest
    front.close()
    changed(address, *FORMAT_2)
    return told


def opened(address: str, told: Callable[[str], None] | None = None) -> bootstrap.FrontDoor:
    return bootstrap.open_desk(
        address, clock=FixedClock(), new_id=CountingIds(9000), passwords=PlainPasswords(), told=told
    )


def changed(address: str, *statements: str) -> None:
    """Another version's program at work."""
    with psycopg.connect(address) as connection:
        connection.execute("SET desk.writing = 'on'")
        connection.execute("SET desk.purging = 'on'")
        for sql in statements:
            connection.execute(sql.encode())


def shape(address: str) -> list[tuple[object, ...]]:
    """Columns, indexes and guards as the server's catalogues tell them."""
    with psycopg.connect(address) as connection:
        return connection.execute("""
            SELECT table_name::text, column_name::text, data_type || is_nullable || coalesce(collation_name, '')
            FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
            ORDER BY 1, 2, 3
        """).fetchall()


def format_at(address: str) -> int:
    database = open_on_server(address)
    found = meta.format_of(database)
    database.close_thread()
    return found


def test_all_that_was_in_it_is_in_it(address: str, number: str, digest: str) -> None:
    told: list[str] = []
    front = opened(address, told.append)
    ada = front.log_in("ada", PASSWORD)
    assert ada.check().digest == digest
    assert ada.check(rebuild=True).problems == ()
    assert ada.ticket(number).subject == "VPN down"
    assert a_ticket(front.log_in("john", PASSWORD), "after the update") != number
    assert ada.check(rebuild=True).problems == ()
    front.close()
    assert len(told) == 1
    assert "brought up to date" in told[0]
    again: list[str] = []
    opened(address, again.append).close()
    assert again == []


def test_tables_indexes_and_guards_are_those_of_a_new_desk(address: str, digest: str) -> None:
    changed(
        address,
        "DROP INDEX ticketrow_state_updated",
        "CREATE INDEX ticketrow_state_updated ON ticket (updated)",
        "CREATE INDEX of_an_older_version ON fact (wall)",
        "ALTER TABLE contact DROP COLUMN withdrawn",
        "ALTER TABLE redacted DROP COLUMN kept",
        "DROP TABLE person_words",
    )
    # Without the backup before it, which reads the logs as they have been since there are desks on servers.
    store = Store(open_on_server(address), FixedClock(), RandomIds())
    assert migrations.migrate(store)
    store.close_thread()
    new = postgres_address()
    make_on_server(new, RandomIds()).close_thread()
    assert shape(address) == shape(new)
    front = opened(address)
    assert front.log_in("ada", PASSWORD).check(rebuild=True).digest == digest
    front.close()


def test_the_backup_before_it_has_everything_and_stays(address: str, number: str, digest: str) -> None:
    opened(address).close()
    (backup,) = upkeep.backups_of(address)
    assert backup.format == meta.FORMAT
    kept = bootstrap.open_desk(backup.path, passwords=PlainPasswords())
    ada = kept.log_in("ada", PASSWORD)
    assert (ada.check().digest, ada.ticket(number).subject) == (digest, "VPN down")
    kept.close()


def test_without_a_backup_it_stays_as_it_is(address: str, digest: str, home: Path) -> None:
    (home / "state").mkdir(parents=True, exist_ok=True)
    (home / "state" / "backups").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        opened(address)
    assert format_at(address) == 2


def test_a_desk_that_lacks_a_table_gets_it_whatever_its_format_says(address: str, digest: str) -> None:
    changed(address, f"UPDATE meta SET value = '{meta.FORMAT}' WHERE key = 'format'")
    front = opened(address)
    ada = front.log_in("ada", PASSWORD)
    assert ada.check(rebuild=True).problems == ()
    assert ada.check().digest == digest
    front.close()


def test_an_update_that_fails_in_the_middle_leaves_the_old_desk(
    address: str, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_database: object) -> None:
        raise StorageUnavailable("full", "The disk is full.")

    steps = {**migrations.STEPS, meta.FORMAT: fails}
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "STEPS", steps)
        with pytest.raises(StorageUnavailable):
            opened(address)
    assert format_at(address) == 2
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT to_regclass('mail')").fetchone() == (None,)
    front = opened(address)
    assert front.log_in("ada", PASSWORD).check(rebuild=True).digest == digest
    front.close()


def test_of_several_that_open_it_at_once_one_brings_it_up_to_date_and_the_others_wait(
    address: str, digest: str
) -> None:
    told: list[str] = []
    go = threading.Barrier(4)

    def open_it() -> None:
        go.wait()
        opened(address, told.append).close()

    threads = [threading.Thread(target=open_it) for _turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("was brought up to date for this version" in words for words in told) == 1
    front = opened(address)
    assert front.log_in("ada", PASSWORD).check(rebuild=True).digest == digest
    front.close()


def test_who_waits_too_long_is_told_what_for(
    address: str, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "UPDATE_WAITS", 0)
    database = open_on_server(address)
    with server_turns.turn(database, server_turns.UPDATE) as mine:
        assert mine
        with pytest.raises(StorageUnavailable, match="bringing the desk") as caught:
            opened(address)
    assert caught.value.kind == "locked"
    database.close_thread()
    opened(address).close()


def test_a_program_of_this_version_writes_nothing_into_a_desk_of_a_newer_one(
    address: str, number: str
) -> None:
    front = opened(address)
    john = front.log_in("john", PASSWORD)
    changed(address, f"UPDATE meta SET value = '{meta.FORMAT + 1}' WHERE key = 'format'")
    with pytest.raises(StorageUnavailable) as caught:
        john.note(number, "written by an older version")
    assert caught.value.kind == "newer"
    front.close()


def test_who_may_not_change_the_tables_is_told_who_may(address: str, digest: str) -> None:
    server = shared_server()
    changed(
        address,
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE clerk LOGIN",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk",
    )
    with pytest.raises(StorageUnavailable, match="may not change its tables"):
        opened(address.replace(f"://{server.user}@", "://clerk@"))
    assert format_at(address) == 2
    store = Store(open_on_server(address), FixedClock(), RandomIds())
    assert migrations.migrate(store)
    store.close_thread()
    changed(address, "DROP OWNED BY clerk", "DROP ROLE clerk")
