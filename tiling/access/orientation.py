"""Orientation of a picture: how a camera or scanner was held, which viewers turn it by (EXIF 2.32, tag 274)."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from affine import Affine
from rasterio.io import DatasetReader

_ORIENTATION = 274
# An index of more entries than this, or a chain of more images, is damaged.
_MAX_ENTRIES, _MAX_CHUNKS = 4096, 100_000


def upright(orientation: int, width: int, height: int) -> Affine | None:
    """Return the transform from stored pixels to the plane of the upright picture, x right and y up; None for upright.

    The upper left corner of the upright picture is the origin.

    >>> upright(6, 4, 3) * (0, 0)  # stored lying on its left side: the first pixel is at the upper right
    (3.0, 0.0)
    """
    w, h = float(width), float(height)
    turned = {
        2: (-1.0, 0.0, w, 0.0, -1.0, 0.0),
        3: (-1.0, 0.0, w, 0.0, 1.0, -h),
        4: (1.0, 0.0, 0.0, 0.0, 1.0, -h),
        5: (0.0, 1.0, 0.0, -1.0, 0.0, 0.0),
        6: (0.0, -1.0, h, -1.0, 0.0, 0.0),
        7: (0.0, -1.0, h, 1.0, 0.0, -w),
        8: (0.0, 1.0, 0.0, 1.0, 0.0, -w),
    }
    return Affine(*turned[orientation]) if orientation in turned else None


def picture_orientation(dataset: DatasetReader) -> int:
    """Return the orientation that a JPEG, TIFF, PNG or WebP file says, 1 (upright) to 8; 1 where it says none.

    GDAL reports that of a JPEG, and leaves the others to whoever reads them. Of a TIFF, the first image counts.
    """
    if dataset.driver == "JPEG":
        text = dataset.tags().get("EXIF_Orientation", "").strip()
        return int(text) if text.isdecimal() else 1
    reader = {"GTiff": _of_tiff, "PNG": _of_png, "WEBP": _of_webp}.get(dataset.driver)
    path = Path(dataset.name)
    if reader is None or not path.is_file():
        return 1
    try:
        with path.open("rb") as file:
            return reader(file)
    except (OSError, struct.error, ValueError):  # what is damaged there says no orientation
        return 1


def _of_tiff(file: BinaryIO) -> int:
    """Return the orientation in the first directory of a TIFF (TIFF 6.0, section 2) or BigTIFF."""
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None:
        return 1
    big = struct.unpack(f"{order}H", head[2:4])[0] == 43
    counting, entry = (f"{order}Q", 20) if big else (f"{order}H", 12)
    file.seek(struct.unpack(f"{order}Q", head[8:16])[0] if big else struct.unpack(f"{order}I", head[4:8])[0])
    (count,) = struct.unpack(counting, file.read(struct.calcsize(counting)))
    for _ in range(min(count, _MAX_ENTRIES)):
        data = file.read(entry)
        tag, kind = struct.unpack(f"{order}HH", data[:4])
        if tag == _ORIENTATION and kind == 3:
            return int(struct.unpack(f"{order}H", data[entry - (8 if big else 4) :][:2])[0])
    return 1


def _of_png(file: BinaryIO) -> int:
    """Return the orientation in the chunk eXIf of a PNG (PNG 3, 11.3.4.4)."""
    file.seek(8)
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        (length,), name = struct.unpack(">I", head[:4]), head[4:]
        if name == b"eXIf":
            return _of_tiff(BytesIO(file.read(length)))
        file.seek(length + 4, 1)
    return 1


def _of_webp(file: BinaryIO) -> int:
    """Return the orientation in the chunk EXIF of a WebP (RFC 9649, 2.7.1.5)."""
    file.seek(12)
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8:
            break
        name, (length,) = head[:4], struct.unpack("<I", head[4:])
        if name == b"EXIF":
            return _of_tiff(BytesIO(file.read(length).removeprefix(b"Exif\0\0")))
        file.seek(length + length % 2, 1)
    return 1
