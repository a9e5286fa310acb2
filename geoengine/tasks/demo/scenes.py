"""Scenes of the demonstration: crowns in Yellowstone, roofs in Banepa, each with labels drawn by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from detectors.evaluation.match import match_polygons
from geoengine.errors import GeoEngineError
from geoengine.model import FeatureFilter, FeatureState, Scene
from geoengine.store import Store
from geoengine.tasks.demo.download import PLACE_NOTE, DemoFiles
from geoengine.tasks.labels.scores import ClassScore
from tiling.arrays import Geometries
from tiling.grid.raster_grid import RasterGrid
from tiling.vectors.polygons import read_polygons


class DemoError(GeoEngineError, RuntimeError):
    """The demonstration cannot go on."""


TOWN = Path(__file__).parent / "town"

ReadTruth = Callable[[RasterGrid], Geometries]


@dataclass(frozen=True)
class DemoScene:
    """Raster of the demonstration with what people drew on it.

    Attributes:
        raster: The image.
        title: Where it is and whose, for the terminal.
        note: What is to be known of it.
        class_key: The class that was drawn.
        objects: What the class's objects are called, for the terminal.
        read_truth: Returns the labels in pixels of the raster.
        ious: At which proposals are compared with them.
        boxes: Whether the labels are boxes.
    """

    raster: Path
    title: str
    note: str
    class_key: str
    objects: str
    read_truth: ReadTruth
    ious: tuple[float, float]
    boxes: bool


def crown_scene(files: DemoFiles) -> DemoScene:
    """Return the scene of Yellowstone, a site of no training image."""
    return DemoScene(
        raster=files.image,
        title="Yellowstone, by the National Ecological Observatory Network",
        note=PLACE_NOTE,
        class_key="tree",
        objects="Tree crowns",
        read_truth=lambda _: read_crowns(files.crowns),
        ious=(0.4, 0.5),
        boxes=True,
    )


def town_scene() -> DemoScene:
    """Return the scene of Banepa, a part of the ground on which `overhead` was measured and not trained."""
    return DemoScene(
        raster=TOWN / "banepa.tif",
        title="Banepa in Nepal, from OpenAerialMap (CC BY 4.0) and OpenStreetMap (ODbL)",
        note="The town is the one that the model learnt roofs from; this part of it was kept apart.",
        class_key="building",
        objects="Buildings",
        read_truth=lambda grid: read_polygons(TOWN / "buildings.geojson", grid).polygons,
        ious=(0.5, 0.75),
        boxes=False,
    )


def read_crowns(path: Path) -> Geometries:
    """Read the boxes of a Pascal VOC file as (N,) polygons in pixel space (x right, y down).

    Raises:
        DemoError: The file is not Pascal VOC.
    """
    try:
        boxes = [
            [float(box.findtext(side, "")) for side in ("xmin", "ymin", "xmax", "ymax")]
            for box in ElementTree.parse(path).iter("bndbox")
        ]
    except (ElementTree.ParseError, ValueError) as error:
        raise DemoError(f"{path} cannot be read as Pascal VOC: {error}") from error
    corners = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    return np.asarray(shapely.box(*corners.T), dtype=object)


def compare_with_truth(store: Store, scene: Scene, demo: DemoScene) -> Sequence[ClassScore]:
    """Compare a scene's objects of the class that was drawn, rejected ones left out, with the hand-drawn ones."""
    truth = scene.grid.pixel_polygons_to_world(demo.read_truth(scene.grid))
    keep = FeatureFilter(states=(FeatureState.PROPOSED, FeatureState.ACCEPTED), classes=(demo.class_key,))
    with store.reading() as view:
        features = list(view.snapshot(scene.id, keep).features)
    found = np.array([feature.geometry for feature in features], dtype=object)
    scores = np.array(
        [1.0 if feature.score is None else feature.score for feature in features], dtype=np.float64
    )
    matches = [match_polygons(truth, found, scores, iou) for iou in demo.ious]
    return [ClassScore(demo.class_key, match.iou, match.tp, match.fp, match.fn) for match in matches]
