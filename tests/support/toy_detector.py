"""A test double for a model: it finds what a test painted, exactly and always.

A pixel's red is 100 times the class number (0 is ground), its green tells touching objects apart, its blue is 250
times the score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from rasterio.features import rasterize, shapes
from shapely.geometry import shape

from detectors.detections import Detections, Space
from detectors.model_package.card import ClassInfo, ModelCard

BACKGROUND = 0


def toy_card(gsd_m: float = 0.5, sha256: str = "ab" * 32) -> ModelCard:
    """The card of a model that finds houses by their outline and trees by their box."""
    classes = (ClassInfo("house", "polygon", "#d55e00", 0.3), ClassInfo("tree", "box", "#009e73", 0.3))
    return ModelCard("toy", "1", "", "none", classes, gsd_m, (gsd_m / 2, gsd_m * 2), sha256)


def paint(
    image: npt.NDArray[np.uint8], polygon: shapely.Polygon, label: int = 1, name: int = 1, score: float = 0.8
) -> None:
    """Paint an object into a (3, H, W) uint8 image."""
    inside = rasterize([polygon], image.shape[1:], dtype=np.uint8).astype(bool)
    image[:, inside] = np.array([100 * label, name, round(250 * score)], np.uint8)[:, None]


class ToyPredictor:
    """Has what `detectors.inference.predictor.Predictor` has, as far as slicing and pre-labeling use it.

    Where `blurred`, colours may have run into each other: whatever is not dark is a house with the score 0.8.
    """

    def __init__(
        self, card: ModelCard | None = None, min_score: float | None = None, blurred: bool = False
    ) -> None:
        self.card = card or toy_card()
        self._blurred = blurred
        limits = [info.min_score if min_score is None else min_score for info in self.card.classes]
        self.min_score = np.array([1.0, *limits])
        self.seen: list[tuple[int, ...]] = []

    def predict(self, images: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
        """One polygon along the pixels of every connected patch of one colour."""
        self.seen += [image.shape for image in images]
        return [self._find(image) for image in images]

    def _find(self, image: npt.NDArray[np.uint8]) -> Detections:
        assert image.dtype == np.uint8
        red, green, blue = image.astype(np.int32)
        codes = (
            np.where(red > 50, 100 * 65536 + 200, 0) if self._blurred else red * 65536 + green * 256 + blue
        )
        found = shapes(codes.astype(np.int32), mask=codes > BACKGROUND)
        polygons, scores, labels = [], [], []
        for outline, code in found:
            label, score = int(code) // 65536 // 100, int(code) % 256 / 250
            if score >= self.min_score[label]:
                polygon = shape(outline)
                boxed = self.card.classes[label - 1].geometry == "box"
                polygons.append(polygon.envelope if boxed else polygon)
                scores.append(score)
                labels.append(label)
        array = np.empty(len(polygons), object)
        array[:] = polygons
        return Detections.from_polygons(array, scores, labels, np.zeros(len(labels), bool), Space.CHIP)
