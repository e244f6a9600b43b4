"""Where every replica stands: what is known here, what the hub has, what it says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_desk.desk.exchange_ports import LogPort
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.i18n import _
from desktop_desk.sync.cards import Card
from desktop_desk.sync.listing import Listing

SENT = "sent"
"""The note of a desk file: how far the hub had its own log after the last sync."""

AHEAD_MS = 5 * 60_000
"""A clock that is ahead by more is told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one replica stands.

    Attributes:
        here: its facts that this desk knows; hub: those that the hub has; claimed: those that somebody says he has.
        seen: when it last exchanged, ms by its own clock; None when it never did.
        ahead: by how many ms its clock is ahead of this one at least.
    """

    replica: ReplicaId
    label: str
    code: str
    here: int
    hub: int
    claimed: int
    seen: int | None
    ahead: int = 0

    @property
    def lacking(self) -> int:
        """How many of its facts are known to be somewhere and are not here."""
        return max(self.hub, self.claimed, self.here) - self.here


def standings_of(
    vector: Mapping[ReplicaId, int], listing: Listing, cards: Mapping[ReplicaId, Card], now: int
) -> tuple[Standing, ...]:
    """Every replica that is known here, at the hub or by a card, in order of label."""
    reached = listing.vector()
    found: list[Standing] = []
    for replica in {*vector, *reached, *cards}:
        card = cards.get(replica)
        found.append(
            Standing(
                replica, card.label if card else "", card.code if card else "", vector.get(replica, 0),
                reached.get(replica, 0), max((other.vector.get(replica, 0) for other in cards.values()), default=0),
                card.synced if card else None, max(0, card.synced - now) if card else 0,
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda standing: (standing.label.casefold(), standing.replica)))


def clock_problems(standings: Sequence[Standing]) -> list[str]:
    """A sentence for each replica whose clock is ahead by much; it changes nothing but what times say."""
    return [
        _("The clock of “{label}” is at least {minutes} minutes ahead of this one.").format(
            label=standing.label or standing.replica[:8], minutes=standing.ahead // 60_000
        )
        for standing in standings
        if standing.ahead > AHEAD_MS
    ]


def note_sent(log: LogPort, standings: Sequence[Standing]) -> None:
    """Remember how far the hub has this copy's own log, for telling what waits while the hub is away."""
    own = next((standing for standing in standings if standing.replica == log.own), None)
    sent = f"{log.own} {own.hub}" if own is not None else ""
    if sent and log.note(SENT) != sent:
        log.keep_note(SENT, sent)
