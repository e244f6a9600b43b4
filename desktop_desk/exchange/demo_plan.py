"""What happens when on the demo desk: stories spread over eight weeks, scenes of today, one agenda in order of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from desktop_desk.exchange.demo_text import Scene, Step, Story, filled, scenes, stories

TICKETS = 240
CURRENT, WAITING = 18, 8
"""Of the stories, how many are being worked on now, and how many wait for something."""
WEEKS = 8
MINUTE = 60_000
OPENS, CLOSES = 8, 17
DAY_MINUTES = (CLOSES - OPENS) * 60
CLOSE_AFTER = 6 * DAY_MINUTES
SEEN_BEFORE = 130
"""Minutes before now at which everybody has read everything: what is newer is in "For me"."""
MERGED = (31, 97, 163)
"""Past stories that a second caller reports as well."""
TAKERS = ("john", "mia", "john", "mia", "john", "tess")
_BY_DEPARTMENT = {
    "VPN": ("jane", "omar"), "Wi-Fi": ("omar", "jane"), "Ordering": ("jane",), "Heating and light": ("ben",),
    "Doors and badges": ("ben",),
}  # fmt: skip
_SUPPORT = ("john", "mia")
KEEPS, AT_ONCE, AGAIN, FOLLOWED, UNTOLD, BY_MAIL = 0.55, 0.6, 0.05, 0.06, 0.4, 0.12
"""How often the taker keeps it, helps at once, it comes back, somebody follows, nobody has told yet, it was a mail."""
GAPS = (4, 12, 25, 50, 90, 160, 280)
"""Working minutes between two steps."""


@dataclass(slots=True)
class Play:
    """One ticket as it is played; what changes while it is played stands below `number`."""

    subject: str
    opening: str
    caller: str
    topic: str
    priority: str
    taker: str
    agent: str = ""
    seconds: int = 60
    source: str = "phone"
    at_once: bool = False
    ending: str = ""
    slots: Mapping[str, str] = field(default_factory=dict[str, str])
    number: str = ""
    holder: str = ""
    assigned: bool = False
    waiting: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """One line of the agenda: when, in which order, what; `by` is who does it, else whoever has the ticket.

    `into` is the ticket that one is merged into.
    """

    at: int
    order: int
    play: Play = field(compare=False)
    step: Step = field(compare=False)
    by: str = field(default="", compare=False)
    into: Play | None = field(default=None, compare=False)


class Hours:
    """Working minutes of an office, Monday to Friday, in its zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def after(self, moment: int, minutes: int) -> int:
        """The moment so many working minutes after another, ms."""
        local = self._open(self._local(moment))
        while minutes > 0:
            left = int((local.replace(hour=CLOSES, minute=0, second=0) - local).total_seconds() // 60)
            if minutes <= left:
                local += timedelta(minutes=minutes)
                break
            minutes -= left
            local = self._open(datetime.combine(local.date() + timedelta(days=1), time(OPENS)))
        return self._ms(local)

    def before(self, moment: int, minutes: int) -> int:
        """The moment so many working minutes before another, ms."""
        local = self._local(moment)
        while True:
            begin = datetime.combine(local.date(), time(OPENS))
            end = min(local, datetime.combine(local.date(), time(CLOSES)))
            open_minutes = int((end - begin).total_seconds() // 60) if local.weekday() < 5 else 0
            if open_minutes > 0 and minutes <= open_minutes:
                return self._ms(end - timedelta(minutes=minutes))
            minutes -= max(open_minutes, 0)
            local = datetime.combine(local.date() - timedelta(days=1), time(CLOSES))

    def _open(self, local: datetime) -> datetime:
        """The same moment within opening hours, else the next opening."""
        if local.hour >= CLOSES:
            local = datetime.combine(local.date() + timedelta(days=1), time(OPENS))
        elif local.hour < OPENS:
            local = datetime.combine(local.date(), time(OPENS))
        while local.weekday() >= 5:
            local = datetime.combine(local.date() + timedelta(days=1), time(OPENS))
        return local

    def _local(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment / 1000, self._zone).replace(tzinfo=None)

    def _ms(self, local: datetime) -> int:
        return int(local.replace(tzinfo=self._zone).timestamp() * 1000)


def agenda(chance: Random, zone: str, now: int, callers: tuple[str, ...]) -> list[Turn]:
    """Everything that happens until now, in order of time.

    Args:
        zone: the office's.
        callers: names by which callers are known.
    """
    planner = _Planner(chance, Hours(zone), now, callers)
    turns = [*planner.past(), *planner.current(), *planner.today()]
    return sorted(turn for turn in turns if turn.at <= now)


class _Planner:
    def __init__(self, chance: Random, hours: Hours, now: int, callers: tuple[str, ...]) -> None:
        self._chance = chance
        self._hours = hours
        self._now = now
        self._callers = callers
        self._stories, self._slots = stories()
        self._order = 0

    def past(self) -> Iterator[Turn]:
        """Stories that have ended, evenly over the weeks."""
        count = TICKETS - CURRENT - WAITING - len(scenes())
        span = WEEKS * 5 * DAY_MINUTES
        for place in range(count):
            ago = 2 * DAY_MINUTES + (count - place) * (span - 2 * DAY_MINUTES) // count
            opened = self._hours.before(self._now, ago - self._chance.randrange(span // count))
            story = self._stories[(place * 7 + place // len(self._stories)) % len(self._stories)]
            play = self._play(story)
            yield self._turn(opened, play, Step("open", "", ""))
            if place in MERGED:
                yield from self._again(story, play, opened)
            if play.at_once:
                yield self._turn(self._hours.after(opened, CLOSE_AFTER), play, Step("close", "", ""))
            else:
                yield from self._whole(story, play, opened)

    def _again(self, story: Story, first: Play, opened: int) -> Iterator[Turn]:
        """Somebody else calls about the same; the two are made one."""
        second = self._play(story, at_once=False)
        second.subject = first.subject
        yield self._turn(opened + 3 * MINUTE, second, Step("open", "", ""))
        yield Turn(opened + 5 * MINUTE, self._next(), second, Step("merge", "", ""), into=first)

    def current(self) -> Iterator[Turn]:
        """Stories that somebody is in the middle of, and those that wait."""
        calm = [story for story in self._stories if story.priority in {"C", "D"}]
        for place in range(CURRENT):
            story = calm[(place * 5 + 3) % len(calm)]
            play = self._play(story, at_once=False)
            opened = self._hours.before(self._now, 25 + place * 23)
            yield self._turn(opened, play, Step("open", "", ""))
            moment = opened
            for step in story.steps[: place % 4]:
                moment = self._hours.after(moment, self._chance.choice(GAPS[:5]))
                if step.verb != "wait":
                    yield self._turn(moment, play, self._said(step, play))
        halting = [story for story in self._stories if any(step.verb == "wait" for step in story.steps)]
        for place in range(WAITING):
            story = halting[place % len(halting)]
            play = self._play(story, at_once=False)
            moment = self._hours.before(self._now, 500 + place * 260)
            yield self._turn(moment, play, Step("open", "", ""))
            for step in story.steps:
                moment = self._hours.after(moment, self._chance.choice(GAPS[:4]))
                yield self._turn(moment, play, self._said(step, play))
                if step.verb == "wait":
                    break

    def today(self) -> Iterator[Turn]:
        """The scenes, and what everybody has read."""
        read = self._now - SEEN_BEFORE * MINUTE
        idle = Play("", "", "", "", "", "john")
        for login in ("john", "jane", "omar", "mia", "ben", "tess", "admin"):
            yield Turn(read, self._next(), idle, Step("news", "", ""), login)
        for scene in scenes():
            yield from self._scene(scene)

    def _scene(self, scene: Scene) -> Iterator[Turn]:
        by_clock = scene.priority in {"A", "B"}
        opened = self._now - scene.ago * MINUTE if by_clock else self._hours.before(self._now, scene.ago)
        play = Play(
            scene.subject, scene.opening, scene.caller, scene.topic, scene.priority, scene.taker, scene.agent,
            scene.seconds, holder=scene.agent or scene.taker,
        )  # fmt: skip
        yield self._turn(opened, play, Step("open", "", ""))
        for minutes, login, step in scene.steps:
            moment = opened + minutes * MINUTE if by_clock else self._hours.after(opened, minutes)
            yield Turn(moment, self._next(), play, step, login)

    def _whole(self, story: Story, play: Play, opened: int) -> Iterator[Turn]:
        """A story to its end: worked on, resolved, told, sometimes come back, closed."""
        moment = opened
        for step in story.steps:
            moment = self._hours.after(moment, self._chance.choice(GAPS))
            yield self._turn(moment, play, self._said(step, play))
        if self._chance.random() < FOLLOWED:
            yield self._turn(moment, play, Step("follow", "", ""), "admin")
        moment = self._hours.after(moment, self._chance.choice(GAPS))
        yield self._turn(moment, play, Step("resolve", "", play.ending))
        if self._chance.random() < AGAIN:
            moment = self._hours.after(moment, 3 * DAY_MINUTES // 2)
            yield self._turn(moment, play, Step("message", "", "It is back, the same as before."))
            moment = self._hours.after(moment, self._chance.choice(GAPS))
            yield self._turn(moment, play, Step("note", "", "Seen it myself this time."))
            moment = self._hours.after(moment, self._chance.choice(GAPS))
            yield self._turn(
                moment, play, Step("resolve", "", "Found the real cause; watched it for an hour.")
            )
        if self._chance.random() > UNTOLD or moment < self._now - 2 * 24 * 60 * MINUTE:
            told = self._hours.after(moment, self._chance.choice(GAPS[:4]))
            yield self._turn(told, play, Step("tell", "", "Told that it is done."))
        yield self._turn(self._hours.after(moment, CLOSE_AFTER), play, Step("close", "", ""))

    def _play(self, story: Story, *, at_once: bool | None = None) -> Play:
        chance = self._chance
        slots = {name: chance.choice(words) for name, words in self._slots.items()}
        subject, opening, ending = chance.choice(story.cases)
        taker = chance.choice(TAKERS)
        keeps = chance.random() < KEEPS and story.topic not in _BY_DEPARTMENT
        quick = story.quick and chance.random() < AT_ONCE
        helped = quick if at_once is None else at_once
        told = f"{opening}\n{ending}" if helped else opening
        return Play(
            subject=filled(subject, slots),
            opening=filled(told, slots),
            caller=self._callers[int(chance.random() ** 1.6 * len(self._callers))],
            topic=story.topic,
            priority=story.priority,
            taker=taker,
            agent=taker if keeps else "",
            seconds=30 + int(chance.expovariate(1 / 110)),
            source="email" if chance.random() < BY_MAIL else "phone",
            at_once=helped,
            ending=filled(ending, slots),
            slots=slots,
            holder=chance.choice(_BY_DEPARTMENT.get(story.topic, _SUPPORT)),
        )

    def _said(self, step: Step, play: Play) -> Step:
        return Step(step.verb, step.detail, filled(step.text, play.slots))

    def _turn(self, at: int, play: Play, step: Step, by: str = "") -> Turn:
        return Turn(at, self._next(), play, step, by)

    def _next(self) -> int:
        self._order += 1
        return self._order
