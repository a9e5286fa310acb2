"""Detection on a whole raster as a stream: the same objects as with all blocks in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detections import Detections, Space
from detectors.errors import SpaceError
from detectors.inference.scene import detect_scene
from detectors.inference.sliced import detect_block
from detectors.merging.merge import merge_detections
from tests.detectors.inference.test_invariance import HEIGHT, WIDTH, assert_same, town, write
from tests.support.examples import examples
from tests.support.toy_detector import ToyPredictor
from tiling.display.stretch import compute_stretch
from tiling.grid.plan import plan_blocks
from tiling.raster.raster import open_raster


@examples(20)
@given(st.integers(0, 2**32 - 1), st.integers(50, 260), st.integers(4, 30))
def test_the_stream_has_the_same_objects_as_all_blocks_at_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, block_px: int, halo_px: int
) -> None:
    path = write(tmp_path_factory.getbasetemp() / "town.tif", town(seed))
    with open_raster(path) as raster:
        size, stretch = (WIDTH, HEIGHT), compute_stretch(raster)
        parts = [
            detect_block(ToyPredictor(), raster, stretch, block, size)[0]
            for block in plan_blocks(*size, block_px, halo_px)
        ]
        stream = [*detect_scene(ToyPredictor(), raster, stretch, size, block_px=block_px, halo_px=halo_px)]
    expected = merge_detections(Detections.concatenate(parts, Space.RESAMPLED))
    assert_same(Detections.concatenate(stream, Space.SCENE), expected)


def test_progress_grows_to_one_and_detections_are_in_the_raster_s_own_pixels(tmp_path: Path) -> None:
    path, shares = write(tmp_path / "town.tif", town(3)), list[float]()
    with open_raster(path) as raster:
        size, stretch = (WIDTH // 2, HEIGHT // 2), compute_stretch(raster)
        stream = [
            *detect_scene(
                ToyPredictor(blurred=True), raster, stretch, size, block_px=64, progress=shares.append
            )
        ]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    found = Detections.concatenate(stream, Space.SCENE)
    assert found.boxes[:, 2].max() > WIDTH / 2
    with pytest.raises(SpaceError):
        Detections.concatenate(stream, Space.RESAMPLED)
    assert np.all(found.boxes[:, 2:] <= (WIDTH, HEIGHT))
