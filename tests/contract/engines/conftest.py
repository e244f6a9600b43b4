"""Desks on every engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import ENGINES, AnEngine, an_engine


@pytest.fixture(params=ENGINES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnEngine]:
    """A desk with its people on each engine in turn."""
    desk = an_engine(request.param, tmp_path)
    yield desk
    desk.close()
