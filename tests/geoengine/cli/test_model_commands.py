"""models, prelabel and train, without waiting for a network to think."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.sam_models import write_package as write_outline_package
from tests.support.samples import Run, Town, write_raster

WEIGHTS = b"no network at all"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detectors.installation.try_package", lambda package: package.check_weights())


def write_package(directory: Path, name: str = "toy", weights: bytes = WEIGHTS) -> Path:
    """A package whose card is sound and whose weights are a few bytes."""
    directory.mkdir(parents=True)
    (directory / "weights.safetensors").write_bytes(weights)
    card = {
        "name": name,
        "version": "0.1",
        "description": "Finds buildings.",
        "architecture": "none",
        "classes": [{"key": "building", "geometry": "polygon", "min_score": 0.4}],
        "gsd_m": 0.2,
        "gsd_range_m": [0.1, 0.4],
        "sha256": hashlib.sha256(WEIGHTS).hexdigest(),
        "licence": "Apache-2.0",
        "sources": [{"name": "set", "origin": "somewhere", "licence": "CC BY 4.0"}],
        "metrics": {"building": {"f1": 0.5}},
        "notes": ["A toy."],
    }
    (directory / "model.json").write_text(json.dumps(card))
    return directory


def test_a_package_is_installed_listed_and_shown(town: Town, tmp_path: Path, run: Run) -> None:
    result = run("models", "install", write_package(tmp_path / "toy"), "-p", town.directory)
    assert (result.exit_code, result.stderr) == (0, "")
    listed = json.loads(run("models", "list", "-p", town.directory, "--json").stdout)
    assert "toy" in [card["name"] for card in listed]
    text = run("models", "list", "-p", town.directory).stdout
    assert ["toy", "0.1", "building", "0.2", "m", "Apache-2.0"] in [
        line.split() for line in text.splitlines()
    ]
    shown = run("models", "show", "toy", "-p", town.directory)
    assert shown.exit_code == 0
    for part in ("Finds buildings.", "CC BY 4.0", "f1 0.5", "A toy.", "from score 0.4"):
        assert part in shown.stdout


def test_a_zip_will_do(town: Town, tmp_path: Path, run: Run) -> None:
    package = write_package(tmp_path / "toy")
    archive = tmp_path / "toy.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in package.iterdir():
            file.write(path, f"toy/{path.name}")
    assert run("models", "install", archive, "-p", town.directory).exit_code == 0
    again = run("models", "install", archive, "-p", town.directory)
    assert again.exit_code == 2
    assert "already installed" in again.stderr


def test_a_changed_byte_in_the_weights_is_noticed(town: Town, tmp_path: Path, run: Run) -> None:
    bad = write_package(tmp_path / "bad", weights=WEIGHTS[:-1] + b"!")
    result = run("models", "install", bad, "-p", town.directory)
    assert result.exit_code == 2
    assert "sha256" in result.stderr
    assert result.stderr.count("\n") == 1

    run("models", "install", write_package(tmp_path / "toy"), "-p", town.directory)
    weights = town.directory / "models" / "toy" / "weights.safetensors"
    weights.write_bytes(b"N" + WEIGHTS[1:])
    for command in (("models", "show", "toy"), ("prelabel", "--model", "toy")):
        result = run(*command, "-p", town.directory)
        assert result.exit_code == 2
        assert "sha256" in result.stderr.splitlines()[-1]


def test_a_package_is_replaced_and_removed(town: Town, tmp_path: Path, run: Run) -> None:
    package = write_package(tmp_path / "toy")
    assert run("models", "install", package, "-p", town.directory).exit_code == 0
    assert run("models", "install", package, "-p", town.directory, "--replace").exit_code == 0
    assert run("models", "remove", "toy", "-p", town.directory).exit_code == 0
    again = run("models", "remove", "toy", "-p", town.directory)
    assert again.exit_code == 2
    assert "has no model named 'toy'" in again.stderr
    assert run("models", "show", package).exit_code == 0  # a directory will do


def test_a_package_that_hides_a_shipped_one_says_so(town: Town, tmp_path: Path, run: Run) -> None:
    result = run("models", "install", write_package(tmp_path / "o", "overhead"), "-p", town.directory)
    assert (result.exit_code, "stands in for the shipped one" in result.stderr) == (0, True)
    for command in (("list",), ("show", "overhead")):
        assert "stands in for" in run("models", *command, "-p", town.directory).stderr


def test_a_broken_package_is_named_beside_the_others(town: Town, tmp_path: Path, run: Run) -> None:
    run("models", "install", write_package(tmp_path / "toy"), "-p", town.directory)
    (town.directory / "models" / "toy" / "model.json").write_text('{"name": 5}')
    result = run("models", "list", "-p", town.directory, "--json")
    assert result.exit_code == 1
    assert "overhead" in result.stdout
    assert "model.json" in result.stderr


def test_an_unknown_model_is_one_sentence(town: Town, run: Run) -> None:
    for command in (("models", "show", "nobody"), ("prelabel", "--model", "nobody")):
        result = run(*command, "-p", town.directory)
        assert result.exit_code == 2
        assert result.stderr.startswith("there is no model named 'nobody'")
        assert result.stderr.count("\n") == 1


def test_models_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("models", "list").exit_code == 0
    assert run("models", "list", "-p", tmp_path).exit_code == 2


def test_prelabel_needs_a_scene_that_is_there(town: Town, tmp_path: Path, run: Run) -> None:
    run("models", "install", write_package(tmp_path / "toy"), "-p", town.directory)
    result = run("prelabel", "-p", town.directory, "twon", "--model", "toy")
    assert result.exit_code == 2
    assert "there is no scene 'twon' in this project, which has town" in result.stderr

    run("init", tmp_path / "empty")
    run("models", "install", write_package(tmp_path / "toy2"), "-p", tmp_path / "empty")
    result = run("prelabel", "-p", tmp_path / "empty", "--model", "toy")
    assert result.exit_code == 2
    assert "no scenes yet" in result.stderr


@pytest.fixture
def proposals(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> dict[str, Any]:
    """Two scenes and a stand-in for the detector; maps a scene's key to how it ends, and notes the settings."""
    from geoengine.tasks.prelabel import api as task

    run("add", "-p", town.directory, write_raster(tmp_path / "village.tif", seed=2))
    run("models", "install", write_package(tmp_path / "toy"), "-p", town.directory)
    ends: dict[str, Any] = {}

    def pretend(
        project: Any,
        store: Any,
        scenes: Sequence[Any],
        package: Any,
        settings: Any,
        *,
        executor: Any,
        progress: Any,
        finished: Any,
    ) -> list[Any]:
        ends.update(settings=settings, executor=executor)
        reports = []
        for scene in scenes:
            progress(scene, 0.5)
            state = ends.get(scene.key, "done")
            report = task.ScenePrelabel(scene.key, 1, state, proposed=0 if state == "failed" else 7)
            report.errors = [] if state == "done" else ["block 0 could not be read"]
            reports.append(report)
            finished(report)
        return reports

    monkeypatch.setattr(task, "prelabel", pretend)
    return ends


def test_prelabel_says_scene_by_scene_what_came_of_it(
    town: Town, proposals: dict[str, Any], run: Run
) -> None:
    from geoengine.tasks.prelabel.settings import PrelabelSettings

    result = run("prelabel", "-p", town.directory, "--model", "toy", "--min-score", "0.3", "--batch", "4")
    assert (result.exit_code, result.stderr) == (0, "")
    assert proposals["settings"] == PrelabelSettings(0.3, "cpu", 4)
    lines = result.stdout.splitlines()
    assert lines[0] == "town: 7 proposals"
    assert "read 0.0, infer 0.0, merge 0.0, write 0.0" in lines[1]
    assert lines[-1].startswith("2 done, 0 in part, 0 failed; 14 proposals in")


@pytest.mark.parametrize(
    ("town_ends", "village_ends", "code"),
    [
        ("done", "partial", 1),
        ("failed", "done", 1),
        ("failed", "failed", 2),
        ("partial", "failed", 1),
    ],
)
def test_prelabel_goes_on_past_a_scene_that_fails(
    town_ends: str, village_ends: str, code: int, town: Town, proposals: dict[str, Any], run: Run
) -> None:
    proposals.update(town=town_ends, village=village_ends)
    result = run("prelabel", "-p", town.directory, "--model", "toy", "--json")
    assert result.exit_code == code
    assert [report["state"] for report in json.loads(result.stdout)] == [town_ends, village_ends]
    assert "block 0 could not be read" in result.stderr


def test_workers_get_all_scenes_in_one_stream(
    town: Town, proposals: dict[str, Any], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geoengine.tasks.jobs import executors as workers
    from geoengine.tasks.prelabel.settings import PrelabelSettings

    executor = workers.InProcess()
    monkeypatch.setattr(workers, "DevicePool", lambda devices: proposals.update(devices=devices) or executor)
    proposals.update(village="partial")
    result = run("prelabel", "-p", town.directory, "--model", "toy", "--devices", "cpu, cpu", "--again")
    assert result.exit_code == 1
    assert proposals["devices"] == ["cpu", "cpu"]
    assert proposals["settings"] == PrelabelSettings(again=True)
    assert proposals["executor"] is executor
    assert result.stdout.startswith("town: 7 proposals")
    assert "village (in part): 7 proposals" in result.stdout


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (
            ["--devices", "cpu", "--scheduler", "tcp://127.0.0.1:9"],
            "--devices and --scheduler were both given",
        ),
        (["--devices", "cpu,,cpu"], "--devices is 'cpu,,cpu', expected names between commas"),
    ],
)
def test_workers_that_are_named_wrongly(
    town: Town, proposals: dict[str, Any], run: Run, options: list[str], text: str
) -> None:
    result = run("prelabel", "-p", town.directory, "--model", "toy", *options)
    assert result.exit_code == 2
    assert text in result.stderr


def test_train_does_not_write_over_another_run(tmp_path: Path, run: Run) -> None:
    config = tmp_path / "config.toml"
    config.write_text("")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "model.json").write_text("{}")
    result = run("train", config, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "is not empty: --resume goes on" in result.stderr


def test_train_refuses_a_configuration_in_one_sentence(tmp_path: Path, run: Run) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[model\n")
    result = run("train", config, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "config.toml" in result.stderr


@pytest.mark.parametrize(
    ("missed", "code"), [({}, 0), ({"objects of 'crane', which classes does not name": 8}, 1)]
)
def test_train_lists_what_it_left_out(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, missed: dict[str, int], code: int
) -> None:
    package = write_package(tmp_path / "out")
    card = json.loads((package / "model.json").read_text())
    counts = {"images": 3, "building": 4}
    card["training"] = {"data": {"own": {"learnt": counts, "held_out": counts, "left_out": missed}}}
    (package / "model.json").write_text(json.dumps(card))
    monkeypatch.setattr("detectors.training.loop.train", lambda *_, **__: package)
    config = tmp_path / "config.toml"
    config.write_text("")
    result = run("train", config, "--out", tmp_path / "new")
    assert result.exit_code == code, result.output
    assert "own: learnt from 3 images (4 building)" in result.stdout
    assert result.stderr == "".join(f"own: {count} left out ({reason})\n" for reason, count in missed.items())


def test_train_says_how_well_an_outliner_outlines(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = write_outline_package(tmp_path / "discs")
    card = json.loads((made / "outline.json").read_text())
    counts = {"images": 3, "building": 4}
    data = {"own": {"learnt": counts, "held_out": counts, "left_out": {}}}
    found = {"objects": 4, "click": 0.7, "click_75": 0.5, "three_clicks": 0.8, "box": 0.75}
    card |= {"training": {"data": data}, "metrics": {"building": found}}
    (made / "outline.json").write_text(json.dumps(card))
    monkeypatch.setattr("detectors.training.loop.train", lambda *_, **__: made)
    config = tmp_path / "config.toml"
    config.write_text("")
    result = run("train", config, "--out", tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert "own: learnt from 3 images (4 building)" in result.stdout
    assert (
        "building: mean IoU 0.700 after a click, 0.800 after three, 0.750 from a box, on 4" in result.stdout
    )
    assert "models/discs" in result.stdout
