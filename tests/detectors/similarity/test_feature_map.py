"""Features kept in a byte a number, and their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors.similarity.feature_map import FeatureMap, Projection, read_features, write_features
from tests.support.planted import planted_map
from tiling.grid.window import PixelSize


def test_what_is_decoded_is_near_what_was_encoded() -> None:
    random = np.random.default_rng(1)
    features = (random.normal(size=(500, 8)) @ random.normal(size=(8, 40))).astype(np.float32)
    projection = Projection.fit(features, 8)
    decoded = projection.decode(projection.encode(features))
    assert np.abs(decoded - features).max() < 0.05 * np.abs(features).max()
    assert np.allclose(projection.basis @ projection.basis.T, np.eye(8), atol=1e-5)
    again = Projection.fit(features, 8)
    assert np.array_equal(again.basis, projection.basis)


def test_the_file_gives_back_what_was_written(tmp_path: Path) -> None:
    features, path = planted_map(), tmp_path / "features.npz"
    path.write_bytes(write_features(features, {"scene": "a", "size": [3, 4]}))
    read = read_features(path, {"size": [3, 4], "scene": "a"})
    assert read is not None
    assert np.array_equal(read.codes, features.codes)
    assert np.array_equal(read.valid, features.valid)
    assert (read.size, read.size.width) == (features.size, features.size.width)
    assert np.array_equal(read.projection.basis, features.projection.basis)


def test_a_file_of_something_else_or_a_damaged_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "features.npz"
    assert read_features(path, {}) is None
    content = write_features(planted_map(), {"stretch": 1})
    path.write_bytes(content)
    assert read_features(path, {"stretch": 2}) is None
    path.write_bytes(content[: len(content) // 2])
    assert read_features(path, {"stretch": 1}) is None
    path.write_bytes(b"no archive")
    assert read_features(path, {"stretch": 1}) is None


def test_a_scene_of_100_megapixels_takes_less_than_60_mb() -> None:
    side, features = 250, 152
    projection = Projection(
        np.zeros(features, np.float32), np.zeros((36, features), np.float32), np.ones(36, np.float32)
    )
    codes = np.zeros((side, side, 36), np.int8)
    map_ = FeatureMap(codes, np.ones((side, side), np.bool_), projection, PixelSize(8 * side, 8 * side))
    assert len(write_features(map_, {})) * 100e6 / (8 * side) ** 2 < 60e6
