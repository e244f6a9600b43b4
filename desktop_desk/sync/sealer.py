"""What the exchange asks of whoever keeps the hub's key."""

from typing import Protocol


class Sealer(Protocol):
    """Closes bytes so that only holders of the hub's key read them, under the name that they lie under.

    `unseal` raises ValueError or a DeskError for what was changed, or lies under another name than it was sealed for.
    """

    def seal(self, body: bytes, name: str) -> bytes:
        """The sealed bytes."""
        ...

    def unseal(self, sealed: bytes, name: str) -> bytes:
        """The bytes that were sealed under this name."""
        ...
