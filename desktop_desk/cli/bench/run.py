"""Runs the figures that were asked for, on a generated desk of the size that was asked for."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from desktop_desk import bootstrap
from desktop_desk.cli.bench.desk_figures import DeskFigures
from desktop_desk.cli.bench.figures import Figure
from desktop_desk.cli.bench.import_figures import import_figures
from desktop_desk.cli.bench.window_figures import WindowFigures
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from desktop_desk.i18n import _

SEED = 1
GROUPS = (
    "queue", "ticket", "search", "caller", "counters", "report", "save", "disk", "import", "start", "memory",
    "scroll", "pixels",
)  # fmt: skip
"""The names of the figures, in their order."""


def run(
    names: Sequence[str], tickets: int, folder: Path, progress: Callable[[int, int], None] | None = None
) -> Iterator[Figure]:
    """Take the figures with these names, or all of them, one after the other.

    Args:
        tickets: the size of the generated desk, kept in `folder` and used again by later runs.
        progress: told how far the desk is made, where it has to be.

    Raises:
        Invalid: there is no figure of this name.
    """
    for name in names:
        if name not in GROUPS:
            raise Invalid(
                "name",
                _("There is no figure “{name}”.").format(name=name),
                _("These there are: {names}.").format(names=", ".join(GROUPS)),
            )
    return _figures(
        [name for name in GROUPS if not names or name in names], _desk(tickets, folder, progress), folder
    )


def _desk(tickets: int, folder: Path, progress: Callable[[int, int], None] | None) -> Path:
    """The generated desk of this size; made under another name first, so that half of one is never used."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bench-{tickets}.desk"
    if not path.exists():
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        bootstrap.generate(making, tickets=tickets, seed=SEED, progress=progress)
        making.replace(path)
    return path


def _figures(names: Sequence[str], path: Path, folder: Path) -> Iterator[Figure]:
    heard: list[str] = []
    front, overheard = bootstrap.open_desk(path), bootstrap.open_desk(path, overhear=heard.append)
    try:
        desk = front.log_in(ADMIN, PASSWORD)
        of_desk = DeskFigures(desk, overheard.log_in(ADMIN, PASSWORD), heard, path)
        groups = {
            **of_desk.groups(),
            "import": lambda: import_figures(folder),
            **WindowFigures(path, desk.counters().total).groups(),
        }
        for name in names:
            yield from groups[name]()
        of_desk.close()
    finally:
        overheard.close()
        front.close()
