"""Values of COCO files as writers write them: ids, boxes, sizes, flags."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from detectors.errors import DatasetError

# Beyond this a coordinate in pixels is a mistake, and drawing it would take all memory.
MAX_PX = 1e7

Id = int | float | str
Box = tuple[float, float, float, float]


def read_json(path: Path) -> Any:
    """Read a JSON file, with or without a byte order mark.

    Raises:
        DatasetError: The file cannot be read, or is not JSON.
    """
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise DatasetError(f"{path} is not a COCO file ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise DatasetError(f"{path} is not a COCO file: it cannot be read as JSON ({error})") from error


def id_key(value: object) -> Id | None:
    """Return an id as it is compared: 7, 7.0 and "7" are one; None where the value is none.

    >>> id_key("7"), id_key(7.0), id_key("a7"), id_key(8.9), id_key(True), id_key(" ")
    (7, 7, 'a7', 8.9, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip()
    plain = text.removeprefix("-")
    is_number = plain.isascii() and plain.isdigit() and len(plain) < 20 and (plain == "0" or plain[0] != "0")
    return int(text) if is_number else text


def is_number(value: object) -> bool:
    """Tell whether a value is a finite number; text and booleans are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) if isinstance(value, float) else abs(value) < 1 << 63


def is_crowd(value: object) -> bool:
    """Tell whether `iscrowd` says so; it is often absent, and sometimes text or a boolean."""
    return value in (1, True, "1", "true", "True")


def read_size(value: object) -> int | None:
    """Return the width or height of an image in whole pixels; None where the value is none."""
    if not isinstance(value, int | float) or not is_number(value) or value != int(value):
        return None
    return int(value) if 0 < value <= MAX_PX else None


def read_box(value: object) -> tuple[Box, bool] | None:
    """Return a box as x, y, width, height, and whether its width or height was negative.

    A negative width or height names the same corners the other way round. None where the value is not four numbers.
    """
    if not isinstance(value, list) or len(value) != 4 or not all(is_number(v) for v in value):
        return None
    x, y, width, height = (float(v) for v in value)
    if max(abs(x), abs(y), abs(width), abs(height)) > MAX_PX:
        return None
    turned = width < 0 or height < 0
    return (min(x, x + width), min(y, y + height), abs(width), abs(height)), turned
