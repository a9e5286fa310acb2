"""Nodata values for rasters that have none of their own."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio.shutil
from rasterio.windows import Window

from tiling.access.env import reading, writing
from tiling.access.policy import ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import NodataError
from tiling.grid.plan import plan_blocks
from tiling.grid.window import PixelSize
from tiling.ingest.nodata_mask import create_mask, write_nodata_mask
from tiling.progress import Progress
from tiling.raster.raster import Raster
from tiling.raster.reading import read_window
from tiling.raster.vrt import add_mask, add_source, add_text, write_vrt

_BLOCK_PX = 1024
_LOSSY = ("jpeg", "webp", "jxl", "lerc", "jpeg2000", "jp2")


def _check_nodata(raster: Raster, nodata: float | tuple[int, ...]) -> None:
    """Check that a nodata value fits the raster's bands and type.

    Raises:
        NodataError: It does not.
    """
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


def _as_read(raster: Raster, nodata: float | tuple[int, ...]) -> float | tuple[int, ...]:
    """Return what a nodata value of the file's own numbers is read as: in a TIFF where 0 is white, the opposite."""
    value = raster.header.image_value
    if isinstance(nodata, tuple):
        return tuple(int(value(band, number)) for band, number in enumerate(nodata, 1))
    return value(1, nodata)


def assign_nodata(
    source: RasterSource,
    folder: Path,
    stem: str,
    nodata: float | tuple[int, ...],
    policy: ReadPolicy,
    progress: Progress,
) -> RasterSource:
    """Write a small VRT that reads from the source and has the nodata value, and a mask beside it for a colour.

    Args:
        source: the raster.
        folder: where ``<stem>.nodata.vrt`` and ``<stem>.mask.tif`` go; they may be moved, together.
        stem: what their names begin with.
        nodata: a number, or a colour of one number per band.
        policy: which files the raster may be made of.
        progress: called with the fraction done.

    Raises:
        NodataError: The value does not fit the raster's bands or type.
        RasterReadError: The raster is damaged.
        RasterWriteError: A file could not be written.
    """
    vrt = folder / f"{stem}.nodata.vrt"
    # The raster is read as stored, not north up: the nodata value belongs to the file's own pixels.
    with Raster(replace(source, path=source.path.resolve()), as_stored=True, policy=policy) as raster:
        _check_nodata(raster, nodata)
        nodata = _as_read(raster, nodata)
        with reading(source.path):
            rasterio.shutil.copy(raster.level(0), str(vrt), driver="VRT")
        if isinstance(nodata, tuple):
            lossy = is_lossy(raster.stored)
            write_nodata_mask(raster, nodata, folder / f"{stem}.mask.tif", lossy=lossy, progress=progress)
    root = ET.parse(vrt).getroot()
    _drop_masks(root)
    if isinstance(nodata, tuple):
        _add_mask(root, folder / f"{stem}.mask.tif")
    else:
        for band in root.findall("VRTRasterBand"):
            add_text(band, "NoDataValue", repr(float(nodata)))
    write_vrt(root, vrt)
    return replace(source, path=vrt, image=None)


def write_as_masked(raster: Raster, folder: Path, stem: str) -> Path:
    """Write a VRT of a raster as stored, with a mask in place of nodata values that differ from band to band.

    A GeoTIFF has one nodata value for all bands.

    Args:
        raster: the raster, not warped.
        folder: where ``<stem>.nodata.vrt`` and ``<stem>.mask.tif`` go.
        stem: what their names begin with.

    Raises:
        RasterReadError: The raster is damaged.
        RasterWriteError: A file could not be written.
    """
    vrt, target = folder / f"{stem}.nodata.vrt", folder / f"{stem}.mask.tif"
    with reading(raster.path):
        rasterio.shutil.copy(raster.level(0), str(vrt), driver="VRT")
    with writing(target), create_mask(target, raster) as mask:
        for block in plan_blocks(raster.grid.width, raster.grid.height, _BLOCK_PX, 0):
            core = block.core
            valid = read_window(raster, core).valid
            where = Window(core.col, core.row, core.width, core.height)  # type: ignore[no-untyped-call, unused-ignore]
            mask.write(np.where(valid, np.uint8(255), np.uint8(0)), 1, window=where)
    root = ET.parse(vrt).getroot()
    _drop_masks(root)
    _add_mask(root, target)
    write_vrt(root, vrt)
    return vrt


def _drop_masks(root: ET.Element) -> None:
    """Remove all that says where a VRT has pixels: nodata values, masks and alpha bands."""
    for mask in root.findall("MaskBand"):
        root.remove(mask)
    for band in root.findall("VRTRasterBand"):
        for old in band.findall("NoDataValue"):
            band.remove(old)
        if (band.findtext("ColorInterp") or "").lower() == "alpha":
            root.remove(band)


def _add_mask(root: ET.Element, mask: Path) -> None:
    size = PixelSize(int(root.attrib["rasterXSize"]), int(root.attrib["rasterYSize"]))
    add_source(add_mask(root), mask.name, "1", size=size, relative=True)


def is_lossy(dataset: Any) -> bool:
    """Return True where decoded pixels may differ from what was written."""
    structure = dataset.tags(ns="IMAGE_STRUCTURE")
    if structure.get("COMPRESSION_REVERSIBILITY", "").startswith("LOSSLESS"):
        return False
    words = f"{structure.get('COMPRESSION', '')} {dataset.driver}".lower()
    return any(name in words for name in _LOSSY) or words.split()[0] in ("c3", "c8", "m3", "m8", "i1")
