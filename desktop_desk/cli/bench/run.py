"""Runs the figures that were asked for, on a generated desk of the size that was asked for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_desk import bootstrap, encryption
from desktop_desk.cli.bench.channel_figures import form_figures, mail_figures
from desktop_desk.cli.bench.desk_figures import DeskFigures
from desktop_desk.cli.bench.figures import Figure
from desktop_desk.cli.bench.import_figures import apply_figures, import_figures
from desktop_desk.cli.bench.sync_figures import SyncFigures
from desktop_desk.cli.bench.window_figures import WindowFigures
from desktop_desk.domain.choices import one_of
from desktop_desk.domain.errors import Invalid
from desktop_desk.exchange.demo import ADMIN, PASSWORD
from desktop_desk.i18n import _

SEED = 1
GROUPS = (
    "queue", "ticket", "search", "caller", "counters", "report", "save", "disk", "import", "apply", "sync", "hub",
    "snapshot", "encrypted", "mail", "form", "start", "memory", "scroll", "pixels", "call",
)  # fmt: skip
"""The names of the figures, in their order."""


def run(
    names: Sequence[str], tickets: int, folder: Path, progress: Callable[[int, int], None] | None = None,
    server: str = "",
) -> Iterator[Figure]:  # fmt: skip
    """Take the figures with these names, or all of them, one after the other.

    Args:
        tickets: the size of the generated desk, kept in `folder` and used again by later runs.
        progress: told how far the desk is made, where it has to be.
        server: the address of an empty PostgreSQL database to measure with as well; a desk is left in it.

    Raises:
        Invalid: there is no figure of this name.
    """
    for name in names:
        if name not in GROUPS:
            raise Invalid(
                "name",
                _("There is no figure “{name}”.").format(name=name),
                one_of(GROUPS),
            )
    return _figures(
        [name for name in GROUPS if not names or name in names],
        _desk(tickets, folder, progress),
        folder,
        server,
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


def _figures(names: Sequence[str], path: Path, folder: Path, server: str) -> Iterator[Figure]:
    heard: list[str] = []
    front, overheard = bootstrap.open_desk(path), bootstrap.open_desk(path, overhear=heard.append)
    try:
        desk = front.log_in(ADMIN, PASSWORD)
        of_desk = DeskFigures(desk, overheard.log_in(ADMIN, PASSWORD), heard, path)
        groups = {
            **of_desk.groups(),
            "import": lambda: import_figures(folder),
            "apply": lambda: apply_figures(folder, server),
            **SyncFigures(desk, path, folder).groups(),
            "encrypted": lambda: _encrypted(path),
            "mail": lambda: mail_figures(folder),
            "form": lambda: form_figures(path, desk.counters().total),
            **WindowFigures(path, desk.counters().total).groups(),
        }
        for name in names:
            yield from groups[name]()
        of_desk.close()
    finally:
        overheard.close()
        front.close()


def _encrypted(path: Path) -> Iterator[Figure]:
    """The figures of the desk itself, taken on an encrypted copy of it, which is kept and used again."""
    copy = path.with_name(f"{path.stem}-encrypted.desk")
    if not copy.exists():
        with TemporaryDirectory(dir=path.parent, prefix="encrypting-") as place:
            making = Path(place, copy.name)
            bootstrap.restore_desk(path, making)
            encryption.encrypt(making, ADMIN, PASSWORD)
            # Its keys first: a desk without them is none.
            for made in sorted(making.parent.glob(f"{copy.name}*"), reverse=True):
                made.replace(copy.with_name(made.name))
    heard: list[str] = []
    front, overheard = bootstrap.open_desk(copy), bootstrap.open_desk(copy, overhear=heard.append)
    try:
        desk, other = front.log_in(ADMIN, PASSWORD), overheard.log_in(ADMIN, PASSWORD)
        key = encryption.key_of(copy, ADMIN, PASSWORD)
        of_desk = DeskFigures(desk, other, heard, copy, key)
        for group in of_desk.groups().values():
            for figure in group():
                yield replace(figure, name=f"encrypted: {figure.name}")
        of_desk.close()
    finally:
        overheard.close()
        front.close()
