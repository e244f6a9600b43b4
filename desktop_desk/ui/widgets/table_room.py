"""Which columns a table has room for: those that can be spared give way before the others are cut off."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QHeaderView

from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.table_columns import natural_widths
from desktop_desk.ui.widgets.table_model import Column

_LEAST_ROWS = 3
"""The stretching column keeps the width of so many row heights."""


class ColumnRoom:
    """Hides columns that can be spared while there is no room, and gives the stretching column the rest."""

    def __init__(self, header: QHeaderView, look: Appearance) -> None:
        self._header = header
        self._look = look
        self._squeezed: dict[int, int] = {}
        self._insisted: set[int] = set()
        self._busy = False

    @property
    def squeezed(self) -> Mapping[int, int]:
        """Place and width of the columns that are hidden only for want of room."""
        return self._squeezed

    def forget(self) -> None:
        """Bring all back: the columns are about to be arranged anew."""
        for place in list(self._squeezed):
            self._bring_back(place)
        self._insisted.clear()

    def keep(self, columns: Sequence[Column], width: int) -> None:
        """Fit the columns into `width` pixels, as far as they can be; what a person turned on stays."""
        if self._busy:
            # Hiding a column lays the table out, which asks for room again.
            return
        self._busy = True
        self._notice_insisting()
        stretching = next((place for place, column in enumerate(columns) if column.stretch), None)
        if stretching is not None and not self._header.isSectionHidden(stretching):
            self._fit(columns, stretching, width)
        self._busy = False

    def _notice_insisting(self) -> None:
        for place in list(self._squeezed):
            if not self._header.isSectionHidden(place):
                del self._squeezed[place]
                self._insisted.add(place)

    def _fit(self, columns: Sequence[Column], stretching: int, width: int) -> None:
        header = self._header
        sizes = {
            place: self._squeezed.get(place, 0) or header.sectionSize(place)
            for place in range(header.count())
            if place != stretching and (place in self._squeezed or not header.isSectionHidden(place))
        }
        least = min(natural_widths(columns, self._look)[stretching], _LEAST_ROWS * self._look.row_height)
        left = width - sum(sizes.values())
        unwanted: set[int] = set()
        for _order, place in sorted((columns[place].spare, place) for place in sizes if columns[place].spare):
            if left < least and place not in self._insisted:
                unwanted.add(place)
                left += sizes[place]
        for place in self._squeezed.keys() - unwanted:
            self._bring_back(place)
        for place in unwanted - self._squeezed.keys():
            self._squeezed[place] = sizes[place]
            header.setSectionHidden(place, True)
        self._stretch(stretching, least, fits=left >= least)

    def _stretch(self, place: int, least: int, *, fits: bool) -> None:
        header = self._header
        mode = QHeaderView.ResizeMode.Stretch if fits else QHeaderView.ResizeMode.Fixed
        if header.sectionResizeMode(place) != mode:
            header.setSectionResizeMode(place, mode)
        if not fits and header.sectionSize(place) != least:
            header.resizeSection(place, least)

    def _bring_back(self, place: int) -> None:
        del self._squeezed[place]
        if place < self._header.count():
            self._header.setSectionHidden(place, False)
