"""New ids: UUIDv7, so that rows of one time lie together."""

import secrets

from desktop_desk.domain.facts import EntityId


class RandomIds:
    """Ids and salts that nobody can guess."""

    def entity(self) -> EntityId:
        """A new UUIDv7."""
        import uuid_utils  # noqa: PLC0415  reading a desk needs no ids

        return EntityId(uuid_utils.uuid7().hex)

    def salt(self) -> bytes:
        """16 random bytes."""
        return secrets.token_bytes(16)
