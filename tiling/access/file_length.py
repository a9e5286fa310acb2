"""Length that a file must have for all of its image to be there, by its own header."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rasterio.io import DatasetReader

from tiling.access.plausibility import plain_dtype

# Reads n bytes at an offset; fewer at the end of the file.
_Read = Callable[[int, int], bytes]

# "Not known when the header was written", MIL-STD-2500C.
_NITF_UNKNOWN = 999_999_999_999


def needed_bytes(dataset: DatasetReader, path: Path) -> int | None:
    """Bytes that a file must have at least; one more than it has where its end is missing.

    NITF (MIL-STD-2500C, table A-1: the file's length and those of its image segments), JPEG 2000
    (ISO/IEC 15444-1: boxes, tile-parts, end of codestream), PNG (chunks up to IEND), JPEG (end of image),
    WebP (RIFF), GIF (trailer), BMP and raw formats (pixels).

    Args:
        dataset: the open file.
        path: where it really is.

    Returns:
        None where the format does not say.

    Raises:
        OSError: The file cannot be read.
        ValueError: Its header is none of its format.
    """
    size = path.stat().st_size
    with path.open("rb") as file:

        def read(offset: int, count: int) -> bytes:
            file.seek(offset)
            return file.read(count)

        match dataset.driver:
            case "NITF":
                return _nitf(read)
            case "JP2OpenJPEG":
                return _jp2(read, size)
            case "PNG":
                return _png(read, size)
            case "JPEG":
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                    return size if data.rfind(b"\xff\xd9") > _first_scan(read, size) else size + 1
            case "WEBP":
                return 8 + int.from_bytes(read(4, 4), "little")
            case "GIF" | "BIGGIF":
                return size if read(max(0, size - 64), 64).rstrip(b"\0").endswith(b";") else size + 1
            case "BMP":
                return _bmp(read)
            case "ENVI" | "EHdr" | "RST" | "SRTMHGT" | "DTED":
                return _raw(dataset, size)
    return None


def _nitf(read: _Read) -> int:
    version = read(0, 9)
    at = 342
    if version == b"NITF02.00" and read(280, 6) == b"999998":
        at += 40  # the conditional downgrading event
    length, header, images = (int(read(at + skip, n)) for skip, n in ((0, 12), (12, 6), (18, 3)))
    segments = header
    for index in range(images):
        entry = at + 21 + 16 * index
        segments += int(read(entry, 6)) + int(read(entry + 6, 10))
    return segments if length == _NITF_UNKNOWN else max(length, segments)


def _jp2(read: _Read, size: int) -> int:
    if read(0, 4) == b"\xff\x4f\xff\x51":
        return _codestream(read, 0, size)
    at, needed = 0, size + 1
    while at < size:
        head = read(at, 16)
        if len(head) < 8:
            return size + 1
        length, kind = struct.unpack(">I4s", head[:8])
        start = at + 8
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
            start = at + 16
        end = size if length == 0 else at + length
        if end > size or end <= at:
            return max(end, size + 1)
        if kind == b"jp2c":
            needed = _codestream(read, start, end)
        at = end
    return needed


def _codestream(read: _Read, start: int, end: int) -> int:
    """Follow the markers of a JPEG 2000 codestream (annex A); its end, or more where it is cut off."""
    at = start + 2
    while at + 2 <= end:
        marker = read(at, 12)
        if marker[:2] == b"\xff\xd9":
            return at + 2
        if len(marker) < 12 or marker[0] != 0xFF:
            return end + 1
        if marker[:2] == b"\xff\x90":
            length = int.from_bytes(marker[6:10], "big")
            if length == 0:  # the last tile-part, up to the end of the codestream
                return end if read(end - 2, 2) == b"\xff\xd9" else end + 1
            at += max(length, 12)
        else:
            at += 2 + max(2, int.from_bytes(marker[2:4], "big"))
    return max(at + 2, end + 1)


def _png(read: _Read, size: int) -> int:
    at = 8
    while at + 12 <= size:
        head = read(at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        at += 12 + length
        if kind == b"IEND":
            return at
    return max(at + 12, size + 1)


def _first_scan(read: _Read, size: int) -> int:
    """Return where the first scan of a JPEG starts; a thumbnail in its header has its own end of image."""
    at = 2
    while at + 4 <= size:
        head = read(at, 4)
        if head[0] != 0xFF:
            return at
        if head[1] == 0xDA:
            return at
        # Fill bytes may precede a marker.
        at += 1 if head[1] == 0xFF else 2 + int.from_bytes(head[2:4], "big")
    return size


def _bmp(read: _Read) -> int:
    offset, _, width, height, _, bits, compression = struct.unpack("<IIiiHHI", read(10, 24))
    if compression != 0:
        return int(struct.unpack("<I", read(2, 4))[0])
    return int(offset + (abs(width) * bits + 31) // 32 * 4 * abs(height))


def _raw(dataset: DatasetReader, _size: int) -> int | None:
    width, height = int(dataset.width), int(dataset.height)
    pixels = width * height * int(dataset.count)
    if dataset.driver == "DTED":  # MIL-PRF-89020B: three headers, then a record per column
        return 3428 + width * (12 + 2 * height)
    tags = dataset.tags(ns="ENVI")
    if tags.get("file_compression", "0").strip() not in ("0", ""):
        return None
    bits = dataset.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")
    width_bits = int(bits) if bits else np.dtype(plain_dtype(dataset.dtypes[0])).itemsize * 8
    offset = tags.get("header_offset", "0").strip()
    return (int(offset) if offset.isdigit() else 0) + pixels * width_bits // 8
