"""Every module with logic has a test file of its name in the mirrored folder, or a named test file that uses it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from geoengine.cli import COMMANDS
from tools.source_tree import Tree, expected_test, logic

ROOT = Path(__file__).resolve().parents[1]
TREE = Tree(ROOT)
# Modules with fewer statements in their functions are tested through what uses them.
LEAST_STATEMENTS = 20
# Modules that share a test file with others: module -> file below `tests`.
COVERED_BY = {
    "detectors.training.settings": "detectors/training/test_config.py",
    "geoengine.cli.demo": "geoengine/cli/test_tool_commands.py",
    "geoengine.cli.importing": "geoengine/cli/test_exchange_commands.py",
    "geoengine.cli.models": "geoengine/cli/test_model_commands.py",
    "geoengine.cli.status": "geoengine/cli/test_project_commands.py",
    "geoengine.cli.support.checkup": "geoengine/cli/test_tool_commands.py",
    "geoengine.cli.support.checkup_machine": "geoengine/cli/test_tool_commands.py",
    "geoengine.cli.train": "geoengine/cli/test_model_commands.py",
    "geoengine.cli.worker": "geoengine/cli/test_jobs.py",
    "geoengine.model.edit": "geoengine/store/features/test_changesets.py",
    "geoengine.model.checks": "geoengine/model/test_values.py",
    "geoengine.store.features.rows": "geoengine/store/features/test_queries.py",
    "geoengine.store.jobs.leases": "geoengine/store/jobs/test_queue.py",
    "geoengine.store.store": "geoengine/store/test_view.py",
    "geoengine.cli.export": "geoengine/cli/test_exchange_commands.py",
    "geoengine.exchange.geojson.properties": "geoengine/exchange/geojson/test_reader.py",
    "geoengine.model.filter": "geoengine/store/features/test_queries.py",
    "geoengine.store.features.imports": "geoengine/tasks/labels/test_import_labels.py",
    "geoengine.tasks.labels.edit_spool": "geoengine/tasks/labels/test_import_labels.py",
    "geoengine.tasks.labels.edited_file": "geoengine/tasks/labels/test_import_labels.py",
    "geoengine.tasks.labels.evaluate_kinds": "geoengine/tasks/labels/test_evaluate.py",
    "geoengine.tasks.labels.import_merge": "geoengine/tasks/labels/test_import_labels.py",
    "geoengine.tasks.labels.import_scenes": "geoengine/tasks/labels/test_import_labels.py",
    "geoengine.tasks.finetune.labels": "geoengine/tasks/finetune/test_areas.py",
    "geoengine.tasks.finetune.plan": "geoengine/tasks/finetune/test_run.py",
    "geoengine.tasks.finetune.training_set": "geoengine/tasks/finetune/test_run.py",
    "server.outlines.outliner": "server/api/test_outline.py",
    "server.representations.scene_json": "server/api/test_scenes.py",
    "server.serving.bridge": "server/serving/test_web_server.py",
    "server.serving.connection": "server/serving/test_web_server.py",
    "server.state": "server/representations/test_packed.py",
    "server.tiles.catalog": "server/tiles/test_reply_cache.py",
    "server.tiles.matrices": "server/api/test_wmts.py",
    "tiling.access.file_check": "tiling/access/test_file_length.py",
    "tiling.access.policy": "tiling/access/test_reference_closure.py",
    "tiling.ingest.file_stamps": "tiling/ingest/test_mosaic.py",
    "tiling.raster.acquisition": "tiling/raster/test_metadata.py",
    "tiling.raster.opened": "tiling/raster/test_raster.py",
    "tiling.raster.reading": "tiling/raster/test_raster.py",
}


@cache
def defined() -> dict[str, set[str]]:
    """Modules that define a class or function, by its name."""
    found: dict[str, set[str]] = {}
    for module, path in TREE.modules.items():
        for node in TREE.parse(path).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                found.setdefault(node.name, set()).add(module)
    return found


@cache
def without_test() -> set[str]:
    """Modules with logic and without a test file of their name; the steps of migrations are left out."""
    return {
        module
        for module, path in TREE.modules.items()
        if path.name != "__init__.py"
        and ".migrations." not in module
        and logic(TREE.parse(path)) >= LEAST_STATEMENTS
        and not (ROOT / expected_test(module)).is_file()
    }


def imported(test: Path) -> set[str]:
    """Modules that a test imports; a name that a package hands on counts as the module that defines it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(test.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found.add(node.module)
            for alias in node.names:
                found.add(f"{node.module}.{alias.name}")
                found |= {
                    name for name in defined().get(alias.name, ()) if name.startswith(f"{node.module}.")
                }
    return found


def uses(test: Path, module: str) -> bool:
    """Whether a test imports a module, or one that is built directly on it, or runs the command that it is."""
    direct = imported(test)
    if module in direct or any(each.imported == module and each.importer in direct for each in TREE.imports):
        return True
    command = next((key for key, lazy in COMMANDS.items() if lazy.module == module), None)
    return command is not None and re.search(rf'run\(\s*"{command}"', test.read_text()) is not None


def test_every_module_with_logic_has_a_test_of_its_name_or_is_named_in_the_table() -> None:
    missing = {
        module: expected_test(module).as_posix() for module in sorted(without_test() - set(COVERED_BY))
    }
    assert not missing


def test_the_table_has_only_modules_without_a_test_of_their_name() -> None:
    assert not set(COVERED_BY) - without_test(), "these have a test of their name, or are gone: remove them"


@pytest.mark.parametrize("module", COVERED_BY)
def test_a_named_test_file_uses_the_module(module: str) -> None:
    assert uses(ROOT / "tests" / COVERED_BY[module], module)


def test_every_test_file_lies_beside_what_it_tests() -> None:
    """A test folder below `tests` has the name of a source folder."""
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders if not (ROOT / folder).is_dir()]
