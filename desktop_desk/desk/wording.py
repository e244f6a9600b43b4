"""How facts read: the lines of a ticket's history, and values of fields as people see them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from desktop_desk.desk.addressing import COPY_TO
from desktop_desk.desk.ports import Store
from desktop_desk.domain.attachments import attached
from desktop_desk.domain.call_backs import OUTCOME
from desktop_desk.domain.clocks import offset_text
from desktop_desk.domain.facts import EntityId, Fact
from desktop_desk.domain.tickets import PRIORITIES
from desktop_desk.domain.undelivered import Undelivered, undelivered
from desktop_desk.domain.verbs import weight
from desktop_desk.i18n import _, ngettext

OFFICE_FIELDS = frozenset({"status", "topic", "department", "team", "agent"})


class Wording:
    """Turns facts into text, with the office's own names."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._directory = store.directory()

    def value(self, field: str, value: Any) -> str:
        """A field's value as people see it."""
        if value is None or value == "":
            return "–"
        if field in OFFICE_FIELDS:
            return self._directory.name_of(value) or str(value)
        if field == "priority":
            return f"{_(PRIORITIES[value])} (Sev-{value})" if value in PRIORITIES else str(value)
        if field == "caller":
            return self.person(value)
        if field in {"merged_into", "outage"}:
            ticket = self._store.tickets.by_uid(EntityId(value))
            return ticket.number if ticket else str(value)
        if field == "due":
            return datetime.fromtimestamp(int(value) / 1000, UTC).isoformat(timespec="minutes")
        return str(value)

    def moment(self, at: int) -> str:
        """A moment (ms) in the office's time, which is marked where this machine has another."""
        office = datetime.fromtimestamp(at / 1000, ZoneInfo(self._directory.settings.zone))
        elsewhere = office.astimezone().utcoffset() != office.utcoffset()
        return f"{office:%a %d %b %H:%M}" + (f" ({offset_text(office)})" if elsewhere else "")

    def person(self, uid: str | None) -> str:
        """A caller's name, else his first contact."""
        found = self._store.people.by_uid(EntityId(uid)) if uid else None
        if found is None:
            return _("Unknown caller")
        return found.name or next((value for _uid, _kind, value in found.contacts), _("Unknown caller"))

    def agent(self, uid: str | None) -> str:
        """An agent's name; the desk's own acts have none."""
        return self._directory.name_of(uid) if uid else _("The desk")

    def author(self, fact: Fact) -> str:
        """Whose act it was: an agent, or whom another system's log names."""
        return str(fact.fields.get("by") or "") or self.agent(fact.actor)

    def speaker(self, fact: Fact) -> str:
        """Who wrote what no agent wrote down: whom another system's log names, or the caller; "" for the desk."""
        if fact.fields.get("by"):
            return str(fact.fields["by"])
        if fact.verb != "messaged":
            return ""
        if fact.fields.get("kind") == "bounce":
            return _("A mail server")
        return self.person(fact.fields.get("person"))

    def entry(self, fact: Fact) -> str:
        """The heading of an entry."""
        who = self.author(fact)
        fields = fact.fields
        failed = undelivered([fact])
        if failed:
            return reached_text(failed)
        if fields.get("kind") == "bounce":
            return _("A mail server reports")
        if fact.verb == "messaged" and fields.get("mail"):
            words = (
                _("{caller} wrote by mail · filed by {agent}") if fact.actor else _("{caller} wrote by mail")
            )
            return words.format(caller=self.person(fields.get("person")), agent=who)
        if fact.verb == "messaged":
            taken = fact.actor or fields.get("by")
            words = _("{caller} wrote · taken by {agent}") if taken else _("{caller} wrote")
            return words.format(caller=self.person(fields.get("person")), agent=who)
        if fact.verb == "replied":
            return _("{agent} replied").format(agent=who)
        if fact.verb == "noted":
            to = self._directory.name_of(fields.get("to"))
            return (
                _("{agent} → {to}").format(agent=who, to=to) if to else _("{agent} noted").format(agent=who)
            )
        caller = self.person(fields.get("person"))
        if fields.get("direction") == "out":
            return _("{agent} called {caller}").format(agent=who, caller=caller) + self._length(fields)
        return _("{caller} called · taken by {agent}").format(caller=caller, agent=who) + self._length(fields)

    def event(self, fact: Fact) -> str:
        """A ticket's event as one line; "" for what nobody needs to read."""
        make = _EVENTS.get(fact.verb)
        if make is not None:
            return make(self, fact)
        changed = ", ".join(
            f"{_(name)}: {self.value(name, value)}" for name, value in fact.fields.items() if _is_shown(name)
        )
        who = self.author(fact)
        told = _("{agent} changed {what}").format(agent=who, what=changed) if changed else ""
        return "; ".join(filter(None, (told, *_copied(who, fact.fields))))

    def handed(self, fact: Fact) -> str:
        """To whom an assignment went."""
        fields = fact.fields
        for name in ("agent", "team", "department"):
            if fields.get(name):
                return self.value(name, fields[name])
        return _("nobody")

    def _length(self, fields: Mapping[str, Any]) -> str:
        seconds = int(fields.get("seconds") or 0)
        if not seconds:
            return ""
        minutes, rest = divmod(seconds, 60)
        return " · " + (
            _("{m} min {s} s").format(m=minutes, s=rest) if minutes else _("{s} s").format(s=rest)
        )


def _is_shown(name: str) -> bool:
    return not name.startswith(("follow:", COPY_TO)) and name not in {
        "plan",
        "target",
        "calendar",
        "row",
        "import",
        "closer",
    }


def _line(text: str) -> Callable[[Wording, Fact], str]:
    return lambda wording, fact: _(text).format(agent=wording.author(fact), to=wording.handed(fact))


def _tags(wording: Wording, fact: Fact) -> str:
    marks = " ".join(
        ("+" if on else "−") + name.removeprefix("tag:") for name, on in sorted(fact.fields.items())
    )
    return _("{agent} tagged {tags}").format(agent=wording.author(fact), tags=marks)


def _priority(wording: Wording, fact: Fact) -> str:
    value = wording.value("priority", fact.fields.get("priority"))
    return _("{agent} set the priority to {value}").format(agent=wording.author(fact), value=value)


def _status(wording: Wording, fact: Fact) -> str:
    value = wording.value("status", fact.fields.get("status"))
    return _("{agent} set the status to {value}").format(agent=wording.author(fact), value=value)


def _attached(wording: Wording, fact: Fact) -> str:
    file = attached(fact.fields)
    name = file.name if file else _("a file that was removed for good")
    return _("{agent} attached {name}").format(agent=wording.author(fact), name=name)


def _numbered(_wording: Wording, fact: Fact) -> str:
    return _("Its number followed: {number}").format(number=fact.fields.get("number"))


def _merged(wording: Wording, fact: Fact) -> str:
    value = wording.value("merged_into", fact.fields.get("merged_into"))
    return _("{agent} merged this into {value}").format(agent=wording.author(fact), value=value)


def _copied(who: str, fields: Mapping[str, Any]) -> Iterator[str]:
    """Who gets replies in copy from now on, and who no longer, in a sentence each."""
    copied = {name.removeprefix(COPY_TO): on for name, on in fields.items() if name.startswith(COPY_TO)}
    for on, text in (
        (True, _("{agent} put {address} in copy")),
        (False, _("{agent} took {address} out of the copies")),
    ):
        addresses = ", ".join(address for address, value in copied.items() if bool(value) == on)
        if addresses:
            yield text.format(agent=who, address=addresses)


def _mailed(_wording: Wording, fact: Fact) -> str:
    fields = fact.fields
    to = ", ".join([str(fields.get("to") or ""), *map(str, fields.get("cc") or ())])
    match fields.get("mail"):
        case "receipt":
            return _("Mailed to {address}: receipt").format(address=to)
        case "resolved":
            return _("Mailed to {address}: it is resolved").format(address=to)
        case _:
            return _("Mailed to {address}").format(address=to)


def reached_text(failed: Sequence[Undelivered], *, why: bool = False) -> str:
    """Whom a mail did not reach, or not yet, in a line; with `why`, the servers' words too."""
    late = all(each.late for each in failed)
    names = ", ".join(
        f"{each.to or '–'} ({each.why})" if why and each.why else each.to or "–" for each in failed
    )
    text = _("Not delivered yet to {address}") if late else _("Not delivered to {address}")
    return text.format(address=names)


def _not_mailed(_wording: Wording, fact: Fact) -> str:
    return _("Not delivered to {address}").format(address=fact.fields.get("to") or "–")


def _promised(wording: Wording, fact: Fact) -> str:
    """A call that somebody promised; not one that the desk itself wants to be made."""
    fields = fact.fields
    if fields.get("text") == OUTCOME:
        return ""
    own = fields.get("agent") == fact.actor
    said = _("{agent} promised to call back") if own else _("{agent} promised that {who} calls back")
    told = said.format(agent=wording.author(fact), who=wording.value("agent", fields.get("agent")))
    return f"{told}: {wording.moment(fields['due'])}" if fields.get("due") else told


def _call_moved(wording: Wording, fact: Fact) -> str:
    to = fact.fields.get("agent")
    return _("The promised call goes with it to {to}").format(to=wording.value("agent", to)) if to else ""


def _linked(wording: Wording, fact: Fact) -> str:
    """What became part of an outage, or of none any more; of the master's own side how many."""
    who, master = wording.author(fact), fact.fields.get("outage")
    parts = [on for name, on in fact.fields.items() if name.startswith("part:")]
    if master == fact.entity:
        count = sum(map(bool, parts))
        said = ngettext(
            "{agent} made {n} ticket part of this outage",
            "{agent} made {n} tickets part of this outage",
            count,
        )
        return said.format(agent=who, n=count)
    if master:
        return _("{agent} made it part of the outage {number}").format(
            agent=who, number=wording.value("outage", master)
        )
    if parts:
        return _("{agent} took a ticket out of this outage").format(agent=who)
    return _("{agent} took it out of its outage").format(agent=who)


_EVENTS: Mapping[str, Callable[[Wording, Fact], str]] = {
    "opened": _line("{agent} opened the ticket"),
    "assigned": _line("{agent} assigned it to {to}"),
    "claimed": _line("{agent} took it"),
    "reassigned": _line("{agent} reassigned it to {to}"),
    "released": _line("{agent} released it"),
    "prioritised": _priority,
    "mail_sent": _mailed,
    "mail_failed": _not_mailed,
    "call_back_promised": _promised,
    "call_back_changed": _call_moved,
    "purged": _line("{agent} purged words for good"),
    "numbered": _numbered,
    "status_set": _status,
    "resolved": _line("{agent} resolved it"),
    "closed": _line("{agent} closed it"),
    "reopened": _line("{agent} reopened it"),
    "merged": _merged,
    "linked": _linked,
    "unmerged": _line("{agent} took it out of the merge"),
    "tagged": _tags,
    "attached": _attached,
    "followed": lambda _wording, _fact: "",
}


def main_fact(facts: list[Fact]) -> Fact:
    """The fact that says best what an act was: what was done to the ticket, else what was said, else the rest."""
    return min(facts, key=lambda fact: (weight(fact.verb, own=fact.entity == fact.ticket), fact.seq))
