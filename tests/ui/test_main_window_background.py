"""The one way off the UI thread: lanes, late answers, owners that are gone, errors said once."""

import threading
from collections.abc import Callable, Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.domain.errors import NotFound
from desktop_desk.ui.background import Background, Lane
from desktop_desk.ui.messages import Message, Presenter
from desktop_desk.ui.operations import Operations
from tests.drivers import part


class Answers(QObject):
    """Takes answers and remembers on which thread they came."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[object] = []
        self.errors: list[Exception] = []
        self.threads: set[bool] = set()

    def take(self, value: object) -> None:
        self.threads.add(QThread.currentThread() is self.thread())
        self.values.append(value)

    def fail(self, error: Exception) -> None:
        self.errors.append(error)


@pytest.fixture
def background(qapp: QApplication) -> Iterator[Background]:
    ended: list[str] = []
    running = Background(lambda: ended.append(threading.current_thread().name))
    yield running
    running.stop()


@pytest.fixture
def answers(qapp: QApplication) -> Answers:
    return Answers()


def test_calls_run_elsewhere_and_answers_come_here(
    background: Background, answers: Answers, qtbot: QtBot
) -> None:
    here = threading.current_thread().name
    background.submit(
        Lane.READ,
        lambda: threading.current_thread().name,
        owner=answers,
        then=answers.take,
        failed=answers.fail,
    )
    qtbot.waitUntil(lambda: bool(answers.values))
    assert answers.values != [here]
    assert answers.threads == {True}


def test_a_long_read_does_not_hold_up_a_quick_one(
    background: Background, answers: Answers, qtbot: QtBot
) -> None:
    gate = threading.Event()
    background.submit(Lane.LONG, lambda: gate.wait(10), owner=answers, then=answers.take, failed=answers.fail)
    background.submit(Lane.READ, lambda: "quick", owner=answers, then=answers.take, failed=answers.fail)
    qtbot.waitUntil(lambda: answers.values == ["quick"])
    gate.set()
    qtbot.waitUntil(lambda: answers.values == ["quick", True])


def test_of_several_reads_with_one_name_only_the_newest_is_answered(
    background: Background, answers: Answers, qtbot: QtBot
) -> None:
    gate, begun, ran = threading.Event(), threading.Event(), []

    def slow() -> str:
        begun.set()
        gate.wait(10)
        return "first"

    def counted(text: str) -> Callable[[], str]:
        return lambda: (ran.append(text), text)[1]

    def ask(call: Callable[[], str]) -> None:
        background.submit(
            Lane.READ, call, owner=answers, then=answers.take, failed=answers.fail, latest="search"
        )

    ask(slow)
    assert begun.wait(10)
    ask(counted("second"))
    ask(counted("third"))
    gate.set()
    qtbot.waitUntil(lambda: bool(answers.values))
    assert answers.values == ["third"]
    assert ran == ["third"]


def test_an_owner_that_is_gone_gets_no_answer(background: Background, qtbot: QtBot) -> None:
    owner, other, gate = Answers(), Answers(), threading.Event()
    values = owner.values
    background.submit(Lane.READ, lambda: gate.wait(10), owner=owner, then=owner.take, failed=owner.fail)
    shiboken6.delete(owner)
    gate.set()
    background.submit(Lane.READ, lambda: "other", owner=other, then=other.take, failed=other.fail)
    qtbot.waitUntil(lambda: other.values == ["other"])
    assert values == []


def test_a_cancelled_call_is_not_answered(background: Background, answers: Answers, qtbot: QtBot) -> None:
    gate = threading.Event()
    job = background.submit(
        Lane.READ, lambda: gate.wait(10), owner=answers, then=answers.take, failed=answers.fail
    )
    job.cancel()
    gate.set()
    background.submit(Lane.READ, lambda: "next", owner=answers, then=answers.take, failed=answers.fail)
    qtbot.waitUntil(lambda: bool(answers.values))
    assert answers.values == ["next"]


def test_stopping_finishes_the_writes_that_were_asked_for(answers: Answers) -> None:
    ended: list[str] = []
    background = Background(lambda: ended.append("closed"))
    done: list[int] = []
    for number in range(20):
        background.submit(
            Lane.WRITE, lambda n=number: done.append(n), owner=answers, then=answers.take, failed=answers.fail
        )
    background.stop()
    assert done == list(range(20))
    assert ended == ["closed"]


def test_a_long_call_learns_that_it_is_to_end(answers: Answers) -> None:
    background = Background()
    begun, saw = threading.Event(), threading.Event()
    jobs: list[object] = []

    def long() -> None:
        begun.set()
        while not jobs or not jobs[0].cancelled:  # type: ignore[attr-defined]
            pass
        saw.set()

    jobs.append(background.submit(Lane.LONG, long, owner=answers, then=answers.take, failed=answers.fail))
    assert begun.wait(10)
    background.stop()
    assert saw.is_set()


def test_the_desk_is_asked_only_on_other_threads(
    desk: Desk, front: FrontDoor, qtbot: QtBot, answers: Answers
) -> None:
    background = Background(front.close_thread)
    operations = Operations(desk, background, front.data_version)
    operations.read(lambda each: len(each.queue("open").rows), owner=answers, then=answers.take)
    qtbot.waitUntil(lambda: answers.values == [4])
    with qtbot.waitSignal(operations.changed) as told:
        operations.write(lambda each: each.claim("10010"), owner=answers, failed=lambda _error: False)
        # 1001 with a wrong check digit is refused; the right one is done
        number = desk.queue("open").rows[0].number
        operations.write(lambda each: each.claim(number), owner=answers)
    assert told.args is not None
    assert told.args[0].number == number
    background.stop()


def test_an_error_is_shown_once(operations: Operations, answers: Answers) -> None:
    told: list[Exception] = []
    operations.failed.connect(told.append)
    operations.read(lambda each: each.ticket("9999-9"), owner=answers, then=answers.take)
    assert len(told) == 1
    operations.read(
        lambda each: each.ticket("9999-9"), owner=answers, then=answers.take, failed=lambda _error: True
    )
    assert len(told) == 1


def test_a_fault_of_the_world_becomes_a_message(qapp: QApplication) -> None:
    presenter, told = Presenter(), []
    presenter.told.connect(told.append)
    presenter.show(NotFound("There is no ticket 9999.", "Check the number."))
    assert told == [Message("Not found", "There is no ticket 9999.", "Check the number.")]


def test_a_fault_of_ours_opens_one_dialog_with_a_report(qtbot: QtBot) -> None:
    presenter = Presenter()
    try:
        _ = {}["missing"]
    except KeyError as error:
        presenter.show(error)
        presenter.show(error)
    dialogs = [each for each in QApplication.topLevelWidgets() if each.objectName() == "crash"]
    assert len(dialogs) == 1
    from PySide6.QtWidgets import QPlainTextEdit, QPushButton

    report = part(dialogs[0], QPlainTextEdit, "crash_report").toPlainText()
    assert "KeyError: 'missing'" in report
    assert "test_main_window_background.py" in report
    part(dialogs[0], QPushButton, "crash_copy").click()
    assert QApplication.clipboard().text() == report
    dialogs[0].close()
