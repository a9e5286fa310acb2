"""Writer of GDAL's VRT, the XML that says from which files a raster is read.

The format is GDAL's own: https://gdal.org/en/stable/drivers/raster/vrt.html
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

from affine import Affine

from tiling.errors import RasterWriteError
from tiling.grid.window import PixelSize

# rasterio's names of pixel types, and GDAL's.
GDAL_TYPES = {
    "uint8": "Byte",
    "int8": "Int8",
    "uint16": "UInt16",
    "int16": "Int16",
    "uint32": "UInt32",
    "int32": "Int32",
    "uint64": "UInt64",
    "int64": "Int64",
    "float32": "Float32",
    "float64": "Float64",
    "complex_int16": "CInt16",
    "complex_int32": "CInt32",
    "complex64": "CFloat32",
    "complex128": "CFloat64",
}

# (index, (red, green, blue, alpha)) of every entry.
ColourTable = tuple[tuple[int, tuple[int, int, int, int]], ...]


def new_vrt(size: PixelSize, crs_wkt: str | None = None, transform: Affine | None = None) -> ET.Element:
    """Return a VRT without bands.

    Args:
        size: of the raster.
        crs_wkt: its CRS. Without a word on the order of axes, GDAL takes x first, as everywhere in this project.
        transform: pixel -> world; None, or the identity, for a raster without one.
    """
    root = ET.Element("VRTDataset", rasterXSize=str(size.width), rasterYSize=str(size.height))
    if crs_wkt is not None:
        add_text(root, "SRS", crs_wkt)
    if transform is not None and transform != Affine.identity():
        add_text(root, "GeoTransform", ", ".join(repr(float(value)) for value in transform.to_gdal()))
    return root


def add_text(parent: ET.Element, name: str, text: str) -> None:
    """Add an element that holds a text."""
    ET.SubElement(parent, name).text = text


def add_band(
    root: ET.Element,
    data_type: str,
    *,
    number: int | None = None,
    nodata: float | None = None,
    name: str = "",
    colour: str = "",
    colours: ColourTable | None = None,
    bits: str | None = None,
    scale: float = 1.0,
    offset: float = 0.0,
) -> ET.Element:
    """Add a band to a VRT and return it; `add_source` gives it pixels.

    Args:
        root: the VRT, or its MaskBand.
        data_type: GDAL's name of the pixel type.
        number: of the band, from 1 on.
        nodata: the value that means nothing.
        name: its description.
        colour: its colour interpretation, as rasterio names it.
        colours: its colour table.
        bits: used bits of a pixel.
        scale: factor from stored numbers to the quantity that they mean.
        offset: what is added to that.
    """
    band = ET.SubElement(root, "VRTRasterBand", dataType=data_type)
    if number is not None:
        band.set("band", str(number))
    if name:
        add_text(band, "Description", name)
    if bits:
        domain = ET.SubElement(band, "Metadata", domain="IMAGE_STRUCTURE")
        ET.SubElement(domain, "MDI", key="NBITS").text = bits
    if nodata is not None:
        add_text(band, "NoDataValue", repr(float(nodata)))
    if colour:
        add_text(band, "ColorInterp", colour.capitalize())
    if (scale, offset) != (1.0, 0.0):
        add_text(band, "Offset", repr(float(offset)))
        add_text(band, "Scale", repr(float(scale)))
    if colours is not None:
        table = ET.SubElement(band, "ColorTable")
        entries = dict(colours)
        for index in range(max(entries, default=-1) + 1):
            entry = entries.get(index, (0, 0, 0, 255))
            ET.SubElement(table, "Entry", {f"c{part}": str(value) for part, value in enumerate(entry, 1)})
    return band


def add_mask(root: ET.Element) -> ET.Element:
    """Add the mask band of a VRT and return it."""
    return add_band(ET.SubElement(root, "MaskBand"), "Byte")


def add_source(
    band: ET.Element,
    path: Path | str,
    source_band: str,
    *,
    size: PixelSize,
    target: tuple[float, float, float, float] | None = None,
    block: PixelSize | None = None,
    data_type: str | None = None,
    resampling: str | None = None,
    options: Mapping[str, str] | None = None,
    relative: bool = False,
    shared: bool = True,
    overviews: bool = True,
) -> None:
    """Add a file to a band.

    Args:
        band: from `add_band`.
        path: the file, absolute, or its name where it lies beside the VRT; GDAL's name of a sub-dataset, too.
        source_band: a band's number, or "mask,N".
        size: of the file.
        target: (column, row, width, height) of the whole file in the VRT's pixels; None where they are its own.
        block: size of its blocks; with `data_type` it lets GDAL open the file only when its pixels are read.
        data_type: GDAL's name of its type.
        resampling: GDAL's name of it; None where the file's pixels are the VRT's.
        options: elements that make it a ComplexSource, such as NODATA.
        relative: `path` is relative to the VRT.
        shared: other VRTs of the process may use the same handle.
        overviews: GDAL may read the file's overviews where fewer pixels are wanted.
    """
    source = ET.SubElement(band, "ComplexSource" if options else "SimpleSource")
    if resampling:
        source.set("resampling", resampling)
    filename = ET.SubElement(source, "SourceFilename", relativeToVRT=str(int(relative)))
    filename.text = str(path)
    if not shared:
        filename.set("shared", "0")
    if not overviews:
        ET.SubElement(ET.SubElement(source, "OpenOptions"), "OOI", key="OVERVIEW_LEVEL").text = "NONE"
    add_text(source, "SourceBand", source_band)
    width, height = map(str, size)
    if block is not None and data_type is not None:
        properties = {"RasterXSize": width, "RasterYSize": height, "DataType": data_type}
        properties |= {"BlockXSize": str(block.width), "BlockYSize": str(block.height)}
        ET.SubElement(source, "SourceProperties", properties)
    names = ("xOff", "yOff", "xSize", "ySize")
    whole = (0, 0, *size)
    for element, rectangle in (("SrcRect", whole), ("DstRect", target or whole)):
        ET.SubElement(source, element, dict(zip(names, map(repr, rectangle), strict=True)))
    for key, value in (options or {}).items():
        add_text(source, key, value)


def write_vrt(root: ET.Element, target: Path) -> None:
    """Write a VRT durably.

    Raises:
        RasterWriteError: The file cannot be written.
    """
    try:
        with target.open("wb") as file:
            ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=False)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RasterWriteError(f"{target} could not be written ({error.strerror or error}).") from error
