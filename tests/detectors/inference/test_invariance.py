"""Tiling invariance: whatever grid, chips, batches and blocks a scene is cut with, the same objects come out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize
from shapely.affinity import rotate, translate
from shapely.geometry import Point, Polygon, box

from detectors.detections import Detections, Space
from detectors.inference.sliced import detect_block
from detectors.merging.merge import merge_detections
from tests.support.detection_strategies import quick
from tests.support.toy_detector import ToyPredictor, paint
from tiling.display.stretch import compute_stretch
from tiling.grid.plan import ChipSpec, plan_blocks
from tiling.raster.raster import open_raster

WIDTH, HEIGHT = 200, 160
# The joined outline of pieces is simplified within 0.75 px, in a block and across blocks.
TOLERANCE_PX = 1.5

seeds = st.integers(0, 2**32 - 1)


@st.composite
def specs(draw: st.DrawFn) -> ChipSpec:
    overlap, align = draw(st.integers(8, 40)), draw(st.sampled_from([1, 8, 32]))
    stride = draw(st.integers(-(-max(24, 48 - overlap) // align), 170 // align)) * align
    return ChipSpec(overlap + stride, overlap, align_px=align)


offsets = st.one_of(st.just((0, 0)), st.tuples(st.integers(0, 60), st.integers(0, 60)))


def shape(rng: np.random.Generator) -> Polygon:
    """A box, a slanted bar, a disc, a ring, an L or a comb, from a few pixels to larger than any chip."""
    length, breadth = rng.choice([12, 40, 120, 180]), int(rng.integers(4, 20))
    bar = box(0, 0, length, breadth)
    radius = float(rng.choice([6, 20, 60]))
    disc = Point(radius, radius).buffer(radius)
    ring = disc.difference(disc.buffer(-max(4, radius / 3)))
    corner = bar.union(box(0, 0, breadth, length))
    comb = bar.union(shapely.union_all([box(x, 0, x + 8, 50) for x in range(0, int(length), 20)]))
    kinds = [bar, rotate(bar, 90), rotate(bar, float(rng.uniform(0, 180))), disc, ring, corner, comb]
    return kinds[rng.integers(len(kinds))]


def town(seed: int) -> npt.NDArray[np.uint8]:
    """(3, 160, 200) uint8: up to 12 shapes that do not overlap, though some touch or lie one pixel apart."""
    rng = np.random.default_rng(seed)
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    for name in range(1, 13):
        one = shape(rng)
        x0, y0, *_ = one.bounds
        place = translate(one, rng.integers(-8, WIDTH) - round(x0), rng.integers(-8, HEIGHT) - round(y0))
        inside = rasterize([place], (HEIGHT, WIDTH), dtype=np.uint8).astype(bool)
        if inside.any() and not image[:, inside].any():
            upright = one.equals(
                one.envelope
            )  # of slanted things a chip's boxes say less than the whole one's
            paint(image, place, 2 if upright else 1, name, float(rng.choice([0.5, 0.8, 1.0])))
    return image


def write(path: Path, image: npt.NDArray[np.uint8]) -> Path:
    place = {"crs": "EPSG:32645", "transform": Affine(0.5, 0, 3e5, 0, -0.5, 3e6)}
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 3}
    with rasterio.open(path, "w", **profile, height=image.shape[1], width=image.shape[2], **place) as target:
        target.write(image)
    return path


def detect(path: Path, spec: ChipSpec, batch: int, block_px: int, halo_px: int) -> Detections:
    with open_raster(path) as raster:
        size, stretch = (raster.grid.width, raster.grid.height), compute_stretch(raster)
        parts = [
            detect_block(ToyPredictor(), raster, stretch, block, size, spec=spec, batch=batch)[0]
            for block in plan_blocks(*size, block_px, halo_px)
        ]
    return merge_detections(Detections.concatenate(parts, Space.RESAMPLED))


def assert_same(found: Detections, expected: Detections) -> None:
    """Every expected object is found once, with its class, score and outline, and nothing else."""
    assert len(found) == len(expected)
    outlines = found.polygons()
    for polygon, label, score in zip(expected.polygons(), expected.labels, expected.scores, strict=True):
        shared = shapely.area(shapely.intersection(outlines, polygon)) * (found.labels == label)
        best = int(shared.argmax())
        assert found.scores[best] == score
        assert polygon.buffer(TOLERANCE_PX).covers(outlines[best])
        assert outlines[best].buffer(TOLERANCE_PX).covers(polygon)


cuts = st.tuples(seeds, offsets, specs(), st.integers(1, 5), st.integers(50, 260), st.integers(4, 30))


def check(folder: Path, cut: tuple[int, tuple[int, int], ChipSpec, int, int, int]) -> None:
    """Detect on a random raster, cut in a random way, and compare with the raster as one chip."""
    seed, offset, spec, batch, block_px, halo_px = cut
    image = town(seed)
    moved = np.pad(image, [(0, 0), (offset[1], 0), (offset[0], 0)])
    path = write(folder / "town.tif", moved)
    found = detect(path, spec, batch, block_px, halo_px)
    expected = ToyPredictor().predict([image])[0]
    assert_same(found, expected.moved((1, 1), offset, Space.RESAMPLED))


@settings(quick)
@given(cuts)
@example(
    (34873078, (0, 0), ChipSpec(48, 11), 1, 136, 29)
)  # simplified twice, once by more than the tolerance
def test_the_tiling_does_not_show(
    tmp_path_factory: pytest.TempPathFactory, cut: tuple[int, tuple[int, int], ChipSpec, int, int, int]
) -> None:
    check(tmp_path_factory.getbasetemp(), cut)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(quick, max_examples=2000, derandomize=True)
@given(cuts)
def test_the_tiling_does_not_show_in_two_thousand_rasters(
    tmp_path_factory: pytest.TempPathFactory, cut: tuple[int, tuple[int, int], ChipSpec, int, int, int]
) -> None:
    check(tmp_path_factory.getbasetemp(), cut)
