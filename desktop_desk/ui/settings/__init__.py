"""Lists and settings of the office on screen."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


def open_page(window: "MainWindow", key: str) -> QWidget:
    """Show one list of the office, or the settings, beside a main window; KeyError for an unknown key."""
    # Imported when first opened: most days nobody changes the office.
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page(key)
    return office


def open_office(window: "MainWindow") -> QWidget:
    """Show agents, and from there departments, teams, roles and topics."""
    return open_page(window, "agent")


def open_settings(window: "MainWindow") -> QWidget:
    """Show the settings of the desk."""
    return open_page(window, "settings")


def open_disputed(window: "MainWindow") -> QWidget:
    """Show what two people did differently in the office."""
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_disputed()
    return office
