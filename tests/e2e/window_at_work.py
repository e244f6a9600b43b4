"""A window's share of the work without its pixels: one thread writes, one reads, as fast as they can.

Run with the desk, a login, its password, the seconds to work (0: until stdin ends) and how the desk is opened; prints
one JSON line for each act that the desk acknowledged, after it did, and one for each error. A desk is opened as any
other ("usual"), on a network folder all the same ("network"), or as on one though it lies on this disk ("pretended").
"""

import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import StorageUnavailable
from desktop_desk.storage import network
from desktop_desk.storage.places import Place


def work(path: str, login: str, password: str, seconds: float, how: str) -> None:
    """Write and read side by side until the time is over."""
    if how == "pretended":
        network.place_of = lambda _path: Place("network", "pretended", "pretended")
    try:
        front = bootstrap.open_desk(path, on_network=how != "usual")
    except StorageUnavailable as error:
        say(refused=error.kind, why=str(error))
        return
    say(opened=path)
    desk = front.log_in(login, password)
    over = time.monotonic() + seconds
    told = threading.Event()
    if not seconds:
        threading.Thread(target=lambda: (sys.stdin.read(), told.set()), daemon=True).start()
    is_over = (lambda: time.monotonic() >= over) if seconds else told.is_set
    jobs = (lambda: write(desk, login, is_over), lambda: read(desk, is_over))
    threads = [threading.Thread(target=shielded, args=(front, job)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    front.close()


def shielded(front: FrontDoor, job: Callable[[], None]) -> None:
    """Tell of an error instead of dying with it unheard."""
    try:
        job()
    except Exception as error:  # noqa: BLE001  whatever it is, the test is to hear of it
        say(error="".join(traceback.format_exception(error)))
    finally:
        front.close_thread()


def write(desk: Desk, login: str, is_over: Callable[[], bool]) -> None:
    """Log calls, and work on each of them."""
    turn = 0
    while not is_over():
        turn += 1
        mark = f"{login} {os.getpid()} window {turn}"
        done = desk.log_call(CallDraft(subject=mark, details=f"details of {mark}"))
        number = done.number or ""
        say(ticket=number, subject=mark)
        desk.note(number, f"note of {mark}")
        say(ticket=number, text=f"note of {mark}")
        desk.reply(number, f"reply of {mark}", resolve=turn % 2 == 0)
        say(ticket=number, text=f"reply of {mark}")


def read(desk: Desk, is_over: Callable[[], bool]) -> None:
    """What a window reads while others write: counters, the queue, its tickets, the inbox."""
    while not is_over():
        desk.counters()
        for row in desk.queue("open", sort="updated", descending=True, count=20).rows[:3]:
            desk.ticket(row.number)
        desk.inbox()


def say(**what: str) -> None:
    """One line for the test, at once."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _program, desk_path, as_login, with_password, for_seconds, *opened_how = sys.argv
    work(desk_path, as_login, with_password, float(for_seconds), (opened_how or ["usual"])[0])
