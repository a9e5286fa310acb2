"""Tests that documents name what is there: links lead to files, and functions are in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\[(`?)([^\]`]*)`?\]\(([^)#\s]+)\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document: Path) -> None:
    links = [target for _, _, target in LINK.findall(document.read_text()) if not target.startswith("http")]
    assert not [target for target in links if not (document.parent / target).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_functions_are_where_a_link_says(document: Path) -> None:
    for code, name, target in LINK.findall(document.read_text()):
        if code and target.endswith(".py") and name.isidentifier():
            source = (document.parent / target).read_text()
            assert re.search(rf"^\s*(def|class) {name}\b", source, re.MULTILINE), f"{name} is not in {target}"


def test_ten_functions_carry_a_raster_to_corrected_geojson() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text()
    assert len(re.findall(r"^\| \d+ \| \[`\w+`\]\(\.\./", table, re.MULTILINE)) == 10
