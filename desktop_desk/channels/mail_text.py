"""What somebody wrote in a mail, apart from what he quotes and from his signature: the rest is folded, never lost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from desktop_desk.domain.names import name_words

LONGEST_LINE: Final = 400
"""Longer lines are prose: no pattern is tried on them, so that none takes long."""

_WROTE = (
    r"wrote|writes|schrieb|a écrit|escribió|ha scritto|scrive|escreveu|schreef|napisał(?:a|\(a\))?|skrev|"
    r"написал(?:а|\(а\))?|пишет|kirjoitti|napsal(?:a|\(a\))?|írta|yazdı|a scris|写道|のメール|님이 작성"  # noqa: RUF001
)
_VERB = re.compile(rf"\b(?:{_WROTE})(?!\w)", re.I)
_WHEN = re.compile(r"[\d@<]")
_TIME = re.compile(r"\d:\d|mailto:|https?:")
_START = re.compile(r"\s*(?:[-–]\s*)?(?:(?:on|am|le|el|il|em|op|w dniu|dnia|den|dne|il giorno)\s|\d)", re.I)
_BANNER_WORDS = (
    r"original message|original appointment|forwarded message|begin forwarded message|reply message|"
    r"urspr[üu]ngliche nachricht|weitergeleitete nachricht|message d.origine|message transféré|mensaje original|"
    r"mensaje reenviado|messaggio originale|messaggio inoltrato|mensagem original|oorspronkelijk bericht|"
    r"doorgestuurd bericht|oryginalna wiadomość|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    r"исходное сообщение|původní zpráva|original-nachricht"
)
_BANNER = re.compile(rf"\s*[-_>*]{{1,20}}\s*(?:{_BANNER_WORDS})\s*[-_*]{{0,20}}:?\s*", re.I)
_FROM = re.compile(
    r"\s*>?\s*\*?(?:from|von|de|da|van|od|från|fra|от|от кого|lähettäjä|feladó)\s*:\s?\*?\s*\S", re.I
)
_HEADER = re.compile(
    r"\s*>?\s*\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|date|à|objet|enviado(?: el)?|"
    r"fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan|onderwerp|wysłano|do|temat|skickat|till|ämne|sendt|til|emne|"
    r"enviada em|assunto|дата|кому|тема|reply-to|antwort an|kopie|importance)\s*:",
    re.I,
)
_DEVICE = re.compile(
    r"\s*(?:sent|written|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłane|отправлено|get|von)\s+"
    r"(?:from|with|via|von|mit|de(?:puis)?|desde|da(?:l)?|vanaf|met|från|fra|z|с|outlook|meinem?)\b[^.,;:!?]{0,60}",  # noqa: RUF001
    re.I,
)
_MOST_DEVICE_WORDS = 8
_CLOSING = re.compile(
    r"\s*(?:thanks|thank you|many thanks|thanks again|best|best regards|best wishes|kind regards|warm regards|regards|"
    r"cheers|sincerely|yours sincerely|mit freundlichen gr[üu](?:ß|ss)en|freundliche gr[üu](?:ß|ss)e|"
    r"viele gr[üu](?:ß|ss)e|liebe gr[üu](?:ß|ss)e|mfg|lg|cordialement|bien à vous|saludos|un saludo|atentamente|"
    r"cordiali saluti|saluti|distinti saluti|atenciosamente|met vriendelijke groet(?:en)?|groeten|pozdrawiam|"
    r"med vänlig hälsning|с уважением)\s*[,.!–-]*\s*",  # noqa: RUF001
    re.I,
)
_DASHED_NAME = re.compile(r"\s*[-–—]{1,2}\s?[^\W\d_]+(?: [^\W\d_]+\.?){0,2}\s*")
_RULE = re.compile(r"\s*[-_=]{10,}\s*")
_SEPARATOR = re.compile(r"--\s?|—\s?|__+\s*")
_MOST_SIGNATURE, _LONGEST_SIGNATURE_LINE = 24, 72
_MOST_CLOSING = 6


@dataclass(frozen=True, slots=True)
class Said:
    """A mail's text in parts; `signature` and `quoted` are folded away, and `visible` is empty only for no text."""

    visible: str
    signature: str = ""
    quoted: str = ""

    @property
    def folded(self) -> str:
        """All that is not shown at first."""
        return "\n\n".join(part for part in (self.signature, self.quoted) if part)


def split_text(text: str, sender: str = "") -> Said:
    """The parts of a mail's plain text; the sender's name finds a signature that nothing marks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    before, own = _without_leading_quote(lines)
    end = _last_signature(own)
    own, footer = own[:end], own[end:]
    end = _end_of_own(own)
    own, after = own[:end], own[end:]
    start = _signature(own, sender)
    own, signature = own[:start], own[start:]
    visible = _joined(own)
    if not visible:
        # All of it is quoted, or forwarded without a word: then that is what was said.
        return Said(_joined(lines))
    quoted = "\n\n".join(filter(None, (_joined(before), _joined(after), _joined(footer) if after else "")))
    return Said(visible, _joined(signature) if after else _joined([*signature, *footer]), quoted)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def _is_blank(line: str) -> bool:
    return not line.strip()


def _without_leading_quote(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What is quoted before the first own word, and the rest: answers below the question."""
    first = next((place for place, line in enumerate(lines) if not _is_blank(line)), len(lines))
    place = first
    length = _attribution(lines, place)
    place += length
    while place < len(lines) and (_is_quote(lines[place]) or _is_blank(lines[place])):
        place += 1
    has_quote = any(_is_quote(line) for line in lines[first:place])
    if not has_quote or place >= len(lines):
        return (), lines
    return lines[:place], lines[place:]


def _end_of_own(lines: Sequence[str]) -> int:
    """Where what is quoted to the end begins; the number of lines where nothing is."""
    for place, line in enumerate(lines):
        if _is_blank(line) or len(line) > LONGEST_LINE:
            continue
        if _BANNER.fullmatch(line) or _is_header_block(lines, place) or _is_device(line):
            return _before_rule(lines, place)
        if _attribution(lines, place) and _is_quoted_from(lines, place + _attribution(lines, place)):
            return place
        if _is_quote(line) and all(_is_quote(other) or _is_blank(other) for other in lines[place:]):
            return place
    return len(lines)


def _before_rule(lines: Sequence[str], place: int) -> int:
    """The place, or that of a line of dashes above it, which mail programs draw before what is quoted."""
    above = next((other for other in range(place - 1, -1, -1) if not _is_blank(lines[other])), None)
    return above if above is not None and _RULE.fullmatch(lines[above]) else place


def _last_signature(lines: Sequence[str]) -> int:
    """Where a marked signature or a list's footer at the very end begins; the number of lines where there is none."""
    for place in range(len(lines) - 1, max(-1, len(lines) - _MOST_SIGNATURE - 1), -1):
        if _is_quote(lines[place]) or len(lines[place]) > LONGEST_LINE:
            break
        if _SEPARATOR.fullmatch(lines[place]):
            return place
    return len(lines)


def _is_device(line: str) -> bool:
    """Whether a line only says what the mail was written with; nearly always the last before what is quoted."""
    return _DEVICE.fullmatch(line) is not None and len(line.split()) <= _MOST_DEVICE_WORDS


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines an attribution ("On …, … wrote:") takes that begins here; 0 for none."""
    count = _attributed(lines, place)
    # What stands above it is no part of it.
    is_start = count < 2 or _START.match(lines[place]) or not _attributed(lines, place + 1)
    return count if is_start else 0


def _attributed(lines: Sequence[str], place: int) -> int:
    """How many lines from here read as an attribution; its beginning may be a line of something else."""
    joined = ""
    for count in range(1, 5):
        if place + count > len(lines):
            break
        line = lines[place + count - 1]
        if _is_blank(line) or len(line) > LONGEST_LINE or (_is_quote(line) and line.strip() != ">:"):
            break
        joined = f"{joined} {line.strip()}".strip()
        if _reads_as_attribution(joined):
            return count
    return 0


def _reads_as_attribution(text: str) -> bool:
    """Whether a line says when or from where somebody wrote, and ends with its only colon but those of times."""
    if not text.endswith(":") or _TIME.sub("", text).count(":") != 1:
        return False
    return _VERB.search(text) is not None and _WHEN.search(text) is not None


def _is_quoted_from(lines: Sequence[str], place: int) -> bool:
    """Whether what follows an attribution is quoted to the end, marked or not; else there are answers in between."""
    rest = [line for line in lines[place:] if not _is_blank(line)]
    marked = [_is_quote(line) for line in rest]
    return not any(marked) or all(marked) or not _has_answers(lines[place:])


def _has_answers(lines: Sequence[str]) -> bool:
    """Whether somebody wrote below a quoted part: after a blank line, for a quoted line may be broken."""
    seen_quote, seen_blank = False, False
    for line in lines:
        if _is_quote(line):
            seen_quote, seen_blank = True, False
        elif _is_blank(line):
            seen_blank = seen_quote
        elif seen_blank:
            return True
    return False


def _is_header_block(lines: Sequence[str], place: int) -> bool:
    """Whether the head of another mail begins here: From, and two more of its lines below."""
    if not _FROM.match(lines[place]):
        return False
    below = [line for line in lines[place + 1 : place + 8] if not _is_blank(line)][:5]
    return sum(_HEADER.match(line[:LONGEST_LINE]) is not None for line in below) >= 2


def _signature(lines: Sequence[str], sender: str) -> int:
    """Where the signature begins; the number of lines where there is none."""
    for place, line in enumerate(lines):
        if _SEPARATOR.fullmatch(line) and len(lines) - place <= _MOST_SIGNATURE * 2:
            return place
    full = [place for place, line in enumerate(lines) if not _is_blank(line)]
    names = name_words(sender)
    for order, place in enumerate(full):
        left = [lines[other] for other in full[order:]]
        if order and len(left) <= _MOST_SIGNATURE and _is_signature(left, names):
            return place
    return len(lines)


def _is_signature(left: Sequence[str], names: Sequence[str]) -> bool:
    """Whether these last lines that are not blank are a signature that nothing marks."""
    if any(len(line) > _LONGEST_SIGNATURE_LINE for line in left):
        return False
    if len(left) == 1 and _DASHED_NAME.fullmatch(left[0]):
        return True
    if _RULE.fullmatch(left[0]):
        return len(left) > 1
    if _CLOSING.fullmatch(left[0]):
        return len(left) <= _MOST_CLOSING
    words = name_words(left[0])
    return bool(words) and len(words) <= 6 and len(names) > 1 and set(names) <= set(words)
