"""What a report on delivery says (RFC 3464): which addresses a mail did not reach, and why."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from desktop_desk.domain.undelivered import Undelivered

MOST: Final = 20
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+")
_LINE = re.compile(r"^([A-Za-z-]+):[ \t]*(.*)$")
_CODE = re.compile(r"(?:^|\s)([45]\d\d[ -]\S.*|[45]\.\d{1,3}\.\d{1,3}\s\S.*)$")
_QSBMF = re.compile(r"^<([^<>\s]+@[^<>\s]+)>:[ \t]*\n(\S.*)", re.M)
"""How qmail's reports (QSBMF) tell of a recipient: his address, and why on the next line."""

_ARRIVED = frozenset({"delivered", "relayed", "expanded"})


def not_delivered(reports: Iterable[str], failed_header: str, text: str) -> tuple[Undelivered, ...]:
    """Whom a mail did not reach.

    Args:
        reports: the fields of each delivery status, a line each.
        failed_header: what X-Failed-Recipients says; "" without one.
        text: what the report says to people; a server's answer is looked for there where nothing else has one.
    """
    found: dict[str, Undelivered] = {}
    for report in reports:
        for fields in _recipients(report):
            each = _recipient(fields)
            if each is not None:
                found.setdefault(each.to.casefold(), each)
    for address in _ADDRESS.findall(failed_header):
        found.setdefault(address.casefold(), Undelivered(address, _answer(text)))
    if not found:
        found = {told[1].casefold(): Undelivered(told[1], told[2].strip()) for told in _QSBMF.finditer(text)}
    return tuple(found.values())[:MOST]


def _recipients(report: str) -> list[dict[str, str]]:
    """The fields about each recipient, by lower-case name; those before the first one are about the mail."""
    found: list[dict[str, str]] = []
    seen: set[str] = set()
    for line in report.splitlines():
        told = _LINE.match(line)
        if told is None:
            continue
        name, value = told[1].casefold(), told[2].strip()
        if name in {"final-recipient", "original-recipient"} and (not found or name in seen):
            found.append({})
            seen = set()
        if found:
            found[-1].setdefault(name, value)
            seen.add(name)
    return found


def _recipient(fields: dict[str, str]) -> Undelivered | None:
    action = fields.get("action", "").casefold()
    address = _first_address((fields.get("original-recipient", ""), fields.get("final-recipient", "")))
    if not address or action in _ARRIVED:
        return None
    code = fields.get("diagnostic-code", "").partition(";")
    why = (code[2] if code[1] else code[0]).strip() or fields.get("status", "")
    return Undelivered(address, why, late=action == "delayed")


def _first_address(told: Sequence[str]) -> str:
    for each in told:
        found = _ADDRESS.search(each.partition(";")[2] or each)
        if found:
            return found[0]
    return ""


def _answer(text: str) -> str:
    """The line of a text that holds what a server answered; "" for none."""
    for line in text.splitlines():
        found = _CODE.search(line.strip())
        if found:
            return " ".join(found[1].split())
    return ""
