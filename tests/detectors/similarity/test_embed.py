"""Features of scenes, cut into chips this way and that."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from torchvision.models.detection import MaskRCNN

from detectors.architectures import build_network
from detectors.similarity.embed import Embedder, embed_scene
from tiling.grid.plan import ChipSpec
from tiling.grid.window import PixelSize, PixelWindow
from tiling.raster.reading import Chip

WIDTH, HEIGHT = 500, 330


@pytest.fixture
def image() -> np.ndarray:
    small = np.random.default_rng(5).integers(0, 255, (3, HEIGHT // 10 + 1, WIDTH // 10 + 1)).astype(np.uint8)
    return np.repeat(np.repeat(small, 10, axis=1), 10, axis=2)[:, :HEIGHT, :WIDTH]


def _reader(image: np.ndarray, empty_from: int = WIDTH) -> Callable[[PixelWindow], Chip]:
    def read(window: PixelWindow) -> Chip:
        rows, columns = window.slices
        part = image[:, rows, columns]
        valid = np.broadcast_to(np.arange(window.col, window.right) < empty_from, part.shape[1:])
        return Chip(part, valid, window)

    return read


def test_chips_of_any_size_give_the_same_features(
    make_network: Callable[[], MaskRCNN], image: np.ndarray
) -> None:
    embedder = Embedder(make_network())
    maps = [
        embed_scene(embedder, _reader(image), PixelSize(WIDTH, HEIGHT), spec=ChipSpec(size, 128, align_px=32))
        for size in (512, 256)
    ]
    assert maps[0].codes.shape == (42, 63, 36)
    whole, cut = (each.projection.decode(each.codes) for each in maps)
    alike = (whole * cut).sum(axis=-1) / np.linalg.norm(whole, axis=-1) / np.linalg.norm(cut, axis=-1)
    assert np.median(alike) > 0.99
    assert alike.min() > 0.9


def test_what_is_not_valid_has_no_features(make_network: Callable[[], MaskRCNN], image: np.ndarray) -> None:
    embedder, shares = Embedder(make_network()), list[float]()
    spec = ChipSpec(256, 128, align_px=32)
    size = PixelSize(WIDTH, HEIGHT)
    part = embed_scene(embedder, _reader(image, 100), size, spec=spec, progress=shares.append)
    assert part.valid[:, :13].all()
    assert not part.valid[:, 13:].any()
    assert not part.codes[:, 13:].any()
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert not embed_scene(embedder, _reader(image, 0), size, spec=spec).valid.any()


def test_both_networks_give_features_in_cells_of_8_px(image: np.ndarray) -> None:
    network = build_network("condinst_efficientnet_lite0", 2).eval()
    assert Embedder(network).embed(image[:, :100, :90]).shape == (13, 12, 152)
