"""Property names of label files, shared by writer and reader."""

from __future__ import annotations

FOREIGN_MEMBER = "geoengine"
PIXEL = "pixel"
"""What a file says of its coordinates where they are pixels: x = column, y = -row."""

UNKNOWN_CRS = "unknown CRS"
"""The same where they are those of a raster that is placed, but does not say in which CRS."""

SAID = ("unsure", "note", "confidence")
"""Properties of what a person says of an object; only objects that have one are written with it."""

RESERVED = frozenset(
    ("uid", "scene", "class", "state", "score", "revision", "author", "time", "model", *SAID)
)
"""Properties that say what the engine knows; an attribute of the same name gives way."""

SOURCE_FIELDS = {"author": "source_author", "time": "source_time"}
"""Attributes of an object from another project: who last changed it there, and when."""

_PREFIX = "attribute:"


def property_name(attribute: str) -> str:
    """Return the property an attribute is written as: its own name, unless that or the prefixed form is taken."""
    return f"{_PREFIX}{attribute}" if attribute in RESERVED or attribute.startswith(_PREFIX) else attribute


def attribute_name(prop: str) -> str:
    """Return the attribute a property was written from; the inverse of `property_name`."""
    rest = prop.removeprefix(_PREFIX)
    return rest if rest != prop and (rest in RESERVED or rest.startswith(_PREFIX)) else prop
