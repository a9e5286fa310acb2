"""Tests of `tiling.grid.crs_text`."""

from __future__ import annotations

import pytest
from pyproj import CRS

from tiling.errors import GridError
from tiling.grid.crs_text import assignable_crs, crs_of_text


@pytest.mark.parametrize("text", ["EPSG:32633", "urn:ogc:def:crs:EPSG::32633", CRS(32633).to_wkt()])
def test_a_crs_with_a_code_is_its_code(text: str) -> None:
    assert assignable_crs(text) == "EPSG:32633"


def test_one_without_a_code_is_wkt() -> None:
    own = CRS("+proj=tmerc +lat_0=10 +lon_0=20 +datum=WGS84 +type=crs").to_wkt()
    assert CRS(assignable_crs(own)) == CRS(own)
    assert CRS(assignable_crs("EPSG:32633+5773")).is_compound


@pytest.mark.parametrize("text", ["", "nonsense", "EPSG:99999999", "/etc/passwd", "EPSG:4978", "EPSG:5773"])
def test_what_pixels_cannot_lie_in_is_refused(text: str) -> None:
    with pytest.raises(GridError, match=r"expected a .*EPSG:32633"):
        assignable_crs(text)


def test_no_file_is_read_for_a_name() -> None:
    assert crs_of_text('PROJCRS["x",PARAMETERFILE["nadgrids=/tmp/x"]]') is None
    assert crs_of_text("+proj=longlat +nadgrids=/tmp/x") is None
