"""What telephones say becomes calls of the panel: they ring, somebody answers, they end, or nobody took them."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_desk.domain.errors import NotAllowed
from desktop_desk.i18n import _
from desktop_desk.ui.calls.caller_text import read_caller
from desktop_desk.ui.calls.typed_call import CallPrefill
from desktop_desk.ui.operations import Operations

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.directory import Agent
    from desktop_desk.desk.views import Done
    from desktop_desk.ui.calls.screen import CallDesk

LONGEST_NUMBER, LONGEST_NAME = 40, 60
_MOST_ELSEWHERE = 200


class Telephone(QObject):
    """Follows each call by the telephone's own name for it, in the order in which things are told.

    A call that rings for others only is followed as well, so that it is known when nobody takes it.
    """

    def __init__(self, calls: "CallDesk", operations: Operations) -> None:
        super().__init__(calls)
        self._calls = calls
        self._operations = operations
        self._elsewhere: dict[str, CallPrefill] = {}
        self._asking = 0
        self._shared: set[str] = set()
        self._queues: dict[str, str] = {}

    def hear(self, told: CallPrefill) -> None:
        """Take what a telephone says; whom it means is read from the desk where it names somebody."""
        # A link of any page may name a caller: what is longer than any number or name is no more of one.
        told = replace(told, number=told.number[:LONGEST_NUMBER], name=told.name[:LONGEST_NAME])
        if not told.rung and not self._asking:
            self._take(told, (), mine=True)
            return
        self._asking += 1
        self._operations.read(
            lambda desk: (desk.actor, tuple(filter(None, map(desk.agent_rung, told.rung)))),
            owner=self,
            then=partial(self._on_known, told),
            failed=self._on_unknown,
        )

    def _on_known(self, told: CallPrefill, known: "tuple[Agent, tuple[Agent, ...]]") -> None:
        self._asking -= 1
        me, meant = known
        mine = not meant or me.uid in {agent.uid for agent in meant}
        self._take(replace(told, rung=tuple(dict.fromkeys(agent.uid for agent in meant))), meant, mine=mine)

    def _on_unknown(self, _error: Exception) -> bool:
        self._asking -= 1
        return False

    def _take(self, told: CallPrefill, meant: "tuple[Agent, ...]", *, mine: bool) -> None:
        uid = self._open_call(told)
        match told.event:
            case "ring":
                self._ring(uid, told, mine=mine)
            case "end":
                self._end(uid, told)
            case _:
                self._answer(uid, told, meant, mine=mine)

    def _ring(self, uid: str, told: CallPrefill, *, mine: bool) -> None:
        if uid:
            return
        if mine:
            self._elsewhere.pop(told.call_id, None)
            self._start(told)
        elif told.call_id:
            before = self._elsewhere.get(told.call_id)
            rung = (*(before.rung if before else ()), *told.rung)
            self._elsewhere[told.call_id] = replace(told, rung=tuple(dict.fromkeys(rung)))
            for oldest in list(self._elsewhere)[:-_MOST_ELSEWHERE]:
                del self._elsewhere[oldest]

    def _answer(self, uid: str, told: CallPrefill, meant: "tuple[Agent, ...]", *, mine: bool) -> None:
        rang = self._elsewhere.pop(told.call_id, None)
        panel = self._calls.panel
        if not mine:
            if uid and panel.call(uid).ringing and panel.call(uid).untouched:
                self._calls.lay_down(uid)
                names = ", ".join(agent.name for agent in meant)
                self._calls.say(_("{agent} took the call.").format(agent=names))
            elif uid:
                panel.clock(uid).stop()
                self._calls.keep(uid)
            return
        if not uid:
            number = told.number or (rang.number if rang else "")
            self._start(replace(told, number=number))
            return
        panel.clock(uid).answer()
        self._calls.keep(uid)
        self._calls.show(uid)

    def _end(self, uid: str, told: CallPrefill) -> None:
        rang = self._elsewhere.pop(told.call_id, None)
        if not uid:
            if rang is not None or (told.unanswered and told.number and told.direction == "in"):
                self._miss(rang or told, None)
            return
        call = self._calls.panel.call(uid)
        if call.ringing and call.direction == "in":
            shared = uid in self._shared
            known = CallPrefill(
                call.number, call.person_name or read_caller(call.caller).name, call_id=call.call_id,
                rung=call.rung, shared=shared, queue=self._queues.get(uid, ""),
            )  # fmt: skip
            self._miss(known, call.started)
        if call.ringing and call.untouched:
            self._calls.lay_down(uid)
            return
        self._calls.panel.clock(uid).stop()
        self._calls.keep(uid)

    def _miss(self, told: CallPrefill, at: int | None) -> None:
        """Nobody took it: that is owed to the caller now; whoever may not take calls notes nothing."""
        rung = told.rung

        def act(desk: "Desk") -> "Done":
            mine = () if told.shared else (desk.actor.uid,)
            return desk.missed_call(
                told.number, told.name, call_id=told.call_id, rung=rung or mine, at=at, queue=told.queue
            )

        self._operations.write(act, owner=self, failed=lambda error: isinstance(error, NotAllowed))

    def _start(self, told: CallPrefill) -> None:
        uid = self._calls.start(told)
        if told.shared:
            self._shared.add(uid)
        if told.queue:
            self._queues[uid] = told.queue

    def _open_call(self, told: CallPrefill) -> str:
        """The open call that is meant, by the telephone's name for it; by its number where there is none."""
        panel = self._calls.panel
        for uid in reversed(panel.uids()):
            call = panel.call(uid)
            if told.event == "ring" and call.ended:
                continue  # softphones begin to count anew
            if told.call_id and call.call_id == told.call_id:
                return uid
            # Begun here, and now the telephone tells of it as well.
            ours = told.direction == call.direction == "out" and not call.call_id
            if ours and not call.ended and _same(call.number, told.number):
                return uid
            nameless = not told.call_id and not call.call_id and bool(told.event)
            if nameless and not call.ended and _same(call.number, told.number):
                return uid
        return ""


def _same(one: str, other: str) -> bool:
    """Whether two notations are likely to be of one number: a telephone writes it alike each time."""
    left, right = ("".join(filter(str.isdecimal, text)) for text in (one, other))
    return bool(left) and left == right
