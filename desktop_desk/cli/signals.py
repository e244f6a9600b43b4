"""How a command that goes on by itself is ended."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager


@contextmanager
def ended_by_signals(end: Callable[[], object]) -> Generator[None]:
    """Let Ctrl+C and the system's request to end call `end` instead of stopping the program."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda _number, _frame: end()) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
