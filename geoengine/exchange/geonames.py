"""Reader of places in GeoNames' format, as its own dumps have it (`readme.txt` there).

A line for each place, 19 fields between tabs, UTF-8, positions in WGS 84.
"""

from __future__ import annotations

import contextlib
import io
import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geoengine.errors import ExchangeError
from geoengine.model.place import Place

_FIELDS = 19
_LONGEST_LINE = 100_000  # the longest of GeoNames' own has 12,000 characters


@dataclass
class LeftOut:
    """Number of lines that are no places, and why the first is none."""

    lines: int = 0
    first: str | None = None


def read_geonames(file: Path, left_out: LeftOut) -> Iterator[Place]:
    """Yield the places of a text file, or of the ZIP archive that GeoNames publishes.

    Args:
        file: The file.
        left_out: Lines that are no places are counted here.

    Raises:
        ExchangeError: The file is in no such format, or holds no place.
        OSError: It cannot be read.
    """
    is_empty = True
    for number, line in enumerate(_lines(file), 1):
        place = _place(line)
        if isinstance(place, Place):
            is_empty = False
            yield place
        else:
            left_out.lines += 1
            left_out.first = left_out.first or f"{file.name}, line {number}: {place}"
    if is_empty:
        raise ExchangeError(
            f"{file} holds no place in GeoNames' format ({left_out.first or 'it is empty'}); expected lines of "
            f"{_FIELDS} fields between tabs"
        )


def _lines(file: Path) -> Iterator[str]:
    """Yield the lines of a text file, or of the largest text in an archive."""
    try:
        with contextlib.ExitStack() as stack:
            if zipfile.is_zipfile(file):
                archive = stack.enter_context(zipfile.ZipFile(file))
                texts = [i for i in archive.infolist() if i.filename.endswith(".txt") and i.file_size]
                if not texts:
                    raise ExchangeError(f"{file} holds no text file; expected one of GeoNames' archives")
                member = max(texts, key=lambda info: info.file_size)
                binary = stack.enter_context(archive.open(member))
            else:
                binary = stack.enter_context(file.open("rb"))
            # Not a universal newline: names may hold other line ends.
            text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="\n")
            while line := text.readline(_LONGEST_LINE):
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ExchangeError(f"{file} is not UTF-8 text, as GeoNames' files are: {error}") from error
    except zipfile.BadZipFile as error:
        raise ExchangeError(f"{file} is a damaged archive: {error}") from error


def _place(line: str) -> Place | str:
    """Return the place of a line, or why it is none."""
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        return f"{len(fields)} field{'' if len(fields) == 1 else 's'}, expected {_FIELDS}"
    number, name, plain, others, lat, lon, kind, _, country, *rest = fields
    try:
        identity, north, east, population = int(number), float(lat), float(lon), int(rest[5] or 0)
    except ValueError as error:
        return str(error)
    if not name.strip() or not math.isfinite(north + east) or abs(north) > 90 or abs(east) > 180:
        return f"the name is {name!r} at latitude {lat} and longitude {lon}, expected a name and a place on the Earth"
    names = " ".join(sorted({plain, *others.split(",")} - {name, ""}))
    return Place(identity, name, names, east, north, kind, country, population)
