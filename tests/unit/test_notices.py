"""What an agent is told of: cells, quiet hours, near times, and what an act is for him."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from desktop_desk.domain.calendars import Calendar
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, Fact, ReplicaId
from desktop_desk.domain.notices import (
    EVENTS,
    Matrix,
    Quiet,
    cell_field,
    clock,
    events_of,
    kept_quiet,
    lead_of,
    matrix_of,
    mentions,
    near_from,
    next_at,
    read_clock,
    read_quiet,
)

BERLIN = ZoneInfo("Europe/Berlin")
ME, OTHER = EntityId("a" * 32), EntityId("b" * 32)
HOUR = 3_600_000


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


def fact(verb: str, **fields: object) -> Fact:
    return Fact(
        ReplicaId("c" * 32), 1, 1, 0, 1, 1, 1, OTHER, verb, EntityId("d" * 32), EntityId("d" * 32), fields
    )


def events(*facts: Fact) -> tuple[str, ...]:
    return events_of(facts, ME, "john", ("e" * 32,))


def test_a_cell_that_was_not_set_has_its_default_and_one_that_was_emptied_stays_empty() -> None:
    assert Matrix().cell("caller", "mine") == {"list", "tray"}
    assert matrix_of({"notice:caller:mine": ""}).cell("caller", "mine") == frozenset()
    assert matrix_of({"notice:caller:mine": "mail blink"}).cell("caller", "mine") == {"mail"}


def test_what_a_newer_version_wrote_counts_for_nothing() -> None:
    assert matrix_of({"notice:thunder:mine": "list", "notice:new:mine": "tray", "notice:": "x"}).own == {}


def test_the_channels_of_an_event_are_those_of_all_relations_and_the_nearest_is_the_reason() -> None:
    matrix = matrix_of({"notice:status:all": "mail", "notice:status:followed": "list mail"})
    assert matrix.channels("status", ("followed", "all")) == {"list": "followed", "mail": "followed"}
    assert matrix.channels("status", ("all",)) == {"mail": "all"}
    assert matrix.channels("status", ("mine", "all"))["mail"] == "all"


def test_calls_that_are_owed_and_mentions_stand_in_the_list_however_it_is_set() -> None:
    matrix = matrix_of({"notice:mention:mine": "", "notice:missed:all": "", "notice:call_back:mine": ""})
    assert "list" in matrix.cell("mention", "mine") & matrix.cell("missed", "all")
    assert matrix.cell("call_back", "mine") == {"list"}


@pytest.mark.parametrize(
    ("event", "relation", "channels"),
    [("thunder", "mine", ("list",)), ("mention", "all", ("list",)), ("new", "team", ("smoke",))],
)
def test_a_cell_that_means_nothing_is_refused(event: str, relation: str, channels: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        cell_field(event, relation, channels)


def test_a_cell_is_kept_in_one_order() -> None:
    assert cell_field("new", "team", ("mail", "list")) == ("notice:new:team", "list mail")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("18:00-07:30", "18:00-07:30"), ("18.00 - 7.30", None), ("22:00-06:00 sat sun", "22:00-06:00 sat sun"),
        ("Sun, Sat", "sat sun"), ("fri-mon", "mon fri sat sun"), ("saturday", "sat"), ("off", ""), ("", ""),
    ],
)  # fmt: skip
def test_quiet_hours_are_read_and_written(text: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(Invalid):
            read_quiet(text)
    else:
        assert str(read_quiet(text) or "") == kept
        assert str(read_quiet(kept) or "") == kept


@pytest.mark.parametrize(
    "text", ["25:00-07:00", "18:00", "18:00-", "08:00-08:00", "whenever", "1:00-2:00 3:00-4:00"]
)
def test_what_is_no_time_is_refused_and_never_kept_quiet(text: str) -> None:
    with pytest.raises(Invalid):
        read_quiet(text)
    assert kept_quiet(text) is None


def test_a_night_that_is_quiet_ends_in_the_morning() -> None:
    quiet = Quiet(read_clock("18:00"), read_clock("7:30"))
    assert quiet.until(at("2026-03-02T17:59"), BERLIN) is None
    assert quiet.until(at("2026-03-02T18:00"), BERLIN) == at("2026-03-03T07:30")
    assert quiet.until(at("2026-03-03T07:29"), BERLIN) == at("2026-03-03T07:30")
    assert quiet.until(at("2026-03-03T07:30"), BERLIN) is None


def test_a_quiet_weekend_is_one_with_the_nights_around_it() -> None:
    quiet = read_quiet("18:00-07:30 sat sun")
    assert quiet is not None
    assert quiet.until(at("2026-03-06T20:00"), BERLIN) == at("2026-03-09T07:30")


def test_the_night_of_the_changed_clocks_ends_when_the_clock_says_so() -> None:
    quiet = Quiet(read_clock("22:00"), read_clock("06:00"))
    end = quiet.until(at("2026-03-28T23:00"), BERLIN)
    assert end is not None
    assert datetime.fromtimestamp(end / 1000, UTC).isoformat() == "2026-03-29T04:00:00+00:00"


def test_days_that_are_all_quiet_have_an_end_to_look_for() -> None:
    quiet = read_quiet("mon-sun")
    assert quiet is not None
    assert quiet.until(at("2026-03-02T10:00"), BERLIN) is not None


def test_the_next_time_of_day_is_never_now() -> None:
    assert next_at(480, at("2026-03-02T07:00"), BERLIN) == at("2026-03-02T08:00")
    assert next_at(480, at("2026-03-02T08:00"), BERLIN) == at("2026-03-03T08:00")
    assert clock(read_clock("8:05")) == "08:05"


def test_a_due_time_is_near_an_hour_before_but_never_more_than_a_quarter_of_the_promise() -> None:
    assert lead_of(60) == 15
    assert lead_of(16 * 60) == 60
    assert lead_of(0) == 60


def test_a_due_time_of_the_morning_is_near_the_evening_before() -> None:
    office = Calendar("Office", "Europe/Berlin", (((8 * 60, 17 * 60),),) * 5 + ((), ()))
    assert near_from(at("2026-03-02T08:20"), 60, office) == at("2026-02-27T16:20")
    assert near_from(at("2026-03-02T12:00"), 60, office) == at("2026-03-02T11:00")
    assert near_from(at("2026-03-02T09:00"), 60, office) == at("2026-03-02T08:00")
    assert near_from(at("2026-03-01T12:00"), 60, office) == at("2026-02-27T16:00"), "set by hand, on a Sunday"
    assert near_from(at("2026-03-02T08:20"), 60, None) == at("2026-03-02T07:20")


def test_a_calendar_without_hours_counts_plain_minutes() -> None:
    never = Calendar("Never", "Europe/Berlin", ((),) * 7)
    assert near_from(at("2026-03-02T08:20"), 60, never) == at("2026-03-02T07:20")


def test_a_login_is_mentioned_only_whole() -> None:
    assert mentions("please ask @John.", "john")
    assert not mentions("mail john@john.example or @johnny", "john")


def test_an_act_is_what_weighs_most_for_the_agent() -> None:
    assert events(fact("opened", agent=ME), fact("called", text="x")) == ("assigned", "new")
    assert events(fact("reassigned", agent=ME), fact("noted", text="your turn @john")) == (
        "mention", "assigned", "colleague",
    )  # fmt: skip
    assert events(fact("reassigned", agent=None, team="e" * 32)) == ("assigned", "changed")
    assert events(fact("reassigned", agent=OTHER)) == ("changed",)
    assert events(fact("messaged", text="x", kind="bounce"), fact("noted", text="y")) == ("bounce",)
    assert events(fact("mail_failed"), fact("noted", text="could not be delivered")) == ("bounce",)
    assert events(fact("called", direction="in"), fact("reopened")) == ("caller", "status")
    assert events(fact("called", direction="out")) == ("colleague",)
    assert events(fact("tagged"), fact("followed"), fact("numbered")) == ()


def test_every_event_has_words_and_a_place_in_the_matrix() -> None:
    assert all(EVENTS.values())
    assert Matrix().channels("new", ("team", "all")) == {"tray": "team"}
