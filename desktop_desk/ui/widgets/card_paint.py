"""One entry of a conversation: laid out once, painted often."""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QImage,
    QPainter,
    QPalette,
    QPen,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance, Font
from desktop_desk.ui.widgets.card_files import CardFile, FileLines

CardKind = Literal["call", "note", "reply", "message", "event"]
SIDE, GAP, PAD, BAR = 16, 8, 12, 3
# A longer text is folded: laying out a megabyte would hold the window for seconds.
FOLD_AT = 4_000
_MOST_HITS = 200
_LEADING = 115.0


@dataclass(frozen=True, slots=True)
class Card:
    """One entry: `title` says who, `meta` what and to whom, `time` when; `key` names it. An event has only a text.

    `files` came with it and stand below the text. `quoted` is what was quoted or signed below it: folded away until
    it is `unfolded`.
    """

    kind: CardKind
    title: str
    meta: str
    text: str
    time: str
    key: Hashable
    files: tuple[CardFile, ...] = ()
    quoted: str = ""
    unfolded: bool = False

    @property
    def spoken(self) -> str:
        """All that is shown of it, for screen readers and for copying."""
        head = " ".join(part for part in (self.title, self.meta, self.time) if part)
        folded = self.quote_text if self.quoted and not self.unfolded else ""
        lines = (head, self.whole, folded, *(file.spoken for file in self.files))
        return "\n".join(line for line in lines if line)

    @property
    def whole(self) -> str:
        """The text that is laid out: with what is quoted, once that is unfolded."""
        return f"{self.text}\n\n{self.quoted}" if self.quoted and self.unfolded else self.text

    @property
    def quote_text(self) -> str:
        """What the line says that unfolds what is quoted, or folds it away again."""
        if self.unfolded:
            return _("Fold quoted text")
        count = self.quoted.strip("\n").count("\n") + 1
        return ngettext("… quoted text ({n} line)", "… quoted text ({n} lines)", count).format(n=count)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a card's text."""

    start: int
    end: int


@dataclass(slots=True)
class LaidCard:
    """A card laid out for a width; `body` is None for an event."""

    card: Card
    body: QTextDocument | None
    height: int
    folded: int
    hits: list[Span]


class CardPainter:
    """Lays out and paints cards in the look in force."""

    def __init__(self, look: Appearance) -> None:
        self._look = look
        self._files = FileLines(look)
        self.words: tuple[str, ...] = ()

    def set_pictures(self, pictures: Mapping[Hashable, QImage]) -> None:
        """Paint these pictures below the files whose keys they have."""
        self._files.pictures = pictures

    # heights

    def _head_height(self) -> int:
        return self._look.metrics(Font.META_STRONG).height() + 4

    def event_height(self) -> int:
        """The height of an event's line."""
        return self._look.metrics(Font.META).height() + 10

    def guess(self, card: Card, width: int) -> int:
        """About how high a card will be, without laying it out."""
        if card.kind == "event":
            return self.event_height() + self._files.height(card.files)
        metrics = self._look.metrics(Font.BASE)
        letters = max(int(self._room(width) / max(metrics.averageCharWidth(), 1)), 8)
        text = card.whole[:FOLD_AT]
        lines = sum(1 + len(line) // letters for line in text.split("\n")) if text else 0
        text_height = int(lines * metrics.height() * _LEADING / 100)
        quote = self._line_height() if card.quoted else 0
        return self._head_height() + text_height + quote + 2 * PAD - 4 + self._files.height(card.files)

    def _line_height(self) -> int:
        """The height of a line that unfolds something."""
        return self._look.metrics(Font.BASE).height() + 4

    @staticmethod
    def _room(width: int) -> int:
        return max(width - 2 * SIDE - 2 * PAD - BAR, 40)

    # layout

    def lay_out(self, card: Card, width: int, *, unfolded: int) -> LaidCard:
        """The card as it stands in a view of this width, its first `unfolded` letters shown at least."""
        if card.kind == "event":
            return LaidCard(card, None, self.event_height() + self._files.height(card.files), 0, [])
        limit = max(unfolded, FOLD_AT)
        whole = shown_text(card)
        text = whole if len(whole) <= limit + FOLD_AT // 4 else whole[:limit]
        folded = len(whole) - len(text)
        body = QTextDocument()
        body.setUndoRedoEnabled(False)
        body.setDocumentMargin(0)
        body.setDefaultFont(self._look.font(Font.BASE))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        body.setDefaultTextOption(option)
        body.setPlainText(text)
        roomy = QTextBlockFormat()
        roomy.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(body)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(roomy)
        if card.quoted and card.unfolded:
            self._mute(cursor, _utf16(text, len(shown(card.text)) + 2))
        body.setTextWidth(self._room(width))
        height = self._head_height() + int(body.size().height() + 0.99) if text else self._head_height() - 4
        height += 2 * PAD - 4 + self._line_height() * (bool(folded) + bool(card.quoted))
        height += self._files.height(card.files)
        return LaidCard(card, body, height, folded, self._find(text))

    def _mute(self, cursor: QTextCursor, start: int) -> None:
        """Print everything from a place on as what was said elsewhere."""
        quiet = QTextCharFormat()
        quiet.setForeground(self._look.colors.muted)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if start < cursor.position():
            cursor.setPosition(start, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(quiet)

    def _find(self, text: str) -> list[Span]:
        if not self.words:
            return []
        found: list[Span] = []
        # Searches find beginnings of words; a mark within one would be about something else.
        pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, self.words))})"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            # The layout counts in UTF-16 units, as Qt does.
            start = _utf16(text, match.start())
            found.append(Span(start, start + _utf16(match.group(), len(match.group()))))
            if len(found) == _MOST_HITS:
                break
        return found

    # places

    def body_origin(self) -> QPointF:
        """Where the text begins within a card."""
        return QPointF(SIDE + BAR + PAD, PAD - 2 + self._head_height())

    def letter_at(self, laid: LaidCard, place: QPointF) -> int:
        """The letter nearest to a place within the card."""
        if laid.body is None:
            return 0
        layout = laid.body.documentLayout()
        return max(layout.hitTest(place - self.body_origin(), Qt.HitTestAccuracy.FuzzyHit), 0)

    def word_at(self, laid: LaidCard, letter: int) -> Span:
        """The word around a letter."""
        if laid.body is None:
            return Span(0, len(laid.card.text) * 2)
        cursor = QTextCursor(laid.body)
        cursor.setPosition(letter)
        cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        return Span(cursor.selectionStart(), cursor.selectionEnd())

    def fold_line(self, laid: LaidCard, width: int) -> QRectF:
        """Where the line stands that shows more of a long text; empty when all is shown."""
        if not laid.folded:
            return QRectF()
        return self._line_at(laid, width, 1 if laid.card.quoted else 0)

    def quote_line(self, laid: LaidCard, width: int) -> QRectF:
        """Where the line stands that unfolds or folds what is quoted; empty where nothing is."""
        if laid.body is None or not laid.card.quoted:
            return QRectF()
        return self._line_at(laid, width, 0)

    def _line_at(self, laid: LaidCard, width: int, above: int) -> QRectF:
        """The place of a line below the text, with so many lines of its kind below it."""
        height = self._line_height()
        top = laid.height - height * (above + 1) - PAD + 4 - self._files.height(laid.card.files)
        return QRectF(SIDE + BAR + PAD, top, self._room(width), height)

    def _files_origin(self, laid: LaidCard) -> QPointF:
        """Where the lines of the files begin within a card."""
        height = self._files.height(laid.card.files)
        if laid.body is None:
            return QPointF(SIDE + PAD, laid.height - height)
        return QPointF(SIDE + BAR + PAD, laid.height - height - PAD + 4)

    def file_at(self, laid: LaidCard, place: QPointF, width: int) -> CardFile | None:
        """The file whose line is at a place within the card."""
        return self._files.at(laid.card.files, place - self._files_origin(laid), self._room(width))

    def fold_text(self, laid: LaidCard) -> str:
        """What that line says."""
        return _("Show more ({count} further characters)").format(count=f"{laid.folded:,}")

    # painting

    def paint(
        self,
        painter: QPainter,
        laid: LaidCard,
        place: QPointF,
        width: int,
        *,
        chosen: Span | None,
        current: bool,
    ) -> None:
        """Paints a card with its top left corner at `place`."""
        painter.save()
        painter.translate(place)
        if laid.body is None:
            self._paint_event(painter, laid, width, chosen=chosen is not None, current=current)
        else:
            self._paint_ground(painter, laid, width, current=current)
            self._paint_head(painter, laid.card, width)
            self._paint_body(painter, laid, chosen)
            painter.setPen(self._look.colors.primary)
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            if laid.folded:
                painter.setFont(self._look.font(Font.STRONG))
                painter.drawText(self.fold_line(laid, width), middle, self.fold_text(laid))
            if laid.card.quoted:
                painter.setFont(self._look.font(Font.META))
                painter.drawText(self.quote_line(laid, width), middle, laid.card.quote_text)
        if laid.card.files:
            painter.translate(self._files_origin(laid))
            self._files.paint(painter, laid.card.files, self._room(width))
        painter.restore()

    def _paint_event(
        self, painter: QPainter, laid: LaidCard, width: int, *, chosen: bool, current: bool
    ) -> None:
        colors, card = self._look.colors, laid.card
        line = QRectF(SIDE, 0, width - 2 * SIDE, laid.height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if current or chosen:
            painter.setPen(QPen(colors.focus, 2) if current else Qt.PenStyle.NoPen)
            painter.setBrush(colors.selected if chosen else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(line.adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(colors.muted)
        painter.setFont(self._look.font(Font.META))
        text = " ".join(part for part in (card.time, card.title, card.meta, card.text) if part).replace(
            "\n", " "
        )
        room = QRectF(line.x() + PAD, 0, line.width() - 2 * PAD, self.event_height())
        text = self._look.metrics(Font.META).elidedText(
            text[:1_000], Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_ground(self, painter: QPainter, laid: LaidCard, width: int, *, current: bool) -> None:
        colors, kind = self._look.colors, laid.card.kind
        box = QRectF(SIDE, 0, width - 2 * SIDE, laid.height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        # The bar is the left edge of a rounded card of its own colour that looks out under the card.
        painter.setBrush(colors.get(f"{kind}_bar"))
        painter.setClipRect(QRectF(box.x(), box.y(), 8, box.height()), Qt.ClipOperation.IntersectClip)
        painter.drawRoundedRect(box, 8, 8)
        painter.setClipping(False)
        painter.setBrush(colors.get(kind))
        painter.drawRoundedRect(box.adjusted(BAR, 0, 0, 0), 6, 6)
        if current:
            painter.setPen(QPen(colors.focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 7, 7)

    def _paint_head(self, painter: QPainter, card: Card, width: int) -> None:
        look = self._look
        line = QRectF(SIDE + BAR + PAD, PAD - 4, self._room(width), look.metrics(Font.META_STRONG).height())
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(look.colors.muted)
        painter.setFont(look.font(Font.META))
        painter.drawText(line, middle | int(Qt.AlignmentFlag.AlignRight), card.time)
        strong, plain = look.metrics(Font.META_STRONG), look.metrics(Font.META)
        room = line.width() - plain.horizontalAdvance(card.time) - 8
        title = strong.elidedText(card.title, Qt.TextElideMode.ElideRight, int(room))
        used = strong.horizontalAdvance(title)
        painter.setPen(look.colors.text)
        painter.setFont(look.font(Font.META_STRONG))
        painter.drawText(line, middle, title)
        meta = plain.elidedText(card.meta, Qt.TextElideMode.ElideRight, max(int(room - used - 4), 0))
        painter.setPen(look.colors.muted)
        painter.setFont(look.font(Font.META))
        painter.drawText(line.adjusted(used + 4, 0, 0, 0), middle, meta)

    def _paint_body(self, painter: QPainter, laid: LaidCard, chosen: Span | None) -> None:
        if laid.body is None:
            return
        colors = self._look.colors
        context = QAbstractTextDocumentLayout.PaintContext()
        palette = QPalette(context.palette)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType]
        palette.setColor(QPalette.ColorRole.Text, colors.text)
        context.palette = palette  # pyright: ignore[reportAttributeAccessIssue]
        marks = [_mark(laid.body, span, colors.match, colors.text) for span in laid.hits]
        if chosen is not None and chosen.end > chosen.start:
            marks.append(_mark(laid.body, chosen, colors.primary, colors.onprimary))
        context.selections = marks  # pyright: ignore[reportAttributeAccessIssue]
        painter.translate(self.body_origin())
        laid.body.documentLayout().draw(painter, context)
        painter.translate(-self.body_origin())


def _mark(
    body: QTextDocument, span: Span, ground: object, ink: object
) -> QAbstractTextDocumentLayout.Selection:
    cursor = QTextCursor(body)
    last = max(body.characterCount() - 1, 0)
    cursor.setPosition(min(span.start, last))
    cursor.setPosition(min(span.end, last), QTextCursor.MoveMode.KeepAnchor)
    form = QTextCharFormat()
    form.setBackground(ground)  # pyright: ignore[reportArgumentType]
    form.setForeground(ink)  # pyright: ignore[reportArgumentType]
    mark = QAbstractTextDocumentLayout.Selection()
    mark.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
    mark.format = form  # pyright: ignore[reportAttributeAccessIssue]
    return mark


def shown_text(card: Card) -> str:
    """The text as it is laid out: line ends made one, NUL given a shape; places are counted in it."""
    return shown(card.whole)


def shown(text: str) -> str:
    """A text as it is laid out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _utf16(text: str, count: int) -> int:
    """How many UTF-16 units the first `count` letters take."""
    head = text[:count]
    return len(head) if head.isascii() else len(head.encode("utf-16-le", "surrogatepass")) // 2


def words_of(words: Sequence[str]) -> tuple[str, ...]:
    """Search words ready for finding: longest first, so that the longer of two overlapping ones is marked."""
    return tuple(sorted({word.strip() for word in words if word.strip()}, key=len, reverse=True))
