"""What is put on paper."""

from collections.abc import Callable

from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QWidget


def ask_printer(asker: QWidget, paper: Callable[[], QTextDocument]) -> None:
    """Ask which printer, and print; holds nothing up."""
    # Loaded when it is wanted: printing is rare, and so slow to load that a start would show it.
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter()
    dialog = QPrintDialog(printer, asker)
    dialog.accepted.connect(lambda: paper().print_(printer))
    dialog.finished.connect(dialog.deleteLater)
    # Its own `open` wants a slot to be called by name.
    QDialog.open(dialog)
