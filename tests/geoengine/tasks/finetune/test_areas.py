"""Training areas: reviewed cells only, at a distance from what is held out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Scene, new_uid
from geoengine.store import Store
from geoengine.tasks.finetune import areas, plan
from geoengine.tasks.finetune.areas import HELD_OUT, TRAIN, count_labels, joined, reviewed_cells, split_areas
from geoengine.tasks.finetune.labels import read_labels
from tests.support import finetune_town as houses
from tests.support.views import read
from tiling.grid.plan import plan_blocks
from tiling.grid.window import PixelWindow

small_cells, project, store, scene = houses.small_cells, houses.project, houses.store, houses.scene
pytestmark = pytest.mark.usefixtures("small_cells")
KEYS = ("house", "tree")
PX = houses.CELL_PX
SETTINGS = plan.FinetuneSettings("m", ("town",))


def cell(column: int, row: int) -> PixelWindow:
    return PixelWindow(PX * column, PX * row, PX, PX)


def test_a_cell_is_reviewed_where_objects_were_decided_and_no_proposal_is_left(
    store: Store, scene: Scene
) -> None:
    houses.put(store, scene, [(0, 0), (1, 0)])
    houses.put(store, scene, [(2, 0)], FeatureState.REJECTED)
    houses.put(store, scene, [(1, 0), (3, 0)], FeatureState.PROPOSED)  # one more waits beside what is decided
    houses.put(store, scene, [(0, 0)], FeatureState.PROPOSED, "tree")
    houses.put(store, scene, [(4, 0)], FeatureState.REJECTED, "tree")
    labels = read_labels(store, scene, KEYS, houses.GSD_M)
    cells, flags = reviewed_cells(labels, 2)
    found = dict(zip(cells, flags.tolist(), strict=True))
    assert found == {
        cell(0, 0): [True, False],  # a tree waits, which says nothing of houses
        cell(2, 0): [True, False],
        cell(4, 0): [False, True],
    }
    assert labels.changeset == read(store).last_changeset(scene.id)


def test_each_part_of_an_object_is_one_to_learn(store: Store, scene: Scene) -> None:
    parts = shapely.MultiPolygon([shapely.box(10, 10, 30, 30), shapely.box(60, 10, 90, 30)])
    world = scene.grid.pixel_polygons_to_world([parts])[0]
    create = CreateFeature(new_uid(), "house", world)
    store.commit(Changeset(new_uid(), scene.id, "ana", (create,)))
    labels = read_labels(store, scene, KEYS, houses.GSD_M)
    assert [one.geom_type for one in labels.polygons] == ["Polygon", "Polygon"]
    assert (labels.classes.tolist(), labels.states.tolist()) == ([0, 0], ["accepted", "accepted"])


def test_inside_an_area_everything_counts_but_where_a_proposal_waits(
    store: Store, scene: Scene, tmp_path: Path
) -> None:
    houses.put(store, scene, [(1, 1)])
    houses.put(store, scene, [(2, 1)], FeatureState.PROPOSED)
    outline = scene.grid.pixel_polygons_to_world([shapely.box(60, 60, 60 + 3 * PX, 60 + PX)])[0]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32645"}}
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(outline)}
    area = tmp_path / "area.geojson"
    area.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    labels = read_labels(store, scene, KEYS, houses.GSD_M, area)
    cells, flags = reviewed_cells(labels, 2)
    assert cells == [PixelWindow(60 + PX * n, 60, PX, PX) for n in range(3)]
    assert flags.tolist() == [[True, True], [False, True], [True, True]]


def test_seen_ground_of_a_complete_scene_counts_without_objects(store: Store, scene: Scene) -> None:
    houses.put(store, scene, [(1, 0)])
    houses.put(store, scene, [(2, 0)], FeatureState.PROPOSED)
    before = plan.job_token(store, SETTINGS, houses.package().card)
    store.add_seen(scene.id, "ana", [PixelWindow(0, 0, 4 * PX, PX)])
    assert len(reviewed_cells(read_labels(store, scene, KEYS, houses.GSD_M), 2)[0]) == 1
    assert plan.job_token(store, SETTINGS, houses.package().card) == before
    store.set_completion(scene.id, True, author="ana", share=1)
    store.put_classes([LabelClass("mast", "Mast", "#123456")])
    labels = read_labels(store, scene, (*KEYS, "mast"), houses.GSD_M)
    cells, flags = reviewed_cells(labels, 3)
    assert dict(zip(cells, flags.tolist(), strict=True)) == {
        cell(0, 0): [True, True, False],  # nobody has looked for masts
        cell(1, 0): [True, True, False],
        cell(2, 0): [False, True, False],
        cell(3, 0): [True, True, False],
    }
    assert plan.job_token(store, SETTINGS, houses.package().card) != before


def test_seen_ground_of_complete_areas_counts(store: Store, scene: Scene) -> None:
    before = plan.job_token(store, SETTINGS, houses.package().card)
    store.add_seen(scene.id, "ana", [PixelWindow(0, 0, 3 * PX, PX)])
    store.set_completion(scene.id, True, author="ana", share=1, area=PixelWindow(PX, 0, 3 * PX, PX))
    cells, flags = reviewed_cells(read_labels(store, scene, KEYS, houses.GSD_M), 2)
    assert cells == [cell(1, 0), cell(2, 0)]
    assert flags.all()
    assert plan.job_token(store, SETTINGS, houses.package().card) != before


def test_of_empty_complete_ground_a_sample_is_taken(
    store: Store, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(areas, "_LEAST_BACKGROUND", 3)
    houses.put(store, scene, [(1, 0)])
    store.add_seen(scene.id, "ana", [PixelWindow(0, 0, 8 * PX, 6 * PX)])
    store.set_completion(scene.id, True, author="ana", share=1)
    labels = read_labels(store, scene, KEYS, houses.GSD_M)
    cells, _ = reviewed_cells(labels, 2)
    assert cell(1, 0) in cells
    assert len(cells) == 1 + 3 + 4
    assert reviewed_cells(labels, 2)[0] == cells


def test_an_area_elsewhere_leaves_nothing(store: Store, scene: Scene, tmp_path: Path) -> None:
    houses.put(store, scene, [(1, 1)])
    area = tmp_path / "area.geojson"
    ring = [[10, 10], [11, 10], [11, 11], [10, 10]]
    polygon = {"type": "Polygon", "coordinates": [ring]}
    area.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": polygon}))
    cells, flags = reviewed_cells(read_labels(store, scene, KEYS, houses.GSD_M, area), 2)
    assert (cells, flags.shape) == ([], (0, 2))


def test_what_is_held_out_keeps_its_distance(store: Store, scene: Scene) -> None:
    houses.put(store, scene, houses.PLACES[:-8])
    houses.put(store, scene, houses.PLACES[-8:], FeatureState.PROPOSED)
    labels = read_labels(store, scene, KEYS, houses.GSD_M)
    card = houses.package().card
    found = split_areas([labels], card, KEYS[:1], 0, (6, 2))
    frames = {
        part: shapely.union_all(
            [shapely.box(w.col, w.row, w.right, w.bottom) for g in found if g.part == part for w in g.windows]
        )
        for part in (TRAIN, HELD_OUT)
    }
    assert shapely.distance(frames[TRAIN], frames[HELD_OUT]) >= 10 / houses.GSD_M
    assert not frames[TRAIN].union(frames[HELD_OUT]).intersects(shapely.box(0, 5 * PX + 1, 999, 999))
    counts = count_labels(found, 1)
    places = shapely.point_on_surface(labels.polygons[labels.accepted])
    assert counts[:, 0].tolist() == [int(frames[part].contains(places).sum()) for part in (TRAIN, HELD_OUT)]
    assert counts[TRAIN, 0] >= 6
    assert counts[HELD_OUT, 0] >= 2
    assert split_areas([labels], card, KEYS[:1], 0, (6, 2)) == found
    others = [split_areas([labels], card, KEYS[:1], seed, (6, 2)) for seed in range(1, 5)]
    assert any(other != found for other in others)


def test_without_anything_reviewed_there_is_no_areas(store: Store, scene: Scene) -> None:
    labels = read_labels(store, scene, KEYS, houses.GSD_M)
    assert split_areas([labels], houses.package().card, KEYS, 0, (6, 2)) == []


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 4))), st.integers(10, 45))
def test_joined_cells_are_the_same_pixels(chosen: set[tuple[int, int]], limit_px: int) -> None:
    cells = [b.core for b in plan_blocks(57, 43, 10, 0) if (b.core.col // 10, b.core.row // 10) in chosen]
    before, after = np.zeros((2, 43, 57), int)
    for seen, windows in ((before, cells), (after, joined(cells, limit_px))):
        for window in windows:
            assert max(window.width, window.height) <= limit_px
            seen[window.slices] += 1
    assert np.array_equal(before, after)
