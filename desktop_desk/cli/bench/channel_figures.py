"""Figures of what comes in by mail and by the web form."""

import http.client
import random
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop_desk import bootstrap
from desktop_desk.channels.mail_import import import_mails
from desktop_desk.channels.web_server import FormServer
from desktop_desk.cli.bench.figures import Figure, figure_of, in_turn
from desktop_desk.exchange.demo import ADMIN, PASSWORD

MAILS = 500
SEED = 1
LINES = (3, 40)
"""How many lines a mail has, at least and at most."""
REQUESTS = 200
PATIENCE = 10
"""Seconds that the form may take to answer."""
WORDS = (
    "the printer at till three says no paper although there is some and sales cannot reach the server".split()
)


def mail_figures(folder: Path) -> Iterator[Figure]:
    """Take mails into the desk of an office; every third answers an earlier one, every fifth has a file."""
    with TemporaryDirectory(dir=folder, prefix="mails-") as place:
        mails, target = Path(place, "mails"), Path(place, "target.desk")
        mails.mkdir()
        for index, raw in enumerate(_letters(MAILS)):
            (mails / f"{index:05}.eml").write_bytes(raw)
        bootstrap.generate(target, tickets=0, seed=SEED)
        front = bootstrap.open_desk(target)
        try:
            start = time.perf_counter()
            import_mails(front.log_in(ADMIN, PASSWORD), [mails])
            took = time.perf_counter() - start
        finally:
            front.close()
        start = time.perf_counter()
        for path in sorted(mails.iterdir()):
            for part in BytesParser(policy=default).parsebytes(path.read_bytes()).walk():
                part.get_payload(decode=True)
        parsed = time.perf_counter() - start
    yield Figure(
        "take in mails", MAILS, "mails/s", MAILS / took, None, MAILS / parsed, "parsed alone", budget=100.0,
        at_least=True,
    )  # fmt: skip


def form_figures(path: Path, tickets: int) -> Iterator[Figure]:
    """The request form as a browser gets it; beside it a page that there is not, from the same server."""
    front = bootstrap.open_desk(path)
    try:
        server = FormServer(front.requests(), bootstrap.now_ms, front.close_thread, port=0)
        server.start()
        try:
            took, bare = in_turn(
                [lambda: _answered(server.port, "/", 200)] * REQUESTS,
                [lambda: _answered(server.port, "/nothing-here", 404)],
            )
        finally:
            server.stop()
    finally:
        front.close()
    yield figure_of("request form", tickets, took, bare, "a page that is not there", budget=20.0)


def _answered(port: int, path: str, status: int) -> None:
    """Ask on a connection of its own, as a new visitor does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != status:
        raise RuntimeError(f"{path}: {answer.status}")


def _letters(count: int) -> Iterator[bytes]:
    """Mails of many lengths, the same at every run."""
    chance = random.Random(SEED)  # noqa: S311  what is written in them
    for index in range(count):
        letter = EmailMessage(policy=default)
        letter["From"] = f"Caller {index % 90} <caller{index % 90}@example.com>"
        letter["To"] = "Help desk <help@example.com>"
        letter["Subject"] = " ".join(chance.choices(WORDS, k=6))
        letter["Message-ID"] = f"<{index}@example.com>"
        letter["Date"] = "Mon, 02 Nov 2026 10:00:00 +0100"
        if index % 3 == 2:
            letter["In-Reply-To"] = f"<{chance.randrange(index)}@example.com>"
        lines = [" ".join(chance.choices(WORDS, k=12)) for _line in range(chance.randint(*LINES))]
        letter.set_content("\n".join(lines))
        letter.add_alternative(f"<html><body><p>{'</p><p>'.join(lines)}</p></body></html>", subtype="html")
        if index % 5 == 4:
            letter.add_attachment(
                chance.randbytes(20_000), maintype="application", subtype="octet-stream", filename="till.log"
            )
        yield letter.as_bytes()
