"""A desk of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import ADesk, a_desk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ADesk]:
    desk = a_desk(tmp_path)
    yield desk
    desk.close()
