"""Tests of `detectors.coco.dataset`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.coco.dataset import CocoDataset, read_dataset
from detectors.errors import DatasetError


def content(*annotations: Any) -> dict[str, Any]:
    return {
        "images": [
            {"id": 0, "file_name": "a.png", "width": 100, "height": 80},
            {"id": "b", "file_name": "b.png"},
        ],
        "categories": [{"id": 7, "name": " ship "}, {"id": 0, "name": "dock"}],
        "annotations": list(annotations),
    }


def read(folder: Path, values: Any) -> CocoDataset:
    path = folder / "set.json"
    path.write_bytes(values if isinstance(values, bytes) else json.dumps(values).encode())
    return read_dataset(path)


def row(**values: Any) -> dict[str, Any]:
    return {"image_id": 0, "category_id": 7, "bbox": [1, 2, 3, 4], **values}


RING = [10, 10, 40, 10, 40, 30, 10, 30]


def test_numbers_begin_at_one_and_ids_are_kept(tmp_path: Path) -> None:
    rows = [
        row(id=0),
        row(id=0, image_id="b", category_id="0"),
        row(),
        row(id="x", image_id="0", category_id=7.0),
    ]
    coco = read(tmp_path, content(*rows))
    assert [(i.number, i.id, i.size) for i in coco.images] == [(1, 0, (100, 80)), (2, "b", None)]
    assert [(c.number, c.id, c.label) for c in coco.categories] == [(1, 0, "dock"), (2, 7, "ship")]
    assert [(o.number, o.id, o.image, o.category) for o in coco.objects] == [
        (1, 0, 1, 2), (2, 0, 2, 1), (3, "#3", 1, 2), (4, "x", 1, 2)
    ]  # fmt: skip
    assert [len(objects) for objects in coco.by_image().values()] == [3, 1]
    assert not coco.report.sentences()


def test_absent_fields_are_filled_in(tmp_path: Path) -> None:
    coco = read(
        tmp_path, content(row(), row(bbox=None, segmentation=[RING]), row(iscrowd=1), row(iscrowd="0"))
    )
    assert [o.crowd for o in coco.objects] == [False, False, True, False]
    assert [o.area for o in coco.objects] == [12, 600, 12, 12]
    assert [o.outline is not None for o in coco.objects] == [False, True, False, False]


def test_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"\xef\xbb\xbf" + json.dumps(content(row())).encode()).objects) == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(image_id=55), "annotations of an image that is not in the file"),
        (row(image_id=None), "annotations of an image that is not in the file"),
        (row(category_id=True), "annotations of a category that is not in the file"),
        (row(bbox=None), "annotations without bbox and outline"),
        (row(bbox=[1, 2, 3]), "annotations whose bbox is not four numbers"),
        (row(bbox=["1", "2", "3", "4"]), "annotations whose bbox is not four numbers"),
        (row(bbox=[float("nan")] * 4), "annotations whose bbox is not four numbers"),
        (row(bbox=[1e308] * 4), "annotations whose bbox is not four numbers"),
        (row(bbox=[5, 5, 0, 10]), "annotations whose bbox has no area"),
    ],
)
def test_what_is_left_out_is_counted_by_reason(tmp_path: Path, bad: dict[str, Any], reason: str) -> None:
    coco = read(tmp_path, content({**bad, "id": 9}, row(id=1), {**bad, "id": 12}))
    assert [o.id for o in coco.objects] == [1]
    assert coco.report.left_out == {reason: ["9", "12"]}
    assert coco.report.sentences() == [f"set.json: 2 left out ({reason}): 9, 12"]


def test_an_annotation_that_is_none(tmp_path: Path) -> None:
    assert read(tmp_path, content(5, row())).report.left_out == {"annotations that are no objects": ["#1"]}


@pytest.mark.parametrize(
    ("values", "box", "outlined", "reason"),
    [
        ({"bbox": None, "segmentation": [RING]}, (10, 10, 30, 20), True, "without bbox, taken from the outline"),
        ({"bbox": [4, 6, -3, -4]}, (1, 2, 3, 4), False, "with a negative width or height, taken from"),
        ({"segmentation": [[1, 1, 5, 5]]}, (1, 2, 3, 4), False, "with outlines of fewer than three points"),
        ({"segmentation": [[1, 1, 5, 5, 9]]}, (1, 2, 3, 4), False, "with an odd number of coordinates"),
        ({"segmentation": [[1, 1, 5, None, 9, 0]]}, (1, 2, 3, 4), False, "with something that is no number"),
        ({"segmentation": {"size": [9, 9], "counts": [80, 1]}}, (1, 2, 3, 4), False, "of another size than"),
    ],
)  # fmt: skip
def test_what_is_put_right_is_counted_too(
    tmp_path: Path, values: dict[str, Any], box: Any, outlined: bool, reason: str
) -> None:
    coco = read(tmp_path, content(row(id=4, **values)))
    assert [(o.bbox, o.outline is not None) for o in coco.objects] == [(box, outlined)]
    [(said, ids)] = coco.report.repaired.items()
    assert reason in said
    assert ids == ["4"]


def test_two_of_one_name_or_id(tmp_path: Path) -> None:
    values = content()
    values["categories"][1]["name"] = "ship"
    coco = read(tmp_path, values)
    assert [c.label for c in coco.categories] == ["ship (id 0)", "ship (id 7)"]
    assert "categories of one name, 'ship', counted apart by their ids" in coco.report.repaired
    values["categories"][1]["id"] = 7
    assert len(read(tmp_path, values).categories) == 1
    values["images"][1]["id"] = "0"
    with pytest.raises(DatasetError, match=r"two images have the id '0' \(a\.png and b\.png\)"):
        read(tmp_path, values)
    values["images"][1]["file_name"] = "a.png"
    assert len(read(tmp_path, values).images) == 1
    values["categories"][1]["name"] = "dock"
    with pytest.raises(DatasetError, match=r"two categories have the id 7 \(ship and dock\)"):
        read(tmp_path, values)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (b"", "is not a COCO file: it cannot be read as JSON"),
        (b"[" * 100_000, "is not a COCO file"),
        (b"\xff\xfe{", "is not a COCO file"),
        ([1], "is not a COCO file: it holds a list, as results do"),
        ({}, "is not a COCO file: it has no list 'images'"),
        ({"images": 3}, "is not a COCO file: it has no list 'images'"),
        ({**content(), "images": []}, "has no images, expected at least one"),
        ({**content(), "categories": []}, "has no categories, expected at least one"),
        ({**content(), "annotations": None}, "it has no list 'annotations'"),
        ({**content(), "images": [3]}, "#1 of 'images' is 3, expected an object"),
        ({**content(), "images": [{"file_name": "a"}]}, "#1 of 'images' has the id None, expected a number or text"),
        ({**content(), "categories": [{"id": [1]}]}, r"#1 of 'categories' has the id \[1\]"),
    ],
)  # fmt: skip
def test_what_is_no_coco_file_is_refused(tmp_path: Path, values: Any, sentence: str) -> None:
    with pytest.raises(DatasetError, match=rf"set\.json.*{sentence}"):
        read(tmp_path, values)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="is not a COCO file"):
        read_dataset(tmp_path / "absent.json")


def test_annotations_may_be_left_unread(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    values = content()
    del values["annotations"]
    path.write_text(json.dumps(values))
    assert len(read_dataset(path, annotations=False).images) == 2


def test_boxes_of_corners_are_doubted(tmp_path: Path) -> None:
    right = row(id=1, bbox=[10, 10, 30, 20], segmentation=[RING])
    corners = row(id=2, bbox=[20, 20, 40, 30], segmentation=[[20, 20, 40, 20, 40, 30, 20, 30]])
    far = row(id=3, bbox=[60, 50, 95, 75])
    edge = row(id=4, bbox=[-1, -1, 102, 81])
    coco = read(tmp_path, content(right, corners, far, edge))
    assert len(coco.objects) == 4
    assert list(coco.report.doubtful.values()) == [["2"], ["3"]]
    assert coco.report.sentences()[0] == (
        "set.json: 1 doubtful (annotations whose bbox is not that of their outline; bbox is x, y, width, height): 2"
    )
