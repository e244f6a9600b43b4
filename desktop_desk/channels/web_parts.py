"""What every answer of the form carries, and how what was sent is read."""

import hashlib
from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any, Final

from flask import Request, Response, request
from werkzeug.datastructures import FileStorage

from desktop_desk.desk.views import Attachment
from desktop_desk.domain.attachments import LARGEST, size_text, too_large
from desktop_desk.domain.errors import Invalid
from desktop_desk.i18n import _

MOST_FILES: Final = 10
MOST_BYTES: Final = 30 * 1024 * 1024
"""Of all files of one form; more would only be read for nothing."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class WebRequest(Request):
    """A request whose files stay in memory: those for an encrypted desk must not lie on the disk in the clear."""

    def _get_file_stream(self, *_what: object, **_more: object) -> IO[bytes]:
        return BytesIO()


def harden(response: Response) -> Response:
    """The answer with what keeps others from using it."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def has_files() -> bool:
    """Whether files came with a form."""
    return any(file.filename for file in request.files.getlist("files"))


def sent_files() -> list[Attachment]:
    """The files of a form.

    Raises:
        Invalid: they are too many or too large.
    """
    sent = [file for file in request.files.getlist("files") if file.filename or _size(file)]
    if len(sent) > MOST_FILES:
        text = _("These are {n} files; send up to {most} at once.").format(n=len(sent), most=MOST_FILES)
        raise Invalid("attachments", text)
    for file in sent:
        if _size(file) > LARGEST:
            raise too_large((file.filename or "")[-80:], _size(file))
    if sum(map(_size, sent)) > MOST_BYTES:
        text = _("Together the files have more than {most}.").format(most=size_text(MOST_BYTES))
        raise Invalid("attachments", text, _("Send some of them with an answer later."))
    return [Attachment(file.stream.read(), file.filename or "file", file.mimetype) for file in sent]


def act_of(files: Sequence[Attachment], *typed: str) -> str:
    """What names the act of a form that was sent: the same for a second click, another when what is in it changed."""
    what = [
        *typed,
        *(f"{file.name} {len(file.source) if isinstance(file.source, bytes) else 0}" for file in files),
    ]
    sum_ = hashlib.sha256("\0".join(what).encode("utf-8", "replace")).hexdigest()
    return f"{request.form['token']} {sum_[:32]}"


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size


def limits() -> dict[str, Any]:
    """What a page tells of how large files may be."""
    return {"file": LARGEST, "all": MOST_BYTES, "files": MOST_FILES, "file_text": size_text(LARGEST)}
