"""Tests of the WMTS capabilities document of scenes in any CRS."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from affine import Affine
from pyproj import CRS

from geoengine.model import Scene
from server.representations.scene_version import VersionedScene
from server.tiles.wmts import OWS, WMTS, capabilities
from tiling.grid.raster_grid import RasterGrid

MOON = (
    'GEOGCS["Moon",DATUM["D_Moon",SPHEROID["Moon",1737400,0]],'
    'PRIMEM["Reference",0],UNIT["Degree",0.0174532925199433]]'
)
SITE = 'LOCAL_CS["site",LOCAL_DATUM["site",0],UNIT["metre",1],AXIS["E",EAST],AXIS["N",NORTH]]'


def document(scene: Scene, *places: tuple[str, float, float, float]) -> ET.Element:
    """Return the capabilities of scenes of 700 x 500 px at (CRS, left, top, pixel), called s0, s1 …"""
    scenes = []
    for number, (crs, left, top, pixel) in enumerate(places):
        grid = RasterGrid(CRS.from_user_input(crs).to_wkt(), Affine(pixel, 0, left, 0, -pixel, top), 700, 500)
        scenes.append(VersionedScene(replace(scene, grid=grid, key=f"s{number}"), "v"))
    return ET.fromstring(capabilities(scenes, "town", "http://127.0.0.1/"))


def layers(root: ET.Element) -> list[str]:
    return [layer.findtext(f"{{{OWS}}}Identifier") or "" for layer in root.iter(f"{{{WMTS}}}Layer")]


def corners(root: ET.Element, name: str) -> list[str]:
    """Return the upper left corner of every tile matrix of a set."""
    for matrix_set in root.iter(f"{{{WMTS}}}TileMatrixSet"):
        if matrix_set.findtext(f"{{{OWS}}}Identifier") == name:
            return [element.text or "" for element in matrix_set.iter(f"{{{WMTS}}}TopLeftCorner")]
    return []


def test_a_scene_without_georeference_does_not_hide_the_others(scene: Scene) -> None:
    root = document(scene, ("EPSG:32645", 3e5, 3e6, 0.5), (MOON, 10, 10, 1e-4), (SITE, 0, 0, 1))
    assert layers(root) == ["s0"]


@pytest.mark.parametrize("code", [2154, 2227, 2263, 2278, 3034, 3112, 3347, 3978, 6420])
def test_conic_scenes_are_layers_of_the_web_map(scene: Scene, code: int) -> None:
    system = CRS.from_epsg(code)
    assert system.area_of_use is not None
    west, south, east, north = system.area_of_use.bounds
    from pyproj import Transformer

    x, y = Transformer.from_crs("OGC:CRS84", system, always_xy=True).transform(
        (west + east) / 2, (south + north) / 2
    )
    root = document(scene, (f"EPSG:{code}", x, y, 1.0))
    links = [link.text for link in root.iter(f"{{{WMTS}}}TileMatrixSet") if link.text and link.text.strip()]
    assert links == ["WebMercatorQuad", "native-s0"]


@pytest.mark.parametrize(
    ("crs", "left", "top", "corner"),
    [
        ("EPSG:3031", -1_500_000.0, 800_000.0, "-1500000.0 800000.0"),
        ("EPSG:3032", 1_500_000.0, 800_000.0, "1500000.0 800000.0"),
        ("EPSG:5042", 1_500_000.0, 800_000.0, "1500000.0 800000.0"),
        ("EPSG:3413", -1_500_000.0, 800_000.0, "-1500000.0 800000.0"),
        ("EPSG:32661", 2_500_000.0, 1_800_000.0, "1800000.0 2500000.0"),
        ("EPSG:3035", 4_300_000.0, 3_200_000.0, "3200000.0 4300000.0"),
        ("EPSG:2180", 500_000.0, 600_000.0, "600000.0 500000.0"),
        ("EPSG:4326", 85.0, 27.5, "27.5 85.0"),
        ("EPSG:32645", 300_000.0, 3_000_000.0, "300000.0 3000000.0"),
        ("EPSG:27700", 300_000.0, 200_000.0, "300000.0 200000.0"),
    ],
)
def test_corners_follow_the_axes_of_the_registry(
    scene: Scene, crs: str, left: float, top: float, corner: str
) -> None:
    pixel = 1e-4 if crs == "EPSG:4326" else 100.0
    assert set(corners(document(scene, (crs, left, top, pixel)), "native-s0")) == {corner}


@pytest.mark.parametrize(
    ("crs", "left", "top", "pixel"),
    [
        ("EPSG:4326", 179.0, 10.0, 0.003),
        ("EPSG:4326", 190.0, 10.0, 0.003),
        ("EPSG:3413", -35000.0, 25000.0, 100.0),
    ],
    ids=["across 180", "beyond 180", "around the pole"],
)
def test_the_native_box_holds_the_whole_scene(
    scene: Scene, crs: str, left: float, top: float, pixel: float
) -> None:
    root = document(scene, (crs, left, top, pixel))
    (box,) = root.iter(f"{{{OWS}}}BoundingBox")
    lower, upper = (
        tuple(map(float, (box.findtext(f"{{{OWS}}}{name}") or "").split()))
        for name in ("LowerCorner", "UpperCorner")
    )
    low, high = (left, top - 500 * pixel), (left + 700 * pixel, top)
    if crs == "EPSG:4326":
        low, high = low[::-1], high[::-1]
    assert lower == pytest.approx(low)
    assert upper == pytest.approx(high)
    assert box.get("crs") == f"urn:ogc:def:crs:EPSG::{crs[5:]}"


def test_a_height_in_the_crs_takes_no_native_set(scene: Scene) -> None:
    root = document(scene, ("EPSG:32633+5773", 5e5, 5e6, 0.5))
    assert corners(root, "native-s0")
