"""Tests of `tiling.display.band_roles`."""

from __future__ import annotations

import pytest

from tiling.display.band_roles import band_roles, pick_bands
from tiling.errors import StretchError

SENTINEL = ("B02", "B03", "B04", "B05", "B08", "B8A")


@pytest.mark.parametrize(
    ("names", "red", "green", "blue", "nir"),
    [
        (("red", "green", "blue", "nir"), 1, 2, 3, 4),
        (("Blue", "Green", "Red", "NIR"), 3, 2, 1, 4),
        (("coastal blue", "blue", "green i", "green", "yellow", "red", "rededge", "nir"), 6, 4, 2, 8),
        (("Coastal", "Blue", "Green", "Yellow", "Red", "Red Edge", "NIR-1", "NIR-2"), 5, 3, 2, 7),
        (("Band 2 (Blue)", "Band 3 (Green)", "Band 4 (Red)", "Band 5 (Near Infrared)"), 3, 2, 1, 4),
        (SENTINEL, 3, 2, 1, 5),
        (("B1", "B2", "B3", "B4", "B8"), 4, 3, 2, 5),
        (("near_infrared", "r", "g", "b"), 2, 3, 4, 1),
    ],
)
def test_bands_by_name(names: tuple[str, ...], red: int, green: int, blue: int, nir: int) -> None:
    roles = band_roles(names, (), len(names))
    assert roles == {"red": red, "green": green, "blue": blue, "nir": nir}


def test_names_that_only_count_say_nothing() -> None:
    for names in (("B1", "B2", "B3", "B4"), ("band 1", "band 2", "band 3", "band 4"), ()):
        assert band_roles(names, (), 4) == {"red": 1, "green": 2, "blue": 3, "nir": 4}


def test_the_fourth_beside_three_colours_is_near_infrared() -> None:
    assert band_roles(("blue", "green", "red", "band 4"), (), 4) == {
        "red": 3,
        "green": 2,
        "blue": 1,
        "nir": 4,
    }
    assert "nir" not in band_roles(("red", "green", "blue", "band 4", "band 5"), (), 5)


def test_bands_by_wavelength() -> None:
    centres = [400 + 5 * i for i in range(120)]
    assert band_roles((), centres, 120) == {"red": 53, "green": 33, "blue": 17, "nir": 89}
    assert band_roles((), [443, 490, 560, 665, 705, 842], 6) == {"blue": 2, "green": 3, "red": 4, "nir": 6}
    # A name counts for more, and what is unknown for nothing.
    assert band_roles(("pan", "red"), [float("nan"), 480], 2) == {"red": 2, "blue": 2}


@pytest.mark.parametrize(
    ("count", "shown"), [(1, (1,)), (2, (1,)), (3, (1, 2, 3)), (5, (1, 2, 3)), (8, (5, 3, 2))]
)
def test_unnamed_bands(count: int, shown: tuple[int, ...]) -> None:
    assert pick_bands(None, [f"band {number}" for number in range(1, count + 1)], (), count) == shown


def test_colours_that_are_no_natural_ones() -> None:
    names = ("nir", "red", "green")
    assert pick_bands(None, names, (), 3) == (1, 2, 3)
    assert pick_bands("cir", names, (), 3) == (1, 2, 3)
    assert pick_bands("ndvi", names, (), 3) == (1, 2)
    with pytest.raises(StretchError, match="it has 1 nir, 2 red, 3 green"):
        pick_bands("natural", names, (), 3)


def test_many_bands_are_not_all_listed() -> None:
    with pytest.raises(StretchError, match=r"1 band 1, .* 12 band 12 … 200"):
        pick_bands("201", (), (), 200)
