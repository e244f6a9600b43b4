"""What is said of mails: the ids that they have on every copy of a desk, and how large one may be."""

import re
import uuid
from typing import Final

from desktop_desk.domain.facts import EntityId

LARGEST_MAIL: Final = 40 * 1024 * 1024
"""Bytes of the largest message that is kept raw: files of 25 MB take 34 as mail writes them."""

RAW_NAME, RAW_KIND = "mail.eml", "message/rfc822"
"""What the raw message is called where it is saved as a file."""

LONGEST_ID: Final = 300

_ANGLED = re.compile(r"<([^<>]+)>")


def message_ids(header: str) -> tuple[str, ...]:
    """The Message-IDs in a header, without brackets, in their order; also of one that has none around it."""
    found = _ANGLED.findall(header) or header.split()
    cleaned = ("".join(each.split()).strip("<>") for each in found)
    return tuple(dict.fromkeys(each[:LONGEST_ID] for each in cleaned if each))


def mail_uid(desk: str, message_id: str) -> EntityId:
    """The id that a mail has on every copy of this desk."""
    return outside_uid(desk, "mail", message_id)


def outside_uid(desk: str, source: str, outside: str) -> EntityId:
    """The id of a thing from outside, the same on every copy of this desk: a UUIDv5."""
    return EntityId(uuid.uuid5(uuid.UUID(desk), f"{source}\n{outside}").hex)
