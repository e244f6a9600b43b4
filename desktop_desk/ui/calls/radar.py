"""Tickets that this call may belong to: the caller's open ones, and recent ones that sound like it."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.plain_tip import plain_tip

OPEN = 6
"""So many of the caller's open tickets have a row; with the similar ones each must have a digit."""
SIMILAR = 3
"""So many similar tickets have a row, and so many rows are kept free in any case."""


@dataclass(frozen=True, slots=True)
class NearTicket:
    """A ticket offered while a call is typed; `matches` are (start, length) in its subject."""

    number: str
    subject: str
    right: str = ""
    matches: tuple[tuple[int, int], ...] = ()


class RadarRow(QAbstractButton):
    """One offered ticket with the digit that, with Alt, adds the call to it."""

    def __init__(self, look: Appearance, digit: int, ticket: NearTicket, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._digit = digit
        self.ticket = ticket
        self.setObjectName(f"near_{digit}")
        text = _("Alt+{digit} adds this call to {number} {subject}")
        self.setAccessibleName(text.format(digit=digit, number=ticket.number, subject=ticket.subject))
        self.setToolTip(plain_tip(self.accessibleName()))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(200, self._look.metrics(Font.BASE).height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        look, colors = self._look, self._look.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect()
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.hover if not self.isDown() else colors.selected)
            painter.drawRoundedRect(area, 6, 6)
        area = area.adjusted(10, 0, -10, 0)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        right_width = 0
        if self.ticket.right:
            painter.setFont(look.font(Font.META))
            painter.setPen(colors.muted)
            right_width = look.metrics(Font.META).horizontalAdvance(self.ticket.right) + 12
            painter.drawText(
                area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.ticket.right
            )
        painter.setPen(colors.text)
        painter.setFont(look.font(Font.NUMBER_STRONG))
        painter.drawText(area, left, str(self._digit))
        start = area.left() + look.metrics(Font.NUMBER_STRONG).horizontalAdvance("0") + 10
        painter.setFont(look.font(Font.NUMBER))
        painter.setPen(colors.muted)
        painter.drawText(QRect(start, area.top(), area.width(), area.height()), left, self.ticket.number)
        start += look.metrics(Font.NUMBER).horizontalAdvance(self.ticket.number) + 8
        self._paint_subject(
            painter, QRect(start, area.top(), area.right() - right_width - start, area.height())
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def _paint_subject(self, painter: QPainter, area: QRect) -> None:
        metrics, colors = self._look.metrics(Font.BASE), self._look.colors
        painter.setFont(self._look.font(Font.BASE))
        shown = metrics.elidedText(self.ticket.subject, Qt.TextElideMode.ElideRight, max(0, area.width()))
        whole = shown == self.ticket.subject
        for start, length in self.ticket.matches:
            # The dots of a cut subject stand for what is behind them, and match nothing.
            end = start + length if whole else min(start + length, len(shown) - 1)
            if end > start:
                left = metrics.horizontalAdvance(shown[:start])
                width = metrics.horizontalAdvance(shown[:end]) - left
                height = metrics.height()
                mark = QRect(area.left() + left, area.center().y() - height // 2, width, height)
                painter.fillRect(mark, colors.match)
        painter.setPen(colors.text)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class _Column(QWidget):
    """A title and the offered tickets, or a sentence when there are none."""

    chosen = Signal(str)

    def __init__(self, look: Appearance, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.title = QLabel(title, self)
        set_look(self.title, "meta")
        self.rows: list[RadarRow] = []
        self._none = QLabel(self)
        set_look(self._none, "muted")
        self._none.setWordWrap(True)
        self._none.setContentsMargins(0, 4, 0, 4)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._hint = QLabel(_("Alt+digit adds it"), self)
        set_look(self._hint, "meta")
        head.addWidget(self.title, 1)
        head.addWidget(self._hint)
        self._column.addLayout(head)
        self._column.addWidget(self._none)
        self._column.addStretch(1)

    def show_tickets(self, tickets: tuple[NearTicket, ...], first: int, empty: str) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        self._none.setText(empty)
        self._none.setVisible(not tickets)
        self._hint.setVisible(bool(tickets))
        for place, ticket in enumerate(tickets):
            row = RadarRow(self._look, first + place, ticket, self)
            row.clicked.connect(lambda _checked=False, number=ticket.number: self.chosen.emit(number))
            self._column.insertWidget(1 + place, row)
            self.rows.append(row)


class Radar(QWidget):
    """The caller's open tickets on the left and similar recent ones on the right, counted through.

    Signals:
        chosen(number): the call belongs to this ticket.
    """

    chosen = Signal(str)

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("radar")
        self._look = look
        self._open: tuple[NearTicket, ...] = ()
        self._similar: tuple[NearTicket, ...] = ()
        self._who = ""
        self._looked = False
        self._left = _Column(look, _("Open tickets of the caller"), self)
        self._right = _Column(look, _("Similar recent tickets"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for column in (self._left, self._right):
            row.addWidget(column, 1)
            column.chosen.connect(self.chosen)
        look.changed.connect(self._show)
        self._show()

    def set_open(self, who: str, tickets: tuple[NearTicket, ...]) -> None:
        """All open tickets of the caller, who is called `who` ("" when nobody is known yet)."""
        self._who, self._open = who, tickets
        self._show()

    def set_similar(self, tickets: tuple[NearTicket, ...], *, looked: bool) -> None:
        """Recent tickets like the text; those on the left are not said twice. `looked`: there was a text."""
        self._similar, self._looked = tickets, looked
        self._show()

    def number_at(self, digit: int) -> str:
        """The ticket that Alt and this digit mean now; "" for none."""
        rows = (*self._left.rows, *self._right.rows)
        return rows[digit - 1].ticket.number if 0 < digit <= len(rows) else ""

    def _show(self) -> None:
        shown, left = self._open[:OPEN], {ticket.number for ticket in self._open}
        similar = tuple(ticket for ticket in self._similar if ticket.number not in left)[:SIMILAR]
        self._left.title.setText(self._title(len(self._open) - len(shown)))
        none = _("None.") if self._who else _("They appear when the caller is known.")
        self._left.show_tickets(shown, 1, none)
        none = _("None but those on the left.") if self._similar else _("None.")
        empty = none if self._looked else _("They appear while you type.")
        self._right.show_tickets(similar, 1 + len(shown), empty)
        # Room for the usual in any case: what the agent reads must not jump while the caller speaks.
        rows = max(SIMILAR, len(shown))
        row_height = self._look.metrics(Font.BASE).height() + 14
        self.setFixedHeight(self._look.metrics(Font.META).height() + rows * row_height + 4)

    def _title(self, more: int) -> str:
        if not self._who:
            return _("Open tickets of the caller")
        title = _("Open tickets of {name}").format(name=self._who)
        words = ngettext("{title} and {count} more", "{title} and {count} more", more)
        return words.format(title=title, count=more) if more else title
