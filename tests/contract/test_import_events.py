"""Taking in event logs: original times, nothing twice, nothing lost, and back out again."""

import csv
import gzip
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed
from desktop_desk.exchange import events
from desktop_desk.exchange.demo import PASSWORD, DemoPasswords, demo_agents
from desktop_desk.exchange.event_map import EventMap, load_map, read_map
from desktop_desk.exchange.events import Outcome, import_events, undo_import
from desktop_desk.exchange.office import derived_id
from desktop_desk.storage.ids import RandomIds

MAPS = Path(__file__).resolve().parents[2] / "desktop_desk" / "resources" / "maps"
MINUTE = 60_000
JULY = 1_719_817_200_000  # 1 July 2024, 09:00 in Berlin

HOW = """
source = "other desk"
mode = "snapshots"
[time]
formats = ["%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"
[columns]
id = "Ticket"
row = "No"
time = "Changed"
subject = "Title"
details = ["Words"]
caller = "Who"
agent = "Owner"
group = "Queue"
topic = ["Area", "Part"]
status = "State"
priority = "Prio"
[create]
department = "Help"
[status]
"new" = { state = "open", name = "Open" }
"pending" = "waiting"
"done" = { state = "resolved", name = "Resolved" }
[priority]
"1" = "A"
"3" = "C"
"""
HEAD = "Ticket,No,Changed,Title,Words,Who,Owner,Queue,Area,Part,State,Prio\n"


def row(ticket: str, number: int, **cells: str) -> str:
    said = {
        "title": "Printer jams", "words": "It jams.", "who": "Ann Roe", "owner": "", "queue": "Print", "area": "Paper",
        "part": "Tray", "state": "new", "prio": "3",
    } | cells  # fmt: skip
    return ",".join([ticket, str(number), f"01.07.2024 09:{number:02d}", *said.values()]) + "\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    front = bootstrap.create_desk(
        tmp_path / "office.desk", name="Office", admin_login="admin", admin_name="Admin", admin_password=PASSWORD,
        zone="Europe/Berlin", demo=True, passwords=DemoPasswords(),
    )  # fmt: skip
    yield front.log_in("admin", PASSWORD)
    front.close()


@pytest.fixture
def how() -> EventMap:
    return read_map(HOW)


def written(tmp_path: Path, *rows: str, name: str = "log.csv") -> Path:
    file = tmp_path / name
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    return file


def numbers(outcome: Outcome) -> tuple[int, int, int, int]:
    assert outcome.read == outcome.imported + outcome.skipped + len(outcome.rejected)
    return outcome.read, outcome.imported, outcome.skipped, len(outcome.rejected)


def facts(desk: Desk) -> int:
    return desk.check().facts


def only(desk: Desk) -> str:
    (found,) = desk.queue("all").rows
    return found.number


LIFE = (
    row("T1", 0),
    row("T1", 1, owner="Bob Hay"),
    row("T1", 2, owner="Bob Hay", queue="Second line"),
    row("T1", 3, owner="Bob Hay", queue="Second line", prio="1"),
    row("T1", 4, owner="Bob Hay", queue="Second line", prio="1", state="pending"),
    row("T1", 5, owner="Bob Hay", queue="Second line", prio="1", state="done"),
    row("T1", 6, owner="Bob Hay", queue="Second line", prio="1", state="new"),
    row("T1", 7, owner="Bob Hay", queue="Second line", prio="1", state="new"),
)


def test_a_ticket_comes_in_with_its_life_and_its_times(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    assert numbers(import_events(desk, written(tmp_path, *LIFE), how)) == (8, 8, 0, 0)
    view = desk.ticket(only(desk))
    assert (view.subject, view.priority, view.state, view.agent_name) == (
        "Printer jams",
        "A",
        "open",
        "Bob Hay",
    )
    assert (view.team, view.department, view.topic) == ("Second line", "Help", "Tray")
    assert view.caller is not None
    assert view.caller.name == "Ann Roe"
    assert (view.opened, view.updated) == (JULY, JULY + 6 * MINUTE)
    assert (view.reopens, view.reassignments) == (1, 1)
    times = [entry.at for entry in view.thread]
    assert times == sorted(times)
    assert "It jams." in [entry.text for entry in view.thread]
    (report,) = desk.report()
    assert (report.opened, report.assigned, report.reassigned, report.priority_changed) == (1, 1, 1, 1)
    assert (report.waiting, report.resolved, report.closed, report.reopened) == (1, 1, 0, 1)
    assert desk.check(rebuild=True).ok


def test_an_imported_ticket_is_found_by_its_words(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    import_events(desk, written(tmp_path, row("T1", 0, words="The stapler INC0000045 bites")), how)
    (hit,) = desk.search("INC0000045")
    assert hit.row.number == only(desk)


def test_a_second_import_changes_nothing(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    file = written(tmp_path, *LIFE, row("T2", 0))
    import_events(desk, file, how)
    before = desk.check()
    assert numbers(import_events(desk, file, how)) == (9, 0, 9, 0)
    assert desk.check() == before


def test_a_log_that_has_grown_goes_on_where_it_was(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    import_events(desk, written(tmp_path, *LIFE[:3]), how)
    assert numbers(import_events(desk, written(tmp_path, *LIFE), how)) == (8, 5, 3, 0)
    view = desk.ticket(only(desk))
    assert (view.reopens, view.reassignments, view.priority) == (1, 1, "A")


def test_new_rows_alone_go_on_from_what_was_known(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    import_events(desk, written(tmp_path, *LIFE[:3]), how)
    assert numbers(import_events(desk, written(tmp_path, *LIFE[3:]), how)) == (5, 5, 0, 0)
    (report,) = desk.report()
    assert (report.opened, report.assigned, report.reassigned, report.priority_changed) == (1, 1, 1, 1)
    assert (report.waiting, report.resolved, report.reopened) == (1, 1, 1)


def test_a_row_repaired_later_is_told_and_sets_nothing_back(
    tmp_path: Path, desk: Desk, how: EventMap
) -> None:
    broken = LIFE[3].replace("01.07.2024", "31.06.2024")
    outcome = import_events(desk, written(tmp_path, *LIFE[:3], broken, *LIFE[4:]), how)
    assert numbers(outcome) == (8, 7, 0, 1)
    before = desk.ticket(only(desk))
    assert numbers(import_events(desk, written(tmp_path, *LIFE), how)) == (8, 1, 7, 0)
    after = desk.ticket(only(desk))
    assert (after.priority, after.status, after.agent) == (before.priority, before.status, before.agent)
    assert after.conflicts == ()


def test_rejected_rows_say_where_and_why_and_are_kept_beside_the_file(
    tmp_path: Path, desk: Desk, how: EventMap
) -> None:
    file = written(tmp_path, row("T1", 0), row("T2", 0, state="lost"), row("T3", 0))
    outcome = import_events(desk, file, how)
    assert numbers(outcome) == (3, 2, 0, 1)
    ((where, why),) = outcome.rejected
    assert "3" in where
    assert "lost" in why
    assert outcome.rejects is not None
    assert outcome.rejects.parent == tmp_path
    with outcome.rejects.open(encoding="utf-8", newline="") as kept:
        (read,) = csv.DictReader(kept)
    assert (read["line"], read["Ticket"], read["State"]) == ("3", "T2", "lost")


def test_the_file_of_rejected_rows_can_be_mended_and_imported(
    tmp_path: Path, desk: Desk, how: EventMap
) -> None:
    outcome = import_events(desk, written(tmp_path, row("T1", 0), row("T2", 0, state="lost")), how)
    assert outcome.rejects is not None
    outcome.rejects.write_text(
        outcome.rejects.read_text(encoding="utf-8").replace(",lost,", ",new,"), encoding="utf-8"
    )
    assert numbers(import_events(desk, outcome.rejects, how)) == (1, 1, 0, 0)
    assert desk.counters().total == 2


def test_a_missing_column_stops_before_anything_is_written(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    file = tmp_path / "log.csv"
    file.write_text(HEAD.replace("Owner", "Holder") + row("T1", 0), encoding="utf-8")
    before = facts(desk)
    with pytest.raises(Invalid, match="Owner"):
        import_events(desk, file, how)
    assert facts(desk) == before


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    file = written(tmp_path, *LIFE, row("T2", 0, state="lost"))
    before = facts(desk)
    outcome = import_events(desk, file, how, dry_run=True)
    assert numbers(outcome) == (9, 8, 0, 1)
    assert facts(desk) == before
    assert outcome.rejects is None
    assert not list(tmp_path.glob("*rejected*"))


def test_an_import_can_be_stopped_and_repeated(
    tmp_path: Path, desk: Desk, how: EventMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "FACTS_A_TRANSACTION", 20)
    file = written(tmp_path, *(row(f"T{thing}", number) for thing in range(20) for number in range(5)))

    def stop(done: int, _total: int) -> None:
        if done >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_events(desk, file, how, progress=stop)
    taken = desk.counters().total
    assert 0 < taken < 20
    assert desk.check(rebuild=True).ok
    told: list[tuple[int, int]] = []
    outcome = import_events(desk, file, how, progress=lambda done, total: told.append((done, total)))
    assert numbers(outcome) == (100, 100 - 5 * taken, 5 * taken, 0)
    assert desk.counters().total == 20
    assert told[-1] == (100, 100)


def test_a_whole_import_can_be_taken_back_and_made_again(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    file = written(tmp_path, *LIFE, row("T2", 0))
    kept = desk.ticket(str(desk.log_call(CallDraft("Was here before")).number))
    first = import_events(desk, file, how)
    number = next(found.number for found in desk.queue("all").rows if found.subject == "Printer jams")
    assert undo_import(desk, first.run) > 0
    assert [found.number for found in desk.queue("all").rows] == [kept.number]
    assert not [agent for agent in desk.directory().agents if agent.name == "Bob Hay"]
    assert numbers(import_events(desk, file, how)) == (9, 9, 0, 0)
    assert desk.ticket(number).reopens == 1
    assert desk.counters().total == 3
    assert desk.check(rebuild=True).ok


def test_the_same_log_makes_the_same_things_on_two_copies(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    desk.backup(tmp_path / "copy.desk")
    other = bootstrap.open_desk(tmp_path / "copy.desk", passwords=DemoPasswords())
    try:
        there = other.log_in("admin", PASSWORD)
        file = written(tmp_path, *LIFE)
        uids: list[set[str]] = []
        for each in (desk, there):
            import_events(each, file, how)
            view = each.ticket(only(each))
            uids.append(
                {
                    view.uid,
                    view.agent_uid,
                    view.team_uid,
                    view.topic_uid,
                    *(e.uid for e in view.thread if e.text),
                }
            )
        assert uids[0] == uids[1]
    finally:
        other.close()


def test_who_came_with_the_log_cannot_log_in(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    import_events(desk, written(tmp_path, *LIFE), how)
    agent = desk.directory().agent("bob.hay")
    assert agent is not None
    assert not agent.active
    front = bootstrap.open_desk(tmp_path / "office.desk")
    with pytest.raises(AccessDenied):
        front.log_in("bob.hay", "")
    front.close()


def test_what_the_desk_has_under_the_same_name_is_used(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    desk.add("team", name="print")
    desk.add("department", name="Help")
    import_events(desk, written(tmp_path, row("T1", 0, owner="admin")), how)
    view = desk.ticket(only(desk))
    assert (view.team, view.agent) == ("print", "admin")
    assert [each.name for each in desk.directory().departments].count("Help") == 1


def test_a_status_that_means_something_else_here_is_refused(
    tmp_path: Path, desk: Desk, how: EventMap
) -> None:
    desk.add("status", name="pending", state="closed")
    before = facts(desk)
    with pytest.raises(Invalid, match="pending"):
        import_events(desk, written(tmp_path, *LIFE), how)
    assert facts(desk) == before


def test_only_who_may_change_the_desk_imports(tmp_path: Path, desk: Desk, how: EventMap) -> None:
    told = [{"login": "john", "name": "John Doe", "department": "Support", "phone": ""}]
    desk.take_in([demo_agents(desk.directory(), RandomIds(), told)])
    front = bootstrap.open_desk(tmp_path / "office.desk", passwords=DemoPasswords())
    john = front.log_in("john", PASSWORD)
    with pytest.raises(NotAllowed):
        import_events(john, written(tmp_path, *LIFE), how)
    assert john.counters().total == 0
    front.close()


@pytest.mark.parametrize("text", ["🖨️ jams", "مرحبا", "x" * 2000, "a\u202eb"])
def test_any_text_survives(tmp_path: Path, desk: Desk, how: EventMap, text: str) -> None:
    import_events(desk, written(tmp_path, row("T1", 0, title=text, words=text)), how)
    view = desk.ticket(only(desk))
    assert text in [entry.text for entry in view.thread]
    assert view.subject[:100] == text[:100]


EVENTS = """
source = "chat"
[file]
encoding = "utf-16"
delimiter = "\\t"
[columns]
id = "case"
time = "when"
activity = "what"
by = "who"
subject = "title"
group = "place"
caller = "from"
caller_phone = "phone"
caller_email = "mail"
organisation = "firm"
text = "words"
tags = "marks"
[activity]
"start" = "opened"
"wrote" = "message"
"answered" = "reply"
"moved" = "reassigned"
"end" = "closed"
[create]
group = "department"
"""
CASES = (
    "case\twhen\twhat\twho\ttitle\tplace\tfrom\tphone\tmail\tfirm\twords\tmarks\n"
    "c1\t2024-07-01T09:00:00+02:00\tstart\tEve\tNo sound\tSales\tAnn Roe\t+49 30 23125 431"
    "\tann@roe.example\tRoe & Co\t\tAudio, Room 2\n"
    "c1\t2024-07-01T09:01:00+02:00\twrote\tAnn\t\t\t\t\t\t\tI hear nothing.\t\n"
    "c1\t2024-07-01T09:02:00+02:00\tanswered\tEve\t\t\t\t\t\t\tTurn the knob.\t\n"
    "c1\t2024-07-01T09:03:00+02:00\tmoved\tEve\t\tWorkshop\t\t\t\t\t\t\n"
    "c1\t2024-07-01T09:04:00+02:00\tend\tEve\t\t\t\t\t\t\t\t\n"
)


def test_a_log_of_events_comes_in_with_its_conversation(tmp_path: Path, desk: Desk) -> None:
    file = tmp_path / "events.txt"
    file.write_text(CASES, encoding="utf-16")
    assert numbers(import_events(desk, file, read_map(EVENTS))) == (5, 5, 0, 0)
    view = desk.ticket(only(desk))
    assert (view.subject, view.state, view.department, view.reassignments) == (
        "No sound",
        "closed",
        "Workshop",
        1,
    )
    assert (view.opened, view.closed) == (JULY, JULY + 4 * MINUTE)
    assert [(entry.kind, entry.text) for entry in view.thread if entry.text] == [
        ("message", "I hear nothing."),
        ("reply", "Turn the knob."),
    ]
    assert view.tags == ("audio", "room-2")
    assert view.caller is not None
    assert (view.caller.name, view.caller.organisation) == ("Ann Roe", "Roe & Co")
    assert (view.caller.phones, view.caller.emails) == (("+49 30 23125 431",), ("ann@roe.example",))


def test_a_caller_whom_the_desk_knows_by_number_is_used(tmp_path: Path, desk: Desk) -> None:
    known = desk.add_person(NewPerson("Ann Roe", phones=("+493023125431",))).uid
    file = tmp_path / "events.txt"
    file.write_text(CASES, encoding="utf-16")
    import_events(desk, file, read_map(EVENTS))
    caller = desk.ticket(only(desk)).caller
    assert caller is not None
    assert caller.uid == known


def test_rows_that_cannot_be_kept_stop_the_import_before_it_begins(
    tmp_path: Path, desk: Desk, how: EventMap
) -> None:
    (tmp_path / "log.csv.rejected.csv").mkdir()
    before = facts(desk)
    with pytest.raises(Invalid, match="rejected"):
        import_events(desk, written(tmp_path, row("T1", 0), row("T2", 0, state="lost")), how)
    assert facts(desk) == before


def test_ids_from_outside_are_those_of_the_standard() -> None:
    desk = uuid.uuid4()
    name = json.dumps(["chat", "ticket", "c1"], separators=(",", ":"))
    assert derived_id(desk.hex, "chat", "ticket", ["c1"]) == uuid.uuid5(desk, name).hex


# ── Real data ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def incidents(real_data: Path) -> Path:
    return real_data / "log-incidents-servicenow" / "incident_event_log.csv.gz"


def test_the_first_incidents_of_a_real_log_come_in(tmp_path: Path, desk: Desk, incidents: Path) -> None:
    with gzip.open(incidents, "rt", encoding="utf-8") as file:
        lines = [next(file) for _ in range(1501)]
    part = tmp_path / "part.csv"
    part.write_text("".join(lines), encoding="utf-8")
    outcome = import_events(desk, part, load_map(MAPS / "servicenow-incidents.toml"))
    assert numbers(outcome) == (1500, 1500, 0, 0)
    assert desk.counters().total == len({line.split(",")[0] for line in lines[1:]})
    assert desk.check(rebuild=True).ok


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_the_whole_real_log_shows_the_published_counts(desk: Desk, incidents: Path) -> None:
    how = load_map(MAPS / "servicenow-incidents.toml")
    assert numbers(import_events(desk, incidents, how)) == (141_712, 141_712, 0, 0)
    (found,) = desk.report()
    assert (found.opened, found.assigned, found.reassigned, found.priority_changed) == (
        24_918,
        8_740,
        23_414,
        436,
    )
    assert (found.waiting, found.resolved, found.closed, found.reopened) == (6_398, 25_236, 24_930, 331)
    hardest = desk.ticket(desk.search("INC0005927")[0].row.number)
    assert hardest.reassignments == 27
    assert desk.ticket(desk.search("INC0019396")[0].row.number).reopens == 8
    before = desk.check(rebuild=True)
    assert before.ok
    assert numbers(import_events(desk, incidents, how)) == (141_712, 0, 141_712, 0)
    assert desk.check() == before
