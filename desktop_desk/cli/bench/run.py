"""Runs the figures that were asked for, on a generated desk of the size that was asked for."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop_desk.cli.bench.desk_figures import DeskFigures
from desktop_desk.cli.bench.figures import Figure
from desktop_desk.cli.bench.import_figures import import_figures
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from desktop_desk.i18n import _

SEED = 1
WINDOW = ("start", "memory", "scroll", "pixels")
"""Figures of the window; each is taken in processes of its own."""


def run(
    names: Sequence[str], tickets: int, folder: Path, progress: Callable[[int, int], None] | None = None
) -> list[Figure]:
    """Take the figures with these names, or all of them.

    Args:
        tickets: the size of the generated desk, kept in `folder` and used again by later runs.

    Raises:
        Invalid: there is no figure of this name.
    """
    from desktop_desk import bootstrap  # noqa: PLC0415  the bench is not imported by other commands

    path = folder / f"bench-{tickets}.desk"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        bootstrap.generate(path, tickets=tickets, seed=SEED, progress=progress)
    front = bootstrap.open_desk(path)
    try:
        desk = front.log_in(ADMIN, PASSWORD)
        groups = DeskFigures(desk, path).all()
        groups["import"] = lambda: import_figures(folder)
        groups |= {name: lambda name=name: window_figures(name, path, tickets) for name in WINDOW}
        wanted = list(names) or list(groups)
        for name in wanted:
            if name not in groups:
                raise Invalid("name", _("There is no figure “{name}”.").format(name=name), ", ".join(groups))
        return [figure for name in wanted for figure in groups[name]()]
    finally:
        front.close()


def window_figures(name: str, path: Path, tickets: int) -> Iterator[Figure]:
    """Figures that a window in a process of its own takes and prints, a JSON object a line."""
    command = [sys.executable, "-m", "desktop_desk.ui.measure", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own program
    if done.returncode != 0:
        raise Invalid("name", _("The window could not be measured."), done.stderr.strip()[-500:])
    for line in done.stdout.splitlines():
        yield Figure(tickets=tickets, **json.loads(line))
