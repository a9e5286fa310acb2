"""What fine-tuning on some corrected labels gains on the rest of the place.

    python benchmarks/finetune.py crowns|roofs|tanks [--data ../shared/data] [--labels 50,100,200]
                                  [--model overhead] [--steps N] [--device cpu]

crowns: Yellowstone, the scene of `make demo`; labels of one half, measured on the other, both ways round. roofs: the
same with Banepa, for a --model that never saw it. tanks: a class that no package has, on images of
`airbus_oil_storage`; labels of some, measured on six others, twice.

Every run is the job of `geoengine finetune` with an area that holds so many accepted labels, of which it holds a
quarter out itself. Before and after are measured on the other ground, each at its best score, at IoU 0.4 for boxes and
0.5 for outlines; where the job publishes nothing, after is before.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import rasterio
import shapely
from affine import Affine
from PIL import Image

from detectors.model_package.card import ModelPackage
from detectors.model_package.card_file import load_package
from detectors.model_package.registry import Registry
from detectors.training.measure import measure_package
from geoengine.model import Changeset, CreateFeature, FeatureState, LabelClass, Origin, Scene, new_uid
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.demo.download import cache_directory, fetch_demo
from geoengine.tasks.demo.scenes import read_crowns
from geoengine.tasks.finetune.areas import HELD_OUT, TrainingArea
from geoengine.tasks.finetune.labels import read_labels
from geoengine.tasks.finetune.plan import FinetuneSettings, read_report, record_job
from geoengine.tasks.finetune.training_set import SCHEDULE, class_infos, training_set
from geoengine.tasks.scenes.register import Registration, register_scene
from geoengine.tasks.worker.worker import run_one
from tiling import open_raster
from tiling.arrays import Geometries
from tiling.grid.window import PixelWindow
from tiling.vectors.polygons import read_polygons

TANK_GSD_M, TANK_IMAGES = 1.2, 6
APART_M = 5000.0  # images without georeference lie side by side
GAP_PX = 80  # between what is learnt from and what is measured on

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Ground:
    """A raster with its labels, (N,) polygons in its pixels, and the parts to learn from and to measure on."""

    raster: Path
    truth: Geometries
    learn: Bounds | None
    measure: Bounds | None


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("crowns", "roofs", "tanks"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--labels", default="50,100,200")
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    key = {"crowns": "tree", "roofs": "building", "tanks": "tank"}[options.what]
    make = {"crowns": crowns, "roofs": roofs, "tanks": tanks}[options.what]
    for turn in (0, 1):
        for count in map(int, options.labels.split(",")):
            with tempfile.TemporaryDirectory() as folder:
                grounds = make(options.data, Path(folder), turn)
                row = tune(Path(folder) / "project", grounds, key, count, options)
            print(json.dumps({"labels": count, "turn": turn, **row}), flush=True)


def crowns(_: Path, _folder: Path, turn: int) -> list[Ground]:
    """Return Yellowstone in halves."""
    files = fetch_demo(cache_directory())
    with rasterio.open(files.image) as raster:
        bounds = (0.0, 0.0, float(raster.width), float(raster.height))
    return [halves(files.image, read_crowns(files.crowns), bounds, turn)]


def roofs(data: Path, _: Path, turn: int) -> list[Ground]:
    """Return the labelled area of Banepa in halves."""
    path = data / "banepa" / "banepa.tif"
    with open_raster(path) as raster:
        grid = raster.grid
    truth = read_polygons(data / "banepa" / "buildings.geojson", grid).polygons
    [area] = read_polygons(data / "banepa" / "labelled_area.geojson", grid).polygons
    return [halves(path, truth, area.bounds, turn)]


def halves(raster: Path, truth: Geometries, bounds: Bounds, turn: int) -> Ground:
    """Learn from one half of the bounds, measure on the other."""
    x0, y0, x1, y1 = bounds
    middle = (x0 + x1) / 2
    parts = [(x0, y0, middle - GAP_PX, y1), (middle + GAP_PX, y0, x1, y1)]
    return Ground(raster, truth, parts[turn], parts[1 - turn])


def tanks(data: Path, folder: Path, turn: int) -> list[Ground]:
    """Return images with 25 to 200 tanks in a random order: the last ones to measure on, the others to learn from."""
    source = data / "airbus_oil_storage"
    coco = json.loads((source / "annotations.json").read_text())
    boxes: dict[int, list[Bounds]] = {image["id"]: [] for image in coco["images"]}
    for each in coco["annotations"]:
        x, y, width, height = each["bbox"]
        boxes[each["image_id"]].append((x, y, x + width, y + height))
    usable = [i for i in sorted(coco["images"], key=lambda i: i["id"]) if 25 <= len(boxes[i["id"]]) <= 200]
    order = np.random.default_rng(turn).permutation(len(usable))
    grounds = []
    for number, image in enumerate(usable[index] for index in order):
        whole = (0.0, 0.0, float(image["width"]), float(image["height"]))
        raster = georeferenced(source / "images" / image["file_name"], folder / f"{number}.tif", number)
        truth = np.asarray(shapely.box(*np.array(boxes[image["id"]], np.float64).T), object)
        to_measure = number >= len(usable) - TANK_IMAGES
        grounds.append(Ground(raster, truth, None if to_measure else whole, whole if to_measure else None))
    return grounds


def georeferenced(image: Path, path: Path, number: int) -> Path:
    """Write an image as GeoTIFF with the ground resolution that its publisher states, each in its own place."""
    pixels = np.asarray(Image.open(image).convert("RGB")).transpose(2, 0, 1)
    transform = Affine(TANK_GSD_M, 0, 300_000 + number * APART_M, 0, -TANK_GSD_M, 3_000_000)
    profile = {"driver": "GTiff", "count": 3, "height": pixels.shape[1], "width": pixels.shape[2]}
    with rasterio.open(path, "w", **profile, dtype="uint8", crs="EPSG:32631", transform=transform) as raster:
        raster.write(pixels)
    return path


def tune(
    directory: Path, grounds: Sequence[Ground], key: str, count: int, options: argparse.Namespace
) -> dict[str, object]:
    """Fine-tune on so many labels, and return the figures on the other ground."""
    project = Project.create(directory, "p", [LabelClass(key, key, "#e69f00")], author="benchmark")
    parent = package_of(options.model, project)
    if Path(options.model).is_dir():
        (project.models_dir / parent.card.name).symlink_to(Path(options.model).resolve())
    with project.store() as store:
        chosen = learnt_part(grounds, count)
        scenes = [labelled_scene(project, store, ground, key) for ground in grounds]
        area = directory / "area.geojson"
        write_area(area, scenes, chosen)
        learning = tuple(scene.key for scene, part in zip(scenes, chosen, strict=True) if part)
        settings = FinetuneSettings(parent.card.name, learning, (key,), options.steps, 0, str(area), None)
        began = time.monotonic()
        job = run_one(project, store, record_job(store, settings, parent.card), device=options.device)
        seconds = time.monotonic() - began
        if job.state != "done":
            return {"failed": job.message}
        report = read_report(project, store, job)
        tuned = parent if report.model is None else Registry(project.models_dir).get(report.model)
        figures = [
            measured(project, store, package, scenes, grounds, key, options.device)
            for package in (parent, tuned)
        ]
    return {
        "learnt": report.changes[0].learnt,
        "seconds": round(seconds),
        "published": report.model is not None,
        "own": [round(value, 3) for value in report.f1],
        "before": figures[0],
        "after": figures[1],
        "gain": round(figures[1]["f1"] - figures[0]["f1"], 3),
    }


def package_of(model: str, project: Project) -> ModelPackage:
    """Return the package of a name, or in a folder."""
    return load_package(Path(model)) if Path(model).is_dir() else Registry(project.models_dir).get(model)


def learnt_part(grounds: Sequence[Ground], count: int) -> list[Bounds | None]:
    """Return the part of each ground that holds `count` labels together: whole ones, and the top of the last."""
    parts: list[Bounds | None] = []
    for ground in grounds:
        if ground.learn is None or count <= 0:
            parts.append(None)
            continue
        x0, y0, x1, y1 = ground.learn
        points = shapely.get_coordinates(shapely.centroid(ground.truth))
        inside = ((points > (x0, y0)) & (points < (x1, y1))).all(axis=1)
        down = np.sort(points[inside, 1])
        parts.append((x0, y0, x1, y1 if len(down) <= count else float(down[count - 1]) + 1))
        count -= len(down)
    return parts


def labelled_scene(project: Project, store: Store, ground: Ground, key: str) -> Scene:
    """Register a raster, with its labels as accepted objects."""
    scene = register_scene(project, store, ground.raster, Registration(name=ground.raster.stem))
    polygons = scene.grid.pixel_polygons_to_world(ground.truth)
    edits = tuple(
        CreateFeature(new_uid(), key, polygon, FeatureState.ACCEPTED, None, Origin.HUMAN)
        for polygon in polygons
    )
    store.commit(Changeset(new_uid(), scene.id, "benchmark", edits))
    return scene


def write_area(path: Path, scenes: Sequence[Scene], parts: Sequence[Bounds | None]) -> None:
    """Write the parts to learn from as GeoJSON, in the scenes' common CRS."""
    shapes, crs = [], None
    for scene, part in zip(scenes, parts, strict=True):
        if part is not None:
            crs = scene.grid.crs_wkt
            shapes.append(scene.grid.pixel_polygons_to_world(np.array([shapely.box(*part)], object))[0])
    geopandas.GeoDataFrame(geometry=shapes, crs=crs).to_crs(4326).to_file(path, driver="GeoJSON")


def measured(
    project: Project,
    store: Store,
    package: ModelPackage,
    scenes: Sequence[Scene],
    grounds: Sequence[Ground],
    key: str,
    device: str,
) -> dict[str, float]:
    """Return precision, recall and F1 of a package on the ground that nothing was learnt from."""
    card = package.card
    if key not in card.class_keys:
        return {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    areas = []
    for scene, ground in zip(scenes, grounds, strict=True):
        if ground.measure is not None:
            labels = read_labels(store, scene, (key,), card.gsd_m)
            scale = np.array(labels.grid.size * 2) / np.array(scene.grid.size * 2)
            x0, y0, x1, y1 = (np.array(ground.measure) * scale).round().astype(int).tolist()
            areas.append(TrainingArea(labels, HELD_OUT, (True,), (PixelWindow(x0, y0, x1 - x0, y1 - y0),)))
    infos = class_infos(card, (key,), [area.labels for area in areas], [])
    config, splits = training_set(project, areas, card, infos, SCHEDULE, lambda: None)
    found = measure_package(config, package, splits, device)[key]
    figures: dict[str, float] = next(value for name, value in found.items() if name.startswith("iou_"))
    return figures


if __name__ == "__main__":
    main()
