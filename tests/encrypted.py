"""Encrypted desks to begin a test with: Ada, an administrator, and John and Jane; their passwords cost little."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.ports import Clock
from desktop_desk.storage.key_pairs import Cost, WrappedKeys
from tests.fakes import FixedClock, PlainPasswords

PASSWORDS = {"ada": "ada's sentence", "john": "john's sentence", "jane": "jane's sentence"}
PLANTED = "Zwiebelturm"
"""A word that stands in tickets, names and settings, and must be found in no file."""


def cheap_keys() -> WrappedKeys:
    return WrappedKeys(Cost(memory_kib=8, rounds=1, lanes=1))


def opened(path: Path, clock: Clock | None = None) -> FrontDoor:
    return bootstrap.open_desk(
        path, clock=clock or FixedClock(), passwords=PlainPasswords(), keys=cheap_keys()
    )  # fmt: skip


@dataclass
class AnEncryptedDesk:
    """A desk in a file, with its recovery code; `front` has let Ada in."""

    path: Path
    code: str = field(default_factory=bootstrap.new_recovery_code)
    clock: FixedClock = field(default_factory=FixedClock)

    def __post_init__(self) -> None:
        self.front = bootstrap.create_desk(
            self.path, name=f"{PLANTED} desk", admin_login="ada", admin_name=f"Ada {PLANTED}",
            admin_password=PASSWORDS["ada"], clock=self.clock, passwords=PlainPasswords(), keys=cheap_keys(),
            recovery=self.code,
        )  # fmt: skip
        self.ada = self.front.log_in("ada", PASSWORDS["ada"])
        for login in ("john", "jane"):
            self.ada.add_agent(
                login, f"{login} {PLANTED}", PASSWORDS[login], department="Support", role="All Access"
            )

    @property
    def sidecar(self) -> Path:
        return self.path.with_name(f"{self.path.name}.keys")

    def opened(self) -> FrontDoor:
        """Another window on the same file."""
        return opened(self.path, self.clock)

    def let_in(self, login: str, password: str | None = None) -> Desk:
        """Somebody logs in to another window; AccessDenied."""
        return self.opened().log_in(login, PASSWORDS[login] if password is None else password)

    def close(self) -> None:
        self.front.close()


def words_on_disk(folder: Path, *words: str) -> list[str]:
    """The files below a folder in which one of these words stands, in any of the forms that a file could hold it."""
    forms = [
        form for word in words for form in (word.encode(), word.encode("utf-16-le"), word.encode()[::-1])
    ]
    return sorted(
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(form.lower() in path.read_bytes().lower() for form in forms)
    )


def open_files() -> list[str]:
    """The files that this program has open, also those without a name; none where the system does not tell."""
    folder = Path("/proc/self/fd")
    if not folder.is_dir():
        return []
    found: list[str] = []
    for entry in folder.iterdir():
        with suppress(OSError):
            found.append(str(entry.readlink()))
    return found
