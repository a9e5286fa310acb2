"""Named places of a gazetteer."""

from __future__ import annotations

from dataclasses import dataclass

LonLatBox = tuple[float, float, float, float]
"""West, south, east, north in degrees; west is larger than east across the antimeridian."""


@dataclass(frozen=True)
class Place:
    """Named place.

    Attributes:
        id: Its number in GeoNames.
        name: The name that is shown.
        names: Other names, in every language, separated by spaces.
        lon, lat: Degrees, WGS 84.
        kind: GeoNames' feature class, one letter: A region, H water, L area, P settlement, R road, S building, T
            mountain, U undersea, V vegetation; empty where none is given.
        country: ISO 3166-1 alpha-2; empty where none is given.
        population: 0 where it is not known.
    """

    id: int
    name: str
    names: str
    lon: float
    lat: float
    kind: str
    country: str
    population: int
