"""Lists: queues and their counters, search, whom to hand to, and the summary report."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from desktop_desk.desk.directory import Agent, Department, Directory, Team
from desktop_desk.desk.inbox import Inbox
from desktop_desk.desk.ports import Hit, Progress
from desktop_desk.desk.queues import QUEUES, SORTS, Condition, PageRequest
from desktop_desk.desk.reports import COUNTS, ReportRequest, ReportRow
from desktop_desk.desk.snippets import snippet
from desktop_desk.desk.texts import plain_text
from desktop_desk.desk.views import Check, Counters, QueuePage, SearchHit, Target, TicketRow
from desktop_desk.domain.attachments import attached
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid, NotFound
from desktop_desk.domain.facts import EntityId, Fact
from desktop_desk.domain.query import Filter, Query, read_query
from desktop_desk.domain.tickets import DIMENSIONS, PRIORITIES
from desktop_desk.domain.verbs import ENTRY_KINDS
from desktop_desk.i18n import _, ngettext

DAY = 86_400_000
EPOCH_DAY = date(1970, 1, 1).toordinal()
SIMILAR_WORDS, SIMILAR_HITS, SIMILAR_SHARE = 5, 30, 0.25


class Lists(Inbox):
    """Questions about many tickets."""

    def queue(
        self, key: str, sort: str = "due", *, descending: bool = False, start: int = 0, count: int = 100,
        words: str = "", after: tuple[object, int] | None = None,
    ) -> QueuePage:  # fmt: skip
        """A window of a queue, in order; ties stand as tickets came in.

        Args:
            words: a quick filter over number, subject and caller.
            after: sort value and id of the last row before the window, where known.
        """
        if key not in QUEUES or sort not in SORTS:
            raise NotFound(_("There is no queue or column “{name}”.").format(name=key), one_of(QUEUES))
        with self._store.reading():
            me = self._me()
            teams = tuple(team.id for team in self._store.directory().teams_of(me))
            request = PageRequest(
                key,
                me.id,
                teams,
                self._clock(),
                sort,
                descending,
                max(0, start),
                count,
                plain_text(words, "words"),
                after,
            )
            records = self._store.tickets.page(request)
            fresh = self._store.tickets.fresh([record.id for record in records], me.id, me.caught_up)
            rows = self._rows(records, fresh)
            return QueuePage(rows, request.start, self._store.journal.position())

    def counters(self) -> Counters:
        """How many tickets each queue holds, and "forme": what is new for the actor."""
        with self._store.reading():
            me = self._me()
            teams = tuple(team.id for team in self._store.directory().teams_of(me))
            counts = dict(self._store.tickets.counters(me.id, teams, self._clock()))
            counts["forme"] = self._for_me()
            return Counters(counts, counts["all"])

    def search(self, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        """Tickets by number, words, phrases and filters; newest first, what matched marked."""
        with self._store.reading():
            self._me()
            query = read_query(text, self._today())
            return self._search_hits(self._hits(query, limit), query)

    def search_hint(self, text: str) -> str:
        """What to tell beside the hits: that a number among the words has a wrong check digit; "" for nothing.

        Digits that no ticket has come to yet, such as those of a telephone number, were not meant as one.
        """
        reading = read_query(text).number
        if reading is None or not reading.wrong_check:
            return ""
        counter = "".join(filter(str.isdigit, text))[:-1]
        with self._store.reading():
            if int(counter or "0") > self._store.journal.highest_counter():
                return ""
        return _("As a ticket number this has a wrong check digit: ask for it again.")

    def similar(self, text: str, limit: int = 5) -> tuple[SearchHit, ...]:
        """Recent tickets with most of these words, for whoever types a subject."""
        with self._store.reading():
            words = sorted(read_query(text, None).words, key=len, reverse=True)
            kept = [word for word in words if len(word) > 2][:SIMILAR_WORDS]
            found: dict[int, Hit] = {}
            shared: Counter[int] = Counter()
            weight: defaultdict[int, float] = defaultdict(float)
            whole = 0.0
            for word in kept:
                hits = self._hits(Query(word, words=(word,)), SIMILAR_HITS)
                for hit in hits:
                    found.setdefault(hit.ticket.id, hit)
                    shared[hit.ticket.id] += 1
                    # The fewer tickets have a word, the more it says: "VPN" more than "does not".
                    weight[hit.ticket.id] += 1 / len(hits)
                whole += 1 / len(hits) if hits else 0
            # One word in common is little to go by, unless there was only one; so are words that everybody writes.
            near = [
                hit
                for number, hit in found.items()
                if shared[number] >= min(2, len(kept)) and weight[number] >= whole * SIMILAR_SHARE
            ]
            near.sort(key=lambda hit: (-weight[hit.ticket.id], -hit.ticket.opened))
            return self._search_hits(near[:limit], Query(text, words=tuple(kept)))

    def tickets_of(self, person: str, *, open_only: bool = True, limit: int = 20) -> tuple[TicketRow, ...]:
        """A caller's tickets, newest first."""
        with self._store.reading():
            found = self._store.people.by_uid(EntityId(person))
            if found is None:
                return ()
            records = self._store.tickets.of_caller(found.id, open_only=open_only, limit=limit)
            return self._rows(records)

    def targets(self, text: str = "") -> tuple[Target, ...]:
        """Whom tickets can be handed to: agents, teams, departments whose names or logins have these letters."""
        with self._store.reading():
            directory = self._store.directory()
            load = self._store.tickets.open_by_holder()
            words = text.casefold().split()
            found = [
                self._target(thing, directory, load.get((kind, thing.id), 0))
                for kind, things in (
                    ("agent", directory.agents), ("team", directory.teams), ("department", directory.departments),
                )
                for thing in things
                if thing.active and all(word in _findable(thing) for word in words)
            ]  # fmt: skip
            return tuple(
                sorted(found, key=lambda target: not target.name.casefold().startswith(" ".join(words)))
            )

    def directory(self) -> Directory:
        """The office as it is now."""
        with self._store.reading():
            return self._store.directory()

    def report(
        self, from_day: date | None = None, to_day: date | None = None, by: str | None = None
    ) -> tuple[ReportRow, ...]:
        """Events of a period of whole days, both included, in all or by a dimension; as known now."""
        if by is not None and by not in DIMENSIONS:
            raise Invalid(
                "by", _("A report has no breakdown by “{name}”.").format(name=by), ", ".join(DIMENSIONS)
            )
        with self._store.reading():
            first = from_day or date(1970, 1, 1)
            last = to_day or self._today() + timedelta(days=1)
            request = ReportRequest(
                first.toordinal() - EPOCH_DAY, last.toordinal() - EPOCH_DAY, by or "",
                self._midnight(first), min(self._end(last), self._clock()),
            )  # fmt: skip
            sums = self._store.reports.sums(request)
            values = sorted(
                {value for _what, value in sums}, key=lambda value: (not value, self._value_name(by, value))
            )
            return tuple(_report_row(self._value_name(by, value), value, sums) for value in values) or (
                _report_row(_("All"), "", {}),
            )

    def check(self, *, rebuild: bool = False, progress: Progress | None = None) -> Check:
        """Check file, facts, projections and attachments; `rebuild` makes the projections again from the facts."""
        if rebuild:
            self._require("office.settings")
        tickets, facts, digest, problems = self._store.check(rebuild=rebuild, progress=progress)
        with self._store.reading():
            spoilt = (f"attachment {name}: is damaged" for name in self._store.attachments.damaged())
            problems = (*problems, *spoilt)
        return Check(not problems, tickets, facts, digest, problems)

    def _hits(self, query: Query, limit: int) -> list[Hit]:
        found: list[Hit] = []
        reading = query.number
        if reading is not None and reading.number is not None:
            found.extend(Hit(record, record.id) for record in self._store.tickets.by_number(reading.number))
        if query.phone:
            for person in self._store.people.find(query.phone, limit):
                records = self._store.tickets.of_caller(person.id, open_only=False, limit=limit)
                found.extend(Hit(record, record.id) for record in records)
        conditions = [condition for item in query.filters for condition in self._condition(item)]
        found.extend(self._store.tickets.search(query, limit, conditions))
        once = {hit.ticket.id: hit for hit in reversed(found)}
        return [once[number] for number in dict.fromkeys(hit.ticket.id for hit in found)][:limit]

    def _search_hits(self, hits: Sequence[Hit], query: Query) -> tuple[SearchHit, ...]:
        """Hits as people see them: what matched is shown, and marked."""
        facts = self._store.journal.by_arrival(hit.arrival for hit in hits)
        rows = self._rows(hit.ticket for hit in hits)
        return tuple(
            _search_hit(row, facts.get(hit.arrival), query) for row, hit in zip(rows, hits, strict=True)
        )

    def _condition(self, item: Filter) -> tuple[Condition, ...]:
        directory = self._store.directory()
        look_up = {
            "agent": directory.agent, "team": directory.team, "department": directory.department,
            "topic": directory.topic, "status": directory.status,
        }  # fmt: skip
        if item.name in look_up:
            me = {"me": self._actor}
            things = [look_up[item.name](me.get(value, value)) for value in item.values]
            return (Condition(item.name, tuple(thing.id if thing else -1 for thing in things), item.negated),)
        if item.name in {"from", "to"}:
            day = date.fromisoformat(item.values[0])
            at = self._midnight(day) if item.name == "from" else self._end(day)
            return (Condition("opened_from" if item.name == "from" else "opened_until", (at,), item.negated),)
        if item.name == "is":
            queues = tuple(self._members_of(value) for value in item.values)
            return (Condition("any", queues, item.negated),)
        values = item.values
        if item.name == "tag":
            values = tuple(value.casefold().lstrip("#") for value in values)
        return (Condition(item.name, values, item.negated),)

    def _members_of(self, queue: str) -> tuple[Condition, ...]:
        """What a ticket must be to stand in a queue."""
        me = self._me()
        open_now, live = Condition("state", ("open",)), Condition("state", ("open", "waiting"))
        teams = tuple(team.id for team in self._store.directory().teams_of(me)) or (-1,)
        return {
            "unassigned": (open_now, Condition("agent", (0,)), Condition("team", (0,))),
            "mine": (live, Condition("agent", (me.id,))),
            "teams": (live, Condition("team", teams)),
            "overdue": (open_now, Condition("due_before", (self._clock(),))),
            "answered": (open_now, Condition("answered", (1,))),
            "differences": (Condition("differences", ()),),
            "all": (Condition("state", ("open", "waiting", "resolved", "closed")),),
        }.get(queue, (Condition("state", (queue,)),))

    def _target(self, thing: Agent | Team | Department, directory: Directory, load: int) -> Target:
        if isinstance(thing, Agent):
            detail = ", ".join(
                (directory.name_of(thing.department), *(team.name for team in directory.teams_of(thing)))
            )
            return Target("agent", thing.uid, thing.name, detail.strip(", "), load)
        if isinstance(thing, Team):
            count = len(thing.members)
            detail = ngettext("team · %d agent", "team · %d agents", count) % count
            return Target("team", thing.uid, thing.name, detail, load)
        return Target("department", thing.uid, thing.name, _("department"), load)

    def _value_name(self, by: str | None, value: str) -> str:
        if by is None:
            return _("All")
        if by == "priority":
            return _(PRIORITIES.get(value, "–"))
        if by == "source":
            return value or "–"
        return self._store.directory().name_of(int(value)) if value else "–"

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._store.directory().settings.zone)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock() / 1000, self._zone()).date()

    def _midnight(self, day: date) -> int:
        if day.year <= 1970:
            return 0
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone()).timestamp() * 1000)

    def _end(self, day: date) -> int:
        # After the last day that can be written, there is none.
        return self._midnight(day + timedelta(days=day < date.max))


def _search_hit(row: TicketRow, fact: Fact | None, query: Query) -> SearchHit:
    entry = fact if fact is not None and fact.verb in ENTRY_KINDS else None
    file = attached(fact.fields) if fact is not None and fact.verb == "attached" else None
    text = file.name if file else str(entry.fields.get("text") or "") if entry else row.subject
    shown, hits = snippet(text, (*query.words, *query.phrases))
    return SearchHit(row, shown, hits, entry.entity if entry else None)


def _findable(thing: Agent | Team | Department) -> str:
    return f"{thing.name} {thing.login if isinstance(thing, Agent) else ''}".casefold()


def _report_row(name: str, value: str, sums: Mapping[tuple[str, str], tuple[int, int]]) -> ReportRow:
    counts = {what: sums.get((what, value), (0, 0))[0] for what in COUNTS}
    met, missed = (sums.get((what, value), (0, 0))[0] for what in ("sla_met", "sla_missed"))

    def average(what: str) -> int | None:
        n, total = sums.get((what, value), (0, 0))
        return total // n if n else None

    return ReportRow(
        name=name, **counts, first_response=average("first_response"), resolution=average("resolution"),
        sla_met=met / (met + missed) if met or missed else None,
    )  # fmt: skip
