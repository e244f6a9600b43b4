"""Callers on screen: look them up, see what they have open, and keep their numbers right."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


def open_people(window: "MainWindow") -> QWidget:
    """Show the callers beside a main window."""
    # Imported when first opened: starting the program must not wait for it.
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page("person")
    return office


def open_person(window: "MainWindow", uid: str) -> QWidget:
    """Show one caller beside a main window."""
    from desktop_desk.ui.people.people_page import PeoplePage
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    page = office.show_page("person")
    if isinstance(page, PeoplePage):
        page.show_person(uid)
    return office
