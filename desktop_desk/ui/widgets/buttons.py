"""Buttons that show their key."""

from typing import Self

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QToolButton, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.theme import Appearance, Font, set_look
from desktop_desk.ui.widgets.icons import icon, paint_icon

_SIDE, _GAP = 12, 8


def key_text(key: str | QKeySequence) -> str:
    """A key as the platform writes it ("Ctrl+Enter", "⌘↩")."""
    sequence = QKeySequence(key.replace("Enter", "Return")) if isinstance(key, str) else key
    text = sequence.toString(QKeySequence.SequenceFormat.NativeText)
    return text.replace("Return", "Enter")


def unmarked(text: str) -> str:
    """A label without what marks its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


class EnterButton(QPushButton):
    """A push button that Enter presses too, wherever it stands; Qt leaves Enter to dialogs."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class KeyButton(EnterButton):
    """A push button with its key beside the label, smaller and quieter.

    The key is only shown; `bind` also makes it press the button.
    """

    def __init__(
        self,
        look: Appearance,
        text: str,
        key: str | QKeySequence = "",
        *,
        primary: bool = False,
        quiet: bool = False,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._key = ""
        self._icon = icon
        self._primary = primary
        self._action: QAction | None = None
        self._letter = True
        self._offered = True
        set_look(self, "primary ringed" if primary else "quiet" if quiet else "key")
        self.setAutoDefault(False)
        self.set_key(key)
        look.changed.connect(self._on_look_changed)

    @classmethod
    def for_action(
        cls,
        look: Appearance,
        action: QAction,
        *,
        primary: bool = False,
        quiet: bool = False,
        icon: str = "",
        letter: bool = True,
        parent: QWidget | None = None,
    ) -> Self:
        """A button that presses an action and follows its text, key, availability and visibility.

        `letter` says whether the one that is underlined in its menu is the button's, too.
        """
        button = cls(
            look, action.text(), action.shortcut(), primary=primary, quiet=quiet, icon=icon, parent=parent
        )
        button._action = action
        button._letter = letter
        action.changed.connect(button._on_action_changed)
        button.clicked.connect(action.trigger)
        button._on_action_changed()
        return button

    def key(self) -> str:
        """The key as it is shown."""
        return self._key

    def set_key(self, key: str | QKeySequence) -> None:
        """Shows another key, or none."""
        self._key = key_text(key)
        self._name()
        self.updateGeometry()
        self.update()

    def bind(self, key: str | QKeySequence) -> None:
        """Shows the key and lets it press the button from anywhere in the window."""
        self.set_key(key)
        self.setShortcut(QKeySequence(key.replace("Enter", "Return")) if isinstance(key, str) else key)
        self._name()

    def set_text(self, text: str) -> None:
        """Another label; may hold a mnemonic."""
        self.setText(text)
        self._name()
        self.updateGeometry()

    def _name(self) -> None:
        self.setAccessibleName(unmarked(self.text()))
        self.setAccessibleDescription(self._key)

    def _on_action_changed(self) -> None:
        if self._action is None:
            return
        # A key that a list itself handles stands behind a tab, as menus show it.
        text, _tab, key = self._action.text().partition("\t")
        self.set_text(text if self._letter else unmarked(text).replace("&", "&&"))
        self.set_key(key or self._action.shortcut())
        self.setEnabled(self._action.isEnabled())
        if self._offered != self._action.isVisible():
            self._offered = self._action.isVisible()
            self.setVisible(self._offered)

    def _on_look_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _label_font(self) -> Font:
        return Font.STRONG if self._primary else Font.BASE

    def _widths(self) -> tuple[int, int, int]:
        """Widths of icon, label and key, with the gap before each but the first."""
        style_flags = int(Qt.TextFlag.TextShowMnemonic)
        label = self._look.metrics(self._label_font()).size(style_flags, self.text()).width()
        height = self._look.metrics(Font.BASE).height()
        key = self._look.metrics(Font.META).horizontalAdvance(self._key) + _GAP if self._key else 0
        return (height + 6 if self._icon else 0), label, key

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2 * _SIDE, self._look.control_height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # pyright: ignore[reportAttributeAccessIssue]
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        if self._primary and self.hasFocus():
            self._paint_inner_ring(painter)
        self._paint_label(painter)

    def _paint_inner_ring(self, painter: QPainter) -> None:
        # A ring in the button's own colour would not be seen, so the one of a primary button lies inside.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colors.onprimary, 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 3, 3)

    def _paint_label(self, painter: QPainter) -> None:
        colors = self._look.colors
        strong, weak = (
            (colors.onprimary, colors.onprimary_muted) if self._primary else (colors.text, colors.muted)
        )
        if not self.isEnabled():
            strong = weak = colors.disabled
        widths = self._widths()
        left = max((self.width() - sum(widths)) // 2, 4)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        if self._icon:
            side = self._look.metrics(Font.BASE).height()
            paint_icon(painter, self._icon, strong, QRectF(left, (self.height() - side) / 2, side, side))
        painter.setPen(strong)
        painter.setFont(self._look.font(self._label_font()))
        shows = self.style().styleHint(QStyle.StyleHint.SH_UnderlineShortcut, None, self)
        mnemonic = Qt.TextFlag.TextShowMnemonic if shows else Qt.TextFlag.TextHideMnemonic
        label = QRect(left + widths[0], 0, widths[1] + 1, self.height())
        painter.drawText(label, middle | int(mnemonic), self.text())
        if self._key:
            painter.setPen(weak)
            painter.setFont(self._look.font(Font.META))
            key = QRect(label.x() + widths[1] + _GAP, 0, widths[2], self.height())
            painter.drawText(key, middle, self._key)


class IconButton(QToolButton):
    """A button that is only a picture; its name is spoken and shown as a tip, with its key."""

    def __init__(
        self,
        look: Appearance,
        icon_name: str,
        name: str,
        key: str | QKeySequence = "",
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._small = small
        self._key = key_text(key)
        self.setIcon(icon(icon_name, look))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_name(name)
        self._resize_icon()
        look.changed.connect(self._resize_icon)

    def set_name(self, name: str) -> None:
        """What the button does, in words."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(self._key)
        self.setToolTip(_("{name} ({key})").format(name=name, key=self._key) if self._key else name)

    def _resize_icon(self) -> None:
        height = self._look.metrics(Font.BASE).height()
        side = height * 3 // 4 if self._small else height + 2
        self.setIconSize(QSize(side, side))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
