"""The one place where GDAL is configured and its errors are turned into ours."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.session import DummySession

from tiling.errors import RasterReadError, RasterWriteError

GDAL_OPTIONS: dict[str, str | int] = {
    # Bytes of decoded blocks, for the whole process: rasterio takes every number for bytes, where GDAL itself
    # takes a small one for megabytes. Fixed, because GDAL's default is a share of the machine's memory and a
    # worker is told how much it may use by somebody else.
    "GDAL_CACHEMAX": 256 * 1024**2,
    # Look for world files, .ovr and .msk by name, without listing folders of ten thousand files.
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    # Rasters are local files. A VRT that points at a URL must fail, not call out: only file names that
    # end like this may be fetched by any of GDAL's network file systems.
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".network-is-off",
    "GDAL_HTTP_MAX_RETRY": 0,
    "PROJ_NETWORK": "OFF",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    # Masks made while writing belong inside the TIFF.
    "GDAL_TIFF_INTERNAL_MASK": "YES",
    # A damaged block is an error, never a black square.
    "GTIFF_IGNORE_READ_ERRORS": "NO",
}

# Scenes without georeference are first-class here (world = col, -row), so the warning says nothing.
warnings.filterwarnings("ignore", category=NotGeoreferencedWarning)


def gdal_env() -> rasterio.Env:
    """A context in which GDAL runs with our options; entering it costs about 20 microseconds."""
    return rasterio.Env(session=DummySession(), **GDAL_OPTIONS)


def _reason(error: BaseException) -> str:
    """The deepest message GDAL gave, as part of a sentence."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = " ".join(str(error).split()).rstrip(".")
    return text or type(error).__name__


@contextmanager
def reading(path: str | PathLike[str], what: str = "") -> Iterator[None]:
    """Runs GDAL reads under our options.

    Args:
        path: the file being read, for the message.
        what: what is being read, e.g. "at window …", for the message.

    Raises:
        RasterReadError: for anything rasterio raises inside; one sentence naming the file.
    """
    with gdal_env():
        try:
            yield
        except (RasterioError, CPLE_BaseError) as error:
            where = f" {what}" if what else ""
            raise RasterReadError(
                f"{fspath(path)} could not be read{where}: the file is damaged, truncated or not a raster "
                f"GDAL knows ({_reason(error)})."
            ) from error


@contextmanager
def writing(path: str | PathLike[str]) -> Iterator[None]:
    """Runs GDAL writes under our options.

    Raises:
        RasterWriteError: for anything rasterio raises inside; one sentence naming the file.
    """
    with gdal_env():
        try:
            yield
        except (RasterioError, CPLE_BaseError) as error:
            raise RasterWriteError(f"{fspath(path)} could not be written ({_reason(error)}).") from error
