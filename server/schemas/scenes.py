"""Schemas of scenes, for the list and for the map."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from server.schemas.base import Bounds, Reply


class CountsReply(Reply):
    """Numbers of a scene's features by state."""

    proposed: int = 0
    accepted: int = 0
    rejected: int = 0


class CompletionReply(Reply):
    """Word of a person on whether a scene or an area is complete: that every object is labelled."""

    complete: bool = Field(description="False where it takes an earlier one back.")
    author: str
    time: str
    share: float = Field(description="Share of the valid pixels that had been seen by then, 0 to 1.")
    missing: list[str] = Field(description="Keys of classes that the project did not have then.")
    area: tuple[int, int, int, int] | None = Field(
        description="Left, top, right and bottom in pixels of the scene; null for all of it."
    )


class ActivityReply(Reply):
    """What was done in a scene so far."""

    runs: int = Field(
        default=0,
        description="Runs of models over the scene that were not taken back; one may have found nothing.",
    )
    edited_at: str | None = Field(default=None, description="When a person last changed a feature.")
    edited_by: str | None = Field(default=None, description="Who that was.")
    authors: list[str] = Field(default=[], description="Everybody who changed a feature.")


class SceneSummaryReply(Reply):
    """A scene as a list shows it."""

    id: int
    key: str
    name: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    gsd_m: float | None = Field(description="Ground metres per pixel at the centre; null without a CRS.")
    crs: str | None = Field(description="EPSG:3857, or a name where no authority lists it; null without one.")
    bands: int
    dtype: str
    acquired_at: str | None
    sensor: str | None = Field(description="Platform or sensor, as the file spells it.")
    marking: str | None
    created_at: str
    counts: CountsReply
    complete: CompletionReply | None = Field(description="Who said that every object is labelled; or null.")
    open_pins: int = Field(description="Number of questions on places that are open.")
    activity: ActivityReply
    footprint: list[list[tuple[float, float]]] | None = Field(
        description="Roughly, the outline's rings in longitude and latitude, one for each side of the "
        "antimeridian; null without a place on the Earth."
    )
    thumbnail: str = Field(description="Where a small picture of the scene is.")
    changed: str | None = Field(
        description="One sentence where the scene's files are gone or are not those that were registered: what "
        "is drawn may not be what was labelled."
    )


class ScenesReply(Reply):
    """All scenes of the project."""

    scenes: list[SceneSummaryReply]


class TilesReply(Reply):
    """Address of a scene's map tiles on its own grid, and their resolutions."""

    url: str = Field(description="With {z}, {x} and {y}, row 0 on top, and the picture's version.")
    tile_size: int = Field(description="Pixels.")
    resolutions: list[float] = Field(
        description="World units per pixel at z = 0, 1, ...; the last is native."
    )
    origin: tuple[float, float] = Field(description="World x, y of the raster's upper left corner.")


class StretchReply(Reply):
    """Stretch of a scene: the bands shown, and the native values that become black and white."""

    bands: list[int] = Field(description="Counted from 1: one, three, or the two of an index.")
    low: list[float] = Field(description="The value shown as black, of each channel, with scale and offset.")
    high: list[float] = Field(description="The value shown as white, of each channel.")
    gamma: float
    index: str | None
    colormap: str | None


class DisplayOptionsReply(Reply):
    """Stretch of a scene, and the other ways its tiles can be requested (`bands`, `limits`, `colormap`)."""

    bands: list[str] = Field(description="A name for each band.")
    combinations: list[str] = Field(description="Those of `natural`, `cir` and `ndvi` that its bands allow.")
    colormaps: list[str]
    stretch: StretchReply


class LonLatExpansionReply(Reply):
    """Expansion of a scene's longitude and latitude on the WGS 84 ellipsoid, within a millimetre.

    With u = 2 col / width - 1, v = 2 row / height - 1 and the Chebyshev polynomials T, the ellipsoid's normal is
    normal[k] = sum of coefficients[k][i][j] * T_i(v) * T_j(u): x towards longitude 0, y towards 90° E, z north.
    """

    coefficients: list[list[list[float]]]


class SceneReply(SceneSummaryReply):
    """A scene as the map needs it."""

    complete_areas: list[CompletionReply] = Field(description="Areas that are complete, oldest first.")
    crs_wkt: str | None
    units: Literal["m", "degrees", "pixels", "ft", "us-ft"] = Field(description="Of world coordinates.")
    transform: tuple[float, float, float, float, float, float] = Field(
        description="a, b, c, d, e, f: x = a*col + b*row + c and y = d*col + e*row + f."
    )
    extent: Bounds = Field(description="minx, miny, maxx, maxy in world units.")
    tiles: TilesReply
    chart: LonLatExpansionReply | None = Field(
        description="For coordinates under the pointer; null without a CRS, or not all on the Earth."
    )
    looks: DisplayOptionsReply
    native_resolution: float = Field(description="World units per raster pixel.")
    off_nadir_deg: float | None = Field(description="Angle between the line of sight and the vertical.")
    classification: str | None = Field(description="What the file says of its classification.")
    fill: str | None = Field(
        description="One sentence where a value fills the scene's border and is not declared as nodata: "
        "statistics leave it out."
    )


class ChannelReply(Reply):
    """Values of one channel in a part of a scene, in the quantity that its scale and offset say."""

    name: str = Field(description="Of the band, or of the index.")
    counts: list[int] = Field(description="Pixels in bins of one width; empty where nothing is valid.")
    start: float = Field(description="Lower end of the first bin; what is below is counted in it.")
    end: float = Field(description="Upper end of the last bin; what is above is counted in it.")
    p2: float = Field(description="The 2nd percentile.")
    p98: float = Field(description="The 98th percentile, above the 2nd.")
    low: float = Field(description="What the query shows as black.")
    high: float = Field(description="What the query shows as white.")


class HistogramReply(Reply):
    """Histogram of a part of a scene, for each channel that is shown."""

    channels: list[ChannelReply]


class PairReply(Reply):
    """Another scene of the same ground, taken on another date."""

    scene_id: int
    key: str
    name: str
    acquired_at: str
    sensor: str | None
    marking: str | None
    days: int = Field(
        description="From this scene's date to the other's; negative where that one is earlier."
    )
    overlap: float = Field(description="Common ground over the ground of the smaller scene, 0 to 1.")
    tiles: str = Field(description="The other scene drawn on this one's tile grid, with {z}, {x} and {y}.")


class PairsReply(Reply):
    """The scenes that one scene can be compared with, the newest first."""

    pairs: list[PairReply]
