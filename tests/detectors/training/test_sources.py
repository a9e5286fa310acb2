"""Reading data sets: at the right scale, in the right place, split where the configuration says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pycocotools import mask

from detectors.errors import DatasetError
from detectors.training.config import TrainConfig, read_config
from detectors.training.samples import Sample
from detectors.training.settings import SourceConfig
from detectors.training.sources import held_out_coco, read_source
from detectors.training.split import Split, check_held_out, check_outlines
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
        assert not sample.outlined.any()
        assert_painted(sample)
    assert sorted(s.name for s in split.train + split.val) == [f"woods/site_{n}.tif" for n in range(5)]


def test_images_of_a_place_are_held_out_by_name(config: TrainConfig) -> None:
    split = read_source(source(config, "woods", hold_out="site_[13]", exclude="site_3"), config)
    assert [s.name for s in split.val] == ["woods/site_1.tif"]
    assert [s.name for s in split.train] == [f"woods/site_{n}.tif" for n in (0, 2, 4)]
    with pytest.raises(DatasetError, match="hold_out is 'siet_1', which is in no file name of its 5 images"):
        read_source(source(config, "woods", hold_out="siet_1"), config)


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


def test_excluded_images_are_on_neither_side(config: TrainConfig) -> None:
    every = read_source(source(config, "woods", holdout_fraction=0.4), config)
    name = every.val[0].name.split("/")[1]
    rest = read_source(source(config, "woods", holdout_fraction=0.4, exclude=f"^{name}$"), config)
    names = {sample.name for sample in (*rest.train, *rest.val)}
    assert names == {sample.name for sample in (*every.train, *every.val)} - {every.val[0].name}
    assert rest.val


def test_what_is_held_out_is_a_coco_file_of_its_own(config: TrainConfig) -> None:
    woods = config.sources[1]
    coco = held_out_coco(woods, config)
    names = {f"woods/{image['file_name']}" for image in coco["images"]}
    assert names == {sample.name for sample in read_source(woods, config).val}
    assert {row["image_id"] for row in coco["annotations"]} == {image["id"] for image in coco["images"]}
    assert coco["categories"]


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
    assert train.outlined.all()
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
    assert (both.train[0].outlined == (both.train[0].labels == 1)).all()  # trees are learnt as boxes


def test_outlines_are_read_where_the_class_has_them(config: TrainConfig, tmp_path: Path) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    for row in coco["annotations"]:
        x, y, w, h = row["bbox"]
        row["segmentation"] = [[x, y, x + 1, y, x, y + 1], [x, y, x + w, y, x + w, y + h]]
    coco["annotations"][0]["segmentation"] = [[1, 1, 2, 2]]  # no outline
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    woods = source(config, "woods", classes={"Tree": "house"}, holdout_fraction=0.0)
    samples = read_source(woods, config).train
    flags = np.concatenate([sample.outlined for sample in samples])
    areas = np.concatenate([shapely.area(sample.polygons) for sample in samples])
    assert (len(flags), flags.sum()) == (15, 14)
    assert set(areas[flags].round(2)) == {14 * 14 / 2 + 0.25}
    assert areas[~flags].tolist() == [14 * 14]


def edit_trees(folder: Path, edit: Any) -> None:
    coco = json.loads((folder / "trees.json").read_text())
    for row in coco["annotations"]:
        edit(row)
    (folder / "trees.json").write_text(json.dumps(coco))


def l_shape(row: dict[str, Any]) -> list[float]:
    x, y, w, h = row["bbox"]
    return [x, y, x + w, y, x + w, y + 4, x + 4, y + 4, x + 4, y + h, x, y + h]


@pytest.mark.parametrize("spelling", ["rings", "compressed", "uncompressed"])
def test_outlines_are_the_same_in_every_spelling(config: TrainConfig, tmp_path: Path, spelling: str) -> None:
    def edit(row: dict[str, Any]) -> None:
        [code] = mask.frPyObjects([l_shape(row)], 80, 100)
        flat = mask.decode(code).ravel(order="F")
        edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [2]])))
        counts = np.diff(np.concatenate([[0], edges])).tolist()
        row["segmentation"] = {
            "rings": [l_shape(row)],
            "compressed": {"size": [80, 100], "counts": code["counts"].decode()},
            "uncompressed": {"size": [80, 100], "counts": counts},
        }[spelling]

    edit_trees(tmp_path, edit)
    woods = source(config, "woods", classes={"tree": "house"}, holdout_fraction=0.0)
    samples = read_source(woods, config).train
    areas = np.concatenate([shapely.area(sample.polygons) for sample in samples])
    assert all(sample.outlined.all() for sample in samples)
    assert areas == pytest.approx(14 * 4 + 10 * 4, abs=30)


def test_a_class_with_outlines_needs_some(config: TrainConfig) -> None:
    woods = source(config, "woods", classes={"tree": "house"})
    with pytest.raises(
        DatasetError, match="class 'house' has the geometry 'polygon', but none of its 12 objects"
    ):
        check_outlines(config, [read_source(woods, config)])
    check_outlines(config, [read_source(woods, config), read_source(source(config, "town"), config)])


def test_crowds_are_ignored_and_unusable_annotations_are_named(
    config: TrainConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["annotations"][0]["iscrowd"] = 1
    coco["annotations"][1]["image_id"] = 99
    coco["annotations"][2]["bbox"] = None
    coco["annotations"][3]["category_id"] = 99
    coco["categories"].append({"id": 50, "name": "bush"})
    coco["annotations"][4]["category_id"] = 50
    ids = [row["id"] for row in coco["annotations"]]
    (tmp_path / "trees.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(coco).encode())
    split = read_source(source(config, "woods"), config)
    assert sum(len(sample.labels) for sample in split.train + split.val) == 10
    said = "\n".join(record.message for record in caplog.records)
    for line in (
        f"1 crowd regions are unknown ground and blanked: {ids[0]}",
        f"annotations of an image that is not in the file): {ids[1]}",
        f"annotations without bbox and outline): {ids[2]}",
        f"annotations of a category that is not in the file): {ids[3]}",
        "1 left out (objects of 'bush', which classes does not name)",
    ):
        assert line in said


def test_a_mapping_of_what_is_not_there_is_refused(config: TrainConfig) -> None:
    woods = source(config, "woods", classes={"tree": "tree", "docks": "house"})
    with pytest.raises(DatasetError, match=r"trees\.json has no category 'docks', which classes names"):
        read_source(woods, config)


def test_images_of_another_size_and_absent_ones_are_all_named(config: TrainConfig, tmp_path: Path) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    for image in coco["images"][1:3]:
        image |= {"width": 200, "height": 160}
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    with pytest.raises(
        DatasetError, match=r"2 of 5 images are of another size .*site_1.* \(200 x 160 px, the"
    ):
        read_source(source(config, "woods"), config)
    for number in (2, 4):
        (tmp_path / "trees" / f"site_{number}.tif").unlink()
    with pytest.raises(DatasetError, match=r"2 of 5 images are not in .*: site_2\.tif, site_4\.tif"):
        read_source(source(config, "woods"), config)


def break_coco(coco: dict[str, Any], how: str) -> str:
    if how == "a list":
        return "[1, 2]"
    if how == "no json":
        return "{"
    del coco["images"]
    return json.dumps(coco)


@pytest.mark.parametrize("how", ["no images", "a list", "no json"])
def test_a_file_that_is_not_coco_is_named(config: TrainConfig, tmp_path: Path, how: str) -> None:
    path = tmp_path / "trees.json"
    path.write_text(break_coco(json.loads(path.read_text()), how))
    with pytest.raises(DatasetError, match=r"data set 'woods': .*trees\.json is not a COCO file"):
        read_source(source(config, "woods"), config)


def test_one_odd_annotation_costs_only_itself(config: TrainConfig, tmp_path: Path) -> None:
    coco = json.loads((tmp_path / "trees.json").read_text())
    coco["annotations"][0] |= {"segmentation": [[1, 2, 3, 4, 5, 6, 7]], "bbox": [float("nan")] * 4}
    del coco["annotations"][1]["category_id"]
    (tmp_path / "trees.json").write_text(json.dumps(coco))
    split = read_source(source(config, "woods", classes={"*": "house"}), config)
    assert sum(len(sample.labels) for sample in split.train + split.val) == 13


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
    path = source(config, "woods").path
    path.write_text(json.dumps({**json.loads(path.read_text()), "annotations": []}))
    with pytest.raises(DatasetError, match="data set 'woods' has no labelled object to learn from"):
        read_source(source(config, "woods"), config)


def test_class_names_match_whatever_their_case(config: TrainConfig) -> None:
    for name in ("tree", "TREE", " Tree "):
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
    assert "2 doubtful (annotations whose bbox ends outside of their image" in caplog.records[0].message
    assert [record.message for record in caplog.records[1:]] == [
        "woods/site_0.tif: 2 of its 3 objects lie outside the image and are left out"
    ]


def test_objects_that_are_too_small_are_said_to_be(
    config: TrainConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit_trees(tmp_path, lambda row: row.update(bbox=[*row["bbox"][:2], 1.5, 1.5]))
    with pytest.raises(DatasetError, match="no labelled object to learn from"):
        read_source(source(config, "woods"), config)
    assert "3 of its 3 objects cover less than 4 px² at 0.5 m and are left out" in caplog.records[0].message


def test_accepted_is_learnt_rejected_is_background_and_waiting_is_blanked(config: TrainConfig) -> None:
    town = source(config, "town", holdout=(0.9, 0.0, 1.0, 1.0), area=None)
    assert town.labels is not None
    content = json.loads(town.labels.read_text())
    for feature, state in zip(content["features"], ["accepted", "rejected", "proposed"], strict=False):
        feature["properties"]["state"] = state
    town.labels.write_text(json.dumps(content))
    [train] = read_source(town, config).train
    starts = sorted((round(x), round(y)) for x, y, _, _ in shapely.bounds(train.polygons))
    assert starts == [(20, 20), (120, 100)]
    x0, y0, x1, y1 = HOUSES[1]
    assert (train.image[y0:y1, x0:x1] == [200, 120, 90]).all()
    x0, y0, x1, y1 = HOUSES[2]
    blank = train.image[y0:y1, x0:x1].reshape(-1, 3)
    assert (blank == blank[0]).all()
    assert blank[0].max() < 110


def test_the_split_of_the_file_is_honoured(config: TrainConfig) -> None:
    woods = source(config, "woods")
    coco = json.loads(woods.path.read_text())
    for image, name in zip(coco["images"], ["val", "train", "test", "Train", "val"], strict=True):
        image["split"] = name
    woods.path.write_text(json.dumps(coco))
    split = read_source(woods, config)
    assert [sample.name for sample in split.train] == ["woods/site_1.tif", "woods/site_3.tif"]
    assert [sample.name for sample in split.val] == ["woods/site_0.tif", "woods/site_4.tif"]
    split = read_source(replace(woods, hold_out="site_0"), config)
    assert [sample.name for sample in split.val] == ["woods/site_0.tif"]
    assert [sample.name for sample in split.train] == [f"woods/site_{n}.tif" for n in (1, 3, 4)]
    del coco["images"][0]["split"]
    woods.path.write_text(json.dumps(coco))
    with pytest.raises(
        DatasetError, match=r"1 of 5 images .* have no split.* first site_0\.tif; expected train"
    ):
        read_source(woods, config)


def test_a_held_out_set_can_be_given(config: TrainConfig, tmp_path: Path) -> None:
    woods = source(config, "woods")
    coco = json.loads(woods.path.read_text())
    first, rest = coco["images"][:1], coco["images"][1:]
    (tmp_path / "val.json").write_text(json.dumps({**coco, "images": first}))
    with pytest.raises(DatasetError, match=r"1 images are in .* and in the held-out .*val\.json"):
        read_source(replace(woods, validation=tmp_path / "val.json"), config)
    woods.path.write_text(json.dumps({**coco, "images": rest}))
    split = read_source(replace(woods, validation=tmp_path / "val.json"), config)
    assert [sample.name for sample in split.val] == ["woods/site_0.tif"]
    assert len(split.train) == 4


def test_nothing_held_out_is_an_error(config: TrainConfig) -> None:
    split = read_source(source(config, "woods", holdout_fraction=0.0), config)
    with pytest.raises(DatasetError, match="no image is held out"):
        check_held_out([split])


def test_chips_that_share_pixels_are_on_one_side(config: TrainConfig) -> None:
    woods = source(config, "woods", holdout_fraction=0.3)
    coco = json.loads(woods.path.read_text())
    places = {}
    for number, image in enumerate(coco["images"]):
        image["transform"] = [
            0.5,
            0,
            3e5 + 0.5 * 70 * number,
            0,
            -0.5,
            3e6,
        ]  # 100 px wide, 30 px of them shared
        image["crs"] = "EPSG:32645"
        places[f"woods/{image['file_name']}"] = number
    woods.path.write_text(json.dumps(coco))
    split = read_source(woods, config)
    assert split.val
    assert split.train
    for one in split.train:
        assert all(abs(places[one.name] - places[other.name]) > 1 for other in split.val)
