"""For me: what is new for the actor, whom he is to call, what comes near; and the marks of having seen it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from desktop_desk.desk.directory import Agent
from desktop_desk.desk.ports import CallBackRecord, Draft, TicketRecord
from desktop_desk.desk.reading import Reading
from desktop_desk.desk.reasons import why
from desktop_desk.desk.telling import BACK, Eye, Found
from desktop_desk.desk.told import Told, seen_by, told_of
from desktop_desk.desk.views import Done, News
from desktop_desk.desk.wording import Wording, main_fact, reached_text
from desktop_desk.domain.call_backs import MISSED, OUTCOME
from desktop_desk.domain.facts import Fact, FactId, void_acts
from desktop_desk.domain.named import read_mark
from desktop_desk.domain.undelivered import undelivered
from desktop_desk.domain.verbs import ENTRY_KINDS, VERBS
from desktop_desk.i18n import _

TICKETS, NEWS = 100, 200
"""Of so many tickets that he follows his list has what happened, and so many lines; more come when these were seen."""

MOST_REMINDERS = 20
MOST_UNTOLD = 500
"""So many of the newest facts are looked through for who was never told anything here."""

ACTS = ("mention", "assigned", "new", "caller", "colleague", "status", "changed", "bounce")
WHAT = {"prioritised": "priority_changed", "status_set": "status_changed", "claimed": "assigned"}
LIST = ("list",)


class Inbox(Reading):
    """Questions about what is new, and the marks of having seen it."""

    def inbox(self) -> tuple[News, ...]:
        """What is new for the actor, newest first, after the calls he is to make; does not mark it seen."""
        with self._store.reading():
            eye, wording = self._eye(), Wording(self._store)
            calls = (self._call_news(eye, found, found.back) for found in eye.owed() if found.back)
            news = [self._news_of(eye, found, wording) for found in self._listed(eye)]
            return (*calls, *sorted(news, key=lambda item: item.at, reverse=True))

    def mark_seen(self, number: str) -> Done:
        """Note that the actor has seen everything of a ticket that there is now; not in a copy to look at."""
        if self._store.look:
            return Done("")
        with self._store.writing():
            record = self._find(number)
            me = self._me()
            self._seen_here(record)
            if not self._store.tickets.fresh((record.id,), me.id, me.caught_up):
                return Done("", record.number, record.uid)
            newest = max(fact.stamp for fact in self._store.journal.of_ticket(record.uid))
            fields = {"ticket": record.uid, "agent": me.uid, "seen": newest}
            return self._write([Draft("read", read_mark(record.uid, me.uid), fields)], None, (record,))

    def mark_all_seen(self) -> Done:
        """Note that the actor has seen all there is now, on every ticket."""
        with self._store.writing():
            me = self._me()
            self._seen_here()
            fresh = self._store.news.fresh(me.id, me.caught_up, 1)
            if not fresh:
                return Done("")
            told = max(fact.stamp for fact in self._store.journal.of_ticket(fresh[0].uid))
            # What was written earlier and came late is listed by when it came to be known.
            newest = max(told, me.caught_up + 1)
            return self._write([Draft("caught_up", me.uid, {"caught_up": newest})], None)

    def _for_me(self) -> int:
        """How many lines the actor's list has."""
        eye = self._eye()
        return len(eye.owed()) + len(self._listed(eye))

    def _eye(self) -> Eye:
        return Eye(self._store, self._store.directory(), self._me(), self._clock())

    # What stands in the list

    def _told_here(self, eye: Eye) -> Told:
        return told_of(self._store, eye.me.uid) or Told(mark=-1)

    def _listed(self, eye: Eye) -> list[Found]:
        """All but the calls, each thing once: what happened, and what comes near."""
        told = self._told_here(eye)
        followed = list(islice(self._of_followed(eye), NEWS))
        known = {found.key for found in followed}
        others = (found for found in self._of_others(eye, told) if found.key not in known)
        return [*followed, *others, *self._near(eye, told)]

    def _of_followed(self, eye: Eye) -> Iterator[Found]:
        """What happened on the tickets that he follows and he wants listed, those with the newest news first."""
        me = eye.me
        for record in self._store.news.fresh(me.id, me.caught_up, TICKETS):
            facts = eye.thread(record)
            follow = eye.state(record).heads.get(f"follow:{me.uid}")
            for parts in _unseen(facts, me, eye.marks(record), follow.stamp if follow else 0):
                found = eye.on(record, parts, followed=True)
                if found is not None and "list" in found.channels:
                    yield found

    def _of_others(self, eye: Eye, told: Told) -> Iterator[Found]:
        """What happened on tickets that he does not follow but wants to hear of."""
        kept = (eye.again(line.key) for line in told.lines)
        found = {each.key: each for each in (*kept, *self._untold(eye, told)) if each is not None}
        # Whoever follows it by now finds it among the news of what he follows.
        return (each for each in found.values() if "list" in each.channels and not each.followed)

    def _untold(self, eye: Eye, told: Told) -> list[Found]:
        """What of it came after this desk last looked for what to tell him."""
        if not _lists_others(eye):
            return []
        mark = told.mark if told.mark >= 0 else eye.newest() - MOST_UNTOLD
        happened, _reach = eye.happened(mark, eye.now - BACK)
        return [each for each in happened if each.key not in told.seen]

    def _near(self, eye: Eye, told: Told) -> list[Found]:
        """What has come near and stands in his list until he has seen it."""
        found = eye.reminders(eye.now - BACK, LIST, limit=MOST_REMINDERS)
        return [each for each in found if each.back is None and each.key not in told.seen]

    def _seen_here(self, record: TicketRecord | None = None) -> None:
        """Take out of his list what no mark of his covers: of one ticket, or all."""
        eye = self._eye()
        told = self._told_here(eye)
        ticket = record.uid if record else ""
        live = (*self._near(eye, told), *self._untold(eye, told))
        keys = [each.key for each in live if each.record and ticket in {"", each.record.uid}]
        seen_by(self._store, eye.me.uid, eye.now, ticket=ticket, keys=keys)

    # How it is said

    def _news_of(self, eye: Eye, found: Found, wording: Wording) -> News:
        """A line of what happened, or comes near."""
        record = found.record
        said: dict[str, Any] = {"what": found.event, "by": None, "by_name": "", "at": found.at}
        if found.parts:
            said = self._said(eye, list(found.parts), wording)
        return News(
            ticket=record.number if record else "", subject=record.subject if record else "",
            event=found.event, why=why(eye, found), **said,
        )  # fmt: skip

    def _said(self, eye: Eye, parts: list[Fact], wording: Wording) -> dict[str, Any]:
        """What was done, by whom and when, and in which words."""
        main = main_fact(parts)
        spoken = next((fact for fact in parts if fact.verb in ENTRY_KINDS), None)
        agent = eye.directory.agent(main.actor) if main.actor else None
        failed = undelivered(parts)
        is_his = main.verb == "opened" and main.fields.get("agent") == self._actor
        what = "undelivered" if failed else "assigned" if is_his else WHAT.get(main.verb, main.verb)
        named = agent.name if agent else "" if failed or is_his else wording.speaker(spoken or main)
        if failed:
            text = reached_text(failed, why=True)
        else:
            text = str(spoken.fields.get("text") or "") if spoken else wording.event(main)
        return {
            "what": what, "by": agent.login if agent else None, "by_name": named,
            "at": main.at, "text": text, "entry_uid": spoken.entity if spoken else None, "act": str(main.act_id),
        }  # fmt: skip

    def _call_news(self, eye: Eye, found: Found, back: CallBackRecord) -> News:
        """A line of whom to call."""
        by = eye.directory.agent(back.by)
        if back.text == MISSED:
            what, text, more = MISSED, _("Missed: {person}."), ""
        elif back.text == OUTCOME:
            what, text, more = "tell", _("Tell {person} the outcome."), ""
        else:
            what, text, more = "call_back", _("Call {person} back."), back.text
        said = text.format(person=back.person or _("the caller"))
        return News(
            ticket=back.ticket, subject=back.subject, what=what, by=by.login if by else None,
            by_name=by.name if by else "", at=back.at, text=f"{said} {more}".strip(),
            call_back=self._call_back_view(back), event=found.event, why=why(eye, found),
        )  # fmt: skip


def _unseen(facts: Iterable[Fact], me: Agent, marks: Sequence[Fact], since: int) -> list[list[Fact]]:
    """Acts by others, since he follows, that none of his marks covers: late ones, too."""
    thread = list(facts)
    void = void_acts(thread)
    acts: dict[FactId, list[Fact]] = {}
    for fact in thread:
        is_news = (fact.verb in VERBS and VERBS[fact.verb].news) or fact.verb == "mail_failed"
        is_new = fact.actor != me.uid and fact.stamp >= since and fact.act_id not in void
        if is_news and is_new and not any(mark.covers(fact) for mark in marks):
            acts.setdefault(fact.act_id, []).append(fact)
    return list(acts.values())


def _lists_others(eye: Eye) -> bool:
    """Whether he wants to have in his list what happens on tickets that he does not follow."""
    return any("list" in eye.matrix.cell(event, relation) for event in ACTS for relation in ("team", "all"))
