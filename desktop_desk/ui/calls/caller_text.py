"""What somebody types about a caller, in one line and any order: name, numbers, addresses."""

import re
from dataclasses import dataclass

from desktop_desk.domain.names import display_name

_EMAIL = re.compile(r"[^\s,;<>()\"]+@[^\s,;<>()\"]+")
_EXTENSION = r"(?:\s*(?:ext(?:ension)?\.?|x|#|dw)\s*\d{1,7})?"
# A number stands alone: "A1 Taxi" and "Studio54" are names. Short numbers are the office's own extensions.
_PHONE = re.compile(rf"(?<![\w.])[+(]?\d(?:[\d\s()/.\-]*\d)?{_EXTENSION}(?!\w)", re.IGNORECASE)
_MIN_DIGITS = 3


@dataclass(frozen=True, slots=True)
class TypedCaller:
    """A caller as typed; all empty when nothing was typed."""

    name: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.name or self.phones or self.emails)

    def text(self) -> str:
        """The same on one line, as it can be typed again."""
        return " · ".join(part for part in (self.name, *self.phones, *self.emails) if part)


def read_caller(text: str) -> TypedCaller:
    """Take a line apart: what has an @ is an address, three digits and more a number, the rest the name."""
    emails = tuple(_EMAIL.findall(text))
    rest = _EMAIL.sub(" ", text)
    phones: list[str] = []

    def take(found: re.Match[str]) -> str:
        digits = sum(letter.isdigit() for letter in found[0])
        if digits < _MIN_DIGITS:
            return found[0]
        phones.append(" ".join(found[0].split()))
        return " "

    rest = _PHONE.sub(take, rest)
    name = display_name(rest.strip(' ,;·<>()"\t\n'))
    return TypedCaller(name if any(map(str.isalnum, name)) else "", tuple(phones), emails)
