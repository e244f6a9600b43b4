"""How a redaction is written in the table `redacted`."""

import json

from desktop_desk.domain.facts import canonical
from desktop_desk.domain.log import Redaction


def write_redaction(redaction: Redaction) -> str:
    """A redaction as the table keeps it."""
    return canonical(
        [{name: value.hex() for name, value in part.items()} for part in (redaction.hashes, redaction.salts)]
    )


def read_redaction(text: str) -> Redaction:
    """A redaction from the table."""
    hashes, salts = (
        {name: bytes.fromhex(value) for name, value in part.items()} for part in json.loads(text)
    )
    return Redaction(hashes, salts)
