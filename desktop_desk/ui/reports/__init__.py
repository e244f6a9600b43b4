"""Reports on screen."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


def open_summary(window: "MainWindow") -> QWidget:
    """Show the summary beside a main window."""
    # Imported when first opened: starting the program must not wait for it.
    from desktop_desk.ui.settings.office_window import office_of

    office = office_of(window)
    office.show_page("summary")
    return office
