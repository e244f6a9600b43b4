"""The demo desk: eight weeks of an office's life, played through the desk's own verbs with the clock of a story.

Everything is invented. Nothing is written past the desk: what the demo shows is what the same work would have left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.directory import Directory
from desktop_desk.desk.ports import Draft, NewId, Store
from desktop_desk.desk.views import CallDraft, CallRecord, NewPerson
from desktop_desk.domain.facts import EntityId
from desktop_desk.exchange.demo_plan import Play, Turn, agenda
from desktop_desk.exchange.demo_text import Step, callers, table

PASSWORD = "demo"  # noqa: S105  printed in the manual
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$dGhlIGRlbW8ncyBzYWx0Lg$Yg2yz0CnAY2xJYPJ61SEsdojQTyyIZmEz3k4HjVKYWM"  # noqa: S105
)
"""Of the demo's password, always the same: a generated desk must be the same each time."""
ADMIN = "admin"
ADMIN_NAME = "Alex Winter"
NAME = "Demo desk"
COUNTRY, REGION, ZONE = "DE", "BE", "Europe/Berlin"
CALLERS = 72
WEEKS = 8
WEEK = 7 * 24 * 60 * 60 * 1000
CALL_BACK_AFTER = 150 * 60 * 1000

STATUSES = (("Waiting for caller", "waiting"), ("Waiting for a part", "waiting"))
DEPARTMENTS = ("System Administrators", "Sales", "Maintenance")


class DemoPasswords:
    """Knows the one password of demo and generated desks, which everybody may know."""

    def made(self, password: str) -> str:
        """The hash of the demo's password; ValueError for another."""
        if password != PASSWORD:
            raise ValueError(password)
        return PASSWORD_HASH

    def fits(self, kept: str, password: str) -> bool:
        """Whether it is the demo's password."""
        return kept == PASSWORD_HASH and password == PASSWORD


@dataclass
class StoryClock:
    """A clock that stands where the story is, ms since the epoch; it is never set back."""

    now: int

    def __call__(self) -> int:
        """The moment of the story."""
        return self.now

    def go(self, moment: int) -> None:
        """Set it to a moment, or leave it where that is past already."""
        self.now = max(self.now, moment)


def beginning(now: int) -> int:
    """When the demo's office opened, for one that is looked at now."""
    return now - (WEEKS * WEEK + WEEK // 7)


def play(store: Store, clock: StoryClock, new_id: NewId, now: int, seed: int = 1) -> None:
    """Fill a desk that was founded at `beginning(now)` with the demo's story.

    Args:
        clock: the one that the store writes by.
        now: the moment at which the demo is opened, ms.
        seed: another one tells other stories.
    """
    zone = store.directory().settings.zone
    stage = _Stage(store, clock, new_id, seed)
    # One transaction: a demo that is interrupted is none, and the disk is waited for once.
    with store.writing():
        stage.furnish()
        plays = agenda(Random(f"plan {seed}"), zone, now, tuple(stage.people))  # noqa: S311  nothing secret
        for turn in plays:
            clock.go(turn.at)
            stage.perform(turn)
        clock.go(now)


def demo_agents(directory: Directory, new_id: NewId, told: Sequence[Mapping[str, Any]]) -> list[Draft]:
    """The facts that make agents who can log in with the demo's password."""
    role = directory.role("Expanded Access") or directory.roles[0]
    drafts: list[Draft] = []
    for each in told:
        department = directory.department(each["department"])
        fields = {
            "login": each["login"], "name": each["name"], "phone": each["phone"], "password": PASSWORD_HASH,
            "email": f"{each['login']}@desk.example", "role": role.uid,
            "department": department.uid if department else directory.settings.department,
        }  # fmt: skip
        drafts.append(Draft("agent_added", new_id.entity(), fields))
    return drafts


@dataclass
class _Stage:
    """The office, its agents and callers, and what they do."""

    store: Store
    clock: StoryClock
    new_id: NewId
    seed: int
    people: dict[str, EntityId] = field(default_factory=dict[str, EntityId])
    _desks: dict[str, Desk] = field(default_factory=dict[str, Desk])

    def desk(self, login: str) -> Desk:
        """The desk as this agent works with it."""
        if login not in self._desks:
            agent = self.store.directory().agent(login)
            if agent is None:
                raise KeyError(login)
            self._desks[login] = Desk(self.store, self.clock, self.new_id, agent.uid, DemoPasswords())
        return self._desks[login]

    def furnish(self) -> None:
        """Make departments, agents, teams, topics, statuses and callers."""
        told = table("people.toml")
        admin = self.desk(ADMIN)
        for name in DEPARTMENTS:
            admin.add("department", name=name)
        for name, state in STATUSES:
            admin.add("status", name=name, state=state)
        self._agents(told["agent"])
        for name, members in told["teams"].items():
            admin.add("team", name=name, lead=members[0], members=members)
        for topic in told["topic"]:
            admin.add("topic", **topic)
        self._callers()

    def _agents(self, told: list[Mapping[str, Any]]) -> None:
        # Past `add_agent`: the demo's password is shorter than a desk allows.
        self.desk(ADMIN).take_in([demo_agents(self.store.directory(), self.new_id, told)])

    def _callers(self) -> None:
        desk = self.desk(ADMIN)
        for caller in callers(Random(f"callers {self.seed}"), CALLERS):  # noqa: S311
            new = NewPerson(caller.name, caller.phones, caller.emails, caller.organisation)
            uid = desk.add_person(new).uid
            self.people[caller.name or caller.phones[0]] = EntityId(uid or "")

    def perform(self, turn: Turn) -> None:
        """Do what stands on the agenda."""
        play, step = turn.play, turn.step
        if step.verb == "open":
            self._open(play)
            return
        if play.ended and step.verb not in {"tell", "close", "message", "merge"}:
            return
        match step.verb:
            case "message" | "call":
                self._heard(play, turn)
            case "tell":
                self._tell(play, step.text)
            case "close":
                self.desk(play.holder).close(play.number)
            case "merge":
                self.desk(play.taker).merge(play.number, turn.into.number if turn.into else "")
                play.ended = True
            case "news":
                self.desk(turn.by).mark_all_seen()
            case _:
                self._worked(play, turn)

    def _open(self, play: Play) -> None:
        name = play.caller
        person = self.people.get(name)
        phone = ""
        if person is not None:
            record = self.store.people.by_uid(person)
            phone = (
                next((value for _uid, kind, value in record.contacts if kind == "phone"), "")
                if record
                else ""
            )
        call = CallRecord("in", phone, self.clock.now, play.seconds, withheld=not phone)
        draft = CallDraft(
            play.subject, play.opening, caller=person, topic=play.topic, priority=play.priority or None,
            agent=play.agent or None, source=play.source, call=call, resolve=play.at_once,
        )  # fmt: skip
        play.number = self.desk(play.taker).log_call(draft).number or ""
        play.ended = play.at_once
        record = self.store.tickets.by_number(play.number)[0]
        agent = self.store.directory().agent(record.agent)
        play.assigned = agent is not None
        play.holder = agent.login if agent else play.holder

    def _heard(self, play: Play, turn: Turn) -> None:
        desk = self.desk(turn.by or play.taker)
        if turn.step.verb == "message":
            desk.message(play.number, turn.step.text)
        else:
            desk.add_call(
                play.number, turn.step.text, CallRecord("in", "", self.clock.now, 40 + len(turn.step.text))
            )
        play.ended = False
        self._go_on(play)

    def _worked(self, play: Play, turn: Turn) -> None:
        """What an agent does with a ticket."""
        step = turn.step
        login = turn.by or play.holder
        desk = self.desk(login)
        if not play.assigned and step.verb in {"note", "wait", "resolve"} and not turn.by:
            desk.claim(play.number)
            play.assigned = True
        if step.verb in {"note", "reply", "hand"}:
            self._go_on(play)
        if step.verb in {"hand", "back", "follow", "tag", "raise"}:
            self._around(play, desk, step)
            return
        match step.verb:
            case "note":
                desk.note(play.number, step.text)
            case "reply":
                desk.reply(play.number, step.text)
                play.assigned = True
            case "wait":
                desk.set_status(play.number, step.detail, step.text)
                play.waiting = True
            case "resolve":
                desk.resolve(play.number, step.text)
                play.ended = True
            case _:
                raise ValueError(step.verb)

    def _around(self, play: Play, desk: Desk, step: Step) -> None:
        """What an agent does about a ticket without working on it."""
        match step.verb:
            case "hand":
                self._hand(play, desk, step.detail, step.text)
            case "raise":
                desk.set_priority(play.number, step.detail)
            case "tag":
                desk.tag(play.number, add=(step.detail,))
            case "follow":
                desk.follow(play.number)
            case _:
                desk.add_call_back(play.number, self.clock.now + CALL_BACK_AFTER, step.text)

    def _hand(self, play: Play, desk: Desk, to: str, message: str) -> None:
        if to == play.holder and play.assigned:
            desk.note(play.number, message)
            return
        desk.assign(play.number, to, message)
        agent = self.store.directory().agent(to)
        play.assigned = agent is not None
        play.holder = to if agent else _WHO_TAKES[to]

    def _go_on(self, play: Play) -> None:
        """What waited goes on."""
        if play.waiting:
            play.waiting = False
            self.desk(play.holder).set_status(play.number, "open")

    def _tell(self, play: Play, text: str) -> None:
        record = self.store.tickets.by_number(play.number)[0]
        for back in self.store.news.call_backs_of(record.id):
            agent = self.store.directory().agent(back.agent)
            if not back.done and agent is not None:
                self.desk(agent.login).call_back_done(back.uid, text)


_WHO_TAKES = {
    "Network": "omar", "Level I Support": "mia", "Building": "ben", "Support": "mia", "Maintenance": "ben",
    "System Administrators": "omar", "Sales": "tess",
}  # fmt: skip
"""Who of a team or department takes what is handed to it."""
