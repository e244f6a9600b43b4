"""The command reference of the manual, written from the commands themselves.

`python -m desktop_desk.cli.reference` prints it, `docs/manual/commands.md` keeps it, a test compares the two.
"""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from desktop_desk.cli.app import PROGRAM, build, form

INTRODUCTION = """\
# Commands

What can be done to tickets in the window, a command does too: for scripts, for a phone that reports calls, and for
people who like a terminal. So it is with calls that are owed (`call-back`), mail, and what you are told (`notices`). Only the window
can promise a call-back, change a caller, add or change agents, departments, teams and topics, give an agent a password (only the first
administrator's comes with `new`, and `desk recover` replaces a lost one), and change the desk's settings. Callers are shown, exported and
removed by command (`person`), and what differs in the office is settled (`office`). Commands work on the same desk at the same time as any
number of windows on this machine.

```
desktop-desk [--desk PATH|URL] [--as LOGIN] [--json] [--on-network] COMMAND …
```

The options before the command may also stand after it.

| option | environment | what it says |
|---|---|---|
| `--desk PATH\\|URL` | `DESKTOP_DESK` | the desk to work on: its file, or its address on a PostgreSQL server |
| `--as LOGIN` | `DESKTOP_DESK_AGENT` | the agent who does it |
|  | `DESKTOP_DESK_PASSWORD` | the agent's password; without it a terminal asks, and without a terminal access is denied |
| `--json` |  | one JSON document on stdout; messages always go to stderr |
| `--on-network` |  | for experts: open a desk in a network folder all the same, where its locks are seen to hold |

All commands but `open`, `call`, `new` and `bench` need an agent and a password; `restore` those of the backup. `desk recover` needs
the recovery code (`DESKTOP_DESK_RECOVERY`) and sets the password.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | refused; the reason and what to do stand on stderr |
| 2 | the command line was not understood |
| 3 | access denied |
| 4 | the desk cannot be read or written: missing, locked, damaged, newer than the program, read-only, disk full, in a network folder; or the system refuses a file or the output |

Where an option takes a text, `-` reads it from standard input (UTF-8).

## A ticket in JSON

Commands that work on one ticket print it as it is afterwards. Every key is always there.

| key | value |
|---|---|
| `number`, `uid` | the number for people, with its check digit; the number that no other thing in the world has |
| `subject`, `tags`, `source` | texts; `tags` is a list |
| `state` | `open`, `waiting`, `resolved`, `closed`, or `withdrawn` when its logging was taken back |
| `status` | the office's own name for it |
| `priority` | `A` to `D` |
| `topic`, `department`, `team` | names, or null |
| `agent` | a login, or null |
| `caller` | `name`, `phones`, `emails`, `organisation`; or null |
| `opened`, `updated`, `due`, `resolved`, `closed` | ISO 8601 in UTC, as `2026-11-21T10:02:00Z`, or null |
| `overdue` | true or false |
| `reopens`, `reassignments` | how often |
| `conflicts` | fields that two people changed without seeing each other: `field`, `shown`, `rivals` with `value`, `by`, `at`, `replica` |
| `thread` | oldest first: `kind` (`message`, `reply`, `note`, `call`, `event`), `act` (for `undo`), `by` (a login or null), `at`, `text`, `attachments` |
| `attachments` | of an entry: `uid`, `name`, `mime`, `size` in bytes, `here` (false while only another computer has it) |

An act on several tickets at once, or on none, is answered by `undo` and `redo` with `{"act", "tickets"}`.
"""  # noqa: E501  tables have no line breaks


def reference() -> str:
    """The whole page as Markdown, the same on every machine."""
    root: Any = typer.main.get_command(build())
    parts = [INTRODUCTION]
    for path, command in _commands(root, ()):
        parts.append(_chapter(path, command))
    return "\n".join(parts)


def command_paths() -> list[str]:
    """Every command as it is typed, for example "ticket log"."""
    root: Any = typer.main.get_command(build())
    return [" ".join(path) for path, _command in _commands(root, ())]


def _commands(group: Any, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        path = (*above, name)
        if hasattr(command, "commands"):
            yield from _commands(command, path)
        else:
            yield path, command


def _chapter(path: tuple[str, ...], command: Any) -> str:
    context = typer.Context(command, info_name=" ".join((PROGRAM, *path)))
    rows: list[str] = []
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is None or not record[1]:
            continue
        is_option = parameter.param_type_name == "option"
        name = record[0] if is_option else parameter.metavar
        says = record[1].replace("  [required]", "")
        rows.append(f"| `{_cell(name)}` | {_cell(says)} |")
    lines = [f"## {' '.join(path)}", "", f"`{form(context)}`", "", " ".join(command.help.split()), ""]
    if rows:
        lines += ["| word | what it says |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    sys.stdout.write(reference())
