"""Making any raster one that can be served: tiled, with overviews, north up."""

from __future__ import annotations

import os
import tempfile
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.shutil
from rasterio.enums import Resampling

from tiling.env import open_dataset, reading, writing
from tiling.errors import NodataError, RasterReadError, RasterWriteError
from tiling.filecheck import check_complete
from tiling.nodata import Progress, write_nodata_mask
from tiling.policy import DEFAULT_POLICY, ReadPolicy
from tiling.raster import Raster, open_raster
from tiling.source import RasterSource

BLOCK_PX = 512

# A raster whose longer side is at most this is read whole as fast as by tiles and overviews.
SMALL_PX = 512

_LOSSY = ("jpeg", "webp", "jxl", "lerc", "jpeg2000", "jp2")

# Share of the time that finding the no-data areas takes, for the progress.
_MASK_SHARE = 0.3


def ensure_cog(
    source: Path,
    target: Path,
    *,
    nodata: float | tuple[int, ...] | None = None,
    progress: Progress | None = None,
    policy: ReadPolicy = DEFAULT_POLICY,
) -> Path:
    """A tiled raster with overviews of the same pixels: `source` itself where it is one already.

    Args:
        source: any raster GDAL reads; never changed.
        target: where to write a cloud-optimized GeoTIFF (lossless) if one is needed. It appears under
            this name complete or not at all.
        nodata: what means "nothing there" and the file does not say. A number becomes the nodata tag, in
            place of whatever said so before. A colour, one number per band, becomes a mask of the large
            areas that have it, and of what the file said before; overviews average only the other pixels.
        progress: called with the fraction done, 0 to 1, now and then.
        policy: which files the source may be made of.

    Returns:
        `source` or `target`.

    Raises:
        RasterReadError: the source is damaged, truncated or not a raster.
        RasterWriteError: the target could not be written, for example because the disk is full.
        NodataError: the no-data value does not fit the source's bands or type.
    """
    with open_raster(source, policy) as raster:
        declared = None if nodata is None else _checked_nodata(raster, nodata)
    check_complete(source, policy)
    if declared is None and is_served_well(source, policy):
        return source
    report = progress or (lambda fraction: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            made = Path(folder) / "cog.tif"
            origin = source
            if declared is not None:
                origin = _declare(
                    source, Path(folder), declared, policy, lambda part: report(_MASK_SHARE * part)
                )
                # The VRT is ours, and lies here; it refers to what the source was allowed to.
                policy = policy.with_roots(folder, source, source.resolve().parent)
            start = 0.0 if declared is None else _MASK_SHARE
            _write_cog(source, origin, made, target, policy, lambda part: report(start + (1 - start) * part))
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(target)
    except OSError as error:
        if isinstance(error, RasterReadError | RasterWriteError):
            raise
        raise RasterWriteError(f"{target} could not be written ({error.strerror or error}).") from error
    report(1.0)
    return target


def is_served_well(path: Path, policy: ReadPolicy = DEFAULT_POLICY) -> bool:
    """True for a north-up GeoTIFF that is tiled and has overviews, or is small.

    Raises:
        RasterReadError: the file is not a raster.
    """
    with open_raster(path, policy) as raster:
        dataset = raster.level(0)
        if raster.is_warped or dataset.driver not in ("GTiff", "COG"):
            return False
        longest = max(dataset.width, dataset.height)
        if longest <= SMALL_PX:
            return True
        block_height, block_width = dataset.block_shapes[0]
        tiled = block_width < dataset.width and max(block_width, block_height) <= 2048
        # The smallest overview must be small enough to make a thumbnail of, the first one must not be
        # so small that the zooms in between are slow.
        factors = raster.overviews
        return tiled and bool(factors) and factors[0] <= 4 and longest / factors[-1] <= 4 * SMALL_PX


def _checked_nodata(raster: Raster, nodata: float | tuple[int, ...]) -> float | tuple[int, ...]:
    limits = np.iinfo(raster.dtype) if np.dtype(raster.dtype).kind in "ui" else None
    values = nodata if isinstance(nodata, tuple) else (nodata,)
    if isinstance(nodata, tuple) and len(nodata) != raster.count:
        raise NodataError(
            f"A no-data colour of {len(nodata)} numbers was given for {raster.path}; "
            f"expected {raster.count}, one per band."
        )
    if limits is not None and not all(
        v == v and limits.min <= v <= limits.max and v == int(v) for v in values
    ):
        raise NodataError(
            f"No-data {nodata} was given for {raster.path}; its {raster.dtype} pixels hold whole numbers "
            f"from {limits.min} to {limits.max}."
        )
    return nodata


# -- declaring no-data -----------------------------------------------------------------------------------


def _declare(
    source: Path, folder: Path, nodata: float | tuple[int, ...], policy: ReadPolicy, progress: Progress
) -> Path:
    """A small VRT beside a mask: the source with its no-data said."""
    declared = folder / "declared.vrt"
    with reading(source), open_dataset(source.resolve()) as stored:
        rasterio.shutil.copy(stored, str(declared), driver="VRT")
    tree = ET.parse(declared)
    root = tree.getroot()
    if isinstance(nodata, tuple):
        mask = folder / "mask.tif"
        # The raster is seen as the file has it, not north up: the mask belongs to the file's pixels.
        with Raster(RasterSource(source), as_stored=True, policy=policy) as raster:
            lossy = _is_lossy(raster.level(0))
            write_nodata_mask(raster, nodata, mask, lossy=lossy, progress=progress)
        _use_mask(root, mask)
    else:
        for band in root.iter("VRTRasterBand"):
            for old in band.findall("NoDataValue"):
                band.remove(old)
            value = ET.Element("NoDataValue")
            value.text = repr(float(nodata))
            band.insert(0, value)
        for old in root.findall("MaskBand"):
            root.remove(old)
        _drop_alpha(root)
    tree.write(declared)
    return declared


def _use_mask(root: ET.Element, mask: Path) -> None:
    """Makes `mask` what says where a VRT has pixels, instead of whatever did so before."""
    _drop_alpha(root)
    for band in root.findall("VRTRasterBand"):
        for old in band.findall("NoDataValue"):
            band.remove(old)
    for old in root.findall("MaskBand"):
        root.remove(old)
    band = ET.SubElement(ET.SubElement(root, "MaskBand"), "VRTRasterBand", dataType="Byte")
    part = ET.SubElement(band, "SimpleSource")
    ET.SubElement(part, "SourceFilename", relativeToVRT="1").text = mask.name
    ET.SubElement(part, "SourceBand").text = "1"


def _drop_alpha(root: ET.Element) -> None:
    for band in root.findall("VRTRasterBand"):
        if (band.findtext("ColorInterp") or "").lower() == "alpha":
            root.remove(band)


def _is_lossy(dataset: Any) -> bool:
    """True where decoded pixels may differ from what was written."""
    structure = dataset.tags(ns="IMAGE_STRUCTURE")
    if structure.get("COMPRESSION_REVERSIBILITY", "").startswith("LOSSLESS"):
        return False
    words = f"{structure.get('COMPRESSION', '')} {dataset.driver}".lower()
    return any(name in words for name in _LOSSY) or words.split()[0] in ("c3", "c8", "m3", "m8", "i1")


# -- writing ---------------------------------------------------------------------------------------------


def _write_cog(
    source: Path, origin: Path, made: Path, target: Path, policy: ReadPolicy, progress: Progress
) -> None:
    """Copies `origin`, which is `source` or a view of it, north up to a cloud-optimized GeoTIFF."""
    with open_raster(origin, policy) as raster, ExitStack() as stack:
        dataset = raster.level(0)
        raw_bytes = dataset.width * dataset.height * dataset.count * np.dtype(raster.dtype).itemsize
        options = {
            "compress": "ZSTD",
            # Level 1: a third faster than the default of 9, and files eight percent larger.
            "level": 1,
            "predictor": "YES" if raster.palette is None else "NO",
            "blocksize": BLOCK_PX,
            "bigtiff": "IF_SAFER",
            "num_threads": "ALL_CPUS",
            # Mixing two entries of a colour table gives a third, unrelated colour.
            "resampling": (Resampling.nearest if raster.palette is not None else Resampling.average).name,
        }
        stack.enter_context(_watching(made.parent, raw_bytes, progress))
        stack.enter_context(writing(target, source))
        if raster.is_warped:
            laid = _lay_north_up(dataset, made.parent, keep_crs=raster.grid.crs_wkt is not None)
            dataset = stack.enter_context(rasterio.open(laid))
        rasterio.shutil.copy(dataset, str(made), driver="COG", **options)
    # GDAL reports some failures to write, such as a full disk, only by leaving the file short.
    try:
        check_complete(made)
    except RasterReadError as error:
        raise RasterWriteError(f"{target} could not be written whole; is the disk full?") from error


def _lay_north_up(view: Any, folder: Path, *, keep_crs: bool) -> Path:
    """A warped view as a plain tiled file, because GDAL would warp the view over and over for a COG."""
    plain = folder / "plain.tif"
    options = {"tiled": "YES", "compress": "ZSTD", "zstd_level": 1, "num_threads": "ALL_CPUS"}
    rasterio.shutil.copy(view, str(plain), driver="GTiff", bigtiff="IF_SAFER", **options)
    if keep_crs:
        return plain
    # A scene without a CRS was warped in a borrowed one.
    path = folder / "plain.vrt"
    rasterio.shutil.copy(str(plain), str(path), driver="VRT")
    tree = ET.parse(path)
    root = tree.getroot()
    for borrowed in root.findall("SRS"):
        root.remove(borrowed)
    tree.write(path)
    return path


@contextmanager
def _watching(folder: Path, raw_bytes: int, progress: Progress) -> Iterator[None]:
    """Reports how far GDAL is while it copies, which it does not say itself: by the bytes written.

    Overviews are a third of the image, and lossless compression leaves a half, more or less.
    """
    expected = max(1.0, raw_bytes * (4 / 3 + 1 / 3) / 2)
    done = threading.Event()

    def watch() -> None:
        best = 0.0
        while not done.wait(0.25):
            written = 0
            for path in folder.glob("cog.tif*"):
                with _ignore_gone():
                    written += path.stat().st_size
            best = max(best, min(0.99, written / expected))
            progress(best)

    thread = threading.Thread(target=watch, name="cog-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def _ignore_gone() -> Iterator[None]:
    """GDAL removes its temporary files while they are counted."""
    try:
        yield
    except FileNotFoundError:
        return
