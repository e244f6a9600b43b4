"""Entities that are named by what they are about, so that every replica speaks of the same one."""

from desktop_desk.domain.facts import EntityId, FactId

_HELD_ACTS = "3f5d2f0e6c0b5a619f430d7a4c0e6b11"


def read_mark(ticket: EntityId, agent: EntityId) -> EntityId:
    """The entity that holds how far an agent has seen a ticket."""
    return _named(ticket, agent)


def held_entity(act: FactId) -> EntityId:
    """The entity whose facts say whether a held act was accepted."""
    return _named(_HELD_ACTS, str(act))


def from_outside(desk: str, source: str, outside: str) -> EntityId:
    """The entity of something that came from outside, the same wherever it comes in: by its source's own id."""
    return _named(desk, f"{source}\n{outside}")


def _named(space: str, name: str) -> EntityId:
    from uuid import UUID, uuid5  # noqa: PLC0415  the start of the program needs it not

    return EntityId(uuid5(UUID(space), name).hex)
