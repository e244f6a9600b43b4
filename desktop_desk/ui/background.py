"""The one way off the UI thread: three lanes of work, answers back on the UI thread."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")


class Lane(Enum):
    """Which thread a call runs on; calls of one lane run one after the other."""

    WRITE = "write"
    READ = "read"
    LONG = "long"
    """Reports, exports, checks, passwords: they may take seconds and hold up no quick read."""


class Job:
    """One call under way; `cancel` drops its answer, and a long call may ask `cancelled` and end early."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()


@dataclass(frozen=True, slots=True)
class _Order:
    job: Job
    call: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class _Answer:
    number: int
    value: Any
    error: Exception | None


@dataclass(frozen=True, slots=True)
class _Waiting:
    job: Job
    lane: Lane
    name: tuple[int, str] | None
    owner: QObject
    then: Callable[[Any], None]
    failed: Callable[[Exception], None]


class _Worker(threading.Thread):
    """Runs orders one by one until it is told to end; holds no reference to a widget between two orders."""

    def __init__(
        self, name: str, answer: Callable[[_Answer], None], at_end: Callable[[], None], *, left_behind: bool
    ) -> None:
        super().__init__(name=f"desk {name}", daemon=left_behind)
        self.orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._answer = answer
        self._at_end = at_end

    def run(self) -> None:
        try:
            while (order := self.orders.get()) is not None:
                self._answer(_carried_out(order))
                del order
        finally:
            self._at_end()

    def leave_behind(self) -> None:
        """Nobody waits for its answers any more; it ends after its order, or with the program."""
        self._answer = _unheard


def _carried_out(order: _Order) -> _Answer:
    if order.job.cancelled:
        return _Answer(order.job.number, None, None)
    try:
        return _Answer(order.job.number, order.call(), None)
    except Exception as error:  # noqa: BLE001  whatever it is, the UI thread shows it; none is swallowed
        return _Answer(order.job.number, None, error)


def _nothing() -> None:
    return


def _unheard(_answer: _Answer) -> None:
    return


class Background(QObject):
    """Runs calls on a write, a quick-read and a long-read thread, and answers on the thread that made it.

    The threads know only the call. What is done with the answer stays here on the UI thread, and is
    dropped when its owner is gone, when the job was cancelled, or when a newer call of the same owner
    and name took its place. Calls still waiting in line are not started then.

    Args:
        at_thread_end: run in each thread as its last act, to close what it opened.
        inline: run each call at once on the calling thread; for tests.
        patience: so many seconds does `stop` wait for a thread at most, then it is left behind: for calls that wait
            for a network. None waits for as long as it takes.
    """

    _answered = Signal(object)

    def __init__(
        self,
        at_thread_end: Callable[[], None] = _nothing,
        *,
        inline: bool = False,
        patience: float | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._at_thread_end = at_thread_end
        self._inline = inline
        self._patience = patience
        self._numbers = count(1)
        self._workers: dict[Lane, _Worker] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._newest: dict[tuple[int, str], Job] = {}
        self._stopped = False
        # Bound method of an object of the UI thread, and queued: a lambda would run in the worker.
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while an answer is awaited."""
        return bool(self._waiting)

    def submit(
        self,
        lane: Lane,
        call: Callable[[], T],
        *,
        owner: QObject,
        then: Callable[[T], None],
        failed: Callable[[Exception], None],
        latest: str = "",
    ) -> Job:
        """Run `call` on the lane; answer by `then` or `failed` on this thread while `owner` lives.

        With `latest`, only the newest call of this owner and name is answered.
        """
        job = Job(next(self._numbers))
        if self._stopped:
            job.cancel()
            return job
        name = (id(owner), latest) if latest else None
        if name is not None:
            self._supersede(name, job)
        self._waiting[job.number] = _Waiting(job, lane, name, owner, then, failed)
        order = _Order(job, call)
        if self._inline:
            self._deliver(_carried_out(order))
        else:
            self._worker(lane).orders.put(order)
        return job

    def stop(self) -> None:
        """Let writes and quick reads finish, cut the long ones short, end the threads; answers are dropped."""
        self._stopped = True
        for waiting in self._waiting.values():
            if waiting.lane is Lane.LONG:
                waiting.job.cancel()
        self._waiting.clear()
        self._newest.clear()
        for worker in self._workers.values():
            worker.orders.put(None)
        for worker in self._workers.values():
            worker.join(self._patience)
            if worker.is_alive():
                worker.leave_behind()
        self._workers.clear()

    def _worker(self, lane: Lane) -> _Worker:
        worker = self._workers.get(lane)
        if worker is None:
            left_behind = self._patience is not None
            worker = _Worker(lane.value, self._answered.emit, self._at_thread_end, left_behind=left_behind)
            self._workers[lane] = worker
            worker.start()
        return worker

    def _supersede(self, name: tuple[int, str], job: Job) -> None:
        older = self._newest.get(name)
        if older is not None:
            older.cancel()
            self._waiting.pop(older.number, None)
        self._newest[name] = job

    def _deliver(self, answer: _Answer) -> None:
        waiting = self._waiting.pop(answer.number, None)
        if waiting is None:
            return
        if waiting.name is not None:
            self._newest.pop(waiting.name, None)
        if waiting.job.cancelled or not shiboken6.isValid(waiting.owner):
            return
        if answer.error is not None:
            waiting.failed(answer.error)
        else:
            waiting.then(answer.value)
