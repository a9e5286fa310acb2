"""Converter for numbers in addresses."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter, Map

from geoengine.model.limits import MAX_ID


class IdConverter(IntegerConverter):
    """A whole number from 0 to `MAX_ID`, in ASCII digits; an address with any other is not found."""

    regex = r"[0-9]{1,19}"

    def __init__(self, map: Map) -> None:
        """Make a converter for the rules of `map`."""
        super().__init__(map, max=MAX_ID)
