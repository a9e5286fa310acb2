"""VRTs in memory, through which files with complex pixels or odd nodata values are read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import numpy as np
import rasterio
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.io import DatasetReader
from rasterio.rpc import RPC

from tiling.grid.raster_grid import PIXEL_PLANE
from tiling.grid.window import PixelSize
from tiling.raster.bands import Dataset, palette_of
from tiling.raster.header import RasterHeader
from tiling.raster.north_up import wkt_of
from tiling.raster.rpcs import is_chip
from tiling.raster.vrt import GDAL_TYPES, add_band, add_mask, add_source, add_text, new_vrt


def is_complex(dataset: DatasetReader) -> bool:
    """Return True where a band holds complex numbers, as single-look SAR images do."""
    return any(name.startswith("complex") for name in dataset.dtypes)


def vrt_view(
    stored: DatasetReader, header: RasterHeader, rpcs: RPC | None, *, one_nodata: bool, codes: bool = False
) -> AbstractContextManager[DatasetReader]:
    """Return a file as the rest of this package reads it: the file itself, or where needed a VRT of it.

    Args:
        stored: the file.
        header: what it is read as.
        rpcs: the coefficients that place it, if any do.
        codes: a palette is read as indexes, not as colours.
        one_nodata: the bands must have one nodata value, because a warp knows one value only.
    """
    differing = one_nodata and len({repr(value) for value in stored.nodatavals}) > 1
    moved = rpcs is not None and is_chip(stored)
    if not codes and _has_transparent_colours(stored):
        return _opened(_expanded_vrt(stored, header, rpcs))
    overruled = has_overruled_nodata(stored, header.colours)
    if not (differing or moved or overruled or header.differs or is_complex(stored)):
        return nullcontext(stored)
    common = _common_nodata(stored) if differing and not overruled else None
    return _opened(memory_vrt(stored, header, rpcs=rpcs, nodata=common))


def has_overruled_nodata(dataset: Dataset, colours: Sequence[ColorInterp]) -> bool:
    """Return True for nodata values beside an alpha band or a mask, which say where there are pixels.

    GDAL heeds the values when it averages, also those of the alpha band: 255 as nodata makes an overview opaque
    where the image is transparent.
    """
    if all(value is None for value in dataset.nodatavals):
        return False
    return ColorInterp.alpha in colours or has_mask(dataset)


def has_mask(dataset: Dataset) -> bool:
    """Return True where one mask, and no alpha band, says which pixels of all bands are valid."""
    flags = dataset.mask_flag_enums[0]
    return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags


def _opened(document: str) -> AbstractContextManager[DatasetReader]:
    return cast(AbstractContextManager[DatasetReader], rasterio.open(document, driver="VRT"))


def _common_nodata(dataset: DatasetReader) -> float:
    """Return a nodata value for every band: NaN, or in integers one that some band has."""
    if all(np.dtype(name).kind in "fc" for name in dataset.dtypes if name != "complex_int16"):
        return float("nan")
    return next(float(value) for value in dataset.nodatavals if value is not None)


def memory_vrt(
    dataset: DatasetReader, header: RasterHeader, *, rpcs: RPC | None = None, nodata: float | None = None
) -> str:
    """Return a VRT of a file with real numbers: the amplitude (modulus, float32) of complex ones.

    The amplitude is taken pixel by pixel, before anything averages: the mean of complex numbers is nearly
    zero wherever phases are mixed.

    Args:
        dataset: the file.
        header: what it is read as.
        rpcs: coefficients in place of the file's own.
        nodata: one nodata value for every band, where the bands have one each.

    Returns:
        The VRT's text, which `rasterio.open` opens. It reads from the file by its name.
    """
    root = _new_vrt(dataset, header, rpcs)
    overruled = has_overruled_nodata(dataset, header.colours)
    for index in dataset.indexes:
        _add_band(root, dataset, header, index, nodata, overruled=overruled)
    if has_mask(dataset):
        _add_source(add_mask(root), dataset, "mask,1")
    return ET.tostring(root, encoding="unicode")


def _has_transparent_colours(dataset: DatasetReader) -> bool:
    """Return True for a palette, as of a PNG, with entries that are transparent: a TIFF cannot say so."""
    palette = palette_of(dataset) if dataset.count == 1 and dataset.driver != "GTiff" else None
    return palette is not None and bool((palette[:, 3] < 255).any())


def _expanded_vrt(dataset: DatasetReader, header: RasterHeader, rpcs: RPC | None) -> str:
    """Return a VRT of the red, green, blue and alpha that a palette stands for."""
    root = _new_vrt(dataset, header, rpcs)
    for component, colour in enumerate(("red", "green", "blue", "alpha"), 1):
        band = add_band(root, "Byte", colour=colour)
        _add_source(band, dataset, "1", {"ColorTableComponent": str(component)})
    return ET.tostring(root, encoding="unicode")


def _new_vrt(dataset: DatasetReader, header: RasterHeader, rpcs: RPC | None) -> ET.Element:
    """Return a VRT without bands and with the georeference of the header."""
    gcps, gcp_crs = header.gcps
    metadata = dataset.tags(ns="RPC") if rpcs is None else rpcs.to_gdal()
    transform = header.transform
    has_gcps = bool(gcps and gcp_crs)
    if not has_gcps and transform.is_identity and not metadata:
        transform = PIXEL_PLANE
    wkt = wkt_of(header.crs) if header.crs else None
    root = new_vrt(PixelSize(dataset.width, dataset.height), wkt, transform)
    if has_gcps:
        points = ET.SubElement(root, "GCPList", Projection=str(wkt_of(gcp_crs)))
        for number, point in enumerate(gcps):
            values = {"Pixel": point.col, "Line": point.row, "X": point.x, "Y": point.y, "Z": point.z or 0.0}
            gcp = ET.SubElement(points, "GCP", Id=str(number))
            for name, value in values.items():
                gcp.set(name, repr(value))
    if metadata:
        domain = ET.SubElement(root, "Metadata", domain="RPC")
        for name, value in metadata.items():
            ET.SubElement(domain, "MDI", key=name).text = str(value)
    return root


def _add_band(
    root: ET.Element,
    dataset: DatasetReader,
    header: RasterHeader,
    index: int,
    nodata: float | None,
    *,
    overruled: bool,
) -> None:
    dtype, own = dataset.dtypes[index - 1], dataset.nodatavals[index - 1]
    own = None if overruled else own
    amplitude = dtype.startswith("complex")
    palette = palette_of(dataset) if index == 1 else None
    shown = header.image_value(index, own) if nodata is None and own is not None else nodata
    band = add_band(
        root,
        "Float32" if amplitude else GDAL_TYPES[dtype],
        nodata=abs(shown) if amplitude and shown is not None else shown,
        name=dataset.descriptions[index - 1] or "",
        colour=header.colours[index - 1].name,
        scale=dataset.scales[index - 1],
        offset=dataset.offsets[index - 1],
        colours=None if palette is None else tuple(enumerate(map(tuple, palette.tolist()))),
    )
    if amplitude:
        band.set("subClass", "VRTDerivedRasterBand")
        add_text(band, "PixelFunctionType", "mod")
        add_text(band, "SourceTransferType", "CFloat64" if dtype == "complex128" else "CFloat32")
    # A source that leaves out its own nodata leaves the band's there.
    replaced = not amplitude and own is not None and nodata is not None and not _same(own, nodata)
    options = {"NODATA": repr(own)} if replaced else {}
    if header.image_value(index, 0.0):
        options |= {"ScaleOffset": repr(header.image_value(index, 0.0)), "ScaleRatio": "-1"}
    _add_source(band, dataset, str(index), options, overviews=not overruled)
    if not dataset.mask_flag_enums[index - 1]:
        # No flag at all is GDAL's way to say that a band has a mask of its own.
        _add_source(add_mask(band), dataset, f"mask,{index}")


def _add_source(
    band: ET.Element,
    dataset: DatasetReader,
    index: str,
    options: dict[str, str] | None = None,
    *,
    overviews: bool = True,
) -> None:
    # Not shared: a handle that two rasters have in common would be used by two threads.
    size = PixelSize(dataset.width, dataset.height)
    add_source(band, dataset.name, index, size=size, options=options, shared=False, overviews=overviews)


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))
