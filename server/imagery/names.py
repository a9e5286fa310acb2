"""Names of uploaded files, made fit for any file system."""

from __future__ import annotations

import re
import unicodedata

from geoengine.errors import InvalidValueError
from geoengine.tasks.scenes.collect import not_imagery

MAX_NAME_BYTES = 200
"""In UTF-8; the project's own side-cars and temporary files need the rest of the 255 that file systems allow."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_UNFIT = re.compile(r'[<>:"|?*]')


def safe_name(name: str) -> str:
    """Return the name that an uploaded file gets: no path, no control character, nothing that Windows reserves.

    >>> safe_name("../x.tif"), safe_name("CON.tif"), safe_name(" a:b .tif ")
    ('x.tif', '_CON.tif', 'a_b .tif')

    Raises:
        InvalidValueError: Nothing is left, it is too long, or it is none of a raster or a side-car.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join("_" if unicodedata.category(each)[0] == "C" else each for each in last)
    plain = _UNFIT.sub("_", plain).strip(" .")
    if _RESERVED.fullmatch(plain):
        plain = f"_{plain}"
    if not plain:
        raise InvalidValueError(f"the name is {name[:100]!r}, expected that of a file", "name")
    size = len(plain.encode())
    if size > MAX_NAME_BYTES:
        raise InvalidValueError(
            f"the name {plain[:40]!r} … has {size} bytes, expected at most {MAX_NAME_BYTES}: rename the file",
            "name",
        )
    reason = not_imagery(plain)
    if reason is not None:
        raise InvalidValueError(f"{plain} is {reason}, expected a raster or a side-car of one", "name")
    return plain
