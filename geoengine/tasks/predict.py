"""Prediction on files that belong to no project: the images of a COCO set, or one raster."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detectors.coco.categories import match_categories
from detectors.coco.dataset import read_dataset
from detectors.coco.read_report import listed
from detectors.coco.records import CocoImage
from detectors.coco.results import coco_results
from detectors.detections import Detections
from detectors.errors import DatasetError, DetectorError
from detectors.inference.predictor import Predictor
from detectors.inference.scene import detect_scene
from detectors.inference.sizes import DEFAULT_BATCH
from detectors.inference.standalone_image import detect_standalone, read_image
from detectors.merging.merge import DEFAULT_RULES, MergeRules
from detectors.model_package.card import ModelCard
from detectors.polygons.oriented import angle_deg, oriented_boxes
from detectors.polygons.regular import regular_outlines
from geoengine.atomic import atomic_write
from geoengine.exchange.geojson import write_geojson
from geoengine.model import Feature, Scene, Snapshot, slugify
from geoengine.model.timestamp import utc_now
from geoengine.tasks.convert import detections_to_features
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import TilingError
from tiling.grid.raster_grid import RasterGrid, resampled_size
from tiling.grid.window import PixelSize
from tiling.progress import Progress
from tiling.raster.raster import Raster, open_raster
from tiling.raster.validity import check_not_emptied

SHAPES = ("outline", "regular", "oriented")
# Average precision wants the doubtful ones too, and calibrated scores of these are low.
COCO_MIN_SCORE = 0.005


@dataclass(frozen=True)
class PredictSettings:
    """Settings of a prediction.

    Attributes:
        gsd_m: Ground metres per pixel of images without georeference; None takes them as they are.
        shape: One of `SHAPES`.
        rules: Which detections are one object.
    """

    gsd_m: float | None = None
    shape: str = "outline"
    rules: MergeRules = DEFAULT_RULES


DEFAULT_SETTINGS = PredictSettings()


@dataclass
class Prediction:
    """Outcome of a prediction.

    Attributes:
        objects: How many were found and written.
        images: How many images were looked at.
        failures: One sentence for each image that could not be read.
        warnings: What the operator should know.
    """

    objects: int = 0
    images: int = 0
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def apply_shape(found: Detections, card: ModelCard, shape: str) -> Detections:
    """Convert the polygons to the shape that was asked for, one of `SHAPES`.

    `outline`: as traced; `regular`: right angles, for classes with outlines; `oriented`: the smallest rectangle.
    """
    if shape == "oriented":
        return oriented_boxes(found)
    if shape == "regular":
        outlined = [n for n, info in enumerate(card.classes, start=1) if info.geometry == "polygon"]
        return regular_outlines(found, np.array(outlined, np.int64))
    return found


def predict_coco(
    predictor: Predictor,
    annotations: Path,
    images: Path,
    out: Path,
    settings: PredictSettings = DEFAULT_SETTINGS,
    *,
    renamed: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Prediction:
    """Detect on the images of a COCO file and write COCO results; an image that fails does not stop the others.

    Args:
        predictor: The loaded model.
        annotations: The COCO file; only its images and categories are read.
        images: The folder its file names start from.
        out: The results, replaced as a whole.
        settings: Resolution, shape and merging.
        renamed: Class of the model -> category of the file, where the names differ.
        progress: Called with the share that is done.

    Raises:
        DatasetError: It is no COCO file, or has no category that the model knows.
    """
    coco = read_dataset(annotations, annotations=False)
    categories = match_categories(predictor.card, coco, renamed or {})
    ids = {label: category.id for label, category in categories.items()}
    report = Prediction(warnings=[*coco.report.sentences(), *_unmatched(predictor.card, categories)])
    unknown, odd, resized = 0, set(), []
    rows = []
    for row in coco.images:
        name = row.file_name
        try:
            image = read_image(_inside(images, row), predictor.card.gsd_m, settings.gsd_m)
            found = detect_standalone(predictor, image, settings.rules)
            found = apply_shape(found, predictor.card, settings.shape)
        except (TilingError, DetectorError, OSError, RuntimeError) as error:
            report.failures.append(str(error) if name in str(error) else f"{name}: {error}")
        else:
            report.images += 1
            unknown += image.gsd_m is None
            if image.gsd_m is not None and predictor.card.gsd_warning(name, image.gsd_m):
                odd.add(round(image.gsd_m, 3))
            if row.size is not None and row.size != image.size:
                resized.append(f"{name} ({_px(row.size)}, the file {_px(image.size)})")
            rows += coco_results(found, row.id, image.size, ids)
        if progress:
            progress(row.number / len(coco.images))
    if resized:
        report.warnings.append(
            f"{len(resized)} images are of another size than {annotations.name} says, so that its labels do not lie "
            f"where the results do: {listed(resized)}"
        )
    report.warnings += _gsd_warnings(predictor.card, unknown, sorted(odd))
    report.objects = len(rows)
    atomic_write(out, json.dumps(rows).encode())
    return report


def _px(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]} px"


def _inside(folder: Path, image: CocoImage) -> Path:
    name = image.file_name
    if not name:
        raise DatasetError(f"image {image.id!r} has no file_name")
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DatasetError(f"{name} lies outside {folder}, expected the images inside it")
    return path


def _unmatched(card: ModelCard, categories: Collection[int]) -> list[str]:
    left = [key for label, key in enumerate(card.class_keys, start=1) if label not in categories]
    if not left:
        return []
    return [f"no category for {', '.join(left)}: these are left out (--map CLASS=CATEGORY names one)"]


def _gsd_warnings(card: ModelCard, unknown: int, odd: list[float]) -> list[str]:
    """Return warnings on resolution, one for all images alike."""
    lines = []
    if unknown:
        lines.append(
            f"{unknown} images have no georeference and --gsd was not given; "
            f"they are read at their own pixels as if they were {card.gsd_m:g} m"
        )
    if odd:
        low, high = card.gsd_range_m
        seen = f"{odd[0]:g}" if len(odd) == 1 else f"{odd[0]:g} to {odd[-1]:g}"
        lines.append(
            f"there are images of {seen} m pixels, but {card.name} was trained for {low:g} to {high:g} m; "
            "expect poor results on them"
        )
    return lines


def predict_raster(
    predictor: Predictor,
    source: Path | RasterSource,
    out: Path,
    settings: PredictSettings = DEFAULT_SETTINGS,
    *,
    batch: int = DEFAULT_BATCH,
    progress: Progress | None = None,
    policy: ReadPolicy = DEFAULT_POLICY,
) -> Prediction:
    """Detect on one raster, block by block, and write the detections as GeoJSON as they come.

    Coordinates are longitude and latitude, or columns and negative rows where the raster has no CRS.

    Args:
        predictor: The loaded model.
        source: The raster.
        out: The GeoJSON file, replaced as a whole.
        settings: Resolution, shape and merging. Oriented boxes carry their angle as `angle_deg` (see
            `detectors.polygons.oriented`).
        batch: Chips per forward pass.
        progress: Called with the share that is done.
        policy: Which files the raster may be made of.

    Raises:
        TilingError: The raster cannot be read.
    """
    card, gsd_m, source = predictor.card, settings.gsd_m, RasterSource.of(source)
    with open_raster(source, policy) as raster:
        check_not_emptied(raster)
        grid, stretch = raster.grid, compute_stretch(raster)
        scene = _scene(raster, stretch)
        size = _model_size(grid, card, gsd_m)
        stream = detect_scene(
            predictor, raster, stretch, size, batch=batch, progress=progress, rules=settings.rules
        )
        features = _features(stream, scene, card, settings.shape)
        written = write_geojson(out, [Snapshot(scene, 0, features)])
    warning = card.gsd_warning(source.path.name, grid.gsd_m or gsd_m)
    return Prediction(written.features, 1, [], [warning] if warning else [])


def _model_size(grid: RasterGrid, card: ModelCard, gsd_m: float | None) -> PixelSize:
    """Return (width, height) of the raster at the model's ground resolution."""
    if grid.gsd_m is None and gsd_m is not None:
        zoom = gsd_m / card.gsd_m
        return PixelSize(max(1, round(grid.width * zoom)), max(1, round(grid.height * zoom)))
    return resampled_size(grid, card.gsd_m)


def _scene(raster: Raster, stretch: Stretch) -> Scene:
    """Return the raster as a scene of no project, for the exporter."""
    path = raster.path
    return Scene(
        id=0,
        key=slugify(path.stem),
        name=path.name,
        uri=str(path),
        source=str(path),
        content_hash="-",
        grid=raster.grid,
        bands=raster.count,
        dtype=raster.dtype,
        nodata=None,
        stretch=stretch,
        acquired_at=None,
        marking=None,
        created_at=utc_now(),
    )


def _features(stream: Iterable[Detections], scene: Scene, card: ModelCard, shape: str) -> Iterator[Feature]:
    """Yield detections as features; the same raster and model give the same uids."""
    namespace = uuid.uuid5(uuid.NAMESPACE_OID, f"{scene.name} {card.sha256} {shape}")
    now, count = utc_now(), 0
    for found in stream:
        found = apply_shape(found, card, shape)
        for create in detections_to_features(found, scene.grid, card, namespace, count):
            yield Feature(
                create.uid,
                scene.id,
                create.class_key,
                create.geometry,
                create.state,
                create.score,
                1,
                create.origin,
                create.model,
                card.reference,
                now,
                {"angle_deg": angle_deg(create.geometry, y_down=False)} if shape == "oriented" else {},
            )
        count += len(found)
