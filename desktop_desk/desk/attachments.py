"""Attachments: files that come with what is said on a ticket, kept in the desk and given back as they were."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_desk.desk.persons import Persons
from desktop_desk.desk.ports import AttachmentRecord, Draft, Store
from desktop_desk.desk.views import Attachment, AttachmentView, Entry
from desktop_desk.domain.attachments import attached, clean_kind, clean_name
from desktop_desk.domain.errors import Invalid, NotFound, StorageUnavailable
from desktop_desk.domain.facts import EntityId, Fact
from desktop_desk.i18n import _


@dataclass(frozen=True, slots=True)
class Measured:
    """A file that can be attached: its clean name and kind, its bytes' sha-256 and how many they are."""

    source: Path | bytes
    name: str
    mime: str
    sha: str
    size: int


class Filing(Persons):
    """Verbs that give files back, and what the verbs that take files in need."""

    def open_attachment(self, uid: str) -> Iterator[bytes]:
        """The bytes of an attachment, part by part; the last only when the whole is proven to be what was attached.

        Raises:
            NotFound: there is none, it was undone, or it is still on another computer.
            StorageUnavailable: it is damaged.
        """
        record = self._attachment(uid)
        return self._bytes(record)

    def save_attachment(self, uid: str, path: Path, *, replace: bool = False) -> Path:
        """Write an attachment into a file, or under its own name into a folder; gives the file.

        It is written beside and takes the name at the end, so that there is never half a file.

        Raises:
            Invalid: there is a file already and `replace` is off, or no such folder.
        """
        record = self._attachment(uid)
        target = path / record.name if path.is_dir() else path
        if not replace and target.exists():
            raise _there_already(target)
        if not target.parent.is_dir():
            reason = _("There is no folder {path}.").format(path=target.parent)
            raise Invalid("path", reason, _("Make the folder first, or choose another."))
        _write_whole(self._bytes(record), target, replace=replace)
        return target

    def _attachment(self, uid: str) -> AttachmentRecord:
        """The attachment of this id, here and to be read."""
        with self._store.reading():
            self._me()
            record = self._store.attachments.by_uid(EntityId(uid))
            if record is None:
                raise NotFound(_("There is no such attachment."), _("It may have been removed for good."))
            if record.void:
                reason = _("Attaching “{name}” was undone.").format(name=record.name)
                raise NotFound(reason, _("Redo it first."))
            if record.sha not in self._store.attachments.here({record.sha: record.size}):
                where = whereabouts(self._store, record.replica)
                raise NotFound(
                    _("“{name}” is still on {where}.").format(name=record.name, where=where),
                    _("It comes with the next sync after that computer has been in touch."),
                )
            return record

    def _bytes(self, record: AttachmentRecord) -> Iterator[bytes]:
        parts = self._store.attachments.read(record.sha, record.size, record.name)
        while True:
            # Each part in a view of its own: whoever reads slowly keeps nobody from writing.
            with self._store.reading():
                part = next(parts, None)
            if part is None:
                return
            yield part

    def _measured(self, files: Sequence[Attachment]) -> tuple[Measured, ...]:
        """What is to be attached, read once; before the transaction, which is not to wait for a slow stick."""
        found: list[Measured] = []
        for file in files:
            told = file.name or (file.source.name if isinstance(file.source, Path) else "")
            name = clean_name(told)
            sha, size = self._store.attachments.measure(file.source, name)
            found.append(Measured(file.source, name, clean_kind(file.mime, name), sha, size))
        return tuple(found)

    def _filed(
        self, files: Sequence[Measured], ticket: EntityId, entry: EntityId | None, at: int | None = None
    ) -> list[Draft]:
        """Keep the bytes and give the facts that name them; within the transaction."""
        drafts: list[Draft] = []
        for file in files:
            self._store.attachments.keep(file.source, file.name, file.sha, file.size)
            fields = {
                "name": file.name, "mime": file.mime, "size": file.size, "sha": file.sha, "entry": entry,
            }  # fmt: skip
            drafts.append(Draft("attached", self._new_id.entity(), fields, ticket=ticket, at=at))
        return drafts


def files_of(store: Store, facts: Iterable[Fact]) -> Mapping[EntityId, tuple[str, AttachmentView]]:
    """The files of these facts by their ids, each with the id of the entry that it came with, "" for none."""
    found = [(fact, file) for fact in facts if fact.verb == "attached" and (file := attached(fact.fields))]
    here = (
        store.attachments.here({file.sha: file.size for _fact, file in found}) if found else frozenset[str]()
    )
    views: dict[EntityId, tuple[str, AttachmentView]] = {}
    for fact, file in found:
        is_here = file.sha in here
        where = "" if is_here else whereabouts(store, fact.replica)
        view = AttachmentView(fact.entity, file.name, file.mime, file.size, file.sha, is_here, where)
        views[fact.entity] = (file.entry, view)
    return views


def with_files(entries: Iterable[Entry], files: Mapping[EntityId, tuple[str, AttachmentView]]) -> list[Entry]:
    """The entries with the files that came with them; a file whose entry stands is no line of its own."""
    if not files:
        return list(entries)
    kept = list(entries)
    spoken = {entry.uid for entry in kept if entry.kind != "event"}
    beside: dict[str, list[AttachmentView]] = {}
    for uid, (entry, view) in files.items():
        beside.setdefault(entry if entry in spoken else uid, []).append(view)
    hidden = {uid for uid, (entry, _view) in files.items() if entry in spoken}
    return [
        replace(entry, attachments=tuple(beside[entry.uid])) if entry.uid in beside else entry
        for entry in kept
        if entry.uid not in hidden
    ]


def whereabouts(store: Store, replica: str) -> str:
    """The name of the copy of the desk in which something came in."""
    found = store.directory().replica(replica)
    return found.name if found is not None and found.name else _("another computer")


def _there_already(path: Path) -> Invalid:
    return Invalid("path", _("There is already a file {path}.").format(path=path), _("Choose another name."))


def _write_whole(parts: Iterator[bytes], target: Path, *, replace: bool) -> None:
    """Write a file that is there whole or not at all, also after a power cut."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
        part = Path(name)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123  a descriptor, not a path
                for piece in parts:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if not replace:
                _name_new(part, target)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _there_already(target) from error
    except OSError as error:
        full = error.errno in {28, 122}
        raise StorageUnavailable(
            "full" if full else "failed",
            _("The file {path} cannot be written: {why}.").format(path=target, why=error.strerror or error),
            _("Make room, or choose another folder."),
        ) from error


def _name_new(part: Path, target: Path) -> None:
    """Give a file its name only if nobody has it; FileExistsError when somebody was quicker."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        # A stick's file system knows no second names: then a last look must do.
        if target.exists():
            raise FileExistsError(target) from None
