"""Shows every widget of the kit in one window, or saves pictures of it.

    python packaging/gallery.py                      the window
    python packaging/gallery.py --save DIR           pictures, light and dark (also with QT_QPA_PLATFORM=offscreen)

QT_SCALE_FACTOR=2 gives the pictures at 200 %; --font and --points choose the font as the system would.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QFrame,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_desk.ui.theme import Appearance, set_look
from desktop_desk.ui.widgets.buttons import IconButton, KeyButton
from desktop_desk.ui.widgets.cards import Card, ThreadView
from desktop_desk.ui.widgets.chips import Chip, ChipRow, ChipText, SeverityBadge
from desktop_desk.ui.widgets.clock_label import ClockLabel
from desktop_desk.ui.widgets.empty import EmptyState
from desktop_desk.ui.widgets.form import Field
from desktop_desk.ui.widgets.icons import icon, names
from desktop_desk.ui.widgets.overlay import FloatingPanel
from desktop_desk.ui.widgets.search_list import Hit, SearchList
from desktop_desk.ui.widgets.side_list import SideItem, SideList, SideSection
from desktop_desk.ui.widgets.table import OVERDUE, UNREAD, Column, FastTable, ListRowModel
from desktop_desk.ui.widgets.toast import Toasts

QUEUES = [
    SideItem("me", "For me", "4"),
    SideSection("Queues"),
    SideItem("open", "Open", "41"),
    SideItem("unassigned", "Unassigned", "3"),
    SideItem("mine", "Mine", "7"),
    SideItem("overdue", "Overdue", "2", overdue=True),
    SideItem("answered", "Answered", "12"),
    SideItem("waiting", "Waiting", "9"),
    SideItem("resolved", "Resolved", "88"),
    SideItem("closed", "Closed", "18,204"),
    SideSection("My views"),
    SideItem("calls", "Call-backs today", "5"),
    SideItem("week", "Sev-A this week", "6"),
    SideItem("differences", "Differences", "1"),
]
COLUMNS = [
    Column("number", "Number", "number", 78),
    Column("sev", "Sev", "severity", 46, name="Severity"),
    Column("subject", "Subject", "text", 170, stretch=True),
    Column("caller", "Caller", "text", 96),
    Column("agent", "Agent", "text", 80),
    Column("due", "Due", "time", 94),
    Column("updated", "Updated", "age", 80),
]
ROWS = [
    ("1041-0", "A", "VPN down for all of sales", "Ken Lee", "Jane Doe", "in 42 min", "4 min", UNREAD),
    ("1039-9", "A", "Till 3 refuses every card", "Rosa Klein", "–", "12 min over", "9 min", UNREAD | OVERDUE),
    ("K1018-3", "C", "Badge lost, needs access today", "Ann Roe", "–", "Tue 09:00", "31 min", UNREAD),
    ("1038-5", "B", "Scanner at gate 2 prints twice", "Omar Haddad", "John Doe", "14:05", "40 min", 0),
    ("1036-1", "C", "New starter on Monday: laptop", "Li Wei", "John Doe", "Fri 17:00", "1 h", 0),
    ("1035-7", "B", "Invoice PDF opens empty", "Tom Berg", "Jane Doe", "16:30", "2 h", 0),
    ("1031-2", "C", "Mouse double-clicks", "Eva Novak", "–", "Wed 12:00", "2 h", 0),
    ("K1015-2", "B", "Call-back: quote for 20 phones", "Sam Osei", "John Doe", "15:00", "3 h", 0),
    ("1029-0", "C", "Meeting room 4: screen flickers", "Ivy Chen", "Jane Doe", "Tue 11:20", "4 h", 0),
    ("1027-7", "C", "Printer on floor 2 jams", "Ken Lee", "–", "Wed 10:00", "5 h", 0),
    ("1024-4", "D", "מסך חדש לחדר הישיבות", "Noa Levi", "John Doe", "Tue 10:10", "yesterday", 0),
]
CARDS = [
    Card(
        "call",
        "Ken Lee",
        "called · 3 min 12 s · taken by John",
        "Nobody in sales can connect since nine. Error 809. Quarter-end report is due at noon.",
        "10:02",
        1,
    ),
    Card("event", "", "", "John raised priority to Emergency (Sev-A)", "10:04", 2),
    Card(
        "note",
        "John → Jane",
        "reassigned to System Administrators",
        "Tried: restart of the gateway. Next: certificate? Promised Ken a call before 11.",
        "10:05",
        3,
    ),
    Card(
        "reply",
        "Jane Doe",
        "replied to Ken",
        "The gateway's certificate had expired at 8:58. Renewed; please connect again.",
        "10:31",
        4,
    ),
    Card("message", "Ken Lee", "by mail", "Thank you, works 👍 · תודה רבה", "10:38", 5),
    Card("event", "", "", "Ken called back: works again", "10:40", 6),
]
TARGETS = [
    Hit(
        1,
        "Jane Doe",
        "System Administrators · VPN ●●● Windows ●●○",
        "2 open · here until 16:00",
        note="Best: solved 14 of 16 VPN tickets",
    ),
    Hit(2, "System Administrators", "team · 3 agents", "5 open"),
    Hit(
        3,
        "Omar Haddad",
        "System Administrators · Network ●●○",
        "6 open · away until 13:00",
        matches=((0, 4),),
    ),
    Hit(4, "Support", "department", "19 open"),
]


def panel(
    look: str, *, vertical: bool = True, margins: tuple[int, int, int, int] = (16, 12, 16, 12)
) -> tuple[QFrame, QVBoxLayout | QHBoxLayout]:
    """A frame with its layout."""
    frame = QFrame()
    set_look(frame, look)
    layout = QVBoxLayout(frame) if vertical else QHBoxLayout(frame)
    layout.setContentsMargins(*margins)
    layout.setSpacing(8)
    return frame, layout


def label(text: str, look: str) -> QLabel:
    """A label in a look."""
    made = QLabel(text)
    set_look(made, look)
    return made


class Desk(QMainWindow):
    """A window put together as the real one is."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self.look = look
        self.setWindowTitle("Gallery")
        self.resize(1280, 800)
        for name in ("&Desk", "&Ticket", "&Call", "&View", "&Reports", "&Help"):
            menu = self.menuBar().addMenu(name)
            menu.addAction(icon("phone", look), "Log a call").setShortcut("Ctrl+N")
            menu.addAction("Undo reassign").setShortcut("Ctrl+Z")
            menu.addSeparator()
            menu.addAction("Follow").setCheckable(True)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(self._panes(), 1)
        self.setCentralWidget(centre)
        self.statusBar().addWidget(
            QLabel("● Mail 3 min ago · Outbox empty · Synced 10:33 with the office folder")
        )
        self.statusBar().addPermanentWidget(QLabel("41 of 18,395 tickets"))
        self.statusBar().setSizeGripEnabled(False)
        self.toasts = Toasts(look, self)
        self.toasts.acted.connect(self.toasts.dismiss)

    def _bar(self) -> QWidget:
        bar, row = panel("surface line-bottom", vertical=False, margins=(12, 8, 12, 8))
        row.addWidget(KeyButton(self.look, "&Log a call", "Ctrl+N", primary=True, icon="phone"))
        row.addWidget(KeyButton(self.look, "Undo reassign", "Ctrl+Z"))
        row.addStretch(1)
        self.search = SearchList(
            self.look,
            "Search",
            placeholder="Search tickets, people, numbers, or run a command   Ctrl+K",
            popup=True,
        )
        self.search.setMinimumWidth(560)
        row.addWidget(self.search)
        row.addStretch(1)
        row.addWidget(label("John Doe", "muted"))
        return bar

    def _panes(self) -> QWidget:
        panes = QSplitter(Qt.Orientation.Horizontal)
        self.side = SideList(self.look)
        self.side.setAccessibleName("Queues")
        self.side.set_items(QUEUES)
        self.side.select("open")
        panes.addWidget(self.side)
        panes.addWidget(self._list())
        panes.addWidget(self._ticket())
        panes.setSizes([184, 644, 452])
        panes.setStretchFactor(1, 1)
        return panes

    def _list(self) -> QWidget:
        whole, column = panel("surface", margins=(0, 0, 0, 0))
        column.setSpacing(0)
        head, row = panel("surface line-bottom", vertical=False, margins=(14, 7, 14, 7))
        row.addWidget(label("Open", "section"))
        row.addWidget(label("41 tickets · 2 overdue", "muted"))
        row.addStretch(1)
        quick = QLineEdit()
        quick.setPlaceholderText("Filter this list …")
        quick.setFixedWidth(190)
        row.addWidget(quick)
        column.addWidget(head)
        self.table = FastTable(self.look)
        self.table.setAccessibleName("Tickets")
        model = ListRowModel(COLUMNS, self.table)
        model.set_rows(list(enumerate(ROWS)))
        self.table.setModel(model)
        self.table.set_sort("due", False)
        self.table.select_row(0)
        column.addWidget(self.table, 1)
        return whole

    def _ticket(self) -> QWidget:
        whole, column = panel("ground", margins=(0, 0, 0, 0))
        column.setSpacing(0)
        head, top = panel("surface line-bottom")
        top.setSpacing(6)
        line = QHBoxLayout()
        line.addWidget(label("1041-0 · phone · opened 10:02", "muted"), 1)
        line.addWidget(label("following", "muted"))
        top.addLayout(line)
        top.addWidget(label("VPN down for all of sales", "subject"))
        pills = QHBoxLayout()
        pills.addWidget(SeverityBadge(self.look, "A", "Sev-A · Emergency"))
        pills.addWidget(Chip(self.look, "Open", tone="state"))
        pills.addStretch(1)
        top.addLayout(pills)
        grid = QGridLayout()
        facts = (
            "Caller",
            "Ken Lee",
            "Agent",
            "Jane Doe",
            "Phone",
            "+49 30 901820 11",
            "Team",
            "System Administrators",
        )
        for place, text in enumerate(facts):
            grid.addWidget(label(text, "muted" if place % 2 == 0 else ""), place // 4, place % 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        top.addLayout(grid)
        column.addWidget(head)
        self.thread_view = ThreadView(self.look)
        self.thread_view.set_cards(CARDS)
        column.addWidget(self.thread_view, 1)
        column.addWidget(self._composer())
        return whole

    def _composer(self) -> QWidget:
        foot, column = panel("surface line-top", margins=(14, 8, 14, 12))
        tabs = QHBoxLayout()
        tabs.setSpacing(0)
        for name in ("Reply", "Note", "Call back"):
            tab = QPushButton(name)
            tab.setCheckable(True)
            tab.setChecked(name == "Reply")
            set_look(tab, "tab")
            tabs.addWidget(tab)
        tabs.addStretch(1)
        column.addLayout(tabs)
        self.reply = QPlainTextEdit("Hello Ken, ")
        self.reply.setFixedHeight(62)
        column.addWidget(self.reply)
        buttons = QHBoxLayout()
        buttons.addWidget(KeyButton(self.look, "&Send", "Ctrl+Enter", primary=True))
        buttons.addWidget(KeyButton(self.look, "Send and &resolve", "Ctrl+Shift+Enter"))
        buttons.addStretch(1)
        buttons.addWidget(label("Saved", "muted"))
        column.addLayout(buttons)
        return foot

    def show_call(self) -> FloatingPanel:
        """The call panel."""
        call = FloatingPanel(self.look, "Call", self)
        clock = ClockLabel(self.look, lambda: 0.0, "Length of the call", call)
        clock.start(161)
        call.head.addWidget(clock)
        call.head.addStretch(1)
        call.head.addWidget(Chip(self.look, "Ken Lee 02:41"))
        call.head.addWidget(Chip(self.look, "parked: +49 171 55 01 · 00:50"))
        grid = QGridLayout()
        grid.setSpacing(14)
        grid.addWidget(
            Field(self.look, "&Caller: name, number, e-mail", QLineEdit("Ken Lee · +49 30 901820 11")), 0, 0
        )
        topic = QComboBox()
        topic.addItems(["Network › VPN (suggested)", "Printing"])
        grid.addWidget(Field(self.look, "&Topic", topic), 0, 1)
        self.line = QLineEdit("vpn does not conn")
        grid.addWidget(Field(self.look, "&What is it about?", self.line), 1, 0, 1, 2)
        call.body.addLayout(grid)
        call.body.addWidget(
            label(
                "Alt+2 adds this call to 1041-0 · Read back: plus four nine, thirty, nine zero one", "muted"
            )
        )
        row = QHBoxLayout()
        row.addWidget(KeyButton(self.look, "Save ticket", "Ctrl+Enter", primary=True))
        row.addWidget(KeyButton(self.look, "Save and resolve", "Ctrl+Shift+Enter"))
        row.addWidget(KeyButton(self.look, "Park", "Ctrl+Shift+N"))
        chips = ChipRow(self.look)
        chips.set_chips(
            [
                ChipText("t", "#network", removable=True),
                ChipText("p", "!high", "b"),
                ChipText("a", "@jane", removable=True),
                ChipText("c", "> 15:00 call back"),
            ]
        )
        row.addWidget(chips, 1)
        call.body.addLayout(row)
        call.setMinimumWidth(790)
        call.open()
        self.line.setFocus()
        return call

    def show_reassign(self) -> FloatingPanel:
        """The list of a reassign dialog."""
        box = FloatingPanel(self.look, "Reassign 1041-0 · VPN down for all of sales", self)
        self.targets = SearchList(self.look, "To agent, team or department", rows=5)
        box.body.addWidget(Field(self.look, "&To agent, team or department", self.targets))
        self.targets.set_hits(TARGETS, 0)
        message = QPlainTextEdit("Sev-A. Tried: restart of the gateway. Next: certificate?")
        message.setFixedHeight(74)
        box.body.addWidget(Field(self.look, "&Message to the next one", message))
        checks = QHBoxLayout()
        for name in ("&Release me", "&Keep me informed", "Ask for acceptance"):
            check = QCheckBox(name)
            check.setChecked(name != "Ask for acceptance")
            checks.addWidget(check)
        checks.addStretch(1)
        box.body.addLayout(checks)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(KeyButton(self.look, "Cancel", "Esc"))
        row.addWidget(KeyButton(self.look, "Reassign", "Ctrl+Enter", primary=True))
        box.body.addLayout(row)
        box.setMinimumWidth(610)
        box.open()
        self.targets.setFocus()
        return box


class Kit(QWidget):
    """All that forms are made of, in every state."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self.look = look
        set_look(self, "ground")
        self.resize(1280, 800)
        self._left = QVBoxLayout()
        self._middle = QVBoxLayout()
        self._right = QVBoxLayout()
        row = QHBoxLayout(self)
        row.setSpacing(24)
        for column in (self._left, self._middle, self._right):
            column.setSpacing(10)
            row.addLayout(column, 1)
        self._buttons()
        self._fields()
        self._others()

    def _buttons(self) -> None:
        for primary in (True, False):
            line = QHBoxLayout()
            for text, enabled in (("&Save", True), ("Disabled", False)):
                button = KeyButton(self.look, text, "Ctrl+Enter", primary=primary)
                button.setEnabled(enabled)
                line.addWidget(button)
            line.addStretch(1)
            self._left.addLayout(line)
        line = QHBoxLayout()
        line.addWidget(QPushButton("Plain button"))
        line.addWidget(KeyButton(self.look, "Quiet", "Q", quiet=True))
        for name in ("star", "pin", "more"):
            line.addWidget(IconButton(self.look, name, name.title()))
        line.addStretch(1)
        self._left.addLayout(line)
        pills = QHBoxLayout()
        for letter in "ABCD":
            pills.addWidget(SeverityBadge(self.look, letter))
        for tone, text in (
            ("state", "Open"),
            ("overdue", "12 min over"),
            ("ok", "Saved"),
            ("muted", "Closed"),
        ):
            pills.addWidget(Chip(self.look, text, tone=tone))
        pills.addStretch(1)
        self._left.addLayout(pills)
        chips = ChipRow(self.look)
        chips.set_chips([ChipText(str(n), f"tag {n} that wraps", removable=n % 2 == 0) for n in range(6)])
        self._left.addWidget(chips)
        grid = QGridLayout()
        for place, name in enumerate(names()):
            grid.addWidget(IconButton(self.look, name, name), place // 10, place % 10)
        self._left.addLayout(grid)
        self._left.addWidget(EmptyState(self.look, "No open tickets.", "Ctrl+N logs a call.", "inbox"), 1)

    def _fields(self) -> None:
        fine = Field(self.look, "&Name", QLineEdit("Ken Lee"), hint="As the caller spells it")
        wrong = Field(self.look, "&Phone", QLineEdit("+49 3x"))
        wrong.set_error("This is not a phone number: x is no digit.")
        off = QLineEdit("cannot be changed")
        off.setEnabled(False)
        numbers = QSpinBox()
        numbers.setValue(42)
        self.focused = fine.editor
        for field in (
            fine,
            wrong,
            Field(self.look, "Disabled", off),
            Field(self.look, "&Priority", QComboBox()),
            Field(self.look, "Num&ber", numbers),
            Field(self.look, "&Due", QDateTimeEdit()),
            Field(self.look, "&Text", QPlainTextEdit("Several lines\nof text")),
        ):
            self._middle.addWidget(field)
        self._middle.addStretch(1)

    def _others(self) -> None:
        group = QGroupBox("Group")
        inside = QVBoxLayout(group)
        on, partly, one = QCheckBox("Check box"), QCheckBox("Partly"), QRadioButton("One of several")
        on.setChecked(True)
        partly.setTristate(True)
        partly.setCheckState(Qt.CheckState.PartiallyChecked)
        one.setChecked(True)
        for made in (on, partly, one, QRadioButton("Other")):
            inside.addWidget(made)
        self._right.addWidget(group)
        tabs = QTabWidget()
        for name in ("Agents", "Teams", "Topics"):
            tabs.addTab(EmptyState(self.look, f"No {name.lower()} yet.", "Insert adds one."), name)
        self._right.addWidget(tabs)
        progress = QProgressBar()
        progress.setValue(40)
        self._right.addWidget(progress)
        table = FastTable(self.look)
        model = ListRowModel(COLUMNS[:4], table)
        table.setModel(model)
        table.set_empty("No open tickets.", "Ctrl+N logs a call.")
        self._right.addWidget(table)
        for look in ("subject", "section", "strong", "", "meta", "muted", "error", "overdue", "ok"):
            self._right.addWidget(label(f"Label {look or 'plain'}: 1234567890", look))


def save(folder: Path, app: QApplication, look: Appearance) -> None:
    """Pictures of all scenes in both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        look.set_scheme(scheme)
        for name in ("main", "call", "reassign", "kit", "toast", "search"):
            window = Kit(look) if name == "kit" else Desk(look)
            window.show()
            app.processEvents()
            if isinstance(window, Kit):
                window.focused.setFocus()
            else:
                stage(window, name)
            app.processEvents()
            window.grab().save(str(folder / f"{name}-{scheme}.png"))
            window.close()
            window.deleteLater()
            app.processEvents()


def stage(window: Desk, name: str) -> None:
    """Brings a window into the state of a scene."""
    if name == "call":
        window.show_call()
    elif name == "reassign":
        window.show_reassign()
    elif name == "toast":
        window.toasts.say("1041-0 reassigned to Jane Doe", "Undo", "Ctrl+Z")
        window.table.setFocus()
    elif name == "search":
        window.search.setFocus()
        hits = [
            Hit(n, row[2], row[3], row[5], lead=row[0], group="Tickets") for n, row in enumerate(ROWS[:4])
        ]
        window.search.set_text("k")
        window.search.set_hits([*hits, Hit(9, "Ken Lee", "+49 30 901820 11", "2 open", group="People")], 0)
    else:
        window.reply.setFocus()


def main() -> int:
    """The gallery."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--save", type=Path, help="save pictures into this folder instead of showing the window"
    )
    parser.add_argument("--font", default="")
    parser.add_argument("--points", type=float, default=0.0)
    parser.add_argument("--compact", action="store_true")
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    font = QFont(app.font())
    if options.font:
        font.setFamily(options.font)
    if options.points:
        font.setPointSizeF(options.points)
    app.setFont(font)
    look = Appearance(app, "system", "compact" if options.compact else "normal", parent=app)
    if options.save:
        save(options.save, app, look)
        return 0
    windows = [Desk(look), Kit(look)]
    for window in windows:
        window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
