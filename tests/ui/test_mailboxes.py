"""Mailboxes in the window: added, changed, tried, taken over, put out of use; the password goes into the keyring."""

import threading
from typing import Any, cast

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from desktop_desk.channels import mail_passwords, mail_tokens, mail_trial
from desktop_desk.channels.mail_tokens import Invitation, Tokens
from desktop_desk.channels.mail_trial import Trial
from desktop_desk.desk.directory import Mailbox
from desktop_desk.desk.ports import Draft
from desktop_desk.domain.errors import Invalid, StorageUnavailable
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.editors import LineEditor
from desktop_desk.ui.settings.form_panel import FormPanel
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.settings.sign_in import SignInDialog
from desktop_desk.ui.theme import Appearance
from tests.drivers import part, reached_by_tab
from tests.drivers_office import OfficePage, operations_of
from tests.office_builders import AnOffice


@pytest.fixture
def operations(office: AnOffice, qapp: QApplication) -> Operations:
    return operations_of(office, qapp)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Stands for the system's keyring: passwords by the mailbox's address."""
    known: dict[str, str] = {}

    def keep(box: Mailbox, password: str) -> None:
        known[box.address] = password

    monkeypatch.setattr(mail_passwords, "keep_password", keep)
    monkeypatch.setattr(mail_passwords, "password_of", lambda box: known.get(box.address, ""))
    return known


@pytest.fixture
def window(
    look: Appearance, operations: Operations, drafts: Drafts, keyring: dict[str, str], qtbot: QtBot
) -> OfficeWindow:
    made = OfficeWindow(look, operations, drafts)
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


def page_of(window: OfficeWindow) -> OfficePage:
    return OfficePage(cast("QWidget", window.show_page("mailbox")))


def label(window: OfficeWindow, name: str) -> str:
    return part(window, QLabel, f"mailbox_{name}").text()


def add_help(page: OfficePage, **more: Any) -> None:
    page.keys.press("Ins")
    page.fill(
        name="Help", address="help@office.example", imap_host="imap.office.example",
        smtp_host="smtp.office.example", **more,
    )  # fmt: skip
    page.save()


def test_a_mailbox_is_added_by_keyboard_and_its_password_goes_into_the_keyring(
    office: AnOffice, window: OfficeWindow, keyring: dict[str, str], drafts: Drafts
) -> None:
    page = page_of(window)
    add_help(page, password="plugh", department="Support")
    assert page.words == "Saved Help."
    box = office.ada.directory().mailbox("Help")
    assert box is not None
    assert (box.address, box.imap_host, box.imap_security, box.smtp_security, box.folder, box.receipts) == (
        "help@office.example", "imap.office.example", "tls", "starttls", "INBOX", True
    )  # fmt: skip
    assert keyring == {"help@office.example": "plugh"}
    assert label(window, "kept") == "This computer knows its password."
    facts = office.ada.store.journal.of_entity(box.uid, None)
    assert not any("plugh" in str(fact.fields) for fact in facts)
    assert drafts.read("mailbox:new") is None


def test_tab_goes_through_a_mailbox_as_it_is_read(window: OfficeWindow) -> None:
    page = page_of(window)
    add_help(page)
    names = reached_by_tab(window)
    start = names.index("filter")
    order = [*names[start:], *names[:start]]
    assert order[:6] == ["filter", "add", "table", "mailbox_try", "name", "address"]
    assert order[-3:] == ["save", "toggle", "office_side"]


def test_a_mailbox_is_changed_and_put_out_of_use_and_undo_brings_it_back(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window)
    add_help(page)
    page.fill(folder="Support", receipts=False)
    page.save()
    box = office.ada.directory().mailbox("Help")
    assert box is not None
    assert (box.folder, box.receipts) == ("Support", False)
    page.keys.press("Ctrl+Del")
    found = office.ada.directory().mailbox("Help")
    assert found is not None
    assert not found.active


def test_what_the_desk_refuses_stands_beside_its_field(window: OfficeWindow) -> None:
    page = page_of(window)
    page.keys.press("Ins")
    page.fill(name="Help", address="no address")
    page.save()
    assert "no e-mail address" in " ".join(page.errors())


def test_try_it_says_what_is_wrong_beside_the_entry(
    window: OfficeWindow, monkeypatch: pytest.MonkeyPatch, keyring: dict[str, str]
) -> None:
    asked: list[tuple[str, str]] = []

    def tried(box: Mailbox, password: str) -> tuple[Trial, ...]:
        asked.append((box.imap_host, password))
        return (
            Trial("in", ok=False, said="“Help” has no folder Nowhere.", field="folder"),
            Trial("out", ok=True, said="Mail out works: smtp.office.example lets us in."),
        )

    monkeypatch.setattr(mail_trial, "try_mailbox", tried)
    page = page_of(window)
    add_help(page, password="plugh")
    page.fill(imap_host="typed.office.example")
    part(window, QPushButton, "mailbox_try").click()
    assert asked == [("typed.office.example", "plugh")]
    assert label(window, "tried") == "✗ “Help” has no folder Nowhere."
    assert label(window, "tried_too") == "✓ Mail out works: smtp.office.example lets us in."
    assert "no folder Nowhere" in " ".join(page.errors())


def test_what_was_wrong_before_is_not_said_any_more_once_it_works(
    window: OfficeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tried(_box: Mailbox, password: str) -> tuple[Trial, ...]:
        good = password == "plugh"
        said = "Mail in works." if good else "The server refuses this password."
        return (Trial("in", ok=good, said=said, field="" if good else "password"),)

    monkeypatch.setattr(mail_trial, "try_mailbox", tried)
    page = page_of(window)
    add_help(page)
    page.fill(password="wrong")
    part(window, QPushButton, "mailbox_try").click()
    assert sorted(page.errors()) == [
        "The server refuses this password.",
        "✗ The server refuses this password.",
    ]
    page.fill(password="plugh")
    part(window, QPushButton, "mailbox_try").click()
    assert label(window, "tried") == "✓ Mail in works."
    assert page.errors() == []
    assert not part(window, LineEditor, "password").property("wrong")


def test_with_no_mailbox_the_right_side_is_empty(window: OfficeWindow) -> None:
    window.resize(1000, 740)
    page = page_of(window)
    page.keys.press("Ins", "Esc")
    assert page.title == ""
    panel = part(window, FormPanel, "form_panel")
    stray = [*page.page.findChildren(QScrollBar), *panel.findChildren(QPushButton)]
    assert [each.objectName() for each in stray if each.isVisible()] == []
    add_help(page)
    assert [each.isVisible() for each in page.table.findChildren(QScrollBar)].count(True) == 1


def test_a_keyring_that_cannot_keep_the_password_is_told_and_the_mailbox_stands(
    office: AnOffice, window: OfficeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_box: Mailbox, _password: str) -> None:
        raise StorageUnavailable("failed", "This computer's keyring cannot keep the password: locked")

    monkeypatch.setattr(mail_passwords, "keep_password", refuse)
    page = page_of(window)
    add_help(page, password="plugh")
    assert "keyring cannot keep" in page.words
    assert page.words.endswith("Until this program ends it uses what you typed.")
    assert office.ada.directory().mailbox("Help") is not None


def test_this_copy_takes_a_mailbox_over_by_a_click(office: AnOffice, window: OfficeWindow) -> None:
    own = office.ada.store.log.own
    office.ada.announce_replica("Front desk", "A", "B")
    page = page_of(window)
    add_help(page)
    take = part(window, QPushButton, "mailbox_take")
    assert not take.isVisible()
    box = office.ada.directory().mailbox("Help")
    assert box is not None
    with office.ada.store.writing():
        of_another = Draft("mailbox_edited", box.uid, {"replica": "b" * 32})
        office.ada.store.journal.append([of_another], office.ada.actor.uid, None)
    cast("Any", window._pages["mailbox"]).reload()
    assert label(window, "fetched") == "Fetched by: another copy"
    assert take.isVisible()
    take.click()
    taken = office.ada.directory().mailbox("Help")
    assert taken is not None
    assert taken.replica == own
    assert label(window, "fetched") == "Fetched by: this copy of the desk"
    assert not take.isVisible()


# Signing in at the provider


def microsoft(page: OfficePage, window: OfficeWindow) -> None:
    page.keys.press("Ins")
    part(window, QPushButton, "mailbox_microsoft").click()
    page.fill(name="Help", address="help@office.example", client_id="our-program")
    page.save()


def test_a_provider_fills_in_its_servers_and_asks_for_no_password(
    office: AnOffice, window: OfficeWindow
) -> None:
    page = page_of(window)
    microsoft(page, window)
    box = office.ada.directory().mailbox("Help")
    assert box is not None
    assert (box.auth, box.imap_host, box.client_id) == ("token", "outlook.office365.com", "our-program")
    assert not part(window, QWidget, "password").isVisible()
    assert part(window, QWidget, "client_id").isVisible()
    assert label(window, "kept") == "This computer is not signed in yet."


def test_a_password_mailbox_shows_nothing_of_tokens(window: OfficeWindow) -> None:
    page = page_of(window)
    add_help(page)
    assert not part(window, QWidget, "client_id").isVisible()
    assert not part(window, QPushButton, "mailbox_sign_in").isVisible()


def test_signing_in_shows_the_code_waits_and_keeps_what_the_provider_gives(
    window: OfficeWindow, keyring: dict[str, str], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    allowed = threading.Event()
    invitation = Invitation("https://provider.example/code", "WDJB-MJHT", "", 900, 1, "device")

    def awaited(_box: Mailbox, _given: Invitation, rest: Any) -> Tokens | None:
        while not rest(0.01):
            if allowed.is_set():
                return Tokens("access", 3600, "refresh")
        return None

    monkeypatch.setattr(mail_tokens, "invited", lambda _box: invitation)
    monkeypatch.setattr(mail_tokens, "awaited", awaited)
    monkeypatch.setattr(mail_passwords, "keep_sign_in", lambda box, kept: keyring.update({box.address: kept}))
    works = Trial("in", ok=True, said="Mail in works: 3 mails in INBOX.")
    monkeypatch.setattr(mail_trial, "try_mailbox", lambda _box, _kept, access: (works,))
    page = page_of(window)
    microsoft(page, window)
    part(window, QPushButton, "mailbox_sign_in").click()
    dialog = window.findChild(SignInDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: part(dialog, QLabel, "sign_in_code").text() == "WDJB-MJHT")
    assert keyring == {}
    with qtbot.waitSignal(dialog.ended):
        allowed.set()
    assert keyring == {"help@office.example": "refresh"}
    assert part(dialog, QLabel, "sign_in_says").text() == "✓ Mail in works: 3 mails in INBOX."
    dialog.reject()
    assert label(window, "kept") == "This computer is signed in."


def test_closing_ends_the_waiting(
    window: OfficeWindow, keyring: dict[str, str], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    ended = threading.Event()
    invitation = Invitation("https://provider.example/code", "WDJB-MJHT", "", 900, 1, "device")

    def awaited(_box: Mailbox, _given: Invitation, rest: Any) -> Tokens | None:
        while not rest(5):
            pass
        ended.set()

    monkeypatch.setattr(mail_tokens, "invited", lambda _box: invitation)
    monkeypatch.setattr(mail_tokens, "awaited", awaited)
    page = page_of(window)
    microsoft(page, window)
    part(window, QPushButton, "mailbox_sign_in").click()
    dialog = window.findChild(SignInDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: part(dialog, QLabel, "sign_in_code").text() == "WDJB-MJHT")
    dialog.reject()
    assert ended.wait(5)
    assert keyring == {}


def test_a_provider_that_refuses_is_quoted(
    window: OfficeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def refuse(_box: Mailbox) -> Invitation:
        raise Invalid("client_id", "The provider does not know this program.")

    monkeypatch.setattr(mail_tokens, "invited", refuse)
    page = page_of(window)
    microsoft(page, window)
    part(window, QPushButton, "mailbox_sign_in").click()
    dialog = window.findChild(SignInDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "does not know" in part(dialog, QLabel, "sign_in_says").text())
    dialog.reject()


def test_a_mistake_of_ours_while_signing_in_is_shown_as_one(
    window: OfficeWindow, operations: Operations, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(_box: Mailbox) -> Invitation:
        raise ZeroDivisionError

    monkeypatch.setattr(mail_tokens, "invited", fail)
    page = page_of(window)
    microsoft(page, window)
    with qtbot.waitSignal(operations.failed) as told:
        part(window, QPushButton, "mailbox_sign_in").click()
    assert [type(error) for error in told.args or ()] == [ZeroDivisionError]
    dialog = window.findChild(SignInDialog)
    assert dialog is not None
    assert part(dialog, QLabel, "sign_in_says").text() == "Signing in did not work."
    dialog.reject()
