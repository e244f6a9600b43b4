"""Mails of a store in memory."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop_desk.desk.channel_ports import MailRecord
from desktop_desk.domain.facts import EntityId

if TYPE_CHECKING:
    from tests.memory_store import Memory

OUT = {"sent", "failed"}


class MemoryMails:
    """Mails as channels and the quarantine read them."""

    def __init__(self, memory: "Memory") -> None:
        self._memory = memory

    @property
    def _all(self) -> list[MailRecord]:
        return self._memory.world.mails

    def by_uid(self, uid: EntityId) -> MailRecord | None:
        return next((mail for mail in self._all if mail.uid == uid), None)

    def by_message_id(self, message_id: str) -> tuple[MailRecord, ...]:
        return tuple(mail for mail in self._all if mail.message_id == message_id)

    def in_state(self, state: str, limit: int) -> tuple[MailRecord, ...]:
        found = [mail for mail in self._all if mail.state == state and not mail.void]
        return tuple(sorted(found, key=lambda mail: (-mail.at, -mail.id))[:limit])

    def count_in_state(self, state: str, most: int) -> int:
        return min(most, sum(mail.state == state and not mail.void for mail in self._all))

    def of_ticket(self, ticket: EntityId) -> tuple[MailRecord, ...]:
        found = [mail for mail in self._all if mail.ticket == ticket]
        return tuple(sorted(found, key=lambda mail: (mail.at, mail.id)))

    def counts(self) -> Mapping[str, int]:
        return Counter(mail.state for mail in self._all if not mail.void)

    def newest(self) -> MailRecord | None:
        return max(
            (mail for mail in self._all if mail.state not in OUT), key=lambda mail: mail.id, default=None
        )

    def from_sender(self, sender: str, since: int) -> int:
        return sum(mail.state == "filed" and mail.at >= since and mail.sender == sender for mail in self._all)

    def times(self, mailbox: EntityId, since: int) -> tuple[int, ...]:
        came = (mail for mail in self._all if mail.state not in OUT and mail.mailbox == mailbox)
        return tuple(sorted(mail.at for mail in came if mail.at >= since))
