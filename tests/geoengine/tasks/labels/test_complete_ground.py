"""Complete ground: in exports, in evaluation, and in what commands say."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner, Result

from geoengine.cli import main
from geoengine.errors import ExchangeError
from geoengine.model import LabelClass, Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.complete_ground import CompletePart, complete_area, only_complete
from tests.support.samples import HEIGHT, WIDTH, square, write_geojson, write_raster
from tests.support.views import read
from tiling.grid.window import PixelWindow


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def town(tmp_path: Path) -> Project:
    """Two scenes of the same ground, of which `town` is complete: its left half was seen."""
    directory = tmp_path / "project"
    run("init", directory, "--class", "building", "--class", "tree")
    for seed, name in enumerate(("town", "other"), start=1):
        result = run("add", "-p", directory, write_raster(tmp_path / f"{name}.tif", seed))
        assert result.exit_code == 0, result.output
    project = Project.open(directory)
    with project.store() as store:
        scene = read(store).scene_by_key("town")
        store.add_seen(scene.id, "ana", [PixelWindow(0, 0, WIDTH // 2, HEIGHT)])
        store.set_completion(scene.id, True, author="ana", share=0.96)
    return project


def test_complete_area_is_what_was_seen(town: Project) -> None:
    area, remarks = complete_area(town)
    assert remarks == []
    with town.store() as store:
        grid = read(store).scene_by_key("town").grid
    inside = [grid.pixel_polygons_to_world([shapely.Point(x, 100)])[0] for x in (10, 140, 160)]
    seen = shapely.union_all(area.to_crs(grid.crs).polygons)
    assert [seen.buffer(1e-6).covers(point) for point in inside] == [True, True, False]


def test_a_class_that_came_later_leaves_the_scene_out(town: Project) -> None:
    with town.store() as store:
        store.put_classes([LabelClass("mast", "Mast", "#123456")])
    with pytest.raises(ExchangeError, match="has no scene that is complete for building, tree, mast"):
        complete_area(town)
    area, _ = complete_area(town, "building")
    assert len(area) == 1


def test_only_complete_scenes(store: Store, scene: Scene) -> None:
    with pytest.raises(ExchangeError, match=r"1 of 1 scenes are not complete \(banepa\)"):
        only_complete(store, [scene], are_named=False)
    store.set_completion(scene.id, True, author="ana", share=1)
    assert only_complete(store, [scene], are_named=True) == ([CompletePart(scene, None)], [])


def test_a_scene_is_not_complete_for_classes_that_came_later(
    store: Store, scene: Scene, add_scene: Callable[..., Scene]
) -> None:
    store.set_completion(scene.id, True, author="ana", share=1)
    store.put_classes([LabelClass("mast", "Mast", "#123456")])
    with pytest.raises(ExchangeError, match=r"1 of 1 scenes are not complete \(banepa\)"):
        only_complete(store, [scene], are_named=False)
    with pytest.raises(ExchangeError, match=r"not complete for tree, mast \(banepa\)"):
        only_complete(store, [scene], ["tree", "mast"], are_named=False)
    assert only_complete(store, [scene], ["tree"], are_named=True) == ([CompletePart(scene, None)], [])
    later, never = add_scene("later"), add_scene("never")
    store.set_completion(later.id, True, author="ana", share=1)
    found, (remark,) = only_complete(store, [scene, later, never], are_named=False)
    assert found == [CompletePart(later, None)]
    assert remark.startswith("scene banepa is left out: it was complete on 20")
    assert remark.endswith("before the project had mast")


def test_what_is_not_labelled_on_complete_ground_is_wrong(town: Project, tmp_path: Path) -> None:
    truth = write_geojson(tmp_path / "t.geojson", [square(20, 20), square(200, 20)])
    pred = write_geojson(tmp_path / "p.geojson", [square(20, 20), square(80, 60), square(240, 100)])
    arguments = ("evaluate", "--truth", truth, "--pred", pred, "--class", "building")
    result = run(*arguments, "--complete", town.directory, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["truth"], found["predictions"]) == (1, 2)
    assert [found["scores"][0][name] for name in ("tp", "fp", "fn")] == [1, 1, 0]
    both = run(*arguments, "--complete", town.directory, "--area", truth)
    assert (both.exit_code, "expected one of them" in both.stderr) == (2, True)
    nothing = run(*arguments, "--complete", tmp_path)
    assert (nothing.exit_code, "is not a GeoEngine project" in nothing.stderr) == (2, True)


def test_commands_tell_and_take_complete_scenes(town: Project, tmp_path: Path) -> None:
    features = [square(20, 20, **{"class": "building"})]
    for name in ("town", "other"):
        path = write_geojson(tmp_path / "in.geojson", features)
        assert run("import", "-p", town.directory, path, "--scene", name).exit_code == 0
    out = tmp_path / "out.geojson"
    result = run("export", "-p", town.directory, out, "--complete", "--json")
    assert json.loads(result.stdout)["scenes"] == ["town"]
    refused = run("export", "-p", town.directory, out, "--complete", "--scene", "other")
    assert (refused.exit_code, "1 of 1 scenes are not complete (other)" in refused.stderr) == (2, True)
    status = json.loads(run("status", "-p", town.directory, "--json").stdout)
    assert [scene["complete"] and scene["complete"]["author"] for scene in status["scenes"]] == ["ana", None]
    assert "Scene town is complete: ana, 20" in run("status", "-p", town.directory).stdout
    listed = json.loads(run("scenes", "list", "-p", town.directory, "--json").stdout)
    assert listed[0]["complete"]["share"] == 0.96
    with town.store() as store:
        store.put_classes([LabelClass("mast", "Mast", "#123456")])
    assert "not for mast, which came later" in run("scenes", "list", "-p", town.directory).stdout
    with town.store() as store:
        store.set_completion(read(store).scene_by_key("other").id, True, author="ana", share=1)
    later = run("export", "-p", town.directory, out, "--complete")
    assert "Note: scene town is left out: it was complete on" in later.stderr
    assert later.stdout.endswith(f"of 1 scene in {out}.\n")


def test_areas_of_a_scene_are_complete_ground(town: Project, tmp_path: Path) -> None:
    with town.store() as store:
        scene = read(store).scene_by_key("other")
        store.add_seen(scene.id, "ana", [PixelWindow(0, 0, WIDTH, HEIGHT)])
    area = ("--area", 0, 0, 60, HEIGHT)
    said = run("scenes", "complete", "-p", town.directory, "other", *area, "--author", "ana")
    assert said.output == "Scene other is complete: 1 area.\n"
    found, _ = complete_area(town, "tree")
    with town.store() as store:
        grid = read(store).scene_by_key("other").grid
    ground = shapely.union_all(found.to_crs(grid.crs).polygons)
    inside = [grid.pixel_polygons_to_world([shapely.Point(x, 100)])[0] for x in (10, 60, 240)]
    assert [ground.buffer(1e-6).covers(point) for point in inside] == [True, True, False]
    features = [square(x, 20, **{"class": "building"}) for x in (20, 200)]
    for name in ("town", "other"):
        assert (
            run(
                "import",
                "-p",
                town.directory,
                write_geojson(tmp_path / "in.geojson", features),
                "--scene",
                name,
            ).exit_code
            == 0
        )
    out = tmp_path / "out.geojson"
    result = run("export", "-p", town.directory, out, "--complete")
    assert (result.exit_code, result.stdout) == (0, f"3 features of 2 scenes in {out}.\n")
    assert "Note: of scene other only the 1 complete area is taken." in result.stderr
    member = json.loads(out.read_text())["geoengine"]
    assert member["complete"] is False
    assert [scene.get("areas") for scene in member["scenes"]] == [None, [[0, 0, 64, HEIGHT]]]
    # What such a file lacks was perhaps never in it.
    back = run("import", "-p", town.directory, out, "--scene", "other", "--deletions", "--json")
    assert json.loads(back.stdout)["deleted"] == 0, back.output
    listed = json.loads(run("scenes", "list", "-p", town.directory, "--json").stdout)
    assert [one["area"] for one in listed[1]["complete_areas"]] == [[0, 0, 64, HEIGHT]]
    assert "Scene other is complete: 1 area" in run("status", "-p", town.directory).stdout


def test_scenes_are_marked_complete_by_command(town: Project) -> None:
    def mark(*arguments: object) -> Result:
        return run("scenes", "complete", "-p", town.directory, *arguments, "--author", "ana", "--json")

    refused = mark("town", "other", "--take-back")
    assert [one["complete"] for one in json.loads(refused.stdout)] == [None, None]
    refused = mark("town")
    assert refused.exit_code == 2
    assert "Scene 'town' cannot be complete yet: " in refused.stderr
    assert "expected 95 % or more" in json.loads(refused.stdout)[0]["error"]
    assert mark("town", "--area", 0, 0, 144, HEIGHT).exit_code == 0
    beside = mark("town", "--area", 9999, 0, 10_100, 10)
    assert (beside.exit_code, "expected a part of scene 'town'" in beside.stderr) == (2, True)
    turned = mark("town", "--area", 10, 0, 5, 10)
    assert (turned.exit_code, "expected LEFT < RIGHT" in turned.stderr) == (2, True)
    with town.store() as store:
        store.add_seen(read(store).scene_by_key("town").id, "ben", [PixelWindow(0, 0, WIDTH, HEIGHT)])
    (whole,) = json.loads(mark("town").stdout)
    assert (whole["complete"]["author"], len(whole["complete_areas"])) == ("ana", 1)
