"""Limits of one label: what an object may hold, and the range of numbers that are read.

The table in docs/limits.md lists them with their causes; the web server's schemas and ``geoengine import`` use
the same constants.
"""

from __future__ import annotations

MAX_VERTICES = 100_000
"""Vertices of one polygon, all rings together, the closing ones included."""

MAX_RINGS = 10_000
"""Rings of one polygon: the outer one and its holes."""

MAX_BOX_OVERLAPS = 3_000_000
"""Pairs of edges, and pairs of rings, with overlapping bounding boxes; the cost of a validity check grows with them."""

MAX_ATTRIBUTE_KEYS = 256
"""Keys of one object's attributes, at the top level."""

MAX_ATTRIBUTE_BYTES = 65_536
"""Bytes of one object's attributes as compact UTF-8 JSON."""

MAX_ATTRIBUTE_DEPTH = 8
"""Nesting of one object's attributes: ``{"a": [1]}`` has a depth of 2."""

MAX_NOTE_CHARACTERS = 500
"""Characters of a note on one object."""

MAX_DECIDED = 100_000
"""Proposals of one decision on all of an area and filter."""

MAX_COORDINATE = 1e12
"""Absolute value of a coordinate; the circumference of the Earth in millimetres is 4e10."""

MAX_ID = 2**63 - 1
"""Largest number of a scene, job or revision: a signed 64-bit integer in the database."""
