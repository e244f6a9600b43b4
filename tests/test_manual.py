"""The manual tells what the program does: its pictures and pages are there, and its keys are the program's."""

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))


def test_the_keys_page_has_the_keys_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "packaging" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    pictures: Any = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "pictures", pictures)
    spec.loader.exec_module(pictures)
    _head, _mark, tables = (MANUAL / "keys.md").read_text(encoding="utf-8").partition(pictures.MARK)
    assert tables.strip() == pictures.keys_tables().strip(), "run: python packaging/pictures.py"


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_link_and_picture_of_a_page_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_no_picture_is_left_over() -> None:
    texts = "".join(page.read_text(encoding="utf-8") for page in (*PAGES, ROOT / "README.md"))
    names = {
        picture.name.replace("-light.png", "").replace("-dark.png", "")
        for picture in MANUAL.glob("pictures/*.png")
    }
    unused = [name for name in sorted(names) if f"pictures/{name}-" not in texts]
    assert not unused
