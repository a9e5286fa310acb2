"""The direction of imports: the packages are a floor plan, and no arrow points up.

`tiling` imports none of ours; `detectors` only `tiling`; the core (`geoengine` without `tasks` and `cli`) only
`tiling`; `geoengine.tasks` the three of them; `server` the core, `tiling` and the write-back; `geoengine.cli`
whatever it likes, and nobody imports it.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("geoengine", "tiling", "detectors", "server")

ALLOWED: dict[str, set[str]] = {
    "tiling": {"tiling"},
    "detectors": {"detectors", "tiling"},
    "core": {"core", "tiling"},
    "tasks": {"tasks", "core", "detectors", "tiling"},
    "server": {"server", "core", "tiling"},
    "cli": {"cli", "server", "tasks", "core", "detectors", "tiling"},
}
# The one task that the web process runs itself: it keeps labels/*.geojson current.
EXCEPTIONS = {("server", "geoengine.tasks.labels.writeback"), ("server", "detectors.outlines")}
HEAVY = {"torch", "torchvision"}


def module_of(path: Path) -> str:
    """Dotted name of a source file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def layer(module: str) -> str | None:
    """The layer a dotted name lies in, None where it is not ours."""
    parts = module.split(".")
    if parts[0] not in PACKAGES:
        return None
    if parts[0] != "geoengine":
        return parts[0]
    return parts[1] if len(parts) > 1 and parts[1] in ("tasks", "cli") else "core"


def imports_of(path: Path) -> list[str]:
    """Every module a file imports, wherever in the file, relative imports resolved."""
    module = module_of(path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - (node.level - 1)]
                base = ".".join([*above, base]).strip(".")
            # `from geoengine import tasks` names a module too.
            found += [
                base,
                *(f"{base}.{alias.name}" for alias in node.names if is_module(f"{base}.{alias.name}")),
            ]
    return found


def is_module(name: str) -> bool:
    """Whether a dotted name is a module or a package of ours."""
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def sources() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in path.parts
    ]


def forbidden(importer: str, imported: str) -> bool:
    """Whether the module `importer` may not import the module `imported`."""
    here, there = layer(importer), layer(imported)
    if here is None or there is None or there in ALLOWED[here] or imported == "geoengine":
        return False
    # Importing geoengine.tasks.labels.writeback runs the __init__.py of the packages above it as well.
    known = {name for who, name in EXCEPTIONS if who == here}
    return not any(
        imported == name or name.startswith(imported + ".") or imported.startswith(name + ".")
        for name in known
    )


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_no_import_points_up(path: Path) -> None:
    importer = module_of(path)
    assert not [name for name in imports_of(path) if forbidden(importer, name)]


@pytest.mark.parametrize("path", sources(), ids=module_of)
def test_only_detectors_imports_torch(path: Path) -> None:
    if layer(module_of(path)) != "detectors":
        assert not HEAVY & {name.split(".")[0] for name in imports_of(path)}


def test_the_rules_catch_what_they_are_for() -> None:
    assert forbidden("tiling.grid.raster_grid", "geoengine.model")
    assert forbidden("detectors.model_package.registry", "geoengine.project")
    assert forbidden("geoengine.model.scene", "detectors.model_package.card")
    assert forbidden("geoengine.store", "geoengine.tasks.labels.export")
    assert forbidden("geoengine.tasks.labels.export", "server.app")
    assert forbidden("server.app", "geoengine.cli.serve")
    assert forbidden("server.app", "geoengine.tasks.prelabel.api")
    assert not forbidden("server.state", "geoengine.tasks.labels.writeback")
    assert not forbidden("geoengine.cli.serve", "server.serve")


# (what is imported, what must not come with it)
LIGHT = [
    ("geoengine", {"numpy", "click", *HEAVY}),
    ("geoengine.tasks", {"numpy", *HEAVY}),
    ("geoengine.cli", {"numpy", "rich", "shapely", "rasterio", "sqlalchemy", *HEAVY}),
    ("detectors.model_package.registry", HEAVY),
    ("server.app", {"geoengine.cli", *HEAVY}),
]


@pytest.mark.parametrize(("module", "unwanted"), LIGHT, ids=[module for module, _ in LIGHT])
def test_what_must_be_light_is(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {unwanted!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
