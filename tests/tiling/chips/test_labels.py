"""Tests of `tiling.chips.labels`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
import shapely.affinity
from pycocotools.coco import COCO

from tests.support.chip_runs import chip_options, read_manifest, write_polygons
from tiling.chips.labels import UNNAMED, ChipLabels
from tiling.chips.write import write_chips
from tiling.errors import ChipOptionError, VectorReadError
from tiling.grid.window import PixelWindow
from tiling.vectors import LabelledPolygons


def test_labels_become_coco(chip_scene: Path, tmp_path: Path) -> None:
    shapes = [shapely.box(100, 100, 140, 130), shapely.box(120, 20, 130, 40), shapely.box(500, 500, 510, 510)]
    labels = write_polygons(tmp_path / "labels.geojson", chip_scene, shapes, ["car", "ship", "car"])
    report = write_chips([chip_scene], tmp_path / "out", chip_options(50), [labels])
    assert report.annotations_file is not None
    coco = COCO(report.annotations_file)
    assert [category["name"] for category in coco.loadCats(coco.getCatIds())] == ["car", "ship"]
    assert report.annotations == len(coco.anns)
    windows = {line["file"]: line["window"] for line in read_manifest(tmp_path / "out")}
    total = {1: 0.0, 2: 0.0}
    for annotation in coco.anns.values():
        x, y, width, height = annotation["bbox"]
        image = coco.imgs[annotation["image_id"]]
        window = windows[image["file_name"]]
        assert 0 <= x <= x + width <= window["width"] + 1e-6
        assert 0 <= y <= y + height <= window["height"] + 1e-6
        ring = np.reshape(annotation["segmentation"][0], (-1, 2)) + np.array([window["col"], window["row"]])
        truth = shapes[annotation["category_id"] - 1]
        assert shapely.Polygon(ring).difference(truth.buffer(1e-3)).area < 1e-6
        assert annotation["visible"] == pytest.approx(annotation["area"] / truth.area, abs=1e-5)
        assert coco.annToMask(annotation).sum() > 0
        total[annotation["category_id"]] += annotation["area"]
    assert total == {1: pytest.approx(1200, rel=1e-4), 2: pytest.approx(200, rel=1e-4)}


def test_an_object_of_several_parts_is_one_annotation_with_a_ring_for_each(
    chip_scene: Path, tmp_path: Path
) -> None:
    base = shapely.MultiPolygon([shapely.box(110, 110, 120, 120), shapely.box(130, 110, 140, 120)])
    labels = write_polygons(tmp_path / "labels.geojson", chip_scene, [base], ["base"])
    report = write_chips([chip_scene], tmp_path / "out", chip_options(50), [labels])
    assert report.annotations_file is not None
    coco = COCO(report.annotations_file)
    [annotation] = [one for one in coco.anns.values() if one["visible"] > 0.99]
    assert len(annotation["segmentation"]) == 2
    assert annotation["area"] == pytest.approx(200, rel=1e-3)
    assert annotation["bbox"] == pytest.approx([10, 10, 30, 10], abs=1e-3)


def test_small_pieces_and_negatives(wide_scene: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide_scene, [shapely.box(95, 10, 115, 20)], ["ship"])
    options = chip_options(100, min_visible=0.5, negatives=0.0)
    report = write_chips([wide_scene], tmp_path / "out", options, [labels])
    assert [line["window"]["col"] for line in read_manifest(tmp_path / "out")] == [100]
    assert (report.written, report.negatives, report.annotations) == (1, 23, 1)
    some = write_chips([wide_scene], tmp_path / "some", replace(options, negatives=0.5), [labels])
    assert 4 < some.written < 20
    again = write_chips([wide_scene], tmp_path / "again", replace(options, negatives=0.5), [labels])
    assert read_manifest(tmp_path / "some") == read_manifest(tmp_path / "again")
    assert again.unlabelled == []


def test_labels_elsewhere_are_reported(wide_scene: Path, tmp_path: Path) -> None:
    labels = write_polygons(tmp_path / "l.geojson", wide_scene, [shapely.box(9000, 0, 9010, 9)], ["ship"])
    report = write_chips([wide_scene], tmp_path / "out", chip_options(200), [labels])
    assert report.unlabelled == [wide_scene]


def test_objects_are_clipped_to_a_window() -> None:
    ring = shapely.Polygon([(0, 0), (40, 0), (40, 10), (0, 10)])
    comb = shapely.union_all(
        [shapely.box(60, 0, 64, 30), shapely.box(60, 26, 84, 30), shapely.box(80, 0, 84, 30)]
    )
    truth = LabelledPolygons(np.array([ring, comb], dtype=object), ["road", None])
    labels = ChipLabels(truth)
    (road,) = labels.clip(PixelWindow(30, 0, 20, 20))
    assert (road["category"], road["bbox"], road["area"], road["visible"]) == (
        "road",
        [0, 0, 10, 10],
        100,
        0.25,
    )
    (both,) = labels.clip(PixelWindow(55, 0, 40, 20))
    assert (both["category"], len(both["segmentation"]), both["area"]) == (UNNAMED, 2, 160)
    assert labels.clip(PixelWindow(200, 200, 9, 9)) == []
    assert ChipLabels(truth, min_visible=0.3).clip(PixelWindow(30, 0, 20, 20)) == []
    assert labels.intersect(10, 10)
    assert not ChipLabels(LabelledPolygons(truth.polygons[1:], [None])).intersect(10, 10)


def test_fragments_below_one_pixel_are_no_annotations() -> None:
    truth = LabelledPolygons(np.array([shapely.box(0, 0, 10, 10)], dtype=object), ["car"])
    assert ChipLabels(truth).clip(PixelWindow(9, 9, 5, 5)) != []
    small = LabelledPolygons(np.array([shapely.box(0, 0, 9.9, 9.9)], dtype=object), ["car"])
    assert ChipLabels(small).clip(PixelWindow(9, 9, 5, 5)) == []


def test_holes_are_run_lengths_and_what_waits_is_a_crowd_region(chip_scene: Path, tmp_path: Path) -> None:
    ring = shapely.box(10, 10, 40, 40).difference(shapely.box(20, 20, 30, 30))
    shapes = [ring, shapely.box(60, 10, 70, 20), shapely.box(80, 10, 90, 20), shapely.box(100, 10, 110, 20)]
    labels = write_polygons(tmp_path / "l.geojson", chip_scene, shapes, ["a", "a", "a", "a"])
    content = json.loads(labels.read_text())
    for feature, state in zip(
        content["features"], ["accepted", "rejected", "proposed", "Nepal"], strict=True
    ):
        feature["properties"]["state"] = state
    labels.write_text(json.dumps(content))
    report = write_chips([chip_scene], tmp_path / "out", chip_options(150), [labels])
    assert (report.rejected_labels, report.waiting_labels) == (1, 1)
    coco = COCO(report.annotations_file)
    first = [a for a in coco.anns.values() if coco.imgs[a["image_id"]]["file_name"].endswith("_0_0.tif")]
    first = first or list(coco.anns.values())
    masks = {
        (round(a["bbox"][0]), a["iscrowd"]): int(coco.annToMask(a).sum()) for a in first if a["bbox"][1] == 10
    }
    assert masks[10, 0] == 800 == round(first[0]["area"])
    assert masks[80, 1] == 100
    assert (60, 0) not in masks
    assert masks[100, 0] > 80


def test_two_layers_want_a_choice(chip_scene: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.gpkg"
    for layer in ("area", "roofs"):
        shapes = [shapely.box(100, 100, 140, 130)]
        plain = write_polygons(tmp_path / f"{layer}.geojson", chip_scene, shapes, [layer])
        geopandas.read_file(plain).to_file(labels, layer=layer)
    options = chip_options(50)
    with pytest.raises(VectorReadError, match="2 layers, say which with --layer: area, roofs"):
        write_chips([chip_scene], tmp_path / "out", options, [labels])
    write_chips([chip_scene], tmp_path / "out", replace(options, layer="roofs"), [labels])
    coco = json.loads((tmp_path / "out" / "annotations.json").read_text())
    assert [category["name"] for category in coco["categories"]] == ["roofs"]
    options = replace(options, layer="roofs", area=labels)
    with pytest.raises(VectorReadError, match="2 layers, say which with --layer: area, roofs"):
        write_chips([chip_scene], tmp_path / "inside", options, [labels])
    report = write_chips([chip_scene], tmp_path / "inside", replace(options, area_layer="area"), [labels])
    assert report.written
    with pytest.raises(ChipOptionError, match="layer of the area was given, and no area"):
        replace(options, area=None, area_layer="area")


def test_categories_have_one_order_whatever_comes_first(chip_scene: Path, tmp_path: Path) -> None:
    shapes = [shapely.box(10, 10, 40, 40), shapely.box(60, 60, 90, 90)]
    found = []
    for names in (["tree", "house"], ["house", "tree"]):
        labels = write_polygons(tmp_path / f"{names[0]}.geojson", chip_scene, shapes, names)
        report = write_chips([chip_scene], tmp_path / names[0], chip_options(50), [labels])
        assert report.annotations_file is not None
        found.append(json.loads(report.annotations_file.read_text())["categories"])
    assert found == [[{"id": 1, "name": "house"}, {"id": 2, "name": "tree"}]] * 2
