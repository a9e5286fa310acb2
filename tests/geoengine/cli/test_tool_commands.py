"""evaluate, doctor, serve and demo."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from geoengine.cli.support import checkup, checkup_machine
from geoengine.cli.support.checkup_machine import BAD, NOTE, OK, Finding
from tests.support.samples import Run, Town, write_raster

ROOT = Path(__file__).resolve().parents[3]


def test_doctor_says_what_is_wrong_and_what_to_do(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    findings = [
        Finding("torch", BAD, "a pair that does not go together", "install both"),
        Finding("disk", OK, "9 GiB"),
    ]
    monkeypatch.setattr(checkup, "examine", lambda _directory: findings)
    result = run("doctor")
    assert result.exit_code == 1
    assert "BAD   torch" in result.stdout
    assert "→ install both" in result.stdout
    assert json.loads(run("doctor", "--json").stdout)["well"] is False
    monkeypatch.setattr(checkup, "examine", lambda _directory: findings[1:])
    assert run("doctor").exit_code == 0


@pytest.mark.slow
def test_doctor_examines_this_machine(tmp_path: Path) -> None:
    findings = {finding.name: finding for finding in checkup.examine(tmp_path)}
    for name in ("Python", "GDAL", "torch", "database"):
        assert findings[name].level == OK, findings[name]
    assert all(finding.advice for finding in findings.values() if finding.level == BAD)


def test_doctor_knows_a_network_disk(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "server:/vol /mnt/with\\040space nfs4 rw 0 0\n"
        "tmpfs /mnt/with\\040space/fast tmpfs rw 0 0\n"
    )
    assert checkup_machine.filesystem_of(Path("/mnt/with space/project"), mounts) == "nfs4"
    assert checkup_machine.filesystem_of(Path("/mnt/with space/fast/x"), mounts) == "tmpfs"
    assert checkup_machine.filesystem_of(Path("/home"), mounts) == "ext4"
    assert checkup_machine.filesystem_of(Path("/home"), tmp_path / "absent") is None


def test_doctor_survives_a_library_that_kills_the_process() -> None:
    assert checkup.probe("import os; os.abort()") == "the process ended with -6"
    assert checkup.probe("raise ImportError('libsomething.so is missing')").endswith(
        "libsomething.so is missing"
    )
    assert checkup.probe("print('{\"a\": 1}')") == {"a": 1}


def test_doctor_tells_a_torch_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        checkup, "probe", lambda _code: "RuntimeError: operator torchvision::nms does not exist"
    )
    finding = checkup.torch_pair()
    assert finding.level == BAD
    assert "torchvision::nms" in finding.found
    answer = {"raster": list(checkup.NEEDED_RASTER), "vector": {"GeoJSON": "rw"}, "proj": "9.4"}
    answer |= {"rasterio_gdal": "3.9", "pyogrio_gdal": "3.10"}
    monkeypatch.setattr(checkup, "probe", lambda _code: answer)
    assert checkup.gdal().level == NOTE
    monkeypatch.setattr(checkup, "probe", lambda _code: {**answer, "raster": ["GTiff"]})
    assert checkup.gdal().level == BAD


def test_a_port_in_use_is_one_sentence(town: Town, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "-p", town.directory, "--port", port)
    assert result.exit_code == 2
    assert f"Port {port}" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.processes
def test_serve_says_where_and_stops_when_told(labelled: Town) -> None:
    code = "import sys; from geoengine.cli import main; main(sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", code, "serve", "-p", str(labelled.directory), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http://"))
        with urllib.request.urlopen(f"{url}/api/health", timeout=20) as reply:
            assert json.load(reply)["status"] == "ok"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def demo_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that holds the demonstration's files already, small ones, and a stand-in for the detector."""
    from PIL import Image

    from geoengine.model import CreateFeature, FeatureState, Origin
    from geoengine.tasks.demo import download as demo
    from geoengine.tasks.prelabel import api as prelabel
    from tests.geoengine.cli.test_model_commands import write_package

    cache = tmp_path / "cache"
    cache.mkdir()
    Image.new("RGB", (400, 300), (40, 90, 40)).save(cache / "yellowstone.png")
    (cache / "yellowstone.png.aux.xml").write_text(demo._georeference())
    box = "<object><bndbox><xmin>{0}</xmin><ymin>{0}</ymin><xmax>{1}</xmax><ymax>{1}</ymax></bndbox></object>"
    (cache / "yellowstone.xml").write_text(
        f"<annotation>{box.format(10, 50)}{box.format(100, 140)}</annotation>"
    )
    monkeypatch.setenv("GEOENGINE_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)

    def pretend(project, store, scenes, package, settings, *, executor, progress, finished):  # type: ignore[no-untyped-def]
        import shapely

        from geoengine.model import LabelClass

        store.put_classes([LabelClass("tree", "tree", "#009e73")])
        [scene] = scenes
        [crown] = scene.grid.pixel_polygons_to_world([shapely.box(10, 10, 50, 50)])
        create = CreateFeature(
            scene.key[:1] * 8, "tree", crown, FeatureState.PROPOSED, 0.9, Origin.MODEL, "toy 0.1"
        )
        store.replace_proposals(scene.id, ["tree"], [create], token=scene.key, author="toy 0.1")
        params = {"scene": scene.key, "sha256": package.card.sha256}
        job = store.create_job("prelabel", params, scene.key)
        store.set_job_state(job.id, "done")
        report = prelabel.ScenePrelabel(scene.key, job.id, proposed=1)
        finished(report)
        return [report]

    monkeypatch.setattr(prelabel, "prelabel", pretend)
    card = write_package(tmp_path / "geoengine-demo" / "models" / "toy") / "model.json"
    known = json.loads(card.read_text())
    card.write_text(json.dumps({**known, "classes": [*known["classes"], {"key": "tree", "geometry": "box"}]}))
    return tmp_path / "geoengine-demo"


def test_demo_prelabels_compares_and_reuses_what_is_there(demo_settings: Path, run: Run) -> None:
    first = run("demo", "--no-serve", "--model", "toy")
    assert first.exit_code == 0, first.output
    assert "not published" in " ".join(first.stdout.split())
    rows = [line.split() for line in first.stdout.splitlines()]
    assert ["0.4", "1.000", "0.500", "0.667", "1", "0", "1"] in rows
    assert ["0.5", "1.000", "0.500", "0.667", "1", "0", "1"] in rows
    again = run("demo", "--no-serve", "--model", "toy")
    assert again.exit_code == 0, again.output
    assert "pre-labelled already" in again.stdout
    status = json.loads(run("status", "-p", demo_settings, "--json").stdout)
    assert sorted(scene["key"] for scene in status["scenes"]) == ["banepa", "yellowstone"]
    assert status["totals"]["proposed"] == 2


def test_without_a_network_the_demo_shows_the_town(
    demo_settings: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geoengine.tasks.demo import download

    def refuse(cache: Path) -> None:
        raise download.DownloadError("The registry could not be reached.")

    monkeypatch.setattr(download, "fetch_demo", refuse)
    result = run("demo", "--no-serve", "--model", "toy")
    assert result.exit_code == 0, result.output
    assert "Without the scene of Yellowstone: The registry could not be reached." in result.stderr
    assert "Buildings against the hand-drawn ones" in result.stdout
    assert "Tree crowns" not in result.stdout


def test_demo_on_a_raster_of_ones_own(demo_settings: Path, tmp_path: Path, run: Run) -> None:
    raster = write_raster(tmp_path / "own.tif")
    result = run("demo", "--no-serve", "--model", "toy", "--scene", raster)
    assert result.exit_code == 0, result.output
    assert "hand-drawn" not in result.stdout
    assert "not published" not in result.stdout


def test_demo_with_a_model_that_is_not_there_downloads_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEOENGINE_CACHE", str(tmp_path / "cache"))
    result = run("demo", "--no-serve", "--model", "nobody")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "cache").exists()
