"""Every action of the program, once: its name, its keys, its menu."""

from dataclasses import dataclass

from desktop_desk.i18n import N_

MENUS: tuple[tuple[str, str], ...] = (
    ("desk", N_("&Desk")),
    ("ticket", N_("&Ticket")),
    ("call", N_("&Call")),
    ("mail", N_("&Mail")),
    ("view", N_("&View")),
    ("reports", N_("&Reports")),
    ("help", N_("&Help")),
)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing a person can do.

    Attributes:
        id: how code names it, e.g. "ticket.reply".
        text: its name in the menu, marked for translation, with a mnemonic.
        keys: keys that work in the whole window; the first one is shown.
        letter: a single letter that works while the ticket table has focus.
        shown_key: a key that the window itself handles, shown beside the name.
        menu: a key of MENUS.
        group: a separator stands between groups of one menu.
        checkable: it is a state that is on or off.
        exclusive: one of the actions with the same word here is on.
        submenu: the name of the menu within the menu that it stands in, marked for translation; "" for none.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    letter: str = ""
    shown_key: str = ""
    menu: str = "ticket"
    group: int = 0
    icon: str = ""
    checkable: bool = False
    exclusive: str = ""
    submenu: str = ""


QUEUE_ACTIONS: tuple[tuple[str, str], ...] = (
    ("forme", N_("For me")),
    ("open", N_("Open")),
    ("unassigned", N_("Unassigned")),
    ("mine", N_("Mine")),
    ("teams", N_("My teams")),
    ("overdue", N_("Overdue")),
    ("answered", N_("Answered")),
    ("waiting", N_("Waiting")),
    ("resolved", N_("Resolved")),
    ("closed", N_("Closed")),
    ("all", N_("All tickets")),
    ("differences", N_("Differences")),
    ("quarantine", N_("Quarantine")),
    ("outbox", N_("Outbox")),
)
"""The side list from top to bottom: key of the queue and its name. The first nine have Ctrl+1 to Ctrl+9."""

_DESK = (
    ActionSpec("desk.new", N_("&New desk…"), menu="desk"),
    ActionSpec("desk.open", N_("&Open another desk…"), ("Ctrl+O",), menu="desk"),
    ActionSpec("desk.take", N_("&Take a shared desk along…"), menu="desk"),
    ActionSpec("desk.share", N_("S&hare this desk…"), menu="desk", group=4),
    ActionSpec("desk.copies", N_("Copies of this des&k…"), ("Ctrl+Shift+Y",), menu="desk", group=4),
    ActionSpec("desk.sync", N_("S&ync now"), ("Shift+F5",), menu="desk", group=4),
    ActionSpec("desk.people", N_("&Callers…"), ("Ctrl+Shift+P",), menu="desk", group=1),
    ActionSpec("desk.office", N_("Agents, &departments, topics…"), ("Ctrl+Shift+A",), menu="desk", group=1),
    ActionSpec("desk.notices", N_("What &I am told…"), menu="desk", group=1),
    ActionSpec("desk.settings", N_("&Settings…"), ("Ctrl+,",), menu="desk", group=1, icon="settings"),
    ActionSpec("desk.backups", N_("&Backups…"), menu="desk", group=1),
    ActionSpec("desk.encryption", N_("&Encryption…"), menu="desk", group=1),
    ActionSpec("desk.form", N_("Request &form on this computer…"), menu="desk", group=1),
    ActionSpec("desk.password", N_("Change my &password…"), menu="desk", group=2),
    ActionSpec("desk.switch", N_("S&witch agent…"), ("Ctrl+Shift+L",), menu="desk", group=2),
    ActionSpec("desk.lock", N_("&Lock"), ("Ctrl+L",), menu="desk", group=2, icon="lock"),
    ActionSpec("desk.quit", N_("&Quit"), ("Ctrl+Q",), menu="desk", group=3),
)

_TICKET = (
    ActionSpec("ticket.undo", N_("&Undo"), ("Ctrl+Z",), icon="undo"),
    ActionSpec("ticket.redo", N_("Re&do"), ("Ctrl+Y", "Ctrl+Shift+Z")),
    ActionSpec("ticket.reply", N_("&Reply"), ("Ctrl+R",), "R", group=1),
    ActionSpec("ticket.note", N_("&Note"), ("Ctrl+Shift+R",), "N", group=1),
    ActionSpec("ticket.call_back", N_("Call &back later"), ("Ctrl+B",), "B", group=1),
    ActionSpec("ticket.answer_all", N_("Ans&wer all of the outage…"), ("Ctrl+Shift+T",), group=1),
    ActionSpec("ticket.attach", N_("Attac&h files…"), ("Ctrl+Shift+F",), group=1, icon="attach"),
    ActionSpec("ticket.files", N_("Files of this tic&ket…"), ("Ctrl+Shift+O",), group=1),
    ActionSpec("ticket.assign", N_("&Assign or reassign…"), ("Ctrl+Shift+M",), "A", group=2),
    ActionSpec("ticket.claim", N_("&Claim"), letter="C", group=2),
    ActionSpec("ticket.release", N_("Re&lease"), letter="L", group=2),
    ActionSpec("ticket.status", N_("&Status…"), letter="S", group=3),
    ActionSpec("ticket.priority", N_("&Priority…"), letter="P", group=3),
    ActionSpec("ticket.tag", N_("&Tags…"), letter="T", group=3),
    ActionSpec("ticket.edit", N_("Ed&it…"), ("F2",), group=3),
    ActionSpec("ticket.follow", N_("&Follow"), letter="F", group=3, checkable=True),
    ActionSpec("ticket.resolve", N_("R&esolve"), letter="E", group=4),
    ActionSpec("ticket.close", N_("Cl&ose"), letter="W", group=4),
    ActionSpec("ticket.reopen", N_("Reopen"), letter="O", group=4),
    ActionSpec("ticket.merge", N_("&Merge into another…"), letter="M", group=5),
    ActionSpec("ticket.unmerge", N_("Take the merge back"), group=5),
    ActionSpec("ticket.settle", N_("Settle the difference"), ("Ctrl+D",), group=5),
    ActionSpec("ticket.copy_number", N_("Copy the number"), ("Ctrl+Shift+C",), group=6),
    ActionSpec("ticket.select", N_("Select or unselect"), letter="X", group=6),
)

_CALL = (
    ActionSpec("call.log", N_("&Log a call"), ("Ctrl+N",), menu="call", icon="phone"),
    ActionSpec("call.park", N_("&Park the call"), ("Ctrl+Shift+N",), menu="call"),
    ActionSpec("call.kept", N_("&Back to the kept calls"), ("Ctrl+Shift+B",), menu="call"),
    ActionSpec("call.discard", N_("&Discard the call"), ("Ctrl+Shift+Del",), menu="call"),
    ActionSpec("call.attach", N_("&Add a call to this ticket…"), ("Ctrl+Shift+K",), menu="call"),
    ActionSpec(
        "call.dial", N_("&Call the number"), ("Ctrl+Shift+G",), "G", menu="call", group=1, icon="phone-out"
    ),
    ActionSpec("call.done", N_("Call-back is done"), ("Ctrl+Shift+D",), letter="D", menu="call", group=1),
    ActionSpec("call.tried", N_("Not &reached: later"), ("Ctrl+Shift+U",), letter="U", menu="call", group=1),
    ActionSpec("call.line", N_("P&hone line…"), menu="call", group=2),
    ActionSpec("call.links", N_("Answer &tel: links with Desktop Desk"), menu="call", group=2),
)

_MAIL = (
    ActionSpec("mail.now", N_("Fetch and se&nd now"), ("F9",), menu="mail", icon="sync"),
    ActionSpec("mail.state", N_("How mail, &form and line stand…"), ("Ctrl+Shift+S",), menu="mail"),
    ActionSpec("mail.import", N_("&Import mails…"), menu="mail", icon="mail"),
    ActionSpec("mail.file", N_("Fi&le to a ticket…"), shown_key="F", menu="mail", group=1),
    ActionSpec("mail.release", N_("Make a &ticket"), shown_key="T", menu="mail", group=1),
    ActionSpec("mail.dismiss", N_("&Dismiss"), shown_key="Del", menu="mail", group=1),
    ActionSpec("mail.try", N_("Tr&y now"), shown_key="T", menu="mail", group=4),
    ActionSpec("mail.stop", N_("&Stop"), shown_key="S", menu="mail", group=4),
    ActionSpec("mail.address", N_("Change the addr&ess…"), shown_key="H", menu="mail", group=4),
    ActionSpec("mail.drop", N_("Do not send…"), shown_key="Del", menu="mail", group=4),
    ActionSpec("mail.raw", N_("&Headers and raw mail…"), ("Ctrl+U",), menu="mail", group=2),
    ActionSpec("mail.quoted", N_("Show or fold &quoted text"), ("F7",), menu="mail", group=2),
    ActionSpec(
        "mail.all_quoted", N_("Quoted text of the &whole ticket"), ("Shift+F7",), menu="mail", group=2
    ),
    ActionSpec("mail.copy_to", N_("&Copy replies to…"), ("Ctrl+Shift+I",), menu="mail", group=2),
    ActionSpec("mail.boxes", N_("Mail&boxes…"), menu="mail", group=3),
    ActionSpec("mail.templates", N_("Tem&plates…"), menu="mail", group=3),
)

_VIEW = (
    *(
        ActionSpec(
            f"view.{key}",
            text,
            (f"Ctrl+{place}",) if place <= 9 else (),
            menu="view",
            checkable=True,
            exclusive="queue",
            submenu=N_("&Go to"),
        )
        for place, (key, text) in enumerate(QUEUE_ACTIONS, 1)
    ),
    ActionSpec("view.search", N_("&Search and commands"), ("Ctrl+K",), menu="view", group=1, icon="search"),
    ActionSpec("view.filter", N_("&Filter this list"), ("Ctrl+F",), menu="view", group=1),
    ActionSpec("view.columns", N_("&Columns…"), menu="view", group=1),
    ActionSpec("view.seen", N_("Mark all as seen"), ("Ctrl+Shift+E",), menu="view", group=1),
    ActionSpec("view.why", N_("Why it is for &me"), letter="Y", menu="view", group=1),
    ActionSpec("view.next_ticket", N_("Next ticket"), ("Alt+Down",), "J", menu="view", group=2),
    ActionSpec("view.previous_ticket", N_("Previous ticket"), ("Alt+Up",), "K", menu="view", group=2),
    ActionSpec("view.next_pane", N_("Next pane"), ("F6",), menu="view", group=2),
    ActionSpec("view.previous_pane", N_("Previous pane"), ("Shift+F6",), menu="view", group=2),
    ActionSpec("view.back", N_("Back to the list"), shown_key="Esc", menu="view", group=2),
    ActionSpec("view.light", N_("Light"), menu="view", group=3, checkable=True, exclusive="theme"),
    ActionSpec("view.dark", N_("Dark"), menu="view", group=3, checkable=True, exclusive="theme"),
    ActionSpec("view.system", N_("As the system"), menu="view", group=3, checkable=True, exclusive="theme"),
    ActionSpec("view.compact", N_("Compact rows"), menu="view", group=4, checkable=True),
    ActionSpec("view.larger", N_("Larger text"), ("Ctrl++", "Ctrl+="), menu="view", group=4),
    ActionSpec("view.smaller", N_("Smaller text"), ("Ctrl+-",), menu="view", group=4),
    ActionSpec("view.refresh", N_("&Refresh"), ("F5",), menu="view", group=5),
)

_REPORTS = (ActionSpec("reports.summary", N_("&Summary…"), menu="reports"),)

_HELP = (
    ActionSpec("help.keys", N_("&Keys"), ("F1",), menu="help"),
    ActionSpec("help.about", N_("&About Desktop Desk"), menu="help", group=1),
)

TABLE: tuple[ActionSpec, ...] = (*_DESK, *_TICKET, *_CALL, *_MAIL, *_VIEW, *_REPORTS, *_HELP)
