"""Tiny data sets and configurations for the tests of training."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning

ORIGIN = (3e5, 3e6)  # UTM 45N
GSD_M = 0.5


def write_raster(
    path: Path, width: int, height: int, boxes: list[tuple[int, int, int, int]], crs: str | None
) -> Path:
    """A grey raster of 0.5 m with a bright rectangle for each box (x0, y0, x1, y1)."""
    image = np.random.default_rng(len(boxes)).integers(60, 90, (3, height, width), dtype=np.uint8)
    for x0, y0, x1, y1 in boxes:
        image[:, y0:y1, x0:x1] = np.array([200, 120, 90] if x1 - x0 > 16 else [40, 160, 60])[:, None, None]
    place = {"crs": crs, "transform": Affine(GSD_M, 0, ORIGIN[0], 0, -GSD_M, ORIGIN[1])} if crs else {}
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3, "width": width, "height": height}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **profile, **place) as target:
            target.write(image)
    return path


def polygon_features(boxes: list[tuple[float, float, float, float]], kind: str = "house") -> dict[str, Any]:
    """GeoJSON of boxes given in pixels, in the raster's CRS."""
    features = []
    for x0, y0, x1, y1 in boxes:
        corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
        ring = [[ORIGIN[0] + GSD_M * x, ORIGIN[1] - GSD_M * y] for x, y in corners]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"class": kind}, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32645"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}


HOUSES = [(20, 20, 44, 50), (80, 30, 104, 52), (30, 90, 60, 110), (120, 100, 150, 124), (170, 30, 194, 60)]


def write_houses(folder: Path) -> None:
    """`town.tif` (200 x 160 px), `town.geojson` and `area.geojson` (x 10 to 190, y 10 to 150)."""
    write_raster(folder / "town.tif", 200, 160, HOUSES, "EPSG:32645")
    (folder / "town.geojson").write_text(json.dumps(polygon_features([tuple(map(float, b)) for b in HOUSES])))
    (folder / "area.geojson").write_text(json.dumps(polygon_features([(10, 10, 190, 150)])))


def write_trees(folder: Path, count: int = 5) -> dict[str, Any]:
    """`trees.json` (COCO) and `trees/site_N.tif`, 100 x 80 px without georeference, three crowns on each."""
    (folder / "trees").mkdir()
    images, annotations = [], []
    for number in range(count):
        boxes = [(5 + number, 10, 19 + number, 24), (40, 30 + number, 54, 44 + number), (80, 60, 94, 74)]
        name = f"site_{number}.tif"
        write_raster(folder / "trees" / name, 100, 80, boxes, None)
        images.append({"id": number, "file_name": name, "width": 100, "height": 80})
        for x0, y0, x1, y1 in boxes:
            row = {"image_id": number, "category_id": 4, "bbox": [x0, y0, x1 - x0, y1 - y0], "iscrowd": 0}
            annotations.append({"id": len(annotations), "area": 196, **row})
    coco = {"images": images, "annotations": annotations, "categories": [{"id": 4, "name": "Tree"}]}
    (folder / "trees.json").write_text(json.dumps(coco))
    return coco


CONFIG = """
data_root = {root}

[model]
name = "tiny"
version = "0.1"
architecture = "maskrcnn_efficientnet_lite0_fpn"
gsd_m = 0.5

[[classes]]
key = "house"
geometry = "polygon"

[[classes]]
key = "tree"
geometry = "box"

[[data]]
name = "town"
format = "geojson"
path = "town.tif"
labels = "town.geojson"
area = "area.geojson"
classes = {{ "*" = "house" }}
holdout_buffer_m = 2
licence = "CC0"

[[data]]
name = "woods"
format = "coco"
path = "trees.json"
images = "trees"
classes = {{ Tree = "tree" }}
gsd_m = 0.5

[schedule]
steps = 4
batch = 2
crop_px = 96
warmup_steps = 1
checkpoint_every = 2
seed = 3
"""


def write_training_set(folder: Path, **replaced: str) -> Path:
    """Both data sets and `config.toml`, in which every key of `replaced` gives way to its value. Returns its path."""
    write_houses(folder)
    write_trees(folder)
    text = CONFIG.format(root=json.dumps(str(folder)))
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(text)
    return path
