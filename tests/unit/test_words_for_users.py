"""The words that users read: one way to write an ellipsis, one word for a copy of the desk."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import desktop_desk

PROGRAM = Path(desktop_desk.__file__).parent
MARKS = {"_", "N_", "ngettext"}
COMMAND = re.compile(r"“replica \w+”|\{\w+\}")


def texts() -> Iterator[tuple[str, str]]:
    """Every text that is marked for translation, with where it stands."""
    for path in sorted(PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield f"{path.relative_to(PROGRAM)}:{argument.lineno}", argument.value


def test_what_goes_on_or_opens_a_dialog_ends_with_three_dots_and_no_blank_before_them() -> None:
    assert [(place, text) for place, text in texts() if text.endswith((" …", "..."))] == []


def test_users_read_copy_and_never_replica() -> None:
    """Only the commands keep their names."""
    assert [(place, text) for place, text in texts() if "replica" in COMMAND.sub("", text).casefold()] == []
