"""Revoking a copy of the desk: what it writes afterwards is held until a person accepts or refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from desktop_desk.desk.directory import Replica
from desktop_desk.desk.ports import Draft
from desktop_desk.desk.replicas import Replicas
from desktop_desk.desk.views import Done
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import FactId, ReplicaId
from desktop_desk.domain.named import held_entity
from desktop_desk.domain.verbs import VERBS, kind_of, weight
from desktop_desk.i18n import _


@dataclass(frozen=True, slots=True)
class HeldAct:
    """One act of a revoked copy that nobody has decided on.

    Attributes:
        what: what was done, as it stands after "Undo"; `text` the words that came with it.
    """

    act: str
    replica: str
    by: str
    at: int
    what: str
    text: str


class Revoking(Replicas):
    """Verbs about copies that are no longer trusted."""

    def revoke_replica(self, replica: str) -> Done:
        """Trust a copy no more: what it wrote and is not known here yet will be held, also on every other copy.

        Args:
            replica: its name or id.
        """
        with self._store.writing():
            self._require("office.settings")
            known = self._copy_called(replica)
            if known.uid == self._store.log.own:
                raise Invalid(
                    "replica",
                    _("A copy cannot be revoked from itself."),
                    _("Do it from another copy of the desk."),
                )
            if known.cutoff is not None:
                return Done("", None, known.uid)
            reach = self._store.log.vector().get(ReplicaId(known.uid), 0)
            return self._write([Draft("replica_revoked", known.uid, {"cutoff": reach})], None, uid=known.uid)

    def trust_replica(self, replica: str) -> Done:
        """Trust a revoked copy again: all that was held of it comes in."""
        with self._store.writing():
            self._require("office.settings")
            known = self._copy_called(replica)
            if known.cutoff is None:
                return Done("", None, known.uid)
            return self._write([Draft("replica_changed", known.uid, {"cutoff": None})], None, uid=known.uid)

    def held_acts(self) -> tuple[HeldAct, ...]:
        """What is held and was neither accepted nor refused, oldest first."""
        with self._store.reading():
            self._require("office.settings")
            acts: dict[FactId, list[tuple[int, HeldAct]]] = {}
            directory = self._store.directory()
            for fact in self._store.log.held():
                replica = directory.replica(fact.replica)
                agent = directory.agent(fact.actor) if fact.actor else None
                known = VERBS.get(fact.verb)
                said = "" if kind_of(fact.verb) == "call_back" else fact.fields.get("text")
                told = HeldAct(
                    act=str(fact.act_id), replica=replica.name if replica else fact.replica[:8],
                    by=agent.name if agent else "", at=fact.at, what=_(known.phrase) if known else fact.verb,
                    text=str(said or fact.fields.get("subject") or ""),
                )  # fmt: skip
                rank = weight(fact.verb, own=fact.entity == fact.ticket)
                acts.setdefault(fact.act_id, []).append((rank, told))
        return tuple(_first_words(parts) for parts in acts.values())

    def accept_held(self, act: str) -> Done:
        """Let a held act in, as if its copy had never been revoked."""
        return self._decide(act, accepted=True)

    def refuse_held(self, act: str) -> Done:
        """Leave a held act out for good; it stays in the log, and can still be accepted."""
        return self._decide(act, accepted=False)

    def _decide(self, act: str, *, accepted: bool) -> Done:
        with self._store.writing():
            self._require("office.settings")
            try:
                named = FactId.parse(act)
            except ValueError:
                named = None
            if named is None or all(fact.act_id != named for fact in self._store.log.held()):
                raise NotFound(_("No such act is held."))
            entity = held_entity(named)
            return self._write([Draft("held_settled", entity, {"accepted": accepted})], None, uid=entity)

    def _copy_called(self, replica: str) -> Replica:
        known = self._store.directory().replica(replica)
        if known is None:
            reason = _("There is no copy of the desk called “{name}”.").format(name=replica[:60])
            raise NotFound(reason, one_of(sorted(one.name for one in self._store.directory().replicas)))
        return known


def _first_words(parts: Sequence[tuple[int, HeldAct]]) -> HeldAct:
    """One line for an act of several facts: its own doing, with the first words said in it."""
    first = min(parts, key=lambda part: part[0])[1]
    text = first.text or next((part.text for _rank, part in parts if part.text), "")
    return replace(first, text=text)
