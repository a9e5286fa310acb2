"""Data sets: COCO files with standalone images, and rasters with GeoJSON polygons.

Both become `Sample`s at the package's ground resolution, already split into training and validation.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Polygon, box
from shapely.geometry.base import BaseGeometry

from detectors.coco.read_report import listed
from detectors.coco.values import id_key, read_json
from detectors.errors import DatasetError
from detectors.training.coco_source import CocoSource, LabelledShape, read_coco_image, read_coco_source
from detectors.training.config import TrainConfig
from detectors.training.holdout import Holdout, choose_holdout
from detectors.training.mapping import NameMapping
from detectors.training.samples import MIN_AREA_PX2, Sample, clip_polygons
from detectors.training.settings import SourceConfig
from detectors.training.split import Split
from detectors.training.unknown_ground import blank_unknown
from tiling.arrays import Bytes, Mask
from tiling.display.stretch import apply_stretch, compute_stretch
from tiling.errors import TilingError
from tiling.grid.raster_grid import resampled_size
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_resampled
from tiling.vectors import LabelledPolygons, read_labels, read_polygons

logger = logging.getLogger(__name__)


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


def held_out_coco(source: SourceConfig, config: TrainConfig) -> dict[str, Any]:
    """Return the held-out part of a COCO data set, as the content of a COCO file.

    Raises:
        DatasetError: It is no COCO file.
    """
    if source.validation is not None:
        content: dict[str, Any] = read_json(source.validation)
        return content
    coco = read_coco_source(source, config)
    apart = _holdout(coco, source).chosen
    content = read_json(source.path)
    ids = {id_key(image.id) for image in coco.coco.images if image.number in apart}
    images = [row for row in content["images"] if id_key(row["id"]) in ids]
    annotations = [row for row in content["annotations"] if id_key(row.get("image_id")) in ids]
    return {**content, "images": images, "annotations": annotations}


def _holdout(coco: CocoSource, source: SourceConfig) -> Holdout:
    classes = {number: {shape.number for shape in shapes} for number, shapes in coco.objects.items()}
    return choose_holdout(coco.coco, source, classes)


def _read_coco(source: SourceConfig, config: TrainConfig) -> Split:
    coco = _read_and_say(source, config)
    held = _holdout(coco, source)
    for reason, numbers in held.left_out.items():
        names = [image.name for image in coco.coco.images if image.number in numbers]
        logger.warning(
            "data set %r: %d images %s and are left out: %s", source.name, len(names), reason, listed(names)
        )
    left_out = Counter(coco.left_out)
    samples = _coco_samples(coco, source, config, held.unused, left_out)
    split = Split(
        [sample for number, sample in samples.items() if number not in held.chosen],
        [sample for number, sample in samples.items() if number in held.chosen],
        left_out,
    )
    if source.validation is None:
        return split
    other = replace(source, path=source.validation, images=source.validation_images or source.images)
    apart = _read_and_say(other, config)
    _check_apart(source, other, coco, apart)
    left_out.update(apart.left_out)
    held_out = _coco_samples(apart, other, config, set(), left_out).values()
    return Split(split.train, [*split.val, *held_out], left_out)


def _read_and_say(source: SourceConfig, config: TrainConfig) -> CocoSource:
    """Read the COCO file of a data set, and log what is left out or used otherwise than it says."""
    coco = read_coco_source(source, config)
    for line in coco.remarks:
        logger.warning("data set %r: %s", source.name, line)
    return coco


def _check_apart(source: SourceConfig, other: SourceConfig, coco: CocoSource, apart: CocoSource) -> None:
    """Refuse a held-out set with images of the training set."""
    assert source.images is not None
    assert other.images is not None
    learnt = {(source.images / image.file_name).resolve() for image in coco.coco.images}
    both = [image.name for image in apart.coco.images if (other.images / image.file_name).resolve() in learnt]
    if both:
        raise DatasetError(
            f"data set {source.name!r}: {len(both):,} images are in {source.path} and in the held-out "
            f"{source.validation}, expected each in one: {listed(both)}"
        )


def _coco_samples(
    coco: CocoSource, source: SourceConfig, config: TrainConfig, unused: set[int], left_out: Counter[str]
) -> dict[int, Sample]:
    """Return the samples of a COCO data set by number of the image, without those of `unused`.

    Objects that are not on their image are counted in `left_out`.
    """
    samples: dict[int, Sample] = {}
    resized: list[str] = []
    for image in coco.coco.images:
        if image.number in unused:
            continue
        read = read_coco_image(image, source, config, resized)
        if resized:
            continue  # nothing is learnt; the others are looked at so that all can be named
        name = f"{source.name}/{Path(image.file_name).name}"
        pixels = np.ascontiguousarray(read.pixels.transpose(1, 2, 0))
        objects, unknown = coco.objects[image.number], coco.unknown[image.number]
        samples[image.number] = _sample(
            name, source, config, pixels, read.scale, (0.0, 0.0), objects, unknown, left_out
        )
    if resized:
        raise DatasetError(
            f"data set {source.name!r}: {len(resized):,} of {len(coco.coco.images):,} images are of another size than "
            f"{source.path.name} says, so that labels would lie at the wrong places: {listed(resized)}"
        )
    return samples


def _sample(
    name: str,
    source: SourceConfig,
    config: TrainConfig,
    pixels: Bytes,
    scale: Sequence[float],
    offset: Sequence[float],
    objects: list[LabelledShape],
    unknown: Sequence[Polygon],
    left_out: Counter[str] | None = None,
) -> Sample:
    """Make a sample of the objects inside `pixels`; theirs are raster pixels, times `scale` and less `offset`.

    Unknown ground is blanked. Where `left_out` is given, objects outside or too small are counted there and logged.
    """
    shapes = np.empty(len(objects), dtype=object)
    shapes[:] = [shape.polygon for shape in objects]
    shapes = shapely.transform(shapes, lambda xy: xy * scale - offset)
    height, width = pixels.shape[:2]
    kept, index = clip_polygons(shapes, (0, 0, width, height), min_visible=0.3)
    if left_out is not None and len(index) < len(shapes):
        small = int((np.delete(shapely.area(shapes), index) < MIN_AREA_PX2).sum())
        too_small = f"cover less than {MIN_AREA_PX2:g} px² at {config.gsd_m:g} m"
        _leave_out(left_out, name, small, len(shapes), too_small)
        _leave_out(left_out, name, len(shapes) - len(index) - small, len(shapes), "lie outside the image")
    ground = shapely.transform(np.array(unknown, dtype=object), lambda xy: xy * scale - offset)
    pixels = blank_unknown(pixels, ground, kept)
    labels = np.asarray([shape.number for shape in objects], dtype=np.int64)[index]
    outlined = np.asarray([shape.outlined for shape in objects], dtype=bool)[index]
    return Sample(name, source.name, pixels, kept, labels, _labelled(source, config), outlined)


def _leave_out(left_out: Counter[str], name: str, count: int, total: int, reason: str) -> None:
    if count:
        left_out[f"objects that {reason}"] += count
        logger.warning("%s: %d of its %d objects %s and are left out", name, count, total, reason)


def _read_geojson(source: SourceConfig, config: TrainConfig) -> Split:
    assert source.labels is not None
    with open_raster(source.path) as raster:
        grid = raster.grid
        labelled = read_labels(source.labels, grid)
        area: BaseGeometry = box(0, 0, grid.width, grid.height)
        if source.area is not None:
            area = area.intersection(box(*shapely.total_bounds(read_polygons(source.area, grid).polygons)))
            if not area.area > 0:
                raise DatasetError(f"data set {source.name!r}: {source.area} lies outside {source.path}")
        size = resampled_size(grid, config.gsd_m)
        scale = (size[0] / grid.width, size[1] / grid.height)
        stretch = compute_stretch(raster)
        objects, left_out = _labelled_shapes(labelled, source, config)
        unknown = list(labelled.polygons[labelled.unknown()])
        parts: list[list[Sample]] = []
        for windows in _areas(source, config, area.bounds, scale):
            parts.append([])
            for window in windows:
                chip = read_resampled(raster, window, size, bands=stretch.bands)
                pixels = np.ascontiguousarray(apply_stretch(chip.image, stretch).transpose(1, 2, 0))
                name = f"{source.name}/{source.path.name}@{window.col},{window.row}"
                offset = (float(window.col), float(window.row))
                parts[-1].append(_sample(name, source, config, pixels, scale, offset, objects, unknown))
    train, val = parts
    return Split(train, val, left_out)


def _labelled_shapes(
    labelled: LabelledPolygons, source: SourceConfig, config: TrainConfig
) -> tuple[list[LabelledShape], dict[str, int]]:
    """Return what is to be learnt, and reasons and counts of what is left out."""
    mapping = NameMapping(source)
    unused = Counter[str]()
    shapes = []
    for polygon, name, unknown in zip(labelled.polygons, labelled.classes, labelled.unknown(), strict=True):
        if unknown:
            continue
        key = mapping.key(name)
        if key is None:
            unused[name or "(no class)"] += 1
            continue
        number = config.class_keys.index(key) + 1
        shapes.append(LabelledShape(polygon, number, config.classes[number - 1].geometry == "polygon"))
    if labelled.rejected:
        logger.warning("data set %r: %d rejected features are background", source.name, labelled.rejected)
    if labelled.unknown().any():
        logger.warning(
            "data set %r: %d features wait for review; their ground is unknown and blanked",
            source.name,
            int(labelled.unknown().sum()),
        )
    left_out = mapping.left_out(unused)
    for reason, count in left_out.items():
        logger.warning("data set %r: %d left out (%s)", source.name, count, reason)
    missing = mapping.unused()
    if missing:
        logger.warning(
            "data set %r: no object is of %s, which classes names", source.name, ", ".join(missing)
        )
    return shapes, left_out


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
