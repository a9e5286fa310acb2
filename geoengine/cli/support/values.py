"""Types of values that options take: lists, CRSs, nodata, classes."""

from __future__ import annotations

import re
from typing import Any

import click

GEOMETRIES = ("polygon", "box", "oriented-box", "line", "point")
"""Values of `GeometryKind`, which would be imported for each help page."""

# Newer versions of click have generic parameter types, and older ones cannot be given the parameter.


class CommaList(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A comma-separated list of words out of a fixed set, such as `accepted,proposed`."""

    name = "list"

    def __init__(self, words: tuple[str, ...] | None = None) -> None:
        """Allow these words, or any where None."""
        self.words = words

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Split and check `value`."""
        if not isinstance(value, str):
            return tuple(value)
        parts = tuple(part.strip() for part in value.split(",") if part.strip())
        for part in parts:
            if self.words is not None and part not in self.words:
                self.fail(f"{part!r} is not one of {', '.join(self.words)}", param, ctx)
        if not parts:
            self.fail("expected at least one word", param, ctx)
        return parts


class CrsText(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """CRS: a code such as EPSG:32633, or WKT."""

    name = "CRS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the CRS's code, or its WKT 2 where it has none."""
        from tiling.errors import GridError
        from tiling.grid.crs_text import assignable_crs

        try:
            return assignable_crs(str(value))
        except GridError as error:
            self.fail(str(error).rstrip("."), param, ctx)


class Nodata(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Nodata value: one number, or a colour given as three of them."""

    name = "V|R,G,B"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float | tuple[int, ...]:
        """Return a float for one number (`nan` is one), a tuple of ints, one for each band, for a colour."""
        if not isinstance(value, str):
            return value if isinstance(value, tuple) else float(value)
        from geoengine.errors import InvalidValueError
        from geoengine.tasks.scenes.add_settings import read_nodata

        try:
            return read_nodata(value)
        except InvalidValueError as error:
            self.fail(str(error), param, ctx)


class ClassSpec(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A label class: `key`, with a colour as rrggbb in hexadecimal, a kind of geometry, or both after colons."""

    name = "KEY[:COLOUR][:GEOMETRY]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str | None, str | None]:
        """Return the key, the colour as `#rrggbb` and the kind of geometry, None where one was not given."""
        if not isinstance(value, str):
            return value[0], value[1], value[2]
        key, *rest = value.split(":")
        colour = geometry = None
        for part in rest:
            if part in GEOMETRIES and geometry is None:
                geometry = part
            elif colour is None and re.fullmatch(r"#?[0-9A-Fa-f]{6}", part):
                colour = "#" + part.lstrip("#").lower()
            else:
                self.fail(
                    f"{part!r} is not a colour such as #e69f00, or a geometry: {', '.join(GEOMETRIES)}",
                    param,
                    ctx,
                )
        return key, colour, geometry
