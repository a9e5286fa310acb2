"""Every module with logic has a test file of its name, in the folder of the same name below `tests`."""

from __future__ import annotations

from pathlib import Path

from tools.structure import Tree, expected_test, logic

ROOT = Path(__file__).resolve().parents[1]
TREE = Tree(ROOT)
# Modules with fewer statements in their functions are tested through what uses them.
LEAST_STATEMENTS = 20
# Modules that have none today. This list only shrinks: an entry that has its test by now fails.
MISSING = {
    "geoengine.cli.demo",
    "geoengine.cli.finetune",
    "geoengine.cli.importing",
    "geoengine.cli.jobs",
    "geoengine.cli.models",
    "geoengine.cli.prelabel",
    "geoengine.cli.status",
    "geoengine.cli.stretch",
    "geoengine.cli.support.add_outcome",
    "geoengine.cli.support.checkup",
    "geoengine.cli.support.failures",
    "geoengine.cli.support.lazy",
    "geoengine.cli.support.options",
    "geoengine.cli.support.output",
    "geoengine.cli.worker",
    "geoengine.exchange.crs",
    "geoengine.exchange.geojson.placement",
    "geoengine.model.checks",
    "geoengine.store.connection",
    "geoengine.store.features.rows",
    "geoengine.store.jobs.job_store",
    "geoengine.store.jobs.progress",
    "geoengine.store.store",
    "geoengine.tasks.finetune.plan",
    "geoengine.tasks.finetune.training_set",
    "geoengine.tasks.labels.import_labels",
    "geoengine.tasks.scenes.originals",
    "geoengine.tasks.scenes.scenes_folder",
    "server.outlines.outliner",
    "server.representations.scene_json",
    "server.serving.bridge",
    "server.serving.connection",
    "server.tiles.drawing",
    "server.tiles.matrices",
    "server.tiles.query_stretch",
    "server.tiles.replies",
    "server.tiles.reply_cache",
    "server.tiles.wmts",
    "tiling.access.file_check",
    "tiling.access.policy",
    "tiling.access.references",
    "tiling.grid.antimeridian_cut",
    "tiling.grid.lonlat_lines",
    "tiling.ingest.assign_nodata",
    "tiling.ingest.mosaic_member",
    "tiling.ingest.nodata_mask",
    "tiling.raster.acquisition",
}


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


def test_every_module_with_logic_has_a_test_of_its_name() -> None:
    missing = {module: expected_test(module).as_posix() for module in sorted(without_test() - MISSING)}
    assert not missing


def test_the_list_of_missing_tests_only_shrinks() -> None:
    assert not MISSING - without_test(), "these have a test, or are gone: remove them from MISSING"


def test_every_test_file_lies_beside_what_it_tests() -> None:
    """A test folder below `tests` has the name of a source folder."""
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders if not (ROOT / folder).is_dir()]
