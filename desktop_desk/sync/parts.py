"""The bytes of attached files: after the facts that name them, part by part, each once at the hub."""

from collections.abc import Sequence

from desktop_desk.desk.exchange_ports import Hub
from desktop_desk.desk.ports import AttachmentRecord, Store
from desktop_desk.domain.attachments import parts_of
from desktop_desk.domain.errors import DeskError, Invalid
from desktop_desk.sync.sealer import Sealer

AT_ONCE = 1000
"""Files that are looked at in one go."""


def exchange_parts(store: Store, hub: Hub, sealer: Sealer | None = None) -> tuple[int, int]:
    """Bring and lay the parts of files; gives how many came and how many went."""
    with store.reading():
        missing = store.attachments.missing(AT_ONCE)
        new = store.attachments.since(_cursor(store, hub), 1)
    if not missing and not new:
        return 0, 0
    there = set(hub.names("chunks"))
    return _bring(store, hub, sealer, missing, there), _lay(store, hub, sealer, there)


def _bring(
    store: Store, hub: Hub, sealer: Sealer | None, missing: Sequence[AttachmentRecord], there: set[str]
) -> int:
    """Take in what the hub has of files that are not whole here."""
    brought = 0
    for record in missing:
        with store.reading():
            have = store.attachments.parts_here(record.sha)
        for n in range(parts_of(record.size)):
            name = f"{record.sha}-{n}"
            if n in have or name not in there:
                continue
            body = _opened(hub.read("chunks", name), name, sealer)
            if body is None:
                break
            try:
                with store.writing():
                    store.attachments.take(record.sha, record.size, n, body)
            except Invalid:
                break  # it stays "still on another laptop", and is asked for again
            brought += 1
    return brought


def _lay(store: Store, hub: Hub, sealer: Sealer | None, there: set[str]) -> int:
    """Lay the parts of files whose facts are new here; the cursor stays before the first that is not here yet."""
    laid, cursor, waits = 0, _cursor(store, hub), False
    while True:
        with store.reading():
            records = store.attachments.since(cursor, AT_ONCE)
            whole = store.attachments.here({record.sha: record.size for record in records})
        if not records:
            return laid
        for record in records:
            waits = waits or record.sha not in whole
            for n in range(parts_of(record.size) if record.sha in whole else 0):
                name = f"{record.sha}-{n}"
                if name in there:
                    continue
                with store.reading():
                    body = store.attachments.part(record.sha, n)
                if body is not None:
                    hub.write("chunks", name, body if sealer is None else sealer.seal(body, f"chunks/{name}"))
                    there.add(name)
                    laid += 1
        cursor = records[-1].id
        if not waits:
            store.log.keep_note(_note(hub), str(cursor))


def _opened(body: bytes | None, name: str, sealer: Sealer | None) -> bytes | None:
    if body is None or sealer is None:
        return body
    try:
        return sealer.unseal(body, f"chunks/{name}")
    except (ValueError, DeskError):
        return None


def _note(hub: Hub) -> str:
    return f"files {hub.address}"


def _cursor(store: Store, hub: Hub) -> int:
    return int(store.log.note(_note(hub)) or 0)
