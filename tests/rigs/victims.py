"""The works at which kills.py ends processes, and what must be true of their files afterwards.

A work tells each of its steps (what it does and how often chance may choose it) and `done` for what was acknowledged.
"""

import lzma
import shutil
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Protocol

from desktop_desk import bootstrap, encryption, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import Invalid
from desktop_desk.storage import rekeying
from desktop_desk.storage.logs import Logs
from desktop_desk.storage.sqlite import SqliteDatabase
from desktop_desk.sync.folder_hub import FolderHub
from tests.builders import PASSWORD, a_desk, texts
from tests.contract.test_migrations import DIGEST, SAMPLE
from tests.encrypted import PASSWORDS, AnEncryptedDesk, cheap_keys
from tests.encrypted import opened as opened_sealed
from tests.fakes import PlainPasswords
from tests.rigs.kills import Tell, Told

InChild = Callable[[Callable[[Tell], None]], Told]
ADA = ("ada", PASSWORDS["ada"])


class Victim(Protocol):
    """A work, and how its files are judged; `prepare` and all that judges is done in processes that nobody kills."""

    def prepare(self, turn: int) -> None: ...

    def works(self, turn: int, tell: Tell) -> None: ...

    def wrong(self, turn: int, told: Told) -> list[str]: ...

    def wrong_at_the_end(self) -> list[str]: ...


def open_desk(path: Path) -> FrontDoor:
    """A desk opened as any other, but for the cost of its passwords."""
    return bootstrap.open_desk(path, passwords=PlainPasswords())


# ── steps ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Steps:
    """Lets a program tell what it does, as deep down as it writes to the disk."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self.doing = "opening the desk"

    def watch_database(self) -> None:
        """Each SQL statement is a step."""
        self._wrap(SqliteDatabase, "run", lambda *_asked: self.doing)

    def watch_hub(self) -> None:
        """Each call to a folder hub is a step; so is taking facts in."""
        self._wrap(Logs, "apply", lambda *_asked: "taking facts in", stays=True)
        for call, words in (
            ("names", "looking at the hub"), ("read", "reading from the hub"), ("write", "writing"),
            ("claim", "claiming letters"), ("remove", "taking away"),
        ):  # fmt: skip
            self._wrap(FolderHub, call, lambda _hub, shelf, *_rest, words=words: _at_hub(words, shelf))

    def watch(self, owner: Any, name: str, words: str) -> None:
        """Each call of this is a step."""
        self._wrap(owner, name, lambda *_asked: words)

    def _wrap(self, owner: Any, name: str, told: Callable[..., str], *, stays: bool = False) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def stepped(*asked: Any, **more: Any) -> Any:
            before, words = self.doing, told(*asked)
            self._tell(step=words)
            if stays:
                self.doing = words
            try:
                return real(*asked, **more)
            finally:
                self.doing = before

        setattr(owner, name, stepped)


def _at_hub(words: str, shelf: str) -> str:
    if words == "writing":
        names = {
            "segments": "laying a segment",
            "snapshots": "laying a copy of the desk",
            "cards": "leaving a card",
        }
        return names.get(shelf, f"writing {shelf}")
    if words == "taking away":
        return "joining segments" if shelf == "segments" else f"taking away {shelf}"
    return words


# ── syncing ──────────────────────────────────────────────────────────────────────────────────────────────────────


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
        office = a_desk(folder)
        sharing.new_hub(office.ada, self._hub)
        office.close()
        sharing.new_replica(self._hub, self._laptop, "Laptop", "ada", PASSWORD, passwords=PlainPasswords())
        front = open_desk(self._laptop)
        tell(own=front.log_in("ada", PASSWORD).store.log.own)
        front.close()

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
        steps = Steps(tell)
        steps.watch_database()
        steps.watch_hub()
        self._day(self._laptop, "jane", f"laptop {turn}", tell, 2, steps)

    def _day(
        self, path: Path, login: str, words: str, tell: Tell, syncs: int, steps: Steps | None = None
    ) -> None:
        front = open_desk(path)
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
            front = open_desk(self._laptop)
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
            fronts = [open_desk(path) for path in (self._office, self._laptop)]
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


# ── taking a desk along ──────────────────────────────────────────────────────────────────────────────────────────


class Taking:
    """A desk is taken along from a hub in a folder; interrupted, it is taken along again."""

    def __init__(self, folder: Path, in_child: InChild) -> None:
        self._in_child = in_child
        self._target, self._hub = folder / "laptop.desk", f"folder:{folder / 'hub'}"
        self._codes: list[str] = []
        in_child(lambda _tell: self._begin(folder))

    def _begin(self, folder: Path) -> None:
        office = a_desk(folder)
        for turn in range(30):
            office.john.log_call(CallDraft(f"call {turn}"))
        sharing.new_hub(office.ada, self._hub)
        office.close()

    def prepare(self, turn: int) -> None:
        for path in self._target.parent.glob("*laptop.desk*"):
            path.unlink()

    def works(self, turn: int, tell: Tell) -> None:
        steps = Steps(tell)
        steps.watch_database()
        steps.watch_hub()
        steps.doing = "taking the desk along"
        self._take()
        tell(done="taken")

    def _take(self) -> None:
        sharing.new_replica(self._hub, self._target, "Laptop", "ada", PASSWORD, passwords=PlainPasswords())

    def wrong(self, turn: int, told: Told) -> list[str]:
        def look(tell: Tell) -> None:
            found: list[str] = []
            there = self._target.exists()
            if told.ended or told.said("done"):
                found += [] if there else ["it was taken along, and is not there"]
            if not there:
                self._take()
            front = open_desk(self._target)
            ada = front.log_in("ada", PASSWORD)
            number = ada.log_call(CallDraft("the first call on the laptop")).number or ""
            found += sharing.sync(ada).problems
            found += ada.check(rebuild=True).problems
            tell(wrong=found, number=number)
            front.close()

        looked = self._in_child(look)
        self._codes += looked.said("number")
        return looked.said("wrong")[0]

    def wrong_at_the_end(self) -> list[str]:
        twice = len(self._codes) - len(set(self._codes))
        return [f"{twice} numbers were given twice"] if twice else []


# ── bringing up to date ──────────────────────────────────────────────────────────────────────────────────────────


class Migrating:
    """A desk of the first format is brought up to date, after its backup."""

    def __init__(self, folder: Path, in_child: InChild) -> None:
        self._in_child, self._folder = in_child, folder
        self._old = lzma.decompress(SAMPLE.read_bytes())

    def _path(self, turn: int) -> Path:
        return self._folder / str(turn) / "old.desk"

    def prepare(self, turn: int) -> None:
        shutil.rmtree(self._path(turn - 1).parent, ignore_errors=True)
        self._path(turn).parent.mkdir()
        self._path(turn).write_bytes(self._old)

    def works(self, turn: int, tell: Tell) -> None:
        steps = Steps(tell)
        steps.watch_database()
        steps.doing = "bringing the desk up to date"
        front = open_desk(self._path(turn))
        tell(done="brought up to date")
        front.close()

    def wrong(self, turn: int, told: Told) -> list[str]:
        def look(tell: Tell) -> None:
            front = bootstrap.open_desk(self._path(turn))
            desk = front.log_in("admin", "demo")
            check = desk.check(rebuild=True)
            other = [] if check.digest == DIGEST else ["it has other facts"]
            tell(wrong=[*check.problems, *other])
            front.close()

        return self._in_child(look).said("wrong")[0]

    def wrong_at_the_end(self) -> list[str]:
        return []


# ── another key ──────────────────────────────────────────────────────────────────────────────────────────────────


class Rekeying:
    """A desk gets a new key, is made plain, is encrypted; with a call logged each time."""

    def __init__(self, folder: Path, in_child: InChild) -> None:
        self._in_child = in_child
        self._path = folder / "front.desk"
        self._said: set[str] = set()
        in_child(lambda _tell: AnEncryptedDesk(self._path).close())

    def prepare(self, turn: int) -> None:
        pass

    def works(self, turn: int, tell: Tell) -> None:
        front = opened_sealed(self._path)
        front.log_in(*ADA).log_call(CallDraft(f"call {turn}"))
        front.close()
        tell(done=f"call {turn}")
        self._watch(tell)
        usual: Any = bootstrap.open_desk

        def with_stand_ins(path: Path, **more: Any) -> Any:
            return usual(path, **{"passwords": PlainPasswords(), "keys": cheap_keys(), **more})

        bootstrap.open_desk = with_stand_ins
        for what in (encryption.encrypt, encryption.rekey, encryption.decrypt, encryption.encrypt):
            try:
                what(self._path, *ADA)
            except Invalid:
                continue  # the last kill left it encrypted, or plain

    def _watch(self, tell: Tell) -> None:
        steps = Steps(tell)
        for name, words in (
            ("encrypt_file", "encrypting"), ("rekey_file", "giving a new key"), ("decrypt_file", "decrypting"),
            ("make_private", "making the new file"), ("_write_encrypted", "writing the new file"),
            ("_write_plain", "writing the new file"), ("_require_whole", "reading the new file through"),
            ("settle_home", "reading the new file through"), ("settle", "forcing it to the disk"),
            ("_swap", "changing the files"), ("_wipe", "overwriting the old file"),
        ):  # fmt: skip
            steps.watch(rekeying, name, words)

    def wrong(self, turn: int, told: Told) -> list[str]:
        self._said |= set(told.said("done"))

        def look(tell: Tell) -> None:
            front = opened_sealed(self._path)
            jane = front.log_in("jane", PASSWORDS["jane"])
            there = {row.subject for row in jane.queue("all", count=10_000).rows}
            lost = [f"lost: {text}" for text in self._said - there]
            tell(wrong=[*lost, *front.log_in(*ADA).check(rebuild=True).problems])
            front.close()

        return self._in_child(look).said("wrong")[0]

    def wrong_at_the_end(self) -> list[str]:
        return []


VICTIMS: Mapping[str, Callable[[Path, InChild], Victim]] = {
    "syncing": Syncing,
    "taking along": Taking,
    "migrating": Migrating,
    "rekeying": Rekeying,
}
