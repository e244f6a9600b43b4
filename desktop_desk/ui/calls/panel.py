"""The call panel: it floats in the window, holds every open call, and shows one of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.calls.call_form import CallForm
from desktop_desk.ui.calls.clock import CallClock, clock_reading
from desktop_desk.ui.calls.keys import PanelKeys, combination
from desktop_desk.ui.calls.length import ClockText, LengthEdit, state_text
from desktop_desk.ui.calls.line import CallLine
from desktop_desk.ui.calls.parked import CallTab, CallTabs
from desktop_desk.ui.calls.typed_call import TypedCall
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.overlay import FloatingPanel
from desktop_desk.ui.widgets.search_list import SearchList

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call in the panel."""

    form: CallForm
    clock: CallClock


class CallPanel(FloatingPanel):
    """Shows calls and says what was wanted of the one in front; writes nothing itself.

    Signals:
        save_wanted(uid, resolve), attach_wanted(uid, number), park_wanted(), discard_wanted(uid), left(): by key or
            button.
        changed(uid): something of this call is to be kept.
    """

    save_wanted = Signal(str, bool)
    attach_wanted = Signal(str, str)
    park_wanted = Signal()
    discard_wanted = Signal(str)
    left = Signal()
    changed = Signal(str)

    def __init__(self, look: Appearance, window: QWidget, now: Callable[[], float], drafts: Drafts) -> None:
        super().__init__(look, _("Call"), window)
        self.setObjectName("call_panel")
        self._look = look
        self._now = now
        self._drafts = drafts
        self._calls: dict[str, OpenCall] = {}
        self._front = ""
        self._clock = ClockText(self)
        self._clock.pressed.connect(self._edit_length)
        set_look(self._clock, "section ok")
        self._tabs = CallTabs(look, self)
        self._state = QLabel(self)
        self._state.setObjectName("call_state")
        set_look(self._state, "meta")
        self._length = LengthEdit(self)
        self._length.given.connect(self._on_length)
        self.head.addWidget(self._clock)
        self.head.addWidget(self._length)
        self.head.addWidget(self._state)
        self.head.addWidget(self._tabs, 1)
        self.head.addStretch()  # of one call there are no tabs, and the clock stays beside the title
        self._stack = QStackedWidget(self)
        self.body.addWidget(self._stack)
        self._keys = PanelKeys(self._commands(), self)
        self._keys.watch(self)
        self._tabs.chosen.connect(self.show_call)
        self._timer = QTimer(self)
        self._timer.setInterval(500)
        self._timer.timeout.connect(self.refresh_clocks)
        self._fit_head()
        look.changed.connect(self._fit_head)

    @property
    def front(self) -> str:
        """The uid of the call that is shown; "" for none."""
        return self._front

    def uids(self) -> tuple[str, ...]:
        """The open calls, oldest first."""
        return tuple(self._calls)

    def form(self, uid: str) -> CallForm:
        """The form of an open call; KeyError for another."""
        return self._calls[uid].form

    def clock(self, uid: str) -> CallClock:
        """The clock of an open call; KeyError for another."""
        return self._calls[uid].clock

    def call(self, uid: str) -> TypedCall:
        """An open call as it stands now, with the time on its clock."""
        open_call = self._calls[uid]
        clock = open_call.clock
        seconds, ended = clock.seconds(), not clock.running
        return replace(open_call.form.call(), seconds=seconds, ended=ended, ringing=clock.ringing)

    def add_call(self, call: TypedCall, line: CallLine, region: str) -> CallForm:
        """Take one more call in, behind the one that is shown."""
        form = CallForm(self._look, call, line, self._drafts, self._stack)
        form.set_line(line, region)
        clock = CallClock(self._now, call.seconds, running=not call.ended, ringing=call.ringing)
        self._calls[call.uid] = OpenCall(form, clock)
        self._stack.addWidget(form)
        self._keys.watch(form)
        form.changed.connect(lambda: self._on_changed(call.uid))
        form.save_wanted.connect(partial(self.save_wanted.emit, call.uid))
        form.attach_wanted.connect(partial(self.attach_wanted.emit, call.uid))
        form.park_wanted.connect(self.park_wanted)
        form.discard_wanted.connect(partial(self.discard_wanted.emit, call.uid))
        self.refresh_clocks()
        return form

    def show_call(self, uid: str, *, focus: bool = True) -> None:
        """Bring a call to the front, and the panel with it, with the cursor where it is needed."""
        form = self._calls[uid].form
        self._front = uid
        self._stack.setCurrentWidget(form)
        self.refresh_clocks()
        self._timer.start()
        self.open()
        if focus:
            form.focus_first()

    def remove_call(self, uid: str) -> None:
        """The call is saved or was nothing: its form goes away."""
        form = self._calls.pop(uid).form
        form.put_away()
        for search in form.findChildren(SearchList):
            # While it floats it belongs to the window, and would stay there.
            search.list.setParent(search)
        self._stack.removeWidget(form)
        form.deleteLater()
        if self._front == uid:
            self._front = ""
        self.refresh_clocks()

    def put_away(self) -> None:
        """Hide the panel; the calls in it stay, and their clocks run."""
        self._timer.stop()
        self.close_panel()

    def set_line(self, line: CallLine, region: str) -> None:
        """The office's names, for every open call."""
        for open_call in self._calls.values():
            open_call.form.set_line(line, region)

    def _commands(self) -> dict[int, Callable[[], object]]:
        enter = Qt.Key.Key_Return
        commands: dict[int, Callable[[], object]] = {
            combination(enter, _CTRL): lambda: self._press_save(resolve=False),
            combination(enter, _CTRL, _SHIFT): lambda: self._press_save(resolve=True),
            combination(Qt.Key.Key_N, _CTRL, _SHIFT): self.park_wanted.emit,
            combination(Qt.Key.Key_F, _CTRL, _SHIFT): self._choose_files,
            combination(Qt.Key.Key_Escape): self._escape,
            combination(Qt.Key.Key_PageDown, _CTRL): lambda: self._turn(1),
            combination(Qt.Key.Key_PageUp, _CTRL): lambda: self._turn(-1),
            combination(Qt.Key.Key_F6, _ALT): self.next_place,
            combination(Qt.Key.Key_Delete, _CTRL, _SHIFT): self.press_discard,
            combination(Qt.Key.Key_L, _ALT, _SHIFT): self._edit_length,
            combination(Qt.Key.Key_0, _ALT): self._press_outage,
        }
        for digit in range(1, 10):
            key = Qt.Key(Qt.Key.Key_0 + digit)
            commands[combination(key, _ALT)] = lambda digit=digit: self._press_digit(digit)
        return commands

    def _press_save(self, *, resolve: bool) -> None:
        form = self._calls[self._front].form
        (form.resolve if resolve else form.save).click()

    def press_discard(self) -> None:
        """Throw the call in front away, as its trash can does."""
        self._calls[self._front].form.discard.click()

    def _choose_files(self) -> None:
        self._calls[self._front].form.choose_files()

    def _press_digit(self, digit: int) -> None:
        number = self._calls[self._front].form.radar.number_at(digit)
        if number:
            self.attach_wanted.emit(self._front, number)

    def _press_outage(self) -> None:
        """Make the call part of the outage that is offered, or not."""
        self._calls[self._front].form.outage.toggle()

    def _escape(self) -> None:
        if not self._length.leave() and not self._calls[self._front].form.put_away():
            self.left.emit()

    def _turn(self, step: int) -> None:
        uids = self.uids()
        self.show_call(uids[(uids.index(self._front) + step) % len(uids)])

    def _on_changed(self, uid: str) -> None:
        if uid in self._calls:
            open_call = self._calls[uid]
            if open_call.clock.ringing and open_call.form.took_words():
                # Nobody writes down what a telephone says that only rings.
                open_call.clock.answer()
            self.refresh_clocks()
            self.changed.emit(uid)

    def _fit_head(self) -> None:
        """Keep the room of a line of input: nothing jumps when the length is typed, or a second call comes."""
        self._clock.setMinimumHeight(self._length.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible() and self._wants_room():
            self.fit()
        return done

    def _wants_room(self) -> bool:
        """Whether an error, a file or an outage has come; what was needed once is kept, so that nothing jumps."""
        return max(self.sizeHint().height(), self.heightForWidth(self.width())) > self.height()

    def _edit_length(self) -> None:
        """Let the person say how long the call was."""
        self._clock.hide()
        self._length.begin(clock_reading(self._calls[self._front].clock.seconds()))

    def _on_length(self, seconds: int) -> None:
        self._clock.show()
        open_call = self._calls.get(self._front)
        if open_call is None:
            return
        if seconds >= 0:
            open_call.clock.set(seconds)
        self.refresh_clocks()
        self.changed.emit(self._front)
        open_call.form.focus_first()

    def refresh_clocks(self) -> None:
        """Show how long every call has been going on, and what it does."""
        tabs: list[CallTab] = []
        for uid, open_call in self._calls.items():
            seconds = open_call.clock.seconds()
            if uid == self._front:
                self._clock.setText(clock_reading(seconds))
                self._state.setText(state_text(open_call.clock))
            parked, ringing = uid != self._front, open_call.clock.ringing
            tabs.append(CallTab(uid, open_call.form.who, seconds, parked, ringing))
        self._tabs.show_calls(tabs, self._front)
