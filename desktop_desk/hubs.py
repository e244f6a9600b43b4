"""Hubs by their addresses: which kind of place one is, opened or made."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.storage.sql_hub import make_hub_file, make_hub_on_server, open_hub_file, open_hub_on_server
from desktop_desk.sync.folder_hub import FolderHub, open_folder


def hub_address(text: str) -> str:
    """A hub's address as a desk remembers it: paths in full; a folder that is there needs no "folder:"."""
    if "://" in text:
        return text
    path = Path(text.removeprefix("folder:")).expanduser().absolute()
    return f"folder:{path}" if text.startswith("folder:") or path.is_dir() else str(path)


@contextmanager
def opened_hub_at(address: str, *, make: bool = False) -> Generator[Hub]:
    """The hub at an address, closed at the end; `make`: as far as a hub can be made without a desk, it is.

    Raises:
        Invalid: what is there is no hub.
        StorageUnavailable: it cannot be reached, read or written.
    """
    full = hub_address(address)
    hub: Hub
    if "://" in full:
        hub = make_hub_on_server(full) if make else open_hub_on_server(full)
    elif full.startswith("folder:"):
        folder = FolderHub(Path(full.removeprefix("folder:")))
        if make:
            folder.make()
        hub = folder if make else open_folder(folder.root)
    else:
        hub = make_hub_file(Path(full)) if make else open_hub_file(Path(full))
    try:
        yield hub
    finally:
        hub.close()
