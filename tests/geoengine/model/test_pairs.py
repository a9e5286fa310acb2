"""Change pairs: common ground, different dates."""

from __future__ import annotations

import itertools

import pytest
import shapely
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st

from geoengine.model import Scene, date_of, find_pairs, pairs_of, scenes_over
from tiling.display.stretch import Stretch
from tiling.grid.raster_grid import RasterGrid

_GRID = RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 10, 10)


def scene(number: int, acquired_at: str | None, footprint: str | shapely.Geometry | None) -> Scene:
    return Scene(
        id=number,
        key=f"s{number}",
        name=f"Scene {number}",
        uri=f"scenes/s{number}.tif",
        source=f"/data/s{number}.tif",
        content_hash=f"sha-{number}",
        grid=_GRID,
        bands=1,
        dtype="uint8",
        nodata=None,
        stretch=Stretch((1,), (0.0,), (255.0,)),
        acquired_at=acquired_at,
        marking=None,
        created_at="2025-01-01T00:00:00.000Z",
        footprint=footprint.wkt if isinstance(footprint, shapely.Geometry) else footprint,
    )


HERE = shapely.box(10, 50, 11, 51)


def test_the_newest_come_first_with_days_and_overlap() -> None:
    old = scene(1, "2020-03-01", HERE)
    new = scene(2, "2024-03-01T23:30:00Z", shapely.box(10.5, 50, 11.5, 51))
    middle = scene(3, "2022-03-01T01:00:00+02:00", HERE)  # the day before, in UTC
    pairs = find_pairs([old, new, middle])
    assert [(p.later.id, p.earlier.id) for p in pairs] == [(2, 3), (2, 1), (3, 1)]
    assert [p.days for p in pairs] == [732, 1461, 729]
    assert [p.overlap for p in pairs] == pytest.approx([0.5, 0.5, 1.0])
    assert [p.other(3).id for p in pairs_of(3, [old, new, middle])] == [2, 1]


@pytest.mark.parametrize(
    "other",
    [
        scene(2, None, HERE),
        scene(2, "2020-03-01T18:00:00Z", HERE),
        scene(2, "some day", HERE),
        scene(2, "2024-03-01", None),
        scene(2, "2024-03-01", "POLYGON EMPTY"),
        scene(2, "2024-03-01", shapely.box(11, 50, 12, 51)),
        scene(2, "2024-03-01", shapely.box(10.95, 50, 12, 51)),
        scene(2, "2024-03-01", shapely.box(-170, 50, -169, 51)),
    ],
    ids=["no date", "same day", "no time", "no place", "empty", "beside", "a border", "elsewhere"],
)
def test_what_is_no_pair(other: Scene) -> None:
    assert find_pairs([scene(1, "2020-03-01T02:00:00Z", HERE), other]) == []


def test_across_the_antimeridian() -> None:
    both_sides = shapely.union_all([shapely.box(179, 10, 180, 11), shapely.box(-180, 10, -179, 11)])
    east = shapely.box(-180, 10, -179, 11)
    (pair,) = find_pairs([scene(1, "2020-01-01", both_sides), scene(2, "2021-01-01", east)])
    assert pair.overlap == pytest.approx(1.0)
    assert find_pairs([scene(1, "2020-01-01", both_sides), scene(2, "2021-01-01", HERE)]) == []


def test_areas_are_areas_on_the_ground() -> None:
    """Half of the degrees of a tall scene is more than half of its ground, on the side of the equator."""
    tall = shapely.box(0, 0, 10, 80)
    (pair,) = find_pairs([scene(1, "2020-01-01", tall), scene(2, "2021-01-01", shapely.box(0, -40, 10, 40))])
    assert pair.overlap == pytest.approx(0.6527, abs=1e-3)  # sin 40 / sin 80


@given(
    st.lists(
        st.tuples(st.floats(-179, 170), st.floats(-80, 70), st.floats(0.5, 9), st.integers(1, 3)), max_size=8
    )
)
def test_the_tree_finds_what_looking_at_every_pair_finds(
    places: list[tuple[float, float, float, int]],
) -> None:
    scenes = [
        scene(n, f"202{day}-01-01", shapely.box(x, y, x + side, y + side))
        for n, (x, y, side, day) in enumerate(places, 1)
    ]
    expected = {
        frozenset((a.id, b.id)) for a, b in itertools.combinations(scenes, 2) if len(find_pairs([a, b])) == 1
    }
    found = find_pairs(scenes)
    assert {frozenset((p.later.id, p.earlier.id)) for p in found} == expected
    assert len(found) == len(expected)


def test_dates() -> None:
    assert str(date_of("2021-02-03T23:00:00-05:00")) == "2021-02-04"
    assert str(date_of("2021-02-03")) == "2021-02-03"
    assert date_of(None) is None
    assert date_of("spring") is None


def test_scenes_over_others_are_found_whatever_their_dates() -> None:
    mine = scene(1, "2024-01-01", HERE)
    undated = scene(2, None, shapely.box(10.9, 50, 12, 51))
    beside = scene(3, "2024-01-01", shapely.box(11, 50, 12, 51))
    nowhere = scene(4, "2024-01-01", None)
    assert scenes_over(mine, [mine, undated, beside, nowhere]) == [undated]
    assert scenes_over(nowhere, [mine, undated]) == []
