"""The actions as Qt has them: shared by menus, buttons, the search box, keys and the keys overview."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.action_table import MENUS, TABLE, ActionSpec
from desktop_desk.ui.menus import LetterMenu


class Actions(QObject):
    """One QAction for each entry of the table; an action that nothing is bound to stays disabled.

    Keys of an action work in the whole window; its letter works only while one of the widgets given
    to `give_letters` has focus.
    """

    def __init__(self, table: Iterable[ActionSpec] = TABLE, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._specs: dict[str, ActionSpec] = {}
        self._actions: dict[str, QAction] = {}
        self._letters: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for spec in table:
            self.add(spec)

    def add(self, spec: ActionSpec) -> QAction:
        """Make the action of one more entry; must come before the menus are built."""
        # Esc is not taken from editors and lists, which need it first; it is only shown.
        shown = f"{_(spec.text)}\t{spec.shown_key}" if spec.shown_key else _(spec.text)
        action = QAction(shown, self)
        action.setObjectName(spec.id)
        action.setCheckable(spec.checkable)
        action.setEnabled(False)
        action.setAutoRepeat(False)
        if spec.keys:
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        elif spec.letter:
            action.setShortcut(QKeySequence(spec.letter))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if spec.exclusive:
            group = self._groups.get(spec.exclusive)
            if group is None:
                group = self._groups[spec.exclusive] = QActionGroup(self)
            group.addAction(action)
        self._specs[spec.id] = spec
        self._actions[spec.id] = action
        return action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[ActionSpec]:
        return iter(self._specs.values())

    def bind(self, name: str, slot: Callable[[], object]) -> QAction:
        """Let the action do `slot`, which takes no argument; the action becomes enabled."""
        action = self._actions[name]
        action.triggered.connect(lambda _checked=False: slot())
        action.setEnabled(True)
        return action

    def keys(self, name: str) -> tuple[str, ...]:
        """Every key of the action as people read it: window keys first, then its letter."""
        spec = self._specs[name]
        native = QKeySequence.SequenceFormat.NativeText
        letters = tuple(key for key in (spec.letter, spec.shown_key) if key)
        return (*(QKeySequence(key).toString(native) for key in spec.keys), *letters)

    def plain_text(self, name: str) -> str:
        """The action's name as a person says it, without mnemonic and dots."""
        text = _(self._specs[name].text)
        return text.replace("&", "").rstrip("…")

    def give_letters(self, widget: QWidget) -> None:
        """Let the single letters work while `widget` itself has focus."""
        for spec in self._specs.values():
            if not spec.letter:
                continue
            action = self._actions[spec.id]
            widget.addAction(self._letter_of(spec, action) if spec.keys else action)

    def _letter_of(self, spec: ActionSpec, action: QAction) -> QAction:
        """A second action for the letter: one QAction has one context for all its keys."""
        letter = self._letters.get(spec.id)
        if letter is None:
            letter = QAction(action.text(), self)
            letter.setShortcut(QKeySequence(spec.letter))
            letter.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            letter.setAutoRepeat(spec.id in {"view.next_ticket", "view.previous_ticket"})
            letter.triggered.connect(action.trigger)
            self._letters[spec.id] = letter
        return letter

    def fill(self, bar: QMenuBar) -> None:
        """Build the menus; every action stands in exactly one of them."""
        for key, title in MENUS:
            menu = LetterMenu(_(title), bar)
            bar.addMenu(menu)
            menu.setObjectName(f"menu_{key}")
            self._fill_menu(menu, [spec for spec in self._specs.values() if spec.menu == key])

    def menu_of(self, key: str, parent: QWidget) -> QMenu:
        """A menu of its own with the actions of one of the menus, for a right click; it deletes itself."""
        menu = LetterMenu(parent)
        menu.setObjectName(f"context_{key}")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_menu(menu, [spec for spec in self._specs.values() if spec.menu == key])
        return menu

    def _fill_menu(self, menu: QMenu, specs: list[ActionSpec]) -> None:
        within: dict[str, QMenu] = {}
        for before, spec in zip([None, *specs], specs, strict=False):
            if before is not None and before.group != spec.group:
                menu.addSeparator()
            if spec.submenu and spec.submenu not in within:
                made = within[spec.submenu] = LetterMenu(_(spec.submenu), menu)
                made.setObjectName(f"{menu.objectName()}_{len(within)}")
                menu.addMenu(made)
            within.get(spec.submenu, menu).addAction(self._actions[spec.id])
