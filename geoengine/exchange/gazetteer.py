"""Gazetteer: names of places in GeoNames' format, indexed once so that a name is found among millions.

The format is the one of GeoNames' own dumps (`readme.txt` there): a line for each place, 19 fields between tabs, UTF-8,
positions in WGS 84. Searching uses SQLite's FTS5: every word of what is looked for begins a word of one of the names,
whatever its case and its accents.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geoengine.errors import GeoEngineError

_FIELDS = 19
_BATCH = 10_000
_LONGEST_LINE = 100_000  # the longest of GeoNames' own has 12,000 characters
_WORD = re.compile(r"\w+")
_TABLES = """
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL, names TEXT NOT NULL, lon REAL NOT NULL,
    lat REAL NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL, population INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(name, names, content='places', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2", prefix='2 3 4');
"""
_FIND = """
SELECT p.name, p.lon, p.lat, p.kind, p.country, p.population FROM words JOIN places AS p ON p.id = words.rowid
WHERE words MATCH :words
ORDER BY (CASE WHEN :west <= :east THEN p.lon BETWEEN :west AND :east ELSE p.lon >= :west OR p.lon <= :east END)
    AND p.lat BETWEEN :south AND :north DESC,
    lower(p.name) = lower(:text) DESC, p.population DESC, p.name, p.id
LIMIT :limit
"""

LonLatBox = tuple[float, float, float, float]
"""West, south, east, north in degrees; west is larger than east across the antimeridian."""


class GazetteerError(GeoEngineError, ValueError):
    """A file is no gazetteer."""


@dataclass(frozen=True)
class Place:
    """Named place.

    Attributes:
        name: The name that is shown.
        lon, lat: Degrees, WGS 84.
        kind: GeoNames' feature class, one letter: A region, H water, L area, P settlement, R road, S building, T
            mountain, U undersea, V vegetation; empty where none is given.
        country: ISO 3166-1 alpha-2; empty where none is given.
        population: 0 where it is not known.
    """

    name: str
    lon: float
    lat: float
    kind: str
    country: str
    population: int


@dataclass(frozen=True)
class Loaded:
    """Number of places that a gazetteer has, and of lines that were left out, with the reason of the first."""

    places: int
    left_out: int
    first_reason: str | None


def write_gazetteer(target: Path, files: Iterable[Path]) -> Loaded:
    """Make a gazetteer of files in GeoNames' format; it appears whole or not at all, in place of the one before.

    Args:
        target: The database to make.
        files: Text files, or the ZIP archives that GeoNames publishes; where a place is in two, the last counts.

    Raises:
        GazetteerError: A file is in no such format, or holds no place.
        OSError: A file cannot be read, or the target cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as making:
        whole = Path(making) / target.name
        try:
            loaded = _fill(whole, files)
        except sqlite3.OperationalError as error:
            raise OSError(f"{target} cannot be written: {error}") from error
        os.replace(whole, target)
    return loaded


def _fill(path: Path, files: Iterable[Path]) -> Loaded:
    left_out, first = 0, None
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        for file in files:
            found, bad = 0, 0
            rows: list[tuple[object, ...]] = []
            for number, line in enumerate(_lines(file), 1):
                row = _row(line)
                if isinstance(row, str):
                    bad += 1
                    first = first or f"{file.name}, line {number}: {row}"
                else:
                    found += 1
                    rows.append(row)
                if len(rows) == _BATCH:
                    _insert(database, rows)
                    rows = []
            _insert(database, rows)
            if not found:
                raise GazetteerError(
                    f"{file} holds no place in GeoNames' format ({first or 'it is empty'}); expected lines of "
                    f"{_FIELDS} fields between tabs"
                )
            left_out += bad
        database.execute("INSERT INTO words (words) VALUES ('rebuild')")
        [count] = database.execute("SELECT count(*) FROM places").fetchone()
        database.commit()
    return Loaded(count, left_out, first)


def _insert(database: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    database.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _lines(file: Path) -> Iterator[str]:
    """Yield the lines of a text file, or of the largest text in an archive."""
    try:
        with contextlib.ExitStack() as stack:
            if zipfile.is_zipfile(file):
                archive = stack.enter_context(zipfile.ZipFile(file))
                texts = [i for i in archive.infolist() if i.filename.endswith(".txt") and i.file_size]
                if not texts:
                    raise GazetteerError(f"{file} holds no text file; expected one of GeoNames' archives")
                member = max(texts, key=lambda info: info.file_size)
                binary = stack.enter_context(archive.open(member))
            else:
                binary = stack.enter_context(file.open("rb"))
            # Not a universal newline: names may hold other line ends.
            text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="\n")
            while line := text.readline(_LONGEST_LINE):
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise GazetteerError(f"{file} is not UTF-8 text, as GeoNames' files are: {error}") from error
    except zipfile.BadZipFile as error:
        raise GazetteerError(f"{file} is a damaged archive: {error}") from error


def _row(line: str) -> tuple[object, ...] | str:
    """Return the values of a line, or why it is none."""
    fields = line.split("\t")
    if len(fields) != _FIELDS:
        return f"{len(fields)} field{'' if len(fields) == 1 else 's'}, expected {_FIELDS}"
    number, name, plain, others, lat, lon, kind, _, country, *_rest = fields
    try:
        identity, north, east = int(number), float(lat), float(lon)
        population = int(fields[14] or 0)
    except ValueError as error:
        return str(error)
    if not name.strip() or not math.isfinite(north + east) or abs(north) > 90 or abs(east) > 180:
        return f"the name is {name!r} at latitude {lat} and longitude {lon}, expected a name and a place on the Earth"
    names = " ".join({plain, *others.split(",")} - {name})
    return identity, name, names, east, north, kind, country, population


def find_places(gazetteer: Path, text: str, within: LonLatBox | None = None, limit: int = 10) -> list[Place]:
    """Find places by the beginnings of words of their names.

    Args:
        gazetteer: The database that `write_gazetteer` made.
        text: What is looked for; at least two letters or digits.
        within: Places inside come first; then those of exactly this name, then those of more people.
        limit: At most so many.

    Raises:
        GazetteerError: The database is damaged.
    """
    words = _WORD.findall(text)
    if sum(map(len, words)) < 2:
        return []
    west, south, east, north = within or (0.0, 1.0, 0.0, 0.0)
    values = {
        "words": " ".join(f'"{word}"*' for word in words),
        "text": text.strip(),
        "limit": limit,
        **{"west": west, "south": south, "east": east, "north": north},
    }
    uri = f"{gazetteer.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            return [Place(*row) for row in database.execute(_FIND, values)]
    except sqlite3.DatabaseError as error:
        raise GazetteerError(
            f"{gazetteer} cannot be read ({error}); geoengine gazetteer load makes it anew"
        ) from error
