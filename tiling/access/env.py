"""Configuration of GDAL, and its errors turned into ours."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import rasterio
from rasterio._err import CPLE_BaseError
from rasterio._path import _UnparsedPath
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.io import DatasetReader
from rasterio.session import DummySession

from tiling.errors import GridError, RasterReadError, RasterWriteError, TilingError

# Megabytes of decoded blocks, for the whole process. Fixed, because GDAL's default is a share of the machine's
# memory and a worker's memory is decided elsewhere. Set in the environment, not as an
# option of a context: any thread that leaves a context would reset it for all. GDAL reads it with its first block.
CACHE_MB = 256
os.environ.setdefault("GDAL_CACHEMAX", str(CACHE_MB))

# What may be opened: formats of imagery and elevation that are one file, or one with side-cars of its own
# name. Not here is whatever fetches, runs code, opens a database, a PDF or a catalogue, or names other files
# where they cannot be looked at beforehand (ERS, PCIDSK, MRF, tile indexes, product folders); nor AAIGrid, whose
# driver never comes back from a file that was cut off.
DRIVERS = (
    "GTiff", "COG", "VRT", "NITF", "JP2OpenJPEG", "PNG", "JPEG", "WEBP", "GIF", "BIGGIF", "BMP", "ENVI", "EHdr",
    "HFA", "DTED", "SRTMHGT", "USGSDEM", "RST",
)  # fmt: skip

# Formats whose pixels come from elsewhere; only a policy with `allow_network` lets them in.
NETWORK_DRIVERS = (
    "WMS", "WMTS", "WCS", "HTTP", "PLMOSAIC", "EEDA", "EEDAI", "DAAS", "STACIT", "STACTA", "ESRIC", "OGCAPI",
)  # fmt: skip

GDAL_OPTIONS: dict[str, str | int] = {
    # Look for world files, .ovr and .msk by name, without listing folders of ten thousand files.
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",
    # Rasters are local files. A VRT that points at a URL must fail, not call out: only file names that
    # end like this may be fetched by any of GDAL's network file systems.
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".network-is-off",
    # Where ours is the process's first use of GDAL, drivers that fetch are not even there. It cannot be
    # taken back: a process that shall fetch must open its first raster under a policy that allows it.
    "GDAL_SKIP": ",".join(NETWORK_DRIVERS),
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


_NETWORK_IS_OFF = ("CPL_VSIL_CURL_ALLOWED_EXTENSIONS", "GDAL_SKIP")

# What odd files make rasterio raise beside its own errors: texts that are no UTF-8, numbers that are none,
# sizes that do not fit, a division by an overview of no pixels.
_ODD = (ValueError, ArithmeticError, MemoryError, SystemError)


def gdal_env(*, allow_network: bool = False) -> rasterio.Env:
    """Return a context in which GDAL runs with our options; entering it costs about 20 microseconds."""
    options = GDAL_OPTIONS
    if allow_network:
        options = {name: value for name, value in options.items() if name not in _NETWORK_IS_OFF}
    return rasterio.Env(session=DummySession(), **options)


def open_dataset(name: str | Path, *, allow_network: bool = False, **options: Any) -> DatasetReader:
    """Open a file, or an image within one, with the drivers that are allowed; call it inside `reading`.

    The name goes to GDAL as it is: nothing in it is taken for a URL.

    Raises:
        RasterioError: None of the drivers knows the file.
    """
    drivers = [*DRIVERS, *NETWORK_DRIVERS] if allow_network else list(DRIVERS)
    return DatasetReader(_UnparsedPath(str(name)), driver=drivers, sharing=False, **options)


class _Collector(logging.Handler):
    """Collector of the messages that rasterio logs in the thread that made it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


@contextmanager
def gdal_warnings() -> Iterator[list[str]]:
    """Yield a list that fills with GDAL's warnings of this thread inside the `with`."""
    logger, collector = logging.getLogger("rasterio._env"), _Collector()
    logger.addHandler(collector)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)


def _reason(error: BaseException) -> str:
    """Return the deepest message GDAL gave, as part of a sentence."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = " ".join(str(error).split()).rstrip(".").replace(". ", "; ")
    return text or type(error).__name__


@contextmanager
def reading(path: str | PathLike[str], what: str = "", *, allow_network: bool = False) -> Iterator[None]:
    """Run GDAL reads under our options.

    Args:
        path: the file being read, for the message.
        what: what is being read, e.g. "at window …", for the message.
        allow_network: whether GDAL may fetch.

    Raises:
        RasterReadError: For anything rasterio raises inside; one sentence naming the file.
    """
    with gdal_env(allow_network=allow_network):
        try:
            yield
        except GridError as error:
            raise RasterReadError(f"{fspath(path)} has no usable georeference: {error}") from error
        except TilingError:
            raise
        except (RasterioError, CPLE_BaseError, *_ODD) as error:
            where = f" {what}" if what else ""
            raise RasterReadError(
                f"{fspath(path)} could not be read{where}: the file is damaged, truncated or not a raster "
                f"of a format that is read here ({_reason(error)})."
            ) from error


@contextmanager
def writing(path: str | PathLike[str], origin: str | PathLike[str] | None = None) -> Iterator[None]:
    """Run GDAL writes under our options.

    Args:
        path: the file being written, for the message.
        origin: the file it is made of, which may be what is at fault.

    Raises:
        RasterWriteError: For anything rasterio raises inside; one sentence naming the files.
    """
    with gdal_env():
        try:
            yield
        except TilingError:
            raise
        except (RasterioError, CPLE_BaseError, *_ODD) as error:
            made = "" if origin is None else f" from {fspath(origin)}, which may be damaged"
            raise RasterWriteError(
                f"{fspath(path)} could not be written{made} ({_reason(error)})."
            ) from error
