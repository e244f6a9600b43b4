"""Takes the look that the command line names; each imports no more than it looks at."""

import json
import os
import sys
from typing import Any

STARTED = "DESKTOP_DESK_BENCH_STARTED"


def look(what: str, desk: str) -> dict[str, Any]:
    """What is seen; times in ms, memory in MB."""
    if what == "bare":
        from desktop_desk.ui.measure.bare import bare_window

        return bare_window(float(os.environ[STARTED]))
    from desktop_desk.ui.quick_start import begin_start

    begin_start()
    from desktop_desk.ui.measure.program import Watched
    from desktop_desk.ui.measure.work import arrived, queue_pixels, started, ticket_pixels, used

    login, password = os.environ["DESKTOP_DESK_AGENT"], os.environ["DESKTOP_DESK_PASSWORD"]
    watched = Watched(desk, login, "" if what == "arrive" else password)
    try:
        match what:
            case "start":
                return started(watched, float(os.environ[STARTED]))
            case "arrive":
                return arrived(watched, float(os.environ[STARTED]), password)
            case "used":
                return used(watched)
            case "queue":
                return queue_pixels(watched)
            case "ticket":
                return ticket_pixels(watched)
            case "scroll":
                from desktop_desk.ui.measure.scrolling import scrolling

                return scrolling(watched)
            case "call":
                from desktop_desk.ui.measure.calling import screen_pop

                return screen_pop(watched)
            case _:
                raise ValueError(what)
    finally:
        watched.end()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(*sys.argv[1:3])))
