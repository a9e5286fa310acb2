"""Tests of the names that `tiling` itself offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import tiling


def test_import_of_tiling_alone_loads_no_library() -> None:
    code = "import sys, tiling, tiling.errors; print(*sorted({'rasterio', 'numpy', 'shapely'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", tiling.__all__)
def test_public_name_comes_from_the_module_that_defines_it(name: str) -> None:
    value = getattr(tiling, name)
    assert value.__name__ == name
    assert value.__module__.startswith("tiling.")
    assert name in dir(tiling)


def test_names_for_type_checkers_are_the_public_names() -> None:
    tree = ast.parse(Path(tiling.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tiling.")
        for alias in node.names
    }
    assert imported - {"lazy_names"} == set(tiling.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tiling.nothing  # type: ignore[attr-defined]
