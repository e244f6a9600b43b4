"""A desk in several places: making hubs, taking the desk along, syncing; puts the exchange and storage together."""

from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_desk import bootstrap, encryption
from desktop_desk.bringing import bring, bring_sealed
from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.hub_faults import hub_unavailable
from desktop_desk.desk.passwords import Passwords
from desktop_desk.desk.ports import Clock, NewId, Progress
from desktop_desk.desk.replicas import good_label
from desktop_desk.domain.errors import AccessDenied, Invalid, NotAllowed, StorageUnavailable
from desktop_desk.domain.facts import ReplicaId
from desktop_desk.hubs import hub_address, opened_hub_at
from desktop_desk.i18n import _
from desktop_desk.meeting import SYNCED, from_facts, here, is_encrypted, lay_copy, meet, named, store_of
from desktop_desk.numbering import letters, own_label
from desktop_desk.storage import files
from desktop_desk.storage.hub_keys import (
    begin_new_hub_key,
    end_new_hub_key,
    follow_hub_key,
    has_hub_key,
    hub_sealer,
    is_new_hub_key_wanted,
    made_hub_key,
    new_hub_key,
    old_sealers,
    opened_hub,
    want_new_hub_key,
)
from desktop_desk.storage.ids import RandomIds
from desktop_desk.storage.network import refuse_network
from desktop_desk.storage.newcomer import newcomer, put_in_place
from desktop_desk.storage.passwords import Argon2Passwords
from desktop_desk.storage.store import Store
from desktop_desk.sync.about import About, found_hub, need_desk, read_about
from desktop_desk.sync.codes import claim_codes, claim_for_others
from desktop_desk.sync.exchange import Exchanged, Standing, look, pull
from desktop_desk.sync.resealing import drop_outdated, reseal
from desktop_desk.sync.snapshots import remove_snapshots

__all__ = [
    "HUB", "SYNCED", "NewKeys", "Status", "Taken", "how_to_let_in", "new_hub", "new_keys", "new_replica",
    "own_label", "renew_hub_key", "status", "sync",
]  # fmt: skip

HUB = "hub"
"""The note of a desk file with the address of its hub."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a desk stands with its hub; `standings` is empty where the hub is away, and `away` says why."""

    hub: str
    synced: int | None
    replica: ReplicaId
    label: str
    code: str | None
    standings: tuple[Standing, ...] = ()
    away: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A desk that was taken along.

    Attributes:
        code: the letters of its ticket numbers; exchanged: what the first sync came to.
        without_keys: where it is encrypted, logins of those who cannot open it until they have a new password.
    """

    code: str
    exchanged: Exchanged
    without_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewKeys:
    """What a desk file got with its new key.

    Attributes:
        desk: its recovery code, and what else there is to say of the file.
        hub: the address of its hub where that gets a new key as well, else "".
        waiting: why the hub does not have it yet; it gets it at the next sync.
    """

    desk: encryption.Encrypted
    hub: str = ""
    waiting: str = ""


def new_hub(
    desk: Desk, address: str, label: str = "", *, new_key: bool = False, clock: Clock = bootstrap.now_ms,
    told: Progress | None = None,
) -> Exchanged:  # fmt: skip
    """Make a hub and lay the whole desk there; once more for the same desk goes on where it stopped.

    Args:
        new_key: of an encrypted desk: with another key than its hubs had, at a place where none is yet.

    Raises:
        NotAllowed: the agent may not share the desk.
        Invalid: the place is another desk's hub, or something else.
        StorageUnavailable: it cannot be made.
    """
    desk.need_sharing()
    store = store_of(desk)
    settings = desk.settings()
    if is_encrypted(store):
        made_hub_key(store)
    with _away_said_before_the_first_sync(), opened_hub_at(address, make=True) as hub:
        if new_key and is_encrypted(store):
            _need_no_hub(hub)
            new_hub_key(store)
        follow_hub_key(store, hub)
        if found_hub(hub, About(settings.uid, settings.name, encrypted=hub_sealer(store) is not None)):
            # At a hub that is there others may fetch, of whom nothing is known here yet.
            desk.keep_mailboxes()
        claim_for_others(hub, letters(store))
        done = meet(desk, hub, label or own_label(), clock, told)
    store.log.keep_note(HUB, hub.address)
    return done


def sync(
    desk: Desk, address: str = "", *, login: str = "", password: str = "", clock: Clock = bootstrap.now_ms,
    told: Progress | None = None,
) -> Exchanged:  # fmt: skip
    """Exchange everything with the hub at an address, which is remembered, or with the one remembered.

    A desk that turns out to be a copy becomes a replica of its own first.

    Args:
        login, password: open a hub that was made with another key than this copy knows.

    Raises:
        Invalid: no hub is remembered, or the place is none of this desk.
        StorageUnavailable: the hub cannot be reached, read or written; what was done until then stays.
    """
    store = store_of(desk)
    with opened_hub_at(_remembered(store, address)) as hub:
        need_desk(hub, desk.settings().uid, encrypted=hub_sealer(store) is not None)
        followed = follow_hub_key(store, hub, login, password)
        if followed:
            _drop_outdated(store, hub, all_writers=followed == "set back")
        done = meet(desk, hub, "", clock, told)
        if done.problems and has_hub_key(store) and _drop_outdated(store, hub):
            done = meet(desk, hub, "", clock, told)
        if is_new_hub_key_wanted(store):
            _give_new_key(store, hub, clock, told)
    if address:
        store.log.keep_note(HUB, hub.address)
    return done


def renew_hub_key(
    desk: Desk,
    *,
    login: str = "",
    password: str = "",
    clock: Clock = bootstrap.now_ms,
    told: Progress | None = None,
) -> Exchanged:
    """Give the hub of an encrypted desk a new key, in place, so that who left or stole a copy reads nothing more.

    Where it is interrupted or the hub away, the next sync goes on. Every other copy asks for a password once.

    Raises:
        NotAllowed: the agent may not share the desk.
        Invalid: no hub is remembered, or nothing is sealed there.
        StorageUnavailable: the hub is away; it gets the key at the next sync.
    """
    desk.need_sharing()
    store = store_of(desk)
    _remembered(store, "")
    if not has_hub_key(store):
        raise Invalid(
            "hub",
            _("The hub of this desk is not encrypted, so it has no key."),
            _("Make a hub at a new place with “hub new”: that of an encrypted desk is encrypted."),
        )
    want_new_hub_key(store)
    return sync(desk, login=login, password=password, clock=clock, told=told)


def new_keys(
    path: Path, login: str, password: str, *, hub: bool = True, clock: Clock = bootstrap.now_ms,
    told: Progress | None = None,
) -> NewKeys:  # fmt: skip
    """Give an encrypted desk file that nobody has open a new key and recovery code, and its hub a new key as well.

    Args:
        hub: False leaves the hub as it is.

    Raises:
        AccessDenied, NotAllowed, StorageUnavailable: as `encryption.rekey`; the file and the hub are as they were.
    """
    done = encryption.rekey(path, login, password, clock=clock)
    with closing(bootstrap.open_desk(path, clock=clock)) as front:
        desk = front.log_in(login, password)
        store = store_of(desk)
        address = store.log.note(HUB)
        if not hub or not address or not has_hub_key(store):
            return NewKeys(done)
        try:
            renew_hub_key(desk, login=login, password=password, clock=clock, told=told)
        except (Invalid, AccessDenied, StorageUnavailable) as error:
            # The file has its key and its code must be told; the hub follows by itself.
            return NewKeys(done, address, str(error))
        return NewKeys(done, address)


def _give_new_key(store: Store, hub: Hub, clock: Clock, told: Progress | None) -> None:
    """Seal all that lies at the hub anew; every step may be the last one, and the next sync goes on."""
    old, new = begin_new_hub_key(store, hub)
    reseal(hub, [old], new, told=told)
    lay_copy(store, hub, new, clock)
    for name in hub.names("snapshots"):
        maker = ReplicaId(name.partition("-")[0])
        if maker != store.log.own:
            remove_snapshots(hub, maker)
    end_new_hub_key(store, hub)


def _drop_outdated(store: Store, hub: Hub, *, all_writers: bool = False) -> bool:
    """Take away what this copy, or anybody, has laid with a key of before; what follows lays it again."""
    old, new = old_sealers(store)
    writer = None if all_writers else store.log.own
    return bool(old) and bool(drop_outdated(hub, old, new, store.log.vector(), writer))


def status(desk: Desk, address: str = "", *, clock: Clock = bootstrap.now_ms) -> Status:
    """How the desk stands with its hub; changes nothing. A hub that is away is no error."""
    store = store_of(desk)
    chosen = hub_address(_remembered(store, address))
    known = desk.store.directory().replica(store.log.own)
    synced = store.log.note(SYNCED)
    found = Status(
        shown_address(chosen), int(synced) if synced else None, store.log.own,
        known.name if known else "", store.log.code(),
    )  # fmt: skip
    try:
        with opened_hub_at(chosen) as hub:
            standings = look(store.log, hub, here(desk), clock(), hub_sealer(store))
    except StorageUnavailable as error:
        return replace(found, away=error.reason, standings=from_facts(desk))
    return replace(found, standings=named(desk, standings))


def new_replica(
    address: str, target: Path, label: str, login: str, password: str, *, recovery: str = "",
    clock: Clock = bootstrap.now_ms, new_id: NewId | None = None, passwords: Passwords | None = None,
    told: Progress | None = None,
) -> Taken:  # fmt: skip
    """Take a desk along: a file of its own, made from the hub by an agent who may.

    Interrupted while it comes, it goes on from there the next time; whoever may not gets no file.

    Args:
        recovery: a new recovery code. The copy is encrypted with the key that it stands for, from the first byte on;
            interrupted, it begins again.

    Raises:
        AccessDenied, NotAllowed: login or password are wrong, or the agent may not share the desk.
        Invalid: the file exists, or the hub has no whole copy of the desk.
        StorageUnavailable: the hub or the file cannot be reached, read or written.
    """
    name, ids, hasher = good_label(label), new_id or RandomIds(), passwords or Argon2Passwords()
    files.refuse_target(target)
    refuse_network(target)
    part = target.with_name(f".{target.name}.coming")
    with _away_said_before_the_first_sync(), opened_hub_at(address) as hub:
        about = read_about(hub)
        opened = opened_hub(hub, login, password) if about.encrypted else None
        sealer = opened.sealer if opened is not None else None
        notes = {HUB: hub.address, SYNCED: "", **(opened.notes() if opened is not None else {})}
        key = (
            bring_sealed(hub, sealer, part, recovery, ids, told)
            if recovery
            else bring(hub, sealer, part, told)
        )
        uid, without = ReplicaId(ids.entity()), ()
        try:
            with newcomer(part, key, clock, ids, uid, notes) as store:
                pull(store.log, hub, about.desk, sealer, told)
                # Asked only now: who may, and with which password, is in the newest facts.
                desk = FrontDoor(store, clock, ids, hasher).log_in(login, password)
                desk.need_sharing()
                claim_for_others(hub, letters(store))
                given = claim_codes(hub, uid)
                store.log.take_codes(given.code, given.reserve)
                desk.announce_replica(name, given.code, given.reserve)
                if key is not None:
                    without = encryption.without_keys(encryption.with_own_keys(desk, password))
            put_in_place(part, target)
        except (AccessDenied, NotAllowed):
            files.remove(part)
            raise
    return Taken(given.code, _first_sync(target, login, password, clock, ids, passwords, told), without)


def how_to_let_in() -> str:
    """What is done for those who cannot open a copy that was taken along encrypted."""
    return _(
        "At the front desk, each of them types a new password (Change my password… in the menu Desk); then sync there,"
        " and after that here. Or an administrator gives them one on this copy, in the list of agents."
    )


@contextmanager
def _away_said_before_the_first_sync() -> Generator[None]:
    """Where the hub is away that nobody has reached from here yet: rather its address is wrong."""
    try:
        yield
    except StorageUnavailable as error:
        if error.advice != hub_unavailable("missing", "").advice:
            raise
        advice = _(
            "Check the address, and whether the folder, the stick or the server is there. Then try again."
        )
        raise StorageUnavailable(error.kind, error.reason, advice) from error


def _first_sync(
    target: Path, login: str, password: str, clock: Clock, ids: NewId,
    passwords: Passwords | None, told: Progress | None,
) -> Exchanged:  # fmt: skip
    with closing(bootstrap.open_desk(target, clock=clock, new_id=ids, passwords=passwords)) as front:
        desk = front.log_in(login, password)
        try:
            return sync(desk, clock=clock, told=told)
        except StorageUnavailable as error:
            # The copy is whole: whoever takes it must hear of its code. The next sync tells the hub of it.
            return Exchanged(problems=(str(error),))


def _need_no_hub(hub: Hub) -> None:
    if hub.read("about", "keys") is not None:
        raise Invalid(
            "hub",
            _("What lies at this hub is sealed with the old key."),
            _("Make the new hub at another place, and delete the old one when everybody has moved."),
        )


def _remembered(store: Store, address: str) -> str:
    chosen = address or store.log.note(HUB)
    if not chosen:
        raise Invalid(
            "hub",
            _("This desk has no hub yet."),
            _("Make one with “hub new”, or name the one that it has: “sync HUB”."),
        )
    return chosen
