"""Tests of `tiling.vectors.open_file`: every format, and files that try to make it read others."""

from __future__ import annotations

import json
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tiling.errors import VectorReadError
from tiling.vectors import open_vector_file
from tiling.vectors.features import BATCH

BOXES = [shapely.box(500000 + 10 * i, 4999000, 500008 + 10 * i, 4999006) for i in range(3)]
SUFFIXES = ["gpkg", "shp", "fgb", "parquet", "kml", "geojson"]


def frame(repeat: int = 1) -> gpd.GeoDataFrame:
    rows = {"class": ["ship", "dock", None] * repeat, "score": [0.5, 1.0, None] * repeat}
    return gpd.GeoDataFrame(rows, geometry=BOXES * repeat, crs=32633)


def write(path: Path, data: gpd.GeoDataFrame) -> Path:
    if path.suffix == ".parquet":
        data.to_parquet(path)
    elif path.suffix == ".kml":
        data.to_file(path, driver="KML")
    else:
        data.to_file(path)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_the_same_features(tmp_path: Path, suffix: str) -> None:
    file = open_vector_file(write(tmp_path / f"a.{suffix}", frame()))
    assert file.count == 3
    assert {"class", "score"} <= set(file.fields)
    [batch] = file.batches()
    assert file.crs is not None
    there = gpd.GeoSeries(batch.geometries, crs=file.crs).to_crs(32633)
    order = shapely.bounds(there.to_numpy())[:, 0].argsort()  # FlatGeobuf has an order of its own
    assert shapely.hausdorff_distance(there.to_numpy()[order], BOXES).max() < 0.01
    properties = [batch.properties[index] for index in order]
    assert [values.get("class") or None for values in properties] == ["ship", "dock", None]
    assert [float(values["score"]) for values in properties[:2]] == [0.5, 1.0]
    assert batch.faults == [None] * 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_large_files_come_in_batches(tmp_path: Path, suffix: str) -> None:
    file = open_vector_file(write(tmp_path / f"a.{suffix}", frame(1000)))
    batches = list(file.batches())
    assert sum(len(batch) for batch in batches) == file.count == 3000
    assert max(len(batch) for batch in batches) <= BATCH
    assert [batch.first for batch in batches] == [0, len(batches[0])][: len(batches)]


@pytest.mark.parametrize("suffix", ["shp", "gpkg", "kml"])
def test_a_zip(tmp_path: Path, suffix: str) -> None:
    write(tmp_path / f"a.{suffix}", frame())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            archive.write(part, f"folder/{part.name}")
    file = open_vector_file(tmp_path / "b.zip")
    assert file.format.endswith("in a zip")
    assert sum(len(batch) for batch in file.batches()) == 3


def test_two_layers_want_a_choice(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="aoi")
    frame(2).to_file(path, layer="ships")
    with pytest.raises(VectorReadError, match=r"2 layers, say which with --layer: aoi, ships"):
        open_vector_file(path)
    assert open_vector_file(path, "ships").count == 6
    with pytest.raises(VectorReadError, match=r"no layer 'boats', expected one of: aoi, ships"):
        open_vector_file(path, "boats")


class Listener:
    """A server that counts connections."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            client.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


VRT = "<OGRVRTDataSource><OGRVRTLayer name='a'>{}</OGRVRTLayer></OGRVRTDataSource>"
COLLECTION = '{{"type": "FeatureCollection", "features": [], "crs": {{CRS}}}}'
HOSTILE = {
    "curl": VRT.format("<SrcDataSource>/vsicurl/{url}/a.geojson</SrcDataSource>"),
    "wfs": VRT.format("<SrcDataSource>WFS:{url}</SrcDataSource>"),
    "file": VRT.format("<SrcDataSource>{secret}</SrcDataSource><LayerSRS>EPSG:4326</LayerSRS>"),
    "database": VRT.format("<SrcDataSource>PG:host=127.0.0.1 port={port}</SrcDataSource>"),
    "gml": '<!DOCTYPE a [<!ENTITY x SYSTEM "{url}/gml">]><o:F xmlns:o="o">&x;</o:F>',
    "kml": '<!DOCTYPE kml [<!ENTITY x SYSTEM "{url}">]><kml><Placemark><name>&x;</name></Placemark></kml>',
    "commented": "<!-- " + VRT.format("<SrcDataSource>{secret}</SrcDataSource>") + " --><kml></kml",
    "link": COLLECTION.replace("CRS", '"type": "link", "properties": {{"href": "{url}"}}'),
    "init": COLLECTION.replace("CRS", '"type": "name", "properties": {{"name": "+init={secret}:a"}}'),
    "url": COLLECTION.replace("CRS", '"type": "name", "properties": {{"name": "{url}/def/crs"}}'),
    "grids": COLLECTION.replace("CRS", '"properties": {{"name": "+proj=longlat +nadgrids={secret}"}}'),
    "connection": '{{"connection": "{url}", "type": "WFS"}}',
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("suffix", ["geojson", "kml", "gpkg", "shp", "vrt"])
def test_no_file_reads_another_or_makes_a_request(
    tmp_path: Path, listener: Listener, name: str, suffix: str
) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text('id,WKT,class\n1,"POLYGON((0 0,1 0,1 1,0 0))",TOPSECRET\n')
    path = tmp_path / f"a.{suffix}"
    url = f"http://127.0.0.1:{listener.port}"
    path.write_text(HOSTILE[name].format(url=url, secret=secret, port=listener.port))
    with pytest.raises(VectorReadError) as caught:
        list(open_vector_file(path).batches())
    assert "TOPSECRET" not in str(caught.value)
    assert listener.connections == 0


def test_a_network_link_is_not_followed_and_said(tmp_path: Path, listener: Listener) -> None:
    path = tmp_path / "a.kml"
    link = f"<NetworkLink><Link><href>http://127.0.0.1:{listener.port}</href></Link></NetworkLink>"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{link}</Document></kml>')
    file = open_vector_file(path)
    assert file.count == 0
    assert "1 links to other documents" in file.notes[0]
    assert listener.connections == 0


def test_a_side_car_elsewhere_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.shp", frame())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "a.dbf").rename(elsewhere / "a.dbf")
    (tmp_path / "a.dbf").symlink_to(elsewhere / "a.dbf")
    with pytest.raises(VectorReadError, match="link to another folder"):
        open_vector_file(tmp_path / "a.shp")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,WKT\n"),
        ("a.txt", b"hello"),
        ("a.gml", b"<gml/>"),
        ("a.gpkg", b"SQLite format 3\0" + b"x" * 200),
        ("a.parquet", b"PAR1xxxxPAR1"),
        ("a.fgb", b"fgb\x03fgb\x00xxxx"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 96),
        ("a.zip", b"PK\x03\x04garbage"),
        ("a.dat", b"fgb\x03fgb\x00"),
    ],
)
def test_what_is_not_read_is_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(VectorReadError) as caught:
        open_vector_file(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_zip_says_what_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiling.vectors.open_file.MAX_UNPACKED_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", json.dumps({"x": "0" * 5000}))
    with pytest.raises(VectorReadError, match="unpacks to more"):
        open_vector_file(tmp_path / "b.zip")
