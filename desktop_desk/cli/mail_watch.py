"""`mail fetch --watch`: mail is taken in as it comes, until somebody ends the command."""

import threading
from typing import TYPE_CHECKING, Final

from desktop_desk.cli.session import Session, say
from desktop_desk.cli.signals import ended_by_signals
from desktop_desk.i18n import _

if TYPE_CHECKING:
    from desktop_desk.channels.mail_rounds import Round, Rounds
    from desktop_desk.desk.mail_keeping import MailKeeping

LOOK: Final = 5.0
"""Seconds between two looks whether a mailbox is due."""

GOOD_BYE: Final = 5.0
"""Seconds that the servers have to take leave."""


def watch(session: Session) -> None:
    """Take in mail as it comes: servers that offer it tell at once, the others are asked each minute."""
    from desktop_desk.channels.mail_idle import Bells
    from desktop_desk.channels.mail_passwords import password_of
    from desktop_desk.channels.mail_rounds import Rounds

    ended, heard = threading.Event(), threading.Event()

    def end() -> None:
        ended.set()
        heard.set()

    with session.front() as front:
        front.log_in(*session.credentials())
        keeping, bells = front.mail_keeping(), Bells(heard.set)
        rounds = Rounds(password_of, stopped=ended.is_set, rest=ended.wait, bells=bells)
        with ended_by_signals(end):
            say(_("Taking in mail as it comes. Ctrl+C ends it."))
            try:
                _go_on(session, rounds, keeping, ended, heard)
            finally:
                bells.close()
                bells.join(GOOD_BYE)
                rounds.leave(keeping)


def _go_on(
    session: Session, rounds: "Rounds", keeping: "MailKeeping", ended: threading.Event, heard: threading.Event
) -> None:
    told: list[str] = []
    mine = True
    while not ended.is_set():
        done = rounds.go(keeping)
        if mine and not done.mine:
            say(_("Another window or command on this file takes in the mail; this one waits for it to end."))
        mine = done.mine
        told = _tell(session, done, told)
        heard.wait(LOOK)
        heard.clear()


def _tell(session: Session, done: "Round", told: list[str]) -> list[str]:
    """Say what was taken in, and what is wrong once until it is otherwise; gives what was said to be wrong."""
    from desktop_desk.cli.mail import tell_tally

    if done.tally.read:
        tell_tally(session, done.tally)
        print(end="", flush=True)
    if not done.looked:
        return told
    for each in done.problems:
        if each not in told:
            say(each)
    return done.problems
