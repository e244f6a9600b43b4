"""The tags of one or several tickets on one line."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.menus import FormDialog
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.buttons import KeyButton
from desktop_desk.ui.widgets.form import Field


def read_tags(text: str) -> tuple[str, ...]:
    """The tags on a line, with or without "#", between commas or blanks, each once, in order."""
    words = (word.strip().lstrip("#") for word in text.replace(",", " ").split())
    return tuple(dict.fromkeys(word for word in words if word))


class TagDialog(FormDialog):
    """Shows the tags as one line of words; what is taken out is removed, what is new is added.

    Attributes:
        draft: the key under which the line is kept until it is saved.
    """

    def __init__(
        self,
        look: Appearance,
        drafts: Drafts,
        which: str,
        tags: tuple[str, ...],
        *,
        draft: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tag_dialog")
        self.setWindowTitle(_("Tags of {which}").format(which=which))
        self.setMinimumWidth(420)
        self._before = tags
        self._drafts = drafts
        self.draft = draft
        self._line = QLineEdit(self)
        self._line.setObjectName("tag_line")
        kept = drafts.read(draft)
        self._line.setText(kept.text if kept is not None else " ".join(tags))
        self._line.textChanged.connect(self._on_typed)
        field = Field(
            look, _("&Tags"), self._line, hint=_("Words with blanks between, e.g. vpn sales"), parent=self
        )
        save = KeyButton(look, _("&Save"), "Enter", primary=True, parent=self)
        save.setObjectName("tag_save")
        save.setDefault(True)
        save.clicked.connect(self.accept)
        cancel = KeyButton(look, _("&Cancel"), "Esc", parent=self)
        cancel.setObjectName("tag_cancel")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 18)
        column.setSpacing(12)
        column.addWidget(field)
        column.addLayout(buttons)
        self.finished.connect(self.deleteLater)
        self._line.selectAll()

    def added(self) -> tuple[str, ...]:
        """The tags that are new."""
        return tuple(tag for tag in read_tags(self._line.text()) if tag not in self._before)

    def removed(self) -> tuple[str, ...]:
        """The tags that were taken out."""
        now = read_tags(self._line.text())
        return tuple(tag for tag in self._before if tag not in now)

    def _on_typed(self, text: str) -> None:
        self._drafts.keep(self.draft, text)

    def reject(self) -> None:
        self._drafts.discard(self.draft)
        super().reject()
