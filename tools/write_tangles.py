"""Write pairs of tangled rings with the areas that GEOS gives their overlays, for the client's tests.

    python tools/write_tangles.py 150 server/client/tests/fixtures/tangles.json

A tangle is a closed walk through points on a small board: it crosses, repeats and overruns itself. What is inside of
it follows the even-odd rule: GEOS nodes the ring and makes its faces, and the faces that the ring goes round an odd
number of times are inside. (`make_valid` is no judge: where edges run over each other it departs from that rule.)
"""

from __future__ import annotations

import json
import random
import sys
from itertools import pairwise
from pathlib import Path

import shapely

BOARD = 12
SEED = 14

Ring = list[list[int]]


def tangle(source: random.Random) -> Ring:
    """Return a closed ring of 3 to 14 random points."""
    points = [[source.randint(0, BOARD), source.randint(0, BOARD)] for _ in range(source.randint(3, 14))]
    return [*points, points[0]]


def inside(ring: Ring) -> shapely.Geometry:
    """Return what the ring goes round an odd number of times."""
    edges = shapely.node(shapely.LineString(ring))
    faces = shapely.get_parts(shapely.polygonize([edges]))
    return shapely.union_all([face for face in faces if is_odd(ring, face.representative_point())])


def is_odd(ring: Ring, point: shapely.Point) -> bool:
    """Return whether a ray to the right of a point crosses the ring an odd number of times."""
    crossings = 0
    for (x0, y0), (x1, y1) in pairwise(ring):
        if (y0 > point.y) != (y1 > point.y):
            crossings += x0 + (point.y - y0) / (y1 - y0) * (x1 - x0) > point.x
    return crossings % 2 == 1


def overlays(a: Ring, b: Ring) -> dict[str, float]:
    """Return the areas of union, intersection and difference of two rings."""
    first, second = inside(a), inside(b)
    return {
        "union": first.union(second).area,
        "intersection": first.intersection(second).area,
        "difference": first.difference(second).area,
    }


def main(count: int, path: Path) -> None:
    """Write `count` pairs to a JSON file."""
    source = random.Random(SEED)
    pairs = [(tangle(source), tangle(source)) for _ in range(count)]
    rows = [json.dumps({"a": a, "b": b, "areas": overlays(a, b)}, separators=(",", ":")) for a, b in pairs]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
