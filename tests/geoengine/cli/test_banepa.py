"""The main job on a real scene: init, add, prelabel (killed once in between), export, evaluate."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import rasterio
import shapely
from shapely.geometry import box

pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.processes]

WHITE = "255,255,255"


def geoengine(*arguments: object) -> list[str]:
    return [sys.executable, "-c", "from geoengine.cli import main; main()", *map(str, arguments)]


def run_json(*arguments: object) -> Any:
    done = subprocess.run(geoengine(*arguments, "--json"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kill_when_a_block_is_done(command: list[str], project: Path) -> None:
    """Start a command, and kill -9 it as soon as the first block's result file is there."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 900
    while not list(project.glob("jobs/*/*.npz")):
        assert process.poll() is None, "prelabel ended before it could be killed"
        assert time.monotonic() < deadline, "no block was finished in 15 minutes"
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("part", ["held out", pytest.param("whole", marks=pytest.mark.soak)])
def test_banepa_from_raster_to_labels(part: str, tmp_path: Path, shared_data: Path) -> None:
    project, out = tmp_path / "banepa", tmp_path / "out.geojson"
    scene = shared_data / "banepa" / "banepa.tif"
    if part == "held out":
        scene = cropped(scene, held_out(shared_data), tmp_path / "part.tif")
    subprocess.run(geoengine("init", project, "--class", "building"), check=True)
    subprocess.run(geoengine("add", "-p", project, scene, "--nodata", WHITE), check=True)

    kill_when_a_block_is_done(geoengine("prelabel", "-p", project), project)
    [report] = run_json("prelabel", "-p", project)
    assert report["state"] == "done"
    assert report["resumed_blocks"] >= 1
    assert report["peak_memory_gb"] < 3
    subprocess.run(geoengine("export", "-p", project, out), check=True)

    labels = geopandas.read_file(out)
    assert len(labels) == report["proposed"] > (2000 if part == "whole" else 200)
    assert labels["uid"].is_unique
    assert set(labels.geom_type) == {"Polygon"}
    assert labels.is_valid.all()
    check_no_duplicates(labels)
    check_none_in_the_white(labels, scene)
    check_accuracy(out, shared_data, tmp_path)


def check_no_duplicates(labels: geopandas.GeoDataFrame) -> None:
    """No two of one class overlap by more than IoU 0.5."""
    shapes = np.asarray(labels.to_crs(labels.estimate_utm_crs()).geometry)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    union = shapely.area(shapes[first]) + shapely.area(shapes[second]) - shared
    assert (shared / union).max() <= 0.5


def check_none_in_the_white(labels: geopandas.GeoDataFrame, scene: Path) -> None:
    """Every object's surroundings hold something that is not white."""
    with rasterio.open(scene) as raster:
        inside = labels.to_crs(raster.crs).representative_point()
        # A roof can be blown out to white; an area of three metres around it is not.
        for x, y in zip(inside.x, inside.y, strict=True):
            row, col = raster.index(x, y)
            window = rasterio.windows.Window(col - 10, row - 10, 21, 21)
            assert (raster.read(window=window, boundless=True, fill_value=255) < 255).any(), (x, y)


def held_out(shared_data: Path) -> geopandas.GeoSeries:
    """Return the eastern quarter of the labelled area, which was kept out of training."""
    area = geopandas.read_file(shared_data / "banepa" / "labelled_area.geojson").to_crs(3857)
    west, south, east, north = area.total_bounds
    return geopandas.GeoSeries([box(west + 0.75 * (east - west), south, east, north)], crs=3857)


def cropped(scene: Path, area: geopandas.GeoSeries, path: Path) -> Path:
    """Write the part of a raster around an area, with 200 px to each side."""
    with rasterio.open(scene) as raster:
        west, south, east, north = area.to_crs(raster.crs).total_bounds
        (top, left), (bottom, right) = raster.index(west, north), raster.index(east, south)
        window = rasterio.windows.Window.from_slices(
            (max(0, top - 200), min(raster.height, bottom + 200)),
            (max(0, left - 200), min(raster.width, right + 200)),
        )
        profile = {**raster.profile, "driver": "GTiff", "height": window.height, "width": window.width}
        with rasterio.open(path, "w", **profile | {"transform": raster.window_transform(window)}) as part:
            part.write(raster.read(window=window))
    return path


def check_accuracy(out: Path, shared_data: Path, tmp_path: Path) -> None:
    """Compare with the labels of the part that was kept out of training."""
    banepa = shared_data / "banepa"
    held_out(shared_data).to_crs(4326).to_file(tmp_path / "held_out.geojson")
    report = run_json(
        "evaluate", "--truth", banepa / "buildings.geojson", "--pred", out,
        "--iou", "0.5", "--area", tmp_path / "held_out.geojson",
    )  # fmt: skip
    [total] = [score for score in report["scores"] if score["class"] == "*"]
    # Well below what the model card states: this holds the place and the pipeline, not the last per cent.
    assert total["f1"] > 0.35, report
