"""predict, without waiting for a network to think."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.merging.merge import MergeRules
from geoengine.tasks import predict as task
from tests.geoengine.cli.test_model_commands import write_package
from tests.support.samples import Run, write_raster
from tiling.access.source import RasterSource


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Stand-ins for the model and the two tasks; notes what they are asked, and answers with `report`."""
    from detectors.inference.predictor import Predictor

    seen: dict[str, Any] = {"report": task.Prediction(objects=3, images=2)}

    def answer(kind: str) -> Any:
        def run(predictor: object, *given: Any, progress: object, **more: Any) -> task.Prediction:
            first, *paths, settings = given
            source = RasterSource.of(first)
            names = [path.name for path in (source.path, *paths)]
            seen.update(kind=kind, source=source, names=names, settings=settings, **more)
            report: task.Prediction = seen["report"]
            return report

        return run

    def load(package: Any, device: str, min_score: float | None, precision: str | None) -> None:
        seen.update(model=package.card.name, device=device, min_score=min_score, precision=precision)

    monkeypatch.setattr(Predictor, "load", load)
    monkeypatch.setattr(task, "predict_coco", answer("coco"))
    monkeypatch.setattr(task, "predict_raster", answer("raster"))
    return seen


@pytest.fixture
def coco(tmp_path: Path) -> Path:
    path = tmp_path / "set.json"
    path.write_text("{}")
    return path


def test_images_of_a_coco_file(coco: Path, tmp_path: Path, calls: dict[str, Any], run: Run) -> None:
    (tmp_path / "images").mkdir()
    model = write_package(tmp_path / "toy")
    result = run(
        *("predict", "--model", model, "--coco", coco, "--images", tmp_path / "images", "--out", "p.json"),
        *("--gsd", "0.3", "--precision", "bf16", "--map", "building=house", "--map", "a=b=c"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "p.json: 3 objects on 2 images.\n"
    assert (calls["kind"], calls["names"]) == ("coco", ["set.json", "images", "p.json"])
    assert calls["settings"] == task.PredictSettings(gsd_m=0.3)
    assert calls["renamed"] == {"building": "house", "a": "b=c"}
    assert (calls["model"], calls["min_score"], calls["precision"]) == ("toy", 0.005, "bf16")


def test_one_raster(tmp_path: Path, calls: dict[str, Any], run: Run) -> None:
    model, raster = write_package(tmp_path / "toy"), write_raster(tmp_path / "a.tif")
    result = run(
        *("predict", raster, "--model", model, "--out", "p.geojson", "--shape", "oriented"),
        *("--crs", "EPSG:32644", "--force", "--allow", tmp_path),
    )
    assert calls["source"] == RasterSource(raster, crs="EPSG:32644", force=True, allow=(tmp_path,))
    assert (result.exit_code, calls["kind"], calls["names"]) == (0, "raster", ["a.tif", "p.geojson"])
    assert calls["settings"] == task.PredictSettings(shape="oriented")
    assert (calls["min_score"], calls["precision"]) == (None, None)


def test_the_rules_of_merging_reach_both_tasks(
    coco: Path, tmp_path: Path, calls: dict[str, Any], run: Run
) -> None:
    model, raster = write_package(tmp_path / "toy"), write_raster(tmp_path / "a.tif")
    merging = ("--merge-iou", "0.2", "--merge-ios", "1", "--any-class")
    for input_ in ([raster], ["--coco", coco]):
        assert run("predict", *input_, "--model", model, "--out", "p", *merging).exit_code == 0
        assert calls["settings"].rules == MergeRules(iou=0.2, ios=1, any_class=True)


def test_what_failed_is_listed(coco: Path, tmp_path: Path, calls: dict[str, Any], run: Run) -> None:
    model = write_package(tmp_path / "toy")
    calls["report"].failures = ["a.tif is damaged"]
    result = run("predict", "--coco", coco, "--model", model, "--out", "p.json")
    assert (result.exit_code, result.stderr) == (1, "a.tif is damaged\n")
    assert result.stdout == "p.json: 3 objects on 2 images, 1 image left out.\n"
    calls["report"].images = 0
    assert run("predict", "--coco", coco, "--model", model, "--out", "p.json").exit_code == 2


def test_research_use_is_said(coco: Path, tmp_path: Path, calls: dict[str, Any], run: Run) -> None:
    model = write_package(tmp_path / "toy")
    card = json.loads((model / "model.json").read_text())
    (model / "model.json").write_text(json.dumps({**card, "licence": "research use only (a set)"}))
    result = run("predict", "--coco", coco, "--model", model, "--out", "p.json")
    assert result.stderr == "toy: research use only (a set)\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "expected either a RASTER or --coco"),
        (["RASTER", "--coco", "COCO"], "expected either a RASTER or --coco"),
        (["RASTER", "--map", "a=b"], "--images and --map go with --coco"),
        (["--coco", "COCO", "--map", "airplane"], "'airplane' is not CLASS=CATEGORY"),
        (["--coco", "COCO", "--gsd", "0"], "--gsd"),
        (["--coco", "COCO", "--model", "nobody"], "there is no model named 'nobody'"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    coco: Path, tmp_path: Path, run: Run, arguments: list[str], sentence: str
) -> None:
    places = {"RASTER": write_raster(tmp_path / "a.tif"), "COCO": coco}
    result = run("predict", *(places.get(word, word) for word in arguments), "--out", tmp_path / "p.json")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
