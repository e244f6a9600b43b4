"""Logs between replicas: what one wrote is taken in by another, whole, in any order, and comes to the same."""

import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.views import NewPerson
from desktop_desk.domain.errors import Invalid, NotAllowed, StorageUnavailable
from desktop_desk.domain.facts import EntityId, FactId, ReplicaId
from desktop_desk.domain.log import LogEntry, from_line, to_line
from desktop_desk.domain.named import held_entity
from tests.builders import ADesk, kens_ticket, opened, store_of, texts


def another_replica(desk: ADesk, name: str) -> ADesk:
    """A second replica of a desk: made of a backup, with its own letter."""
    copy = desk.path.with_name(f"{name}.backup")
    desk.ada.backup(copy)
    path = desk.path.with_name(name)
    bootstrap.restore_desk(copy, path)
    return ADesk(path, desk.clock, opened(path, desk.clock))


@pytest.fixture
def laptop(office: ADesk) -> Iterator[ADesk]:
    kens_ticket(office.john)
    made = another_replica(office, "laptop.desk")
    yield made
    made.close()


def news_for(desk: ADesk, other: ADesk) -> list[LogEntry]:
    """What one replica has that the other lacks, as it would be sent."""
    have = desk.ada.store.log.vector()
    log = other.ada.store.log
    return [
        from_line(to_line(entry))
        for replica, seq in log.vector().items()
        if seq > have.get(replica, 0)
        for entry in log.entries(replica, have.get(replica, 0), limit=1_000_000)
    ]


def exchange(one: ADesk, two: ADesk) -> None:
    one.ada.store.log.apply(news_for(one, two))
    two.ada.store.log.apply(news_for(two, one))


def assert_same(one: ADesk, two: ADesk) -> None:
    checks = [desk.ada.check(rebuild=True) for desk in (one, two)]
    assert [check.problems for check in checks] == [(), ()]
    assert checks[0].digest == checks[1].digest
    numbers = one.ada.numbers()
    assert sorted(numbers) == sorted(two.ada.numbers())
    for number in numbers:
        views = [desk.ada.ticket(number) for desk in (one, two)]
        assert texts(views[0]) == texts(views[1])
        assert {c.field: c.shown for c in views[0].conflicts} == {
            c.field: c.shown for c in views[1].conflicts
        }
        assert (views[0].priority, views[0].agent, views[0].status) == (
            views[1].priority,
            views[1].agent,
            views[1].status,
        )


def test_two_replicas_that_exchanged_their_logs_have_the_same_desk(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    office.john.note(number, "looked at it")
    laptop.jane.reply(number, "renewed the certificate")
    there = kens_ticket(laptop.jane)
    exchange(office, laptop)
    assert "renewed the certificate" in texts(office.john.ticket(number))
    assert office.john.ticket(there).subject == laptop.jane.ticket(there).subject
    assert_same(office, laptop)


def test_two_edits_of_one_field_stand_beside_each_other_on_both(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    office.john.set_priority(number, "A")
    laptop.jane.set_priority(number, "B")
    exchange(office, laptop)
    for desk in (office, laptop):
        (conflict,) = desk.ada.ticket(number).conflicts
        assert {conflict.shown, *(rival.value for rival in conflict.rivals)} == {
            "Emergency (Sev-A)",
            "High (Sev-B)",
        }
    office.john.settle(number, "priority", "B")
    exchange(office, laptop)
    assert not laptop.ada.ticket(number).conflicts
    assert_same(office, laptop)


def test_a_form_opened_before_the_exchange_makes_a_rival_and_overwrites_nothing(
    office: ADesk, laptop: ADesk
) -> None:
    number = office.ada.numbers()[0]
    form = office.john.ticket(number)
    laptop.jane.edit(number, subject="From the laptop")
    exchange(office, laptop)
    office.john.note(number, "written since, having seen the exchange")
    office.john.edit(number, subject="From the stale form", seen=form.position)
    exchange(office, laptop)
    for desk in (office, laptop):
        (conflict,) = desk.ada.ticket(number).conflicts
        assert {conflict.shown, *(rival.value for rival in conflict.rivals)} == {
            "From the laptop",
            "From the stale form",
        }
    assert_same(office, laptop)


def test_after_an_exchange_a_change_by_one_who_was_shown_the_other_is_no_conflict(
    office: ADesk, laptop: ADesk
) -> None:
    number = office.ada.numbers()[0]
    laptop.jane.set_priority(number, "B")
    exchange(office, laptop)
    office.john.note(number, "one act")
    office.john.set_priority(number, "A")
    exchange(office, laptop)
    assert not laptop.ada.ticket(number).conflicts
    assert laptop.ada.ticket(number).priority == "A"
    assert_same(office, laptop)


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_arrival_makes_no_difference(office: ADesk, laptop: ADesk, seed: int) -> None:
    chance = random.Random(seed)
    number = office.ada.numbers()[0]
    third = another_replica(office, "third.desk")
    laptop.jane.add_person(NewPerson(name="Ann Roe", phones=("0301234567",), organisation="Roe Ltd"))
    laptop.jane.note(number, "from the laptop")
    there = kens_ticket(laptop.jane)
    laptop.ada.add("team", name="Late shift")
    laptop.jane.assign(there, "Late shift", "yours")
    exchange(office, laptop)
    office.john.reply(there, "on it")
    office.john.mark_seen(there)
    office.john.assign(there, "jane", "back to you")
    office.john.undo()
    entries = news_for(third, office)
    by_log: dict[ReplicaId, list[LogEntry]] = {}
    for entry in entries:
        by_log.setdefault(entry.fact.replica, []).append(entry)
    # One log after the other, or torn between acts, in any order of logs.
    while any(by_log.values()):
        log = chance.choice([log for log in by_log.values() if log])
        acts = sorted({entry.fact.act for entry in log})
        last = chance.choice(acts)
        part = [entry for entry in log if entry.fact.act <= last]
        third.ada.store.log.apply([*part, *part[:2]])
        del log[: len(part)]
    exchange(office, third)
    assert_same(office, third)
    third.close()


def test_a_changed_entry_is_refused_whole(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    laptop.jane.note(number, "one")
    laptop.jane.note(number, "two")
    entries = news_for(office, laptop)
    forged = [
        replace(entry, fact=replace(entry.fact, fields={**entry.fact.fields, "text": "never said"}))
        if entry.fact.fields.get("text") == "two"
        else entry
        for entry in entries
    ]
    before = office.ada.check().digest
    with pytest.raises(Invalid, match="changed after it was written"):
        office.ada.store.log.apply(forged)
    assert office.ada.check().digest == before
    assert texts(office.ada.ticket(number)) == texts(office.ada.ticket(number))
    assert "one" not in texts(office.ada.ticket(number))


def test_a_refused_batch_leaves_no_word_behind_that_stands_for_another(office: ADesk, laptop: ADesk) -> None:
    def say(desk: ADesk, verb: str) -> None:
        with desk.ada.store.writing():
            desk.ada.store.journal.append([Draft(verb, EntityId("ab" * 16), {})], None, None)

    laptop.jane.note(office.ada.numbers()[0], "the laptop is known")
    exchange(office, laptop)
    say(laptop, "robot_added")
    laptop.jane.note(office.ada.numbers()[0], "said")
    entries = news_for(office, laptop)
    forged = replace(entries[-1], fact=replace(entries[-1].fact, fields={"name": "never said"}))
    with pytest.raises(Invalid, match="changed after it was written"):
        office.ada.store.log.apply([*entries[:-1], forged])
    say(office, "teapot_added")
    exchange(office, laptop)
    assert [fact.verb for fact in office.ada.store.journal.of_entity(EntityId("ab" * 16), None)] == [
        "teapot_added",
        "robot_added",
    ]
    assert_same(office, laptop)


def test_what_could_not_be_taken_in_is_not_written_with_the_next_act(
    office: ADesk, laptop: ADesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def until_full(sql: str, rows: Sequence[Sequence[object]]) -> None:
        if sql.startswith("INSERT INTO ticket "):
            raise StorageUnavailable("full", "the disk is full")
        run_many(sql, rows)

    database = store_of(office).database
    run_many = database.run_many
    kens_ticket(laptop.jane)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(database, "run_many", until_full)
        with pytest.raises(StorageUnavailable):
            office.ada.store.log.apply(news_for(office, laptop))
    kens_ticket(office.john)
    assert office.ada.check(rebuild=True).problems == ()
    exchange(office, laptop)
    assert_same(office, laptop)


def test_a_gap_waits_for_what_is_missing(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    laptop.jane.note(number, "one")
    laptop.jane.note(number, "two")
    entries = news_for(office, laptop)
    first_act = entries[0].fact.act
    rest = [entry for entry in entries if entry.fact.act != first_act]
    assert office.ada.store.log.apply(rest).new == 0
    assert office.ada.store.log.apply(entries).new == len(entries)
    assert_same(office, laptop)


def test_facts_of_a_newer_version_are_kept_and_relayed(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    uid = laptop.jane.ticket(number).uid
    store = laptop.ada.store
    with store.writing():
        draft = Draft(
            "ticket_teleported", EntityId(uid), {"dimension": "fifth", "beam": [1, None]}, EntityId(uid)
        )
        store.journal.append([draft], laptop.jane.actor.uid, None)
        alone = Draft("robot_added", EntityId("ab" * 16), {"name": "R2"})
        store.journal.append([alone], laptop.jane.actor.uid, None)
    exchange(office, laptop)
    third = another_replica(office, "third.desk")
    own = laptop.ada.store.log.own
    lines = [
        [to_line(entry) for entry in desk.ada.store.log.entries(own, 0, 10_000)] for desk in (laptop, third)
    ]
    assert lines[0] == lines[1]
    assert any("teleported" in line for line in lines[1])
    assert_same(office, laptop)
    third.close()


def test_a_revoked_replicas_later_facts_are_held_until_accepted(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    laptop.jane.note(number, "before")
    exchange(office, laptop)
    own = laptop.ada.store.log.own
    cutoff = office.ada.store.log.vector()[own]
    revoked = Draft("replica_revoked", EntityId(own), {"name": "Laptop", "cutoff": cutoff})
    with office.ada.store.writing():
        office.ada.store.journal.append([revoked], office.ada.actor.uid, None)
    laptop.jane.note(number, "after it was stolen")
    stolen = kens_ticket(laptop.jane)
    act = laptop.ada.store.journal.by_actor(laptop.jane.actor.uid, limit=1)[0].act_id
    applied = office.ada.store.log.apply(news_for(office, laptop))
    assert applied.held > 0
    assert texts(office.ada.ticket(number)).count("before") == 1
    assert "after it was stolen" not in texts(office.ada.ticket(number))
    assert stolen not in office.ada.numbers()
    # The laptop itself, and a third one that learns of everything at once, come to the same.
    third = another_replica(office, "third.desk")
    exchange(office, laptop)
    assert stolen not in laptop.ada.numbers()
    assert_same(office, laptop)
    accept = Draft("held_settled", held_entity(act), {"accepted": True})
    with office.ada.store.writing():
        office.ada.store.journal.append([accept], office.ada.actor.uid, None)
    exchange(office, laptop)
    exchange(office, third)
    assert stolen in office.ada.numbers()
    assert "after it was stolen" not in texts(office.ada.ticket(number))
    assert_same(office, laptop)
    assert_same(office, third)
    third.close()


def test_what_was_refused_and_accepted_later_was_seen_by_nobody_who_wrote_in_between(
    office: ADesk, laptop: ADesk
) -> None:
    number = office.ada.numbers()[0]
    laptop.ada.announce_replica("Laptop", "K", "L")
    exchange(office, laptop)
    office.ada.revoke_replica("Laptop")
    laptop.jane.set_priority(number, "A")
    office.ada.store.log.apply(news_for(office, laptop))
    (held,) = office.ada.held_acts()
    office.ada.refuse_held(held.act)
    office.john.set_priority(number, "D")
    accept = Draft("held_settled", held_entity(FactId.parse(held.act)), {"accepted": True})
    with office.ada.store.writing():
        office.ada.store.journal.append([accept], office.ada.actor.uid, None)
    (conflict,) = [one for one in office.john.ticket(number).conflicts if one.field == "priority"]
    assert {conflict.shown, *(rival.value for rival in conflict.rivals)} == {
        "Low (Sev-D)",
        "Emergency (Sev-A)",
    }
    exchange(office, laptop)
    assert_same(office, laptop)
    office.john.settle(number, "priority", "A")
    assert office.john.ticket(number).conflicts == ()
    assert office.john.ticket(number).priority == "A"


def test_what_a_copy_wrote_after_a_refused_act_can_be_settled(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    laptop.ada.announce_replica("Laptop", "K", "L")
    exchange(office, laptop)
    office.ada.revoke_replica("Laptop")
    laptop.jane.note(number, "never mind")
    laptop.jane.set_priority(number, "A")
    office.john.set_priority(number, "D")
    office.ada.store.log.apply(news_for(office, laptop))
    first, second = office.ada.held_acts()
    office.ada.refuse_held(first.act)
    office.ada.accept_held(second.act)
    assert [one.field for one in office.john.ticket(number).conflicts if one.field == "priority"]
    office.john.settle(number, "priority", "A")
    assert office.john.ticket(number).conflicts == ()


def test_only_differences_that_somebody_has_to_settle_are_counted(office: ADesk, laptop: ADesk) -> None:
    exchange(office, laptop)
    for caught_up, desk in enumerate((office, laptop), 5):
        with desk.ada.store.writing():
            quiet = Draft("caught_up", desk.jane.actor.uid, {"caught_up": caught_up})
            desk.ada.store.journal.append([quiet], desk.jane.actor.uid, None)
    assert office.ada.store.log.apply(news_for(office, laptop)).conflicts == 0
    exchange(office, laptop)
    team = office.ada.add("team", name="Dawn shift", members=()).uid or ""
    exchange(office, laptop)
    office.ada.change("team", team, name="Nights")
    laptop.ada.change("team", team, name="Late shift")
    assert office.ada.store.log.apply(news_for(office, laptop)).conflicts == 1


def test_what_was_purged_is_gone_on_every_replica_and_the_chain_still_holds(
    office: ADesk, laptop: ADesk
) -> None:
    number = office.ada.numbers()[0]
    laptop.jane.note(number, "the patient's diagnosis is xylophonitis")
    exchange(office, laptop)
    entry = next(e for e in office.ada.ticket(number).thread if "xylophonitis" in e.text)
    ticket = office.ada.ticket(number).uid
    purge = Draft("purged", EntityId(entry.uid), {"purged": ["text"]}, EntityId(ticket))
    with office.ada.store.writing():
        office.ada.store.journal.append([purge], office.ada.actor.uid, None)
    assert not office.ada.search("xylophonitis")
    third = another_replica(laptop, "third.desk")
    exchange(office, laptop)
    exchange(office, third)
    for desk in (office, laptop, third):
        assert not any("xylophonitis" in line for line in texts(desk.ada.ticket(number)))
        assert not desk.ada.search("xylophonitis")
    assert_same(office, laptop)
    assert_same(office, third)
    third.close()


def test_an_own_log_cannot_be_continued_from_elsewhere(office: ADesk, tmp_path: Path) -> None:
    kens_ticket(office.john)
    log = office.ada.store.log
    entries = log.entries(log.own, 0, 10_000)
    with pytest.raises(Invalid, match="copy of this desk file"):
        log.apply(entries)
    assert log.hash_at(FactId(log.own, entries[-1].fact.seq)) == entries[-1].hash


def test_what_was_written_earlier_and_comes_later_is_still_news(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    office.john.follow(number)
    exchange(office, laptop)
    laptop.jane.reply(number, "written on Monday, on the train")
    office.clock.passes(days=2)
    office.john.mark_seen(number)
    office.ada.note(number, "seen on Wednesday")
    office.john.mark_seen(number)
    office.john.mark_all_seen()
    assert not office.john.inbox()
    exchange(office, laptop)
    assert [news.text for news in office.john.inbox()] == ["written on Monday, on the train"]
    assert_same(office, laptop)
    assert office.ada.check(rebuild=True).problems == ()
    office.john.mark_seen(number)
    assert not office.john.inbox()
    exchange(office, laptop)
    assert not laptop.log_in("john").inbox()


def test_of_two_copies_that_revoke_each_other_the_first_word_holds_everywhere(
    office: ADesk, laptop: ADesk
) -> None:
    for desk, name in ((office, "Office"), (laptop, "Laptop")):
        desk.ada.announce_replica(name, "", "")
    exchange(office, laptop)
    third = another_replica(office, "third.desk")
    fourth = another_replica(office, "fourth.desk")
    number = office.ada.numbers()[0]
    office.ada.revoke_replica("Laptop")
    office.clock.passes(minutes=5)
    laptop.ada.revoke_replica("Office")
    for desk in (office, laptop):
        with pytest.raises(NotAllowed, match="revoked") if desk is laptop else nullcontext():
            exchange(office, laptop)
            desk.ada.note(number, "written after the quarrel")
    third.ada.store.log.apply(news_for(third, office))
    third.ada.store.log.apply(news_for(third, laptop))
    fourth.ada.store.log.apply(news_for(fourth, laptop))
    fourth.ada.store.log.apply(news_for(fourth, office))
    for desk in (office, laptop, third, fourth):
        revoked = {replica.name for replica in desk.ada.replicas() if replica.cutoff is not None}
        assert revoked == {"Laptop"}
        assert "written after the quarrel" in texts(desk.ada.ticket(number)) or desk is laptop
    exchange(office, third)
    assert_same(office, third)
    assert_same(third, fourth)
    for desk in (third, fourth):
        desk.close()


def test_of_a_held_resolve_its_own_words_are_told_not_the_call_it_owes(office: ADesk, laptop: ADesk) -> None:
    number = office.ada.numbers()[0]
    laptop.ada.announce_replica("Laptop", "K", "")
    exchange(office, laptop)
    office.ada.revoke_replica("Laptop")
    laptop.john.resolve(number)
    office.ada.store.log.apply(news_for(office, laptop))
    assert "outcome" in {fact.fields.get("text") for fact in office.ada.store.log.held()}
    (held,) = office.ada.held_acts()
    assert (held.what, held.text) == ("resolve", "")
