"""Small archives of map tiles: each pixel's red and green say where it is."""

from __future__ import annotations

import gzip
import io
import sqlite3
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from tiling.archives.pmtiles import tile_id
from tiling.maptiles.web_mercator import HALF_WORLD_M

Tiles = Mapping[tuple[int, int, int], bytes]
"""Encoded images by z, x, y."""

SPAN_M = 400.0
"""The colours rise from 0 to 250 over so many metres of the web map."""


def color_at(x_m: float, y_m: float, west: float, north: float) -> tuple[float, float]:
    """Red and green at a place of the web map."""
    return (x_m - west) * 250 / SPAN_M, (north - y_m) * 250 / SPAN_M


def painted(
    corner: tuple[float, float],
    zooms: Iterable[int],
    side: int = 256,
    suffix: str = "PNG",
    span_m: float = SPAN_M,
) -> dict[tuple[int, int, int], bytes]:
    """Tiles over `span_m` from `corner` (west, north, metres of the web map) on, blue in all of them 77."""
    west, north = corner
    tiles = {}
    for z in zooms:
        tile_m = 2 * HALF_WORLD_M / (1 << z)
        columns = range(
            int((west + HALF_WORLD_M) // tile_m), int((west + span_m + HALF_WORLD_M) // tile_m) + 1
        )
        rows = range(
            int((HALF_WORLD_M - north) // tile_m), int((HALF_WORLD_M - north + span_m) // tile_m) + 1
        )
        steps = (np.arange(side) + 0.5) * tile_m / side
        for x in columns:
            for y in rows:
                red, _ = color_at(x * tile_m - HALF_WORLD_M + steps, north, west, north)  # type: ignore[arg-type]
                _, green = color_at(west, HALF_WORLD_M - y * tile_m - steps, west, north)  # type: ignore[arg-type]
                image = np.full((side, side, 3), 77, np.uint8)
                image[..., 0] = np.clip(np.rint(red), 0, 255)
                image[..., 1] = np.clip(np.rint(green), 0, 255)[:, None]
                tiles[z, x, y] = encoded(image, suffix)
    return tiles


def encoded(image: np.ndarray, suffix: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(image).save(out, suffix, **({"lossless": True} if suffix == "WEBP" else {}))
    return out.getvalue()


def write_mbtiles(path: Path, tiles: Tiles, **said: str) -> Path:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", [("name", "test"), *said.items()])
        rows = [(z, x, (1 << z) - 1 - y, data) for (z, x, y), data in tiles.items()]
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path


def write_tile_folder(path: Path, tiles: Tiles, ending: str = ".png", *, from_south: bool = False) -> Path:
    for (z, x, y), data in tiles.items():
        folder = path / str(z) / str(x)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{(1 << z) - 1 - y if from_south else y}{ending}").write_bytes(data)
    if from_south:
        (path / "tilemapresource.xml").write_text('<TileMap><TileSets profile="mercator"/></TileMap>')
    return path


def write_pmtiles(path: Path, tiles: Tiles, kind: int = 2, *, leaves: bool = False) -> Path:
    """Write PMTiles 3, as its specification says, with one directory or one below another."""
    numbered = sorted((tile_id(*tile), data) for tile, data in tiles.items())
    lengths = [len(data) for _, data in numbered]
    offsets = [sum(lengths[:index]) for index in range(len(lengths))]
    directory = _directory([number for number, _ in numbered], [1] * len(numbered), lengths, offsets)
    root, leaf = directory, b""
    if leaves:
        root, leaf = _directory([numbered[0][0]], [0], [len(directory)], [0]), directory
    zooms = [z for z, _, _ in tiles]
    starts = [127, 127 + len(root), 127 + len(root), 127 + len(root) + len(leaf)]
    sizes = [len(root), 0, len(leaf), sum(lengths)]
    places = [value for pair in zip(starts, sizes, strict=True) for value in pair]
    header = struct.pack("<7sB11Q6B4i", b"PMTiles", 3, *places, *[len(tiles)] * 3, 1, 2, 1, kind,
                         min(zooms), max(zooms), 0, 0, 0, 0)  # fmt: skip
    body = b"".join(data for _, data in numbered)
    path.write_bytes(header.ljust(127, b"\0") + root + leaf + body)
    return path


def _directory(ids: list[int], runs: list[int], lengths: list[int], offsets: list[int]) -> bytes:
    steps = [ids[0], *np.diff(ids).tolist()]
    columns = [len(ids), *steps, *runs, *lengths, *(offset + 1 for offset in offsets)]
    return gzip.compress(b"".join(map(_varint, columns)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
