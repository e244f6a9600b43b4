"""How large a window is when it comes up."""

from PySide6.QtWidgets import QWidget

from desktop_desk.ui.theme import Appearance


def fit_to_text(window: QWidget, look: Appearance, width: int, height: int) -> None:
    """Give a window this size, larger for larger text, as far as the screen has room."""
    room = window.screen().availableSize()
    scale = max(1.0, look.text_scale)
    window.resize(
        min(round(width * scale), room.width() - 40), min(round(height * scale), room.height() - 60)
    )


def fit_to_parts(window: QWidget, look: Appearance, width: int) -> None:
    """Give a window this width, larger for larger text, and the height that its parts need in it."""
    room = window.screen().availableSize()
    width = min(round(width * max(1.0, look.text_scale)), room.width() - 40)
    window.resize(width, min(window.heightForWidth(width), room.height() - 60))
