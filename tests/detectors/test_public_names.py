"""Tests of the names that `detectors` itself offers."""

from __future__ import annotations

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import detectors


def test_import_of_detectors_alone_loads_no_library() -> None:
    code = "import sys, detectors, detectors.errors; print(*sorted({'torch', 'numpy', 'shapely'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize("name", detectors.__all__)
def test_public_name_comes_from_the_module_that_defines_it(name: str) -> None:
    value = getattr(detectors, name)
    assert value.__name__ == name
    assert value.__module__.startswith("detectors.")
    assert name in dir(detectors)


def test_names_for_type_checkers_are_the_public_names() -> None:
    tree = ast.parse(Path(detectors.__file__).read_text())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("detectors.")
        for alias in node.names
    }
    assert imported == set(detectors.__all__)


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = detectors.nothing  # type: ignore[attr-defined]


def test_example_of_the_docstring_runs() -> None:
    assert doctest.testmod(detectors).failed == 0
