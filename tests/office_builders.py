"""An office in a file of its own, with quick passwords, for tests of its screens."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor


class QuickPasswords:
    """Stands in for argon2, which is slow on purpose."""

    def made(self, password: str) -> str:
        return f"hash of {password}"

    def fits(self, kept: str, password: str) -> bool:
        return kept == f"hash of {password}"


@dataclass(frozen=True)
class AnOffice:
    """A desk with Ada, its administrator, and with John and Jane, who are not."""

    front: FrontDoor
    ada: Desk
    support: str
    administrators: str
    john: str
    jane: str

    def log_in(self, login: str) -> Desk:
        """Another agent's desk."""
        return self.front.log_in(login, "secret sentence")


@contextmanager
def an_office(path: Path) -> Generator[AnOffice]:
    """Make it, and close it in the end."""
    front = bootstrap.create_desk(
        path,
        name="Front desk",
        admin_login="ada",
        admin_name="Ada Admin",
        admin_password="secret sentence",
        country="DE",
        region="BE",
        zone="Europe/Berlin",
        passwords=QuickPasswords(),
    )
    try:
        ada = front.log_in("ada", "secret sentence")
        support = ada.directory().departments[0].uid
        administrators = ada.add("department", name="System Administrators").uid
        role = next(role.uid for role in ada.directory().roles if role.name == "Expanded Access")
        uids = {
            login: ada.add_agent(login, name, "secret sentence", department=department, role=role).uid
            for login, name, department in (
                ("john", "John Doe", support),
                ("jane", "Jane Doe", administrators),
            )
        }
        yield AnOffice(
            front, ada, support, str(administrators), john=str(uids["john"]), jane=str(uids["jane"])
        )
    finally:
        front.close()
