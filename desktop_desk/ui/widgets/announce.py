"""Words that a screen reader says at once, without the cursor going anywhere."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(place: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have these words spoken: after what is being read, or at once when they are urgent."""
    levels = QAccessible.AnnouncementPoliteness
    event = QAccessibleAnnouncementEvent(place, words)
    event.setPoliteness(levels.Assertive if urgent else levels.Polite)
    QAccessible.updateAccessibility(event)
