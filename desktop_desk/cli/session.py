"""What one command line was given besides its command: which desk, as whom, and how to answer."""

import getpass
import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import typer

from desktop_desk.cli.launch import absolute_address
from desktop_desk.domain.errors import AccessDenied, Invalid
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.bootstrap import FrontDoor
    from desktop_desk.desk.desk import Desk
    from desktop_desk.upkeep import Mark

Progress = Callable[[int, int], None]
"""Told how much is done and of how much; 0 where the whole is not known."""


@dataclass(frozen=True, slots=True)
class Session:
    """The global options; None where neither the options nor the environment say."""

    address: str | None
    login: str | None
    json: bool
    on_network: bool = False

    @contextmanager
    def desk(self) -> Generator["Desk"]:
        """The desk, logged in, closed at the end; asks on a terminal for what was not given."""
        from desktop_desk import upkeep

        with self._opened() as (front, mark):
            login, password = self.credentials()
            desk = front.log_in(login, password)
            # After a bad end an encrypted desk can be looked into only now.
            damaged = upkeep.look_when_open(desk.store, self.require_address(), mark)
            if damaged:
                say(damaged)
            yield desk

    @contextmanager
    def front(self) -> Generator["FrontDoor"]:
        """The opened desk before anybody is logged in, closed at the end."""
        with self._opened() as (front, _mark):
            yield front

    @contextmanager
    def _opened(self) -> Generator["tuple[FrontDoor, Mark | None]"]:
        from desktop_desk import bootstrap, upkeep

        address = self.require_address()
        mark = upkeep.begin(address, say, clock=bootstrap.now_ms)
        try:
            with closing(bootstrap.open_desk(address, told=say, on_network=self.on_network)) as front:
                yield front, mark
        finally:
            upkeep.end(mark)

    def require_address(self) -> str:
        """The desk's path or URL; a usage error when none was named."""
        address = absolute_address(self.address)
        if address is None:
            raise typer.BadParameter(
                _("Which desk? Name it with --desk PATH or in DESKTOP_DESK."), param_hint="--desk"
            )
        return address

    def credentials(self) -> tuple[str, str]:
        """Login and password from options or environment, else asked for; AccessDenied without a terminal."""
        advice = _("Give --as LOGIN (or DESKTOP_DESK_AGENT) and set DESKTOP_DESK_PASSWORD.")
        login = self.login or asked(_("Agent: "), advice, hidden=False)
        password = os.environ.get("DESKTOP_DESK_PASSWORD")
        if password is None:
            password = asked(_("Password of {login}: ").format(login=login), advice, hidden=True)
        return login, password


def say(sentence: str) -> None:
    """Tell a person something beside the answer: on stderr."""
    print(sentence, file=sys.stderr)


def asked(question: str, advice: str, *, hidden: bool) -> str:
    """What a person answers on the terminal; AccessDenied without one, and `advice` says what else is read."""
    if not sys.stdin.isatty():
        raise AccessDenied(_("Access denied: there is no terminal to ask on."), advice)
    if hidden:
        return getpass.getpass(question, stream=sys.stderr)
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def session_of(context: typer.Context) -> Session:
    """The session that the root of the command line kept."""
    kept: Any = context.find_root().obj
    if not isinstance(kept, Session):
        raise TypeError("the root command keeps a session before any other runs")
    return kept


def keep_session(context: typer.Context, session: Session) -> None:
    """Keep the session where every command of this line finds it."""
    context.find_root().obj = session


def as_agent(session: Session, login: str) -> Session:
    """The same session under another login."""
    return replace(session, login=login)


def written_text(text: str) -> str:
    """The text itself, or what stands on stdin where the text is "-"; Invalid when that is not UTF-8."""
    if text != "-":
        return text
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Invalid(
            "text",
            _("The text on standard input is not UTF-8 (byte {place}).").format(place=error.start),
            _("Convert it first, for example with iconv."),
        ) from error


@contextmanager
def progress_shown(title: str) -> Generator[Progress | None]:
    """A progress bar on stderr while the block runs; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
