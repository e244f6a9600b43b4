"""Joins For me to the desk."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop_desk.domain.phones import shown
from desktop_desk.i18n import _
from desktop_desk.ui.forme.view import ForMeView, key_of
from desktop_desk.ui.operations import Operations

if TYPE_CHECKING:
    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.views import CallBack, Done, News


class ForMeScreen(QObject):
    """Keeps the list of news up to date; what was seen in this visit stays in the list, quietly.

    Signals:
        ticket_chosen(str number, str entry_uid): show this ticket, at this entry.
        told(str text, str undo_act): something was done that can be undone.
        ticketless(): the person went to a line without a ticket, such as a missed call.
    """

    ticket_chosen = Signal(str, str)
    told = Signal(str, str)
    ticketless = Signal()

    def __init__(self, view: ForMeView, operations: Operations, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._operations = operations
        self._shown: dict[str, News] = {}
        self._visiting = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        view.news_chosen.connect(self._on_chosen)
        operations.changed.connect(self._on_changed)
        operations.others_changed.connect(self._on_others_changed)

    @property
    def widget(self) -> ForMeView:
        """All of it."""
        return self._view

    def place(self) -> QWidget:
        """Where the cursor goes."""
        return self._view.table

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) line."""
        self._view.step(by)

    def begin(self) -> None:
        """The person comes to the list: begin a new visit at its top."""
        self._shown = {}
        self._visiting = False
        self.refresh()

    def refresh(self) -> None:
        """Read what is new."""
        self._operations.read(_inbox, owner=self, then=self._on_read, latest="inbox")

    def call_back_done(self) -> None:
        """The chosen promise is kept."""
        news = self._view.current()
        if news is None or news.call_back is None:
            return
        uid, person = news.call_back.uid, news.call_back.person or _("the caller")
        said = _("Told {person}") if news.what == "tell" else _("Called {person} back")
        self._shown.pop(key_of(news), None)
        self._operations.write(
            lambda desk: desk.call_back_done(uid),
            owner=self,
            then=lambda done: self.told.emit(said.format(person=person), done.act),
        )

    def mark_all_seen(self) -> None:
        """Nothing is new any more; promises stay."""
        self._shown = {}
        self._operations.write(lambda desk: desk.mark_all_seen(), owner=self)

    def _on_read(self, inbox: "tuple[News, ...]") -> None:
        new = {key_of(each): each for each in inbox}
        kept = {key: each for key, each in self._shown.items() if each.call_back is None}
        lines = {**{key: each for key, each in kept.items() if key not in new}, **new}
        calls = sorted(
            (each for each in lines.values() if each.call_back is not None),
            key=lambda each: (each.call_back.due if each.call_back is not None else None) or each.at,
        )
        rest = sorted((each for each in lines.values() if each.call_back is None), key=lambda each: -each.at)
        self._shown = {key_of(each): each for each in (*calls, *rest)}
        self._view.show_news((*calls, *rest), frozenset(lines) - frozenset(new))
        if self._view.isVisible() and not self._visiting:
            self._visiting = True
            self._view.choose_first()

    def _on_changed(self, _done: "Done", _initiator: object) -> None:
        self._on_others_changed()

    def _on_others_changed(self) -> None:
        if self._view.isVisible():
            self._soon.start()

    def _on_chosen(self, news: "News") -> None:
        if news.ticket:
            self.ticket_chosen.emit(news.ticket, news.entry_uid or "")
        else:
            self.ticketless.emit()


def _inbox(desk: "Desk") -> "tuple[News, ...]":
    """What is new, with numbers in the groups in which they are said everywhere; not for the UI thread."""
    region = desk.directory().settings.country
    return tuple(
        replace(each, call_back=_readable(each.call_back, region)) if each.call_back is not None else each
        for each in desk.inbox()
    )


def _readable(back: "CallBack", region: str) -> "CallBack":
    phone = shown(back.phone, region)
    # Who is known by nothing else is called by the number.
    return replace(back, phone=phone, person=phone if back.person == back.phone else back.person)
