"""Words, names, firms and telephone numbers for desks that the program fills; all invented, all reproducible."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random

VOWELS = "aeiou"
CODES_PER_BRAND = 60
_DOUBLING = frozenset(
    "stop scan log set reset plug unplug drag drop swap ship drip slip jam split format transfer cancel".split()
)


def word_lists(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of a data file under resources/demo, by their headings; `_` within a word is a space.

    A line with `|` in its section separates entries by that sign, else blanks do.
    """
    text = (files("desktop_desk") / "resources" / "demo" / name).read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = sections[line[1:-1]] = []
        elif line and not line.startswith("#"):
            lines.append(line)
    return {heading: _entries(" ".join(found)) for heading, found in sections.items()}


def _entries(text: str) -> tuple[str, ...]:
    if "|" in text:
        return tuple(entry.strip() for entry in text.split("|"))
    return tuple(word.replace("_", " ") for word in text.split())


@cache
def _words() -> dict[str, tuple[str, ...]]:
    return word_lists("words.txt")


@dataclass(frozen=True, slots=True)
class Ranked:
    """Words, most frequent first, drawn as Zipf's law has it: the n-th about 1/n as often as the first."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    @classmethod
    def of(cls, words: tuple[str, ...]) -> "Ranked":
        """Give each word its weight by its place."""
        return cls(words, tuple(accumulate(1 / (rank + 2) for rank in range(len(words)))))

    def drawn(self, chance: Random, count: int = 1) -> list[str]:
        """So many words, by their frequency."""
        return chance.choices(self.words, cum_weights=self.weights, k=count)


def plural(noun: str) -> str:
    """The plural of a regular English noun."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in VOWELS:
        return noun[:-1] + "ies"
    return noun + "s"


def _third(verb: str) -> str:
    return verb + "es" if verb.endswith("o") else plural(verb)


def _stem(verb: str, ending: str) -> str:
    if verb.endswith("e") and not (ending == "ing" and verb.endswith("ee")):
        return verb[:-1] + ending
    if verb in _DOUBLING:
        return verb + verb[-1] + ending
    if ending == "ed" and verb.endswith("y") and verb[-2] not in VOWELS:
        return verb[:-1] + "ied"
    return verb + ending


_IRREGULAR = {
    "send": "sent", "see": "saw", "find": "found", "tell": "told", "show": "showed", "buy": "bought", "pay": "paid",
    "read": "read", "write": "wrote", "hold": "held", "hang": "hung", "ring": "rang", "stick": "stuck",
    "fall": "fell", "grow": "grew", "rise": "rose", "shrink": "shrank", "bend": "bent", "break": "broke",
    "tear": "tore", "wear": "wore", "meet": "met", "teach": "taught", "draw": "drew", "build": "built",
    "freeze": "froze", "set": "set", "reset": "reset", "split": "split", "sync": "synced", "blink": "blinked",
}  # fmt: skip


def past(verb: str) -> str:
    """The past tense of a verb of our list."""
    return _IRREGULAR.get(verb) or _stem(verb, "ed")


def compounds() -> tuple[str, ...]:
    """Compound words ("lobby printer" written as one with a hyphen), every prefix with every head."""
    words = _words()
    return tuple(
        f"{prefix}-{head}" for head in words["heads"] for prefix in words["prefixes"] if prefix != head
    )


def product_codes() -> tuple[str, ...]:
    """Models of invented brands: "BOR-2140"."""
    return tuple(
        f"{brand[:3].upper()}-{1000 + (place * 37 + step * 131) % 9000}"
        for step in range(CODES_PER_BRAND)
        for place, brand in enumerate(_words()["brands"])
    )


def all_forms() -> frozenset[str]:
    """Every word form that sentences are made of."""
    words = _words()
    verbs = words["verbs"]
    return frozenset(
        {
            *words["functions"], *words["adjectives"], *words["adverbs"], *words["nouns"],
            *map(plural, words["nouns"]), *verbs, *map(_third, verbs), *map(past, verbs),
            *(_stem(verb, "ing") for verb in verbs), *compounds(), *product_codes(),
        }
    )  # fmt: skip


_AN = re.compile(r"\ba(?= [aeiou])")

_SHAPES = (
    "the {compound} {third} {adverb}", "the {adjective} {noun} does not {verb}",
    "we {past} the {noun} and it {past} again",
    "he {past} the {code} in the {adjective} {noun}", "she cannot {verb} the {compound} {noun}",
    "the {noun} of the {noun} was {adjective}", "nobody can {verb} or {verb} the {plural}",
    "after {ing} the {noun} all {plural} are {adjective}", "please {verb} the {compound} before {ing} it",
    "there is no {noun} for the {compound}", "they {past} two {plural} from the {compound}",
    "it {third} when we {verb} it",
    "I {past} the {noun}, {past} the {plural} and will {verb} {adverb}", "the {code} shows a {adjective} {noun}",
    "a {noun} with the {code} keeps {ing}", "the {plural} at the {compound} {verb} {adverb}",
    "her {noun} needs a {adjective} {noun}", "is the {noun} still {adjective}, or only the {noun}",
    "the {adjective} {compound} was {past} {adverb} without a {noun}", "we have {past} it with the {code}",
)  # fmt: skip


def sentences(chance: Random, count: int) -> list[str]:
    """So many sentences of everyday trade, whose words come as often as words do."""
    words = _words()
    verbs = words["verbs"]
    ranked = {
        "noun": Ranked.of(words["nouns"]),
        "plural": Ranked.of(tuple(map(plural, words["nouns"]))),
        "verb": Ranked.of(verbs),
        "third": Ranked.of(tuple(map(_third, verbs))),
        "past": Ranked.of(tuple(map(past, verbs))),
        "ing": Ranked.of(tuple(_stem(verb, "ing") for verb in verbs)),
        "adjective": Ranked.of(words["adjectives"]),
        "adverb": Ranked.of(words["adverbs"]),
        "compound": Ranked.of(_shuffled(compounds())),
        "code": Ranked.of(_shuffled(product_codes())),
    }
    made: list[str] = []
    for shape in chance.choices(_SHAPES, k=count):
        parts = [
            ranked[part[1:-1]].drawn(chance)[0] if part.startswith("{") else part
            for part in shape.replace("{", "\0{").replace("}", "}\0").split("\0")
        ]
        text = _AN.sub("an", "".join(parts))
        made.append(text[0].upper() + text[1:] + ("?" if shape.startswith("is ") else "."))
    return made


def _shuffled(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words in an order that does not follow their spelling; always the same."""
    return tuple(Random("vocabulary").sample(words, len(words)))  # noqa: S311  nothing secret


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Telephone numbers that a regulator keeps free for fiction; `x` stands for any digit."""

    shape: str
    region: str

    def numbers(self) -> int:
        """How many there are."""
        return 10 ** self.shape.count("x")

    def number(self, index: int) -> str:
        """The number at that place of the range, as people write it."""
        free = self.shape.count("x")
        digits = iter(str(index % 10**free).zfill(free)) if free else iter("")
        return "".join(next(digits) if sign == "x" else sign for sign in self.shape)


GERMAN_NUMBERS = tuple(
    NumberRange(shape, "DE")
    for shape in (
        "+49 30 23125 xxx", "+49 40 66969 xxx", "+49 69 90009 xxx", "+49 89 99998 xxx", "+49 221 4710 xxx",
        "+49 171 39200 xx", "+49 176 040690 xx",
    )
)  # fmt: skip
BRITISH_NUMBERS = tuple(
    NumberRange(shape, "GB")
    for shape in (
        "+44 20 7946 0xxx", "+44 113 496 0xxx", "+44 114 496 0xxx", "+44 115 496 0xxx", "+44 116 496 0xxx",
        "+44 117 496 0xxx", "+44 118 496 0xxx", "+44 121 496 0xxx", "+44 131 496 0xxx", "+44 141 496 0xxx",
        "+44 151 496 0xxx", "+44 161 496 0xxx", "+44 191 498 0xxx", "+44 7700 900xxx",
    )
)  # fmt: skip
FRENCH_NUMBERS = tuple(
    NumberRange(shape, "FR")
    for shape in (
        "+33 1 99 00 xx xx", "+33 2 61 91 xx xx", "+33 3 53 01 xx xx", "+33 4 65 71 xx xx", "+33 5 36 49 xx xx",
        "+33 6 39 98 xx xx",
    )
)  # fmt: skip
AMERICAN_NUMBERS = tuple(
    NumberRange(f"+1 {area} 555 01xx", "US")
    for area in (
        201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231,
        234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307,
        308, 309, 310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337, 339, 347, 351,
    )
)  # fmt: skip
NUMBER_RANGES = (GERMAN_NUMBERS, BRITISH_NUMBERS, FRENCH_NUMBERS, AMERICAN_NUMBERS)


def phone_number(index: int, country: int | None = None) -> str:
    """The index-th invented number, each a different one: countries in turn, or of one of NUMBER_RANGES.

    Once a country's are all used, they come again with an extension.
    """
    if country is None:
        index, country = divmod(index, len(NUMBER_RANGES))
    ranges = NUMBER_RANGES[country]
    round_, place = divmod(index, sum(each.numbers() for each in ranges))
    for each in ranges:
        if place < each.numbers():
            # Not one after the other: neighbours in the list would differ in the last digit only.
            return each.number(place * 7 + 3) + (f" ext. {100 + round_}" if round_ else "")
        place -= each.numbers()
    raise AssertionError(index)
