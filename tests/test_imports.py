"""Direction of imports: every module has a room, and no import points to a later room or runs in a circle.

The table of rooms is `LAYERS` in `tools/structure.py`; a new folder or a new module beside the rooms is added there.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.source_tree import CLIENT, Tree, circles
from tools.structure import LAYERS, points_up, room_of

ROOT = Path(__file__).resolve().parents[1]
TREE = Tree(ROOT)
HEAVY = {"torch", "torchvision"}

# Imports that break the rule today. This list only shrinks: an entry whose import is gone fails the test.
KNOWN_UP: set[str] = set()
KNOWN_CIRCLES: set[str] = set()  # one module of each circle
# Rooms in the table that are about to be made.
PLANNED: set[str] = set()


def test_every_module_has_a_room() -> None:
    homeless = [module for module in TREE.modules if room_of(module) is None]
    assert not homeless, f"add to LAYERS in tools/structure.py: {homeless}"


def test_no_import_points_up() -> None:
    up = {f"{i.importer} -> {i.imported}" for i in TREE.imports if points_up(i.importer, i.imported)}
    assert not up - KNOWN_UP, "imports of a later room, see LAYERS in tools/structure.py"
    assert not KNOWN_UP - up, "these imports are gone: remove them from KNOWN_UP"


def test_no_import_runs_in_a_circle() -> None:
    found = circles(i for i in TREE.imports if not i.lazy)
    assert not [group for group in found if not KNOWN_CIRCLES & set(group)]
    assert not KNOWN_CIRCLES - {name for group in found for name in group}, "remove it from KNOWN_CIRCLES"


def test_only_detectors_imports_torch() -> None:
    importers = [
        name
        for name in TREE.modules
        if not name.startswith("detectors.")
        and HEAVY & {imported.split(".")[0] for imported, _ in TREE.statements(name)}
    ]
    assert not importers


def test_no_command_imports_another() -> None:
    """What two commands need lies in `geoengine/cli/support`."""
    commands = {name for name in TREE.modules if re.fullmatch(r"geoengine\.cli\.\w+", name)}
    commands -= {"geoengine.cli.support"}
    pairs = {(i.importer, i.imported) for i in TREE.imports if {i.importer, i.imported} <= commands}
    assert not pairs


def test_outlines_are_free_of_torch() -> None:
    for name in TREE.modules:
        if name.startswith("detectors.outlines"):
            assert not HEAVY & {imported.split(".")[0] for imported, _ in TREE.statements(name)}, name


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("tiling.grid.raster_grid", "geoengine.model"),
        ("tiling.grid.raster_grid", "tiling.raster.raster"),
        ("tiling.display.stretch", "tiling.ingest.cog"),
        ("detectors.model_package.registry", "geoengine.project"),
        ("detectors.evaluation.match", "detectors.outlines.sam"),
        ("geoengine.model.scene", "detectors.model_package.card"),
        ("geoengine.store", "geoengine.tasks.labels.export"),
        ("geoengine.store.scenes", "geoengine.store.features.rows"),
        ("geoengine.tasks.labels.export", "server.app"),
        ("geoengine.cli.support.options", "geoengine.cli.add"),
        ("server.app", "geoengine.cli.serve"),
        ("server.app", "geoengine.tasks.prelabel.api"),
        ("server.outlines.outliner", "detectors.inference.predictor"),
    ],
)
def test_the_table_forbids(importer: str, imported: str) -> None:
    assert points_up(importer, imported)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("tiling.chips.write", "tiling.grid.window"),
        ("tiling.chips.write", "tiling.chips.reader"),
        ("server.state", "geoengine.tasks.labels.writeback"),
        ("server.outlines.outliner", "detectors.outlines.sam"),
        ("geoengine.cli.serve", "server.serve"),
    ],
)
def test_the_table_allows(importer: str, imported: str) -> None:
    assert not points_up(importer, imported)


def test_every_room_exists() -> None:
    rooms = [room for layer in LAYERS.values() for level in layer.levels for room in level]
    there = {*TREE.modules, *(f"{name}.__init__" for name in TREE.modules), *TREE.client}
    folders = {
        path.relative_to(ROOT / CLIENT).as_posix() for path in (ROOT / CLIENT).rglob("*") if path.is_dir()
    }
    assert not [room for room in rooms if room not in there | folders | PLANNED]


def test_circles_are_found(tmp_path: Path) -> None:
    package = tmp_path / "tiling"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("from tiling import b\n")
    (package / "b.py").write_text("from . import c\n")
    (package / "c.py").write_text("def late():\n    from tiling.a import x\n")
    tree = Tree(tmp_path, ("tiling",))
    assert circles(i for i in tree.imports if not i.lazy) == []
    assert circles(tree.imports) == [["tiling.a", "tiling.b", "tiling.c"]]


def test_no_test_changes_the_import_path() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
        changed = {ast.unparse(node) for node in calls}
        assert not changed & {"sys.path.insert", "sys.path.append", "sys.path.extend"}, path


# (module, modules that importing it must not load)
LIGHT = [
    ("geoengine", {"numpy", "click", *HEAVY}),
    ("geoengine.tasks", {"numpy", *HEAVY}),
    ("geoengine.cli", {"numpy", "rich", "shapely", "rasterio", "sqlalchemy", *HEAVY}),
    ("tiling", HEAVY),
    ("detectors", HEAVY),
    ("detectors.model_package.registry", HEAVY),
    ("detectors.outlines.sam", HEAVY),
    ("server.serve", {"geoengine.cli", "pandas", "pyarrow", "pyogrio", *HEAVY}),
    ("geoengine.tasks.prelabel.run", {"pandas", "pyarrow", "pyogrio"}),
]


@pytest.mark.parametrize(("module", "unwanted"), LIGHT, ids=[module for module, _ in LIGHT])
def test_light_modules_load_nothing_heavy(module: str, unwanted: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & {unwanted!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
