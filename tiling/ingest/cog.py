"""Cloud-optimized copies of rasters: tiled, with overviews, north up."""

from __future__ import annotations

import errno
import os
import shutil
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

from tiling.access.env import writing
from tiling.access.file_check import check_complete
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError, RasterWriteError
from tiling.ingest.assign_nodata import assign_nodata, write_as_masked
from tiling.progress import Progress
from tiling.raster.facts import RasterFacts, read_facts
from tiling.raster.raster import open_raster

BLOCK_PX = 512

# A disk with less room is full: more than what GDAL holds back in its buffers.
_FULL_BYTES = 64 << 20

# Full, over a quota, or over the limit on the size of files.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Room that is asked for at most after a failure: some file systems take it by writing.
_PROBE_BYTES = 1 << 30

# Share of the time that finding the no-data areas takes, for the progress.
_MASK_SHARE = 0.3


def ensure_cog(
    source: Path | RasterSource | RasterFacts,
    target: Path,
    *,
    nodata: float | tuple[int, ...] | None = None,
    progress: Progress | None = None,
    policy: ReadPolicy = DEFAULT_POLICY,
) -> Path:
    """Return a tiled raster with overviews of the same pixels: `source` itself where it is one already.

    Args:
        source: any raster GDAL reads, or what `read_facts` says of it; never changed.
        target: where to write a cloud-optimized GeoTIFF (lossless) if one is needed. It appears under
            this name complete or not at all.
        nodata: what means "nothing there" and the file does not say. A number becomes the nodata tag, in
            place of whatever said so before. A colour, one number per band, becomes a mask of the large
            areas that have it, and of what the file said before; overviews average only the other pixels.
        progress: called with the fraction done, 0 to 1, now and then.
        policy: which files the source may be made of.

    Returns:
        The source's own file, or `target`.

    Raises:
        RasterReadError: The source is damaged, truncated or not a raster.
        RasterWriteError: The target could not be written, for example because the disk is full.
        NodataError: The no-data value does not fit the source's bands or type.
    """
    facts = source if isinstance(source, RasterFacts) else read_facts(source, policy)
    source = facts.source
    if nodata is None and facts.is_tile_ready:
        return source.path
    report = progress or (lambda fraction: None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            made = Path(folder) / "cog.tif"
            origin = source
            if nodata is not None:
                origin = assign_nodata(
                    source, Path(folder), "cog", nodata, policy, lambda part: report(_MASK_SHARE * part)
                )
            start = 0.0 if nodata is None else _MASK_SHARE
            ours = policy.owning(Path(folder))
            _write_cog(source, origin, made, target, ours, lambda part: report(start + (1 - start) * part))
            with made.open("rb") as file:
                os.fsync(file.fileno())
            made.replace(target)
    except OSError as error:
        if isinstance(error, RasterReadError | RasterWriteError):
            raise
        raise RasterWriteError(f"{target} could not be written ({error.strerror or error}).") from error
    report(1.0)
    return target


# -- writing ---------------------------------------------------------------------------------------------


def _write_cog(
    source: RasterSource,
    origin: RasterSource,
    made: Path,
    target: Path,
    policy: ReadPolicy,
    progress: Progress,
) -> None:
    """Copy `origin`, which is `source` or a view of it, north up to a cloud-optimized GeoTIFF."""
    with open_raster(origin, policy) as raster, ExitStack() as stack:
        dataset = raster.level(0)
        raw_bytes = dataset.width * dataset.height * dataset.count * np.dtype(raster.dtype).itemsize
        options: dict[str, Any] = {
            "compress": "ZSTD",
            # Level 1: a third faster than the default of 9, and files eight percent larger.
            "level": 1,
            "predictor": "YES" if raster.palette is None else "NO",
            "blocksize": BLOCK_PX,
            "bigtiff": "IF_SAFER",
            "num_threads": "ALL_CPUS",
            # Existing ones may lack the mask's, and the driver asks the mask apart from the image.
            "overviews": "IGNORE_EXISTING",
            # Mixing two entries of a colour table gives a third, unrelated colour.
            "resampling": (Resampling.nearest if raster.palette is not None else Resampling.average).name,
        }
        if raster.stored.tags(1, ns="IMAGE_STRUCTURE").get("NBITS"):
            # Samples of 11 bits would be packed without gaps, slow to read; and 1 bit leaves alpha no room.
            options["nbits"] = np.dtype(raster.dtype).itemsize * 8
        stack.enter_context(_naming_a_full_disk(target, made.parent, raw_bytes))
        stack.enter_context(_watching(made.parent, raw_bytes, progress))
        stack.enter_context(writing(target, source.path))
        if raster.is_warped:
            laid = _lay_north_up(dataset, made.parent, options, keep_crs=raster.grid.crs_wkt is not None)
            dataset = stack.enter_context(rasterio.open(laid))
        elif len(set(map(repr, raster.nodatavals))) > 1:
            dataset = stack.enter_context(rasterio.open(write_as_masked(raster, made.parent, "bands")))
        rasterio.shutil.copy(dataset, str(made), driver="COG", **options)
    # GDAL reports some failures to write, such as a full disk, only by leaving the file short.
    try:
        check_complete(made)
    except RasterReadError as error:
        free = shutil.disk_usage(made.parent).free
        reason = (
            "the disk is full"
            if free < _FULL_BYTES
            else f"of {source.path} GDAL wrote what is no raster ({error})"
        )
        raise RasterWriteError(f"{target} could not be written whole: {reason}.") from error


def _lay_north_up(view: Any, folder: Path, cog_options: dict[str, Any], *, keep_crs: bool) -> Path:
    """Return a warped view as a plain tiled file, because GDAL would warp the view over and over for a COG."""
    plain = folder / "plain.tif"
    options = {"tiled": "YES", "compress": "ZSTD", "zstd_level": 1, "num_threads": "ALL_CPUS"}
    options |= {name: cog_options[name] for name in ("nbits",) if name in cog_options}
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
def _naming_a_full_disk(target: Path, folder: Path, raw_bytes: int) -> Iterator[None]:
    """Blame the disk for a failure where it has no room for the pixels: GDAL says but that it cannot read or write.

    Raises:
        RasterWriteError: From the system's own error, by which a run knows that it is not the raster's fault.
    """
    try:
        yield
    except RasterWriteError as error:
        size = min(raw_bytes, _PROBE_BYTES)
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, size)
                else:  # macOS: finds a limit on the size of files, and no full disk
                    file.truncate(size)
        except OSError as full:
            if full.errno not in _NO_ROOM:
                raise error from error.__cause__
            raise RasterWriteError(
                f"{target} could not be written: there is no room for a file of {size:,} bytes ({full.strerror})."
            ) from full
        raise


@contextmanager
def _watching(folder: Path, raw_bytes: int, progress: Progress) -> Iterator[None]:
    """Report how far GDAL is while it copies, which it does not say itself: by the bytes written.

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
