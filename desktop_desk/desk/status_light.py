"""The status light: how mail in and out, form and phone line stand; decided here once, for window and command."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from desktop_desk.desk.directory import Directory, Mailbox
from desktop_desk.desk.mail_looks import Look, fetcher_of, look_of
from desktop_desk.desk.outbox_ports import OutboxItem
from desktop_desk.desk.ports import Store
from desktop_desk.desk.waiting_mail import waiting_mail
from desktop_desk.domain.silence import GRACE_MS, LOOK_BACK_MS, silence
from desktop_desk.i18n import _, ngettext

Level = Literal["off", "good", "wait", "trouble"]
"""Not in use; well; not well, but it goes on by itself; somebody must see to it."""

Subject = Literal["in", "out", "form", "line"]

STUCK_MS = 15 * 60_000
"""A letter that is due for so long goes nowhere by itself."""

LATE_MS = 24 * 3_600_000
"""A letter that was tried for so long is no matter of a train ride: its caller waits, and its agent thinks he knows."""

STALE_MS = 30 * 60_000
"""A look into a mailbox that is older than this: nobody has this desk open."""

_RANK: dict[Level, int] = {"off": 0, "good": 1, "wait": 2, "trouble": 3}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one thing stands.

    Attributes:
        word: a word or two for it, said: a sentence; advice: what to do, "" for nothing.
        loud: somebody should be told at once.
        name: of a mailbox its name; box: its id, where somebody here may take it over.
        parts: of mail in, each mailbox.
    """

    subject: Subject
    level: Level
    word: str
    said: str
    advice: str = ""
    loud: bool = False
    name: str = ""
    box: str = ""
    parts: tuple["Standing", ...] = ()


@dataclass(frozen=True, slots=True)
class Light:
    """All that is told: mail in, outbox, and what the window knows of form and line."""

    standings: tuple[Standing, ...] = ()

    @property
    def level(self) -> Level:
        """The worst of them."""
        return worst(self.standings)

    @property
    def loud(self) -> tuple[Standing, ...]:
        """What somebody should be told at once; of mail in the mailboxes."""
        found: list[Standing] = []
        for each in self.standings:
            found.extend(part for part in (each.parts or (each,)) if part.loud)
        return tuple(found)


def worst(standings: Iterable[Standing]) -> Level:
    """The worst level of some; "off" for none."""
    found: Level = "off"
    for each in standings:
        found = each.level if _RANK[each.level] > _RANK[found] else found
    return found


def mail_standings(store: Store, now: int) -> tuple[Standing, Standing]:
    """How mail in and the outbox of this copy stand."""
    with store.reading():
        directory = store.directory()
        return _mail_in(store, directory, now), _mail_out(store, directory, now)


def form_standing(addresses: tuple[str, ...], trouble: str) -> Standing:
    """How the request form on this computer stands."""
    if trouble:
        return Standing("form", "trouble", _("not on"), trouble, _("Look at Request form on this computer…"))
    if not addresses:
        return Standing("form", "off", _("off"), _("The request form is off."))
    return Standing(
        "form", "good", _("on"), _("The request form is at {address}").format(address=addresses[0])
    )


def line_standing(*, on: bool, trouble: str) -> Standing:
    """How the phone line of this window stands."""
    if trouble:
        return Standing("line", "trouble", _("not on"), trouble, _("Look at Phone line…"))
    if not on:
        return Standing("line", "off", _("off"), _("The phone line is off."))
    return Standing("line", "good", _("on"), _("The phone line listens."))


# Mail in


def _mail_in(store: Store, directory: Directory, now: int) -> Standing:
    boxes = [box for box in directory.mailboxes if box.active and box.imap_host]
    if not boxes:
        return Standing(
            "in",
            "off",
            _("off"),
            _("No mailbox is fetched."),
            _("An administrator adds one: Mail › Mailboxes."),
        )
    parts = tuple(_box(store, directory, box, now) for box in boxes)
    shown = max(parts, key=lambda part: _RANK[part.level])
    newest = store.mails.newest()
    last = _("Last mail {time}.").format(time=_time(newest.at, now)) if newest else _("No mail yet.")
    if shown.level in {"off", "good"}:
        word = _time(newest.at, now) if newest else _("none yet")
        return Standing("in", shown.level, word, last, parts=parts)
    said = f"{shown.name}: {shown.said}" if len(parts) > 1 else shown.said
    return Standing("in", shown.level, shown.word, said, shown.advice, shown.loud, parts=parts)


def _box(store: Store, directory: Directory, box: Mailbox, now: int) -> Standing:
    """How one mailbox stands."""
    own, look = store.log.own, look_of(store, box)
    fetcher = fetcher_of(directory, box, own)
    if fetcher is None:
        said = _("No copy of this desk fetches it.")
        advice = _("Several copies of this desk could: say which one does.")
        return Standing(
            "in", "trouble", _("nobody fetches"), said, advice, loud=True, name=box.name, box=box.uid
        )
    if fetcher != own:
        copy = directory.name_of(fetcher) or _("another copy of the desk")
        said = _("Fetched by {copy}.").format(copy=copy)
        return Standing("in", "off", _("elsewhere"), said, name=box.name, box=box.uid)
    if look is None:
        return Standing("in", "wait", _("not looked into"), _("Not looked into yet."), name=box.name)
    found = _not_well(look, _time(look.since, now))
    quiet = _silent(store, directory, box, now) if look.state in {"good", "away"} else ""
    if quiet:
        said = f"{found.said} {quiet}" if found is not None else quiet
        advice = _("Send it a mail to see whether it arrives; ask whoever looks after the mail server.")
        return Standing("in", "trouble", _("silent"), said, advice, loud=True, name=box.name)
    if found is not None:
        return replace(found, name=box.name)
    looked = _("Last looked into {time}.").format(time=_time(look.at, now))
    if now - look.at > STALE_MS:
        advice = _("It is fetched while this desk is open.")
        return Standing("in", "wait", _("not looked into"), looked, advice, name=box.name)
    return Standing("in", "good", _("well"), looked, name=box.name)


def _not_well(look: Look, since: str) -> Standing | None:
    """What a look has found that was not good."""
    match look.state:
        case "refused":
            advice = _("Put it right in Mailboxes…; it is tried again then, or with Fetch and send now.")
            return Standing("in", "trouble", _("cannot log in"), _ended(look.said), advice, loud=True)
        case "failed":
            return Standing("in", "trouble", _("not taken in"), _ended(look.said), loud=True)
        case "away":
            said = _("Not reached since {time}.").format(time=since)
            advice = _("It is asked again by itself; nothing is lost.")
            return Standing("in", "wait", _("away"), f"{said} {_ended(look.said)}".strip(), advice)
        case _:
            return None


def _silent(store: Store, directory: Directory, box: Mailbox, now: int) -> str:
    """That a mailbox is silent for longer than usual, in words; "" when it is not."""
    if store.mails.times(box.uid, now - GRACE_MS):
        # Mail has just come: the weeks before, which are many rows, need not be asked.
        return ""
    settings = directory.settings
    calendar = directory.calendars.get(settings.calendar or "")
    times = store.mails.times(box.uid, now - LOOK_BACK_MS)
    found = silence(times, now, settings.zone, frozenset(calendar.holidays) if calendar else frozenset())
    if found is None:
        return ""
    return _(
        "No mail since {time}, which is longer than usual: in the same hours of the weeks before {counts} came."
    ).format(time=_time(found.since, now), counts=", ".join(map(str, found.before)))


# Mail out


def _mail_out(store: Store, directory: Directory, now: int) -> Standing:
    found = waiting_mail(store)
    items = found.letters
    if found.held:
        said = (
            _("This desk was restored: its mail is held.") + " " + _waiting(len(items) + len(found.restored))
        )
        return Standing(
            "out", "trouble", _("held"), said, _("Look into the outbox, and let it go or throw it away.")
        )
    if not items and not directory.senders:
        return Standing("out", "off", _("off"), _("No mailbox can send."))
    stopped = [item for item in items if item.stopped and not item.by_hand]
    if stopped:
        return Standing(
            "out", "trouble", _("stopped"), _because(_stopped(len(stopped)), stopped[0].problem),
            _("Look into the outbox. Mail goes again when what is wrong is put right."), loud=True,
        )  # fmt: skip
    going = [item for item in items if not item.stopped]
    stuck = [item.due for item in going if item.due + STUCK_MS < now and item.claimed <= now]
    if stuck:
        said = _("Mail is due since {time} and has not gone.").format(time=_time(min(stuck), now))
        advice = _(
            "Mail goes while this desk is open. If it is, restart the program and look into the outbox."
        )
        return Standing("out", "trouble", _("stuck"), said, advice, loud=True)
    return _going(going, len(items), now)


def _going(going: list[OutboxItem], count: int, now: int) -> Standing:
    """How an outbox stands in which every letter is tried when it is due."""
    tried = min((item for item in going if item.tries), key=lambda item: item.since, default=None)
    if tried is not None:
        said = _because(_waiting(count), tried.problem)
        if now - tried.since > LATE_MS:
            said = _("Mail has not gone since {time}.").format(time=_time(tried.since, now)) + " " + said
            advice = _("See to the network or the mail server; who must know it now is better called.")
            return Standing("out", "trouble", _("stuck"), said, advice, loud=True)
        return Standing("out", "wait", _waits(count), said, _("It goes by itself when the server answers."))
    if count:
        return Standing("out", "good", _waits(count), _waiting(count))
    return Standing("out", "good", _("empty"), _("The outbox is empty."))


def _waits(count: int) -> str:
    return ngettext("{n} waits", "{n} wait", count).format(n=count)


def _waiting(count: int) -> str:
    return ngettext("{n} mail waits to be sent.", "{n} mails wait to be sent.", count).format(n=count)


def _stopped(count: int) -> str:
    return ngettext("{n} mail is stopped.", "{n} mails are stopped.", count).format(n=count)


def _because(said: str, why: str) -> str:
    return f"{said} {_ended(why)}".strip()


def _ended(text: str) -> str:
    """A server's words as a sentence among others."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _time(at: int, now: int) -> str:
    """Day and time on this computer's clock, without the day when it is today."""
    moment, today = (datetime.fromtimestamp(each / 1000).astimezone() for each in (at, now))
    return f"{moment:%H:%M}" if moment.date() == today.date() else f"{moment:%Y-%m-%d %H:%M}"
