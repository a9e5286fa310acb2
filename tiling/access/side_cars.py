"""Side-cars of a raster that say where its pixels are, which are valid, or what they look like from far."""

from __future__ import annotations

import hashlib
import os
import re
import xml.etree.ElementTree as ET
from pathlib import Path

from tiling.access.folder_names import names_in

# Whose bytes are part of what a raster is: its place, its mask, its header, its pixels.
_DEFINING = (
    ".aux.xml", ".msk", ".wld", ".prj", ".tab", ".hdr", ".rpb", ".rpc", "_rpc.txt", ".xml", ".rdc", ".ref", ".blw",
    ".stx", ".ige", ".clr",
)  # fmt: skip
# Derived from the pixels: looked at for changes, no part of what the raster is.
_DERIVED = (".ovr", ".rrd", ".aux")

# Larger ones are compared by size and time.
_SMALL_BYTES = 1 << 20

# What GDAL and QGIS add when a raster is only looked at.
_LOOKED_AT = {"Histograms"}
_STATISTICS = re.compile(r"STATISTICS_.*", re.IGNORECASE)


def side_cars(path: Path) -> dict[str, Path]:
    """Return the side-cars that are there, by what follows the raster's name: `.aux.xml`, `.jgw`, `.tif.msk`.

    GDAL looks them up by name, in lower case, in upper case and as the raster's own ending; so does this.
    """
    found: dict[str, Path] = {}
    folder, name, stem, ending = str(path.parent), path.name, path.stem, path.suffix
    listed = names_in(folder)
    # File systems differ in how they compare letters beyond ASCII.
    there = listed.lower if listed is not None and name.isascii() else None
    worlds = (f".{ending[1]}{ending[-1]}w", f"{ending}w") if len(ending) > 2 else ()
    for suffix in (*_DEFINING, *_DERIVED, *(world.lower() for world in worlds)):
        for start, prefix in ((name, ending.lower()), (stem, "")):
            if there is not None and f"{start}{suffix}".lower() not in there:
                continue
            for spelled in (suffix, suffix.upper()):
                beside = f"{start}{spelled}"
                if beside != name and f"{prefix}{suffix}" not in found:
                    at = os.path.join(folder, beside)
                    if os.path.isfile(at):
                        found[f"{prefix}{suffix}"] = Path(at)
    return found


def side_car_states(path: Path) -> dict[str, str]:
    """Return a text for each side-car that changes when it does: of its content, or of size and time of a large one."""
    states = {}
    for suffix, beside in side_cars(path).items():
        try:
            status = beside.stat()
            state = (
                _content(suffix, beside)
                if status.st_size <= _SMALL_BYTES
                else f"{status.st_size} {status.st_mtime_ns}"
            )
        except OSError:
            state = "unreadable"
        if state:
            states[suffix] = state
    return states


def hash_with_side_cars(file_hash: str, path: Path) -> str:
    """Return a hash of a raster with its side-cars, except overviews: the file's own hash where it has none.

    Raises:
        OSError: A side-car cannot be read.
    """
    parts = []
    for suffix, beside in sorted(side_cars(path).items()):
        if not suffix.endswith(_DERIVED):
            content = _content(suffix, beside)
            parts += [f"{suffix} {content}"] if content else []
    if not parts:
        return file_hash
    return hashlib.sha256("\n".join([file_hash, *parts]).encode()).hexdigest()


def _content(suffix: str, path: Path) -> str:
    """Return a hash of what a side-car says; empty for statistics alone."""
    with path.open("rb") as file:
        if not suffix.endswith(".aux.xml"):
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
        data = file.read()
    try:
        root = ET.fromstring(data)
    except ET.ParseError:
        return hashlib.sha256(data).hexdigest()[:32]
    said = _said(root)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32] if said[3] else ""


def _said(element: ET.Element) -> tuple[str, tuple[tuple[str, str], ...], str, tuple[object, ...]]:
    """Return an element of PAM (GDAL's .aux.xml) as values, without statistics and histograms."""
    children = []
    for child in element:
        if child.tag in _LOOKED_AT or _STATISTICS.fullmatch(child.get("key", "")):
            continue
        said = _said(child)
        if child.tag in ("Metadata", "PAMRasterBand") and not said[3]:
            continue
        children.append(said)
    return element.tag, tuple(sorted(element.attrib.items())), (element.text or "").strip(), tuple(children)
