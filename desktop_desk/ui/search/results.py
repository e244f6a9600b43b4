"""Every result of a search on one page, newest first, with what matched highlighted."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.search.hits import Pick, result_cards, words_of
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.cards import ThreadView
from desktop_desk.ui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from desktop_desk.desk.views import SearchHit

MOST = 200


class SearchResults(QFrame):
    """The page in the middle that answers one search.

    Signals:
        ticket_chosen(str number, str entry_uid): show this ticket, at this entry.
    """

    ticket_chosen = Signal(str, str)

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        now: Callable[[], int],
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("search_results")
        set_look(self, "ground")
        self._operations = operations
        self._now = now
        self.text = ""
        self._title = QLabel(self)
        self._title.setObjectName("results_title")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        set_look(self._title, "section")
        self._summary = QLabel(self)
        set_look(self._summary, "muted")
        head = QFrame(self)
        set_look(head, "surface line-bottom")
        row = QHBoxLayout(head)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(10)
        row.addWidget(self._title)
        row.addWidget(self._summary)
        row.addStretch(1)
        self.cards = ThreadView(look, self)
        self.cards.setObjectName("results_cards")
        self.cards.card_activated.connect(self._on_activated)
        self.cards.clicked.connect(self._on_clicked)
        self._empty = EmptyState(look, _("Nothing was found"), "", "search", parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.cards)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._stack, 1)

    def show_results(self, text: str) -> None:
        """Look for this and show all of it."""
        self.text = text
        self._title.setText(_("“{text}”").format(text=text))
        self.cards.setAccessibleName(_("Results for {text}").format(text=text))
        self.refresh()
        self.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Look again for the same."""
        text = self.text
        if text:
            self._operations.read(
                lambda desk: (desk.search(text, limit=MOST), desk.search_hint(text)),
                owner=self,
                then=self._show,
                latest="results",
            )

    def _show(self, found: "tuple[Sequence[SearchHit], str]") -> None:
        hits, hint = found
        count = ngettext("%d ticket", "%d tickets", len(hits)) % len(hits)
        self._summary.setText(f"{count} · {hint}" if hint and hits else count)
        advice = _("Try fewer letters: the beginning of a word is enough. Numbers may have blanks.")
        self._empty.set_text(_("Nothing was found"), hint or advice)
        self._stack.setCurrentIndex(0 if hits else 1)
        self.cards.set_matches(list(words_of(self.text)))
        self.cards.set_cards(result_cards(hits, self._now()))

    def _on_clicked(self) -> None:
        self._on_activated(self.cards.current_key())

    def _on_activated(self, key: object) -> None:
        if isinstance(key, Pick):
            self.ticket_chosen.emit(key.value, key.entry)
