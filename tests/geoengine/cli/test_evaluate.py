"""Tests of `geoengine evaluate`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.support.samples import Run, square, write_geojson


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    images, labels, found = [], [], []
    (tmp_path / "images").mkdir()
    for image in range(6):
        Image.new("RGB", (100, 80), (40, 90, 60)).save(tmp_path / "images" / f"{image}.png")
        images.append({"id": image, "file_name": f"{image}.png", "width": 100, "height": 80})
        ring = [[10, 10, 40, 10, 40, 30, 10, 30]]
        row = {"image_id": image, "category_id": 1, "bbox": [10, 10, 30, 20], "segmentation": ring}
        labels.append({**row, "id": image + 1, "area": 600, "iscrowd": 0})
        if image != 3:
            found.append({**row, "score": 0.9 - image / 10})
    truth, results = tmp_path / "truth.json", tmp_path / "found.json"
    categories = [{"id": 1, "name": "house"}, {"id": 2, "name": "tree"}]
    truth.write_text(json.dumps({"images": images, "annotations": labels, "categories": categories}))
    results.write_text(json.dumps(found))
    return truth, results


def test_points_and_lines_have_tables_of_their_own(tmp_path: Path, run: Run) -> None:
    def objects(name: str, shift: float) -> Path:
        shapes = (
            ("mast", "Point", [85.52 + shift, 27.63]),
            ("road", "LineString", [[85.52, 27.64 + shift], [85.53, 27.64 + shift]]),
        )
        rows = [
            {
                "type": "Feature",
                "properties": {"class": key},
                "geometry": {"type": kind, "coordinates": places},
            }
            for key, kind, places in shapes
        ]
        return write_geojson(tmp_path / name, rows)

    arguments = ("evaluate", "--truth", objects("t.geojson", 0), "--pred", objects("p.geojson", 4e-5))
    rows = [line.split() for line in run(*arguments, "--distance", "5", "--buffer", "1").stdout.splitlines()]
    assert ["mast", "5", "1.000", "1.000", "1.000", "1", "0", "0", "3.95"] in rows
    assert ["road", "1", "0.000", "0.000", "0.000", "987", "987"] in rows
    assert not any(row[:2] == ["class", "IoU"] for row in rows)
    said = json.loads(run(*arguments, "--json").stdout)
    assert (said["points"][0]["tp"], said["points"][0]["distance_m"]) == (0, 3)
    assert said["lines"][0]["completeness"] == 0


def test_evaluate_prints_a_table_and_json(tmp_path: Path, run: Run) -> None:
    truth = write_geojson(tmp_path / "t.geojson", [square(20, 20), square(60, 20)])
    pred = write_geojson(tmp_path / "p.geojson", [square(21, 20, **{"class": "building", "score": 0.9})])
    arguments = (
        "evaluate",
        "--truth",
        truth,
        "--pred",
        pred,
        "--class",
        "building",
        "--iou",
        "0.5",
        "--iou",
        "0.99",
    )
    text = run(*arguments).stdout
    assert "2 true, 1 predicted" in text
    assert ["building", "0.5", "1.000", "0.500", "0.667", "1", "0", "1"] in [
        line.split() for line in text.splitlines()
    ]
    scores = json.loads(run(*arguments, "--json").stdout)["scores"]
    assert [(score["iou"], score["tp"]) for score in scores if score["class"] == "building"] == [
        (0.5, 1),
        (0.99, 0),
    ]


def test_evaluate_refuses_what_is_no_vector_file(tmp_path: Path, run: Run) -> None:
    bad = tmp_path / "bad.geojson"
    bad.write_text("nothing")
    result = run("evaluate", "--truth", bad, "--pred", bad)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_figures_and_a_report(files: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    truth, results = files
    out = tmp_path / "report"
    command = ("evaluate", "--coco", "--truth", truth, "--pred", results)
    text = run(*command, "--report", out, "--images", tmp_path / "images")
    assert text.exit_code == 0, text.output
    lines = text.stdout.splitlines()
    assert lines[0] == "Boxes, IoU 0.5"
    assert lines[2].split()[:3] == ["house", "6", "0.832"]
    assert "Masks, IoU 0.5" in lines
    assert sorted(path.name for path in out.iterdir()) == [
        "confusion.csv", "confusion.png", "figures.json", "mistakes.png", "precision_recall.png"
    ]  # fmt: skip
    with (out / "confusion.csv").open() as file:
        assert list(csv.reader(file))[1] == ["house", "5", "0", "1"]
    values = json.loads(run(*command, "--json", "--min-score", "0.65").stdout)
    assert values == json.loads(json.dumps(values))
    house, tree, every = values["segm"]
    assert house["f1"]["value"] == pytest.approx(2 * 3 / (6 + 3))
    assert (tree["ap50"]["value"], tree["f1"]["value"]) == (None, None)
    assert every["f1"] is None
    assert house["ap50"]["low"] <= house["ap50"]["value"] <= house["ap50"]["high"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            ["--coco", "--class", "house"],
            "--area, --complete, --class, --map and layers do not go with --coco",
        ),
        (["--map", "a"], "'a' is not PREDICTED=TRUE"),
        (["--map", "a=b", "--map", "a=c"], "'a' is mapped to both 'b' and 'c', expected one"),
        (["--report", "out"], "--report and --images go with --coco"),
    ],
)
def test_what_does_not_go_together(
    files: tuple[Path, Path], run: Run, more: list[str], sentence: str
) -> None:
    result = run("evaluate", "--truth", files[0], "--pred", files[1], *more)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_file_that_is_none_is_one_sentence(files: tuple[Path, Path], run: Run) -> None:
    files[1].write_text("hello")
    result = run("evaluate", "--coco", "--truth", files[0], "--pred", files[1])
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "found.json is not a COCO file: it cannot be read as JSON" in result.stderr


def test_what_is_left_out_is_said_and_shows_in_the_exit_code(files: tuple[Path, Path], run: Run) -> None:
    rows = json.loads(files[1].read_text())
    files[1].write_text(json.dumps([*rows, {**rows[0], "category_id": 99}]))
    result = run("evaluate", "--coco", "--truth", files[0], "--pred", files[1], "--json")
    assert result.exit_code == 1
    assert "1 left out (results of categories that truth.json lacks)" in result.stderr
    assert len(json.loads(result.stdout)["left_out"]) == 1
