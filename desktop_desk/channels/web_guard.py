"""What stands between a form and strangers: signed tokens and passes, and counts of who comes how often."""

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable
from threading import Lock
from typing import Final

from desktop_desk.domain.facts import EntityId

Clock = Callable[[], int]

MOST_KEYS: Final = 10_000
"""So many addresses or numbers are remembered; the oldest is forgotten for a new one."""

PASS_MS: Final = 8 * 3_600_000
_HEX = re.compile(r"[0-9a-f]{32}")


class Signer:
    """Signs what a browser keeps and sends back; nothing about it is kept here."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def new_token(self) -> str:
        """Something that nobody can guess."""
        return secrets.token_hex(16)

    def is_token(self, text: str) -> bool:
        """Whether a text has the form of a token."""
        return _HEX.fullmatch(text) is not None

    def seal(self, cookie: str, token: str) -> str:
        """What shows that a form with this token was given to the browser with this cookie."""
        return self._mac(f"form\n{cookie}\n{token}")

    def fits(self, cookie: str, token: str, seal: str) -> bool:
        """Whether the seal is the one of this cookie and token."""
        if not (self.is_token(cookie) and self.is_token(token)):
            return False
        return hmac.compare_digest(self.seal(cookie, token).encode(), seal.encode("utf-8", "replace"))

    def new_pass(self, number: str, ticket: str) -> str:
        """A pass to one ticket for some hours."""
        until = self._clock() + PASS_MS
        return f"{ticket}.{until}.{self._mac_of_pass(number, ticket, str(until))}"

    def read_pass(self, number: str, text: str) -> EntityId | None:
        """The ticket that a pass is for; None for one that is forged, of another number or over."""
        ticket, _dot, rest = text.partition(".")
        until, _dot, mac = rest.partition(".")
        if not (_HEX.fullmatch(ticket) and until.isascii() and until.isdigit() and len(until) < 16):
            return None
        wanted = self._mac_of_pass(number, ticket, until)
        fits = hmac.compare_digest(wanted.encode(), mac.encode("utf-8", "replace"))
        return EntityId(ticket) if fits and int(until) > self._clock() else None

    def _mac_of_pass(self, number: str, ticket: str, until: str) -> str:
        return self._mac(f"pass\n{number}\n{ticket}\n{until}")

    def _mac(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


class Tally:
    """Counts what happens in a sliding span of time, by key; for any number of threads.

    Args:
        most: so often within the span.
        span: ms.
    """

    def __init__(self, most: int, span: int, clock: Clock) -> None:
        self._most = most
        self._span = span
        self._clock = clock
        self._seen: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str) -> int:
        """How long (ms) this key must wait; 0: it need not."""
        with self._lock:
            times = self._recent(key)
            return times[0] + self._span - self._clock() if len(times) >= self._most else 0

    def count(self, key: str) -> int:
        """Note that it happened; how long (ms) the key must wait before it happens again."""
        with self._lock:
            times = self._recent(key)
            times.append(self._clock())
            while len(times) > self._most:
                times.popleft()
            self._seen[key] = times
            self._seen.move_to_end(key)
            while len(self._seen) > MOST_KEYS:
                self._seen.popitem(last=False)
            return times[0] + self._span - self._clock() if len(times) >= self._most else 0

    def _recent(self, key: str) -> deque[int]:
        times = self._seen.get(key, deque())
        limit = self._clock() - self._span
        while times and times[0] <= limit:
            times.popleft()
        return times


def neighbourhood(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the network that an IPv6 address is in."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
