"""What can go wrong in the world: shown to people with what to do, never a bug of ours."""


class DeskError(Exception):
    """Something in the world stops what was asked; `reason` says what, `advice` what to do next.

    Args:
        reason: one sentence for people, already translated by who raised it.
        advice: what the reader can do about it; may be empty.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(f"{reason} {advice}".strip())
        self.reason = reason
        self.advice = advice


class Invalid(DeskError):
    """A value cannot be taken; `field` names it so that a form can show the reason beside it."""

    def __init__(self, field: str, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.field = field


class NotFound(DeskError):
    """What was named does not exist on this desk."""


class NotAllowed(DeskError):
    """The agent may not do this; `permission` is the name of what is missing, or empty."""

    def __init__(self, reason: str, advice: str = "", permission: str = "") -> None:
        super().__init__(reason, advice)
        self.permission = permission


class Stale(DeskError):
    """Somebody else changed this meanwhile, and the act would have guessed which value was meant."""


class Unreadable(DeskError):
    """Sealed bytes, or a file that keeps them, cannot be read: changed, torn, or sealed with another key."""


class AccessDenied(DeskError):
    """Unknown login, wrong password or a locked login; the reason tells which of them to nobody."""


class AnotherHubKey(AccessDenied):
    """The hub was given another key, and only a password opens that."""


class StorageUnavailable(DeskError):
    """The desk cannot be read or written now; `kind` says why.

    `kind` is one of: missing, not_a_desk, damaged, newer, read_only, locked, full, failed, network; of a desk on a
    server also: unreachable, denied, no_database, old_server.
    """

    def __init__(self, kind: str, reason: str, advice: str = "") -> None:
        super().__init__(reason, advice)
        self.kind = kind


class OnNetwork(StorageUnavailable):
    """The desk lies where several computers writing to one file can destroy it; of kind "network".

    `expert` tells whether an expert may try to open it there all the same.
    """

    def __init__(self, reason: str, advice: str, *, expert: bool) -> None:
        super().__init__("network", reason, advice)
        self.expert = expert
