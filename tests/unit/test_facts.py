"""The fold by example: the rules of decision 001, one by one."""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from desktop_desk.domain.facts import EntityId, Fact, FactId, ReplicaId, as_of, canonical, fold, void_acts

HERE, LAPTOP, PHONE = (ReplicaId(f"{n:032x}") for n in (1, 2, 3))
TICKET = EntityId("a" * 32)


def fact(
    seq: int, fields: Mapping[str, Any], *, replica: ReplicaId = HERE, seen: int | None = None, act: int = 0,
    verb: str = "edited", stamp: int | None = None, at: int | None = None, **context: int,
) -> Fact:  # fmt: skip
    """A fact; by default its author had been shown all of the own log and nothing of others'."""
    names = {"here": HERE, "laptop": LAPTOP, "phone": PHONE}
    return Fact(
        replica=replica, seq=seq, act=act or seq, seen=seq - 1 if seen is None else seen,
        stamp=seq if stamp is None else stamp, at=seq if at is None else at, wall=seq, actor=None, verb=verb,
        entity=TICKET, ticket=TICKET, fields=fields, context={names[name]: last for name, last in context.items()},
    )  # fmt: skip


def opened(number: str = "1001-9", **fields: Any) -> Fact:
    return fact(1, {"number": number, "subject": "VPN", **fields}, verb="opened")


def undone(seq: int, act: int, *, of: ReplicaId = HERE, **more: Any) -> Fact:
    return fact(seq, {"act": f"{of}:{act}"}, verb="undone", **more)


def test_a_later_write_replaces_an_earlier_one() -> None:
    state = fold([opened(), fact(2, {"subject": "Printer"}), fact(3, {"subject": "Toner"})])
    assert state.get("subject") == "Toner"
    assert not state.rivals


def test_a_stale_form_becomes_a_rival_and_not_an_overwrite() -> None:
    jane = fact(2, {"subject": "Jane's"})
    john = fact(3, {"subject": "John's"}, seen=1)
    state = fold([opened(), jane, john])
    assert state.get("subject") == "John's"
    assert [rival.fields["subject"] for rival in state.rivals["subject"]] == ["Jane's"]


def test_a_stale_form_that_sets_another_field_is_no_rival() -> None:
    state = fold([opened(), fact(2, {"subject": "Jane's"}), fact(3, {"priority": "A"}, seen=1)])
    assert (state.get("subject"), state.get("priority")) == ("Jane's", "A")
    assert not state.rivals


def test_equal_values_set_at_the_same_time_are_no_conflict() -> None:
    state = fold([opened(), fact(2, {"priority": "A"}), fact(3, {"priority": "A"}, seen=1)])
    assert state.get("priority") == "A"
    assert not state.rivals


def test_true_and_one_are_different_values() -> None:
    state = fold([opened(), fact(2, {"x": 1}), fact(3, {"x": True}, seen=1)])
    assert state.get("x") is True
    assert state.rivals["x"][0].fields["x"] == 1


def test_the_clock_decides_which_rival_is_shown_and_never_what_is_a_conflict() -> None:
    ahead = fact(1, {"subject": "wrong clock"}, replica=LAPTOP, stamp=99, here=1)
    after = fact(2, {"subject": "saw it"}, stamp=2, laptop=1)
    assert fold([opened(), ahead, after]).get("subject") == "saw it"
    unseen = fact(2, {"subject": "did not"}, stamp=2)
    state = fold([opened(), ahead, unseen])
    assert state.get("subject") == "wrong clock"
    assert "subject" in state.rivals


def test_of_rivals_with_one_stamp_the_higher_replica_is_shown_on_every_desk() -> None:
    here = fact(2, {"subject": "here"}, stamp=7)
    laptop = fact(1, {"subject": "laptop"}, replica=LAPTOP, stamp=7, here=1)
    for facts in ([opened(), here, laptop], [laptop, here, opened()]):
        assert fold(facts).get("subject") == "laptop"


def test_three_rivals_stand_highest_first() -> None:
    facts = [
        opened(),
        fact(2, {"subject": "a"}, stamp=5),
        fact(1, {"subject": "b"}, replica=LAPTOP, stamp=9, here=1),
        fact(1, {"subject": "c"}, replica=PHONE, stamp=7, here=1),
    ]
    state = fold(facts)
    assert state.get("subject") == "b"
    assert [rival.fields["subject"] for rival in state.rivals["subject"]] == ["c", "a"]


def test_whoever_was_shown_some_of_the_rivals_settles_only_those() -> None:
    facts = [
        opened(),
        fact(2, {"subject": "a"}),
        fact(1, {"subject": "b"}, replica=LAPTOP, here=1),
        fact(1, {"subject": "c"}, replica=PHONE, here=1),
        fact(3, {"subject": "settled"}, stamp=50, laptop=1),
    ]
    state = fold(facts)
    assert [rival.fields["subject"] for rival in state.rivals["subject"]] == ["c"]


def test_undo_of_the_last_of_three_gives_the_second() -> None:
    state = fold([opened(), fact(2, {"subject": "B"}), fact(3, {"subject": "C"}), undone(4, 3)])
    assert state.get("subject") == "B"


def test_undo_of_the_second_of_three_leaves_the_third() -> None:
    state = fold([opened(), fact(2, {"subject": "B"}), fact(3, {"subject": "C"}), undone(4, 2)])
    assert state.get("subject") == "C"
    assert not state.rivals


def test_an_edit_made_while_another_was_undone_stays_when_that_is_redone() -> None:
    facts = [opened(), fact(2, {"subject": "B"}), undone(3, 2), fact(4, {"subject": "D"}), undone(5, 3)]
    state = fold(facts)
    assert state.get("subject") == "D"
    assert not state.rivals


def test_redo_takes_back_every_undo_that_the_redoer_sees() -> None:
    twice = [opened(), fact(2, {"subject": "B"}), undone(3, 2), undone(1, 2, replica=LAPTOP, here=2)]
    once = fact(4, {"act": f"{HERE}:3"}, verb="undone", laptop=1)
    both = fact(5, {"act": f"{LAPTOP}:1"}, verb="undone", laptop=1)
    assert fold([*twice, once]).get("subject") == "VPN"
    assert fold([*twice, once, both]).get("subject") == "B"


def test_an_act_is_undone_whole() -> None:
    facts = [opened(), fact(2, {"agent": "j"}), fact(3, {"status": "r"}, act=2), undone(4, 2)]
    state = fold(facts)
    assert state.get("agent") is None
    assert state.get("status") is None


def test_an_undo_of_what_its_author_was_never_shown_does_nothing() -> None:
    blind = fact(1, {"act": f"{HERE}:2"}, verb="undone", replica=LAPTOP, here=1)
    assert fold([opened(), fact(2, {"subject": "B"}), blind]).get("subject") == "B"


def test_undos_that_name_each_other_in_a_circle_do_not_hang() -> None:
    first = fact(2, {"act": f"{LAPTOP}:1"}, verb="undone", laptop=9)
    second = fact(1, {"act": f"{HERE}:2"}, verb="undone", replica=LAPTOP, here=9)
    assert void_acts([first, second]) == void_acts([second, first])


def test_forged_facts_that_cover_each_other_in_a_circle_do_not_stop_the_fold() -> None:
    one = fact(1, {"subject": "one"}, replica=LAPTOP, phone=1)
    two = fact(1, {"subject": "two"}, replica=PHONE, laptop=1)
    assert fold([one, two]).get("subject") in {"one", "two"}


def test_undo_of_the_opening_withdraws_but_the_number_still_finds_it() -> None:
    state = fold([opened(), undone(2, 1)])
    assert state.created
    assert state.withdrawn
    assert state.numbers == ("1001-9",)
    assert [fact.seq for fact in state.withdrawn_by] == [2]


def test_what_comes_to_a_withdrawn_entity_is_late_and_not_lost() -> None:
    stale = fact(3, {"subject": "still typing"}, seen=1)
    state = fold([opened(), undone(2, 1), stale])
    assert state.withdrawn
    assert state.late == (stale,)


def test_what_two_desks_took_in_is_withdrawn_only_when_both_took_it_back() -> None:
    twice = [opened(), fact(1, {"number": "A1001-1", "subject": "VPN"}, verb="opened", replica=LAPTOP)]
    assert not fold([*twice, undone(2, 1)]).withdrawn
    both = fold([*twice, undone(2, 1), undone(3, 1, of=LAPTOP, laptop=1)])
    assert both.withdrawn
    assert set(both.numbers) == {"1001-9", "A1001-1"}


def test_a_redone_opening_is_no_longer_withdrawn() -> None:
    state = fold([opened(), undone(2, 1), undone(3, 2)])
    assert not state.withdrawn
    assert state.withdrawn_by == ()
    assert state.get("subject") == "VPN"


def test_verbs_of_newer_versions_fold_like_any_other() -> None:
    state = fold([opened(), fact(2, {"mood": "good"}, verb="cheered_up")])
    assert state.get("mood") == "good"


def test_the_result_does_not_depend_on_order_or_copies() -> None:
    facts = [
        opened(), fact(2, {"subject": "B"}), fact(3, {"subject": "C"}, seen=1), undone(4, 2),
        fact(1, {"subject": "L"}, replica=LAPTOP, here=1), fact(5, {"priority": "A"}),
    ]  # fmt: skip
    expected = fold(facts)
    for seed in range(20):
        mixed = facts + random.Random(seed).choices(facts, k=4)
        random.Random(seed).shuffle(mixed)
        assert fold(mixed) == expected


def test_as_of_leaves_out_what_had_not_happened_yet() -> None:
    facts = [opened(), fact(2, {"subject": "B"}, at=20), fact(3, {"subject": "C"}, at=30)]
    assert fold(as_of(facts, 20)).get("subject") == "B"


def test_canonical_text_is_the_same_however_a_value_was_put_together() -> None:
    assert (
        canonical({"b": 1, "a": ["é", None]})
        == canonical({"a": ["é", None], "b": 1})
        == '{"a":["é",null],"b":1}'
    )


@pytest.mark.parametrize("value", [1.5, [1, 2.0], {"a": {"b": 0.1}}, float("nan")])
def test_floats_have_no_canonical_text(value: object) -> None:
    with pytest.raises(ValueError, match="a float has no canonical text"):
        canonical(value)


@pytest.mark.parametrize("text", ["", "abc:1", f"{'a' * 32}:", f"{'a' * 32}", f"{'a' * 32}:x"])
def test_what_is_no_fact_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  which words it has is Python's to say
        FactId.parse(text)


def test_a_fact_id_reads_back_what_it_writes() -> None:
    assert FactId.parse(str(FactId(HERE, 17))) == FactId(HERE, 17)
