"""Phone numbers: read as they are typed or handed over, found by any of their digits, shown and spoken.

The tables of the world's numbering plans are loaded when the first number is read, not at import: start-up
must not wait for them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

EXTENSION_DIGITS = 6
"""A number of no more digits, dialled without a prefix, is one of the office's own extensions."""

# Longer texts hold no phone number that could be meant; reading them would only take time.
_TEXT_MAX = 250
_SCHEME = re.compile(r"\s*(?:tel|sips?|callto|phone):(?://)?", re.I)
_EXTENSION = re.compile(
    r"\s*(?:;\s*ext=|;|,+|#|(?<![a-z])(?:extension|extn|ext|x|durchwahl|dw|int|anexo|poste))[\s.:]*"
    r"([0-9]{1,7})#?\s*$",
    re.I,
)
_RUN = re.compile(r"\+?[0-9(][0-9\s()/.\-]*")
_VANITY = re.compile(r"[+0-9][0-9\s()/.\-]{2,}[A-Z]{3,}[A-Z0-9\-]*")
_TYPED_ONLY = re.compile(r"[0-9+()/.\-\s]*")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as it was typed and what was understood of it.

    `kind` is "number" (`e164` is set, "+49301234567"), "extension" (digits that are no number of the public
    network; also numbers that no numbering plan knows) or "withheld" (no digits at all). `extension` are the
    digits to dial after the number, or the short number itself. `digits` are what searches compare with:
    country code and number without signs, for an extension its own digits.
    """

    e164: str | None
    extension: str | None
    typed: str
    digits: str
    kind: Literal["number", "extension", "withheld"]


def read_phone(typed: str, region: str) -> Phone:
    """Read a number as somebody in a region types it, or as a telephone hands it over; never raises.

    Args:
        typed: any text; "tel:" and "sip:" addresses and extensions are understood.
        region: the desk's country, two letters ("DE"); another text lets only international numbers be read.
    """
    body, extension = _split(typed)
    digits = _digits(body)
    if not digits and extension is None:
        return Phone(None, None, typed, "", "withheld")
    number = _public_number(body, digits, region.strip().upper())
    if number is None:
        short = digits if 0 < len(digits) <= EXTENSION_DIGITS else None
        return Phone(None, extension or short, typed, digits or extension or "", "extension")
    import phonenumbers as pn  # noqa: PLC0415  its tables cost start-up time

    e164 = pn.format_number(number, pn.PhoneNumberFormat.E164)
    return Phone(e164, extension, typed, e164.removeprefix("+"), "number")


def is_shown_by_telephone(typed: str, region: str) -> bool:
    """Whether a text is what a telephone shows: a number, an extension's digits, no number; "12x" is none of them."""
    if read_phone(typed, region).kind != "extension":
        return True
    text = _plain(typed[:_TEXT_MAX])
    if _SCHEME.match(text):
        return True
    return not any(letter.isalpha() for letter in _EXTENSION.sub("", text))


def search_digits(text: str, region: str = "") -> str:
    """Return the digits by which a number that somebody types is found in `Phone.digits`, as part of them.

    Signs, the trunk zero, the international 00 or + and an extension are left out: "0049 30", "+49 (0)30" and
    "030" give "4930", "4930" and "30". With a region, whole numbers are also found where the trunk prefix is
    not a zero (Russia's 8) or stands in the middle. A text with anything else in it gives "".
    """
    if len(text) > _TEXT_MAX:
        return ""
    body = _EXTENSION.sub("", _SCHEME.sub("", _plain(text), count=1))
    if _TYPED_ONLY.fullmatch(body) is None:
        return ""
    if re.match(r"[\s(]*(\+|00)", body):
        body = body.replace("(0)", "", 1)
    digits = _digits(body).lstrip("0")
    if region and len(digits) > EXTENSION_DIGITS:
        whole = read_phone(text, region)
        if whole.kind == "number" and digits not in whole.digits:
            return whole.digits
    return digits


def number_words(typed: str) -> tuple[str, ...]:
    """Return the digits under which a number in a text is looked up from its left, whatever its country.

    An international number is given with and without its country code, which has one to three digits.
    """
    digits = _digits(_plain(typed[:_TEXT_MAX])).lstrip("0")
    if len(digits) <= EXTENSION_DIGITS:
        return (digits,) if digits else ()
    if not re.match(r"[\s(]*(\+|00)", _plain(typed)):
        return (digits,)
    return tuple(digits[cut:] for cut in range(4))


def spoken(e164: str) -> tuple[str, ...]:
    """Return a number in the groups in which people say it: ("+49", "30", "123", "45", "67").

    Groups are the country's own; those of more than four digits are cut into threes and twos.
    """
    groups = re.findall(r"\+?[0-9]+", _international(e164))
    return tuple(piece for group in groups for piece in _pieces(group))


def display(phone: Phone) -> str:
    """Return a number in international form, in the groups in which people say it ("+49 30 123 45 67 ext. 12").

    Where there is none, what was typed.

    A withheld number gives "".
    """
    if phone.kind == "withheld":
        return ""
    if phone.e164 is None:
        return phone.typed.strip()
    shown = " ".join(spoken(phone.e164))
    return f"{shown} ext. {phone.extension}" if phone.extension else shown


def shown(typed: str, region: str) -> str:
    """Return a number as `display` has it, read in that country; what is none, as it was typed."""
    return display(read_phone(typed, region)) or typed


def _plain(text: str) -> str:
    """Fold full-width forms, other scripts' digits and typographer's dashes."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def _digits(text: str) -> str:
    """Return the digits of a text, nothing else."""
    return re.sub(r"[^0-9]", "", text)


def _split(typed: str) -> tuple[str, str | None]:
    """Return the part of a text that is dialled and the extension that follows it, if any."""
    text = _plain(typed[:_TEXT_MAX])
    scheme = _SCHEME.match(text)
    if scheme is not None:
        text, _, parameters = text[scheme.end() :].partition(";phone-context=")
        # A context that is a domain says whose extension it is, not what to dial before it.
        context = re.match(r"\+[0-9.\-]+", parameters)
        text = f"{context[0] if context else ''}{text.partition('@')[0]}"
    found = _EXTENSION.search(text)
    extension = found[1] if found else None
    body = text[: found.start()] if found else text
    if _VANITY.fullmatch(body.strip()) or not re.search(r"[^\s0-9+()/.\-]", body):
        return body.strip(), extension
    return max(_RUN.findall(body), key=len, default="").strip(), extension


def _public_number(body: str, digits: str, region: str) -> "PhoneNumber | None":
    """Return the number of the public network that was dialled, or None when it is none."""
    if not digits:
        return None
    import phonenumbers as pn  # noqa: PLC0415  its tables cost start-up time

    known = region if region in pn.SUPPORTED_REGIONS else None
    trunk = (pn.ndd_prefix_for_region(known, strip_non_digits=True) if known else None) or ""
    candidates = [body] if body.startswith("+") or known else []
    if digits.startswith("00"):
        candidates.append(f"+{digits[2:]}")
    prefixed = body.startswith("+") or digits.startswith("00") or bool(trunk and digits.startswith(trunk))
    possible = None
    for candidate in candidates:
        try:
            number = pn.parse(candidate, known)
        except pn.NumberParseException:
            continue
        if len(digits) <= EXTENSION_DIGITS and not prefixed and trunk:
            continue
        if pn.is_valid_number(number):
            return number
        # New prefixes come faster than the tables: dialled as a public number it is one if its length can be.
        reason = pn.is_possible_number_with_reason(number)
        if prefixed and len(digits) > EXTENSION_DIGITS and reason == pn.ValidationResult.IS_POSSIBLE:
            possible = possible or number
    return possible


def _international(e164: str) -> str:
    """Return the international notation of an E.164 number, or the text itself when it is none."""
    import phonenumbers as pn  # noqa: PLC0415  its tables cost start-up time

    try:
        number = pn.parse(e164[:_TEXT_MAX], None)
    except pn.NumberParseException:
        return e164
    return pn.format_number(number, pn.PhoneNumberFormat.INTERNATIONAL)


def _pieces(group: str) -> tuple[str, ...]:
    """Cut a long group into threes, and what is left over into twos, never leaving a single digit."""
    if len(group) <= 4 or group.startswith("+"):
        return (group,)
    threes, rest = divmod(len(group), 3)
    sizes = [3] * (threes - 1) + [2, 2] if rest == 1 else [3] * threes + [rest] * bool(rest)
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return tuple(group[start : start + size] for start, size in zip(starts, sizes, strict=True))
