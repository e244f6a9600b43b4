"""The head of a ticket: what it is, whose it is, until when; every value is where it is changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.i18n import N_, _
from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.tickets.links import LinkButton
from desktop_desk.ui.tickets.pills import PillButton
from desktop_desk.ui.tickets.subject import SubjectLabel
from desktop_desk.ui.tickets.times import due_text, full_text, moment_text
from desktop_desk.ui.widgets.chips import ChipRow, ChipText

if TYPE_CHECKING:
    from desktop_desk.desk.views import TicketView

SOURCE_NAMES = {
    "phone": N_("phone"),
    "email": N_("e-mail"),
    "web": N_("web form"),
    "api": N_("another program"),
    "other": N_("other"),
}


def source_text(source: str) -> str:
    """How a ticket came in, in words; as it is for one this version does not know."""
    return _(SOURCE_NAMES.get(source, source)) if source else ""


def priority_text(letter: str) -> str:
    """ "Sev-A · Emergency"; the letter alone for one this version does not know."""
    name = PRIORITIES.get(letter)
    return f"Sev-{letter} · {_(name)}" if name else letter


def capital(text: str) -> str:
    """The text with a capital letter first, however an office wrote the name of its status."""
    return text[:1].upper() + text[1:]


class WhyPopup(QFrame):
    """The sum of a due time, line by line; any key or click closes it."""

    def __init__(self, lines: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("why_popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Why it is due then: {lines}").format(lines="; ".join(lines)))
        set_look(self, "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        title = QLabel(_("Why it is due then"), self)
        set_look(title, "strong")
        column.addWidget(title)
        for line in lines or (_("No time was promised for it."),):
            label = QLabel(line, self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setMinimumWidth(280)
            column.addWidget(label)

    def keyPressEvent(self, _event: object) -> None:
        self.close()


class TicketHeader(QFrame):
    """Number, subject, severity, state, caller, phone, topic, agent, team and due of one ticket.

    Attributes:
        facts: caller, phone, topic, agent, team and due, which can be given a place of their own.

    Signals:
        asked(str): a value was pressed; one of priority, status, agent, team, caller, topic, due, follow.
        tag_removed(str): the tag's cross was pressed.
    """

    asked = Signal(str)
    tag_removed = Signal(str)

    def __init__(self, look: Appearance, now: Callable[[], int], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._now = now
        self._view: TicketView | None = None
        self._build()

    # Shape

    def _build(self) -> None:
        self.setObjectName("ticket_header")
        set_look(self, "surface line-bottom")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(6)
        column.addLayout(self._first_line())
        self._subject = SubjectLabel(self)
        self._subject.setObjectName("ticket_subject")
        set_look(self._subject, "subject")
        column.addWidget(self._subject)
        column.addLayout(self._pill_line())
        self._tags = ChipRow(self._look, self)
        self._tags.setObjectName("ticket_tags")
        self._tags.chip_removed.connect(self.tag_removed)
        column.addWidget(self._tags)
        self.facts = QFrame(self)
        self.facts.setObjectName("ticket_facts")
        self.facts.setLayout(self._facts())
        column.addWidget(self.facts)
        self._column = column
        self.take_facts()

    def _first_line(self) -> QHBoxLayout:
        self._origin = QLabel(self)
        self._origin.setObjectName("ticket_origin")
        set_look(self._origin, "meta")
        self._origin.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._origin.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._follow = LinkButton(self._look, _("Follow"), plain=True, parent=self)
        self._follow.setObjectName("ticket_follow")
        self._follow.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._follow.setCheckable(True)
        self._follow.clicked.connect(lambda: self.asked.emit("follow"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._origin, 1)
        row.addWidget(self._follow)
        return row

    def _pill_line(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._priority = self._pill("priority")
        self._status = self._pill("status")
        self._late = PillButton(self._look, parent=self)
        self._late.setObjectName("ticket_late")
        self._late.clicked.connect(lambda: self.asked.emit("due"))
        for pill in (self._priority, self._status, self._late):
            row.addWidget(pill)
        row.addStretch(1)
        return row

    def _pill(self, what: str) -> PillButton:
        pill = PillButton(self._look, parent=self)
        pill.setObjectName(f"ticket_{what}")
        pill.clicked.connect(lambda: self.asked.emit(what))
        return pill

    def _facts(self) -> QGridLayout:
        self._links = {
            "caller": LinkButton(self._look, _("Caller"), parent=self),
            "phone": LinkButton(self._look, _("Phone"), parent=self),
            "topic": LinkButton(self._look, _("Topic"), plain=True, parent=self),
            "agent": LinkButton(self._look, _("Agent"), plain=True, parent=self),
            "team": LinkButton(self._look, _("Team"), plain=True, parent=self),
        }
        for key, link in self._links.items():
            link.setObjectName(f"ticket_{key}")
            link.clicked.connect(lambda _checked=False, what=key: self.asked.emit(what))
        self._due = QLabel(self)
        self._due.setObjectName("ticket_due")
        self._due.setContentsMargins(4, 0, 0, 0)
        self._why = LinkButton(self._look, _("Why it is due then"), parent=self)
        self._why.setObjectName("ticket_why")
        self._why.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._why.clicked.connect(self.explain_due)
        due = QHBoxLayout()
        due.setSpacing(4)
        due.addWidget(self._due)
        due.addWidget(self._why)
        due.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        left = (("caller", _("Caller")), ("phone", _("Phone")), ("topic", _("Topic")))
        right = ("agent", "team")
        for row, (key, title) in enumerate(left):
            grid.addWidget(self._key(title), row, 0)
            grid.addWidget(self._links[key], row, 1)
        self._team_key = self._key("")
        grid.addWidget(self._key(_("Agent")), 0, 2)
        grid.addWidget(self._team_key, 1, 2)
        for row, key in enumerate(right):
            grid.addWidget(self._links[key], row, 3)
        grid.addWidget(self._key(_("Due")), 2, 2)
        grid.addLayout(due, 2, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _key(self, title: str) -> QLabel:
        label = QLabel(title, self)
        set_look(label, "muted")
        return label

    def take_facts(self) -> None:
        """Show caller, agent and due here, below the rest."""
        set_look(self.facts, "surface")
        self._margins(0, 2, 0, 0)
        self._column.addWidget(self.facts)

    def give_away_facts(self) -> None:
        """Let caller, agent and due stand by themselves, somewhere below."""
        self._column.removeWidget(self.facts)
        set_look(self.facts, "surface line-bottom")
        self._margins(16, 8, 16, 12)

    def _margins(self, left: int, top: int, right: int, bottom: int) -> None:
        layout = self.facts.layout()
        if layout is not None:
            layout.setContentsMargins(left, top, right, bottom)

    # Content

    def show_ticket(self, view: "TicketView") -> None:
        """Show this ticket's values."""
        self._view = view
        now = self._now()
        opened = _("opened {when}").format(when=moment_text(view.opened, now))
        self._origin.setText(
            " · ".join(part for part in (view.number, source_text(view.source), opened) if part)
        )
        self._origin.setToolTip(_origin_tip(view))
        self._subject.show_subject(view.subject)
        self._follow.setChecked(view.following)
        following = _("following") if view.following else _("follow")
        self._follow.show_value(following, tip=_followers_tip(view))
        name = _(PRIORITIES.get(view.priority, view.priority))
        self._priority.show_value(
            priority_text(view.priority),
            view.priority.lower(),
            name=_("Priority: Sev-{letter}, {name}").format(letter=view.priority, name=name),
            tip=_("Change the priority (P)"),
        )
        self._status.show_value(
            capital(view.status),
            "state",
            name=_("Status: {status}").format(status=view.status),
            tip=_("Change the status (S)"),
        )
        self._show_due(view, now)
        self._tags.set_chips([ChipText(tag, tag, removable=True) for tag in view.tags])
        self._tags.setVisible(bool(view.tags))
        self._show_people(view)

    def _show_due(self, view: "TicketView", now: int) -> None:
        text = due_text(view.due, now, overdue=view.overdue)
        self._late.setVisible(view.overdue)
        self._late.show_value(text, "overdue", name=_("Overdue: {text}").format(text=text))
        self._due.setText(moment_text(view.due, now) + " ·" if view.due is not None else "–")
        self._due.setToolTip(full_text(view.due) if view.due is not None else "")
        self._why.setVisible(view.due is not None)
        self._why.show_value(_("why?"))

    def _show_people(self, view: "TicketView") -> None:
        caller = view.caller
        phone = caller.phones[0] if caller is not None and caller.phones else ""
        self._links["caller"].show_value(caller.name if caller is not None else "")
        self._links["phone"].show_value(phone)
        self._links["topic"].show_value(view.topic)
        self._links["agent"].show_value(view.agent_name)
        # Somebody must be able to press where there is nobody yet.
        self._links["agent"].setEnabled(True)
        self._team_key.setText(_("Team") if view.team else _("Dept."))
        self._links["team"].show_value(view.team or view.department)
        self._links["team"].setEnabled(True)

    def explain_due(self) -> None:
        """Show how the due time was worked out."""
        if self._view is None:
            return
        popup = WhyPopup(self._view.due_explained.lines, self)
        popup.adjustSize()
        corner = self._why.mapToGlobal(QPoint(self._why.width(), self._why.height() + 4))
        popup.move(corner.x() - popup.width(), corner.y())
        popup.show()
        popup.setFocus()

    def place_of(self, what: str) -> QPoint:
        """Where, on the screen, a menu for the value opens."""
        anchors: dict[str, QWidget] = {"priority": self._priority, "status": self._status, "tag": self._tags}
        anchor = anchors.get(what, self._priority)
        return anchor.mapToGlobal(QPoint(0, anchor.height() + 2))


def _origin_tip(view: "TicketView") -> str:
    lines = [_("Opened {when}").format(when=full_text(view.opened))]
    if view.aliases:
        lines.append(_("Also known as {numbers}").format(numbers=", ".join(view.aliases)))
    return "\n".join(lines)


def _followers_tip(view: "TicketView") -> str:
    if not view.followers:
        return _("Nobody follows this ticket (F)")
    return _("Followed by {names} (F)").format(names=", ".join(view.followers))
