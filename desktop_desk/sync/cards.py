"""Cards: what each replica says of itself at a hub, for the others to see who is where and how far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.sync.documents import LATEST_MS, count, read_document, write_document
from desktop_desk.sync.sealer import Sealer

REFRESH_MS = 10 * 60_000
"""A card on which nothing but the time is new is written again after so long."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a replica says of itself.

    Attributes:
        code, reserve: its letters for ticket numbers, and those it takes when it is restored or cloned.
        agent: the login of whoever set it up.
        vector: how far it knows every replica's log.
        synced: when it was written, ms by its own clock.
        unreadable: names of segments that it wants and cannot use, for others to write again.
    """

    replica: ReplicaId
    label: str = ""
    code: str = ""
    reserve: str = ""
    agent: str = ""
    version: str = ""
    vector: Mapping[ReplicaId, int] = field(default_factory=dict[ReplicaId, int])
    synced: int = 0
    unreadable: tuple[str, ...] = ()


def read_cards(hub: Hub, sealer: Sealer | None) -> dict[ReplicaId, Card]:
    """The cards at a hub; what is none is passed over."""
    cards: dict[ReplicaId, Card] = {}
    for name in hub.names("cards"):
        card = _read(hub, name, sealer)
        if card is not None:
            cards[card.replica] = card
    return cards


def write_card(hub: Hub, card: Card, known: Card | None, sealer: Sealer | None) -> bool:
    """Lay the own card; not when the one that lies there says the same and is not old. Tells whether it did."""
    fresh = known is not None and 0 <= card.synced - known.synced < REFRESH_MS
    if known is not None and fresh and replace(known, synced=card.synced) == card:
        return False
    told = {
        "format": 1, "replica": card.replica, "label": card.label, "code": card.code, "reserve": card.reserve,
        "agent": card.agent, "version": card.version, "vector": dict(card.vector), "synced": card.synced,
        "unreadable": list(card.unreadable),
    }  # fmt: skip
    write_document(hub, "cards", f"{card.replica}.json", told, sealer)
    return True


def _read(hub: Hub, name: str, sealer: Sealer | None) -> Card | None:
    """A card; None for a name or bytes that are none, as copies that a cloud folder makes."""
    if not name.endswith(".json"):
        return None
    try:
        told = read_document(hub, "cards", name, sealer)
        if told is None:
            return None
        vector = {ReplicaId(str(replica)): count(seq) for replica, seq in told["vector"].items()}
        texts = {key: str(told[key]) for key in _TEXTS}
        wanted = tuple(str(text) for text in told["unreadable"])
        synced = count(told["synced"], LATEST_MS)
        card = Card(ReplicaId(told["replica"]), **texts, vector=vector, synced=synced, unreadable=wanted)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return card if name == f"{card.replica}.json" else None


_TEXTS = ("label", "code", "reserve", "agent", "version")
