"""A list of the office: a table on the left, a form on the right, and nothing modal."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_desk.bootstrap import now_ms
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import Done
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.i18n import _, ngettext
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.disputes import Disputed, DisputePanel, marked, read_disputed
from desktop_desk.ui.settings.editors import Value
from desktop_desk.ui.settings.form_panel import FormPanel
from desktop_desk.ui.settings.line_table import LineTable
from desktop_desk.ui.settings.permission_texts import refusal
from desktop_desk.ui.settings.subject import Held, Line, Source, Subject
from desktop_desk.ui.theme import Appearance
from desktop_desk.ui.widgets.keys_within import keys_within

NEW = "new"
"""Stands for the uid of a thing that is being added, in drafts."""


class ListPage(QWidget):
    """Lists things of one kind; adds, edits, and puts them out of use."""

    def __init__(
        self,
        look: Appearance,
        operations: Operations,
        drafts: Drafts | None,
        subject: Subject,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._drafts = drafts
        self._subject = subject
        self._source: Source | None = None
        self._lines: list[Line] = []
        self._disputed = Disputed()
        self._uid: str | None = None
        self._adding = False
        self._brought: dict[str, Value] = {}
        self._no_adding, self._no_editing = "", ""
        self.setObjectName(f"{subject.kind}_page")
        self._build(look)
        self._connect()
        self.reload()

    def _build(self, look: Appearance) -> None:
        self._list = LineTable(look, self._subject)
        self.panel = FormPanel(look, self._subject.entries(), retires=self._subject.retires)
        self._disputes = DisputePanel(look, now_ms, parent=self.panel)
        self.panel.above.addWidget(self._disputes)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list, 1)
        row.addWidget(self.panel)

    def _connect(self) -> None:
        self._list.chosen.connect(self._on_chosen)
        self._list.entered.connect(self.panel.focus)
        self._list.searched.connect(self._on_searched)
        self._list.add_asked.connect(self.add)
        self.panel.saved.connect(self.save)
        self.panel.left.connect(self._leave_form)
        self.panel.toggled.connect(self._on_toggled)
        self.panel.undone.connect(self._undo)
        self.panel.edited.connect(self._on_edited)
        self._disputes.settled.connect(self._settle)
        self._operations.changed.connect(self._on_changed)
        self._operations.others_changed.connect(self.reload)
        keys_within(
            self,
            {
                "Ins": self.add,
                "Ctrl+F": self._list.focus_filter,
                "Ctrl+Return": self.panel.press_save,
                "Ctrl+Enter": self.panel.press_save,
                "Ctrl+Del": self.panel.press_toggle,
                "Ctrl+Z": self.panel.undo,
            },
        )

    # ── What a person does ───────────────────────────────────────────────────────────────────────────────────────

    def add(self) -> None:
        """Begin a new thing in the form."""
        if self._source is None:
            return
        if self._no_adding:
            self.panel.say(self._no_adding)
            return
        self._adding = True
        self._uid = None
        self._show_item()
        self.panel.focus()

    def show_thing(self, uid: str) -> None:
        """Show one thing in the form, also one that the list does not show."""
        self._adding = False
        self._uid = uid
        self._list.select(uid)
        self._show_item()

    def save(self) -> None:
        """Save what was changed; errors come up beside their fields and nothing typed is lost."""
        source = self._source
        if source is None or not (self._adding or self._uid):
            return
        form = self.panel.form
        changes = form.changes()
        if not changes and not self._adding:
            self.panel.say(_("Nothing has changed."))
            return
        problems = self._subject.problems(form.values(), adding=self._adding)
        if problems:
            self.panel.set_errors(problems)
            return
        self.panel.set_errors({})
        self.panel.set_busy(True)
        sent = form.values()
        subject, uid = self._subject, self._uid

        def call(desk: Desk) -> Done:
            return subject.add(desk, changes) if uid is None else subject.edit(desk, uid, changes)

        self._operations.write(
            call, owner=self, then=lambda done: self._on_saved(done, uid, sent), failed=self._on_failed
        )

    def _on_saved(self, done: Done, uid: str | None, sent: Mapping[str, Value]) -> None:
        self.panel.set_busy(False)
        self.panel.settle(sent)
        if self._drafts is not None:
            self._drafts.discard(self._draft_key(uid))
        if self._uid == uid:
            self._adding = False
            self._uid = uid or done.uid
            if self.panel.form.is_touched():
                self._on_edited()
        words = _("Saved {name}.").format(name=sent.get("name") or "")
        self.panel.say(words, act=done.act)
        self.reload()

    def _on_failed(self, error: Exception) -> bool:
        self.panel.set_busy(False)
        if isinstance(error, Invalid):
            entry = self._subject.entry_of(error.field, adding=self._adding)
            self.panel.set_errors({entry: str(error)})
            return True
        if isinstance(error, DeskError):
            self.panel.say(str(error), error=True)
            return True
        return False

    def _on_toggled(self) -> None:
        line = self._line()
        source = self._source
        if line is None or source is None:
            return
        kind, uid, subject = self._subject.kind, line.uid, self._subject
        if not line.active:
            self._switch(line, on=True, release=())
            return
        self._operations.read(
            lambda desk: subject.held(desk, source, uid),
            owner=self,
            then=lambda held: self._on_held(line, held),
            failed=self._on_failed,
            latest=f"held {kind}",
        )

    def _on_held(self, line: Line, held: Held) -> None:
        if not held.tickets:
            self._switch(line, on=False, release=())
            return
        count = len(held.tickets)
        words = ngettext(
            "{name} holds {count} open ticket.", "{name} holds {count} open tickets.", count
        ).format(name=line.name, count=count)
        self.panel.ask(
            words,
            _("Release {count} and put out of use").format(count=count),
            _("Only put out of use"),
            lambda release: self._switch(line, on=False, release=held.tickets if release else ()),
        )

    def _switch(self, line: Line, *, on: bool, release: tuple[str, ...]) -> None:
        kind, uid = self._subject.kind, line.uid
        message = _("{name} no longer works at this desk.").format(name=line.name)

        def call(desk: Desk) -> Done:
            if on:
                return desk.activate(kind, uid)
            return desk.deactivate(kind, uid, release=release, message=message)

        words = _("{name} is in use again.") if on else _("{name} is out of use.")
        self._operations.write(
            call,
            owner=self,
            then=lambda done: self._on_switched(done, words.format(name=line.name)),
            failed=self._on_failed,
        )

    def _on_switched(self, done: Done, words: str) -> None:
        self.panel.say(words, act=done.act)
        self.reload()

    def _settle(self, uid: str, field: str, value: str) -> None:
        self._operations.write(
            lambda desk: desk.settle_office(uid, field, value),
            owner=self,
            then=lambda done: self._on_switched(done, _("Settled.")),
            failed=self._on_failed,
        )

    def _undo(self, acts: str) -> None:
        self._operations.write(
            lambda desk: desk.undo(acts), owner=self, then=self._on_undone, failed=self._on_failed
        )

    def _on_undone(self, _done: Done) -> None:
        self.panel.say(_("Undone."))
        self.reload()

    # ── What others do ───────────────────────────────────────────────────────────────────────────────────────────

    def reload(self) -> None:
        """Read the list again; a form that somebody is typing in is not refilled."""
        subject, words = self._subject, self._list.words()
        self._operations.read(
            lambda desk: (
                subject.read(desk, words),
                read_disputed(desk),
                *(refusal(desk, each) for each in subject.needs),
            ),
            owner=self,
            then=lambda found: self._on_read(*found),
            latest="list",
        )

    def _on_searched(self) -> None:
        if not self._adding and not self.panel.form.is_touched():
            # The best of those found is shown, not the one who was shown before.
            self._uid = None
        self.reload()

    def _on_changed(self, _done: object, initiator: object) -> None:
        if initiator is not self:
            self.reload()

    def _on_read(self, source: Source, disputed: Disputed, no_adding: str, no_editing: str) -> None:
        self._disputed = disputed
        self._no_adding, self._no_editing = no_adding, no_editing
        self._list.refuse_adding(no_adding)
        self._on_source(source)
        self._disputes.show_of(disputed, self._uid)

    def _on_source(self, source: Source) -> None:
        before, self._source = self._source, source
        self._lines = self._subject.lines(source)
        self.panel.form.set_choices(self._subject.choices(source))
        if self._uid is None and not self._adding and self._lines:
            self._uid = self._lines[0].uid
        self._list.show_lines(marked(self._lines, self._disputed.uids()))
        self._list.select(self._uid)
        if not self.panel.form.is_touched() and not self.panel.busy:
            self._show_item()
        elif before is not None and self._uid and self._changed_meanwhile(before, source):
            self.panel.say(
                _("Somebody else changed this meanwhile. Esc shows it; saving keeps your own changes.")
            )

    def _changed_meanwhile(self, before: Source, after: Source) -> bool:
        return self._subject.values(before, self._uid) != self._subject.values(after, self._uid)

    # ── Table and form ───────────────────────────────────────────────────────────────────────────────────────────

    def _on_chosen(self, uid: str) -> None:
        if uid == self._uid and not self._adding:
            return
        # What was typed of the thing that is left is kept as its draft, and comes back with it.
        self._uid = uid
        self._adding = False
        self._show_item()

    def _line(self) -> Line | None:
        return next((line for line in self._lines if line.uid == self._uid), None)

    def _show_item(self) -> None:
        source, subject, uid = self._source, self._subject, self._uid
        self._disputes.show_of(self._disputed, uid)
        if source is None:
            return
        if uid is None:
            self._fill_form(source, None)
            return
        self._operations.read(
            lambda desk: subject.look_up(desk, source, uid),
            owner=self,
            then=lambda full: self._fill_form(full, uid),
            failed=self._on_gone,
            latest="item",
        )

    def _fill_form(self, source: Source, uid: str | None) -> None:
        if uid != self._uid:
            return
        if uid is None and not self._adding:
            self.panel.show_nothing()
            self._filled(source)
            return
        values = self._subject.values(source, uid)
        line = self._line()
        title = str(values.get("name") or "") if uid else _("New {thing}").format(thing=self._subject.one)
        self.panel.refuse("" if self._adding else self._no_editing)
        self.panel.show_item(title, values, adding=self._adding, active=line is None or line.active)
        self._filled(source)
        draft = self._drafts.read(self._draft_key(uid)) if self._drafts else None
        if self._brought:
            self.panel.form.put(self._brought)
            self._brought = {}
            self.panel.form.edited.emit()
        elif draft is not None:
            self.panel.put_draft(cast("Mapping[str, Value]", draft.content))

    def _filled(self, source: Source) -> None:
        """For a page that shows more of a thing than its form."""

    def _on_gone(self, error: Exception) -> bool:
        self._uid = None
        self.panel.show_nothing()
        return self._on_failed(error)

    def _on_edited(self) -> None:
        if self._drafts is not None:
            self._drafts.keep(self._draft_key(self._uid), self.panel.form.draft())

    def _draft_key(self, uid: str | None) -> str:
        return f"{self._subject.kind}:{uid or NEW}"

    def _leave_form(self) -> None:
        """Throw away what was typed, which can be taken back, and go to the table."""
        uid, typed = self._uid, self.panel.form.typed()
        if self._drafts is not None:
            self._drafts.discard(self._draft_key(self._uid))
        self._adding = False
        if self._uid is None and self._lines:
            self._uid = self._lines[0].uid
        self._show_item()
        self._list.select(self._uid)
        self._list.focus()
        if typed:
            self.panel.offer_back(partial(self._bring_back, uid, typed))

    def _bring_back(self, uid: str | None, typed: dict[str, Value]) -> None:
        self._uid, self._adding, self._brought = uid, uid is None, typed
        self._list.select(uid)
        self._show_item()
        self.panel.focus()

    def focus(self) -> None:
        """Put the focus on the table."""
        self._list.focus()
