"""The strip in the call panel that says: this looks like an outage; one key makes the call part of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.tickets.links import Banner
from desktop_desk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from desktop_desk.desk.desk import Desk
    from desktop_desk.desk.outages import OutageOffer
    from desktop_desk.desk.views import Attachment, CallDraft, Done

KEY = "Alt+0"


class OutageStrip(Banner):
    """Offers an outage; once it was taken up it stays so, whatever is typed after.

    Signals:
        changed(): it was taken up or left.
    """

    changed = Signal()

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(look, parent=parent)
        self.setObjectName("call_outage")
        self._offer: OutageOffer | None = None
        self._taken = False
        self._text = QLabel(self)
        self._text.setObjectName("call_outage_text")
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._button = KeyButton(look, "", KEY, quiet=True, parent=self)
        self._button.setObjectName("call_outage_take")
        self._button.clicked.connect(self.toggle)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 6, 4)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        self.hide()

    @property
    def chosen(self) -> "OutageOffer | None":
        """The outage that the call becomes part of; None for none."""
        return self._offer if self._taken else None

    def show_offer(self, offer: "OutageOffer | None") -> None:
        """Offer this outage, or none; one that was taken up stays."""
        if not self._taken:
            self._offer = offer
            self._show()

    def toggle(self) -> None:
        """Take the offer up, or leave it."""
        if self._offer is not None:
            self._taken = not self._taken
            self._show()
            self.changed.emit()

    def logging(self, draft: "CallDraft", files: "Sequence[Attachment]") -> "Callable[[Desk], Done]":
        """What saves the call: with its outage, where one was taken up."""
        offer = self.chosen
        if offer is None:
            return lambda desk: desk.log_call(draft, attachments=files)
        return lambda desk: desk.log_call_in_outage(draft, offer, attachments=files)

    def _show(self) -> None:
        offer = self._offer
        self.setVisible(offer is not None)
        if offer is None:
            return
        self._text.setText(taken_text(offer) if self._taken else offered_text(offer))
        self._button.setText(_("Not part of it") if self._taken else _("Part of it"))
        self.setAccessibleName(self._text.text())


def offered_text(offer: "OutageOffer") -> str:
    """What speaks for an outage."""
    if offer.master:
        count = len(offer.numbers)
        callers = ngettext("%d caller so far", "%d callers so far", count) % count
        return _("Outage {number} · {subject} · {callers}").format(
            number=offer.master, subject=offer.subject, callers=callers
        )
    count = len(offer.numbers) + 1
    return ngettext(
        "{n} problem like “{subject}” within three hours with this one: an outage?",
        "{n} problems like “{subject}” within three hours with this one: an outage?",
        count,
    ).format(n=count, subject=offer.subject)


def taken_text(offer: "OutageOffer") -> str:
    """What saving will do."""
    if offer.master:
        return _("Saving makes this call part of the outage {number}.").format(number=offer.master)
    numbers = ", ".join(offer.numbers)
    return _("Saving begins an outage with {numbers} and this call.").format(numbers=numbers)
