"""What the channels need of the store: the mails that came in and went out, and where each was filed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from desktop_desk.domain.facts import EntityId


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A mail that came in, or an entry that went out as one; `sha` and `size`: of the raw message.

    `state`: filed, ignored, quarantined, dismissed; of what goes out sent or failed.
    """

    id: int
    uid: EntityId
    state: str
    message_id: str
    at: int
    sender: str
    subject: str
    reason: str
    ticket: EntityId | None
    entry: EntityId | None
    mailbox: EntityId | None
    sha: str
    size: int
    void: bool


class MailPort(Protocol):
    """Mails as the channels and the quarantine read them."""

    def by_uid(self, uid: EntityId) -> MailRecord | None: ...
    def by_message_id(self, message_id: str) -> tuple[MailRecord, ...]: ...
    def in_state(self, state: str, limit: int) -> tuple[MailRecord, ...]: ...
    def count_in_state(self, state: str, most: int) -> int: ...
    def of_ticket(self, ticket: EntityId) -> tuple[MailRecord, ...]: ...
    def counts(self) -> Mapping[str, int]: ...
    def newest(self) -> MailRecord | None: ...
    def from_sender(self, sender: str, since: int) -> int: ...
    def times(self, mailbox: EntityId, since: int) -> tuple[int, ...]: ...
