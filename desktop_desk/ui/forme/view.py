"""For me on screen: whom I owe a call, and what happened on tickets I follow."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.domain.call_backs import NOT_REACHED, OUTCOME
from desktop_desk.i18n import N_, _, ngettext
from desktop_desk.ui.actions import Actions
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.times import age_text, clock_text, due_text
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.fitted_buttons import FittedButtons
from desktop_desk.ui.widgets.table import FastTable
from desktop_desk.ui.widgets.table_model import MUTED, OVERDUE, UNREAD, Column, ListRowModel

if TYPE_CHECKING:
    from desktop_desk.desk.views import CallBack, News

WHAT = {
    "opened": N_("opened"),
    "assigned": N_("assigned"),
    "reassigned": N_("handed on"),
    "messaged": N_("wrote"),
    "replied": N_("replied"),
    "noted": N_("noted"),
    "undelivered": N_("Mail did not arrive"),
    "called": N_("called"),
    "attached": N_("attached files"),
    "priority_changed": N_("changed the priority"),
    "status_changed": N_("changed the status"),
    "resolved": N_("resolved"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
    "edited": N_("edited"),
    "merged": N_("merged"),
    "tagged": N_("tagged"),
    "due_soon": N_("Due soon"),
    "promise": N_("Promised time is near"),
    "overdue": N_("Overdue"),
    "difference": N_("Two people changed it"),
}

HEAD_MARGIN, HEAD_SPACING = 14, 8

_TOLD_BY_EVENT = {
    "undelivered",
    "assigned",
    "reassigned",
    "priority_changed",
    "status_changed",
    "edited",
    "merged",
    "tagged",
    "attached",
}


def key_of(news: "News") -> str:
    """The same for the same thing, whenever it is read."""
    if news.call_back is not None:
        return f"call:{news.call_back.uid}"
    return f"{news.ticket}:{news.entry_uid or ''}:{news.what}:{news.at}"


def _columns() -> tuple[Column, ...]:
    return (
        Column("what", _("What"), "text", 160, sortable=False),
        Column("number", _("Number"), "number", 74, sortable=False, spare=1),
        Column("about", _("About"), "text", 220, sortable=False, stretch=True),
        Column("when", _("When"), "time", 84, sortable=False),
    )


def _row(news: "News", now: int, *, seen: bool) -> tuple[str | int, ...]:
    back = news.call_back
    if back is None:
        what = _(WHAT.get(news.what, news.what))
        about = _line(news.subject, _words(news))
        flags = MUTED if seen else UNREAD | (OVERDUE if news.what == "overdue" else 0)
        return f"{news.by_name} {what}".strip(), news.ticket, about, age_text(news.at, now), flags
    late = back.due is not None and back.due < now
    when = due_text(back.due, now, overdue=late) if back.due is not None else age_text(news.at, now)
    said = "" if back.missed or back.text == OUTCOME else back.text
    rang = clock_text(back.at) if back.missed else ""
    phone = back.phone or ("" if back.missed else _("no number known"))
    about = _line(rang, back.team, phone, _tries(back), news.subject, said)
    flags = (OVERDUE if late else 0) | UNREAD
    return _owed(back, told=news.what == "tell"), news.ticket, about, when, flags


def _owed(back: "CallBack", *, told: bool) -> str:
    """Whom a call is owed, and why; a number that nobody is known by stands with the rest."""
    person = "" if back.person == back.phone else back.person
    if back.missed and not person:
        return _("Missed call") if back.phone else _("Missed: number withheld")
    why = _("Call back {person}")
    if back.missed:
        why = _("Missed: {person}")
    elif told:
        why = _("Solved, tell {person}")
    return why.format(person=person or _("the caller"))


def _tries(back: "CallBack") -> str:
    """How often nobody was reached, and how it ended last."""
    if not back.tries:
        return ""
    said = ngettext("tried once", "tried %d times", back.tries)
    times = said % back.tries if "%d" in said else said
    return f"{times}: {_(NOT_REACHED.get(back.outcome, back.outcome))}"


def _words(news: "News") -> str:
    """What was written; of a bare event only what the first column does not say."""
    if news.entry_uid is not None:
        return news.text
    return news.text.removeprefix(f"{news.by_name} ") if news.what in _TOLD_BY_EVENT else ""


def _line(*parts: str) -> str:
    """The parts on one line, however many lines they had."""
    return " · ".join(" ".join(part.split()) for part in parts if part)


class ForMeView(QFrame):
    """A table of news with call-backs on top; knows nothing of the desk.

    Signals:
        news_chosen(News): the person went to this line.
        opened(): Enter on a line.
    """

    news_chosen = Signal(object)
    opened = Signal()

    def __init__(
        self, look: Appearance, actions: Actions, now: Callable[[], int], *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("for_me")
        set_look(self, "surface")
        self._now = now
        self._news: tuple[News, ...] = ()
        self._quiet = False
        self._title = title = QLabel(_("For me"), self)
        set_look(title, "section")
        self._summary = QLabel(self)
        self._summary.setObjectName("for_me_summary")
        set_look(self._summary, "muted")
        # Made before the buttons: a page that comes up gives the cursor to what was made first.
        self.table = FastTable(look, self)
        names = {"done": "call.done", "dial": "call.dial"}
        self._buttons = FittedButtons(look, [actions[name] for name in names.values()], parent=self)
        for button, name in zip(self._buttons.buttons, names, strict=True):
            button.setObjectName(f"for_me_{name}")
        self._seen = KeyButton.for_action(look, actions["view.seen"], parent=self)
        self._seen.setObjectName("for_me_seen")
        head = QFrame(self)
        set_look(head, "surface line-bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(HEAD_MARGIN, 6, HEAD_MARGIN, 6)
        row.setSpacing(HEAD_SPACING)
        row.addWidget(title)
        row.addWidget(self._summary)
        row.addWidget(self._buttons, 1)
        row.addWidget(self._seen)
        self.model = ListRowModel(_columns(), self)
        self.table.setObjectName("for_me_table")
        self.table.setAccessibleName(_("For me"))
        self.table.setModel(self.model)
        self.table.set_empty(
            _("Nothing new for you"),
            _("What happens on tickets you follow comes up here, and whom you promised to call."),
        )
        self.table.row_changed.connect(self._on_row)
        self.table.row_activated.connect(self._on_activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.table, 1)
        self._why = _reason(self)
        column.addWidget(self._why)

    def toggle_why(self) -> None:
        """Say of the line with the cursor why it is here, or stop saying it."""
        self._why.setVisible(not self._why.isVisibleTo(self))
        self._say_why()

    def _say_why(self) -> None:
        chosen = self.current()
        self._why.setText(chosen.why if chosen is not None else _("Choose a line: this says why it is here."))
        self._why.setAccessibleName(self._why.text())

    def show_news(self, news: "Sequence[News]", seen: frozenset[str]) -> None:
        """Show these lines; those whose key is in `seen` are quiet. The chosen line stays chosen."""
        now = self._now()
        chosen, place_before = self.current(), self.table.current_row()
        key = key_of(chosen) if chosen is not None else ""
        self._news = tuple(news)
        self._quiet = True
        try:
            self.model.set_rows([(key_of(each), _row(each, now, seen=key_of(each) in seen)) for each in news])
            place = self.model.row_of(key) if key else -1
            if place >= 0 and place != self.table.current_row():
                self.table.select_row(place)
        finally:
            self._quiet = False
        self._summary.setText(_summary(self._news, seen))
        self._fit_head()
        if key and place < 0 and news and self.table.hasFocus():
            # The line is done with: the cursor goes on to the next one.
            self.table.select_row(min(place_before, len(news) - 1))
        self._say_why()

    def _fit_head(self) -> None:
        """Count in the head where a button has room as well; what is in the menu View only where all have room."""
        room = self.width() - 2 * HEAD_MARGIN - self._title.sizeHint().width() - HEAD_SPACING
        counted = room - self._summary.sizeHint().width() - HEAD_SPACING
        first, more = self._buttons.buttons[0], self._buttons.more
        self._summary.setVisible(counted >= first.sizeHint().width() + HEAD_SPACING + more.sizeHint().width())
        all_of_them = self._buttons.sizeHint().width() + HEAD_SPACING + self._seen.sizeHint().width()
        self._seen.setVisible(counted >= all_of_them)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def current(self) -> "News | None":
        """The line with the cursor."""
        row = self.table.current_row()
        return self._news[row] if 0 <= row < len(self._news) else None

    def choose_first(self) -> None:
        """Go to the first line, if there is one."""
        if self._news:
            self.table.select_row(0)

    def step(self, by: int) -> None:
        """Go to the next (1) or the previous (-1) line."""
        if self._news:
            self.table.select_row(min(max(self.table.current_row() + by, 0), len(self._news) - 1))

    def _on_activated(self, _row: int) -> None:
        self.opened.emit()

    def _on_row(self, row: int) -> None:
        self._say_why()
        if not self._quiet and 0 <= row < len(self._news):
            self.news_chosen.emit(self._news[row])


def _summary(news: "Sequence[News]", seen: frozenset[str]) -> str:
    calls = sum(each.call_back is not None for each in news)
    tickets = len({each.ticket for each in news if each.call_back is None and key_of(each) not in seen})
    parts: list[str] = []
    if calls:
        parts.append(ngettext("%d to call", "%d to call", calls) % calls)
    if tickets or not calls:
        parts.append(ngettext("%d with news", "%d with news", tickets) % tickets)
    return " · ".join(parts)


def _reason(parent: QWidget) -> QLabel:
    """The line that says why something is here; out of sight until somebody asks."""
    label = QLabel(parent)
    label.setObjectName("for_me_why")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setContentsMargins(HEAD_MARGIN, 8, HEAD_MARGIN, 8)
    set_look(label, "surface line-top")
    label.hide()
    return label
