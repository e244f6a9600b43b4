"""Where each card of a conversation stands, and which letters of them are selected."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from desktop_desk.ui.widgets.card_paint import GAP, Span

_EDGE = 12
_END = 1 << 40


class CardStack:
    """Heights of cards one below the other: guessed until a card is first laid out, exact from then on."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._exact: list[bool] = []
        self._tops: list[int] = [_EDGE]

    def __len__(self) -> int:
        return len(self._heights)

    def fill(self, heights: Iterable[tuple[int, bool]]) -> None:
        """Takes (height, exact) for every card."""
        pairs = list(heights)
        self._heights = [height for height, _exact in pairs]
        self._exact = [exact for _height, exact in pairs]
        self._add_up()

    def correct(self, heights: dict[int, int]) -> bool:
        """Takes the exact heights of some cards; True when any differed from its guess."""
        changed = False
        for row, height in heights.items():
            changed |= self._heights[row] != height
            self._heights[row], self._exact[row] = height, True
        if changed:
            self._add_up()
        return changed

    def _add_up(self) -> None:
        self._tops = list(accumulate((height + GAP for height in self._heights), initial=_EDGE))

    def is_exact(self, row: int) -> bool:
        """Whether the card was laid out."""
        return self._exact[row]

    def top(self, row: int) -> int:
        """The upper edge of a card."""
        return self._tops[row]

    def height(self, row: int) -> int:
        """The height of a card."""
        return self._heights[row]

    @property
    def total(self) -> int:
        """The height of all."""
        return self._tops[-1] - GAP + _EDGE if self._heights else 0

    def row_at(self, y: int) -> int:
        """The card at this height, or the nearest; -1 without cards."""
        if not self._heights:
            return -1
        return min(max(bisect_right(self._tops, y) - 1, 0), len(self._heights) - 1)

    def rows_between(self, top: int, bottom: int) -> range:
        """The cards that can be seen between two heights."""
        if not self._heights:
            return range(0)
        return range(self.row_at(top), self.row_at(bottom) + 1)


@dataclass(frozen=True, slots=True, order=True)
class Letter:
    """A place in the conversation: before this letter (in UTF-16 units) of this card."""

    row: int
    at: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A stretch of text over one card or several, from where the mouse went down to where it is."""

    anchor: Letter
    point: Letter

    @property
    def first(self) -> Letter:
        """Its beginning."""
        return min(self.anchor, self.point)

    @property
    def last(self) -> Letter:
        """Its end."""
        return max(self.anchor, self.point)

    @property
    def is_empty(self) -> bool:
        """Whether no letter is chosen."""
        return self.anchor == self.point

    def within(self, row: int) -> Span | None:
        """What of a card is chosen; None for nothing."""
        if self.is_empty or not self.first.row <= row <= self.last.row:
            return None
        start = self.first.at if row == self.first.row else 0
        end = self.last.at if row == self.last.row else _END
        return Span(start, end)


def cut(text: str, span: Span) -> str:
    """The part of a text between two places counted in UTF-16 units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * span.start : 2 * min(span.end, len(raw))].decode("utf-16-le", "replace")
