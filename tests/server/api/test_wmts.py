"""WMTS: what the documents say, and that GDAL finds the pixels where they are."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient

from geoengine.model import Scene
from server.serve import listen
from server.tiles.matrices import native_set, web_mercator_set
from tiling.grid.raster_grid import RasterGrid

Problem = Callable[..., dict[str, Any]]
NAMES = {"w": "http://www.opengis.net/wmts/1.0", "o": "http://www.opengis.net/ows/1.1"}

GDAL = """
import json, sys, rasterio
with rasterio.open(sys.argv[1]) as dataset:
    from rasterio.warp import transform
    xs, ys = transform("EPSG:32645", dataset.crs, *json.loads(sys.argv[2]))
    values = [[int(v) for v in value] for value in dataset.sample(zip(xs, ys))]
    print(json.dumps({"values": values, "crs": dataset.crs.to_epsg(), "transform": list(dataset.transform)[:6]}))
"""


def root_of(reply: Any) -> ET.Element:
    assert reply.status_code == 200, reply.text
    assert reply.mimetype == "application/xml"
    return ET.fromstring(reply.data)


@pytest.mark.parametrize(
    "url", ["/wmts", "/wmts?SERVICE=WMTS&REQUEST=GetCapabilities&VERSION=1.0.0", "/tiles/town/wmts.xml"]
)
def test_capabilities(still_client: FlaskClient, scene: Scene, url: str) -> None:
    root = root_of(still_client.get(url))
    assert root.tag == f"{{{NAMES['w']}}}Capabilities"
    layer = root.find("w:Contents/w:Layer", NAMES)
    assert layer is not None
    assert layer.findtext("o:Identifier", namespaces=NAMES) == "town"
    links = [link.text for link in layer.iterfind("w:TileMatrixSetLink/w:TileMatrixSet", NAMES)]
    assert links == ["WebMercatorQuad", "native-town"]
    sets = {
        entry.findtext("o:Identifier", namespaces=NAMES): entry
        for entry in root.iterfind("w:Contents/w:TileMatrixSet", NAMES)
    }
    assert set(sets) == set(links)
    assert sets["native-town"].findtext("o:SupportedCRS", namespaces=NAMES) == "urn:ogc:def:crs:EPSG::32645"
    for resource in layer.iterfind("w:ResourceURL", NAMES):
        template = resource.get("template", "")
        assert template.startswith("http://localhost/")
        for matrix_set, place in (("native-town", ("2", "0", "0")), ("WebMercatorQuad", ("0", "0", "0"))):
            path = template.removeprefix("http://localhost").replace("{TileMatrixSet}", matrix_set)
            for name, value in zip(("TileMatrix", "TileRow", "TileCol"), place, strict=True):
                path = path.replace(f"{{{name}}}", value)
            reply = still_client.get(path)
            assert reply.mimetype == resource.get("format")
            assert "immutable" in reply.headers["Cache-Control"]


def test_capabilities_name_the_host_that_was_asked(still_client: FlaskClient) -> None:
    text = still_client.get("/wmts", headers={"Host": "127.0.0.1:8123"}).text
    assert "http://127.0.0.1:8123/wmts" in text
    assert "localhost" not in text


def test_tiles_by_pairs(still_client: FlaskClient, scene: Scene) -> None:
    pairs = (
        "service=WMTS&request=GetTile&version=1.0.0&layer=town&style=default&format=image/png"
        "&tilematrixset=native-town&tilematrix=2&tilerow=1&tilecol=0"
    )
    assert still_client.get(f"/wmts?{pairs}").data == still_client.get("/tiles/town/native/2/0/1.png").data


@pytest.mark.parametrize(
    ("change", "code", "locator"),
    [
        ({"layer": "none"}, "InvalidParameterValue", "layer"),
        ({"layer": ""}, "MissingParameterValue", "layer"),
        ({"format": "image/gif"}, "InvalidParameterValue", "format"),
        ({"tilematrixset": "native-x"}, "InvalidParameterValue", "tilematrixset"),
        ({"tilerow": "-1"}, "InvalidParameterValue", "tilerow"),
        ({"tilerow": "7"}, "TileOutOfRange", "tilecol"),
        ({"request": "GetFeatureInfo"}, "OperationNotSupported", "request"),
        ({"service": "WMS"}, "InvalidParameterValue", "service"),
    ],
)
def test_mistakes_are_exception_reports(
    still_client: FlaskClient, scene: Scene, change: dict[str, str], code: str, locator: str
) -> None:
    pairs = {
        "service": "WMTS", "request": "GetTile", "layer": "town", "format": "image/png",
        "tilematrixset": "native-town", "tilematrix": "2", "tilerow": "1", "tilecol": "0",
    }  # fmt: skip
    reply = still_client.get("/wmts", query_string=pairs | change)
    assert (reply.status_code, reply.mimetype) == (400, "application/xml")
    exception = ET.fromstring(reply.data).find("o:Exception", NAMES)
    assert exception is not None
    assert (exception.get("exceptionCode"), exception.get("locator")) == (code, locator)
    assert exception.findtext("o:ExceptionText", namespaces=NAMES)


def test_no_such_address(still_client: FlaskClient, scene: Scene, problem: Problem) -> None:
    problem(still_client.get("/wmts/town/native-x/0/0/0.png"), 404, "tile-outside")
    problem(still_client.get("/wmts/none/native-x/0/0/0.png"), 404, "not-found")
    problem(still_client.get("/tiles/none/wmts.xml"), 404, "not-found")


def scene_in(scene: Scene, code: int, x: float, y: float, pixel: float) -> Scene:
    from dataclasses import replace

    from affine import Affine
    from pyproj import CRS

    grid = RasterGrid(CRS.from_epsg(code).to_wkt(), Affine(pixel, 0, x, 0, -pixel, y), 700, 500)
    return replace(scene, grid=grid)


def test_scales_and_axes(scene: Scene) -> None:
    assert web_mercator_set().matrices[0].scale == pytest.approx(559082264.0287178, rel=1e-9)
    metres = native_set(scene)
    degrees = native_set(scene_in(scene, 4326, 85.0, 27.5, 1e-5))
    # GK zone 3 (northing first) and a state plane in US survey feet
    northing = native_set(scene_in(scene, 31467, 3_500_000, 5_500_000, 0.5))
    feet = native_set(scene_in(scene, 2263, 980_000, 200_000, 1.0))
    assert metres is not None
    assert degrees is not None
    assert northing is not None
    assert feet is not None
    assert metres.matrices[-1].scale == pytest.approx(0.5 / 0.00028)
    assert metres.matrices[-1].corner == (300_000.0, 3_050_000.0)
    assert degrees.matrices[-1].scale == pytest.approx(1e-5 * 111319.49079327358 / 0.00028)
    assert degrees.matrices[-1].corner == (27.5, 85.0)
    assert northing.matrices[-1].corner == (5_500_000.0, 3_500_000.0)
    assert feet.matrices[-1].scale == pytest.approx(0.3048006096 / 0.00028)


@pytest.fixture
def port(still_app: Flask) -> Iterator[int]:
    server = listen(still_app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.port
    server.stop()
    thread.join(timeout=30)
    server.close()


@pytest.mark.slow
@pytest.mark.parametrize("matrix_set", ["native-town", "WebMercatorQuad"])
def test_gdal_finds_the_pixels(port: int, scene: Scene, still_app: Flask, matrix_set: str) -> None:
    from server.state import state_of
    from tiling.raster.raster import open_raster

    pixels = np.random.default_rng(5).integers([5, 5], [590, 490], (40, 2)) + 0.5
    world = scene.grid.to_world(pixels)
    source = f"WMTS:http://127.0.0.1:{port}/wmts,layer=town,tilematrixset={matrix_set}"
    places = json.dumps([world[:, 0].tolist(), world[:, 1].tolist()])
    run = subprocess.run(
        [sys.executable, "-c", GDAL, source, places], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    with open_raster(state_of(still_app).project.resolve(scene.uri)) as raster:
        image, _ = raster.read_level(0, (0, 0, 700, 500), 500, 700)
    expected = image[:, pixels[:, 1].astype(int), pixels[:, 0].astype(int)].T.astype(int)
    off = np.abs(np.array(found["values"])[:, :3] - expected)
    if matrix_set == "native-town":
        assert found["crs"] == 32645
        assert found["transform"][:3] == pytest.approx([0.5, 0, 300_000])
        assert (off == 0).all()
    else:
        # White noise, interpolated: near, where a pixel of the map is half as large as one of the scene.
        assert np.median(off) < 60
        assert found["crs"] == 3857
