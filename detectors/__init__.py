"""Detectors: model packages, inference on whole rasters, merging, training and evaluation.

The names below are the ones that a user of the library imports. They are loaded on first use (PEP 562), so that
`import detectors` alone loads neither torch nor numpy.

A model package is found by name and detects on a whole raster as a stream, in bounded memory:

    from detectors import Predictor, Registry, detect_scene
    from tiling import compute_stretch, open_raster
    from tiling.grid.raster_grid import resampled_size

    predictor = Predictor.load(Registry().get("overhead"))
    with open_raster("scene.tif") as raster:
        size = resampled_size(raster.grid, predictor.card.gsd_m)
        for found in detect_scene(predictor, raster, compute_stretch(raster), size):
            print(len(found), found.scores.max(initial=0))

Detections are parallel arrays, and merging keeps every object once:

>>> import shapely
>>> from detectors import Detections, Registry, Space, merge_detections
>>> boxes = shapely.box([0, 1, 50], 0, [10, 11, 60], 10)
>>> found = Detections.from_polygons(boxes, [0.9, 0.8, 0.7], [1, 1, 1], [False] * 3, Space.SCENE)
>>> merge_detections(found).scores.tolist()
[0.9, 0.7]
>>> [package.card.name for package in Registry().packages()]
['overhead', 'vhr10']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiling.lazy_names import lazy_names

if TYPE_CHECKING:
    from detectors.detections import Detections, Space
    from detectors.errors import DetectorError
    from detectors.evaluation.match import Match, match_polygons
    from detectors.inference.predictor import Precision, Predictor
    from detectors.inference.scene import detect_scene
    from detectors.inference.sliced import detect_image
    from detectors.installation import install_package
    from detectors.merging.merge import merge_detections
    from detectors.model_package.card import ModelCard, ModelPackage
    from detectors.model_package.card_file import load_package
    from detectors.model_package.registry import Registry
    from detectors.polygons.oriented import oriented_boxes
    from detectors.polygons.regular import regular_outlines
    from detectors.training.loop import train

__all__ = [
    "Detections",
    "DetectorError",
    "Match",
    "ModelCard",
    "ModelPackage",
    "Precision",
    "Predictor",
    "Registry",
    "Space",
    "detect_image",
    "detect_scene",
    "install_package",
    "load_package",
    "match_polygons",
    "merge_detections",
    "oriented_boxes",
    "regular_outlines",
    "train",
]

_MODULES = {
    "detectors.detections": ("Detections", "Space"),
    "detectors.errors": ("DetectorError",),
    "detectors.evaluation.match": ("Match", "match_polygons"),
    "detectors.inference.predictor": ("Precision", "Predictor"),
    "detectors.inference.scene": ("detect_scene",),
    "detectors.inference.sliced": ("detect_image",),
    "detectors.merging.merge": ("merge_detections",),
    "detectors.model_package.card": ("ModelCard", "ModelPackage"),
    "detectors.model_package.card_file": ("load_package",),
    "detectors.installation": ("install_package",),
    "detectors.model_package.registry": ("Registry",),
    "detectors.polygons.oriented": ("oriented_boxes",),
    "detectors.polygons.regular": ("regular_outlines",),
    "detectors.training.loop": ("train",),
}

if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
