"""What the scenes of a search teach together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.model_package.calibration import IDENTITY
from detectors.similarity.pooling import pooled_features
from geoengine.tasks.find.examples import SceneExamples
from geoengine.tasks.find.learn import learn, scene_samples
from geoengine.tasks.find.settings import FindError
from tests.support import planted_town as farm
from tests.support.planted import OBJECTS, OTHERS, planted_map
from tests.support.views import read
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid


def test_examples_of_one_scene_and_places_of_all_make_a_classifier(tmp_path: Path) -> None:
    with farm.make_project(tmp_path / "p").store() as store:
        scene = read(store).scene_by_key("farm0")
    features, sizes = planted_map(), np.array([[32.0, 32.0]])
    scene = replace(
        scene, grid=RasterGrid(None, PIXEL_PLANE, 2 * features.size.width, 2 * features.size.height)
    )
    known = SceneExamples(scene, 2 * OBJECTS[:2], np.array([True, False]), 2 * OTHERS[:1])
    none = SceneExamples(scene, OBJECTS[:0], np.zeros(0, bool), OBJECTS[:0])
    samples = [scene_samples(features, each, sizes, 20) for each in (known, none)]
    assert [len(each.examples) for each in samples] == [10, 0]
    assert samples[0].decided.sum() == 5
    assert 100 < len(samples[1].background) <= 151
    classifier, calibration = learn(samples)
    assert calibration == IDENTITY
    right, wrong = (classifier.margins(pooled_features(features, boxes)) for boxes in (OBJECTS, OTHERS))
    assert right.min() > wrong.max()
    with pytest.raises(FindError, match="no valid pixels beside the examples"):
        learn([replace(samples[0], background=samples[0].background[:0])])
