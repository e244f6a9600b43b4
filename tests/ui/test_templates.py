"""Templates of letters in the window: preview on a real ticket, what is missing red and never saved, back again."""

from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop_desk.channels.letters import VARIABLES, own_template
from desktop_desk.desk.views import CallDraft, NewPerson
from desktop_desk.ui.background import Background
from desktop_desk.ui.drafts import Drafts
from desktop_desk.ui.operations import Operations
from desktop_desk.ui.settings.editors import ChoiceEditor, LineEditor
from desktop_desk.ui.settings.office_window import OfficeWindow
from desktop_desk.ui.settings.template_editor import MEANINGS
from desktop_desk.ui.settings.template_page import TemplatePage
from desktop_desk.ui.theme import Appearance
from tests.drivers import part
from tests.office_builders import AnOffice


@pytest.fixture
def number(office: AnOffice) -> str:
    """The newest ticket, of Ken Lee."""
    ken = NewPerson("Ken Lee", (), ("ken@sales.example",))
    return office.ada.log_call(CallDraft("VPN down", new_caller=ken)).number or ""


@pytest.fixture
def window(
    look: Appearance, office: AnOffice, number: str, drafts: Drafts, qapp: QApplication, qtbot: QtBot
) -> OfficeWindow:
    """The office window, on a desk that has a ticket."""
    assert number
    operations = Operations(
        office.ada, Background(inline=True, parent=qapp), office.front.data_version, parent=qapp
    )
    made = OfficeWindow(look, operations, drafts)
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowActive(made)
    return made


@pytest.fixture
def page(window: OfficeWindow) -> TemplatePage:
    made = cast("TemplatePage", window.show_page("template"))
    choose(made, "template_language", "en")
    return made


def preview(page: TemplatePage) -> str:
    page._preview()
    return page.editor.preview.toPlainText()


def said(page: TemplatePage, name: str) -> str:
    return part(page, QLabel, f"template_{name}").text()


def choose(page: TemplatePage, name: str, key: str) -> None:
    editor = part(page, ChoiceEditor, name)
    editor.set_value(key)
    editor.edited.emit()


def test_the_programs_own_text_is_shown_with_a_preview_on_the_newest_ticket(
    page: TemplatePage, number: str
) -> None:
    assert page.editor.text.toPlainText() == own_template("receipt", "en")
    assert said(page, "state") == "This is the program's own text; change it as you like."
    assert "Hello Ken Lee" in preview(page)
    assert number in preview(page)
    part(page, QPushButton, "template_resolved").click()
    assert page.editor.text.toPlainText() == own_template("resolved", "en")


def test_every_variable_can_be_put_in(page: TemplatePage, number: str) -> None:
    assert tuple(MEANINGS) == VARIABLES
    page.editor.text.setPlainText("Subject: x\n\n")
    page.editor.text.moveCursor(page.editor.text.textCursor().MoveOperation.End)
    part(page, QPushButton, "variable_number").click()
    assert page.editor.text.toPlainText() == "Subject: x\n\n{{ number }}"
    assert preview(page) == f"Subject: x\n\n{number}\n"


def test_what_nobody_knows_is_red_and_is_not_saved(page: TemplatePage, office: AnOffice) -> None:
    page.editor.text.setPlainText("Subject: x\n\nDear {{ calller }}")
    assert "⟦calller⟧" in preview(page)
    assert "calller" in said(page, "wrong")
    block = page.editor.preview.document().findBlockByNumber(2)
    colours = [form.format.foreground().color() for form in block.layout().formats()]
    assert colours == [page.editor._look.colors.overdue]
    QTest.keyClick(page.editor.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert office.ada.template("receipt", "en").desk == ""
    assert "calller" in said(page, "wrong")


@pytest.mark.parametrize(
    "text", ["Subject: {% if %}\n\nx", "no subject line", "Subject: x\n\n{{ ''.__class__ }}"]
)
def test_what_cannot_be_filled_in_says_why(page: TemplatePage, text: str) -> None:
    page.editor.text.setPlainText(text)
    preview(page)
    assert said(page, "wrong")


def test_a_department_gets_its_own_text_and_goes_back_to_the_one_before(
    page: TemplatePage, office: AnOffice
) -> None:
    support = office.ada.directory().department("Support")
    assert support is not None
    choose(page, "template_department", support.uid)
    page.editor.text.setPlainText("Subject: Ours\n\n{{ number }}\n")
    part(page, QPushButton, "template_save").click()
    assert office.ada.template("receipt", "en", "Support").department == "Subject: Ours\n\n{{ number }}\n"
    assert said(page, "state") == "Saved."
    choose(page, "template_department", "")
    assert page.editor.text.toPlainText() == own_template("receipt", "en")
    choose(page, "template_department", support.uid)
    assert said(page, "state") == "This is the department's own text."
    part(page, QPushButton, "template_back").click()
    assert page.editor.text.toPlainText() == own_template("receipt", "en")
    part(page, QPushButton, "template_undo").click()
    assert page.editor.text.toPlainText() == "Subject: Ours\n\n{{ number }}\n"


def test_what_is_typed_is_kept_until_it_is_saved(page: TemplatePage, drafts: Drafts) -> None:
    page.editor.text.setPlainText("Subject: half")
    part(page, QPushButton, "template_reply").click()
    assert page.editor.text.toPlainText() == own_template("reply", "en")
    part(page, QPushButton, "template_receipt").click()
    assert page.editor.text.toPlainText() == "Subject: half"
    assert said(page, "state") == "Not saved yet: this is what you typed before."


def test_a_department_sends_no_receipts_and_writes_in_another_language(
    page: TemplatePage, office: AnOffice
) -> None:
    support = office.ada.directory().department("Support")
    assert support is not None
    choose(page, "template_department", support.uid)
    part(page, QCheckBox, "department_receipts").click()
    choose(page, "department_language", "de")
    now = office.ada.directory().department("Support")
    assert now is not None
    assert (now.receipts, now.language) == (False, "de")


def test_the_preview_is_on_the_ticket_that_is_named(page: TemplatePage, office: AnOffice) -> None:
    other = office.ada.log_call(CallDraft("Till 3", new_caller=NewPerson("Rosa Klein"))).number or ""
    line = part(page, LineEditor, "template_ticket")
    line.setText(other)
    line.editingFinished.emit()
    assert "Hello Rosa Klein" in preview(page)
    line.setText("1041-9")
    line.editingFinished.emit()
    assert "check digit" in said(page, "wrong") or "no ticket" in said(page, "wrong")


def test_a_department_s_template_has_room_on_a_common_screen_with_large_text(
    look: Appearance, window: OfficeWindow, page: TemplatePage
) -> None:
    look.set_text_scale(2.0)
    choose(page, "template_department", "Support")
    QApplication.processEvents()
    assert part(page, QCheckBox, "department_receipts").isVisible()
    assert window.minimumSizeHint().width() <= 1280
    assert window.minimumSizeHint().height() <= 800
    for box in (
        part(page, QCheckBox, "department_receipts"),
        part(page, ChoiceEditor, "department_language"),
    ):
        assert page.rect().contains(box.mapTo(page, box.rect().bottomRight())), box.objectName()


def test_who_may_not_write_templates_is_told_so_and_reads_them(
    look: Appearance, office: AnOffice, number: str, qapp: QApplication, qtbot: QtBot
) -> None:
    assert number
    john = Operations(
        office.log_in("john"), Background(inline=True, parent=qapp), office.front.data_version, parent=qapp
    )
    page = TemplatePage(look, john, None)
    qtbot.addWidget(page)
    page.show()
    assert said(page, "state") == (
        "You can look at this: your role does not let you change the settings of the desk."
    )
    assert page.editor.text.isReadOnly()
    assert not part(page, QPushButton, "template_save").isEnabled()
