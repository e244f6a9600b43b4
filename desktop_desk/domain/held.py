"""What names a word on a held act."""

from uuid import UUID, uuid5

from desktop_desk.domain.facts import EntityId, FactId

_WORDS = UUID("3f5d2f0e-6c0b-5a61-9f43-0d7a4c0e6b11")


def held_entity(act: FactId) -> EntityId:
    """The one entity whose facts say whether a held act was accepted: the same on every replica."""
    return EntityId(uuid5(_WORDS, str(act)).hex)
