"""A file seen as something slightly else through a GDAL virtual raster (VRT) in memory: nothing is written."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from contextlib import AbstractContextManager, nullcontext
from typing import cast

import numpy as np
import rasterio
from affine import Affine
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from rasterio.rpc import RPC

from tiling.grid.raster_grid import PIXEL_PLANE
from tiling.raster.bands import palette_of
from tiling.raster.north_up import wkt_of
from tiling.raster.rpcs import is_chip

# rasterio's names of pixel types, and GDAL's.
_TYPES = {
    "uint8": "Byte", "int8": "Int8", "uint16": "UInt16", "int16": "Int16", "uint32": "UInt32", "int32": "Int32",
    "uint64": "UInt64", "int64": "Int64", "float32": "Float32", "float64": "Float64",
}  # fmt: skip


def is_complex(dataset: DatasetReader) -> bool:
    """True where a band holds complex numbers, as single-look SAR images do."""
    return any(name.startswith("complex") for name in dataset.dtypes)


def vrt_view(
    stored: DatasetReader, rpcs: RPC | None, *, one_nodata: bool
) -> AbstractContextManager[DatasetReader]:
    """A file as the rest of this package reads it: the file itself wherever it can be.

    Args:
        stored: the file.
        rpcs: the coefficients that place it, if any do.
        one_nodata: the bands must agree on what means nothing, because a warp knows one value only.
    """
    differing = one_nodata and len({repr(value) for value in stored.nodatavals}) > 1
    moved = rpcs is not None and is_chip(stored)
    if _has_transparent_colours(stored):
        return _opened(_expanded_document(stored, rpcs))
    if not (differing or moved or is_complex(stored)):
        return nullcontext(stored)
    document = memory_vrt(stored, rpcs=rpcs, nodata=_common_nodata(stored) if differing else None)
    return _opened(document)


def _opened(document: str) -> AbstractContextManager[DatasetReader]:
    return cast(AbstractContextManager[DatasetReader], rasterio.open(document, driver="VRT"))


def _common_nodata(dataset: DatasetReader) -> float:
    """A value that can mean "nothing" in every band: NaN, or in integers one that means it in some band."""
    if all(np.dtype(name).kind in "fc" for name in dataset.dtypes if name != "complex_int16"):
        return float("nan")
    return next(float(value) for value in dataset.nodatavals if value is not None)


def memory_vrt(dataset: DatasetReader, *, rpcs: RPC | None = None, nodata: float | None = None) -> str:
    """A VRT that shows a file with real numbers: the amplitude (modulus, float32) of complex ones.

    The amplitude is taken pixel by pixel, before anything averages: the mean of complex numbers is nearly
    zero wherever phases are mixed.

    Args:
        dataset: the file.
        rpcs: coefficients in place of the file's own.
        nodata: one value that says in every band that there is nothing, where the bands have one each.

    Returns:
        The VRT's text, which `rasterio.open` opens. It reads from the file by its name.
    """
    root = ET.Element("VRTDataset", rasterXSize=str(dataset.width), rasterYSize=str(dataset.height))
    _place(root, dataset, rpcs)
    for index in dataset.indexes:
        _add_band(root, dataset, index, nodata)
    if (
        MaskFlags.per_dataset in dataset.mask_flag_enums[0]
        and MaskFlags.alpha not in dataset.mask_flag_enums[0]
    ):
        mask = ET.SubElement(ET.SubElement(root, "MaskBand"), "VRTRasterBand", dataType="Byte")
        _add_source(mask, dataset, "mask,1")
    return ET.tostring(root, encoding="unicode")


def _has_transparent_colours(dataset: DatasetReader) -> bool:
    """True for a palette, as of a PNG, with entries that are transparent: a TIFF cannot say so."""
    palette = palette_of(dataset) if dataset.count == 1 and dataset.driver != "GTiff" else None
    return palette is not None and bool((palette[:, 3] < 255).any())


def _expanded_document(dataset: DatasetReader, rpcs: RPC | None) -> str:
    """A VRT of the red, green, blue and alpha that a palette stands for."""
    root = ET.Element("VRTDataset", rasterXSize=str(dataset.width), rasterYSize=str(dataset.height))
    _place(root, dataset, rpcs)
    for component, colour in enumerate(("Red", "Green", "Blue", "Alpha"), 1):
        band = ET.SubElement(root, "VRTRasterBand", dataType="Byte")
        _text(band, "ColorInterp", colour)
        part = _add_source(band, dataset, "1", "ComplexSource")
        _text(part, "ColorTableComponent", str(component))
    return ET.tostring(root, encoding="unicode")


def _place(root: ET.Element, dataset: DatasetReader, rpcs: RPC | None) -> None:
    gcps, gcp_crs = dataset.gcps
    metadata = dataset.tags(ns="RPC") if rpcs is None else rpcs.to_gdal()
    if dataset.crs:
        _text(root, "SRS", str(wkt_of(dataset.crs)))
    transform = dataset.transform
    if gcps and gcp_crs:
        points = ET.SubElement(root, "GCPList", Projection=str(wkt_of(gcp_crs)))
        for number, point in enumerate(gcps):
            place = {"Pixel": point.col, "Line": point.row, "X": point.x, "Y": point.y, "Z": point.z or 0.0}
            gcp = ET.SubElement(points, "GCP", Id=str(number))
            for name, value in place.items():
                gcp.set(name, repr(value))
    elif transform.is_identity and not metadata:
        transform = PIXEL_PLANE
    if transform != Affine.identity():
        _text(root, "GeoTransform", ", ".join(repr(value) for value in transform.to_gdal()))
    if metadata:
        domain = ET.SubElement(root, "Metadata", domain="RPC")
        for name, value in metadata.items():
            ET.SubElement(domain, "MDI", key=name).text = str(value)


def _add_band(root: ET.Element, dataset: DatasetReader, index: int, nodata: float | None) -> None:
    dtype, own = dataset.dtypes[index - 1], dataset.nodatavals[index - 1]
    amplitude = dtype.startswith("complex")
    band = ET.SubElement(root, "VRTRasterBand", dataType="Float32" if amplitude else _TYPES[dtype])
    _text(band, "ColorInterp", dataset.colorinterp[index - 1].name.capitalize())
    if dataset.descriptions[index - 1]:
        _text(band, "Description", str(dataset.descriptions[index - 1]))
    palette = palette_of(dataset) if index == 1 else None
    if palette is not None:
        table = ET.SubElement(band, "ColorTable")
        for entry in palette.tolist():
            ET.SubElement(table, "Entry", {f"c{number}": str(value) for number, value in enumerate(entry, 1)})
    shown = nodata if nodata is not None else own
    if shown is not None:
        _text(band, "NoDataValue", repr(abs(shown) if amplitude else shown))
    if amplitude:
        band.set("subClass", "VRTDerivedRasterBand")
        _text(band, "PixelFunctionType", "mod")
        _text(band, "SourceTransferType", "CFloat64" if dtype == "complex128" else "CFloat32")
    # A source that leaves out its own nodata leaves the band's there.
    replaced = not amplitude and own is not None and nodata is not None and not _same(own, nodata)
    part = _add_source(band, dataset, str(index), "ComplexSource" if replaced else "SimpleSource")
    if replaced:
        _text(part, "NODATA", repr(own))


def _add_source(
    band: ET.Element, dataset: DatasetReader, index: str, kind: str = "SimpleSource"
) -> ET.Element:
    part = ET.SubElement(band, kind)
    # Not shared: a handle that two rasters have in common would be used by two threads.
    name = ET.SubElement(part, "SourceFilename", relativeToVRT="0", shared="0")
    name.text = dataset.name
    _text(part, "SourceBand", index)
    size = {"xOff": "0", "yOff": "0", "xSize": str(dataset.width), "ySize": str(dataset.height)}
    ET.SubElement(part, "SrcRect", size)
    ET.SubElement(part, "DstRect", size)
    return part


def _same(one: float, other: float) -> bool:
    return one == other or (np.isnan(one) and np.isnan(other))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text
