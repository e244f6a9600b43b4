"""A desk that syncs by itself: soon after a change, now and then anyway, and quietly while the hub is away."""

import itertools
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk import bootstrap, copies, sharing
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.front_door import FrontDoor
from desktop_desk.desk.views import CallDraft
from desktop_desk.sync.rhythm import EVERY_MS, SOON_MS, Rhythm
from desktop_desk.ui.copies import syncing as syncing_module
from desktop_desk.ui.copies.attach import CopiesOnScreen
from desktop_desk.ui.copies.status_item import status_words
from desktop_desk.ui.copies.syncing import LOOK_MS, Syncing, SyncState
from desktop_desk.ui.main_window import MainWindow
from desktop_desk.ui.tickets.differences import DifferenceStrip
from tests.drivers import FrontDesk, part
from tests.drivers_copies import CopiesPage, said
from tests.ui.conftest import PASSWORD, QUICK
from tests.ui.test_main_window import SCANNER

MINUTE = 60_000


@pytest.fixture
def desk(front: FrontDoor) -> Desk:
    """The administrator at the desk of the window."""
    return front.log_in("admin", PASSWORD)


@dataclass
class Watch:
    """A clock that is set by hand; it begins now, because hubs are used by the real one, too."""

    at: int = field(default_factory=bootstrap.now_ms)

    def __call__(self) -> int:
        return self.at

    def pass_(self, ms: int) -> None:
        self.at += ms


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(desk: Desk, tmp_path: Path) -> Path:
    """The desk is shared through this folder."""
    folder = tmp_path / "front.hub"
    copies.share(desk, f"folder:{folder}", "Front desk PC")
    return folder


@pytest.fixture
def laptop(hub: Path, tmp_path: Path) -> Iterator[Desk]:
    """Jane, who took the desk along."""
    path = tmp_path / "laptop.desk"
    sharing.new_replica(f"folder:{hub}", path, "Jane’s laptop", "admin", PASSWORD, passwords=QUICK)
    door = bootstrap.open_desk(path, passwords=QUICK)
    yield door.log_in("jane", PASSWORD)
    door.close()


@pytest.fixture
def syncing(desk: Desk, watch: Watch, qtbot: QtBot) -> Syncing:
    """Syncs in this thread whenever its clock is asked to tick."""
    made = Syncing(desk, _nothing, _nothing, now=watch, inline=True)
    made.broke.connect(_fail)
    made.look()
    return made


def _nothing() -> None:
    return


def _fail(error: Exception) -> None:
    raise error


class Opened:
    """Stands where the open desk would be."""

    name = "Front desk"


@pytest.fixture
def joined(window: MainWindow, syncing: Syncing) -> Iterator[CopiesOnScreen]:
    made = CopiesOnScreen(Opened(), window, syncing)  # type: ignore[arg-type]
    yield made
    made.leave()


def test_a_desk_without_a_hub_says_nothing_and_does_nothing(
    joined: CopiesOnScreen, syncing: Syncing, window: MainWindow
) -> None:
    syncing.tick()
    assert syncing.state == SyncState()
    assert said(window) == ""
    assert not window.actions_["desk.sync"].isEnabled()


def test_a_desk_that_is_shared_meanwhile_begins_to_sync(
    syncing: Syncing, desk: Desk, watch: Watch, tmp_path: Path
) -> None:
    copies.share(desk, f"folder:{tmp_path / 'hub'}", "PC")
    syncing.tick()
    assert not syncing.state.hub, "nobody looks at every tick"
    watch.pass_(LOOK_MS)
    syncing.tick()
    assert syncing.state.hub == f"folder:{tmp_path / 'hub'}"


def test_what_the_laptop_wrote_comes_by_itself_and_the_window_keeps_its_place(
    hub: Path, laptop: Desk, joined: CopiesOnScreen, syncing: Syncing, front_desk: FrontDesk, window: MainWindow,
    watch: Watch,
) -> None:  # fmt: skip
    syncing.tick()
    front_desk.table.go_to(SCANNER)
    front_desk.table.press("n")
    QTest.keyClicks(front_desk.composer.editor, "I am still writing")
    laptop.log_call(CallDraft("Fire in the server room", priority="A"))
    laptop.note(front_desk.ticket.number(), "Paper was damp.")
    sharing.sync(laptop)
    watch.pass_(EVERY_MS)
    syncing.tick()
    front_desk.qtbot.waitUntil(lambda: "Fire in the server room" in front_desk.table.subjects())
    assert front_desk.table.chosen() == [SCANNER]
    assert "Paper was damp." in " ".join(front_desk.ticket.thread())
    assert front_desk.composer.editor.toPlainText() == "I am still writing"


def test_a_change_goes_out_soon_and_nobody_asks(
    hub: Path, laptop: Desk, joined: CopiesOnScreen, syncing: Syncing, front_desk: FrontDesk, watch: Watch
) -> None:
    syncing.tick()
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    front_desk.table.press("n")
    QTest.keyClicks(front_desk.composer.editor, "New drum ordered.")
    front_desk.composer.send()
    syncing.tick()
    sharing.sync(laptop)
    assert "New drum ordered." not in texts(laptop, number), "whoever writes on is not interrupted"
    watch.pass_(SOON_MS)
    syncing.tick()
    sharing.sync(laptop)
    assert "New drum ordered." in texts(laptop, number)


def texts(desk: Desk, number: str) -> list[str]:
    return [entry.text for entry in desk.ticket(number).thread]


def test_offline_is_a_state_and_no_error(
    hub: Path, joined: CopiesOnScreen, syncing: Syncing, front_desk: FrontDesk, window: MainWindow, watch: Watch,
    desk: Desk,
) -> None:  # fmt: skip
    syncing.tick()
    assert said(window).startswith("Synced ")
    away = hub.with_name("away")
    hub.rename(away)
    number = front_desk.ticket.number()
    for text in ("one", "two"):
        desk.note(number, text)
    syncing.wrote()
    watch.pass_(SOON_MS)
    syncing.tick()
    assert said(window).startswith("Offline since ")
    assert said(window).endswith("2 changes to send")
    assert front_desk.notice() == ""
    since = syncing.state.offline_since
    for _try in range(3):
        watch.pass_(20 * MINUTE)
        syncing.tick()
    assert syncing.state.offline_since == since, "it is away since it went away, not since the last try"
    away.rename(hub)
    syncing.sync_now()
    assert said(window).startswith("Synced ")
    assert syncing.state.waiting == 0


def test_tries_get_rarer_while_the_hub_is_away(hub: Path, syncing: Syncing, watch: Watch) -> None:
    shutil.rmtree(hub)
    tries: list[int] = []
    begun = watch.at
    syncing.changed.connect(lambda state: tries.append(watch.at) if state.rhythm.state == "syncing" else None)
    while watch.at < begun + 30 * MINUTE:
        syncing.tick()
        watch.pass_(1000)
    pauses = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert pauses == sorted(pauses)
    assert 5_000 <= pauses[0] <= 6_000
    assert 5 * MINUTE <= pauses[-1] <= 5 * MINUTE + 1000


def test_a_clock_that_is_set_back_stops_nothing(hub: Path, syncing: Syncing, watch: Watch) -> None:
    syncing.tick()
    synced = syncing.state.rhythm.synced
    watch.pass_(-365 * 24 * 60 * MINUTE)
    syncing.tick()
    assert syncing.state.rhythm.synced == watch.at != synced


def test_a_problem_is_told_in_the_status_line_and_not_in_the_way(
    hub: Path, joined: CopiesOnScreen, syncing: Syncing, window: MainWindow, front_desk: FrontDesk
) -> None:
    (hub / "about" / "desk.json").write_text("{}")
    syncing.tick()
    assert said(window) == "Not synced: see why"
    assert syncing.state.rhythm.said in part(window, QPushButton, "status_sync").toolTip()
    assert front_desk.notice() == ""


def test_while_the_desk_is_locked_nothing_is_exchanged_and_then_at_once(
    hub: Path, syncing: Syncing, watch: Watch, desk: Desk, laptop: Desk
) -> None:
    syncing.tick()
    number = desk.log_call(CallDraft("Before the lock")).number or ""
    syncing.wrote()
    syncing.rest()
    sharing.sync(laptop)
    assert laptop.ticket(number).subject == "Before the lock", "what was new has gone out"
    before = syncing.state.rhythm.synced
    watch.pass_(60 * MINUTE)
    syncing.tick()
    assert syncing.state.rhythm.synced == before
    syncing.go_on()
    assert syncing.state.rhythm.synced == watch.at


def test_the_last_window_sends_what_is_new_unless_the_system_is_in_a_hurry(
    hub: Path, desk: Desk, laptop: Desk, watch: Watch, qtbot: QtBot
) -> None:
    for hurry in (True, False):
        syncing = Syncing(desk, _nothing, _nothing, now=watch, inline=True)
        syncing.look()
        syncing.tick()
        number = desk.log_call(CallDraft("At five to five")).number or ""
        syncing.wrote()
        syncing.finish(hurry=hurry)
        sharing.sync(laptop)
        known = {row.number for row in laptop.queue("open").rows}
        assert (number in known) is not hurry


def test_a_hub_that_hangs_keeps_nobody_from_leaving(
    desk: Desk, hub: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(syncing_module, "PATIENCE", 0.2)
    begun, release = threading.Event(), threading.Event()

    def hangs(_desk: Desk, _told: Callable[[int, int], None]) -> None:
        begun.set()
        release.wait(60)

    monkeypatch.setattr(copies, "sync", hangs)
    syncing = Syncing(desk, desk.store.close_thread, _nothing)
    syncing.look()
    qtbot.waitUntil(lambda: bool(syncing.state.hub))
    syncing.tick()
    assert begun.wait(10)
    started = time.monotonic()
    syncing.finish(hurry=False)
    assert time.monotonic() - started < 5
    release.set()


def test_a_long_sync_stops_between_two_steps_when_the_desk_is_closed(
    desk: Desk, hub: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def long(_desk: Desk, told: Callable[[int, int], None]) -> None:
        try:
            while True:
                begun.set()
                told(1, 2)
                time.sleep(0.001)
        finally:
            ended.set()

    monkeypatch.setattr(copies, "sync", long)
    syncing = Syncing(desk, desk.store.close_thread, _nothing)
    syncing.look()
    qtbot.waitUntil(lambda: bool(syncing.state.hub))
    syncing.tick()
    assert begun.wait(10)
    syncing.finish(hurry=True)
    assert ended.is_set()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SyncState(), ""),
        (SyncState("h"), "Not synced yet"),
        (SyncState("h", Rhythm("syncing", None)), "Syncing…"),
        (SyncState("h", Rhythm("problem", 0, synced=1, said="The clock is wrong.")), "Synced"),
        (SyncState("h", Rhythm("problem", 0, failures=1)), "Not synced: see why"),
        (SyncState("h", Rhythm("offline", 0, failures=1), 1, 1), "1 change to send"),
        (SyncState("h", Rhythm("offline", 0, failures=1), 12_345, 1), "12,345 changes to send"),
        (
            SyncState("h", Rhythm("synced", 0, synced=1), outbox_held=True),
            "restored: outgoing mail waits for you",
        ),
        (SyncState(outbox_held=True), "restored: outgoing mail waits for you"),
    ],
)
def test_the_status_line_tells_each_state_in_a_few_words(state: SyncState, words: str) -> None:
    assert words in status_words(state, bootstrap.now_ms())
    assert bool(words) == bool(status_words(state, bootstrap.now_ms()))


def test_the_word_in_the_status_line_leads_to_the_copies_by_keyboard(
    hub: Path, joined: CopiesOnScreen, syncing: Syncing, window: MainWindow
) -> None:
    syncing.tick()
    link = part(window, QPushButton, "status_sync")
    assert link.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert link.accessibleName().startswith("Sync: Synced ")
    link.setFocus()
    QTest.keyClick(link, Qt.Key.Key_Return)
    assert CopiesPage().names() == ["Front desk PC (this one)"]
    CopiesPage().dialog.reject()


def test_rivals_say_who_when_and_where_and_assignments_are_louder_than_subjects(
    hub: Path, laptop: Desk, joined: CopiesOnScreen, syncing: Syncing, front_desk: FrontDesk, window: MainWindow,
    desk: Desk, watch: Watch,
) -> None:  # fmt: skip
    syncing.tick()
    front_desk.table.go_to(SCANNER)
    number = front_desk.ticket.number()
    laptop.edit(number, subject="Scanner at the gate is broken")
    laptop.assign(number, "jane")
    desk.edit(number, subject="Scanner prints stripes again")
    desk.assign(number, "admin")
    sharing.sync(laptop)
    watch.pass_(EVERY_MS)
    syncing.tick()
    strips = window.pane.differences.findChildren(DifferenceStrip)
    front_desk.qtbot.waitUntil(
        lambda: [strip.isVisible() for strip in strips if strip.isVisible()] == [True, True]
    )
    words = [
        label.text() for label in window.pane.differences.findChildren(QLabel) if "differs" in label.text()
    ]
    assert words[0].startswith("Agent differs: "), "loud ones come first"
    assert words[1].startswith("Subject differs: ")
    wrote = {("Jane Roe", "Jane’s laptop"), ("Ada Min", "Front desk PC")}
    for text in words:
        assert any(f"{by} set" in text and text.endswith(f"on {place}") for by, place in wrote), text
    grounds = [strip.grab().toImage().pixelColor(strip.width() - 3, 3).name() for strip in strips]
    assert grounds == [window.look.colors.note.name(), window.look.colors.surface.name()]
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert [conflict.field for conflict in desk.ticket(number).conflicts] == ["subject"]
    front_desk.qtbot.waitUntil(
        lambda: any(each.isVisible() for each in window.pane.differences.findChildren(DifferenceStrip))
    )
    QTest.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert desk.ticket(number).conflicts == ()
