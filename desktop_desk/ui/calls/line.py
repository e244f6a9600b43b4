"""What the one line of a call means to this office: its marks resolved to topics, agents, teams and times."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from PySide6.QtCore import QTimeZone

from desktop_desk.desk.directory import Agent, Directory, Team
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.intake_line import Chip, read_line
from desktop_desk.domain.names import name_words
from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.i18n import _
from desktop_desk.ui.calls.topic_field import TopicChoice, topic_choices
from desktop_desk.ui.tickets.times import clock_ms, moment_text
from desktop_desk.ui.widgets.chips import ChipText

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineReading:
    """A line as the desk will take it; ids, "" for none.

    Attributes:
        subject: the text without the marks that were understood; the others stay in it.
        agent: an agent's id.
        call_back_wrong: the call-back field holds no time that could be meant.
        chips: every mark, keyed by where it starts, for the row of chips.
    """

    subject: str
    topic: str = ""
    priority: str = ""
    agent: str = ""
    team: str = ""
    call_back_at: int | None = None
    call_back_wrong: bool = False
    chips: tuple[ChipText, ...] = ()

    @property
    def promise(self) -> str:
        """The promise to read back to the caller; "" for none."""
        if self.call_back_at is None:
            return ""
        return _("call back {time}").format(time=moment_text(self.call_back_at, clock_ms()))


class CallLine:
    """Reads lines with one office's names; `me` is the login of who types."""

    def __init__(
        self, directory: Directory | None = None, me: str = "", now: Callable[[], int] = clock_ms
    ) -> None:
        office = directory if directory is not None else Directory()
        self.me = me
        self.topics: tuple[TopicChoice, ...] = topic_choices(office.topics)
        self.agents: tuple[Agent, ...] = tuple(agent for agent in office.agents if agent.active)
        self._teams: tuple[Team, ...] = tuple(team for team in office.teams if team.active)
        # A time is typed and shown by the clock on the wall beside the screen, as all times of the window are.
        self._zone = bytes(QTimeZone.systemTimeZoneId().data()).decode() or office.settings.zone
        self._now = now

    def read(self, line: str, call_back: str = "") -> LineReading:
        """What the line says, and the time in the call-back field, which wins over one in the line."""
        typed = read_line(line, self._now(), self._zone)
        found = LineReading("")
        known: list[Chip] = []
        chips: list[ChipText] = []
        for chip in typed.chips:
            understood, text, tone = self._understood(found, chip)
            if understood is not None:
                found = understood
                known.append(chip)
            chips.append(ChipText(str(chip.start), text, tone, removable=True))
        found = replace(found, subject=_between(line, known), chips=tuple(chips))
        return self._with_call_back(found, call_back.strip())

    def without(self, line: str, key: str) -> str:
        """The line without the mark that a chip of this key stands for."""
        chip = next((c for c in read_line(line, self._now(), self._zone).chips if str(c.start) == key), None)
        if chip is None:
            return line
        return f"{line[: chip.start].rstrip()} {line[chip.end :].lstrip()}".strip()

    def _with_call_back(self, found: LineReading, text: str) -> LineReading:
        if not text:
            return found
        try:
            at = read_line(f">{text}", self._now(), self._zone)
        except Invalid:  # the desk's zone is one that this machine does not know
            return replace(found, call_back_wrong=True)
        if at.call_back_at is None or at.text:
            return replace(found, call_back_wrong=True)
        return replace(found, call_back_at=at.call_back_at)

    def _understood(self, so_far: LineReading, chip: Chip) -> tuple[LineReading | None, str, str]:
        """The reading with this mark (None when nobody knows it), what its chip says, and its tone."""
        match chip.kind:
            case "topic":
                topic = _named(self.topics, chip.value, lambda topic: (topic.name, topic.path))
                if topic is not None:
                    return replace(so_far, topic=topic.uid), f"# {topic.path}", "plain"
            case "priority":
                name = _(PRIORITIES[chip.value])
                return replace(so_far, priority=chip.value), f"{chip.value} · {name}", chip.value.lower()
            case "assignee":
                agent = _named(self.agents, chip.value, lambda agent: (agent.login, agent.name))
                if agent is not None:
                    return replace(so_far, agent=agent.uid, team=""), f"@ {agent.name}", "plain"
                team = _named(self._teams, chip.value, lambda team: (team.name,))
                if team is not None:
                    return replace(so_far, team=team.uid, agent=""), f"@ {team.name}", "plain"
            case "time":
                at = int(chip.value)
                text = _("call back {time}").format(time=moment_text(at, self._now()))
                return replace(so_far, call_back_at=at), text, "plain"
        return None, _("{what}: not known").format(what=chip.value), "overdue"


def _named(things: Iterable[T], typed: str, names: Callable[[T], Sequence[str]]) -> T | None:
    """The only thing that one of its names fits, its first names before its others.

    A name fits that is what was typed, else one that has all typed words, else one of whose words one begins
    with each typed word.
    """
    wanted, every = name_words(typed), tuple(things)
    if not wanted:
        return None
    fits: tuple[Callable[[tuple[str, ...]], bool], ...] = (
        lambda words: words == wanted,
        lambda words: set(wanted) <= set(words),
        lambda words: all(any(word.startswith(start) for word in words) for start in wanted),
    )
    for place in range(max((len(names(thing)) for thing in every), default=0)):
        for fit in fits:
            found = [thing for thing in every if fit(name_words(names(thing)[place]))]
            if len(found) == 1:
                return found[0]
    return None


def _between(line: str, chips: Sequence[Chip]) -> str:
    """What stands between the marks, with single spaces in their places."""
    pieces: list[str] = []
    place = 0
    for chip in chips:
        pieces.append(line[place : chip.start])
        place = chip.end
    pieces.append(line[place:])
    return " ".join(piece.strip() for piece in pieces if piece.strip())
