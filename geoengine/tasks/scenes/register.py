"""Registration of rasters as scenes: made quick to read where needed, measured once, and recorded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import shapely

from geoengine.errors import InvalidValueError
from geoengine.model import Scene, date_of
from geoengine.model.scene import nodata_json
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes.content_hash import content_hash, mosaic_hash
from geoengine.tasks.scenes.originals import source_record
from geoengine.tasks.scenes.scenes_folder import (
    drop_note,
    forget,
    free_key,
    note_key,
    one_registration,
    sweep,
)
from tiling.access.source import RasterSource
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import choose_stretch
from tiling.display.stretch_request import StretchRequest
from tiling.display.undeclared_fill import find_undeclared_fill
from tiling.grid.footprint import footprint_lonlat
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.ingest.mosaic import Mosaic, plan_mosaic, write_mosaic
from tiling.progress import Progress
from tiling.raster.facts import RasterFacts, read_facts
from tiling.raster.metadata import SceneMetadata, common_metadata
from tiling.raster.raster import open_raster

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registration:
    """Settings of a scene that the person who registers it gives.

    Attributes:
        nodata: nodata value, a number or a colour, of a file that has none.
        name: what people call the scene; None for the file's name without its ending.
        acquired_at: when the image was taken, ISO 8601; None for what the file says.
        marking: the scene's handling marking; None for the classification the file has, if any.
        in_place: read the pixels from where they lie instead of copying them.
        stretch: how the scene is displayed; None in it for what the raster itself decides.
        finds_fill: leave a value that fills the border, and is not declared as nodata, out of the statistics.

    Raises:
        InvalidValueError: `acquired_at` is no time.
    """

    nodata: float | tuple[int, ...] | None = None
    name: str | None = None
    acquired_at: str | None = None
    marking: str | None = None
    in_place: bool = False
    stretch: StretchRequest = field(default_factory=StretchRequest)
    finds_fill: bool = True

    def __post_init__(self) -> None:
        """Check the time of acquisition."""
        if self.acquired_at is not None and date_of(self.acquired_at) is None:
            raise InvalidValueError(
                f"acquired_at is {self.acquired_at!r}, expected a time in ISO 8601 such as 2024-05-01T10:30:00Z",
                "acquired_at",
            )


@dataclass(frozen=True)
class _Origin:
    """Raster, or files of a mosaic, that becomes a scene.

    Attributes:
        raster: What was read of it.
        name: What it is called unless somebody says otherwise.
        path: The file, or the folder of the first one.
        content_hash: What tells it from others.
        metadata: What it says of itself.
    """

    raster: RasterFacts | Mosaic
    name: str
    path: Path
    content_hash: str
    metadata: SceneMetadata

    @property
    def files(self) -> list[Path]:
        """All files that it is made of."""
        if isinstance(self.raster, Mosaic):
            return [member.path for member in self.raster.members]
        dem = self.raster.source.dem
        return [self.path, *([dem] if dem else []), *self.parts]

    @property
    def parts(self) -> tuple[Path, ...]:
        """Files that a VRT is made of."""
        return () if isinstance(self.raster, Mosaic) else self.raster.parts

    def used_bits(self, otherwise: int) -> int:
        """Return the bits of a pixel that the original says are used."""
        if isinstance(self.raster, Mosaic):
            return self.raster.bits or otherwise
        return self.raster.bits


def register_scene(
    project: Project,
    store: Store,
    source: Path | RasterSource | RasterFacts,
    settings: Registration | None = None,
    *,
    file_hash: str | None = None,
    progress: Progress | None = None,
) -> Scene:
    """Register a raster as a scene of the project.

    The raster itself is never changed. Where it is not tiled with overviews, or where nodata is given, the
    project gets a lossless copy that is, in ``scenes/<key>.tif``; with `in_place`, a small ``scenes/<key>.vrt``
    that reads from the original, and overviews beside it.

    Args:
        project: the project.
        store: its store.
        source: the raster, anything that `tiling` opens, or what `read_facts` says of it.
        settings: what is known of the scene; None for what the file says.
        file_hash: hash of the file with its side-cars where it is known, as for a file's second image.
        progress: called with the fraction done, 0 to 1, while a copy is made.

    Raises:
        DuplicateSceneError: The same bytes are a scene already; `.existing` is that scene.
        RasterReadError: The file is missing, damaged or no raster.
        RasterWriteError: The copy could not be written (a full disk); nothing of it is left.
        StoreError: The database could not be written.
    """
    # What cannot be read is refused before its gigabytes are hashed.
    facts = (
        source
        if isinstance(source, RasterFacts)
        else read_facts(_absolute(RasterSource.of(source)), project.read_policy)
    )
    raster = facts.source
    hashed = content_hash(raster, project.read_policy, file_hash=file_hash)
    name = raster.path.stem if raster.image is None else f"{raster.path.stem} (image {raster.image})"
    origin = _Origin(facts, name, raster.path, hashed, facts.metadata)
    return _register(project, store, origin, settings or Registration(), progress)


def _absolute(source: RasterSource) -> RasterSource:
    return replace(source, path=source.path.expanduser().absolute())


def register_mosaic(
    project: Project,
    store: Store,
    name: str,
    sources: Sequence[Path | RasterSource],
    settings: Registration | None = None,
    *,
    progress: Progress | None = None,
) -> Scene:
    """Register many files as one scene; where two overlap, the later one is on top.

    Its metadata is what the files have in common: the earliest time, the highest classification.

    Raises:
        MosaicError: The files do not fit together, or one is there twice.
        DuplicateSceneError: The same files are a scene already.
        RasterReadError: A file is missing, damaged or no raster.
        RasterWriteError: The copy could not be written (a full disk); nothing of it is left.
        StoreError: The database could not be written.
    """
    files = [_absolute(RasterSource.of(source)) for source in sources]
    mosaic = plan_mosaic(files, project.read_policy)
    metadata = common_metadata([member.metadata for member in mosaic.members])
    hashed = mosaic_hash(files, project.read_policy)
    origin = _Origin(mosaic, name, files[0].path.parent, hashed, metadata)
    return _register(project, store, origin, settings or Registration(), progress)


def _register(
    project: Project, store: Store, origin: _Origin, settings: Registration, progress: Progress | None
) -> Scene:
    _check_stretch(origin, settings.stretch)
    # One registration at a time: two at once would pick the same key, and one copy would replace the other.
    with one_registration(project.scenes_dir):
        existing = _existing(project, store, origin)
        if existing:
            raise DuplicateSceneError(f"{origin.path} is scene {existing.key!r} already", existing)
        sweep(project.scenes_dir, store)
        name = settings.name or origin.name
        key = free_key(project, store, name)
        note_key(project.scenes_dir, key)
        try:
            source = _prepare(project, key, origin, settings, progress)
            scene = _record(project, store, key, name, source, origin, settings)
        except BaseException:
            forget(project.scenes_dir, key)
            raise
        finally:
            drop_note(project.scenes_dir)
    log.info("%s is scene %s, read from %s", origin.path, scene.key, source.path)
    return scene


def _existing(project: Project, store: Store, origin: _Origin) -> Scene | None:
    """Return the scene of the same raster, also one of a version that did not count side-cars."""
    with store.reading() as view:
        existing = view.scene_by_hash(origin.content_hash)
        facts = origin.raster
        if existing is not None or isinstance(facts, Mosaic) or facts.source.image is not None:
            return existing
        file_hash = content_hash(facts.source, project.read_policy, with_side_cars=False)
        former = view.scene_by_hash(file_hash) if file_hash != origin.content_hash else None
    return former if former is not None and former.grid.transform == facts.grid.transform else None


def _check_stretch(origin: _Origin, request: StretchRequest) -> None:
    """Check that a raster's bands can be displayed as asked, before hours go into a copy of it.

    Raises:
        StretchError: They cannot.
    """
    facts = origin.raster
    if request == StretchRequest() or isinstance(facts, Mosaic):
        return
    unmeasured = RasterStatistics(facts.dtype, facts.bits, (None,) * facts.count)
    choose_stretch(unmeasured, facts.band_names, facts.metadata.wavelengths_nm, **asdict(request))


def _prepare(
    project: Project, key: str, origin: _Origin, settings: Registration, progress: Progress | None
) -> RasterSource:
    """Return the raster that is read from now on: the original, or what is written for it under `key`."""
    raster, scenes_dir = origin.raster, project.scenes_dir
    nodata, policy = settings.nodata, project.read_policy
    if settings.in_place:
        target = scenes_dir / f"{key}.vrt"
        return refer_in_place(raster, target, nodata=nodata, progress=progress, policy=policy)
    target = scenes_dir / f"{key}.tif"
    if isinstance(raster, Mosaic):
        vrt = scenes_dir / f"{key}.mosaic.vrt"
        try:
            write_mosaic(raster, vrt, policy)
            made = raster.source.made_at(vrt)
            return made.made_at(ensure_cog(made, target, nodata=nodata, progress=progress, policy=policy))
        finally:
            for made_for_it in scenes_dir.glob(f"{key}.mosaic.*"):
                made_for_it.unlink()
    path = ensure_cog(raster, target, nodata=nodata, progress=progress, policy=policy)
    return raster.source if path == raster.path else raster.source.made_at(path)


def _record(
    project: Project,
    store: Store,
    key: str,
    name: str,
    source: RasterSource,
    origin: _Origin,
    settings: Registration,
) -> Scene:
    metadata = origin.metadata
    with open_raster(source, project.read_policy) as raster:
        # Of 11 bits in 16-bit words, a copy knows no more.
        bits = min(raster.bits, origin.used_bits(raster.bits))
        fill = find_undeclared_fill(raster) if settings.finds_fill and settings.nodata is None else None
        statistics = replace(compute_statistics(raster, fill=fill), bits=bits)
        footprint = footprint_lonlat(raster.grid)
        # A copy may have lost what its original calls its bands.
        names = metadata.band_names or raster.band_names
        return store.add_scene(
            key=key,
            name=name,
            uri=project.uri_for(source.path),
            source=str(origin.path),
            content_hash=origin.content_hash,
            grid=raster.grid,
            bands=raster.count,
            dtype=str(raster.dtype),
            nodata=nodata_json(raster.nodata if settings.nodata is None else settings.nodata),
            stretch=choose_stretch(statistics, names, metadata.wavelengths_nm, **asdict(settings.stretch)),
            acquired_at=settings.acquired_at or metadata.acquired_at,
            marking=settings.marking or metadata.classification,
            reading=source_record(source, project, origin.files, origin.parts, made_of=origin.raster.source),
            metadata=metadata,
            statistics=statistics,
            footprint=None if footprint is None else shapely.to_wkt(footprint, rounding_precision=9),
        )
