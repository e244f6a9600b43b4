"""How far replicas are trusted: whose word counts, whatever order the words come in."""

from itertools import permutations

from desktop_desk.domain.facts import EntityId, Fact, ReplicaId
from desktop_desk.domain.trust import cutoffs

A, B, C = (ReplicaId(letter * 32) for letter in "abc")


def word(by: ReplicaId, seq: int, about: ReplicaId, cutoff: int | None, stamp: int, **shown: int) -> Fact:
    """What a replica wrote about another; `shown`: how far it had been shown others, by their letter."""
    context = {ReplicaId(letter * 32): reach for letter, reach in shown.items()}
    return Fact(
        by, seq, seq, seq - 1, stamp, 0, 0, None, "replica_revoked", EntityId(about), None, {"cutoff": cutoff}, context
    )  # fmt: skip


def test_a_revoked_replica_is_trusted_up_to_its_cutoff_until_it_is_trusted_again() -> None:
    revoked = word(A, 10, B, 3, stamp=1)
    assert cutoffs([revoked]) == {B: 3}
    assert cutoffs([revoked, word(A, 11, B, None, stamp=2)]) == {}


def test_of_two_that_revoke_each_other_the_first_word_holds() -> None:
    first, second = word(A, 10, B, 3, stamp=1), word(B, 7, A, 6, stamp=2)
    for order in permutations([first, second]):
        assert cutoffs(order) == {B: 3}


def test_a_word_after_those_that_its_author_was_shown_counts_later_whatever_the_clocks_say() -> None:
    revoked = word(A, 10, B, 3, stamp=2_000)
    trusted = word(C, 4, B, None, stamp=1, a=10)
    for order in permutations([revoked, trusted]):
        assert cutoffs(order) == {}


def test_what_a_replica_said_after_the_cutoff_that_it_got_later_never_counted() -> None:
    by_b = word(B, 9, C, 1, stamp=1)
    about_b = word(A, 10, B, 5, stamp=2)
    for order in permutations([by_b, about_b]):
        assert cutoffs(order) == {B: 5}


def test_forged_words_that_cover_each_other_in_a_circle_come_to_an_end() -> None:
    one, two = word(A, 5, B, 1, stamp=1, b=9), word(B, 9, A, 1, stamp=2, a=5)
    assert cutoffs([one, two]) == cutoffs([two, one])
