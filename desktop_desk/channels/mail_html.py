"""HTML of mails: made harmless for display, and read as plain text."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Final

LONGEST_HTML: Final = 1_000_000
"""Characters of HTML that are read."""

_TAGS: Final = frozenset(
    "a abbr b blockquote br code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span"
    " strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "div": {"class", "id"},
    "blockquote": {"class", "type"},
}
_BLOCKS = frozenset("p div tr table ul ol dl dt dd h1 h2 h3 h4 h5 h6 hr pre blockquote li".split())
_SPACED = frozenset("p h1 h2 h3 h4 h5 h6 blockquote table ul ol".split())
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_DEEPEST_QUOTE = 20
_DEEPEST: Final = 1000
"""Elements inside each other that are read as such: a reader of HTML goes through all of them at each tag."""

_LONGEST_TAG: Final = 20_000
"""Characters of a tag: its attributes are compared with each other."""

_TAG = re.compile(r"<(/?)([a-z][^\s/<>]*)([^<>]*>)?", re.I)
_NOT_NESTED = frozenset(
    "area base br caption col colgroup dd dt embed head hr img input li link meta p param script source style"
    " tbody td tfoot th thead title tr track wbr".split()
)
"""What has no end, or is ended by the next one of its kind."""

_ONCE = frozenset({"html", "body"})


def sanitised(html: str) -> str:
    """The HTML with nothing in it that acts or loads: no script, style or remote picture; links open nothing here."""
    import nh3  # noqa: PLC0415  commands that read no mail need it not

    def keep(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return value if value.casefold().startswith("cid:") else None
        return value

    return nh3.clean(
        _not_too_deep(html)[:LONGEST_HTML],
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title"},
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        attribute_filter=keep,
        link_rel="noopener noreferrer",
    )


def _not_too_deep(html: str) -> str:
    """The HTML without the tags that lie deeper than a person's program writes them; their text stays."""
    left_open: dict[str, int] = {}
    seen: set[str] = set()
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        name, gone = tag[2].casefold(), " " if tag[3] else "&lt;"
        if len(tag[0]) > _LONGEST_TAG or name in seen:
            return gone
        if name in _ONCE:
            seen.add(name)
        if name in _NOT_NESTED or name in _ONCE:
            return tag[0]
        if not tag[1]:
            depth += 1
            left_open[name] = left_open.get(name, 0) + 1
            return tag[0] if depth <= _DEEPEST else gone
        if left_open.get(name):
            depth -= 1
            left_open[name] -= 1
        return tag[0]

    return _TAG.sub(kept, html)


def text_of_html(html: str) -> str:
    """What a reader would see of it as lines of text; what it quotes begins with "> "."""
    reader = _Reader()
    reader.feed(sanitised(html))
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Writes down the text of HTML that was made harmless."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0
        self._verbatim = 0
        self._link = ""
        self._link_text = ""

    def text(self) -> str:
        """All lines, never more than one blank one in a row."""
        self._end_line()
        found: list[str] = []
        for line in self._lines:
            if line.strip("> ") or (found and found[-1].strip("> ")):
                found.append(line)
        while found and not found[-1].strip("> "):
            found.pop()
        return "\n".join(found)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """A line break, a new block, a quotation, or a link whose address is told."""
        told = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._end_line(forced=True)
        elif tag in _BLOCKS:
            self._block(tag)
        if tag == "blockquote":
            self._quotes = min(self._quotes + 1, _DEEPEST_QUOTE)
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "li":
            self._line += "- "
        elif tag == "hr":
            self._line += "-" * 20
            self._end_line()
        elif tag == "img" and told.get("alt"):
            self._line += f"[{told['alt'][:200]}]"
        elif tag == "a":
            self._link, self._link_text = told.get("href", ""), ""
        elif tag in {"td", "th"} and self._line.strip():
            self._line += "  "

    def handle_endtag(self, tag: str) -> None:
        """The end of a block, and a link's address where its text does not say it."""
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self._block(tag)
        if tag == "blockquote":
            self._quotes = max(self._quotes - 1, 0)
        elif tag == "pre":
            self._verbatim = max(self._verbatim - 1, 0)

    def handle_data(self, data: str) -> None:
        """Text; only in `pre` its line breaks count."""
        if self._link:
            self._link_text += data
        if self._verbatim:
            first, *rest = data.split("\n")
            self._line += first
            for line in rest:
                self._end_line(forced=True)
                self._line += line
            return
        words = _BLANKS.sub(" ", data.replace("\n", " "))
        self._line += words.lstrip() if not self._line or self._line.endswith(" ") else words

    def _end_link(self) -> None:
        address = self._link.strip()
        shown = " ".join(self._link_text.split())
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        if address and shown and plain.rstrip("/") not in shown and len(address) < 300 and "://" in address:
            self._line = f"{self._line.rstrip()} <{address}>"
        self._link = self._link_text = ""

    def _block(self, tag: str) -> None:
        self._end_line()
        if tag in _SPACED:
            self._end_line(forced=True)

    def _end_line(self, *, forced: bool = False) -> None:
        line = self._line.rstrip()
        if line or forced:
            self._lines.append("> " * self._quotes + line)
        self._line = ""
