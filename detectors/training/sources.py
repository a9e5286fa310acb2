"""Data sets: COCO files with standalone images, and rasters with GeoJSON polygons.

Both become `Sample`s at the package's ground resolution, already split into training and validation.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from detectors.errors import DatasetError
from detectors.inference.standalone_image import read_image
from detectors.training.config import SourceConfig, TrainConfig
from detectors.training.samples import Sample, clip_polygons
from tiling.arrays import Bytes, Mask
from tiling.display.stretch import apply_stretch, compute_stretch
from tiling.errors import TilingError
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster, read_resampled, resampled_size
from tiling.vectors import read_polygons

logger = logging.getLogger(__name__)


_Object = tuple[Polygon, int]  # in pixels of the raster, and its 1-based class number


@dataclass(frozen=True)
class Split:
    """Samples to learn from, and samples kept apart to measure on."""

    train: list[Sample]
    val: list[Sample]


def read_source(source: SourceConfig, config: TrainConfig) -> Split:
    """Read one data set.

    Raises:
        DatasetError: A file cannot be read, or nothing usable is in it.
    """
    try:
        split = _read_coco(source, config) if source.format == "coco" else _read_geojson(source, config)
    except TilingError as error:
        raise DatasetError(f"data set {source.name!r}: {error}") from error
    if not any(len(sample.labels) for sample in split.train):
        raise DatasetError(f"data set {source.name!r} has no labelled object to learn from")
    return split


def _labelled(source: SourceConfig, config: TrainConfig) -> Mask:
    known = {*source.classes.values(), *source.absent}
    return np.array([key in known for key in config.class_keys])


def _class_number(name: str | None, source: SourceConfig, config: TrainConfig) -> int | None:
    """Return the 1-based class number of a data set's class name, in any case; None where it is left out."""
    folded = {name.casefold(): key for name, key in source.classes.items()}
    key = source.classes.get(name or "", folded.get((name or "").casefold(), source.classes.get("*")))
    return None if key is None else config.class_keys.index(key) + 1


def _is_outlined(source: SourceConfig, config: TrainConfig) -> bool:
    wanted = {info.geometry for info in config.classes if info.key in source.classes.values()}
    return wanted == {"polygon"}


@dataclass(frozen=True)
class _CocoFile:
    """Content of a COCO file: images and objects by image id, and the file names that are held out."""

    content: dict[str, Any]
    files: dict[int, Path]
    objects: dict[int, list[_Object]]
    held_out: set[str]


def _open_coco(source: SourceConfig, config: TrainConfig) -> _CocoFile:
    outlined = _is_outlined(source, config)
    try:
        coco = json.loads(source.path.read_text())
        names = {category["id"]: category["name"] for category in coco["categories"]}
        files = {image["id"]: Path(image["file_name"]) for image in coco["images"]}
        objects: dict[int, list[_Object]] = {number: [] for number in files}
        for annotation in coco["annotations"]:
            number = _class_number(names.get(annotation["category_id"]), source, config)
            shape = _coco_polygon(annotation, outlined)
            if shape is None:
                logger.warning(
                    "%s: annotation %s has no area and is left out", source.path, annotation.get("id")
                )
            elif number is not None:
                objects[annotation["image_id"]].append((shape, number))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"data set {source.name!r}: {source.path} is not a COCO file ({error!r})"
        ) from error
    seen = {str(file): {number for _, number in objects[image]} for image, file in files.items()}
    return _CocoFile(coco, files, objects, _held_out(seen, source.holdout_fraction, source.scene))


def held_out_coco(source: SourceConfig, config: TrainConfig) -> dict[str, Any]:
    """Return the held-out part of a COCO data set, as the content of a COCO file.

    Raises:
        DatasetError: It is no COCO file.
    """
    coco = _open_coco(source, config)
    apart = {number for number, file in coco.files.items() if str(file) in coco.held_out}
    images = [image for image in coco.content["images"] if image["id"] in apart]
    annotations = [row for row in coco.content["annotations"] if row["image_id"] in apart]
    return {**coco.content, "images": images, "annotations": annotations}


def _read_coco(source: SourceConfig, config: TrainConfig) -> Split:
    coco = _open_coco(source, config)
    assert source.images is not None
    split = Split([], [])
    for image, file in coco.files.items():
        loose = read_image(source.images / file, config.gsd_m, source.gsd_m)
        name = f"{source.name}/{file.name}"
        pixels = np.ascontiguousarray(loose.pixels.transpose(1, 2, 0))
        sample = _sample(
            name, source, config, pixels, loose.scale, (0.0, 0.0), coco.objects[image], whole_image=True
        )
        (split.val if str(file) in coco.held_out else split.train).append(sample)
    return split


def _held_out(seen: dict[str, set[int]], fraction: float, scene: str | None = None) -> set[str]:
    """Choose the images to hold out, the same every time, from their names and classes.

    Within each group of the same site (the name's prefix before a `_`) and the same rarest class, whole scenes in the
    order of their hash, as long as they fit into `fraction` of the group's images; where none does, the smallest.

    Args:
        seen: The classes on each image, by its name.
        fraction: Of each group.
        scene: Regular expression, as in `SourceConfig`.
    """
    images_with = Counter(number for numbers in seen.values() for number in numbers)
    scenes: dict[str, list[str]] = {}
    for name in seen:
        found = re.search(scene, name) if scene else None
        scenes.setdefault(found.group() if found else name, []).append(name)
    groups: dict[tuple[str, int], list[str]] = {}
    for key, names in scenes.items():
        site = key.split("_")[0] if "_" in key else ""
        numbers = set().union(*(seen[name] for name in names))
        rarest = min(numbers, key=lambda number: (images_with[number], number), default=0)
        groups.setdefault((site, rarest), []).append(key)
    chosen: set[str] = set()
    for keys in groups.values():
        room = round(sum(len(scenes[key]) for key in keys) * fraction)
        ranked = sorted(keys, key=lambda key: hashlib.sha256(key.encode()).hexdigest())
        if room and len(ranked) > 1:
            room = max(room, min(len(scenes[key]) for key in ranked))
        for key in ranked:
            if len(scenes[key]) <= room:
                chosen.update(scenes[key])
                room -= len(scenes[key])
    return chosen


def _coco_polygon(annotation: dict[str, Any], outlined: bool) -> Polygon | None:
    rings = annotation.get("segmentation")
    if outlined and isinstance(rings, list) and rings:
        shapes = [Polygon(np.reshape(ring, (-1, 2))) for ring in rings if len(ring) >= 6]
        shape = max(shapes, key=lambda s: s.area, default=None)
    else:
        x, y, width, height = annotation["bbox"]
        shape = box(x, y, x + width, y + height)
    return shape if shape is not None and shape.area > 0 else None


def _sample(
    name: str,
    source: SourceConfig,
    config: TrainConfig,
    pixels: Bytes,
    scale: Sequence[float],
    offset: Sequence[float],
    objects: list[_Object],
    *,
    whole_image: bool = False,
) -> Sample:
    """Make a sample of the objects inside `pixels`; theirs are raster pixels, times `scale` and less `offset`.

    With `whole_image`, objects outside are logged as a warning.
    """
    shapes = np.empty(len(objects), dtype=object)
    shapes[:] = [shape for shape, _ in objects]
    shapes = shapely.transform(shapes, lambda xy: xy * scale - offset)
    height, width = pixels.shape[:2]
    kept, index = clip_polygons(shapes, (0, 0, width, height), min_visible=0.3)
    if whole_image and len(index) < len(shapes):
        logger.warning(
            "%s: %d of its %d objects lie outside the image and are left out",
            name,
            len(shapes) - len(index),
            len(shapes),
        )
    labels = np.asarray([number for _, number in objects], dtype=np.int64)[index]
    outlined = _is_outlined(source, config)
    return Sample(name, source.name, pixels, kept, labels, _labelled(source, config), outlined)


def _read_geojson(source: SourceConfig, config: TrainConfig) -> Split:
    assert source.labels is not None
    with open_raster(source.path) as raster:
        grid = raster.grid
        labelled = read_polygons(source.labels, grid)
        area: BaseGeometry = box(0, 0, grid.width, grid.height)
        if source.area is not None:
            area = area.intersection(box(*shapely.total_bounds(read_polygons(source.area, grid).polygons)))
            if not area.area > 0:
                raise DatasetError(f"data set {source.name!r}: {source.area} lies outside {source.path}")
        size = resampled_size(grid, config.gsd_m)
        scale = (size[0] / grid.width, size[1] / grid.height)
        stretch = compute_stretch(raster)
        numbers = [_class_number(name, source, config) for name in labelled.classes]
        objects = [(p, n) for p, n in zip(labelled.polygons, numbers, strict=True) if n is not None]
        parts: list[list[Sample]] = []
        for windows in _areas(source, config, area.bounds, scale):
            parts.append([])
            for window in windows:
                chip = read_resampled(raster, window, size, bands=stretch.bands)
                pixels = np.ascontiguousarray(apply_stretch(chip.image, stretch).transpose(1, 2, 0))
                name = f"{source.name}/{source.path.name}@{window.col},{window.row}"
                offset = (float(window.col), float(window.row))
                parts[-1].append(_sample(name, source, config, pixels, scale, offset, objects))
    return Split(*parts)


def _areas(
    source: SourceConfig, config: TrainConfig, bounds: tuple[float, ...], scale: tuple[float, float]
) -> tuple[list[PixelWindow], list[PixelWindow]]:
    """Return training and validation windows, in resampled pixels.

    The held-out rectangle is for validation; the rest, less a buffer, is for training.
    """
    x0, y0, x1, y1 = (v * s for v, s in zip(bounds, scale * 2, strict=True))
    fx0, fy0, fx1, fy1 = source.holdout
    hx0, hx1 = x0 + fx0 * (x1 - x0), x0 + fx1 * (x1 - x0)
    hy0, hy1 = y0 + fy0 * (y1 - y0), y0 + fy1 * (y1 - y0)
    buffer = source.holdout_buffer_m / config.gsd_m
    candidates = [  # left, right, above, below: overlapping corners are no harm inside the training part
        (x0, y0, hx0 - buffer, y1),
        (hx1 + buffer, y0, x1, y1),
        (x0, y0, x1, hy0 - buffer),
        (x0, hy1 + buffer, x1, y1),
    ]
    train = [_window(*c) for c in candidates if c[2] - c[0] > 32 and c[3] - c[1] > 32]
    return train, [_window(hx0, hy0, hx1, hy1)]


def _window(x0: float, y0: float, x1: float, y1: float) -> PixelWindow:
    left, top = int(np.ceil(x0)), int(np.ceil(y0))
    return PixelWindow(left, top, int(np.floor(x1)) - left, int(np.floor(y1)) - top)
