"""Notices by mail: which acts are told to which agents so, when, and what stands in the mail.

They wait in the outbox like letters to callers, but are no part of any ticket: their sending is no fact, and whoever
looks after the outbox does not see them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from desktop_desk.desk.directory import Agent, Directory, Mailbox
from desktop_desk.desk.notice_words import Notice, notice_of
from desktop_desk.desk.outbox_ports import OutboxItem, put_in
from desktop_desk.desk.ports import Store
from desktop_desk.desk.reasons import why
from desktop_desk.desk.telling import BACK, DAY, MOST_FACTS, Eye, Found, eyes
from desktop_desk.desk.told import LAG, Told, keep_told, told_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import EntityId, Fact, fold
from desktop_desk.domain.named import from_outside
from desktop_desk.domain.notices import EVENTS, kept_quiet, next_at, read_clock
from desktop_desk.domain.outgoing import HOLD_MS, is_machine, mail_address, retry_after
from desktop_desk.i18n import _, ngettext

NOTICE = "notice"
"""The kind of such an item in the outbox; its recipient is the agent's id until it has gone."""

MAILS_AN_HOUR = 20
"""So many notices an agent gets by mail in an hour; the rest wait, and come in one mail."""

HOUR_MS = 3_600_000
STALE_NOTICE_MS = 24 * HOUR_MS
"""What could not be sent for so long is no news any more."""

MAIL = ("mail",)
NO_TICKET = EntityId("0" * 32)
MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to one agent in one mail; `text` has a paragraph for each notice."""

    items: tuple[OutboxItem, ...]
    agent: Agent
    address: str
    subject: str
    text: str

    def values(self, office: str) -> dict[str, str]:
        """What the template of notices may say."""
        empty = dict.fromkeys(("number", "agent", "department", "resolved"), "")
        return empty | {
            "subject": self.subject,
            "text": self.text,
            "caller": self.agent.name,
            "office": office,
        }


def is_notice(item: OutboxItem) -> bool:
    """Whether an item is a notice for an agent, and no letter to a caller."""
    return item.kind == NOTICE


def post_notices(store: Store, facts: Sequence[Fact], now: int) -> None:
    """Put what an act tells agents by mail into the outbox; within its transaction."""
    directory = store.directory()
    threads: dict[EntityId, list[Fact]] = {}
    for fact in facts:
        if fact.ticket is not None and fact.verb != "undone" and fact.at > now - BACK:
            threads.setdefault(fact.ticket, []).append(fact)
    # What goes in one mail a day is put in when that is due, whichever copies it was written on.
    agents = [agent for agent in _by_mail(directory) if _daily(agent) is None] if threads else []
    for eye in eyes(store, agents, now):
        for ticket, parts in threads.items():
            found = eye.of_act(ticket, parts) if parts[0].actor != eye.me.uid else None
            if found is not None and "mail" in found.channels:
                _keep(store, eye.me, found, _due(eye.me, directory, now + HOLD_MS), now)


def post_reminders(store: Store, now: int) -> None:
    """Put what is told by mail and has come near, or goes in a daily mail, into the outbox: on one copy of the desk."""
    directory = store.directory()
    agents = _by_mail(directory)
    if not agents or not _is_keeper(store, directory):
        return
    for eye in eyes(store, agents, now):
        agent = eye.me
        mark_of = EntityId(f"mail:{agent.uid}")
        known = told_of(store, mark_of)
        before = known or Told(since=now)
        near = eye.reminders(max(before.since, now - BACK), MAIL)
        daily = _daily(agent)
        happened, mark = _for_the_day(eye, known, daily) if daily is not None else ([], 0)
        found = [each for each in (*near, *happened) if each.key not in before.told]
        for each in found:
            _keep(store, agent, each, _due(agent, directory, now), now)
        if found or known is None or not before.mark <= mark <= before.mark + LAG:
            keys = {each.key: now for each in found}
            keep_told(store, mark_of, replace(before, mark=mark, told={**before.told, **keys}), now)


def _for_the_day(eye: Eye, known: Told | None, daily: int) -> tuple[list[Found], int]:
    """What happened since it was last looked for, at first since the agent chose a daily mail; how far was looked."""
    chosen = fold(eye.store.journal.of_entity(eye.me.uid, None)).heads.get("digest")
    since = max(chosen.at if chosen else eye.now, eye.now - BACK)
    if known is None:
        # Another copy put these mails together until now: what was in the last one is not told again.
        since = max(since, next_at(daily, eye.now - DAY, ZoneInfo(eye.directory.settings.zone)))
    after = known.mark if known and known.mark else max(eye.newest() - MOST_FACTS, 0)
    happened, mark = eye.happened(after, since)
    return [each for each in happened if "mail" in each.channels], mark


def batch_of(store: Store, first: OutboxItem, items: Iterable[OutboxItem], now: int) -> Batch | None:
    """What is due for the agent of an item; None, and the outbox rid of it, when nothing of it is to be told.

    Too many in an hour are put off together.
    """
    directory = store.directory()
    due = [
        each
        for each in items
        if is_notice(each) and each.recipient == first.recipient and each.due <= now and each.claimed <= now
    ]
    agent = directory.agent(first.recipient)
    address = mail_address(agent.email) if agent is not None and agent.active else ""
    if agent is None or not address or address.casefold() in directory.own_addresses or is_machine(address):
        for each in due:
            store.outbox.drop(each.uid)
        return None
    if store.outbox.sent_to(NOTICE, address.casefold(), now - HOUR_MS) >= MAILS_AN_HOUR:
        for each in due:
            store.outbox.keep(replace(each, due=now + HOUR_MS))
        return None
    eye = Eye(store, directory, agent, now)
    told: list[tuple[Notice, str]] = []
    kept: list[OutboxItem] = []
    for each in due:
        found = _found(eye, each)
        if found is None:
            store.outbox.drop(each.uid)
        else:
            kept.append(each)
            told.append((notice_of(store, found), why(eye, found, "mail")))
    told.sort(key=lambda pair: (pair[0].at, pair[0].number))
    return Batch(tuple(kept), agent, address, _subject(told), _text(told)) if kept else None


def mailbox_of(able: Iterable[Mailbox]) -> Mailbox | None:
    """The one of these mailboxes that notices go out from: the whole office's, else any."""
    return min(able, key=lambda mailbox: (mailbox.department is not None, mailbox.id), default=None)


def went(store: Store, items: Iterable[OutboxItem], address: str, agent: EntityId, now: int) -> None:
    """They have gone to that address."""
    for item in items:
        store.outbox.keep(replace(item, claimed=0, problem="", done=now, recipient=address.casefold()))
    _trouble(store, agent, "")


def did_not_go(
    store: Store, items: Iterable[OutboxItem], reason: str, now: int, *, never: bool = False
) -> None:
    """They did not go this time, or never will: that is told where the agent chooses what he is told."""
    for item in items:
        if never or now - item.since > STALE_NOTICE_MS:
            store.outbox.drop(item.uid)
        else:
            tries = item.tries + 1
            store.outbox.keep(
                replace(item, tries=tries, due=now + retry_after(tries), claimed=0, problem=reason)
            )
        _trouble(store, EntityId(item.recipient), reason)


def _trouble(store: Store, agent: EntityId, reason: str) -> None:
    key = f"notice_mail:{agent}"
    if store.log.note(key) != reason:
        store.log.keep_note(key, reason)


def _by_mail(directory: Directory) -> tuple[Agent, ...]:
    """The agents who want anything by mail; by default nobody does."""
    return tuple(
        agent
        for agent in directory.agents
        if agent.active
        and mail_address(agent.email)
        and any("mail" in cell.split() for cell in agent.notices.values())
    )


def _is_keeper(store: Store, directory: Directory) -> bool:
    """Whether this copy looks after the mail: the one that fetches it, else the first copy of the desk."""
    named = {mailbox.replica for mailbox in directory.mailboxes if mailbox.active and mailbox.replica}
    own = store.journal.own
    if named:
        return min(named) == own
    known = directory.replica(own)
    return known is None or known.code == ""


def _daily(agent: Agent) -> int | None:
    """The minute of the day at which an agent gets one mail with all; None for who gets each at once."""
    try:
        return read_clock(agent.digest) if agent.digest else None
    except Invalid:
        return None  # a newer version may write it otherwise


def _due(agent: Agent, directory: Directory, soonest: int) -> int:
    """When an agent gets the mail: at his time of day, else as soon as may be; never in his quiet hours."""
    zone, daily = ZoneInfo(directory.settings.zone), _daily(agent)
    due = soonest if daily is None else next_at(daily, soonest, zone)
    quiet = kept_quiet(agent.quiet)
    return (quiet.until(due, zone) or due) if quiet is not None else due


def _keep(store: Store, agent: Agent, found: Found, due: int, now: int) -> None:
    about = str(found.parts[0].act_id) if found.parts else found.key
    ticket = found.record.uid if found.record else NO_TICKET
    uid = from_outside(agent.uid, NOTICE, f"{about} {ticket}")
    own = store.journal.own
    put_in(store.outbox, OutboxItem(uid, NOTICE, ticket, about, own, now, due, recipient=agent.uid))


def _found(eye: Eye, item: OutboxItem) -> Found | None:
    """What an item tells, as it stands now; None when it was undone, or is no news any more."""
    is_near = item.act.partition(":")[0] in EVENTS
    found = eye.again(item.act if is_near else f"act:{item.act}:{item.ticket}")
    return found if found is not None and "mail" in found.channels else None


def _subject(told: Sequence[tuple[Notice, str]]) -> str:
    if len(told) == 1:
        return told[0][0].title
    return ngettext("%d notice", "%d notices", len(told)) % len(told)


def _text(told: Sequence[tuple[Notice, str]]) -> str:
    parts = [*_paragraphs(told[:MOST_LINES])]
    if len(told) > MOST_LINES:
        parts.append(_("… and {n} more.").format(n=len(told) - MOST_LINES))
    return "\n\n".join(parts)


def _paragraphs(told: Sequence[tuple[Notice, str]]) -> Iterator[str]:
    """A notice each, and below it why the agent gets it."""
    for notice, reason in told:
        said = (*notice.text.splitlines(), _("Why: {reason}").format(reason=reason))
        yield "\n".join((notice.title, *(f"    {line}" for line in said)))
