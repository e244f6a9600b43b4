"""What somebody wrote in a mail, apart from what he quotes and from his signature: the rest is folded, never lost."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
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
_WHO_AND_WHEN = re.compile(r"(?=[^<]*<[^<>\s]+@[^<>\s]+>).*\d{1,2}[:.]\d\d")
"""An address and a time: above marked lines they tell of a quotation in any language."""

_TIME = re.compile(r"\d:\d|mailto:|https?:")
_START = re.compile(r"\s*(?:[-–]\s*)?(?:(?:on|am|le|el|il|em|op|w dniu|dnia|den|dne|il giorno)\s|\d)", re.I)
_REPLIED = (
    r"original message|original appointment|reply message|urspr[üu]ngliche nachricht|original-nachricht|"
    r"message d.origine|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|"
    r"oryginalna wiadomość|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|"
    r"исходное сообщение|původní zpráva"
)
_FORWARDED = (
    r"(?:begin )?forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|"
    r"messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|"
    r"przekazana wiadomość|пересылаемое сообщение"
)
_BANNER = re.compile(rf"[-_>*]{{1,20}}\s*(?:{_REPLIED})\s*[-_*]{{0,20}}:?", re.I)
_FORWARD = re.compile(rf"[-_>*]{{0,20}}\s*(?:{_FORWARDED})\s*[-_*]{{0,20}}:?", re.I)
_FROM = re.compile(
    r">?\s*\*?(?:from|von|de|da|van|od|från|fra|от|от кого|lähettäjä|feladó|发件人|寄件者|差出人|보낸 사람)"
    r"\s*[:：]\s?\*?\s*\S",  # noqa: RUF001
    re.I,
)
_HEADER = re.compile(
    r">?\s*\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé(?: le)?|à|copie(?: à)?|objet|sujet|"
    r"enviado(?: el)?|fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan|onderwerp|wysłano|do|temat|skickat|till|"
    r"ämne|sendt|til|emne|enviada em|assunto|дата|кому|тема|reply-to|antwort an|kopie|importance|发送时间|收件人|抄送|"
    r"主题|寄件日期|收件者|主旨|送信日時|宛先|件名|보낸 날짜|받는 사람|제목)\s*[:：]",  # noqa: RUF001
    re.I,
)
_DEVICE = re.compile(
    r"(?:sent|written|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłane|отправлено|get|von)\s+"
    r"(?:from|with|via|von|mit|de(?:puis)?|desde|da(?:l)?|vanaf|met|från|fra|z|с|outlook|meinem?)\b[^.,;:!?]{0,60}",  # noqa: RUF001
    re.I,
)
_MOST_DEVICE_WORDS = 8
_CLOSING = re.compile(
    r"(?:thanks|thank you|many thanks|thanks again|best|best regards|best wishes|kind regards|warm regards|regards|"
    r"cheers|sincerely|yours sincerely|mit freundlichen gr[üu](?:ß|ss)en|freundliche gr[üu](?:ß|ss)e|"
    r"viele gr[üu](?:ß|ss)e|liebe gr[üu](?:ß|ss)e|mfg|lg|cordialement|bien à vous|saludos|un saludo|atentamente|"
    r"cordiali saluti|saluti|distinti saluti|atenciosamente|met vriendelijke groet(?:en)?|groeten|pozdrawiam|"
    r"med vänlig hälsning|с уважением)\s*[,.!–-]*",  # noqa: RUF001
    re.I,
)
_DASHED_NAME = re.compile(r"(?:[-–]{1,2}|—\s?)[^\W\d_]+(?: [^\W\d_]+\.?){0,2}")
_BULLET = re.compile(r"[-–—*•]")
_RULE = re.compile(r"[-_=]{10,}")
_FOOTER_RULE = re.compile(r"_{10,}")
_SEPARATOR = re.compile(r"--\s?|—\s?|__+\s*")
_STANDARD = "-- "
"""The mark of a signature (RFC 3676, 4.3): nothing else ends in its blank, so what follows may be of any length."""

_POSTSCRIPT = re.compile(r"p\.?\s?s\b", re.I)
_COLONS = (":", "：")  # noqa: RUF001
_MOST_SIGNATURE, _LONGEST_SIGNATURE_LINE = 24, 72
_MOST_CLOSING = 12
_SENTENCE_WORDS, _LONG_WORDS = 3, 10


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


def split_text(text: str, sender: str = "", *, forwarded: bool = False) -> Said:
    """The parts of a mail's plain text, in a time that grows with its length.

    Args:
        sender: his name finds a signature that nothing marks.
        forwarded: the mail passes another one on, so that is what it says.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if forwarded or any(
        _FORWARD.fullmatch(line.strip()) for line in lines if len(line) <= _LONGEST_SIGNATURE_LINE
    ):
        return Said(_joined(lines))
    before, own = _without_leading_quote(lines)
    end = _last_signature(own)
    own, footer = own[:end], own[end:]
    end = _end_of_own(own)
    own, after = own[:end], own[end:]
    start = _signature(own, sender)
    own, signature = own[:start], own[start:]
    visible = _joined(own)
    if not visible:
        # All of it is quoted: then that is what was said.
        return Said(_joined(lines))
    quoted = "\n\n".join(filter(None, (_joined(before), _joined(after), _joined(footer) if after else "")))
    return Said(visible, _joined(signature) if after else _joined([*signature, *footer]), quoted)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n").rstrip()


def _is_quote(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def _is_blank(line: str) -> bool:
    return not line.strip()


class _Marks:
    """Which lines are marked as quoted, counted once: what follows a line is then told without reading it again."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._next_quote = [len(lines)] * (len(lines) + 1)
        self._last_plain = self._last_answer = -1
        for place in range(len(lines) - 1, -1, -1):
            quoted = _is_quote(lines[place])
            self._next_quote[place] = place if quoted else self._next_quote[place + 1]
            if quoted or _is_blank(lines[place]):
                continue
            self._last_plain = max(self._last_plain, place)
            if place and _is_blank(lines[place - 1]):
                self._last_answer = max(self._last_answer, place)

    def all_quoted(self, place: int) -> bool:
        """Whether nothing from there on is without a mark."""
        return self._last_plain < place

    def is_marked(self, place: int) -> bool:
        """Whether anything from there on is marked."""
        return self._next_quote[place] < len(self._next_quote) - 1

    def has_answers(self, place: int) -> bool:
        """Whether somebody wrote below a quoted part: after a blank line, for a quoted line may be broken."""
        return self._next_quote[place] < self._last_answer


def _without_leading_quote(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What is quoted before the first own word, and the rest: answers below the question."""
    first = next((place for place, line in enumerate(lines) if not _is_blank(line)), len(lines))
    place = first + _attribution(lines, first)
    has_quote = False
    while place < len(lines) and (_is_quote(lines[place]) or _is_blank(lines[place])):
        has_quote = has_quote or _is_quote(lines[place])
        place += 1
    if not has_quote or place >= len(lines):
        return (), lines
    return lines[:place], lines[place:]


def _end_of_own(lines: Sequence[str]) -> int:
    """Where what is quoted to the end begins; the number of lines where nothing is."""
    marks = _Marks(lines)
    for place, line in enumerate(lines):
        text = line.strip()
        if not text or len(line) > LONGEST_LINE:
            continue
        if _BANNER.fullmatch(text) or _is_header_block(lines, place) or _is_device(text):
            return _before_rule(lines, place)
        if _is_quote(line):
            if marks.all_quoted(place):
                # What a line of his own leads up to is part of what he says.
                is_led_to = place > 0 and lines[place - 1].rstrip().endswith(_COLONS)
                return len(lines) if is_led_to else place
            continue
        length = _attribution(lines, place)
        # Marked or not; where only some is marked there may be answers in between.
        if length and not (marks.is_marked(place + length) and marks.has_answers(place + length)):
            return place
    return len(lines)


def _before_rule(lines: Sequence[str], place: int) -> int:
    """The place, or that of a line of dashes above it, which mail programs draw before what is quoted."""
    above = next((other for other in range(place - 1, -1, -1) if not _is_blank(lines[other])), None)
    return above if above is not None and _RULE.fullmatch(lines[above].strip()) else place


def _last_signature(lines: Sequence[str]) -> int:
    """Where a marked signature or a list's footer at the very end begins; the number of lines where there is none."""
    for place in range(len(lines) - 1, -1, -1):
        if _is_quote(lines[place]):
            break
        if lines[place] == _STANDARD or (
            len(lines) - place <= _MOST_SIGNATURE and _SEPARATOR.fullmatch(lines[place][:LONGEST_LINE])
        ):
            return place
    return len(lines)


def _is_device(text: str) -> bool:
    """Whether a line only says what the mail was written with; nearly always the last before what is quoted."""
    return _DEVICE.fullmatch(text) is not None and len(text.split()) <= _MOST_DEVICE_WORDS


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
        if joined.endswith(_COLONS) and _WHO_AND_WHEN.match(joined) and _quote_follows(lines, place + count):
            return count
    return 0


def _reads_as_attribution(text: str) -> bool:
    """Whether a line says when or from where somebody wrote, and ends with its only colon but those of times."""
    if not text.endswith(":") or _TIME.sub("", text).count(":") != 1:
        return False
    return _VERB.search(text) is not None and _WHEN.search(text) is not None


def _quote_follows(lines: Sequence[str], place: int) -> bool:
    """Whether a marked line is next, at most two blank ones between."""
    return _is_quote(next((line for line in lines[place : place + 3] if not _is_blank(line)), ""))


def _is_header_block(lines: Sequence[str], place: int) -> bool:
    """Whether the head of another mail begins here: From, and two more of its lines below."""
    if not _FROM.match(lines[place].strip()):
        return False
    below = [line.strip() for line in lines[place + 1 : place + 8] if not _is_blank(line)][:5]
    return sum(_HEADER.match(line[:LONGEST_LINE]) is not None for line in below) >= 2


def _signature(lines: Sequence[str], sender: str) -> int:
    """Where the signature begins; the number of lines where there is none."""
    for place, line in enumerate(lines):
        if line == _STANDARD or (
            len(lines) - place <= _MOST_SIGNATURE * 2 and _SEPARATOR.fullmatch(line[:LONGEST_LINE])
        ):
            return place
    full = [place for place, line in enumerate(lines) if not _is_blank(line)]
    names = set(name_words(sender))
    for order in range(max(1, len(full) - _MOST_SIGNATURE), len(full)):
        left = [lines[place].strip() for place in full[order:]]
        if _is_signature(left, lines[full[order] - 1].strip(), names):
            return full[order]
    return len(lines)


def _is_signature(left: Sequence[str], above: str, names: AbstractSet[str]) -> bool:
    """Whether these last lines that are not blank are a signature that nothing marks; `above` stands before them."""
    if any(len(line) > _LONGEST_SIGNATURE_LINE for line in left) or any(map(_is_prose, left[1:])):
        return False
    first = left[0]
    if len(left) == 1 and (_DASHED_NAME.fullmatch(first) or _is_dash_and_name(first, names)):
        # The last point of a list is none.
        return not _BULLET.match(above)
    if _FOOTER_RULE.fullmatch(first):
        return len(left) > 1
    if _CLOSING.fullmatch(first):
        return len(left) <= _MOST_CLOSING and (not above or not first[-1].isalpha())
    words = name_words(first)
    is_name = len(names) > 1 and names <= set(words) and ":" not in first
    return is_name and (len(words) <= len(names) + 1 or (words[0] in names and len(words) <= 6))


def _is_dash_and_name(line: str, names: AbstractSet[str]) -> bool:
    dash = _BULLET.match(line)
    words = set(name_words(line[dash.end() :])) if dash else set[str]()
    return bool(words) and words <= names


def _is_prose(line: str) -> bool:
    """Whether a line says something, as no name, title, number or address does."""
    words = len(line.split())
    ends = line.endswith((".", "!", "?")) and words >= _SENTENCE_WORDS
    return ends or words >= _LONG_WORDS or _POSTSCRIPT.match(line) is not None
