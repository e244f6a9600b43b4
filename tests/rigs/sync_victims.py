"""Syncing, to be ended by kill -9: a laptop and an office with a hub in a folder, plain or encrypted."""

from collections.abc import Callable
from pathlib import Path

from desktop_desk import bootstrap, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.storage import sidecar
from tests.builders import PASSWORD, a_desk, texts
from tests.encrypted import cheap_keys, words_on_disk
from tests.encrypted import opened as opened_sealed
from tests.fakes import PlainPasswords
from tests.rigs.kills import Tell, Told
from tests.rigs.steps import Steps

InChild = Callable[[Callable[[Tell], None]], Told]


def open_desk(path: Path) -> FrontDoor:
    """A desk opened as any other, but for the cost of its passwords."""
    return bootstrap.open_desk(path, passwords=PlainPasswords())


class Syncing:
    """A laptop writes and syncs with the office through a hub in a folder; segments are joined meanwhile."""

    def __init__(self, folder: Path, in_child: InChild) -> None:
        self._in_child = in_child
        self._office, self._laptop = folder / "front.desk", folder / "laptop.desk"
        self._hub = f"folder:{folder / 'hub'}"
        self._own = ""
        self.said: set[tuple[str, str]] = set()
        self.unsure: set[str] = set()
        self.purged: set[str] = set()
        self.numbers: list[str] = []
        self._told(lambda tell: self._begin(folder, tell))

    def _begin(self, folder: Path, tell: Tell) -> None:
        office = self.founded(folder)
        sharing.new_hub(office.log_in("ada", PASSWORD), self._hub)
        office.close()
        sharing.new_replica(self._hub, self._laptop, "Laptop", "ada", PASSWORD, passwords=PlainPasswords())
        front = self.opened(self._laptop)
        tell(own=front.log_in("ada", PASSWORD).store.log.own)
        front.close()

    def founded(self, folder: Path) -> FrontDoor:
        """The office's desk, with Ada, John and Jane."""
        return a_desk(folder).front

    def opened(self, path: Path) -> FrontDoor:
        return open_desk(path)

    def _told(self, work: Callable[[Tell], None]) -> Told:
        """What a process that nobody kills tells; its acknowledged acts count like all others."""
        told = self._in_child(work)
        self._own = self._own or told.said("own")[0]
        return self._hear(told)

    def _hear(self, told: Told) -> Told:
        for number, text in told.said("done"):
            self.said.add((number, text))
        self.numbers += told.said("number")
        self.unsure |= set(told.said("purging"))
        self.purged |= set(told.said("purged"))
        return told

    def prepare(self, turn: int) -> None:
        """The office writes meanwhile."""
        self._told(lambda tell: self._day(self._office, "john", f"office {turn}", tell, 1 + turn % 3))

    def works(self, turn: int, tell: Tell) -> None:
        """A day on the laptop, with two syncs."""
        self._day(self._laptop, "jane", f"laptop {turn}", tell, 2, self.watched(tell))

    def watched(self, tell: Tell) -> Steps:
        steps = Steps(tell)
        steps.watch_database()
        steps.watch_hub()
        return steps

    def _day(
        self, path: Path, login: str, words: str, tell: Tell, syncs: int, steps: Steps | None = None
    ) -> None:
        front = self.opened(path)
        desk, ada = front.log_in(login, PASSWORD), front.log_in("ada", PASSWORD)
        doing = steps or Steps(tell)
        for part in range(syncs):
            doing.doing = "writing"
            number = desk.log_call(CallDraft(f"{words}.{part}")).number or ""
            tell(number=number, done=[number, f"{words}.{part}"])
            desk.note(number, f"note {words}.{part}")
            tell(done=[number, f"note {words}.{part}"])
            desk.set_priority(desk.numbers()[0], "ABCD"[part % 4])
            if words.endswith("5"):
                doing.doing = "purging"
                self._purge(ada, number, f"note {words}.{part}", tell)
            doing.doing = "syncing"
            sharing.sync(ada)
        doing.doing = "closing the desk"
        front.close()

    def _purge(self, ada: Desk, number: str, text: str, tell: Tell) -> None:
        (entry,) = [entry for entry in ada.ticket(number).thread if entry.text == text]
        tell(purging=text)
        ada.purge_entry(number, entry.uid)
        tell(purged=text)

    def wrong(self, turn: int, told: Told) -> list[str]:
        """What is wrong with the laptop's file after a kill."""
        self._hear(told)
        new = [(number, text) for number, text in told.said("done")]

        def look(tell: Tell) -> None:
            front = self.opened(self._laptop)
            ada = front.log_in("ada", PASSWORD)
            lost = [f"lost: {text}" for number, text in new if text not in self.unsure | _on(ada, number)]
            back = [f"came back: {text}" for number, text in new if text in self.purged & _on(ada, number)]
            other = [] if ada.store.log.own == self._own else ["it took itself for a copy"]
            tell(wrong=[*lost, *back, *other, *ada.check(rebuild=turn % 4 == 0).problems])
            front.close()

        return self._in_child(look).said("wrong")[0]

    def wrong_at_the_end(self) -> list[str]:
        """Everybody syncs until nobody has news: what is lost, what differs, what lies spoilt at the hub."""

        def come_together(tell: Tell) -> None:
            found: list[str] = []
            fronts = [self.opened(path) for path in (self._office, self._laptop)]
            desks = [front.log_in("ada", PASSWORD) for front in fronts]
            for desk in (*desks, *desks):
                found += sharing.sync(desk).problems
            checks = [desk.check(rebuild=True) for desk in desks]
            found += [] if checks[0].digest == checks[1].digest else ["the desks differ"]
            for desk, check in zip(desks, checks, strict=True):
                found += check.problems
                there = {number: _on(desk, number) for number in {number for number, _text in self.said}}
                found += [f"lost: {text}" for n, text in self.said if text not in self.unsure | there[n]]
                found += [f"came back: {text}" for n, text in self.said if text in self.purged & there[n]]
            for front in fronts:
                front.close()
            tell(wrong=found)

        twice = len(self.numbers) - len(set(self.numbers))
        wrong = self._in_child(come_together).said("wrong")[0]
        return [*wrong, *([f"{twice} numbers were given twice"] if twice else [])]


def _on(desk: Desk, number: str) -> set[str]:
    """All that is said on a ticket; nothing, if there is none."""
    if number not in desk.numbers():
        return set()
    view = desk.ticket(number)
    return {view.subject, *texts(view)}


class SealedSyncing(Syncing):
    """The same with an encrypted desk and a sealed hub; agents who join at the office come to the laptop by sync."""

    def __init__(self, folder: Path, in_child: InChild) -> None:
        self._folder = folder
        self._joined: list[str] = []
        super().__init__(folder, in_child)

    def founded(self, folder: Path) -> FrontDoor:
        front = bootstrap.create_desk(
            folder / "front.desk", name="Front desk", admin_login="ada", admin_name="Ada Admin",
            admin_password=PASSWORD, passwords=PlainPasswords(), keys=cheap_keys(),
            recovery=bootstrap.new_recovery_code(),
        )  # fmt: skip
        ada = front.log_in("ada", PASSWORD)
        for login in ("john", "jane"):
            ada.add_agent(login, login.title(), PASSWORD, department="Support", role="All Access")
        return front

    def opened(self, path: Path) -> FrontDoor:
        return opened_sealed(path, bootstrap.now_ms)

    def prepare(self, turn: int) -> None:
        """Somebody joins the office now and then."""
        if turn % 3 == 0:
            self._in_child(lambda _tell: self._join(f"temp{turn}"))
            self._joined.append(f"temp{turn}")
        super().prepare(turn)

    def _join(self, login: str) -> None:
        front = self.opened(self._office)
        front.log_in("ada", PASSWORD).add_agent(
            login, "Ann Temporary", PASSWORD, department="Support", role="View Only"
        )
        front.close()

    def watched(self, tell: Tell) -> Steps:
        steps = super().watched(tell)
        steps.watch(sidecar, "replace_durably", "writing the keys")
        return steps

    def wrong(self, turn: int, told: Told) -> list[str]:
        """Beside all else nothing may lie open, wherever the kill came."""
        open_words = words_on_disk(
            self._folder.parent, "note laptop", "note office", "Ann Temporary", PASSWORD
        )
        return [*super().wrong(turn, told), *(f"{name} lies open" for name in open_words)]

    def wrong_at_the_end(self) -> list[str]:
        wrong = super().wrong_at_the_end()

        def all_come_in(tell: Tell) -> None:
            front = self.opened(self._laptop)
            for login in ("ada", *self._joined):
                front.log_in(login, PASSWORD)
                # The first has opened the file; each must be able to.
                front.close()
                front = self.opened(self._laptop)
            front.close()
            tell(came=len(self._joined))

        self._in_child(all_come_in)
        return wrong
