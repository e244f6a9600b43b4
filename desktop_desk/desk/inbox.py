"""For me: what is new for the actor, whom he is to call, what comes near; and the marks of having seen it."""

from desktop_desk.desk.directory import Agent
from desktop_desk.desk.ports import Draft, TicketRecord
from desktop_desk.desk.reading import Reading
from desktop_desk.desk.reasons import why
from desktop_desk.desk.telling import BACK, Eye, Found
from desktop_desk.desk.told import Line, Told, seen_by, told_of
from desktop_desk.desk.views import Done, News
from desktop_desk.desk.wording import Wording, main_fact, reached_text
from desktop_desk.domain.call_backs import MISSED
from desktop_desk.domain.errors import NotFound
from desktop_desk.domain.facts import EntityId, Fact, FactId, fold
from desktop_desk.domain.named import read_mark
from desktop_desk.domain.notices import RELATIONS_OF
from desktop_desk.domain.undelivered import undelivered
from desktop_desk.domain.verbs import ENTRY_KINDS, VERBS
from desktop_desk.i18n import _

NEWS = 100
MOST_REMINDERS = 20
WHAT = {"prioritised": "priority_changed", "status_set": "status_changed", "claimed": "assigned"}
LIST = ("list",)


class Inbox(Reading):
    """Questions about what is new, and the marks of having seen it."""

    def inbox(self) -> tuple[News, ...]:
        """What is new for the actor, newest first, after the calls he is to make; does not mark it seen."""
        with self._store.reading():
            me = self._me()
            eye = Eye(self._store, self._store.directory(), me, self._clock())
            told = told_of(self._store, me.uid)
            news = self._followed_news(eye)
            known = {(item.ticket, item.act) for item in news}
            news += [item for item in self._other_news(eye, told) if (item.ticket, item.act) not in known]
            news += [self._reminder(eye, found) for found in self._reminders(eye, told)]
            news.sort(key=lambda item: item.at, reverse=True)
            return (*self._to_call(eye), *news)

    def mark_seen(self, number: str) -> Done:
        """Note that the actor has seen everything of a ticket that there is now; not in a copy to look at."""
        if self._store.look:
            return Done("")
        with self._store.writing():
            record = self._find(number)
            me = self._me()
            self._reminders_seen(me, record)
            if not self._store.tickets.fresh((record.id,), me.id, me.caught_up):
                return Done("", record.number, record.uid)
            newest = max(fact.stamp for fact in self._store.journal.of_ticket(record.uid))
            fields = {"ticket": record.uid, "agent": me.uid, "seen": newest}
            return self._write([Draft("read", read_mark(record.uid, me.uid), fields)], None, (record,))

    def mark_all_seen(self) -> Done:
        """Note that the actor has seen all there is now, on every ticket."""
        with self._store.writing():
            me = self._me()
            self._reminders_seen(me)
            fresh = self._store.news.fresh(me.id, me.caught_up, 1)
            if not fresh:
                return Done("")
            told = max(fact.stamp for fact in self._store.journal.of_ticket(fresh[0][0].uid))
            # What was written earlier and came late is listed by when it came to be known.
            newest = max(told, me.caught_up + 1)
            return self._write([Draft("caught_up", me.uid, {"caught_up": newest})], None)

    def _for_me(self, me: Agent) -> int:
        """How many tickets have news for an agent, calls he owes, and things that come near."""
        eye = Eye(self._store, self._store.directory(), me, self._clock())
        told = told_of(self._store, me.uid)
        if eye.matrix.lists_all_followed():
            count = len(self._store.news.fresh(me.id, me.caught_up, NEWS))
        else:
            count = len({item.ticket for item in self._followed_news(eye)})
        calls = self._store.news.call_backs(me.id, eye.team_numbers)
        others = len({line.ticket for line in told.lines}) if told else 0
        return count + len(calls) + others + len(self._reminders(eye, told))

    # What happened

    def _followed_news(self, eye: Eye) -> list[News]:
        """News of the tickets that he follows, as far as he wants them in his list."""
        me, wording = eye.me, Wording(self._store)
        caught = [fact for fact in self._store.journal.of_entity(me.uid, None) if fact.verb == "caught_up"]
        news: list[News] = []
        for record, _seen in self._store.news.fresh(me.id, me.caught_up, NEWS):
            marks = [*caught, *self._store.journal.of_entity(read_mark(record.uid, me.uid), None)]
            facts = self._store.journal.of_ticket(record.uid)
            news.extend(self._news_of(eye, record, facts, marks, wording))
        return news

    def _news_of(
        self, eye: Eye, record: TicketRecord, facts: list[Fact], marks: list[Fact], wording: Wording
    ) -> list[News]:
        """One line of news for each act by others that none of the actor's marks covers: late ones, too."""
        by_entity: dict[str, list[Fact]] = {}
        for fact in facts:
            by_entity.setdefault(fact.entity, []).append(fact)
        own = facts[0].ticket or EntityId("")
        follow = fold(by_entity.get(own, [])).heads.get(f"follow:{self._actor}")
        since = follow.stamp if follow else 0
        acts: dict[object, list[Fact]] = {}
        for group in by_entity.values():
            for fact in fold(group).facts:
                is_news = (fact.verb in VERBS and VERBS[fact.verb].news) or fact.verb == "mail_failed"
                is_his = fact.actor != self._actor and fact.stamp >= since
                if is_news and is_his and not any(mark.covers(fact) for mark in marks):
                    acts.setdefault(fact.act_id, []).append(fact)
        records: dict[str, TicketRecord | None] = {record.uid: record}
        found = (eye.of_act(record.uid, parts, records, followed=True) for parts in acts.values())
        return [
            self._one_news(eye, each, wording)
            for each in found
            if each is not None and "list" in each.channels
        ]

    def _other_news(self, eye: Eye, told: Told | None) -> list[News]:
        """News of tickets that he does not follow but wants to hear of."""
        lines = told.lines if told else ()
        news = [item for line in lines if (item := self._kept_news(eye, line)) is not None]
        if not _lists_others(eye):
            return news
        mark = told.mark if told and told.mark >= 0 else self._store.journal.count() - MOST_UNTOLD
        happened, _reach = eye.happened(mark, eye.now - BACK)
        wording, known = Wording(self._store), {line.key for line in lines}
        news.extend(
            self._one_news(eye, found, wording)
            for found in happened
            if "list" in found.channels and not found.followed and found.key not in known
        )
        return news

    def _kept_news(self, eye: Eye, line: Line) -> News | None:
        act = FactId.parse(line.key.removeprefix("act:").rpartition(":")[0])
        parts = [fact for fact in self._store.journal.of_act(act) if fact.ticket == line.ticket]
        found = eye.of_act(line.ticket, parts) if parts else None
        # Whoever follows it by now finds it among the news of what he follows.
        return None if found is None or found.followed else self._one_news(eye, found, Wording(self._store))

    def _one_news(self, eye: Eye, found: Found, wording: Wording) -> News:
        parts, record = list(found.parts), found.record
        main = main_fact(parts)
        spoken = next((fact for fact in parts if fact.verb in ENTRY_KINDS), None)
        agent = eye.directory.agent(main.actor) if main.actor else None
        failed = undelivered(parts)
        if failed:
            return News(
                ticket=record.number if record else "", subject=record.subject if record else "", what="undelivered",
                by=agent.login if agent else None, by_name=agent.name if agent else "", at=main.at,
                text=reached_text(failed, why=True), entry_uid=spoken.entity if spoken else None,
                event=found.event, why=why(eye, found), act=str(main.act_id),
            )  # fmt: skip
        is_mine = main.verb == "opened" and main.fields.get("agent") == self._actor
        return News(
            ticket=record.number if record else "", subject=record.subject if record else "",
            what="assigned" if is_mine else WHAT.get(main.verb, main.verb),
            by=agent.login if agent else None,
            by_name=agent.name if agent else "", at=main.at,
            text=str(spoken.fields.get("text") or "") if spoken else wording.event(main),
            entry_uid=spoken.entity if spoken else None, event=found.event, why=why(eye, found), act=str(main.act_id),
        )  # fmt: skip

    # What comes near

    def _reminders(self, eye: Eye, told: Told | None) -> list[Found]:
        """What has come near and stands in his list until he has seen it."""
        found = eye.reminders(eye.now - BACK, LIST, limit=MOST_REMINDERS)
        seen = told.seen if told else {}
        return [
            each for each in found if each.back is None and each.key not in seen and "list" in each.channels
        ]

    def _reminder(self, eye: Eye, found: Found) -> News:
        record = found.record
        if record is None:
            raise NotFound(_("This ticket is not there any more."))
        return News(
            ticket=record.number, subject=record.subject, what=found.event, by=None, by_name="", at=found.at,
            event=found.event, why=why(eye, found),
        )  # fmt: skip

    def _reminders_seen(self, me: Agent, record: TicketRecord | None = None) -> None:
        """Take what comes near out of his list: of one ticket, or all."""
        eye = Eye(self._store, self._store.directory(), me, self._clock())
        live = self._reminders(eye, told_of(self._store, me.uid))
        keys = [
            each.key
            for each in live
            if record is None or (each.record is not None and each.record.id == record.id)
        ]
        seen_by(self._store, me.uid, eye.now, ticket=record.uid if record else "", reminders=keys)

    # Whom to call

    def _to_call(self, eye: Eye) -> list[News]:
        found: list[News] = []
        for back in self._store.news.call_backs(eye.me.id, eye.team_numbers):
            by = eye.directory.agent(back.by)
            text = _("Tell {person} the outcome.") if back.text == "outcome" else _("Call {person} back.")
            text = _("Missed: {person}.") if back.text == MISSED else text
            more = "" if back.text in {"outcome", MISSED} else back.text
            event = MISSED if back.text == MISSED else "call_back"
            relation = "mine" if back.agent == eye.me.id else "team" if back.agent else "all"
            near = relation if relation in RELATIONS_OF[event] else "mine"
            about = Found("", event, {"list": near}, None, back.at, back=back)
            found.append(
                News(
                    ticket=back.ticket,
                    subject=back.subject,
                    what={"outcome": "tell", MISSED: MISSED}.get(back.text, "call_back"),
                    by=by.login if by else None,
                    by_name=by.name if by else "",
                    at=back.at,
                    text=" ".join((text.format(person=back.person or _("the caller")), more)).strip(),
                    call_back=self._call_back_view(back),
                    event=event,
                    why=why(eye, about),
                )
            )
        return found


MOST_UNTOLD = 500
"""So many of the newest facts are looked through for who was never told anything here."""

ACTS = ("mention", "assigned", "new", "caller", "colleague", "status", "changed", "bounce")


def _lists_others(eye: Eye) -> bool:
    """Whether he wants to have in his list what happens on tickets that he does not follow."""
    return any("list" in eye.matrix.cell(event, relation) for event in ACTS for relation in ("team", "all"))
