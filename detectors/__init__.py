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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detectors.detections import Detections, Space
    from detectors.errors import DetectorError
    from detectors.evaluation.match import Match, match_polygons
    from detectors.inference.predictor import Precision, Predictor
    from detectors.inference.scene import detect_scene
    from detectors.inference.sliced import detect_image
    from detectors.installation import install_package
    from detectors.merging.merge import merge_detections
    from detectors.model_package.card import ModelCard, ModelPackage, load_package
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
    "detections": ("Detections", "Space"),
    "errors": ("DetectorError",),
    "evaluation.match": ("Match", "match_polygons"),
    "inference.predictor": ("Precision", "Predictor"),
    "inference.scene": ("detect_scene",),
    "inference.sliced": ("detect_image",),
    "merging.merge": ("merge_detections",),
    "model_package.card": ("ModelCard", "ModelPackage", "load_package"),
    "installation": ("install_package",),
    "model_package.registry": ("Registry",),
    "polygons.oriented": ("oriented_boxes",),
    "polygons.regular": ("regular_outlines",),
    "training.loop": ("train",),
}
_MODULE_OF = {name: f"detectors.{module}" for module, names in _MODULES.items() for name in names}


if not TYPE_CHECKING:  # or a misspelt name would pass for one of type Any

    def __getattr__(name: str) -> Any:
        """Load a public name from its module on first use."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'detectors' has no attribute {name!r}")
        value = getattr(import_module(_MODULE_OF[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted({*globals(), *__all__})
