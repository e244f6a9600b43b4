"""Tips about what others wrote."""

import html

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """A text that a tool tip shows letter by letter: Qt takes what looks like markup for markup, pictures included."""
    return html.escape(text).replace("\n", "<br>") if Qt.mightBeRichText(text) else text
