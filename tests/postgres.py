"""A real PostgreSQL for tests: private, started when the first test asks for it, ended with the test run.

It sorts by a language's rules (where it can) and runs at a place of its own, so that neither the order of a locale nor
a server that the machine already has can make a test pass.
"""

import atexit
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

OLDEST = 15
"""The oldest version that a desk runs on."""

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
"""Where Debian and macOS keep its programs, if they are not on the PATH."""

KEPT = 40
"""So many databases are kept at a time: each takes 8 MB."""

SETTINGS = {
    "fsync": "off",  # only a machine's crash would show the difference, and none is played with this server
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10min",
    "log_statement": "none",
}


@dataclass
class Server:
    """A private server; `user` is its owner, who needs no password at its socket, but needs `password` over TCP."""

    programs: Path
    folder: Path
    port: int
    user: str = "desk"
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    pid: int = 0
    databases: deque[str] = field(default_factory=deque)
    _names: "count[int]" = field(default_factory=lambda: count(1))

    def address(self, database: str) -> str:
        """The address of a database by the server's socket."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}&port={self.port}"

    def network_address(self, database: str, password: str | None = None) -> str:
        """The address of a database by the network, with a password in it."""
        return f"postgresql://{self.user}:{password or self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = self.folder / "log"
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self._as_owner(
            "pg_ctl", "start", "--wait", "--silent", "-D", str(self.folder / "data"), "-l", str(log),
            "-o", f"-p {self.port} -k {self.folder} -h 127.0.0.1 {options}",
        )  # fmt: skip
        self.pid = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: "fast" in good order, "immediate" as a crash does."""
        self._as_owner(
            "pg_ctl", "stop", "--wait", "--silent", "-m", mode, "-D", str(self.folder / "data"), check=False
        )
        self.pid = 0

    def new_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of one to which nobody is connected; gives its name."""
        name = f"desk_{os.getpid()}_{next(self._names)}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            while len(self.databases) >= KEPT:
                old = sql.Identifier(self.databases.popleft())
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(old))
            command = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(template)))
        self.databases.append(name)
        return name

    def keep(self, name: str) -> None:
        """Never drop this database: others are copied from it."""
        self.databases.remove(name)

    def _as_owner(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [*_as_plain_user(), str(self.programs / program), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if check and done.returncode:
            log = self.folder / "log"
            raise RuntimeError(f"{program}: {done.stderr} {log.read_text() if log.exists() else ''}")


def new_server() -> Server:
    """Make and start a server of its own; skips the test where no PostgreSQL is installed. Stop it by `ended`."""
    programs = _programs()
    if programs is None:
        pytest.skip(f"PostgreSQL {OLDEST} or newer is not installed")
    _end_those_left(programs)
    folder = Path(tempfile.mkdtemp(prefix=f"dd-pg-{os.getpid()}-")).resolve()
    server = Server(programs, folder, _free_port())
    word = folder / "password"
    word.write_text(server.password)
    if _as_plain_user():
        for path in (folder, word):
            shutil.chown(path, _plain_user())
    server._as_owner(
        "initdb", "-D", str(folder / "data"), "-U", server.user, f"--pwfile={word}", "--no-sync", "--encoding=UTF8",
        "--auth-local=trust", "--auth-host=scram-sha-256", *_locale(programs),
    )  # fmt: skip
    server.start()
    return server


def ended(server: Server) -> None:
    """End a server and remove what it kept."""
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


def _end_those_left(programs: Path) -> None:
    """End the servers of test runs that were killed: each is named after the process that started it."""
    for folder in Path(tempfile.gettempdir()).resolve().glob("dd-pg-*-*"):
        starter = folder.name.split("-")[2]
        if starter.isdigit() and not _is_running(int(starter)):
            ended(Server(programs, folder, 0))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def postgres_address() -> str:
    """The address of a fresh, empty database; skips the test where no PostgreSQL is installed."""
    server = shared_server()
    return server.address(server.new_database())


@cache
def shared_server() -> Server:
    """The one server of this test run (of each of its workers)."""
    server = new_server()
    atexit.register(ended, server)
    return server


@cache
def _programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs, None when there is none that is new enough."""
    found: dict[int, Path] = {}
    on_path = shutil.which("initdb")
    patterns = [Path(on_path).resolve().parent] if on_path else []
    for place in PLACES:
        patterns.extend(Path("/").glob(place.removeprefix("/")))
    for folder in patterns:
        if (folder / "initdb").exists() or (folder / "initdb.exe").exists():
            said = subprocess.run(
                [folder / "initdb", "--version"], capture_output=True, text=True, check=False
            )
            number = said.stdout.rpartition(") ")[2].split(".")[0].split()
            if number and number[0].isdigit():
                found[int(number[0])] = folder
    newest = max(found, default=0)
    return found[newest] if newest >= OLDEST else None


@cache
def _locale(programs: Path) -> tuple[str, ...]:
    """A language's order where this server knows languages by itself."""
    help_text = subprocess.run(
        [programs / "initdb", "--help"], capture_output=True, text=True, check=False
    ).stdout
    plain = ("--locale=C.UTF-8",) if sys.platform.startswith("linux") else ("--locale=C",)
    if "--icu-locale" in help_text and sys.platform.startswith("linux"):
        return (*plain, "--locale-provider=icu", "--icu-locale=de")
    return plain


def _as_plain_user() -> list[str]:
    """What runs a program as somebody else than root, whom PostgreSQL refuses."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    name = _plain_user()
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups", "--"]


@cache
def _plain_user() -> str:
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), getpass.getuser())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_it_answers(server: Server, seconds: float = 20) -> None:
    """Wait until a started server takes connections."""
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(server.address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
        else:
            return
