"""Gazetteer of a project: a database of its own, in which a name is found among millions.

Searching uses SQLite's FTS5: every word of what is looked for begins a word of one of the names, whatever its case and
its accents.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from geoengine.errors import StoreError
from geoengine.model.place import LonLatBox, Place

_WORD = re.compile(r"\w+")
_TABLES = """
CREATE TABLE places (id INTEGER PRIMARY KEY, name TEXT NOT NULL, names TEXT NOT NULL, lon REAL NOT NULL,
    lat REAL NOT NULL, kind TEXT NOT NULL, country TEXT NOT NULL, population INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(name, names, content='places', content_rowid='id',
    tokenize="unicode61 remove_diacritics 2", prefix='2 3 4');
"""
_FIND = """
SELECT p.* FROM words JOIN places AS p ON p.id = words.rowid
WHERE words MATCH :words
ORDER BY (CASE WHEN :west <= :east THEN p.lon BETWEEN :west AND :east ELSE p.lon >= :west OR p.lon <= :east END)
    AND p.lat BETWEEN :south AND :north DESC,
    lower(p.name) = lower(:text) DESC, p.population DESC, p.name, p.id
LIMIT :limit
"""
_NOWHERE = (0.0, 1.0, 0.0, 0.0)


def write_gazetteer(target: Path, places: Iterable[Place]) -> int:
    """Make a gazetteer, and return how many places it has; it appears whole or not at all, in place of the one before.

    Args:
        target: The database to make.
        places: The places; of two with one id the last counts. What reading them raises leaves the target as it was.

    Raises:
        StoreError: The target cannot be written.
        OSError: Its folder cannot be.
    """
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as making:
        whole = Path(making) / target.name
        try:
            with contextlib.closing(sqlite3.connect(whole)) as database:
                database.executescript(_TABLES)
                values = (astuple(place) for place in places)
                database.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                database.execute("INSERT INTO words (words) VALUES ('rebuild')")
                [count] = database.execute("SELECT count(*) FROM places").fetchone()
                database.commit()
        except sqlite3.Error as error:
            raise StoreError(f"{target} cannot be written: {error}") from error
        os.replace(whole, target)
    return int(count)


def find_places(gazetteer: Path, text: str, within: LonLatBox | None = None, limit: int = 10) -> list[Place]:
    """Find places by the beginnings of words of their names.

    Args:
        gazetteer: The database that `write_gazetteer` made.
        text: What is looked for; at least two letters or digits.
        within: Places inside come first; then those of exactly this name, then those of more people.
        limit: At most so many.

    Raises:
        StoreError: The database is damaged.
    """
    words = _WORD.findall(text)
    if sum(map(len, words)) < 2:
        return []
    sides = dict(zip(("west", "south", "east", "north"), within or _NOWHERE, strict=True))
    beginnings = " ".join(f'"{word}"*' for word in words)
    uri = f"{gazetteer.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
            values = {"words": beginnings, "text": text.strip(), "limit": limit, **sides}
            return [Place(*row) for row in database.execute(_FIND, values)]
    except sqlite3.Error as error:
        raise StoreError(
            f"{gazetteer} cannot be read ({error}); geoengine gazetteer load makes it anew"
        ) from error
