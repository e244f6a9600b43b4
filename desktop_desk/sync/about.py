"""What a hub says of itself: which desk it belongs to, in which format, and whether it is encrypted."""

from dataclasses import dataclass

from desktop_desk.desk.addresses import shown_address
from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.hub_faults import hub_unavailable, no_hub
from desktop_desk.domain.errors import Invalid
from desktop_desk.domain.facts import canonical
from desktop_desk.i18n import _
from desktop_desk.sync.documents import count, read_document

FORMAT = 1
"""The format of hubs that this version makes; there is no earlier one."""

_NAME = "desk.json"


@dataclass(frozen=True, slots=True)
class About:
    """A hub's own description; `desk` is the id of the desk, `name` what its people call it."""

    desk: str
    name: str
    encrypted: bool = False
    format: int = FORMAT


def read_about(hub: Hub) -> About:
    """What a hub says of itself; Invalid when it is no hub, StorageUnavailable when it is a newer version's."""
    try:
        told = read_document(hub, "about", _NAME)
        if told is None:
            raise no_hub(hub.address)
        about = About(str(told["desk"]), str(told["name"]), bool(told["encrypted"]), count(told["format"]))
    except (ValueError, KeyError, TypeError) as error:
        raise no_hub(hub.address) from error
    if about.format > FORMAT:
        raise hub_unavailable("newer", hub.address)
    return about


def need_desk(hub: Hub, desk: str, *, encrypted: bool) -> About:
    """What a hub says of itself; Invalid when it is another desk's, or encrypted and this desk is not."""
    about = read_about(hub)
    if about.desk != desk:
        raise Invalid(
            "hub",
            _("The hub {address} belongs to another desk, “{name}”.").format(
                address=shown_address(hub.address), name=about.name
            ),
            _("Nothing was exchanged. Name the hub of this desk, or make one with “hub new”."),
        )
    if about.encrypted and not encrypted:
        raise Invalid(
            "hub",
            _("The hub {address} is encrypted, and this desk has no key for it.").format(
                address=shown_address(hub.address)
            ),
            _("Take the desk from the hub anew with “replica new”."),
        )
    if encrypted and not about.encrypted:
        raise Invalid(
            "hub",
            _("The hub {address} is not encrypted, but this desk is.").format(
                address=shown_address(hub.address)
            ),
            _("Nothing was exchanged. Make a new hub with “hub new”."),
        )
    return about


def found_hub(hub: Hub, about: About) -> bool:
    """Make a place the hub of a desk, and tell whether it was none; Invalid when it is another desk's."""
    body = canonical(
        {"desk": about.desk, "format": about.format, "name": about.name, "encrypted": about.encrypted}
    ).encode()
    if hub.claim("about", _NAME, body):
        return True
    if hub.read("about", _NAME) == b"":
        # Whoever claimed it was killed before saying for which desk.
        hub.write("about", _NAME, body)
    need_desk(hub, about.desk, encrypted=about.encrypted)
    return False
