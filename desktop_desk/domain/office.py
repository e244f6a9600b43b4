"""Which differences about the office people have to settle."""

SETTLED_KINDS = frozenset({"agent", "department", "team", "role", "topic", "status", "mailbox", "desk"})
"""Office things of which a field in dispute is shown to people."""

QUIET = frozenset({"public_key", "wrapped_key", "calendar", "caught_up", "demo"})
"""Fields set with another one and settled with it, or nobody's choice."""
