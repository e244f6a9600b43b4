"""Renders qt-material with our colours to the sheets that the program ships.

For each theme in desktop_desk/resources/themes/*.json: qt-material's template is rendered with a theme file made from
our tokens, rules for widgets we do not use and declarations that harm (upper case, hidden focus, fixed sizes) are left
out, and theme_patch.qss is laid over it. `--check` renders again and says what differs, with exit status 1.

Needs qt-material and Jinja2, never Qt. The program itself only reads the result.
"""

import argparse
import json
import logging
import re
import shutil
import string
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
THEMES = HERE.parent / "desktop_desk" / "resources" / "themes"
PATCH = HERE / "theme_patch.qss"

# qt-material's name of a colour: our token.
MATERIAL = {
    "primaryColor": "primary",
    "primaryLightColor": "selected",
    "secondaryColor": "surface",
    "secondaryLightColor": "border",
    "secondaryDarkColor": "surface",
    "primaryTextColor": "text",
    "secondaryTextColor": "text",
}
EXTRA = {"danger": "overdue", "warning": "sev_b", "success": "ok"}

# Kept from the template; the rest is for widgets that the program does not have or that Fusion paints well.
WIDGETS = frozenset(
    """QMenuBar QMenu QToolTip QPushButton QToolButton QLineEdit QTextEdit QPlainTextEdit QComboBox QCheckBox
    QRadioButton QGroupBox QTabBar QTabWidget QHeaderView QTableView QTreeView QListView QScrollBar QSplitter
    QStatusBar QProgressBar QTableCornerButton QStackedWidget QScrollArea QLabel""".split()
)
# Sizes in px do not follow the user's font; the others are what this script is for.
HARMFUL = frozenset("text-transform outline line-height font-size font-family height".split())
# Rules for a state, an attribute or a class: the patch has all states itself, because a state that only tints
# does not reach 3:1. Rules for items: delegates and Fusion paint items from the palette; a rule costs a look-up
# for every cell.
UNWANTED = re.compile(r"(?<!:):[a-z!]|\[|\.|(Table|Tree|List|Combo)\w+::item|::branch|::indicator| Q")

_BOX = '<rect x="1" y="1" width="14" height="14" rx="3" fill="{%s}" stroke="{%s}" stroke-width="1.5"/>'
_RING = '<circle cx="8" cy="8" r="6.5" fill="{surface}" stroke="{%s}" stroke-width="1.5"/>'
_LINE = (
    '<path d="%s" fill="none" stroke="{%s}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>'
)
# qt-material's own drawings are tinted with one colour only, which leaves a box to tick without a visible edge.
INDICATORS = {
    "check_off": _BOX % ("surface", "control"),
    "check_on": _BOX % ("primary", "primary") + _LINE % ("M4.5 8.2l2.4 2.4 4.6-5", "onprimary"),
    "check_some": _BOX % ("primary", "primary") + _LINE % ("M4.5 8h7", "onprimary"),
    "radio_off": _RING % "control",
    "radio_on": _RING % "primary" + '<circle cx="8" cy="8" r="3.5" fill="{primary}"/>',
    "down": _LINE % ("M3 5.5l5 5 5-5", "muted"),
    "up": _LINE % ("M3 10.5l5-5 5 5", "muted"),
    "right": _LINE % ("M5.5 3l5 5-5 5", "muted"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its declarations, in the order of the sheet."""

    selector: str
    declarations: tuple[tuple[str, str], ...]


def material_sheet(tokens: dict[str, str]) -> str:
    """qt-material's own template, rendered with our colours."""
    logging.disable(logging.WARNING)  # it warns that Qt is not there, which is what we want
    import qt_material

    with tempfile.TemporaryDirectory() as folder:
        theme = Path(folder) / "theme.xml"
        root = ElementTree.Element("resources")
        for name, token in MATERIAL.items():
            ElementTree.SubElement(root, "color", name=name).text = tokens[token].lower()
        ElementTree.ElementTree(root).write(theme)
        extra = {name: tokens[token].lower() for name, token in EXTRA.items()}
        # An absolute parent keeps it from writing into the home directory.
        build = cast("Callable[..., str]", qt_material.build_stylesheet)  # pyright: ignore[reportUnknownMemberType]
        icons = str(Path(folder) / "icons")
        return build(str(theme), False, extra, icons, export=True)


def parse(sheet: str) -> list[Rule]:
    """The rules of a sheet, one for each selector."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    rules: list[Rule] = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        pairs = [part.split(":", 1) for part in body.split(";") if ":" in part]
        declarations = tuple((name.strip(), " ".join(value.split())) for name, value in pairs)
        rules += [Rule(" ".join(selector.split()), declarations) for selector in selectors.split(",")]
    return rules


def wanted(rule: Rule) -> bool:
    """Whether a rule of qt-material styles a widget that we have."""
    named = re.match(r"Q\w+", rule.selector)
    return named is not None and named[0] in WIDGETS and not UNWANTED.search(rule.selector)


def cleaned(rules: list[Rule]) -> list[Rule]:
    """Without what harms: upper case, hidden focus, sizes that ignore the system's font, borrowed icons."""
    return [
        Rule(
            rule.selector,
            tuple(
                (n, v)
                for n, v in rule.declarations
                if n not in HARMFUL and "icon:" not in v and "unset" not in v
            ),
        )
        for rule in rules
        if wanted(rule)
    ]


def overrides(later: str, earlier: str) -> bool:
    """Whether a later declaration leaves nothing of an earlier one for the same selector."""
    if later == earlier:
        return True
    return earlier.startswith(later + "-") and not earlier.startswith("border-radius")


def without_dead(rules: list[Rule]) -> list[Rule]:
    """The same sheet without declarations that a later rule of the very same selector replaces anyway."""
    later: dict[str, list[str]] = {}
    kept: list[Rule] = []
    for rule in reversed(rules):
        seen = later.setdefault(rule.selector, [])
        alive: list[tuple[str, str]] = []
        for name, value in reversed(rule.declarations):
            if not any(overrides(other, name) for other in seen):
                alive.append((name, value))
            seen.append(name)
        if alive:
            kept.append(Rule(rule.selector, tuple(reversed(alive))))
    return kept[::-1]


def text_of(rules: list[Rule]) -> str:
    """The sheet as text; neighbours with equal declarations share one block."""
    blocks: list[tuple[list[str], tuple[tuple[str, str], ...]]] = []
    for rule in rules:
        if blocks and blocks[-1][1] == rule.declarations:
            blocks[-1][0].append(rule.selector)
        else:
            blocks.append(([rule.selector], rule.declarations))
    lines = (
        ",".join(selectors) + "{" + ";".join(f"{name}:{value}" for name, value in declarations) + "}"
        for selectors, declarations in blocks
    )
    return "\n".join(lines) + "\n"


def render(tokens: dict[str, str]) -> dict[str, str]:
    """Every file of one theme: name to text."""
    patch = parse(string.Template(PATCH.read_text(encoding="utf-8")).substitute(tokens))
    sheet = text_of(without_dead(cleaned(parse(material_sheet(tokens))) + patch))
    files = {"sheet.qss": sheet}
    for name, shape in INDICATORS.items():
        drawing = shape.format(**tokens)
        files[f"{name}.svg"] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">{drawing}</svg>\n'
        )
    return files


def main() -> int:
    """Writes the themes, or with --check compares them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail when the shipped files differ"
    )
    check = parser.parse_args().check
    differing: list[str] = []
    for source in sorted(THEMES.glob("*.json")):
        folder = THEMES / source.stem
        files = render(json.loads(source.read_text(encoding="utf-8"))["tokens"])
        present = (
            {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}
            if folder.is_dir()
            else {}
        )
        differing += [
            f"{source.stem}/{name}"
            for name in sorted(files | present)
            if files.get(name) != present.get(name)
        ]
        if not check:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name, text in files.items():
                (folder / name).write_text(text, encoding="utf-8")
    if check and differing:
        sys.stderr.write("not as built: " + ", ".join(differing) + "\n")
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
