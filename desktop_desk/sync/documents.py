"""The small JSON documents at a hub: anybody may have written them, also another version or nobody on purpose."""

import json
from collections.abc import Mapping
from typing import Any

from desktop_desk.desk.exchange_ports import Hub, Shelf
from desktop_desk.domain.errors import DeskError
from desktop_desk.domain.facts import canonical
from desktop_desk.sync.sealer import Sealer

LATEST_MS = 253_402_300_799_999
"""The end of the year 9999: no clock is later, and no screen can show more."""


def read_document(hub: Hub, shelf: Shelf, name: str, sealer: Sealer | None = None) -> Any:
    """The document under a name, of any shape; None for no such name, ValueError for bytes that are none."""
    body = hub.read(shelf, name)
    if body is None:
        return None
    try:
        return json.loads(body if sealer is None else sealer.unseal(body, f"{shelf}/{name}"))
    except (DeskError, RecursionError) as error:
        raise ValueError(f"no document: {name}") from error


def write_document(
    hub: Hub, shelf: Shelf, name: str, told: Mapping[str, object], sealer: Sealer | None = None
) -> None:
    """Lay a document under a name, in place of what lies there."""
    body = canonical(told).encode()
    hub.write(shelf, name, body if sealer is None else sealer.seal(body, f"{shelf}/{name}"))


def count(value: object, most: int = 2**63 - 1) -> int:
    """A number that counts something or is a moment in ms; ValueError for anything else."""
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(f"no count: {value!r:.80}")
    return value
