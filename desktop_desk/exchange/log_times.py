"""Times as logs of other systems write them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from desktop_desk.exchange.event_map import ISO, UNIX, UNIX_MS
from desktop_desk.i18n import _

_SHOWN = 60


class BadCell(ValueError):
    """A cell that cannot be read; its text is the translated reason."""


class Times:
    """Reads the times of one log; what was read once is remembered."""

    def __init__(self, formats: tuple[str, ...], zone: ZoneInfo) -> None:
        self._formats = formats
        self._zone = zone
        self._known: dict[str, int] = {}

    def ms(self, text: str, column: str = "") -> int:
        """Milliseconds since the epoch; raises ValueError with a translated reason."""
        known = self._known.get(text)
        if known is None:
            known = self._parsed(text, column)
            self._known[text] = known
        return known

    def _parsed(self, text: str, column: str) -> int:
        for format_ in self._formats:
            try:
                return _READERS.get(format_, _pattern(format_))(text, self._zone)
            except (ValueError, OverflowError):
                continue
        message = _("“{text}” in “{column}” is no time as the map writes them ({formats}).")
        raise BadCell(message.format(text=shortened(text), column=column, formats=", ".join(self._formats)))


def _pattern(format_: str) -> Callable[[str, ZoneInfo], int]:
    return lambda text, zone: _ms(datetime.strptime(text, format_), zone)  # noqa: DTZ007  the zone is given after


def _iso(text: str, zone: ZoneInfo) -> int:
    return _ms(datetime.fromisoformat(text), zone)


def _ms(moment: datetime, zone: ZoneInfo) -> int:
    return _sensible(round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000))


def _unix(text: str, _zone: ZoneInfo) -> int:
    return _sensible(round(float(text) * 1000))


def _unix_ms(text: str, _zone: ZoneInfo) -> int:
    return _sensible(int(text))


def _sensible(ms: int) -> int:
    # Years 2 to 9998: what every zone can show, and every deadline be reckoned from.
    if not -62_104_060_800_000 <= ms <= 253_370_764_799_999:
        raise ValueError(ms)
    return ms


_READERS: Mapping[str, Callable[[str, ZoneInfo], int]] = {ISO: _iso, UNIX: _unix, UNIX_MS: _unix_ms}


def shortened(text: str) -> str:
    """A cell as it stands in a sentence."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
