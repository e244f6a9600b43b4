"""A life of a desk by a seed: clerks do everything that can be done, in any order; the same seed is the same life."""

import random
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from desktop_desk.desk.desk import Desk
from desktop_desk.desk.queues import QUEUES, SORTS
from desktop_desk.desk.views import Attachment, CallDraft, CallRecord, NewPerson
from desktop_desk.domain.errors import DeskError, NotAllowed
from desktop_desk.domain.tickets import DIMENSIONS
from desktop_desk.exchange.shapes import ticket_json
from tests.engines import AnEngine
from tests.fakes import HOUR, MONDAY

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECTS = (
    "printer jams", "Printer jams", "PRINTER JAMS", "VPN down", "vpn DOWN", "ärger", "Ärger mit dem Drucker", "Zebra",
    "zebra", "apple", "Äpfel", "50% off_er", "🖨 printer on fire 🔥", "مشكلة في الطابعة", "תקלה במדפסת", "Straße",
    "strasse", "naïve café", "naïve café", "密碼 重設", "İstanbul", "istanbul", "_", "~", "[x]", "^", "`tick",
    "x" * 300, "O'Brien \"quoted\" \\ back", "e\u0301", "é",
)  # fmt: skip
WORDS = (
    "printer", "Jams", "vpn", "ärger", "ARGER", "zeb", "apf", "off_er", "50%", "fire", "🔥", "الطابعة",
    "במדפסת", "strasse", "straße", "cafe", "naïve", "密碼", "istanbul", "'quoted'", '"printer jams"', "printer jams",
    "printer -jams",
    "-printer", "x" * 40, "hello printer", "3182903674", "030 123", "1001", "is:open", "is:mine,waiting",
    "is:withdrawn",
    "is:differences", "status:open ärger", "priority:A", "-priority:C printer", "agent:jane", "agent:me", "team:night*",
    'team:"Night shift"', "caller:ken", "caller:ÖZ", "caller:öz", "tag:vip", "-tag:vip", "from:2026-03-03",
    "to:2026-03-02",
    "topic:feedback", "department:support", "was looked", "é", "o'brien", "back \\", "NOT", "a OR b", "*", "^",
)  # fmt: skip
PEOPLE = (
    NewPerson("Ken Lee", ("(318) 290-3674",), ("ken@sales.example",), "Sales"),
    NewPerson("ken lee", (), ("KEN@sales.example",), "sales"),
    NewPerson("Özil, Mesut", ("+49 30 123 45 67",), (), "Zürich AG"), NewPerson("ozil"),
    NewPerson("", ("0049 30 1234567",)), NewPerson("", (), ("weird+tag@dömäin.example",)),
    NewPerson("محمد علي", ("030 99",), (), "شركة"), NewPerson("O’Brien Anne", (), (), "ÅÄÖ"), NewPerson("李 小龙"),
    NewPerson("Zed", ("12",)), NewPerson("🎉 Party", (), (), "🎉"),
)  # fmt: skip
LOOKUPS = (
    "", "ken", "KEN", "lee ken", "le", "k", "oz", "özil", "mes", "318", "3674", "74", "290-36", "+49 30", "4930123",
    "12",
    "@sales", "ken@", "zür", "zurich", "محمد", "علي", "شركة", "obrien", "o'b", "李", "小龙", "party",
    "🎉", "aao", "åäö",
    "nobody",
    "ken 318", "d-", "sales", "Sal",
)  # fmt: skip
TEXTS = (
    "was looked at", "Hello ☎ again", "مرحبا", "a\x00b", "line\nline two", "Naïve Straße", "see printer", "jams",
    "😀" * 50,
    "@jane please", "@john and @ada: look", "call 318 290 3674", "   spaced   ", "{\"json\": [1, 2]}", "' OR 1=1 --",
)  # fmt: skip
FIELDS = (
    ("subject", SUBJECTS), ("topic", (None, "Feedback", "Report a problem")), ("source", ("web", "other")),
    ("department", ("Support", "System Administrators")), ("due", (None, MONDAY, MONDAY + 90 * HOUR)),
    ("team", (None, "Night shift")),
)  # fmt: skip
LOGINS = ("ada", "john", "jane", "vera")
HOLDERS = ("ada", "john", "jane", "Night shift", "Day shift", "Support", "System Administrators", "nobody")


class Life:
    """Plays a desk and keeps what came of every act."""

    def __init__(self, office: AnEngine, seed: int) -> None:
        self.office = office
        self.chance = random.Random(seed)
        self.numbers: list[str] = []
        self.acts: list[str] = []
        self.forms: list[tuple[str, Any]] = []
        self.outcomes: list[str] = []
        self.verbs: tuple[tuple[int, Callable[[Desk], Any]], ...] = (
            (6, self._log), (2, self._assign), (1, lambda d: d.claim(self._number())),
            (1, lambda d: d.release(self._number(), self._text())),
            (2, lambda d: d.set_priority(self._some(), self._of("ABCD"))),
            (2, lambda d: d.set_status(self._some(), self._of(("open", "waiting", "resolved", "closed", "on hold")))),
            (1, lambda d: d.reopen(self._number(), self._text())), (3, self._edit), (6, self._form),
            (2, lambda d: d.tag(self._some(), add=(self._of(("vip", "VIP", "ärger")),))),
            (1, lambda d: d.tag(self._number(), remove=("vip",))),
            (1, lambda d: d.follow(self._number(), on=self._of((True, False)))),
            (3, lambda d: d.reply(self._number(), self._text(), resolve=self.chance.random() < 0.2)),
            (2, lambda d: d.note(self._number(), self._text())), (2, lambda d: d.message(self._number(), self._text())),
            (1, lambda d: d.add_call(self._number(), self._text(), call=self._call())),
            (1, lambda d: d.add_call_back(self._number(), self._of((None, MONDAY + 5 * HOUR)), self._text())),
            (1, self._call_back_done), (2, lambda d: d.merge(self._number(), self._number())),
            (1, lambda d: d.unmerge(self._number())), (2, self._settle), (3, lambda d: d.undo()),
            (2, lambda d: d.redo()), (2, lambda d: d.undo(self._of(self.acts))),
            (1, lambda d: d.redo(self._of(self.acts))),
            (1, lambda d: d.mark_seen(self._number())), (1, lambda d: d.mark_all_seen()), (2, self._person),
            (1, self._office), (1, self._attach),
        )  # fmt: skip

    def plays(self, steps: int) -> None:
        """So many acts, each with what came of it or why it was refused."""
        weights = [weight for weight, _verb in self.verbs]
        for desk in (self.office.ada, self.office.john, self.office.jane):
            self._log(desk)
        for _step in range(steps):
            ((_weight, verb),) = self.chance.choices(self.verbs, weights)
            desk: Desk = getattr(self.office, self.chance.choices(LOGINS, (4, 6, 6, 1))[0])
            self.office.clock.passes(seconds=self._of((0, 0, 0, 1, 59, 3600, 40_000)))
            try:
                done = verb(desk)
            except DeskError as error:
                self.outcomes.append(f"{type(error).__name__}: {error}")
                continue
            self.outcomes.append(repr(done))
            if getattr(done, "act", ""):
                self.acts.append(done.act)

    # ── what they do ─────────────────────────────────────────────────────────────────────────────────────────────

    def _log(self, desk: Desk) -> Any:
        done = desk.log_call(
            CallDraft(
                self._of(SUBJECTS), details=self._of(("", *TEXTS)), new_caller=self._of((None, *PEOPLE)),
                topic=self._of((None, "Feedback", "Access issue")), priority=self._of((None, *"ABCD")),
                department=self._of((None, None, "System Administrators")),
                agent=self._of((None, None, "john", "jane")), team=self._of((None, None, "Night shift")),
                source=self._of(("phone", "web", "email")), call=self._of((None, self._call())),
                resolve=self.chance.random() < 0.1, due=self._of((None, None, MONDAY + 3 * HOUR)),
                call_back_at=self._of((None, None, None, MONDAY + 2 * HOUR)), tags=self._of(((), (), ("vip",))),
            )
        )  # fmt: skip
        self.numbers.append(done.number or "")
        return done

    def _attach(self, desk: Desk) -> Any:
        """One of a few files, to a note or to nothing."""
        body = self._of((b"", b"one", "zwei 🔥".encode(), b"x" * 2_000_000))
        name = self._of(("screen.png", "printer log.txt", "../ärger.TXT", "jams"))
        files = (Attachment(body, name),)
        number = self._number()
        return (
            desk.note(number, "see file", attachments=files) if len(body) > 3 else desk.attach(number, files)
        )

    def _assign(self, desk: Desk) -> Any:
        to, informed, release = self._of(HOLDERS), self._of((True, False)), self._of((True, False))
        return desk.assign(self._some(), to, self._text(), keep_me_informed=informed, release_me=release)

    def _edit(self, desk: Desk) -> Any:
        return desk.edit(self._number(), **self._change())

    def _change(self) -> dict[str, Any]:
        name, values = self._of(FIELDS)
        return {name: self._of(values)}

    def _form(self, desk: Desk) -> Any:
        """Open a form, save one that was opened a while ago, or save one while somebody else is faster."""
        number, change = self._number(), self._change()
        position = desk.ticket(number).position
        match self.chance.randrange(4):
            case 0:
                self.forms.append((number, position))
                return None
            case 1 if self.forms:
                number, position = self.forms.pop()
                return desk.set_status(number, self._of(("open", "resolved", "waiting")), seen=position)
            case _:
                (name,) = change
                other: Desk = self._of(
                    [one for one in (self.office.ada, self.office.jane) if one is not desk]
                )
                other.edit(number, **{name: self._of(dict(FIELDS)[name])})
                return desk.edit(number, seen=position, **change)

    def _settle(self, desk: Desk) -> Any:
        rows = desk.queue("differences", "number").rows
        if not rows:
            return None
        ticket = desk.ticket(self._of(rows).number)
        if not ticket.conflicts:
            return None
        conflict = self._of(ticket.conflicts)
        values = (conflict.shown, *(rival.value for rival in conflict.rivals))
        return desk.settle(ticket.number, conflict.field, self._of(values))

    def _call_back_done(self, desk: Desk) -> Any:
        mine = [news.call_back for news in desk.inbox() if news.call_back]
        return desk.call_back_done(self._of(mine).uid, self._text()) if mine else None

    def _person(self, desk: Desk) -> Any:
        found = desk.find_people(self._of(LOOKUPS))
        if not found or self.chance.random() < 0.3:
            return desk.add_person(self._of(PEOPLE))
        uid = self._of(found).uid
        match self.chance.randrange(4):
            case 0:
                return desk.edit_person(uid, name=self._of(PEOPLE).name or "Anon")
            case 1:
                return desk.edit_person(uid, organisation=self._of(("", "Sales", "Zürich AG", "🎉")))
            case 2:
                return desk.add_contact(
                    uid, *self._of((("phone", "030 7"), ("email", "New@x.example"), ("other", "☎")))
                )
            case _:
                contacts = desk.person(uid).contacts
                return desk.remove_contact(self._of(contacts).uid) if contacts else None

    def _office(self, desk: Desk) -> Any:
        match self.chance.randrange(5):
            case 0:
                return desk.add(
                    "team", name=self._of(("Day shift", "day shift", "Ärzte")), members=("jane", "john")
                )
            case 1:
                return desk.add(
                    "status",
                    name=self._of(("on hold", "In Arbeit", "zu")),
                    state=self._of(("waiting", "open")),
                )
            case 2:
                teams = desk.directory().teams
                named = self._of(("Night shift", "aaa", "Zzz"))
                return desk.change("team", self._of(teams).uid, name=named) if teams else None
            case 3:
                return desk.change_settings(zone=self._of(("UTC", "Asia/Tokyo", "America/New_York")))
            case _:
                known = desk.organisations()
                return (
                    desk.edit_organisation(self._of(known).uid, name=self._of(("Sales", "Vertrieb")))
                    if known
                    else None
                )

    def _call(self) -> CallRecord:
        number = self._of(("(318) 290-3674", "+49 30 1234567", "anonymous", "12"))
        return CallRecord(self._of(("in", "out")), number, seconds=30)

    def _of(self, values: Any) -> Any:
        return self.chance.choice(values) if len(values) else ""

    def _number(self) -> str:
        return self._of(self.numbers[-12:])

    def _some(self) -> list[str]:
        return [self._number() for _one in range(self._of((1, 1, 1, 3)))]

    def _text(self) -> str:
        return self._of(TEXTS)


def shown(office: AnEngine) -> dict[str, Any]:
    """Everything that a desk shows, as plain values by a name of their own."""
    found: dict[str, Any] = {
        "check": asdict(office.ada.check()),
        "people": [asdict(p) for p in office.ada.all_people()],
    }
    numbers = [
        row.number
        for state in ("all", "differences")
        for row in office.ada.queue(state, "number", count=9999).rows
    ]
    numbers += [hit.row.number for hit in office.ada.search("is:withdrawn", 9999)]
    for number in dict.fromkeys(numbers):
        view = office.ada.ticket(number)
        found[f"ticket {number}"] = (
            asdict(view),
            ticket_json(view),
            office.ada.ticket(number, as_of=view.opened).subject,
        )
    for login in LOGINS:
        desk: Desk = getattr(office, login)
        try:
            found[f"actor {login}"] = desk.actor
        except NotAllowed as error:
            found[f"actor {login}"] = str(error)
            continue
        found[f"counters {login}"] = asdict(desk.counters())
        found[f"inbox {login}"] = [asdict(news) for news in desk.inbox()]
        found[f"steps {login}"] = desk.undo_step(), desk.redo_step()
        for queue in QUEUES:
            for sort in SORTS:
                for way in (False, True):
                    page = desk.queue(queue, sort, descending=way, start=3, count=25)
                    found[f"queue {queue} by {sort} {way} {login}"] = [asdict(row) for row in page.rows]
    for by in (None, *DIMENSIONS):
        found[f"report {by}"] = [asdict(row) for row in office.ada.report(by=by)]
    for words in WORDS:
        found[f"search {words}"] = [asdict(hit) for hit in office.ada.search(words)]
        found[f"filter {words}"] = [
            row.number for row in office.ada.queue("all", "subject", words=words).rows
        ]
        found[f"similar {words}"] = [hit.row.number for hit in office.ada.similar(words)]
    for text in LOOKUPS:
        found[f"people {text}"] = [asdict(hit) for hit in office.ada.find_people(text)]
    found["targets"] = [asdict(target) for target in office.ada.targets()]
    found["organisations"] = [asdict(one) for one in office.ada.organisations()]
    return found
