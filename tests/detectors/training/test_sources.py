"""Reading data sets: at the right scale, in the right place, split where the configuration says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from detectors.errors import DatasetError
from detectors.training.config import SourceConfig, TrainConfig, read_config
from detectors.training.samples import Sample
from detectors.training.sources import Split, _held_out, held_out_coco, read_source
from tests.support.training_sets import GSD_M, HOUSES, polygon_features, write_raster, write_training_set


@pytest.fixture
def config(tmp_path: Path) -> TrainConfig:
    return read_config(write_training_set(tmp_path))


def source(config: TrainConfig, name: str, **values: Any) -> SourceConfig:
    return replace(next(s for s in config.sources if s.name == name), **values)


def assert_painted(sample: Sample) -> None:
    """Every polygon lies over something that is not ground, and ends with it."""
    ground = (sample.image.max(axis=2) < 95) & (sample.image.min(axis=2) > 50)
    for x0, y0, x1, y1 in shapely.bounds(sample.polygons).round().astype(int):
        assert not ground[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2].any()
        around = ground[max(0, y0 - 3) : y1 + 3, max(0, x0 - 3) : x1 + 3]
        assert around.sum() >= around.size - (x1 - x0 + 2) * (y1 - y0 + 2)


def test_coco_images_become_samples(config: TrainConfig) -> None:
    split = read_source(source(config, "woods"), config)
    assert (len(split.train), len(split.val)) == (4, 1)
    for sample in split.train + split.val:
        assert sample.size == (100, 80)
        assert sample.image.dtype == np.uint8
        assert sample.labels.tolist() == [2, 2, 2]
        assert sample.labelled.tolist() == [False, True]
        assert not sample.outlined
        assert_painted(sample)
    assert sorted(s.name for s in split.train + split.val) == [f"woods/site_{n}.tif" for n in range(5)]


@pytest.mark.parametrize("gsd_m", [0.25, 0.4, 1.0])
def test_images_are_brought_to_the_models_resolution(config: TrainConfig, gsd_m: float) -> None:
    finer = replace(config, gsd_m=gsd_m)
    zoom = GSD_M / gsd_m
    for name in ("woods", "town"):
        split = read_source(source(config, name), finer)
        for sample in split.train + split.val:
            assert_painted(sample)
    assert read_source(source(config, "woods"), finer).train[0].size == (round(100 * zoom), round(80 * zoom))


def test_without_any_resolution_an_image_is_taken_as_it_is(config: TrainConfig) -> None:
    split = read_source(source(config, "woods", gsd_m=None), replace(config, gsd_m=0.1))
    assert split.train[0].size == (100, 80)


def test_a_georeference_counts_more_than_the_configured_resolution(
    config: TrainConfig, tmp_path: Path
) -> None:
    for number in range(5):
        write_raster(tmp_path / "trees" / f"site_{number}.tif", 100, 80, [], "EPSG:32645")
    split = read_source(source(config, "woods", gsd_m=5.0), config)
    assert split.train[0].size == (100, 80)


def test_the_split_depends_on_the_names_alone(config: TrainConfig) -> None:
    def names(split: Split) -> set[str]:
        return {sample.name for sample in split.val}

    first = read_source(source(config, "woods", holdout_fraction=0.4), config)
    coco = json.loads(source(config, "woods").path.read_text())
    coco["images"].reverse()
    source(config, "woods").path.write_text(json.dumps(coco))
    second = read_source(source(config, "woods", holdout_fraction=0.4), config)
    assert names(first) == names(second)
    assert len(names(first)) == 2
    assert read_source(source(config, "woods", holdout_fraction=0.0), config).val == []


def test_what_is_held_out_is_a_coco_file_of_its_own(config: TrainConfig) -> None:
    woods = config.sources[1]
    coco = held_out_coco(woods, config)
    names = {f"woods/{image['file_name']}" for image in coco["images"]}
    assert names == {sample.name for sample in read_source(woods, config).val}
    assert {row["image_id"] for row in coco["annotations"]} == {image["id"] for image in coco["images"]}
    assert coco["categories"]


def test_images_of_one_scene_stay_together() -> None:
    frames = {f"street{s}-{n}.jpg": {1} for s in range(10) for n in range(4)}
    chosen = _held_out(frames, 0.2, r"street\d")
    assert len(chosen) == 8
    assert len({name.split("-")[0] for name in chosen}) == 2
    # No scene is as small as the share asked for: the smallest one it is.
    few = {name: numbers for name, numbers in frames.items() if name < "street3"} | {"street9-1.jpg": {1}}
    assert _held_out(few, 0.05, r"street\d") == {"street9-1.jpg"}
    assert _held_out(few, 0.0, r"street\d") == set()


def test_rare_classes_are_in_the_held_out_share_too() -> None:
    seen = {f"{n}.jpg": {1} for n in range(100)} | {f"{n}.jpg": {1, 2} for n in range(100, 110)}
    chosen = _held_out(seen, 0.2)
    assert len(chosen) == 22
    assert sum(2 in seen[name] for name in chosen) == 2


def test_a_raster_is_split_by_place_with_a_buffer(config: TrainConfig) -> None:
    town = source(config, "town", holdout=(0.5, 0.0, 1.0, 1.0), holdout_buffer_m=10.0)
    split = read_source(town, config)
    # The area is x 10 to 190: held out from 100 on; 10 m are 20 px.
    [train], [val] = split.train, split.val
    assert (train.size, val.size) == ((70, 140), (90, 140))
    assert (len(train.labels), len(val.labels)) == (
        2,
        2,
    )  # one house lies in the buffer, one half outside the area
    assert train.outlined
    assert train.labelled.tolist() == [True, False]
    for sample in (train, val):
        assert_painted(sample)
        assert set(sample.labels) == {1}


def test_a_hole_in_the_middle_is_surrounded_by_training(config: TrainConfig) -> None:
    split = read_source(source(config, "town", holdout=(0.4, 0.35, 0.6, 0.65), holdout_buffer_m=1.0), config)
    assert len(split.train) == 4
    x0, y0, x1, y1 = 10 + 0.4 * 180, 10 + 0.35 * 140, 10 + 0.6 * 180, 10 + 0.65 * 140
    held_out = shapely.box(x0, y0, x1, y1).buffer(1.9)
    for sample in split.train:
        col, row = (int(v) for v in sample.name.split("@")[1].split(","))
        assert not held_out.intersects(shapely.box(col, row, col + sample.size[0], row + sample.size[1]))


def test_an_area_that_sticks_out_is_cut_to_the_raster(config: TrainConfig, tmp_path: Path) -> None:
    (tmp_path / "area.geojson").write_text(json.dumps(polygon_features([(-50, -50, 500, 500)])))
    split = read_source(source(config, "town"), config)
    assert split.val[0].size == (50, 160)
    (tmp_path / "area.geojson").write_text(json.dumps(polygon_features([(500, 500, 600, 600)])))
    with pytest.raises(DatasetError, match=r"data set 'town': .*area\.geojson lies outside .*town\.tif"):
        read_source(source(config, "town"), config)


def test_without_an_area_the_whole_raster_counts(config: TrainConfig) -> None:
    split = read_source(source(config, "town", area=None, holdout_buffer_m=0.0), config)
    assert sum(sample.size[0] for sample in split.train + split.val) == 200


def test_classes_are_mapped_by_name_and_others_left_out(config: TrainConfig, tmp_path: Path) -> None:
    features = polygon_features([tuple(map(float, box)) for box in HOUSES])
    for feature, name in zip(features["features"], ["house", "shed", "house", "tree", "shed"], strict=True):
        feature["properties"]["class"] = name
    (tmp_path / "town.geojson").write_text(json.dumps(features))
    options = {"area": None, "holdout": (0.9, 0.9, 1.0, 1.0), "holdout_buffer_m": 0.0}
    split = read_source(
        source(config, "town", classes={"house": "house", "shed": "house"}, **options), config
    )
    # The strips left of and above the corner share most of the raster.
    assert {int(n) for sample in split.train for n in sample.labels} == {1}
    assert max(len(sample.labels) for sample in split.train) == 4
    both = read_source(source(config, "town", classes={"house": "house", "tree": "tree"}, **options), config)
    assert {int(n) for sample in both.train for n in sample.labels} == {1, 2}
    assert both.train[0].labelled.all()
    assert not both.train[0].outlined  # one of the two classes is learnt from boxes


def test_outlines_are_read_where_the_class_has_them(config: TrainConfig, tmp_path: Path) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    for row in coco["annotations"]:
        x, y, w, h = row["bbox"]
        row["segmentation"] = [[x, y, x + 1, y, x, y + 1], [x, y, x + w, y, x + w, y + h]]
    coco["annotations"][0]["segmentation"] = [[1, 1, 2, 2]]  # no area
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    woods = source(config, "woods", classes={"Tree": "house"}, holdout_fraction=0.0)
    samples = read_source(woods, config).train
    assert sum(len(sample.labels) for sample in samples) == 14
    assert {polygon.area for sample in samples for polygon in sample.polygons} == {14 * 14 / 2}
    assert all(sample.outlined for sample in samples)


def break_coco(coco: dict[str, Any], how: str) -> str:
    if how == "no images":
        del coco["images"]
    elif how == "unknown image":
        coco["annotations"][0]["image_id"] = 99
    elif how == "no box":
        del coco["annotations"][0]["bbox"]
    elif how == "no category":
        del coco["annotations"][0]["category_id"]
    elif how == "no file name":
        del coco["images"][1]["file_name"]
    elif how == "a list":
        return "[1, 2]"
    elif how == "no json":
        return "{"
    return json.dumps(coco)


@pytest.mark.parametrize(
    "how", ["no images", "unknown image", "no box", "no category", "no file name", "a list", "no json"]
)
def test_a_file_that_is_not_coco_is_named(config: TrainConfig, tmp_path: Path, how: str) -> None:
    path = tmp_path / "trees.json"
    path.write_text(break_coco(json.loads(path.read_text()), how))
    with pytest.raises(DatasetError, match=r"data set 'woods': .*trees\.json is not a COCO file"):
        read_source(source(config, "woods"), config)


def test_an_odd_outline_is_no_coco_either(config: TrainConfig, tmp_path: Path) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["annotations"][0]["segmentation"] = [[1, 2, 3, 4, 5, 6, 7]]
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    with pytest.raises(DatasetError, match="is not a COCO file"):
        read_source(source(config, "woods", classes={"*": "house"}), config)


@pytest.mark.parametrize(
    ("name", "file"), [("woods", "trees/site_2.tif"), ("town", "town.tif"), ("town", "town.geojson")]
)
@pytest.mark.parametrize("damage", ["absent", "text"])
def test_a_file_that_cannot_be_read_is_named(
    config: TrainConfig, tmp_path: Path, name: str, file: str, damage: str
) -> None:
    wanted = source(config, name)
    if damage == "absent":
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_text("hello")
    with pytest.raises(DatasetError, match=f"data set '{name}': .*{Path(file).name}"):
        read_source(wanted, config)


def test_a_set_without_objects_teaches_nothing(config: TrainConfig) -> None:
    with pytest.raises(DatasetError, match="data set 'woods' has no labelled object to learn from"):
        read_source(source(config, "woods", classes={"Shrub": "tree"}), config)


def test_class_names_match_whatever_their_case(config: TrainConfig) -> None:
    for name in ("tree", "TREE"):
        assert len(read_source(source(config, "woods", classes={name: "tree"}), config).train[0].labels) == 3


def test_objects_outside_their_image_are_left_out_and_counted(
    config: TrainConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["annotations"][0]["bbox"] = [500, 500, 14, 14]
    coco["annotations"][1]["bbox"] = [-13, 10, 14, 14]
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    split = read_source(source(config, "woods"), config)
    assert sum(len(sample.labels) for sample in split.train + split.val) == 13
    assert [record.message for record in caplog.records] == [
        "woods/site_0.tif: 2 of its 3 objects lie outside the image and are left out"
    ]
