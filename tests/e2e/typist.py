"""The real program with somebody typing into it: every key is a real key event, and every state is told.

Run with the desk, a login, its password and a seed. Prints JSON lines with the time on the machine's monotonic clock:
`ready`; `key` and `state` after each key (what the editor of that draft holds now); `saving` and `text` before the
key that saves; `said` when the window has acknowledged something. With the seed "look" it types nothing and tells
the calls and the reply that came back.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_desk.ui.app import Program
from desktop_desk.ui.calls.screen import CallDesk
from desktop_desk.ui.main_window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
WORDS = "printer badge gateway since nine floor again error paper till card door sales offline".split()


def tell(**what: object) -> None:
    """One line for the test: in its pipe before anything else happens, so that a kill cannot take it back."""
    os.write(1, (json.dumps({"t": time.monotonic(), **what}) + "\n").encode())


class Typist(QObject):
    """Presses one key each few milliseconds and tells what the editors hold."""

    def __init__(self, window: MainWindow, seed: str) -> None:
        super().__init__(window)
        self._window = window
        self._name = seed
        self._chance = random.Random(seed)
        self._work = self._shift()
        self._told: dict[str, object] = {}
        self._acts: set[str] = set()
        say = window.toasts.say

        def heard(text: str, *rest: str, **more: str) -> None:
            token = more.get("token", "")
            if token and " " not in token and token not in self._acts:  # an act that can be undone was saved
                self._acts.add(token)
                # The panel says what is large in its message; calls may wait for their callers, replies for nobody.
                tell(said=text, of="call" if "lead" in more else "reply")
            say(text, *rest, **more)  # pyright: ignore[reportArgumentType]

        window.toasts.say = heard  # pyright: ignore[reportAttributeAccessIssue]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self._timer.start(4)

    def _turn(self) -> None:
        next(self._work)
        self._tell_states()

    def _tell_states(self) -> None:
        calls = self._calls()
        if calls is not None:
            for uid in calls.panel.uids():
                call = calls.panel.call(uid)
                self._tell(f"call:{uid}", [call.caller, call.line, call.details])
        composer = self._window.pane.composer
        if self._window.pane.view is not None:
            self._tell(f"{composer.kind}:{self._window.pane.view.uid}", composer.text())

    def _tell(self, key: str, state: object) -> None:
        if self._told.get(key) != state:
            self._told[key] = state
            tell(key=key, state=state)

    def _calls(self) -> CallDesk | None:
        calls = self._window.call_desk
        return calls if isinstance(calls, CallDesk) else None

    def _shift(self) -> Iterator[None]:
        turn = 0
        while True:
            turn += 1
            mark = f"s{self._name}t{turn}"
            yield from self._a_reply(mark) if turn % 3 == 0 else self._a_call(mark)

    def _a_call(self, mark: str) -> Iterator[None]:
        yield self._press(Qt.Key.Key_N, CTRL)
        yield from self._type(f"Mia {mark} 030 90{self._chance.randrange(1000, 9999)}")
        yield self._press(Qt.Key.Key_Return)
        yield from self._type(self._text(mark))
        if self._chance.random() < 0.3:
            yield self._press(Qt.Key.Key_Tab)
            yield from self._type(self._text("details"))
        how = self._chance.random()
        calls = self._calls()
        assert calls is not None
        if how < 0.6:
            form = calls.panel.form(calls.panel.front)
            tell(saving=f"call:{calls.panel.front}", text=form.reading().subject)
            yield self._press(Qt.Key.Key_Return, CTRL)
        elif how < 0.8:
            yield self._press(Qt.Key.Key_N, CTRL | SHIFT)
            yield from self._type("Second caller")
        if calls.panel.isVisible() and calls.panel.front:
            yield self._press(Qt.Key.Key_Escape)

    def _a_reply(self, mark: str) -> Iterator[None]:
        pane = self._window.pane
        while pane.view is None or pane.composer.text():
            yield None
        self._window.focus_list()
        yield self._press(Qt.Key.Key_R)
        yield from self._type(self._text(mark))
        if self._chance.random() < 0.7:
            tell(saving=f"reply:{pane.view.uid}", text=pane.composer.text())
            yield self._press(Qt.Key.Key_Return, CTRL)
            while pane.composer.text():
                yield None
        else:
            for _letter in range(len(pane.composer.text())):
                yield self._press(Qt.Key.Key_Backspace)

    def _text(self, mark: str) -> str:
        return " ".join([mark, *self._chance.choices(WORDS, k=self._chance.randrange(2, 7))])

    def _type(self, text: str) -> Iterator[None]:
        for letter in text:
            QTest.keyClick(self._target(), letter)  # pyright: ignore[reportCallIssue, reportArgumentType]
            yield None

    def _press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._target(), key, held)

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window


class Watch(QObject):
    """Waits for the window, then types, or looks at what came back."""

    def __init__(self, program: Program, seed: str) -> None:
        super().__init__(program)
        self._program = program
        self._seed = seed
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(10)

    def _look(self) -> None:
        opened = self._program._open
        window = opened.window if opened is not None else None
        if opened is None or window is None or opened.busy or window.pane.view is None:
            return
        self._timer.stop()
        QTest.qWaitForWindowActive(window)
        if self._seed == "look":
            self._tell_what_came_back(window)
            QApplication.exit(0)
            return
        Typist(window, self._seed)
        tell(ready=True)

    def _tell_what_came_back(self, window: MainWindow) -> None:
        calls = window.call_desk
        if isinstance(calls, CallDesk):
            for uid in calls.panel.uids():
                call = calls.panel.call(uid)
                tell(key=f"call:{uid}", state=[call.caller, call.line, call.details])
        if window.pane.view is not None and window.pane.composer.text():
            tell(key=f"reply:{window.pane.view.uid}", state=window.pane.composer.text())
        tell(ready=True)


def main(desk: str, login: str, password: str, seed: str) -> int:
    """Run until killed; 0 after a look."""
    app = QApplication(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    program = Program(app, desk, login, password, None)
    program.start()
    Watch(program, seed)
    code = app.exec()
    program.end()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
