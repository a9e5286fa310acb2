"""Sliced inference: the same objects come out however the scene is cut."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from detectors.detections import Detections, Space
from detectors.inference.sliced import Timing, detect_block, detect_image
from detectors.merging.merge import merge_detections
from tests.support.detection_strategies import quick
from tests.support.examples import examples
from tests.support.toy_detector import ToyPredictor, paint
from tiling.display.stretch import Stretch, compute_stretch
from tiling.errors import RasterReadError
from tiling.grid.plan import Block, ChipSpec, plan_blocks
from tiling.grid.window import PixelWindow
from tiling.raster.raster import open_raster

WIDTH, HEIGHT, CELL = 200, 160, 40
SIZE = (WIDTH, HEIGHT)

specs = st.builds(ChipSpec, st.integers(64, 210), st.integers(24, 40))
aligned = st.builds(lambda chips: ChipSpec(32 * chips, 32, align_px=32), st.integers(2, 6))
seeds = st.integers(0, 2**32 - 1)


def town(seed: int) -> npt.NDArray[np.uint8]:
    """(3, 160, 200) uint8: in every cell of 40 px nothing, a rectangle or a disc of any size, none touching another."""
    rng = np.random.default_rng(seed)
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    for number, (x, y) in enumerate((x, y) for x in range(0, WIDTH, CELL) for y in range(0, HEIGHT, CELL)):
        width, height = rng.integers(3, CELL - 1, 2)
        x0, y0 = x + rng.integers(0, CELL - width), y + rng.integers(0, CELL - height)
        disc = Point(x + CELL / 2, y + CELL / 2).buffer(width / 2)
        shape = [None, disc, box(x0, y0, x0 + width, y0 + height)][rng.integers(3)]
        if shape is not None:
            paint(image, shape, int(rng.integers(1, 3)), number, float(rng.choice([0.5, 0.8, 1.0])))
    return image


def assert_same(found: Detections, expected: Detections, iou: float = 0.95) -> None:
    """Every expected object is found once, with its class, score and outline, and nothing else."""
    assert len(found) == len(expected)
    near, index = shapely.STRtree(found.polygons()).query(expected.polygons(), predicate="intersects")
    a, b = expected.polygons()[near], found.polygons()[index]
    shared = shapely.area(shapely.intersection(a, b))
    good = shared / (shapely.area(a) + shapely.area(b) - shared) >= iou
    assert sorted(near[good]) == list(range(len(expected)))
    assert np.array_equal(found.labels[index[good]], expected.labels[near[good]])
    assert np.array_equal(found.scores[index[good]], expected.scores[near[good]])


@quick
@given(seeds, specs)
def test_the_chip_grid_does_not_show(seed: int, spec: ChipSpec) -> None:
    image = town(seed)
    predictor = ToyPredictor()
    found = detect_image(predictor, image, spec)
    assert found.space == Space.RESAMPLED
    assert {shape[1:] for shape in predictor.seen} == {(min(spec.size_px, HEIGHT), min(spec.size_px, WIDTH))}
    assert_same(found, ToyPredictor().predict([image])[0])


@quick
@given(st.integers(0, 160), st.integers(0, 120), st.integers(4, 36), st.integers(4, 36))
def test_an_object_on_any_seam_comes_out_exactly(x: int, y: int, width: int, height: int) -> None:
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    shape = box(x, y, x + width, y + height)
    paint(image, shape, 2)
    found = detect_image(ToyPredictor(), image, ChipSpec(64, 40))
    assert [polygon.bounds for polygon in found.polygons()] == [shape.bounds]


def test_an_object_longer_than_the_overlap_comes_out_whole() -> None:
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    paint(image, box(10, 30, 150, 60))
    found = detect_image(ToyPredictor(), image, ChipSpec(100, 40))
    assert [polygon.bounds for polygon in found.polygons()] == [(10, 30, 150, 60)]


def write(path: Path, image: npt.NDArray[np.uint8], **options: Any) -> Path:
    profile = {
        "driver": "GTiff",
        "dtype": "uint8",
        "count": 3,
        "height": image.shape[1],
        "width": image.shape[2],
    }
    place = {"crs": "EPSG:32645", "transform": Affine(0.5, 0, 3e5, 0, -0.5, 3e6)}
    with rasterio.open(path, "w", **profile, **place, **options) as target:
        target.write(image)
    return path


def detect_scene(
    path: Path, blocks: Sequence[Block], predictor: ToyPredictor, **options: Any
) -> tuple[Detections, Timing]:
    total = Timing()
    parts = []
    with open_raster(path) as raster:
        for block in blocks:
            found, timing = detect_block(predictor, raster, compute_stretch(raster), block, SIZE, **options)
            parts.append(found)
            total.add(timing)
    return merge_detections(Detections.concatenate(parts, Space.RESAMPLED)), total


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("sliced") / "town.tif", town(11))


@examples(15)
@given(st.integers(50, 210), st.integers(20, 30), specs | aligned, st.integers(1, 5))
def test_the_blocks_do_not_show_either(
    scene: Path, block_px: int, halo_px: int, spec: ChipSpec, batch: int
) -> None:
    found, _ = detect_scene(
        scene, plan_blocks(*SIZE, block_px, halo_px), ToyPredictor(), spec=spec, batch=batch
    )
    assert_same(found, ToyPredictor().predict([town(11)])[0])


def test_a_block_keeps_detections_that_no_other_block_sees_better(tmp_path: Path) -> None:
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    there, beyond, long = box(60, 60, 80, 80), box(20, 60, 42, 80), box(0, 100, 50, 110)
    for name, shape in enumerate([there, beyond, long], start=1):
        paint(image, shape, name=name)
    block, spec = Block(PixelWindow(40, 40, 80, 80), PixelWindow(10, 10, 140, 140)), ChipSpec(200)
    found, _ = detect_scene(write(tmp_path / "s.tif", image), [block], ToyPredictor(), spec=spec)
    # What it saw of the long one ends in the strip that the block to the left sees as well, the centre is in that core.
    assert sorted(polygon.bounds for polygon in found.polygons()) == [there.bounds]
    longer = box(0, 100, 72, 110)
    paint(image, longer, name=3)
    found, _ = detect_scene(write(tmp_path / "s.tif", image), [block], ToyPredictor(), spec=spec)
    assert sorted(polygon.bounds for polygon in found.polygons()) == [(10, 100, 72, 110), there.bounds]


def test_chips_begin_on_the_grid_of_the_scene_wherever_the_block_begins(tmp_path: Path) -> None:
    class Noting(ToyPredictor):
        def predict(self, images: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
            places.extend((*image[:2, 0, 0], *image.shape[1:]) for image in images)
            return [Detections.empty(Space.CHIP) for _ in images]

    places: list[tuple[int, ...]] = []
    cols, rows = np.meshgrid(np.arange(WIDTH, dtype=np.uint8), np.arange(HEIGHT, dtype=np.uint8))
    path = write(tmp_path / "s.tif", np.stack([cols, rows, rows]))
    window = PixelWindow(37, 45, 111, 77)
    with open_raster(path) as raster:
        as_it_is = Stretch((1, 2, 3), (0.0,) * 3, (255.0,) * 3)
        spec = ChipSpec(64, 24, align_px=8)
        detect_block(Noting(), raster, as_it_is, Block(window, window), SIZE, spec=spec)
    assert places == [(col, row, 64, 64) for row in (40, 64) for col in (32, 72, 88)]


def test_an_object_on_the_border_of_the_scene_is_not_cut(tmp_path: Path) -> None:
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    for number, corner in enumerate([(0, 0), (190, 0), (0, 150), (190, 150)], start=1):
        paint(image, box(*corner, corner[0] + 10, corner[1] + 10), name=number)
    found, _ = detect_scene(write(tmp_path / "s.tif", image), plan_blocks(*SIZE, 100, 20), ToyPredictor())
    assert len(found) == 4
    assert not found.edge_flags.any()


def test_nothing_is_found_where_there_is_no_image(tmp_path: Path) -> None:
    image = np.zeros((3, HEIGHT, WIDTH), np.uint8)
    paint(image, box(20, 20, 40, 40))
    image[:, :, 100:] = 255  # the toy takes white for a tree
    assert len(ToyPredictor().predict([image])[0]) == 2
    path = write(tmp_path / "s.tif", image, nodata=255)
    predictor = ToyPredictor()
    found, timing = detect_scene(path, plan_blocks(*SIZE, 50, 10), predictor, spec=ChipSpec(40, 10))
    assert [polygon.bounds for polygon in found.polygons()] == [(20, 20, 40, 40)]
    assert timing.skipped_chips > 0
    assert timing.chips == len(predictor.seen)


def test_what_was_done_is_counted(scene: Path) -> None:
    shares: list[float] = []
    spec = ChipSpec(100, 20)
    _, timing = detect_scene(
        scene, plan_blocks(*SIZE, 200, 0), ToyPredictor(), spec=spec, progress=shares.append
    )
    assert timing.chips == 6
    assert timing.megapixels == pytest.approx(0.06)
    assert timing.read_s > 0
    assert timing.infer_s > 0
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])


def test_a_raster_that_breaks_off_says_so_and_leaves_no_reader_behind(tmp_path: Path) -> None:
    path = write(tmp_path / "s.tif", town(3))
    path.write_bytes(path.read_bytes()[:60_000])
    with pytest.raises(RasterReadError, match=r"s\.tif"):
        detect_scene(path, plan_blocks(*SIZE, 200, 0), ToyPredictor(), spec=ChipSpec(64, 8))
    assert no_readers()


def test_a_predictor_that_fails_leaves_no_reader_behind(scene: Path) -> None:
    class Broken(ToyPredictor):
        def predict(self, images: Sequence[npt.NDArray[np.uint8]]) -> list[Detections]:
            raise RuntimeError("out of memory")

    with open_raster(scene) as raster:
        block = plan_blocks(*SIZE, 200, 0)[0]
        with pytest.raises(RuntimeError, match="out of memory") as caught:
            detect_block(Broken(), raster, compute_stretch(raster), block, SIZE, spec=ChipSpec(40, 8))
        # The error still holds its frames, and with them whatever was only left to be collected.
        assert caught.tb
        assert no_readers(), "the raster is closed next, while a chip is still being read from it"


def no_readers() -> bool:
    return not [thread for thread in threading.enumerate() if thread.name.startswith("chip-reader")]
