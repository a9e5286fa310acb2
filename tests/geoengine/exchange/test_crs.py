"""Coordinate reference systems of label files."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer

from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, crs_urn, parse_crs, reproject, same_crs
from geoengine.model.geometry import geometry_array

UTM = CRS.from_epsg(32645)


def test_text_that_proj_understands() -> None:
    assert parse_crs("EPSG:32645", "--crs") == UTM
    assert parse_crs("urn:ogc:def:crs:OGC:1.3:CRS84", "crs") == WGS84
    with pytest.raises(ExchangeError, match="--crs is 'the moon', expected a CRS such as"):
        parse_crs("the moon", "--crs")


def test_the_order_of_axes_does_not_matter() -> None:
    assert same_crs(WGS84, CRS.from_epsg(4326))
    assert not same_crs(WGS84, UTM)


def test_a_urn_names_exactly_this_crs() -> None:
    assert crs_urn(UTM) == "urn:ogc:def:crs:EPSG::32645"
    other = CRS.from_proj4("+proj=tmerc +lon_0=86.5 +k=0.9999 +x_0=400000 +ellps=evrst30")
    with pytest.raises(ExchangeError, match="has no EPSG code"):
        crs_urn(other)


def test_polygons_are_moved_as_proj_moves_points() -> None:
    box = shapely.box(350_000, 3_056_000, 350_100, 3_056_080)
    (moved,) = reproject(geometry_array([box]), UTM, WGS84)
    lon, lat = Transformer.from_crs(UTM, WGS84, always_xy=True).transform(*np.array(box.exterior.coords).T)
    np.testing.assert_allclose(np.array(moved.exterior.coords), np.column_stack([lon, lat]), atol=1e-12)
    (same,) = reproject(geometry_array([box]), UTM, CRS.from_epsg(32645))
    assert same is box
