"""How far replicas are trusted: what was said of them, and whose word counts when they revoke each other."""

from collections.abc import Iterable

from desktop_desk.domain.facts import Fact, ReplicaId

CUTOFF = "cutoff"
"""The field that says up to which fact a replica is trusted; null: wholly."""


def cutoffs(facts: Iterable[Fact]) -> dict[ReplicaId, int]:
    """The last trusted fact of each revoked replica, from every fact that says so, held ones with the rest.

    The result depends on the set of facts alone. A word counts after those that its author had been shown, else by
    rank; and only while its author's own replica is trusted that far: of two that revoke each other, the first holds.
    """
    told = _in_order([fact for fact in facts if CUTOFF in fact.fields])
    excluded: set[int] = set()
    while True:
        found: dict[ReplicaId, int] = {}
        counted: list[int] = []
        undone = False
        for place, fact in enumerate(told):
            limit = found.get(fact.replica)
            if place in excluded or (limit is not None and fact.seq > limit):
                continue
            counted.append(place)
            target, cutoff = ReplicaId(fact.entity), fact.fields[CUTOFF]
            if cutoff is None:
                found.pop(target, None)
                continue
            found[target] = int(cutoff)
            late = {one for one in counted if told[one].replica == target and told[one].seq > int(cutoff)}
            if late:
                # What it said after its cutoff never counted: begin again without.
                excluded |= late
                undone = True
                break
        if not undone:
            return found


def _in_order(facts: list[Fact]) -> list[Fact]:
    """Facts after those that their authors had been shown, else by rank."""
    once = {fact.id: fact for fact in facts}
    pending = sorted(once.values(), key=lambda fact: fact.rank)
    ordered: list[Fact] = []
    while pending:
        # Only forged facts can cover each other in a circle; then the first goes first.
        ready = (
            fact for fact in pending if not any(fact.covers(other) for other in pending if other is not fact)
        )
        chosen = next(ready, pending[0])
        pending.remove(chosen)
        ordered.append(chosen)
    return ordered
