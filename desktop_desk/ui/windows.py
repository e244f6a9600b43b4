"""What opens the other windows; each is imported when it is first wanted."""

from typing import TYPE_CHECKING

from desktop_desk.ui.parts import CallDesk, Parts

if TYPE_CHECKING:
    from desktop_desk.ui.main_window import MainWindow


def all_parts() -> Parts:
    """The parts of the real program."""
    return Parts(
        call_desk=_calls,
        reassign=_reassign,
        person=_person,
        people=_people,
        office=_office,
        settings=_settings,
        summary=_summary,
    )


def _calls(window: "MainWindow") -> CallDesk:
    from desktop_desk.ui.calls import attach_calls

    return attach_calls(window)


def _reassign(window: "MainWindow", numbers: tuple[str, ...]) -> object:
    from desktop_desk.ui.tickets.reassign import open_reassign

    return open_reassign(window, numbers)


def _person(window: "MainWindow", uid: str) -> object:
    from desktop_desk.ui.people import open_person

    return open_person(window, uid)


def _people(window: "MainWindow") -> object:
    from desktop_desk.ui.people import open_people

    return open_people(window)


def _office(window: "MainWindow") -> object:
    from desktop_desk.ui.settings import open_office

    return open_office(window)


def _settings(window: "MainWindow") -> object:
    from desktop_desk.ui.settings import open_settings

    return open_settings(window)


def _summary(window: "MainWindow") -> object:
    from desktop_desk.ui.reports import open_summary

    return open_summary(window)
