"""Training crops: whatever is turned, zoomed or shifted, boxes stay over what they name."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import shapely
import torch
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from detectors.training.augment import draw_polygon, random_crop
from detectors.training.samples import Sample, turn
from tests.support.detection_strategies import quick

seeds = st.integers(0, 2**32 - 1)


def painted(width: int, height: int, shapes: list[Polygon], outlined: bool = True) -> Sample:
    """White shapes on black."""
    image = np.zeros((height, width, 3), np.uint8)
    xs, ys = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    for shape in shapes:
        image[shapely.contains_xy(shape, xs, ys)] = 255
    polygons = np.empty(len(shapes), object)
    polygons[:] = shapes
    labels = np.arange(len(shapes), dtype=np.int64) % 2 + 1
    return Sample(
        "s", "set", image, polygons, labels, np.array([True, True, False]), np.full(len(shapes), outlined)
    )


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("turns", range(4))
def test_all_eight_turns_take_the_boxes_along(turns: int, mirror: bool) -> None:
    sample = painted(50, 30, [box(4, 6, 14, 9), box(40, 20, 49, 29)])
    pixels, polygons = turn(sample.image, sample.polygons, turns, mirror)
    assert pixels.shape[:2] == ((50, 30) if turns % 2 else (30, 50))
    expected = np.zeros(pixels.shape[:2], np.uint8)
    for x0, y0, x1, y1 in shapely.bounds(polygons).astype(int):
        expected[y0:y1, x0:x1] = 255
    assert np.array_equal(pixels[..., 0], expected)
    assert pixels.flags.c_contiguous


def test_the_eight_turns_are_eight() -> None:
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1).repeat(3, axis=2)
    none = np.empty(0, object)
    pictures = {
        turn(image, none, t, m)[0].tobytes() + bytes([t % 2]) for t in range(4) for m in (False, True)
    }
    assert len(pictures) == 8


TOWN = painted(
    160, 120, [box(10, 10, 40, 50), box(70, 60, 110, 80), box(120, 5, 150, 30), box(20, 80, 60, 110)]
)
SMALL = painted(40, 50, [box(10, 15, 30, 35)])


@quick
@given(seeds, st.sampled_from([TOWN, SMALL]))
def test_boxes_and_masks_lie_over_what_was_painted(seed: int, sample: Sample) -> None:
    size = 96
    image, target = random_crop([sample], np.random.default_rng(seed), size, (0.65, 1.4))
    assert image.shape == (3, size, size)
    assert image.dtype == torch.float32
    assert 0 <= image.min() <= image.max() <= 1
    boxes, masks = target["boxes"].numpy(), target["masks"].numpy()
    assert boxes.shape == (len(target["labels"]), 4)
    assert (boxes >= -1e-3).all()
    assert (boxes <= size + 1e-3).all()
    assert (boxes[:, 2:] - boxes[:, :2] >= 2).all()
    seen = image.mean(dim=0).numpy()
    ground = np.ones((size, size), bool)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        assert (
            np.abs(np.array([cols[0], rows[0], cols[-1] + 1, rows[-1] + 1]) - (x0, y0, x1, y1)).max() <= 0.51
        )
        ground[max(0, int(y0) - 2) : int(y1) + 3, max(0, int(x0) - 2) : int(x1) + 3] = False
    inner = erode(masks.any(axis=0))
    if len(boxes) and ground.any() and inner.any():
        # White objects, dark ground, also after every change of brightness.
        assert np.percentile(seen[inner], 5) > np.median(seen[ground])


def erode(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without the two outermost pixels, which resizing blurs."""
    wide = np.pad(mask, 2)
    height, width = mask.shape
    return np.all([wide[i : i + height, j : j + width] for i in range(5) for j in range(5)], axis=0)


def test_objects_that_are_hardly_seen_are_left_out() -> None:
    for seed in range(30):
        _, target = random_crop([TOWN], np.random.default_rng(seed), 96, (1.0, 1.0))
        smallest = shapely.area(TOWN.polygons).min()
        assert (target["masks"].sum(dim=(1, 2)) >= 0.34 * smallest).all()


def test_small_images_fill_the_crop_side_by_side() -> None:
    image, target = random_crop([SMALL], np.random.default_rng(5), 128, (1.0, 1.0))
    assert len(target["labels"]) >= 4
    columns = {int(x // 40) for x in target["boxes"][:, 0]}
    assert len(columns) > 1
    assert image[:, :100, :100].std() > 0


def test_the_target_says_what_was_labelled() -> None:
    rng = np.random.default_rng(0)
    _, target = random_crop([TOWN], rng, 96, (1.0, 1.0))
    assert target["labelled"].tolist() == [True, True, False]
    assert target["has_masks"].all()
    boxed = painted(160, 120, [box(10, 10, 40, 50)], outlined=False)
    _, target = random_crop([boxed], np.random.default_rng(0), 96, (1.0, 1.0))
    assert not target["has_masks"].any()
    assert target["masks"].shape == (len(target["boxes"]), 96, 96)
    assert not target["masks"].any()


def test_an_image_without_objects_gives_an_empty_target() -> None:
    _, target = random_crop([painted(100, 100, [])], np.random.default_rng(0), 96, (0.5, 2.0))
    assert target["boxes"].shape == (0, 4)
    assert target["labels"].dtype == torch.int64
    assert target["masks"].shape == (0, 96, 96)


def test_the_same_seed_gives_the_same_crop() -> None:
    first, second = (
        random_crop([TOWN, SMALL], np.random.default_rng([1, 7]), 96, (0.65, 1.4)) for _ in range(2)
    )
    assert torch.equal(first[0], second[0])
    assert all(torch.equal(first[1][key], second[1][key]) for key in first[1])


def test_a_drawn_polygon_covers_the_pixels_whose_centre_it_holds() -> None:
    assert draw_polygon(box(10, 10, 20, 20), 32).sum() == 100
    assert draw_polygon(box(10.6, 10.6, 20.6, 20.6), 32)[11:21, 11:21].all()
    ring = box(4, 4, 24, 24).difference(box(10, 10, 16, 16))
    assert draw_polygon(ring, 32).sum() == 400 - 36
    turned = shapely.affinity.rotate(box(8, 8, 24, 24), 30)
    assert draw_polygon(turned, 32).sum() == pytest.approx(256, abs=6)
    assert draw_polygon(box(40, 40, 50, 50), 32).sum() == 0
