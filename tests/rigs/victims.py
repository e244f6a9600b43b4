"""The works at which kills.py ends processes, and what must be true of their files afterwards.

A work tells each of its steps (what it does and how often chance may choose it) and `done` for what was acknowledged.
"""

import lzma
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from desktop_desk import bootstrap, encryption, sharing
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import Invalid
from desktop_desk.storage import rekeying
from tests.builders import PASSWORD, a_desk
from tests.contract.test_migrations import DIGEST, SAMPLE
from tests.encrypted import PASSWORDS, AnEncryptedDesk, cheap_keys
from tests.encrypted import opened as opened_sealed
from tests.fakes import PlainPasswords
from tests.rigs.kills import Tell, Told
from tests.rigs.steps import Steps
from tests.rigs.sync_victims import InChild, SealedSyncing, Syncing, open_desk

ADA = ("ada", PASSWORDS["ada"])


class Victim(Protocol):
    """A work, and how its files are judged; `prepare` and all that judges is done in processes that nobody kills."""

    def prepare(self, turn: int) -> None: ...

    def works(self, turn: int, tell: Tell) -> None: ...

    def wrong(self, turn: int, told: Told) -> list[str]: ...

    def wrong_at_the_end(self) -> list[str]: ...


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
            ("make_private", "making the new file"), ("write_encrypted", "writing the new file"),
            ("_write_plain", "writing the new file"), ("require_facts", "reading the new file through"),
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
    "syncing encrypted": SealedSyncing,
    "taking along": Taking,
    "migrating": Migrating,
    "rekeying": Rekeying,
}
