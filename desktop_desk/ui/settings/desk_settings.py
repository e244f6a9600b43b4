"""Settings of the whole desk: its name, where it stands, when it locks, and what closing asks for."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_desk.bootstrap import now_ms
from desktop_desk.desk.directory import Directory, Settings
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.disputes import PAGE_OF, Disputed, DisputePanel, read_disputed
from desktop_desk.ui.settings.editors import ChoiceEditor, LineEditor, NumberEditor, TickList, Value
from desktop_desk.ui.settings.form import Entry
from desktop_desk.ui.settings.form_panel import FormPanel
from desktop_desk.ui.settings.permission_texts import refusal
from desktop_desk.ui.settings.subject import fields
from desktop_desk.ui.settings.topics import required_choices
from desktop_desk.ui.settings.whereabouts import countries, no_choice, regions, zones
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.keys_within import keys_within

LONGEST_LOCK_MINUTES = 24 * 60
_DRAFT = "settings:desk"


class DeskSettingsPage(QWidget):
    """One form, saved like the lists; what is changed here holds for everybody at this desk."""

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        drafts: Drafts | None,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._drafts = drafts
        self._settings: Settings | None = None
        self.setObjectName("settings_page")
        head = QFrame()
        head.setProperty("look", "bar line-bottom")
        title = QLabel(_("Desk settings"))
        title.setProperty("look", "section")
        words = QLabel(_("They hold for everybody at this desk."))
        words.setProperty("look", "muted")
        bar = QHBoxLayout(head)
        bar.setContentsMargins(16, 8, 16, 8)
        bar.setSpacing(10)
        bar.addWidget(title)
        bar.addWidget(words, 1)
        head.setMinimumHeight(look.control_height + 17)
        self.panel = FormPanel(look, entries(), retires=False, lined=False)
        self._disputes = DisputePanel(look, now_ms, parent=self.panel)
        self.panel.above.addWidget(self._disputes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.panel, 1, Qt.AlignmentFlag.AlignLeft)
        self._connect()
        self.reload()

    def _connect(self) -> None:
        self.panel.saved.connect(self.save)
        self.panel.left.connect(self._on_left)
        self.panel.undone.connect(self._undo)
        self._disputes.settled.connect(self._settle)
        self.panel.form.edited.connect(self._on_edited)
        self._operations.changed.connect(self._on_changed)
        self._operations.others_changed.connect(self.reload)
        save = self.panel.press_save
        keys_within(self, {"Ctrl+Return": save, "Ctrl+Enter": save, "Ctrl+Z": self.panel.undo})

    def save(self) -> None:
        """Save what was changed; errors come up beside their fields."""
        changes = self.panel.form.changes()
        if not changes:
            self.panel.say(_("Nothing has changed."))
            return
        if not self.panel.form.values().get("name"):
            self.panel.set_errors({"name": _("Type a name.")})
            return
        self.panel.set_errors({})
        self.panel.set_busy(True)
        self._operations.write(
            lambda desk: desk.change_settings(**fields(changes)),
            owner=self,
            then=lambda done: self._on_saved(done, changes),
            failed=self._on_failed,
        )

    def reload(self) -> None:
        """Read the settings again; a form that somebody is typing in is not refilled."""
        self._operations.read(
            lambda desk: (desk.directory(), read_disputed(desk), refusal(desk, "office.settings")),
            owner=self,
            then=lambda found: self._on_read(*found),
            latest="settings",
        )

    def focus(self) -> None:
        """Put the focus on the first field."""
        self.panel.focus()

    def _on_read(self, directory: Directory, disputed: Disputed, refused: str) -> None:
        self.panel.refuse(refused)
        # Kinds that have no list of their own are settled here.
        self._disputes.show_kinds(disputed, ("desk", *PAGE_OF))
        self._settings = directory.settings
        if not self.panel.form.is_touched() and not self.panel.busy:
            self._show()

    def _settle(self, uid: str, field: str, value: str) -> None:
        self._operations.write(
            lambda desk: desk.settle_office(uid, field, value),
            owner=self,
            then=self._on_settled,
            failed=self._on_failed,
        )

    def _on_settled(self, done: Done) -> None:
        self.panel.say(_("Settled."), act=done.act)
        self.reload()

    def _on_left(self) -> None:
        """Esc takes back what was typed; with nothing typed it leaves the window, as in a list."""
        typed = self.panel.form.typed()
        if typed:
            if self._drafts is not None:
                self._drafts.discard(_DRAFT)
            self._show()
            self.panel.offer_back(partial(self._bring_back, typed))
        else:
            self.window().close()

    def _bring_back(self, typed: dict[str, Value]) -> None:
        self.panel.form.put(typed)
        self._on_edited()
        self.panel.focus()

    def _on_edited(self) -> None:
        self._follow_country()
        if self._drafts is not None:
            self._drafts.keep(_DRAFT, self.panel.form.draft())

    def _show(self) -> None:
        settings = self._settings
        if settings is None:
            return
        known = zones()
        if settings.zone not in dict(known):
            known = ((settings.zone, settings.zone), *known)
        self.panel.form.set_choices({"region": [no_choice(), *regions(settings.country)], "zone": known})
        values: dict[str, Value] = {
            "name": settings.name,
            "country": settings.country or None,
            "region": settings.region or None,
            "zone": settings.zone,
            "lock_minutes": settings.lock_minutes,
            "required_to_close": list(settings.required_to_close),
        }
        self.panel.show_item("", values, adding=False, active=True)
        draft = self._drafts.read(_DRAFT) if self._drafts is not None else None
        if draft is not None:
            self.panel.put_draft(draft.content)
            self._follow_country()

    def _follow_country(self) -> None:
        country = self.panel.form.values().get("country")
        editor = self.panel.form.editor("region")
        known = [no_choice(), *regions(str(country or ""))]
        if editor.value() not in dict(known):
            editor.set_value(None)
        self.panel.form.set_choices({"region": known})

    def _on_changed(self, _done: object, initiator: object) -> None:
        if initiator is not self:
            self.reload()

    def _on_saved(self, done: Done, sent: Mapping[str, Value]) -> None:
        self.panel.set_busy(False)
        self.panel.settle(sent)
        self._on_edited()
        self.panel.say(_("Saved the settings."), act=done.act)
        self.reload()

    def _on_failed(self, error: Exception) -> bool:
        self.panel.set_busy(False)
        if not isinstance(error, DeskError):
            return False
        self.panel.set_errors({error.field if isinstance(error, Invalid) else "": str(error)})
        return True

    def _undo(self, act: str) -> None:
        self._operations.write(
            lambda desk: desk.undo(act), owner=self, then=self._on_undone, failed=self._on_failed
        )

    def _on_undone(self, _done: Done) -> None:
        self.panel.say(_("Undone."))
        self.reload()


def entries() -> tuple[Entry, ...]:
    """The lines of the form."""
    return (
        Entry("name", _("&Name of the office"), LineEditor),
        Entry(
            "country",
            _("&Country"),
            lambda: ChoiceEditor([no_choice(), *countries()], searchable=True),
            _("For public holidays, and for phone numbers typed without a country code."),
        ),
        Entry("region", _("&Region"), ChoiceEditor, _("Where it has holidays of its own.")),
        Entry("zone", _("&Time zone"), lambda: ChoiceEditor(zones(), searchable=True)),
        Entry("lock_minutes", _("&Lock after"), _minutes, _("Without a key or a click. 0 is never.")),
        Entry(
            "required_to_close",
            _("A ticket can be closed only &with"),
            lambda: TickList(required_choices()),
            _("A topic can ask for more."),
        ),
    )


def _minutes() -> NumberEditor:
    return NumberEditor(0, LONGEST_LOCK_MINUTES, unit=_(" minutes"))
