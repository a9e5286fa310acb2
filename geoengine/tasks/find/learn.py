"""What a search learns from: features of examples, of what was rejected, and of random places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.model_package.calibration import Calibration
from detectors.similarity.classifier import Classifier, Samples, fit_classifier, share_right
from detectors.similarity.feature_map import FeatureMap
from detectors.similarity.pooling import pooled_features
from detectors.similarity.samples import background_boxes, with_copies
from geoengine.tasks.find.examples import SceneExamples
from geoengine.tasks.find.resolution import factors
from geoengine.tasks.find.settings import FindError
from tiling.arrays import Floats, Ints, Mask

_BACKGROUND = 3000
_BACKGROUND_OF_SCENE = 300
_SEED = 1


@dataclass(frozen=True)
class SceneSamples:
    """Pooled features of one scene, (N, 3, D) float32 each.

    Attributes:
        examples: Of the examples and of copies of them.
        shown: (N,) which example each shows.
        decided: (N,) which show an accepted proposal of an earlier search.
        rejected: Of what was rejected.
        background: Of random places.
    """

    examples: npt.NDArray[np.float32]
    shown: Ints
    decided: Mask
    rejected: npt.NDArray[np.float32]
    background: npt.NDArray[np.float32]


def scene_samples(
    features: FeatureMap, known: SceneExamples, sizes: Floats, number_of_scenes: int
) -> SceneSamples:
    """Return what one scene teaches.

    Args:
        features: Of the scene.
        known: Examples and rejected proposals on it.
        sizes: (S, 2) sides of the boxes that are looked for, in pixels of the features.
        number_of_scenes: How many scenes there are; each gives its part of the random places.
    """
    random = np.random.default_rng(_SEED)
    scale = factors(known.scene.grid, features.size)
    boxes, rejected = known.boxes * scale, known.rejected * scale
    copies, shown = with_copies(boxes, random)
    count = min(_BACKGROUND_OF_SCENE, _BACKGROUND // number_of_scenes + 1)
    places = background_boxes(features, sizes, np.concatenate([boxes, rejected]), count, random)
    return SceneSamples(
        pooled_features(features, copies),
        shown,
        known.decided[shown] if len(shown) else np.zeros(0, np.bool_),
        pooled_features(features, rejected),
        pooled_features(features, places),
    )


def learn(scenes: Sequence[SceneSamples]) -> tuple[Classifier, Calibration]:
    """Return what tells the class from the rest, and the calibration of its scores.

    Raises:
        FindError: There is nothing valid to tell it from.
    """
    if not any(len(each.background) for each in scenes):
        raise FindError(
            "the scenes have no valid pixels beside the examples, expected some to tell them from"
        )
    first, shown = 0, []
    for each in scenes:
        shown.append(each.shown + first)
        first += int(each.shown.max()) + 1 if len(each.shown) else 0
    joined = Samples(
        np.concatenate([each.examples for each in scenes]),
        np.concatenate([each.rejected for each in scenes]),
        np.concatenate([each.background for each in scenes]),
    )
    decided = np.concatenate([each.decided for each in scenes])
    calibration = share_right(joined, np.concatenate(shown), decided)
    return fit_classifier(joined), calibration
