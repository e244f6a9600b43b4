"""Measures the window from inside, in a process of its own: `python -m desktop_desk.ui.measure WHAT DESK`.

Login and password stand in the environment as for the program; DESKTOP_DESK_BENCH_STARTED says when the process was
started, in seconds of the monotonic clock. What was seen is printed as one JSON object.
"""
