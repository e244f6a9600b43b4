"""The map of an event log, the reading of its file, and what its rows come to."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.exchange.event_file import Rejected, read_log
from desktop_desk.exchange.event_map import EventMap, load_map, read_map
from desktop_desk.exchange.rows import Change, LogRow, changes

MAPS = Path(__file__).resolve().parents[2] / "desktop_desk" / "resources" / "maps"
UTC = ZoneInfo("UTC")

SMALL = """
source = "other desk"
mode = "snapshots"
[file]
delimiter = ";"
empty = ["-"]
[time]
formats = ["%d.%m.%Y %H:%M"]
zone = "Europe/Berlin"
[columns]
id = "Ticket"
time = "Changed"
subject = "Title"
agent = "Owner"
group = "Queue"
status = "State"
priority = "Prio"
[status]
"new" = { state = "open", name = "Open" }
"pending" = "waiting"
"done" = { state = "resolved", name = "Resolved" }
"??" = ""
[priority]
"1" = "A"
"3" = "C"
"""
HEAD = "Ticket;Changed;Title;Owner;Queue;State;Prio\n"
EVENTS = """
source = "app"
[columns]
id = "case"
time = "when"
activity = "what"
agent = "to"
text = "note"
by = "who"
[activity]
"Created" = "opened"
"Assign" = "assigned"
"Hand over" = "reassigned"
"Let go" = "released"
"Comment" = "note"
"Solve" = "resolved"
"Back" = "reopened"
"View" = "ignore"
"""


def log(tmp_path: Path, text: str | bytes, how: str = SMALL) -> list[LogRow | Rejected]:
    file = tmp_path / "log.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_log(file, read_map(how), UTC))


def good(rows: Iterable[LogRow | Rejected]) -> list[LogRow]:
    return [row for row in rows if isinstance(row, LogRow)]


def told(rows: Iterable[LogRow | Rejected], how: str = SMALL) -> list[tuple[str, dict[str, object]]]:
    return [(change.verb, dict(change.fields)) for change in changes(good(rows), read_map(how))]


def verbs(rows: Iterable[LogRow | Rejected], how: str = SMALL) -> list[str]:
    return [verb for verb, _fields in told(rows, how)]


# ── The map ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_shipped_maps_can_be_read() -> None:
    maps = sorted(MAPS.glob("*.toml"))
    assert maps
    assert [load_map(path).source for path in maps]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("source =", "sources ="), "sources"),
        (("mode =", "mood ="), "mood"),
        (('"snapshots"', '"guesses"'), "guesses"),
        (('id = "Ticket"', ""), "“id”"),
        (('time = "Changed"', ""), "“time”"),
        (('"Europe/Berlin"', '"Europe/Atlantis"'), "Atlantis"),
        (('"%d.%m.%Y %H:%M"', '"day first"'), "day first"),
        (('delimiter = ";"', 'delimiter = ";;"'), "delimiter"),
        (('delimiter = ";"', 'encoding = "klingon"'), "klingon"),
        (('"pending" = "waiting"', '"pending" = "asleep"'), "asleep"),
        (('"1" = "A"', '"1" = "Z"'), "“Z”"),
        (('agent = "Owner"', 'agent = ["Owner"]'), "agent"),
        (("[priority]", "[priority"), "TOML"),
        (("[priority]", '[create]\nopening_status = "nowhere"\n[priority]'), "nowhere"),
    ],
)
def test_a_wrong_map_says_what_is_wrong(change: tuple[str, str], says: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_map(SMALL.replace(*change, 1))
    assert says in str(caught.value)
    assert caught.value.field == "map"


def test_a_map_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no\.toml"):
        load_map(tmp_path / "no.toml")


def test_a_log_of_events_needs_a_column_of_activities() -> None:
    with pytest.raises(Invalid, match="activity"):
        read_map(SMALL.replace("snapshots", "events"))


# ── The file ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_read_with_its_time_in_the_zone_of_the_map(tmp_path: Path) -> None:
    (row,) = good(log(tmp_path, HEAD + "7;01.07.2024 09:30;Printer jams;-;Print room;new;1\n"))
    assert (row.thing, row.key, row.line, row.at) == ("7", "1", 2, 1_719_819_000_000)
    assert (row.shot.subject, row.shot.agent, row.shot.group, row.shot.priority) == (
        "Printer jams",
        "",
        "Print room",
        "A",
    )


def test_gzip_is_seen_from_the_file_and_not_from_its_name(tmp_path: Path) -> None:
    rows = log(tmp_path, gzip.compress((HEAD + "7;01.07.2024 09:30;a;-;-;new;1\n").encode()))
    assert len(good(rows)) == 1


def test_a_missing_column_stops_before_the_first_row(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        log(tmp_path, "Ticket;Changed;Title;Queue;State;Prio\n7;01.07.2024 09:30;a;b;new;1\n")
    assert "“Owner”" in str(caught.value)
    assert "Nothing was imported" in caught.value.advice


def test_an_empty_or_missing_or_torn_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="empty"):
        log(tmp_path, "")
    with pytest.raises(NotFound):
        list(read_log(tmp_path / "gone.csv", read_map(SMALL), UTC))
    packed = gzip.compress((HEAD + "7;01.07.2024 09:30;a;-;-;new;1\n" * 999).encode())
    with pytest.raises(Invalid, match="cannot be read to its end"):
        log(tmp_path, packed[: len(packed) // 2])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (b"7;31.02.2024 09:30;a;-;-;new;1\n", "no time"),
        (b"7;yesterday;a;-;-;new;1\n", "no time"),
        (b"7;;a;-;-;new;1\n", "has no time"),
        (b"-;01.07.2024 09:30;a;-;-;new;1\n", "what it is about"),
        (b"7;01.07.2024 09:30;a;-;-;new\n", "6 cells"),
        (b"7;01.07.2024 09:30;a;-;-;new;1;more\n", "8 cells"),
        (b"7;01.07.2024 09:30;a;-;-;frozen;1\n", "“frozen”"),
        (b"7;01.07.2024 09:30;a;-;-;new;9\n", "“9”"),
        (b"7;01.07.2024 09:30;caf\xe9;-;-;new;1\n", "encoding"),
        (b"7;01.07.2024 09:30;a\0b;-;-;new;1\n", "NUL"),
    ],
)
def test_a_broken_row_is_rejected_with_its_line_and_the_rest_is_read(
    tmp_path: Path, row: bytes, why: str
) -> None:
    fine = b"8;01.07.2024 09:31;two\nlines;-;-;new;1\n".replace(b"two\nlines", b'"two\nlines"')
    rows = log(tmp_path, HEAD.encode() + fine + row + fine)
    (bad,) = [each for each in rows if isinstance(each, Rejected)]
    assert why in bad.why
    assert bad.line == 4
    assert all(cell.isprintable() for cell in bad.cells)
    assert [each.line for each in good(rows)] == [2, 5]


def test_without_a_column_for_it_rows_are_told_apart_by_their_place(tmp_path: Path) -> None:
    row = "7;01.07.2024 09:30;a;-;-;new;1\n"
    assert [each.id for each in good(log(tmp_path, HEAD + row + row))] == ["7/1", "7/2"]


def test_two_rows_that_claim_to_be_the_same_are_still_two(tmp_path: Path) -> None:
    how = SMALL.replace("[columns]", '[columns]\nrow = "Prio"')
    row = "7;01.07.2024 09:30;a;-;-;new;1\n"
    assert [each.id for each in good(log(tmp_path, HEAD + row + row, how))] == ["7/1", "7/1.2"]


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("iso", "2024-07-01T09:30:00+02:00"),
        ("iso", "2024-07-01T07:30:00Z"),
        ("unix", "1719819000"),
        ("unix_ms", "1719819000000"),
    ],
)
def test_times_are_read_in_any_format_of_the_map(tmp_path: Path, format_: str, text: str) -> None:
    how = SMALL.replace("%d.%m.%Y %H:%M", format_)
    (row,) = good(log(tmp_path, HEAD + f"7;{text};a;-;-;new;1\n", how))
    assert row.at == 1_719_819_000_000


# ── What rows come to ────────────────────────────────────────────────────────────────────────────────────────────


def snapshots(tmp_path: Path, *cells: str) -> list[LogRow | Rejected]:
    return log(
        tmp_path, HEAD + "".join(f"7;01.07.2024 09:{place:02d};{row}\n" for place, row in enumerate(cells))
    )


def test_opening_with_an_agent_is_not_an_assignment(tmp_path: Path) -> None:
    (opened,) = told(snapshots(tmp_path, "Mouse;Ann;Desk side;new;3"))
    assert opened[0] == "opened"
    assert (opened[1]["agent"], opened[1]["group"]) == ("Ann", "Desk side")


def test_a_thing_first_seen_resolved_was_opened_and_resolved(tmp_path: Path) -> None:
    assert verbs(snapshots(tmp_path, "Mouse;-;-;done;3")) == ["opened", "resolved"]


def test_differences_become_what_happened(tmp_path: Path) -> None:
    rows = snapshots(
        tmp_path,
        "Mouse;-;A;new;3",
        "Mouse;Ann;A;new;3",
        "Mouse;Ann;B;new;3",
        "Mouse;Bob;B;new;1",
        "Mouse;-;B;pending;1",
        "Two mice;-;B;??;1",
        "Two mice;-;B;done;1",
        "Two mice;-;B;new;1",
    )
    assert verbs(rows) == [
        "opened", "assigned", "reassigned", "prioritised", "reassigned", "released", "status_set", "edited",
        "resolved", "reopened",
    ]  # fmt: skip


def test_a_row_without_a_difference_tells_nothing(tmp_path: Path) -> None:
    assert verbs(snapshots(tmp_path, "Mouse;-;A;new;3", "Mouse;-;A;new;3")) == ["opened"]


def test_no_row_gives_two_changes_of_one_verb(tmp_path: Path) -> None:
    how = SMALL.replace("[columns]", '[columns]\nreassignments = "Count"')
    head = HEAD.replace("Prio", "Prio;Count")
    text = head + "7;01.07.2024 09:00;Mouse;Ann;A;new;3;0\n7;01.07.2024 09:01;Rat;Bob;B;new;3;0\n"
    found = told(log(tmp_path, text, how), how)
    assert [verb for verb, _fields in found] == ["opened", "edited"]
    assert found[1][1] == {"subject": "Rat", "agent": "Bob", "group": "B"}


def test_events_tell_what_their_activity_says(tmp_path: Path) -> None:
    text = (
        "case,when,what,to,note,who\n"
        "c1,2024-07-01T09:00:00Z,Created,,It is broken,Ann\n"
        "c1,2024-07-01T09:01:00Z,Assign,Bob,,Ann\n"
        "c1,2024-07-01T09:02:00Z,Hand over,Bob,same again,Bob\n"
        "c1,2024-07-01T09:03:00Z,View,,,Eve\n"
        "c1,2024-07-01T09:04:00Z,Comment,,I looked,Bob\n"
        "c1,2024-07-01T09:05:00Z,Let go,,,Bob\n"
        "c1,2024-07-01T09:06:00Z,Solve,,,Bob\n"
        "c1,2024-07-01T09:07:00Z,Back,,,Ann\n"
    )
    found = told(log(tmp_path, text, EVENTS), EVENTS)
    assert [verb for verb, _fields in found] == [
        "opened", "noted", "assigned", "reassigned", "noted", "noted", "released", "resolved", "reopened",
    ]  # fmt: skip
    assert found[2][1] == {"agent": "Bob"}
    assert found[6][1] == {"agent": ""}


def test_a_log_that_begins_in_the_middle_still_opens_its_things(tmp_path: Path) -> None:
    text = "case,when,what,to,note,who\nc1,2024-07-01T09:06:00Z,Solve,,,Bob\n"
    assert verbs(log(tmp_path, text, EVENTS), EVENTS) == ["opened", "resolved"]


def test_later_rows_go_on_from_what_was_known(tmp_path: Path) -> None:
    rows = good(snapshots(tmp_path, "Mouse;-;A;new;3", "Mouse;Ann;A;new;3"))
    how = read_map(SMALL)
    assert [change.verb for change in changes(rows[1:], how, rows[0].shot)] == ["assigned"]


# ── Real data ────────────────────────────────────────────────────────────────────────────────────────────────────

PUBLISHED = {
    "opened": 24_918, "assigned": 8_740, "reassigned": 23_414, "priority_changed": 436, "waiting": 6_398,
    "resolved": 25_236, "closed": 24_930, "reopened": 331,
}  # fmt: skip


@pytest.fixture(scope="module")
def incidents(real_data: Path) -> Path:
    return real_data / "log-incidents-servicenow" / "incident_event_log.csv.gz"


def raw_counts(path: Path) -> Counter[str]:
    """The published counts, from the raw rows alone and by nothing of ours."""
    found: Counter[str] = Counter()
    before: dict[str, str] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            first = row["number"] != before.get("number")
            state = row["incident_state"]
            if first:
                found["opened"] += 1
                before = dict.fromkeys(row, "")
            else:
                found["assigned"] += before["assigned_to"] == "?" != row["assigned_to"]
                found["reassigned"] += int(row["reassignment_count"]) > int(before["reassignment_count"])
                found["reopened"] += int(row["reopen_count"]) > int(before["reopen_count"])
                found["priority_changed"] += row["priority"] != before["priority"]
            if state != before["incident_state"]:
                found["waiting"] += state.startswith("Awaiting")
                found["resolved"] += state == "Resolved"
                found["closed"] += state == "Closed"
            before = row
    return found


def changes_of(path: Path, how: EventMap) -> Iterable[Change]:
    things: dict[str, list[LogRow]] = {}
    for row in read_log(path, how, UTC):
        assert isinstance(row, LogRow), row
        things.setdefault(row.thing, []).append(row)
    for rows in things.values():
        yield from changes(rows, how)


def test_the_raw_rows_of_the_incident_log_come_to_the_published_counts(incidents: Path) -> None:
    assert dict(raw_counts(incidents)) == PUBLISHED


def test_the_changes_of_the_incident_log_come_to_the_published_counts(incidents: Path) -> None:
    names = {"prioritised": "priority_changed"}
    found: Counter[str] = Counter()
    of_thing: Counter[tuple[str, str]] = Counter()
    unique: set[tuple[str, str]] = set()
    for change in changes_of(incidents, load_map(MAPS / "servicenow-incidents.toml")):
        found[names.get(change.verb, change.verb)] += 1
        status = change.fields.get("status")
        found["waiting"] += status is not None and status.state == "waiting"
        of_thing[change.row.split("/")[0], change.verb] += 1
        unique.add((change.row, change.verb))
    assert {name: found[name] for name in PUBLISHED} == PUBLISHED
    assert of_thing["INC0005927", "reassigned"] == 27
    assert of_thing["INC0019396", "reopened"] == 8
    assert len(unique) == sum(of_thing.values())
