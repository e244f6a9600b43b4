"""The line to the server is cut while something is saved: the program tells the truth about it."""

from collections.abc import Iterator

import pytest

from desktop_desk import bootstrap
from desktop_desk.desk.desk import Desk
from desktop_desk.desk.views import CallDraft
from desktop_desk.domain.errors import StorageUnavailable
from tests.builders import PASSWORD
from tests.engines import _template_on_server, open_on_server
from tests.fakes import CountingIds, FixedClock
from tests.postgres import Server, ended, new_server, shared_server
from tests.rigs.cut_line import CutLine, When, cut_line


@pytest.fixture
def line() -> Iterator[CutLine]:
    with cut_line(shared_server().port) as rig:
        yield rig


@pytest.fixture
def john(line: CutLine) -> Iterator[Desk]:
    """John, whose program reaches the server by that line."""
    server = shared_server()
    name = server.new_database(_template_on_server())
    address = server.network_address(name).replace(f":{server.port}/", f":{line.port}/") + "?sslmode=disable"
    front = open_on_server(address, FixedClock(), CountingIds(7000))
    yield front.log_in("john", PASSWORD)
    line.when = ""
    front.close()


def subjects(desk: Desk) -> list[str]:
    return [row.subject for row in desk.queue("all").rows]


def test_what_was_saved_is_said_to_be_saved_though_the_answer_was_lost(john: Desk, line: CutLine) -> None:
    line.when = "after"
    ticket = john.log_call(CallDraft("VPN down"))
    assert line.cuts == 1
    assert john.ticket(ticket.number or "").subject == "VPN down"
    assert john.log_call(CallDraft("the next one")).number != ticket.number
    assert subjects(john).count("VPN down") == 1
    assert john.store.check(rebuild=True, progress=None)[3] == ()


def test_what_was_not_saved_is_said_not_to_be_saved_and_can_be_saved_again(john: Desk, line: CutLine) -> None:
    line.when = "before"
    with pytest.raises(StorageUnavailable, match="nothing of it was saved") as caught:
        john.log_call(CallDraft("VPN down"))
    assert caught.value.kind == "unreachable"
    assert subjects(john) == []
    john.log_call(CallDraft("VPN down"))
    assert subjects(john) == ["VPN down"]


@pytest.mark.parametrize("turn", range(5))
def test_whatever_became_of_it_is_what_is_said(john: Desk, line: CutLine, turn: int) -> None:
    line.when = "at once"
    try:
        john.log_call(CallDraft(f"call {turn}"))
        said = True
    except StorageUnavailable:
        said = False
    assert line.cuts == 1
    assert (f"call {turn}" in subjects(john)) == said


@pytest.mark.parametrize(("when", "kept"), [("after", True), ("before", False)])
def test_a_save_without_facts_is_told_by_the_server_itself(
    john: Desk, line: CutLine, when: When, kept: bool
) -> None:
    line.when = when
    try:
        john.store.log.keep_note("x", "1")
        said = True
    except StorageUnavailable:
        said = False
    assert said == kept == (john.store.log.note("x") == "1")


def test_a_server_that_does_not_notice_the_cut_does_not_hold_the_others_up(john: Desk, line: CutLine) -> None:
    line.silent = True
    line.when = "before"
    with pytest.raises(StorageUnavailable, match="nothing of it was saved"):
        john.log_call(CallDraft("VPN down"))
    john.log_call(CallDraft("the next one"))
    assert subjects(john) == ["the next one"]


def test_of_a_server_that_stays_away_nothing_is_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desktop_desk.storage.postgres_faults.PATIENCE_S", 0.3)
    server = new_server()
    try:
        with cut_line(server.port) as line:
            _cut_for_good(server, line)
    finally:
        ended(server)


def _cut_for_good(server: Server, line: CutLine) -> None:
    address = server.network_address(server.new_database())
    address = address.replace(f":{server.port}/", f":{line.port}/") + "?sslmode=disable"
    front = bootstrap.create_desk(
        address, name="Desk", admin_login="ada", admin_name="Ada", admin_password=PASSWORD
    )
    ada = front.log_in("ada", PASSWORD)
    line.when = "after"
    line.close_door()
    with pytest.raises(StorageUnavailable, match="very moment of saving") as caught:
        ada.log_call(CallDraft("VPN down"))
    assert "look before you save again" in caught.value.advice
    front.close()
