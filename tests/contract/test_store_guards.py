"""Guards and transactions: nothing but the journal writes a desk, an act is whole or not there, and changes show."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from desktop_desk.desk.ports import Draft
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.domain.facts import EntityId
from desktop_desk.storage import store as store_module
from desktop_desk.storage.store import Store
from desktop_desk.storage.tables import PROJECTIONS, TABLES
from tests.builders import ADesk, a_ticket, kens_ticket, texts

NAMES = [table._meta.table_name for table in TABLES]


def store_of(office: ADesk) -> Store:
    store = office.ada.store
    assert isinstance(store, Store)
    return store


@pytest.fixture
def busy(office: ADesk) -> ADesk:
    """A desk with a row in every table."""
    number = kens_ticket(office.john, tags=("vpn",))
    office.john.assign(number, "jane", "please")
    office.john.add_call_back(number, None)
    office.jane.mark_seen(number)
    office.jane.set_priority(number, "A")
    office.jane.undo()
    with pytest.raises(DeskError):
        office.log_in("john", "wrong")
    return office


@pytest.fixture
def full(busy: ADesk) -> ADesk:
    """And a row in those tables, too, that only desks with several replicas, purges, attachments or mails use."""
    database = store_of(busy).database
    with database.writing():
        for sql in RARE:
            database.run(sql)
    return busy


RARE = (
    "INSERT INTO reach VALUES (1, 1, '{}')",
    "INSERT INTO redacted VALUES (1, 1, '[{},{}]')",
    "INSERT INTO held VALUES (1, 1000000, 1000000, 0, x'00', '[]')",
    "INSERT INTO chunk (sha, n, body) VALUES (x'00', 0, x'00')",
    "INSERT INTO missing VALUES (x'00', 'ticket', x'01')",
    "INSERT INTO attachment VALUES (1, x'00', 1, 0, 'plan.txt', 'text/plain', 1, x'00', 1, 0, 0, 0)",
    "INSERT INTO outbox VALUES (x'00', 'reply', x'01', 'a:1', x'02', 0, 0, 0, 0, 0, '', '', 0)",
    "INSERT INTO mail VALUES (1, x'00', 'filed', 'a@b', 0, '', '', '', NULL, NULL, NULL, NULL, 0, 0)",
)


@contextmanager
def another_tool(path: Path) -> Generator[sqlite3.Connection]:
    """The file in the hands of a program that is not ours."""
    connection = sqlite3.connect(path, timeout=5)
    try:
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize("table", NAMES)
def test_every_table_has_rows_or_this_would_prove_nothing(full: ADesk, table: str) -> None:
    assert store_of(full).database.value(f"SELECT COUNT(*) FROM {table}") > 0


@pytest.mark.parametrize("table", NAMES)
def test_another_tool_can_write_no_table(full: ADesk, table: str) -> None:
    with another_tool(full.path) as tool:
        (columns,) = tool.execute("SELECT group_concat(name) FROM pragma_table_info(?)", (table,)).fetchone()
        first = columns.split(",")[0]
        for sql in (
            f"UPDATE {table} SET {first} = {first}",
            f"DELETE FROM {table}",
            f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        ):
            with pytest.raises(sqlite3.DatabaseError, match=r"desk_writing|desk_purging|only the journal"):
                tool.execute(sql)


@pytest.mark.parametrize("table", NAMES)
def test_our_own_connection_can_write_nothing_outside_a_transaction_of_the_journal(
    full: ADesk, table: str
) -> None:
    database = store_of(full).database
    for sql in (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1"):
        with pytest.raises(dbapi2.IntegrityError, match="only the journal"):
            database.run(sql)


@pytest.mark.parametrize(
    "sql", ["UPDATE fact SET at = 0", "DELETE FROM fact", "UPDATE fact SET fields = '{}'"]
)
def test_facts_are_never_changed_not_even_within_a_transaction(busy: ADesk, sql: str) -> None:
    store = store_of(busy)
    with pytest.raises(dbapi2.IntegrityError, match="only the journal"), store.writing():
        store.database.run(sql)
    assert busy.ada.check().ok


def test_another_thread_of_ours_is_not_let_in_by_this_ones_transaction(busy: ADesk) -> None:
    store = store_of(busy)
    caught: list[Exception] = []

    def write() -> None:
        store.database.connect()
        try:
            store.database.run("PRAGMA busy_timeout = 1")
            store.database.run("DELETE FROM undoing")
        except Exception as error:  # noqa: BLE001  whatever it is goes to the test
            caught.append(error)
        finally:
            store.close_thread()

    with store.writing():
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    assert len(caught) == 1


# ── transactions ─────────────────────────────────────────────────────────────────────────────────────────────────


def state_of(office: ADesk) -> tuple[Any, ...]:
    check = office.ada.check()
    return check.facts, check.digest, check.problems, dict(office.ada.counters().queues)


def test_an_act_that_fails_in_its_middle_leaves_nothing(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = kens_ticket(office.john)
    before = state_of(office)
    follow = store_module.Projector.follow

    def break_off(self: Any, facts: Any) -> None:
        follow(self, facts)
        raise RuntimeError("the power fails")

    monkeypatch.setattr(store_module.Projector, "follow", break_off)
    with pytest.raises(RuntimeError):
        office.john.note(number, "@jane a word that nobody will find")
    monkeypatch.undo()
    assert state_of(office) == before
    assert office.john.search("nobody") == ()
    office.john.note(number, "and on it goes")
    assert texts(office.john.ticket(number))[-1] == "and on it goes"
    assert office.ada.check(rebuild=True).ok


def test_new_names_of_an_act_that_failed_are_forgotten(
    office: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Verbs and agents are kept once and remembered: what was remembered of a failed act stands for nothing."""
    number = a_ticket(office.john)
    original = store_module.Projector.follow

    def break_off(self: Any, facts: Any) -> None:
        original(self, facts)
        raise RuntimeError

    monkeypatch.setattr(store_module.Projector, "follow", break_off)
    with pytest.raises(RuntimeError):
        office.vera.follow(number)
    monkeypatch.undo()
    office.jane.merge(a_ticket(office.jane), number)
    office.vera.follow(number)
    assert office.ada.check(rebuild=True).ok
    assert "vera" in office.john.ticket(number).followers


def test_a_refused_act_leaves_no_gap(office: ADesk) -> None:
    number = a_ticket(office.john)
    with pytest.raises(Invalid):
        office.john.reply(number, " ")
    done = office.john.note(number, "next")
    assert int(done.act.split(":")[1]) == office.ada.check().facts


def test_a_reader_sees_one_state_while_others_write(office: ADesk) -> None:
    number = a_ticket(office.john)
    store = store_of(office)
    with store.reading():
        before = office.john.ticket(number)
        thread = threading.Thread(
            target=lambda: (office.jane.note(number, "meanwhile"), store.close_thread())
        )
        thread.start()
        thread.join()
        assert office.john.ticket(number) == before
    assert texts(office.john.ticket(number)) == ["meanwhile"]


def test_any_thread_may_use_the_desk_from_its_first_call_on(office: ADesk) -> None:
    number = a_ticket(office.john)
    calls = (
        office.john.check,
        lambda: office.ada.check(rebuild=True),
        lambda: office.john.mentioned("@jane"),
        lambda: office.john.actor,
        office.john.directory,
        lambda: office.john.reply(number, "hi"),
        lambda: office.front.settings,
        lambda: office.front.logins,
        office.front.data_version,
        lambda: office.john.backup(office.path.with_name("copy.desk")),
        office.john.undo_step,
        office.john.inbox,
    )
    failed: list[Exception] = []

    def run(call: Any) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001  whatever it is goes to the test
            failed.append(error)
        finally:
            office.front.close_thread()

    for call in calls:
        thread = threading.Thread(target=run, args=(call,))
        thread.start()
        thread.join()
    assert failed == []


def test_the_data_version_tells_of_others_and_not_of_oneself(office: ADesk) -> None:
    number = a_ticket(office.john)
    other = office.another_window()
    theirs, ours = other.data_version(), office.front.data_version()
    office.john.note(number, "x")
    assert other.data_version() != theirs
    assert office.front.data_version() == ours


# ── the chain ────────────────────────────────────────────────────────────────────────────────────────────────────


def without_guards(path: Path, sql: str, *params: object) -> None:
    """What somebody does who means it: the guards are dropped, and the file is changed."""
    with another_tool(path) as tool:
        guards = tool.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in guards:
            tool.execute(f"DROP TRIGGER {name}")
        tool.execute(sql, params)
        for _name, made in guards:
            tool.execute(made)
        tool.commit()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE fact SET fields = replace(fields, 'VPN', 'TPN') WHERE fields LIKE '%VPN%'",
        "UPDATE fact SET at = at + 1 WHERE seq = 30",
        "UPDATE fact SET actor = NULL WHERE seq = 30",
        "UPDATE fact SET verb = verb + 1 WHERE seq = 30",
        "UPDATE fact SET seen = seen - 1 WHERE seq = 30",
        "UPDATE fact SET stamp = stamp + 1 WHERE seq = 30",
        "UPDATE fact SET act = act - 1 WHERE seq = 30",
        "UPDATE fact SET salt = zeroblob(16) WHERE seq = 30",
        "UPDATE fact SET hash = zeroblob(32) WHERE seq = 30",
        "UPDATE fact SET context = '{\"00000000000000000000000000000009\":5}' WHERE seq = 30",
        "DELETE FROM fact WHERE seq = 30",
        "DELETE FROM fact WHERE seq = (SELECT MAX(seq) FROM fact)",
    ],
)
def test_a_changed_fact_is_found_by_check(busy: ADesk, sql: str) -> None:
    assert busy.ada.check().ok
    busy.front.close()
    without_guards(busy.path, sql)
    busy.restart()
    found = busy.ada.check()
    assert not found.ok
    assert any("changed" in text or "missing" in text or "ends at" in text for text in found.problems)


def test_a_spoilt_projection_is_found_and_mended_by_a_rebuild(busy: ADesk) -> None:
    number = busy.john.queue("all").rows[0].number
    busy.front.close()
    without_guards(busy.path, "UPDATE ticket SET subject = 'spoilt', agent = 0")
    busy.restart()
    assert busy.john.ticket(number).subject == "spoilt"
    found = busy.ada.check(rebuild=True)
    assert any(text.startswith("ticket:") for text in found.problems)
    assert busy.john.ticket(number).subject == "VPN down for all of sales"
    assert busy.ada.check(rebuild=True).ok


def test_spoilt_counters_are_found_without_a_rebuild(busy: ADesk) -> None:
    busy.front.close()
    without_guards(busy.path, "UPDATE queue_tally SET n = n + 1")
    busy.restart()
    assert any("counters" in text for text in busy.ada.check().problems)
    busy.ada.check(rebuild=True)
    assert busy.ada.check().ok


def test_a_spoilt_search_index_is_found_and_mended_by_a_rebuild(busy: ADesk) -> None:
    store = store_of(busy)
    with store.writing():
        store.database.run("DELETE FROM words_0")
    assert busy.john.search("VPN") == ()
    assert any(text.startswith("words_0:") for text in busy.ada.check(rebuild=True).problems)
    assert busy.john.search("VPN") != ()


def test_a_rebuild_that_is_stopped_leaves_everything_as_it_was(busy: ADesk) -> None:
    before = state_of(busy)

    def stop(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        busy.ada.check(rebuild=True, progress=stop)
    assert state_of(busy) == before
    assert busy.john.search("VPN") != ()


def test_equal_facts_have_equal_digests_and_other_facts_others(office: ADesk, tmp_path: Path) -> None:
    a_ticket(office.john)
    digest = office.ada.check().digest
    office.ada.backup(tmp_path / "copy.desk")
    office.restart()
    assert office.ada.check(rebuild=True).digest == digest
    office.john.note(office.john.queue("all").rows[0].number, "more")
    assert office.ada.check().digest != digest


def test_every_table_that_screens_read_is_rebuilt_from_the_facts(busy: ADesk) -> None:
    """Emptied by hand, a rebuild brings back every one of them."""
    store = store_of(busy)
    counts = {table: store.database.value(f"SELECT COUNT(*) FROM {table}") for table in NAMES}
    with store.writing():
        for table in PROJECTIONS:
            store.database.run(f"DELETE FROM {table._meta.table_name}")
        store.projector.rebuild()
    assert {table: store.database.value(f"SELECT COUNT(*) FROM {table}") for table in NAMES} == counts


def test_the_desk_remembers_nothing_that_another_process_did_not_keep(office: ADesk) -> None:
    """Names, statuses and agents made by another process are known here at once."""
    uid = office.ada.directory().departments[0].uid
    code = (
        "import sys; from desktop_desk import bootstrap; from tests.fakes import PlainPasswords\n"
        "front = bootstrap.open_desk(sys.argv[1], passwords=PlainPasswords())\n"
        "ada = front.log_in('ada', 'a good sentence')\n"
        "ada.add_agent('kim', 'Kim', 'a good sentence', department=sys.argv[2], role='Limited Access')\n"
        "front.close()\n"
    )
    root = Path(__file__).resolve().parent.parent.parent
    subprocess.run([sys.executable, "-c", code, str(office.path), uid], check=True, cwd=root)
    office.john.assign(a_ticket(office.john), "kim")
    assert office.john.directory().agent("kim") is not None
    assert EntityId(uid) in {department.uid for department in office.john.directory().departments}


def test_a_draft_of_a_newer_versions_verb_is_kept_and_does_no_harm(office: ADesk) -> None:
    number = a_ticket(office.john)
    view = office.john.ticket(number)
    office.ada.take_in([[Draft("cheered_up", view.uid, {"mood": "good"}, ticket=view.uid)]])
    assert office.john.ticket(number).subject == view.subject
    assert office.ada.check(rebuild=True).ok
