"""The store's own promises on every engine: the journal, transactions that are whole or not at all, other windows."""

import pytest

from desktop_desk.desk.ports import Draft, Position
from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.facts import EntityId, FactId
from desktop_desk.domain.numbers import format_number, number_rank
from tests.builders import PASSWORD, a_ticket, kens_ticket
from tests.engines import AnEngine
from tests.fakes import HOUR


class Interrupted(Exception):
    """What a test throws into the middle of a transaction."""


def everything(office: AnEngine) -> tuple[object, ...]:
    """All that must be as before when a transaction failed."""
    store = office.store
    return (
        office.ada.check(), store.journal.count(), store.journal.position(), store.journal.highest_counter(),
        office.ada.counters(), office.ada.queue("all", "number").rows, store.logins.tries("ken"),
        [person.uid for person in office.ada.all_people()], office.ada.report(), office.jane.inbox(),
        office.ada.directory().teams, office.ada.search("printer"), store.log.note("hub"),
    )  # fmt: skip


# ── the journal ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_facts_are_numbered_without_a_gap_and_read_by_what_they_are_about(office: AnEngine) -> None:
    number = kens_ticket(office.john)
    office.jane.reply(number, "hello")
    office.jane.resolve(number)
    journal = office.store.journal
    ticket = office.john.ticket(number).uid
    thread = journal.of_ticket(ticket)
    arrivals = journal.by_arrival(range(1, journal.count() + 1))
    assert [fact.seq for fact in arrivals.values()] == list(range(1, journal.count() + 1))
    assert {fact.id for fact in thread} == {fact.id for fact in arrivals.values() if fact.ticket == ticket}
    assert {fact.id for fact in journal.of_entity(ticket, ticket)} == {
        fact.id for fact in thread if fact.entity == ticket
    }
    for fact in thread:
        assert journal.of_act(fact.act_id) == [
            other for other in thread if other.act_id == fact.act_id
        ] or any(other.ticket is None for other in journal.of_act(fact.act_id))
    assert [fact.verb for fact in journal.of_verb("replied")] == ["replied"]
    assert journal.of_act(FactId(journal.own, 10_000)) == []
    assert journal.by_arrival([10_000]) == {}


def test_an_agents_acts_are_read_newest_first_and_page_by_page(office: AnEngine) -> None:
    numbers = [a_ticket(office.jane, f"number {n}") for n in range(5)]
    newest = office.store.journal.by_actor(office.jane.actor.uid)
    assert [fact.fields["subject"] for fact in newest if fact.verb == "opened"] == [
        f"number {n}" for n in reversed(range(5))
    ]
    first = office.store.journal.by_actor(office.jane.actor.uid, limit=2)
    rest = office.store.journal.by_actor(office.jane.actor.uid, before=first[-1].arrival)
    assert [fact.id for fact in (*first, *rest)] == [fact.id for fact in newest]
    assert len(numbers) == len(set(numbers))


def test_who_undid_what_is_known(office: AnEngine) -> None:
    number = a_ticket(office.john)
    act = office.john.set_priority(number, "A").act
    undo = office.john.undo().act
    redo = office.john.redo().act
    journal = office.store.journal
    assert journal.undoing(FactId.parse(act)) == (FactId.parse(undo),)
    assert journal.undoing(FactId.parse(undo)) == (FactId.parse(redo),)
    assert journal.undoing(FactId.parse(redo)) == ()


def test_equal_facts_have_equal_digests_and_any_other_fact_another(office: AnEngine) -> None:
    first = office.ada.check().digest
    assert office.ada.check().digest == first
    a_ticket(office.john)
    assert office.ada.check().digest != first


def test_a_value_that_has_no_one_text_is_refused_and_nothing_is_kept(office: AnEngine) -> None:
    before = everything(office)
    entity = EntityId("f" * 32)
    with pytest.raises(ValueError, match="float"), office.store.writing():
        office.store.journal.append([Draft("edited", entity, {"x": 1.5}, ticket=entity)], None, None)
    assert everything(office) == before


def test_nothing_is_written_outside_a_transaction(office: AnEngine) -> None:
    before = everything(office)
    entity = EntityId("f" * 32)
    with pytest.raises(Exception, match=r".") as refusal:
        office.store.journal.append([Draft("person_added", entity, {"name": "x"})], None, None)
    assert not isinstance(refusal.value, AssertionError)
    assert everything(office) == before


def test_what_a_form_had_been_shown_stands_in_the_fact(office: AnEngine) -> None:
    number = a_ticket(office.john)
    shown = office.john.ticket(number).position
    office.jane.edit(number, subject="two")
    office.john.edit(number, subject="three", seen=shown)
    ticket = office.john.ticket(number)
    (fact,) = [
        one for one in office.store.journal.of_ticket(ticket.uid) if one.fields.get("subject") == "three"
    ]
    assert fact.seen == shown.seq < fact.seq - 1
    assert [rival.value for rival in ticket.conflicts[0].rivals] == ["two"]


# ── all or nothing ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_transaction_that_fails_leaves_everything_as_it_was(office: AnEngine) -> None:
    number = kens_ticket(office.john, "printer jams")
    office.jane.follow(number)
    before = everything(office)

    def play() -> None:
        a_ticket(office.jane, "printer burns", tags=("new",))
        office.jane.reply(number, "printer again", resolve=True)
        kens_ticket(office.jane, "another printer")
        office.ada.add("team", name="Fire brigade", members=("john",))
        office.ada.change_settings(zone="Asia/Tokyo")
        office.store.logins.failed("ken", 3, 99)
        office.store.log.keep_note("hub", "folder:somewhere")
        assert everything(office) != before
        raise Interrupted

    with pytest.raises(Interrupted), office.store.writing():
        play()
    assert everything(office) == before
    assert office.ada.check(rebuild=True).ok
    assert everything(office) == before
    assert a_ticket(office.john) == format_number(1002)


def test_a_transaction_within_another_is_part_of_it(office: AnEngine) -> None:
    before = everything(office)

    def play() -> None:
        with office.store.writing():
            a_ticket(office.john, "printer")
        raise Interrupted

    with pytest.raises(Interrupted), office.store.writing():
        play()
    assert everything(office) == before


def test_a_refused_act_leaves_nothing(office: AnEngine) -> None:
    number = a_ticket(office.john, "printer")
    before = everything(office)
    for act in (
        lambda: office.john.merge(number, number),
        lambda: office.john.assign(number, "nobody"),
        lambda: office.vera.resolve(number),
        lambda: office.john.set_status([number, format_number(1002)], "resolved"),
        lambda: office.john.reply(number, " "),
    ):
        with pytest.raises(DeskError):
            act()
        assert everything(office) == before


# ── other windows ────────────────────────────────────────────────────────────────────────────────────────────────


def test_another_window_sees_what_was_written_and_is_told_that_something_was(office: AnEngine) -> None:
    other = office.another_window()
    jane = other.log_in("jane", PASSWORD)
    version = other.data_version()
    assert other.data_version() == version
    number = a_ticket(office.john, "printer")
    assert other.data_version() != version
    assert jane.ticket(number).subject == "printer"
    assert jane.counters().queues["open"] == 1
    office.ada.add("team", name="Fire brigade", members=("jane",))
    assert "Fire brigade" in [team.name for team in jane.directory().teams]
    own = office.front.data_version()
    jane.reply(number, "hello")
    assert office.front.data_version() != own
    assert office.john.ticket(number).thread[-1].by == "jane"


def test_numbers_of_two_windows_are_never_the_same(office: AnEngine) -> None:
    jane = office.another_window().log_in("jane", PASSWORD)
    numbers = [a_ticket(desk, f"n {n}") for n in range(6) for desk in (office.john, jane)]
    assert len(set(numbers)) == len(numbers) == office.ada.counters().total


def test_a_reading_is_one_view(office: AnEngine) -> None:
    number = a_ticket(office.john, "printer")
    with office.store.reading():
        first = office.john.ticket(number)
        assert office.john.ticket(number) == first
        assert office.john.queue("open").rows[0].number == number


# ── queues ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def crowd(office: AnEngine) -> AnEngine:
    """Thirty tickets with ties in every order."""
    for n in range(30):
        desk = (office.ada, office.john, office.jane)[n % 3]
        number = a_ticket(
            desk, ("printer", "Printer", "ärger", "Ärger", "🔥", "تعطل", "Zebra")[n % 7], priority="ABCD"[n % 4],
            agent=(None, "john", "jane")[n % 3], team=(None, None, "Night shift")[n % 3],
            topic=(None, "Feedback")[n % 2], due=(None, office.clock.now + (n % 3) * HOUR)[n % 2],
        )  # fmt: skip
        if n % 5 == 0:
            desk.set_status(number, ("waiting", "resolved", "closed")[n % 3])
        if n % 11 == 10:
            desk.undo()
        office.clock.passes(minutes=n % 2 * 30)
    return office


def test_every_queue_in_every_order_window_by_window(crowd: AnEngine) -> None:
    counts = crowd.jane.counters().queues
    for queue in QUEUES:
        for sort in SORTS:
            for descending in (False, True):
                whole = crowd.jane.queue(queue, sort, descending=descending, count=100).rows
                assert len({row.number for row in whole}) == len(whole) == counts[queue]
                pieces = [
                    row
                    for start in range(0, len(whole) + 7, 7)
                    for row in crowd.jane.queue(queue, sort, descending=descending, start=start, count=7).rows
                ]
                assert pieces == list(whole), (queue, sort, descending)


@pytest.mark.parametrize("sort", ["number", "subject", "caller", "due", "updated", "opened"])
def test_a_window_goes_on_after_the_last_row_shown(crowd: AnEngine, sort: str) -> None:
    for queue in ("open", "all", "mine"):
        for descending in (False, True):
            whole = crowd.jane.queue(queue, sort, descending=descending, count=100).rows
            for place, row in enumerate(whole[:-1]):
                value = number_rank(row.number) if sort == "number" else getattr(row, sort)
                following = crowd.jane.queue(
                    queue, sort, descending=descending, start=place + 1, count=3, after=(value, row.id)
                )
                assert following.rows == whole[place + 1 : place + 4], (queue, sort, descending, place)


# ── the log ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_log_is_given_whole_act_by_act(office: AnEngine) -> None:
    kens_ticket(office.john)
    log = office.store.log
    reach = log.vector()[log.own]
    assert log.vector() == {log.own: reach}
    entries = log.entries(log.own, 0)
    assert [entry.fact.seq for entry in entries] == list(range(1, reach + 1))
    assert log.hash_at(FactId(log.own, reach)) == entries[-1].hash
    assert log.hash_at(FactId(log.own, reach + 1)) is None
    assert log.hashes_at(log.own, [1, reach, reach + 1]) == {1: entries[0].hash, reach: entries[-1].hash}
    assert log.hashes_at(log.own, range(1, reach + 700)) == {entry.fact.seq: entry.hash for entry in entries}
    after, pieces = 0, []
    while piece := log.entries(log.own, after, limit=2):
        pieces += piece
        after = piece[-1].fact.seq
        assert piece[-1].fact.seq == max(
            entry.fact.seq for entry in entries if entry.fact.act == piece[-1].fact.act
        )
    assert pieces == entries


def test_settings_of_the_file_alone_are_kept(office: AnEngine) -> None:
    log = office.store.log
    assert log.note("hub") == ""
    log.keep_note("hub", "folder:/ümlaut")
    log.keep_note("hub", "folder:/b")
    assert log.note("hub") == "folder:/b"
    assert office.another_window().log_in("ada", PASSWORD).store.log.note("hub") == "folder:/b"
    assert office.store.journal.position() == Position(office.store.journal.count())


@pytest.mark.parametrize("soonest", [False, True])
def test_what_is_due_is_read_from_either_end_and_ties_by_id(office: AnEngine, soonest: bool) -> None:
    start = office.clock.now + HOUR
    for n in range(6):
        a_ticket(office.john, f"number {n}", agent="jane", due=start + n // 2 * HOUR)
    jane = office.store.directory().agent("jane")
    assert jane is not None
    found = office.store.news.due_within(start, start + HOUR, "agent", jane.id, 3, soonest=soonest)
    expected = [0, 1, 2] if soonest else [3, 2, 1]
    assert [record.subject for record in found] == [f"number {n}" for n in expected]
