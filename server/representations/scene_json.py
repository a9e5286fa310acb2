"""Scenes as HTTP replies: name of the CRS, map tiles, version, display options."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import shapely

from geoengine.model import Completion, FeatureCount, Scene, ScenePair
from geoengine.model.activity import SceneActivity
from server.representations.scene_version import VersionedScene
from server.schemas.scenes import (
    ActivityReply,
    CompletionReply,
    CountsReply,
    DisplayOptionsReply,
    LonLatExpansionReply,
    PairReply,
    SceneReply,
    SceneSummaryReply,
    StretchReply,
    TilesReply,
)
from tiling.display.band_roles import COMBINATIONS, pick_bands
from tiling.display.colormaps import COLORMAPS
from tiling.display.statistics import fill_note
from tiling.display.stretch import quantities
from tiling.errors import StretchError
from tiling.grid.lonlat_expansion import fit_lonlat_expansion
from tiling.grid.raster_grid import RasterGrid
from tiling.maptiles.pyramid import TilePyramid

Units = Literal["m", "degrees", "pixels", "ft", "us-ft"]

_UNITS: dict[str, Units] = {
    "metre": "m",
    "meter": "m",
    "degree": "degrees",
    "foot": "ft",
    "US survey foot": "us-ft",
}


@dataclass(frozen=True)
class GridFacts:
    """Properties of a grid that PROJ is asked for; cached, because it takes milliseconds.

    Attributes:
        crs: ``EPSG:3857``, else the CRS's own name, None without one.
        units: Of world coordinates; ``pixels`` also for a unit that no map client knows.
        gsd_m: Ground metres per pixel at the centre, None without a CRS.
    """

    crs: str | None
    units: Units
    gsd_m: float | None


@lru_cache(maxsize=4096)
def grid_facts(grid: RasterGrid) -> GridFacts:
    """Return the properties of `grid`."""
    crs = grid.crs
    if crs is None:
        return GridFacts(None, "pixels", None)
    authority = crs.to_authority(min_confidence=70)
    name = ":".join(authority) if authority else crs.name
    axes = crs.axis_info
    units = _UNITS.get(axes[0].unit_name, "pixels") if axes else "pixels"
    return GridFacts(name, units, grid.gsd_m)


@lru_cache(maxsize=256)
def lonlat_expansion_reply(grid: RasterGrid) -> LonLatExpansionReply | None:
    """Return the lon/lat expansion of `grid`; cached, because PROJ takes milliseconds for it."""
    expansion = fit_lonlat_expansion(grid)
    return None if expansion is None else LonLatExpansionReply(coefficients=expansion.coefficients.tolist())


def display_options_reply(scene: Scene) -> DisplayOptionsReply:
    """Return the scene's stretch, and the combinations and colormaps it can be shown with."""
    named = scene.metadata.band_names
    names = [*named, *(f"band {n}" for n in range(len(named) + 1, scene.bands + 1))][: scene.bands]

    def possible(combination: str) -> bool:
        try:
            pick_bands(combination, named, scene.metadata.wavelengths_nm, scene.bands)
        except StretchError:
            return False
        return True

    s = scene.stretch
    low, high = quantities(s, scene.statistics)
    return DisplayOptionsReply(
        bands=names,
        combinations=[name for name in COMBINATIONS if possible(name)],
        colormaps=list(COLORMAPS),
        stretch=StretchReply(
            bands=list(s.bands),
            low=list(low),
            high=list(high),
            gamma=s.gamma,
            index=s.index,
            colormap=s.colormap,
        ),
    )


@lru_cache(maxsize=4096)
def rough_rings(footprint: str | None) -> list[list[tuple[float, float]]] | None:
    """Return the exteriors of a footprint (WKT), simplified for a drawing of 100 px and rounded to 1e-5 degrees."""
    if footprint is None:
        return None
    outline = shapely.from_wkt(footprint)
    west, south, east, north = outline.bounds
    rough = shapely.simplify(outline, max(east - west, north - south) / 100)
    return [
        [(round(x, 5), round(y, 5)) for x, y in shapely.get_coordinates(part.exterior).tolist()]
        for part in shapely.get_parts(rough)
    ]


def counts_by_scene(counts: Iterable[FeatureCount]) -> dict[int, CountsReply]:
    """Return the store's counts by scene, summed over the classes."""
    sums: dict[int, dict[str, int]] = {}
    for count in counts:
        of_scene = sums.setdefault(count.scene_id, {})
        of_scene[count.state.value] = of_scene.get(count.state.value, 0) + count.count
    return {scene_id: CountsReply(**of_scene) for scene_id, of_scene in sums.items()}


def completion_reply(completion: Completion, classes: Collection[str]) -> CompletionReply:
    """Return what somebody said of a scene or an area; `classes` are the keys of the project's classes of now."""
    return CompletionReply(
        complete=completion.is_complete,
        author=completion.author,
        time=completion.time,
        share=completion.share,
        missing=list(completion.missing(classes)),
        area=None if completion.area is None else completion.area.corners,
    )


def whole_of(held: Iterable[CompletionReply]) -> CompletionReply | None:
    """Return the completion of the whole scene, of those that hold; None where there is none."""
    return next((one for one in held if one.area is None), None)


def areas_of(held: Iterable[CompletionReply]) -> list[CompletionReply]:
    """Return the completions of areas, of those that hold."""
    return [one for one in held if one.area is not None]


def activity_by_scene(activity: Mapping[int, SceneActivity]) -> dict[int, ActivityReply]:
    """Return what was done in scenes as replies."""
    return {
        scene_id: ActivityReply(
            runs=one.runs, edited_at=one.edited_at, edited_by=one.edited_by, authors=list(one.authors)
        )
        for scene_id, one in activity.items()
    }


def scene_summary(
    versioned: VersionedScene,
    counts: CountsReply | None,
    activity: ActivityReply | None = None,
    complete: CompletionReply | None = None,
    open_pins: int = 0,
) -> dict[str, Any]:
    """Return a scene as the list shows it, a `SceneSummaryReply` as JSON."""
    fields = _dumped(_ByIdentity(versioned))
    own = {"counts": counts, "activity": activity, "complete": complete}
    given = {name: value.model_dump(mode="json", by_alias=True) for name, value in own.items() if value}
    return {**fields, **given, "open_pins": open_pins}


class _ByIdentity:
    """Scene with its version as a key of a cache; the store returns the same scene while its row stays."""

    def __init__(self, versioned: VersionedScene) -> None:
        self.versioned = versioned

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _ByIdentity):
            return NotImplemented
        mine, theirs = self.versioned, other.versioned
        return (
            mine.scene is theirs.scene and mine.version == theirs.version and mine.changed == theirs.changed
        )

    def __hash__(self) -> int:
        return hash((id(self.versioned.scene), self.versioned.version))


@lru_cache(maxsize=8192)
def _dumped(key: _ByIdentity) -> dict[str, Any]:
    return SceneSummaryReply(**_summary(key.versioned, None, None), open_pins=0).model_dump(
        mode="json", by_alias=True
    )


def scene_detail(
    versioned: VersionedScene,
    counts: CountsReply | None,
    activity: ActivityReply | None = None,
    held: Sequence[CompletionReply] = (),
    open_pins: int = 0,
) -> SceneReply:
    """Return a scene as the map needs it."""
    scene = versioned.scene
    grid = scene.grid
    pyramid = TilePyramid(grid.width, grid.height)
    native = grid.transform.a
    t = grid.transform
    return SceneReply(
        **_summary(versioned, counts, activity, whole_of(held)),
        open_pins=open_pins,
        complete_areas=areas_of(held),
        crs_wkt=grid.crs_wkt,
        units=grid_facts(grid).units,
        transform=(t.a, t.b, t.c, t.d, t.e, t.f),
        extent=grid.bounds,
        tiles=TilesReply(
            url=f"/tiles/{scene.id}/native/{{z}}/{{x}}/{{y}}?v={versioned.version}",
            tile_size=pyramid.tile_size,
            resolutions=list(pyramid.resolutions(native)),
            origin=(t.c, t.f),
        ),
        chart=lonlat_expansion_reply(grid),
        looks=display_options_reply(scene),
        native_resolution=native,
        off_nadir_deg=scene.metadata.off_nadir_deg,
        classification=scene.metadata.classification,
        fill=fill_note(scene.statistics),
    )


def pair_reply(pair: ScenePair, scene: Scene, version: str) -> PairReply:
    """Return the other scene of a pair, with its tiles, of `version`, on the grid of `scene`."""
    other = pair.other(scene.id)
    return PairReply(
        scene_id=other.id,
        key=other.key,
        name=other.name,
        acquired_at=other.acquired_at or "",
        sensor=other.metadata.sensor,
        marking=other.marking,
        days=pair.days if other is pair.later else -pair.days,
        overlap=pair.overlap,
        tiles=scene_tiles_address(other, scene.id, version),
    )


def scene_tiles_address(other: Scene, scene_id: int, version: str) -> str:
    """Return the address of the tiles of a scene on the tile grid of another, with {z}, {x} and {y}."""
    return f"/tiles/{other.id}/on/{scene_id}/{{z}}/{{x}}/{{y}}?v={version}"


def _summary(
    versioned: VersionedScene,
    counts: CountsReply | None,
    activity: ActivityReply | None = None,
    complete: CompletionReply | None = None,
) -> dict[str, Any]:
    scene = versioned.scene
    facts = grid_facts(scene.grid)
    return {
        "id": scene.id,
        "key": scene.key,
        "name": scene.name,
        "width": scene.grid.width,
        "height": scene.grid.height,
        "gsd_m": facts.gsd_m,
        "crs": facts.crs,
        "bands": scene.bands,
        "dtype": scene.dtype,
        "acquired_at": scene.acquired_at,
        "sensor": scene.metadata.sensor,
        "marking": scene.marking,
        "created_at": scene.created_at,
        "counts": counts or CountsReply(),
        "activity": activity or ActivityReply(),
        "complete": complete,
        "footprint": rough_rings(scene.footprint),
        "thumbnail": f"/tiles/{scene.id}/thumbnail?v={versioned.version}",
        "changed": versioned.changed,
    }
