"""The pieces of a GDAL VRT, the XML file that says from which files a raster is read.

The format is GDAL's own: https://gdal.org/en/stable/drivers/raster/vrt.html
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tiling.errors import RasterReadError, RasterWriteError

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


@dataclass(frozen=True)
class FileStamp:
    """A file as it was when it was looked at; what tells without reading it that it is another one now.

    Attributes:
        path: the file, absolute.
        size: bytes.
        modified_ns: modification time, nanoseconds since 1970.
    """

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        """The file as it is now.

        Raises:
            RasterReadError: it is not there.
        """
        try:
            status = path.stat()
        except OSError as error:
            raise RasterReadError(f"{path} could not be opened ({error.strerror or error}).") from error
        return cls(path, status.st_size, status.st_mtime_ns)

    def problem(self) -> str | None:
        """One sentence where the file is gone or another one by now; None where it is as it was."""
        try:
            now = self.of(self.path)
        except RasterReadError:
            return f"{self.path} cannot be found any more."
        if now != self:
            return f"{self.path} was changed since it was registered."
        return None


def band_element(
    root: ET.Element,
    data_type: str,
    *,
    number: int | None = None,
    nodata: float | None = None,
    name: str = "",
    colour: str = "",
    colours: ColourTable | None = None,
    bits: str | None = None,
) -> ET.Element:
    """Adds a band to a VRT; sources go into what is returned."""
    band = ET.SubElement(root, "VRTRasterBand", dataType=data_type)
    if number is not None:
        band.set("band", str(number))
    if name:
        ET.SubElement(band, "Description").text = name
    if bits:
        domain = ET.SubElement(band, "Metadata", domain="IMAGE_STRUCTURE")
        ET.SubElement(domain, "MDI", key="NBITS").text = bits
    if nodata is not None:
        ET.SubElement(band, "NoDataValue").text = repr(float(nodata))
    if colour:
        ET.SubElement(band, "ColorInterp").text = colour.capitalize()
    if colours is not None:
        table = ET.SubElement(band, "ColorTable")
        known = dict(colours)
        for index in range(max(known, default=-1) + 1):
            entry = known.get(index, (0, 0, 0, 255))
            values = dict(zip(("c1", "c2", "c3", "c4"), map(str, entry), strict=True))
            ET.SubElement(table, "Entry", values)
    return band


def add_source(
    band: ET.Element,
    path: Path | str,
    source_band: str,
    *,
    size: tuple[int, int],
    block: tuple[int, int],
    data_type: str,
    place: tuple[float, float, float, float],
    resampling: str | None = None,
    options: Mapping[str, str] | None = None,
    relative: bool = False,
) -> None:
    """Adds a file to a band.

    Args:
        band: from `band_element`.
        path: the file, absolute, or its name where it lies beside the VRT; GDAL's name of a sub-dataset, too.
        source_band: a band's number, or "mask,N".
        size: (width, height) of the file; with `block` and `data_type` what lets GDAL open it only when its
            pixels are asked for.
        block: (width, height) of its blocks.
        data_type: GDAL's name of its type.
        place: (column, row, width, height) of the whole file in the VRT's pixels.
        resampling: GDAL's name of it; None where the file's pixels are the VRT's.
        options: what a ComplexSource has besides, such as NODATA.
        relative: `path` is relative to the VRT.
    """
    source = ET.SubElement(band, "ComplexSource" if options else "SimpleSource")
    if resampling:
        source.set("resampling", resampling)
    ET.SubElement(source, "SourceFilename", relativeToVRT=str(int(relative))).text = str(path)
    ET.SubElement(source, "SourceBand").text = source_band
    width, height = str(size[0]), str(size[1])
    ET.SubElement(
        source,
        "SourceProperties",
        RasterXSize=width,
        RasterYSize=height,
        DataType=data_type,
        BlockXSize=str(block[0]),
        BlockYSize=str(block[1]),
    )
    ET.SubElement(source, "SrcRect", xOff="0", yOff="0", xSize=width, ySize=height)
    names = ("xOff", "yOff", "xSize", "ySize")
    ET.SubElement(source, "DstRect", dict(zip(names, map(repr, place), strict=True)))
    for key, value in (options or {}).items():
        ET.SubElement(source, key).text = value


def note_originals(root: ET.Element, paths: Iterable[Path]) -> None:
    """Notes files, as they are now, in a VRT that reads from them; GDAL passes elements over that it does not know.

    Raises:
        RasterReadError: a file is not there.
    """
    for stamp in map(FileStamp.of, paths):
        values = {"path": str(stamp.path), "bytes": str(stamp.size), "modifiedNs": str(stamp.modified_ns)}
        ET.SubElement(root, "OriginalFile", values)


def originals_of(path: Path) -> list[FileStamp]:
    """The files that a VRT of ours reads from, as they were when it was written.

    Raises:
        RasterReadError: the VRT cannot be read.
    """
    try:
        return [
            FileStamp(
                Path(original.attrib["path"]),
                int(original.attrib["bytes"]),
                int(original.attrib["modifiedNs"]),
            )
            for original in ET.parse(path).iter("OriginalFile")
        ]
    except (OSError, ET.ParseError, ValueError, KeyError) as error:
        raise RasterReadError(f"{path} could not be read as a VRT ({error}).") from error


def write_vrt(root: ET.Element, target: Path) -> None:
    """Writes a VRT durably.

    Raises:
        RasterWriteError: the file cannot be written.
    """
    try:
        with target.open("wb") as file:
            ET.ElementTree(root).write(file, encoding="utf-8", xml_declaration=False)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RasterWriteError(f"{target} could not be written ({error.strerror or error}).") from error
