from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import pytest
import shapely
from affine import Affine
from pyproj import CRS
from shapely import Polygon, box

from geoengine.errors import ExchangeError
from geoengine.exchange.geojson import read_foreign_member, read_geojson, write_geojson
from geoengine.model import (
    Changeset,
    CreateFeature,
    Feature,
    FeatureState,
    Origin,
    Scene,
    Snapshot,
    new_uid,
)
from geoengine.store import Store
from tests.support.views import read
from tiling.grid.raster_grid import PIXEL_PLANE, RasterGrid

CLOCKWISE = Polygon(
    [(350_010, 3_055_950), (350_010, 3_055_960), (350_020.123456, 3_055_960), (350_020, 3_055_950)],
    [[(350_012, 3_055_952), (350_014, 3_055_952), (350_014, 3_055_954), (350_012, 3_055_954)]],
)
NAMES = ["uid", "scene", "class", "state", "score", "revision", "author", "time", "model"]


def put(store: Store, scene: Scene, *polygons: Polygon, **attributes: Any) -> tuple[Feature, ...]:
    creates = tuple(
        CreateFeature(
            new_uid(), "building", polygon, FeatureState.PROPOSED, 0.25, Origin.MODEL, "m 1", attributes
        )
        for polygon in polygons
    )
    return store.commit(Changeset(new_uid(), scene.id, "ana", creates)).features


def write(store: Store, path: Path, *scenes: Scene, **options: Any) -> dict[str, Any]:
    with store.reading() as view:
        report = write_geojson(path, (view.snapshot(scene.id) for scene in scenes), **options)
    document: dict[str, Any] = json.loads(path.read_bytes())
    assert report.features == len(document["features"])
    assert report.scenes == tuple(scene.key for scene in scenes)
    return document


def signed_area(ring: list[list[float]]) -> float:
    xy = np.array(ring)
    return float(np.sum(xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]) / 2)


def test_rfc_7946(store: Store, scene: Scene, tmp_path: Path) -> None:
    (feature,) = put(store, scene, CLOCKWISE, roof="tin", levels=2)
    document = write(store, tmp_path / "a.geojson", scene)
    assert list(document) == ["type", "features", "geoengine"]
    assert document["geoengine"] == {"version": 1, "scene": "banepa", "changeset": 1, "complete": True}
    (written,) = document["features"]
    assert written["id"] == feature.uid
    assert list(written["properties"]) == [*NAMES, "levels", "roof"]
    assert written["properties"] | {"score": 0.25, "model": "m 1", "levels": 2} == written["properties"]
    outer, hole = written["geometry"]["coordinates"]
    assert outer[0] == outer[-1]
    assert signed_area(outer) > 0 > signed_area(hole)
    for lon, lat in outer + hole:
        assert 85.4 < lon < 85.5
        assert 27.6 < lat < 27.7
        assert round(lon, 9) == lon
        assert round(lat, 9) == lat


@pytest.mark.parametrize("crs", ["EPSG:4326", None, "EPSG:3857"])
def test_gdal_and_geopandas_open_it_in_the_right_place(
    store: Store, scene: Scene, tmp_path: Path, crs: str | None
) -> None:
    (feature,) = put(store, scene, CLOCKWISE, roof="tin")
    path = tmp_path / "a.geojson"
    write(store, path, scene, crs=crs)
    frame = geopandas.read_file(path)
    assert frame.crs == CRS(crs or "EPSG:32645")
    assert frame["uid"].tolist() == [feature.uid]
    assert frame["roof"].tolist() == ["tin"]
    assert shapely.hausdorff_distance(frame.to_crs(32645).geometry[0], CLOCKWISE) < 0.001
    assert pyogrio.read_info(path)["features"] == 1


def test_digits(store: Store, scene: Scene, tmp_path: Path) -> None:
    put(store, scene, CLOCKWISE)
    whole = write(store, tmp_path / "a", scene, crs=None, digits=0)["features"][0]["geometry"]["coordinates"]
    assert [350_020.0, 3_055_960.0] in whole[0]
    exact = write(store, tmp_path / "a", scene, crs=None, digits=None)["features"][0]["geometry"][
        "coordinates"
    ]
    assert [350_020.123456, 3_055_960.0] in exact[0]


def test_rounding_never_breaks_a_polygon(store: Store, scene: Scene, tmp_path: Path) -> None:
    sliver = Polygon([(350_010, 3_055_950), (350_011, 3_055_950.0000001), (350_012, 3_055_950.001)])
    put(store, scene, sliver, CLOCKWISE)
    document = write(store, tmp_path / "a", scene, crs=None, digits=2)
    assert all(shapely.geometry.shape(f["geometry"]).is_valid for f in document["features"])
    assert shapely.geometry.shape(document["features"][0]["geometry"]).equals(sliver)


def test_pixel_plane(store: Store, add_scene: Callable[..., Scene], tmp_path: Path) -> None:
    scene = add_scene("plane", RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 100, 100))
    put(store, scene, box(10, -20, 30, -5))
    path = tmp_path / "a.geojson"
    document = write(store, path, scene)
    assert document["geoengine"] == {
        "version": 1,
        "scene": "plane",
        "changeset": 1,
        "coordinates": "pixel",
        "complete": True,
    }
    assert "crs" not in document
    assert shapely.geometry.shape(document["features"][0]["geometry"]).equals(box(10, -20, 30, -5))
    assert geopandas.read_file(path).geometry[0].equals(box(10, -20, 30, -5))
    with pytest.raises(ExchangeError, match="scene 'plane' has no CRS"):
        write(store, path, scene, crs="EPSG:3857")
    assert json.loads(path.read_bytes()) == document


def test_several_scenes(store: Store, scene: Scene, add_scene: Callable[..., Scene], tmp_path: Path) -> None:
    web = CRS.from_epsg(3857).to_wkt()
    other = add_scene("other", RasterGrid(web, Affine(1, 0, 9_000_000, 0, -1, 3_000_000), 100, 100))
    put(store, scene, CLOCKWISE)
    put(store, other, box(9_000_010, 2_999_950, 9_000_020, 2_999_960))
    document = write(store, tmp_path / "a", scene, other)
    assert [f["properties"]["scene"] for f in document["features"]] == ["banepa", "other"]
    assert document["geoengine"] == {
        "version": 1,
        "scenes": [{"scene": "banepa", "changeset": 1}, {"scene": "other", "changeset": 2}],
        "complete": True,
    }
    with pytest.raises(ExchangeError, match="'banepa' and 'other' differ in their CRS"):
        write(store, tmp_path / "b", scene, other, crs=None)
    plane = add_scene("plane", RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 100, 100))
    with pytest.raises(ExchangeError, match="'banepa' and 'plane' differ"):
        write(store, tmp_path / "b", scene, plane)
    assert not (tmp_path / "b").exists()


def test_no_features_and_no_scenes(store: Store, scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    assert write(store, path, scene)["features"] == []
    assert len(geopandas.read_file(path)) == 0
    assert write(store, path)["geoengine"] == {"version": 1, "scenes": [], "complete": True}


def test_attributes_never_override(store: Store, scene: Scene, tmp_path: Path) -> None:
    attributes = {"state": "Nepal", "uid": 7, "attribute:uid": 8, "name": 'ü"\\\n'}
    (feature,) = put(store, scene, CLOCKWISE, **attributes)
    path = tmp_path / "a.geojson"
    properties = write(store, path, scene)["features"][0]["properties"]
    assert properties["state"] == "proposed"
    assert properties["uid"] == feature.uid
    assert properties["attribute:state"] == "Nepal"
    (back,) = read_geojson(path, scene.grid).features
    assert back.attributes == attributes


def test_the_same_labels_are_the_same_bytes(store: Store, scene: Scene, tmp_path: Path) -> None:
    put(store, scene, CLOCKWISE, b=1, a=2)
    write(store, tmp_path / "a", scene)
    write(store, tmp_path / "b", scene)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_what_crosses_the_antimeridian_is_cut(
    store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    fiji = CRS.from_epsg(32701).to_wkt()
    scene = add_scene("fiji", RasterGrid(fiji, Affine(1, 0, 180_000, 0, -1, 8_000_000), 1000, 1000))
    lon180 = shapely.transform(
        np.array([shapely.Point(-180, -18.1)]), lambda xy: xy
    )  # EPSG:32701 starts at 180 degrees
    from geoengine.exchange.crs import WGS84, reproject

    (edge,) = reproject(lon180, WGS84, CRS.from_wkt(fiji))
    put(store, scene, box(edge.x - 30, edge.y - 10, edge.x + 10, edge.y + 10))
    (feature,) = write(store, tmp_path / "a", scene)["features"]
    geometry = shapely.geometry.shape(feature["geometry"])
    assert geometry.geom_type == "MultiPolygon"
    assert geometry.is_valid
    assert sorted(round(part.bounds[0]) for part in geometry.geoms) == [-180, 180]
    assert geometry.area == pytest.approx(40 / 105_900 * 20 / 110_700, rel=0.01)


def test_a_wrong_or_nameless_crs_is_one_sentence(
    store: Store, scene: Scene, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    with pytest.raises(ExchangeError, match="crs is 'EPSG:1', expected a CRS such as"):
        write(store, tmp_path / "a", scene, crs="EPSG:1")
    local = CRS.from_proj4("+proj=tmerc +lat_0=27.6 +lon_0=85.5 +x_0=12.5 +ellps=bessel +units=m").to_wkt()
    odd = add_scene("odd", RasterGrid(local, Affine(1, 0, 0, 0, -1, 0), 100, 100))
    put(store, odd, box(10, -20, 30, -5))
    with pytest.raises(ExchangeError, match="has no EPSG code"):
        write(store, tmp_path / "a", odd, crs=None)
    assert write(store, tmp_path / "a", odd)["features"]


@pytest.mark.parametrize("crs", [None, "EPSG:32645+5773"], ids=["the scene's", "asked for"])
def test_of_a_compound_crs_the_horizontal_part_is_written(
    crs: str | None, store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    compound = CRS.from_user_input("EPSG:32645+5773").to_wkt()
    grid = RasterGrid(compound, Affine(0.5, 0, 350_000, 0, -0.5, 3_056_000), 400, 400)
    scene = add_scene("high", grid)
    polygon = box(350_010, 3_055_850, 350_030, 3_055_880)
    put(store, scene, polygon)
    document = write(store, tmp_path / "high.geojson", scene, crs=crs)
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32645"
    assert shapely.geometry.shape(document["features"][0]["geometry"]).equals(polygon)
    (back,) = read_geojson(tmp_path / "high.geojson", grid).features
    assert back.geometry.equals(polygon)


def test_a_label_without_a_place_in_that_crs_is_left_out_and_named(
    store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    lonlat = CRS.from_epsg(4326).to_wkt()
    scene = add_scene("pole", RasterGrid(lonlat, Affine(1, 0, 0, 0, -1, 90), 10, 10))
    bad, good = put(store, scene, box(0, 89, 1, 91)) + put(store, scene, box(0, 80, 1, 81))
    for crs in ("EPSG:3857", "EPSG:4326"):
        path = tmp_path / "a.geojson"
        with store.reading() as view:
            report = write_geojson(path, [view.snapshot(scene.id)], crs=crs)
        assert [one.uid for one in report.left_out] == [bad.uid]
        assert str(report.left_out[0]).startswith(f"feature {bad.uid} of scene 'pole' has no place in ")
        document = json.loads(path.read_bytes())
        assert [feature["id"] for feature in document["features"]] == [good.uid]
        assert document["geoengine"]["left_out"] == 1


@pytest.mark.parametrize(
    ("crs", "left", "top", "pixel", "polygon"),
    [
        ("EPSG:32660", 8.2e5, 1.2e5, 10.0, box(8.3e5, 1e5, 8.4e5, 1.1e5)),
        ("EPSG:3413", -1e6, 1e6, 1000.0, box(-5e4, -5e4, 6e4, 6e4)),
        ("EPSG:4326", 190.0, 10.0, 0.001, box(190.5, 8, 191, 9)),
        ("EPSG:4326", 179.0, 10.0, 0.001, box(179.5, 8, 180.5, 9)),
        ("EPSG:3832", 3e6, 1e6, 1000.0, box(3.2e6, 0, 3.5e6, 5e5)),
    ],
    ids=["across 180", "around the pole", "beyond 180", "to beyond 180", "Pacific"],
)
def test_a_label_comes_back_as_itself_wherever_it_lies(
    crs: str,
    left: float,
    top: float,
    pixel: float,
    polygon: Polygon,
    store: Store,
    add_scene: Callable[..., Scene],
    tmp_path: Path,
) -> None:
    grid = RasterGrid(CRS.from_user_input(crs).to_wkt(), Affine(pixel, 0, left, 0, -pixel, top), 4000, 4000)
    scene = add_scene("far", grid)
    (feature,) = put(store, scene, polygon)
    path = tmp_path / "far.geojson"
    with store.reading() as view:
        report = write_geojson(path, [view.snapshot(scene.id)])
    assert report.left_out == ()
    xy = shapely.get_coordinates(shapely.from_geojson(path.read_text()))
    assert (np.abs(xy) <= (180, 90)).all()
    found = read_geojson(path, grid)
    assert not found.problems
    (back,) = found.features
    assert back.uid == feature.uid
    assert (
        back.geometry.symmetric_difference(polygon).area < 1e-4 * polygon.area
    )  # edges bend by a tenth of a pixel


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:3395"])
def test_a_polygon_around_a_pole_is_not_torn_by_another_crs(
    crs: str, store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    grid = RasterGrid(CRS.from_epsg(3413).to_wkt(), Affine(1000, 0, -1e6, 0, -1000, 1e6), 2000, 2000)
    scene = add_scene("pole", grid)
    around, _ = put(store, scene, box(-5e4, -5e4, 6e4, 6e4), box(5e5, 5e5, 5.01e5, 5.01e5))
    with store.reading() as view:
        report = write_geojson(tmp_path / "a", [view.snapshot(scene.id)], crs=crs)
    assert [one.uid for one in report.left_out] == [around.uid]
    assert report.features == 1


def test_a_placed_scene_without_a_crs_says_so(
    store: Store, add_scene: Callable[..., Scene], tmp_path: Path
) -> None:
    grid = RasterGrid(None, Affine(10, 0, 500_000, 0, -10, 5_000_000), 100, 100)
    scene = add_scene("somewhere", grid)
    put(store, scene, box(500_010, 4_999_900, 500_110, 4_999_980))
    path = tmp_path / "somewhere.geojson"
    assert write(store, path, scene)["geoengine"]["coordinates"] == "unknown CRS"
    (back,) = read_geojson(path, grid).features
    assert back.geometry.equals(box(500_010, 4_999_900, 500_110, 4_999_980))
    with pytest.raises(ExchangeError, match="coordinates of a placed raster"):
        read_geojson(path, RasterGrid(None, PIXEL_PLANE, 100, 100))


def test_a_failure_leaves_the_old_file_and_nothing_else(store: Store, scene: Scene, tmp_path: Path) -> None:
    put(store, scene, CLOCKWISE)
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "a.geojson"
    before = write(store, path, scene)

    def features() -> Iterator[Feature]:
        yield from read(store).features(scene.id).features
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_geojson(path, [Snapshot(scene, 1, features())])
    assert json.loads(path.read_bytes()) == before
    assert os.listdir(folder) == ["a.geojson"]


def test_a_quota_leaves_the_old_file_and_nothing_else(
    store: Store, scene: Scene, tmp_path: Path, project: Any
) -> None:
    (feature,) = put(store, scene, CLOCKWISE)
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "a.geojson"
    before = write(store, path, scene)
    script = (
        "import resource, sys\nfrom itertools import repeat\nfrom pathlib import Path\n"
        "from geoengine.exchange.geojson import write_geojson\nfrom geoengine.model import Snapshot\n"
        "from geoengine.project import Project\n"
        "store = Project.open(sys.argv[1]).store()\n"
        "with store.reading() as view: feature, scene = view.feature(sys.argv[3]), view.scene(1)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try: write_geojson(Path(sys.argv[2]), [Snapshot(scene, 1, repeat(feature, 10_000))])\n"
        "except OSError as error: sys.exit(f'refused: {error.strerror}')\n"
    )
    command = [sys.executable, "-c", script, str(project.directory), str(path), feature.uid]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "refused: File too large" in done.stderr
    assert json.loads(path.read_bytes()) == before
    assert os.listdir(folder) == ["a.geojson"]


def test_the_foreign_member_is_read_from_the_end(store: Store, scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    write(store, path, scene)
    assert read_foreign_member(path) == {"version": 1, "scene": "banepa", "changeset": 0, "complete": True}
    whole = path.read_bytes()
    for cut in range(1, 60):
        path.write_bytes(whole[:-cut])
        assert cut == 1 or read_foreign_member(path) is None
    for other in (b"", b"{}", b'{"geoengine": 1}', b"\xff", b"[" * 100_000):
        path.write_bytes(other)
        assert read_foreign_member(path) is None
    assert read_foreign_member(tmp_path / "missing") is None
