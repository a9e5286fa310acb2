"""Tests of the reference closure, the read policy and the drivers that GDAL may use."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import rasterio

from tiling.access.env import NETWORK_DRIVERS
from tiling.access.file_check import check_complete, hash_raster
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.reference_closure import is_side_car_suffix
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError, RefusedRasterError
from tiling.grid.window import PixelWindow
from tiling.ingest.cog import ensure_cog
from tiling.raster.pool import RasterPool
from tiling.raster.raster import open_raster
from tiling.raster.reading import read_window

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]

# In a process of its own: GDAL holds Python's lock while it waits for an answer.
_SERVER = """
import http.server, sys
class Log(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        open(sys.argv[1], "a").write(self.path + "\\n")
        self.send_error(404)
    do_HEAD = do_GET
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Log)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def scenes(tmp_path: Path, make_raster: Make, noise: Noise) -> Path:
    """A folder with a raster, beside another one with a raster that nobody named."""
    for name in ("inside/scene.tif", "inside/below/part.tif", "outside/secret.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        make_raster(noise(1, 64, 64), name)
    return tmp_path / "inside"


def vrt(path: Path, source: str, relative: int = 1, band: str = "", extra: str = "") -> Path:
    """A VRT of one file; `band` goes into the band, `extra` beside it."""
    path.write_text(
        f'<VRTDataset rasterXSize="64" rasterYSize="64">{extra}<VRTRasterBand dataType="Byte" band="1">'
        f'<SimpleSource><SourceFilename relativeToVRT="{relative}">{source}</SourceFilename>'
        f"<SourceBand>1</SourceBand></SimpleSource>{band}</VRTRasterBand></VRTDataset>"
    )
    return path


def refused(path: Path, policy: ReadPolicy = DEFAULT_POLICY, match: str = "") -> None:
    with pytest.raises(RasterReadError, match=match) as caught:
        open_raster(path, policy)
    text = str(caught.value)
    assert str(path) in text
    assert text.endswith(".")
    assert "\n" not in text


def everywhere(path: Path, policy: ReadPolicy) -> None:
    """The policy is heeded by all that open a path."""
    for use in (
        lambda: open_raster(path, policy),
        lambda: hash_raster(path, policy),
        lambda: check_complete(path, policy),
        lambda: ensure_cog(path, path.with_name("made.tif"), policy=policy),
    ):
        with pytest.raises(RefusedRasterError, match="outside the folders"):
            use()


# -- files ------------------------------------------------------------------------------------------------


def test_a_raster_uses_its_own_folder_and_below(scenes: Path) -> None:
    for name in ("scene.tif", "below/part.tif", "../inside/scene.tif"):
        with open_raster(vrt(scenes / "good.vrt", name)) as raster:
            assert read_window(raster, PixelWindow(0, 0, 64, 64)).image.any()
    vrt(scenes / "of_vrt.vrt", "good.vrt")
    open_raster(scenes / "of_vrt.vrt").close()
    open_raster(vrt(scenes / "absolute.vrt", str(scenes / "scene.tif"), 0)).close()


def test_files_outside_its_folder_are_refused(scenes: Path) -> None:
    secret = scenes.parent / "outside" / "secret.tif"
    refused(vrt(scenes / "a.vrt", str(secret), 0), match="outside its own folder")
    refused(vrt(scenes / "b.vrt", "../outside/secret.tif"), match="outside its own folder")
    refused(vrt(scenes / "c.vrt", f" {secret}", 0), match="outside its own folder")
    overview = f"<Overview><SourceFilename>{secret}</SourceFilename><SourceBand>1</SourceBand></Overview>"
    refused(vrt(scenes / "d.vrt", "scene.tif", band=overview), match="outside its own folder")
    mask = f'<MaskBand><VRTRasterBand dataType="Byte"><SimpleSource><SourceFilename>{secret}</SourceFilename>'
    mask += "</SimpleSource></VRTRasterBand></MaskBand>"
    refused(vrt(scenes / "e.vrt", "scene.tif", extra=mask), match="outside its own folder")
    metadata = f'<Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{secret}</MDI></Metadata>'
    refused(vrt(scenes / "f.vrt", "scene.tif", extra=metadata), match="outside its own folder")
    # GDAL finds an attribute where it looks for an element, in any case, and knows a VRT by its content.
    text = (scenes / "a.vrt").read_text()
    odd = text.replace('<SourceFilename relativeToVRT="0">', f'<Part sourcefilename="{secret}">').replace(
        "</SourceFilename>", "</Part>"
    )
    (scenes / "odd.tif").write_text(odd)
    refused(scenes / "odd.tif", match="outside its own folder")
    # By way of a VRT below.
    vrt(scenes / "below" / "inner.vrt", "../../outside/secret.tif")
    refused(vrt(scenes / "outer.vrt", "below/inner.vrt"), match="outside its own folder")


@pytest.mark.parametrize(
    "name",
    [
        "/vsizip/a.zip/b.tif",
        "/vsimem/x",
        "/vsistdin/",
        "&lt;VRTDataset/&gt;",
        "vrt://scene.tif?bands=1",
        "WMS:http://127.0.0.1/x",
        "DERIVED_SUBDATASET:AMPLITUDE:scene.tif",
        'STACTA:"scene.tif"',
    ],
)
def test_references_that_are_no_file_names_are_refused(scenes: Path, name: str) -> None:
    for relative in (0, 1):
        refused(vrt(scenes / "a.vrt", name, relative), match="no plain name of a file")


def test_links_lead_nowhere_else(scenes: Path) -> None:
    secret = scenes.parent / "outside" / "secret.tif"
    (scenes / "link.tif").symlink_to(secret)
    refused(vrt(scenes / "a.vrt", "link.tif"), match="outside its own folder")
    (scenes / "folder").symlink_to(secret.parent)
    refused(vrt(scenes / "b.vrt", "folder/secret.tif"), match="outside its own folder")
    for ending in ("scene.tif.msk", "scene.tif.ovr", "scene.tfw", "scene.tif.aux.xml"):
        side_car = scenes / ending
        side_car.symlink_to(secret)
        refused(scenes / "scene.tif", match="side-car")
        side_car.unlink()
    # A link that the person at the keyboard names is as good as the file, and has the file's folder.
    open_raster(scenes / "link.tif").close()


def test_side_cars_name_no_other_file(scenes: Path, make_raster: Make, noise: Noise) -> None:
    secret = scenes.parent / "outside" / "secret.tif"
    pam = scenes / "scene.tif.aux.xml"
    domain = (
        '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{}</MDI></Metadata></PAMDataset>'
    )
    pam.write_text(domain.format(secret))
    refused(scenes / "scene.tif", match="outside its own folder")
    pam.write_text(domain.format(":::BASE:::../outside/secret.tif"))
    refused(scenes / "scene.tif", match="outside its own folder")
    pam.write_text("<PAMDataset/>")
    open_raster(scenes / "scene.tif").close()
    vrt(scenes / "scene.tif.ovr", str(secret), 0)
    refused(scenes / "scene.tif", match="outside its own folder")
    # The TIFF's own metadata name one as well; also where only a VRT refers to the TIFF.
    tagged = make_raster(noise(1, 64, 64), "inside/tagged.tif")
    with rasterio.open(tagged, "r+") as dataset:
        dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(secret))
    refused(tagged, match="outside its own folder")
    refused(vrt(scenes / "of_tagged.vrt", "tagged.tif"), match="outside its own folder")


def test_roots(scenes: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "secret.tif"
    policy = ReadPolicy((tmp_path / "inside",))
    open_raster(scenes / "scene.tif", policy).close()
    everywhere(secret, policy)
    everywhere(scenes / ".." / "outside" / "secret.tif", policy)
    (scenes / "link.tif").symlink_to(secret)
    everywhere(scenes / "link.tif", policy)
    wide = ReadPolicy((tmp_path / "inside", tmp_path / "outside"))
    open_raster(scenes / "link.tif", wide).close()
    both = vrt(scenes / "both.vrt", "../outside/secret.tif")
    open_raster(both, wide).close()
    refused(both, policy)
    with pytest.raises(RefusedRasterError), RasterPool(policy=policy).open(secret):
        pass
    # An elevation model is a raster like any other.
    with pytest.raises(RefusedRasterError, match="elevation model"):
        open_raster(RasterSource(scenes / "scene.tif", dem=secret), policy)


def test_our_own_vrts_refer_to_what_was_named(scenes: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside" / "secret.tif"
    mosaic = vrt(scenes / "mosaic.vrt", str(secret), 0)
    open_raster(mosaic, DEFAULT_POLICY.owning(scenes)).close()
    refused(mosaic)
    # Below the roots only.
    refused(mosaic, ReadPolicy((scenes,)).owning(scenes))
    open_raster(mosaic, ReadPolicy((tmp_path,)).owning(scenes)).close()
    # And what it refers to is at home in its own folder, not anywhere.
    vrt(tmp_path / "outside" / "theirs.vrt", "../inside/scene.tif")
    outer = vrt(scenes / "outer.vrt", "../outside/theirs.vrt")
    refused(outer, DEFAULT_POLICY.owning(scenes), match="outside its own folder")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><VRTDataset>&a;</VRTDataset>', "DOCTYPE"),
        ("<VRTDataset><A><![CDATA[x]]></A></VRTDataset>", "CDATA"),
        ("<VRTDataset><A></VRTDataset>", "not well-formed"),
        ("II*\0<VRTDataset>", "not well-formed"),
        ("<VRTDataset><SourceFilename>a<!-- b -->c</SourceFilename></VRTDataset>", "more than a name"),
        ("<VRTDataset>" + "<a>" * 100_000, "not well-formed"),
    ],
)
def test_odd_xml_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "odd.vrt"
    path.write_text(text)
    refused(path, match=reason)


def test_a_vrt_of_itself(scenes: Path) -> None:
    refused(vrt(scenes / "a.vrt", "a.vrt"), match="refers to itself")
    vrt(scenes / "b.vrt", "c.vrt")
    refused(vrt(scenes / "c.vrt", "b.vrt"), match="refers to itself")


def test_names_that_are_none(tmp_path: Path) -> None:
    for name in ("/vsicurl/http://127.0.0.1/x.tif", "http://127.0.0.1/x.tif", "<VRTDataset/>"):
        with pytest.raises(RefusedRasterError, match="not the name of a file"):
            open_raster(name)


# -- the network ------------------------------------------------------------------------------------------


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a local web server, and the file it notes its requests in."""
    log = tmp_path / "requests.log"
    log.touch()
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(log)],
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}", log
    finally:
        process.kill()
        process.wait()


def wms(path: Path, url: str) -> Path:
    path.write_text(
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{url}/${{z}}/${{x}}/${{y}}.png</ServerUrl></Service><DataWindow>'
        "<UpperLeftX>-20037508.34</UpperLeftX><UpperLeftY>20037508.34</UpperLeftY><LowerRightX>20037508.34"
        "</LowerRightX><LowerRightY>-20037508.34</LowerRightY><TileLevel>2</TileLevel><TileCountX>1</TileCountX>"
        "<TileCountY>1</TileCountY></DataWindow><Projection>EPSG:3857</Projection><BlockSizeX>256</BlockSizeX>"
        "<BlockSizeY>256</BlockSizeY><BandsCount>3</BandsCount></GDAL_WMS>"
    )
    return path


def test_no_network_request_is_made(
    scenes: Path, server: tuple[str, Path], make_raster: Make, noise: Noise
) -> None:
    url, log = server
    remote = f"/vsicurl/{url}/x.tif"
    paths = [vrt(scenes / "a.vrt", remote, 0), vrt(scenes / "b.vrt", f"{url}/x.tif", 0)]
    paths.append(wms(scenes / "c.xml", url))
    paths.append(vrt(scenes / "d.vrt", "c.xml"))
    metadata = '<Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{}</MDI></Metadata>'
    for name, side_car in (("e.tif", ".aux.xml"), ("f.tif", ".ovr"), ("g.tif", ".msk")):
        path = make_raster(noise(1, 64, 64), f"inside/{name}")
        paths.append(path)
        if side_car == ".aux.xml":
            path.with_name(name + side_car).write_text(f"<PAMDataset>{metadata.format(remote)}</PAMDataset>")
        else:
            vrt(path.with_name(name + side_car), remote, 0)
    path = make_raster(noise(1, 64, 64), "inside/h.tif")
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=remote)
    paths.append(path)
    for path in paths:
        with pytest.raises(RasterReadError), open_raster(path) as raster:
            read_window(raster, PixelWindow(0, 0, raster.grid.width, raster.grid.height))
    # A CRS by address is not looked up; the rest of the file may be read.
    paths = [vrt(scenes / "i.vrt", "scene.tif", extra=f"<SRS>{url}/crs</SRS>")]
    for path in paths:
        open_raster(path).close()
    assert log.read_text() == ""


def test_a_setting_lets_the_network_in(scenes: Path, server: tuple[str, Path]) -> None:
    """In a process of its own, because the drivers are there or not from the first raster on."""
    url, log = server
    wms(scenes / "map.xml", url)
    vrt(scenes / "remote.vrt", f"/vsicurl/{url}/x.tif", 0)
    code = (
        "import sys\nfrom tiling.errors import RasterReadError\nfrom tiling.access.policy import ReadPolicy\n"
        "from tiling.raster.raster import open_raster\nfrom tiling.raster.reading import read_window\n"
        "from tiling.grid.window import PixelWindow\n"
        "for path in sys.argv[1:]:\n    try:\n"
        "        with open_raster(path, ReadPolicy(allow_network=True)) as raster:\n"
        "            read_window(raster, PixelWindow(0, 0, 8, 8))\n"
        "    except RasterReadError as error:\n        print(error)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(scenes / "map.xml"), str(scenes / "remote.vrt")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    requests = log.read_text()
    assert ".png" in requests
    assert "x.tif" in requests


def test_drivers_that_fetch_are_not_even_there() -> None:
    code = "from tiling.access.env import gdal_env\nwith gdal_env() as env:\n    print(' '.join(env.drivers()))\n"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    there = done.stdout.split()
    assert "GTiff" in there
    assert not set(there) & set(NETWORK_DRIVERS)


def test_formats_that_are_no_imagery_are_refused(tmp_path: Path, make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 64, 64), "scene.tif")
    other = tmp_path / "scene.mbtiles"
    with rasterio.open(path) as dataset, rasterio.open(
        other, "w", driver="MBTiles", width=256, height=256, count=1, dtype="uint8", crs="EPSG:3857",
        transform=rasterio.Affine(1.194328566955879, 0, 0, 0, -1.194328566955879, 0),
    ) as made:  # fmt: skip
        made.write(np.tile(dataset.read(), (1, 4, 4)))
    refused(other, match="is MBTiles, a format that is not read here")


def test_python_in_a_vrt_is_not_run(scenes: Path) -> None:
    mark = scenes / "was_here"
    path = vrt(scenes / "code.vrt", "scene.tif")
    path.write_text(
        path.read_text().replace(
            '<VRTRasterBand dataType="Byte" band="1">',
            '<VRTRasterBand dataType="Byte" band="1" subClass="VRTDerivedRasterBand"><PixelFunctionLanguage>Python'
            "</PixelFunctionLanguage><PixelFunctionType>f</PixelFunctionType><PixelFunctionCode>def f(*a, **k):\n"
            f"    open('{mark}', 'w')\n</PixelFunctionCode>",
        )
    )
    with pytest.raises(RasterReadError), open_raster(path) as raster:
        read_window(raster, PixelWindow(0, 0, 64, 64))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("suffix", "is_side_car"),
    [(".aux.xml", True), (".tif.aux.xml", True), (".jgw", True), (".tif.ovr.msk", True), ("_rpc.txt", True),
     (".tif_rpc.txt", True), (".tif", False), (".til", False), ("2.tif", False), (".aux.xml!", False)],
)  # fmt: skip
def test_suffixes_of_side_cars(suffix: str, is_side_car: bool) -> None:
    assert is_side_car_suffix(suffix) == is_side_car


def test_long_names_of_other_files_take_no_time() -> None:
    start = time.perf_counter()
    assert not is_side_car_suffix(".aux.xml" * 1000 + "!")
    assert not is_side_car_suffix("_rpc.txt" * 1000 + "!")
    assert time.perf_counter() - start < 0.5
