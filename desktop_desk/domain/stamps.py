"""The hybrid logical clock: 48 bits of milliseconds and 16 bits of counter in one integer.

Stamps break ties between facts and never decide what is a conflict.
"""

COUNTER_BITS = 16
"""How far a stamp's milliseconds stand to the left of its counter."""

LEAD_MS = 10 * 60 * 1000
"""How far another replica's clock may pull ours past its own time."""


def next_stamp(last: int, wall_ms: int) -> int:
    """Return the stamp of the next fact: later than `last`, and not before the device's clock.

    A full counter carries into the milliseconds, so stamps stay apart even when the clock stands still or is
    set back.
    """
    return max(last + 1, wall_ms << COUNTER_BITS)


def receive(last: int, remote: int, wall_ms: int) -> int:
    """Return what `last` becomes once a fact stamped `remote` has been taken in; never less than it was.

    The next own stamp is then later than `remote`, unless that one is more than ten minutes ahead of the
    device's clock: one wrong clock in the office must not drag everybody's along.
    """
    furthest = (wall_ms + LEAD_MS) << COUNTER_BITS
    return max(last, min(remote, furthest))


def stamp_ms(stamp: int) -> int:
    """Return the milliseconds since the epoch (UTC) that a stamp carries."""
    return stamp >> COUNTER_BITS
