"""Lists and settings of the office on screen."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


def open_office(window: "MainWindow") -> QWidget:
    """Show agents, departments, teams, roles and topics beside a main window."""
    # Imported when first opened: most days nobody changes the office.
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page("agent")
    return office


def open_disputed(window: "MainWindow") -> QWidget:
    """Show what two people did differently in the office beside a main window."""
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_disputed()
    return office


def open_settings(window: "MainWindow") -> QWidget:
    """Show the settings of the desk beside a main window."""
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page("settings")
    return office


def open_page(window: "MainWindow", key: str) -> QWidget:
    """Show one list of the office beside a main window; KeyError for an unknown key."""
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page(key)
    return office
