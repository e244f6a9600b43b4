"""What can go wrong with a hub, in the same words whatever kind of place it is."""

from desktop_desk.desk.addresses import shown_address
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.i18n import _


def hub_unavailable(kind: str, address: str) -> StorageUnavailable:
    """The error of this kind about a hub, with what to do; of kinds that are not known here "failed"."""
    later = _("Work goes on here; it is synced when the hub is back.")
    texts = {
        "missing": (_("The hub {address} cannot be reached."), later),
        "unreachable": (_("The hub {address} cannot be reached."), later),
        "denied": (
            _("The hub {address} does not let this computer in."),
            _("Check user and password in its address, or ask whoever runs the server."),
        ),
        "no_database": (
            _("There is no such database at {address}."),
            _("Check the name, or have whoever runs the server make it."),
        ),
        "network": (
            _("{address} lies in a network or cloud folder, where one file is no safe hub."),
            _("Make the hub a folder there: “hub new folder:PATH”."),
        ),
        "read_only": (
            _("Nothing can be written to the hub {address}."),
            _("Give yourself write permission for it and all in it."),
        ),
        "full": (
            _("There is no room left at the hub {address}."),
            _("Make room there and sync again; nothing was lost."),
        ),
        "locked": (_("Others are holding the hub {address}."), later),
        "newer": (
            _("The hub {address} was made by a newer version of this program."),
            _("Update this program; nothing was changed."),
        ),
    }
    reason, advice = texts.get(kind, (_("The hub {address} failed to read or write."), later))
    return StorageUnavailable(
        kind if kind in texts else "failed", reason.format(address=shown_address(address)), advice
    )


def no_hub(address: str) -> Invalid:
    """The error about a place that is there, and is no hub."""
    return Invalid(
        "hub",
        _("{address} is not a hub.").format(address=shown_address(address)),
        _(
            "Share it first, by “Share this desk…” in the menu Desk or “hub new”, and take the address that shows."
        ),
    )
