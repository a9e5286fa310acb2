"""A raster becomes a scene: made quick to read where it is not, measured once, and recorded."""

from __future__ import annotations

import hashlib
import json
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import shapely

from geoengine.errors import InvalidValueError
from geoengine.model import Scene, date_of
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.errors import DuplicateSceneError
from geoengine.tasks.scenes.originals import reading_of
from geoengine.tasks.scenes.scenes_folder import forget, free_key, locked, note_key, sweep
from tiling.access.policy import ReadPolicy
from tiling.access.source import RasterSource
from tiling.display.statistics import RasterStatistics, compute_statistics
from tiling.display.stretch import choose_stretch
from tiling.errors import MosaicError
from tiling.grid.footprint import footprint_lonlat
from tiling.ingest.cog import ensure_cog
from tiling.ingest.in_place import refer_in_place
from tiling.ingest.mosaic import Mosaic, plan_mosaic, write_mosaic
from tiling.progress import Progress
from tiling.raster.metadata import SceneMetadata, common_metadata, read_metadata
from tiling.raster.raster import hash_raster, open_raster

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Registration:
    """What somebody says of a scene who registers it.

    Attributes:
        nodata: what stands for "no image here" where the file does not say so: a number or a colour.
        name: what people call the scene; None for the file's name without its ending.
        acquired_at: when the image was taken, ISO 8601; None for what the file says.
        marking: the scene's handling marking; None for the classification the file has, if any.
        in_place: read the pixels from where they lie instead of copying them.
        shown: arguments of `tiling.display.stretch.choose_stretch`; empty for the usual picture.

    Raises:
        InvalidValueError: `acquired_at` is no time.
    """

    nodata: float | tuple[int, ...] | None = None
    name: str | None = None
    acquired_at: str | None = None
    marking: str | None = None
    in_place: bool = False
    shown: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.acquired_at is not None and date_of(self.acquired_at) is None:
            raise InvalidValueError(
                f"acquired_at is {self.acquired_at!r}, expected a time in ISO 8601 such as 2024-05-01T10:30:00Z",
                "acquired_at",
            )


@dataclass(frozen=True)
class _Origin:
    """Where a scene comes from."""

    raster: RasterSource | Mosaic
    name: str
    path: Path
    content_hash: str
    metadata: SceneMetadata


def register_scene(
    project: Project,
    store: Store,
    source: Path | RasterSource,
    *,
    file_hash: str | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> Scene:
    """Registers a raster as a scene of the project.

    The raster itself is never changed. Where it is not tiled with overviews, or where nodata is declared, the
    project gets a lossless copy that is, in ``scenes/<key>.tif``; with `in_place`, a small ``scenes/<key>.vrt``
    that reads from the original, and overviews beside it.

    Args:
        project: the project.
        store: its store.
        source: the raster, anything that `tiling` opens.
        file_hash: sha256 of the file's bytes where it is known, as for a file's second image.
        progress: called with the fraction done, 0 to 1, while a copy is made.
        settings: what is said of the scene, the attributes of `Registration`.

    Raises:
        DuplicateSceneError: the same bytes are a scene already; `.existing` is that scene.
        RasterReadError: the file is missing, damaged or no raster.
        RasterWriteError: the copy could not be written (a full disk); nothing of it is left.
        StoreError: the database could not be written.
    """
    said = Registration(**settings)
    raster = RasterSource.of(source)
    raster = RasterSource(raster.path.expanduser().absolute(), raster.image, raster.dem, raster.height_m)
    # What cannot be read is refused before its gigabytes are hashed.
    metadata = read_metadata(raster, project.read_policy)
    content_hash = file_hash or hash_raster(raster.path, project.read_policy)
    name = raster.path.stem
    if raster.image is not None:
        content_hash = hash_of_image(content_hash, raster.image)
        name = f"{name} (image {raster.image})"
    origin = _Origin(raster, name, raster.path, content_hash, metadata)
    return _register(project, store, origin, said, progress)


def register_mosaic(
    project: Project,
    store: Store,
    name: str,
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    **settings: Any,
) -> Scene:
    """Registers many files as one scene; where two overlap, the later one is on top.

    Its metadata is what the files have in common: the earliest time, the highest classification.

    Raises:
        MosaicError: the files do not fit together, or one is there twice.
        DuplicateSceneError, RasterReadError, RasterWriteError, StoreError: as for `register_scene`.
    """
    said = Registration(**settings)
    paths = [path.expanduser().absolute() for path in paths]
    policy = project.read_policy
    mosaic = plan_mosaic(paths, policy)
    metadata = common_metadata([read_metadata(RasterSource(path), policy) for path in paths])
    hashes: dict[str, Path] = {}
    for path in paths:
        content_hash = hash_raster(path, policy)
        if content_hash in hashes:
            raise MosaicError(
                f"{path} has the same content as {hashes[content_hash].name}; expected each file of a mosaic once."
            )
        hashes[content_hash] = path
    together = hashlib.sha256("\n".join(hashes).encode()).hexdigest()
    origin = _Origin(mosaic, name, paths[0].parent, together, metadata)
    return _register(project, store, origin, said, progress)


def hash_of_image(file_hash: str, image: int) -> str:
    """The content hash of one image of a file: sha256 of the file's own and the image's number."""
    return hashlib.sha256(f"{file_hash} image {image}".encode()).hexdigest()


def _register(
    project: Project, store: Store, origin: _Origin, settings: Registration, progress: Progress | None
) -> Scene:
    _check_shown(origin, settings.shown or {}, project.read_policy)
    # One registration at a time: two at once would pick the same key, and one copy would replace the other.
    with locked(project.scenes_dir / ".lock") as lock:
        existing = store.scene_by_hash(origin.content_hash)
        if existing:
            raise DuplicateSceneError(f"{origin.path} is scene {existing.key!r} already", existing)
        sweep(project.scenes_dir, store, lock)
        name = settings.name or origin.name
        key = free_key(project, store, name)
        note_key(lock, key)
        try:
            source = _prepare(project, key, origin, settings, progress)
            scene = _record(project, store, key, name, source, origin, settings)
        except BaseException:
            forget(project.scenes_dir, key)
            raise
        finally:
            note_key(lock, "")
    log.info("%s is scene %s, read from %s", origin.path, scene.key, source.path)
    return scene


def _check_shown(origin: _Origin, shown: Mapping[str, Any], policy: ReadPolicy) -> None:
    """Refuses a picture that cannot be made of the raster's bands before hours go into a copy of it."""
    if all(value is None for value in shown.values()) or isinstance(origin.raster, Mosaic):
        return
    with open_raster(origin.raster, policy) as raster:
        unmeasured = RasterStatistics(raster.dtype, raster.bits, (None,) * raster.count)
        wavelengths = origin.metadata.wavelengths_nm
        choose_stretch(unmeasured, raster.band_names, wavelengths, **shown)


def _prepare(
    project: Project, key: str, origin: _Origin, settings: Registration, progress: Progress | None
) -> RasterSource:
    """The raster that is read from now on: the original, or what is laid down for it under `key`."""
    raster, scenes_dir = origin.raster, project.scenes_dir
    how: dict[str, Any] = {
        "nodata": settings.nodata,
        "progress": progress,
        "policy": project.read_policy,
    }
    if settings.in_place:
        return refer_in_place(raster, scenes_dir / f"{key}.vrt", **how)
    target = scenes_dir / f"{key}.tif"
    if isinstance(raster, Mosaic):
        vrt = scenes_dir / f"{key}.mosaic.vrt"
        try:
            write_mosaic(raster, vrt)
            return RasterSource(ensure_cog(RasterSource(vrt), target, **how))
        finally:
            vrt.unlink(missing_ok=True)
    path = ensure_cog(raster, target, **how)
    return raster if path == raster.path else RasterSource(path)


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
        statistics = replace(
            compute_statistics(raster),
            bits=min(raster.bits, _bits_of(origin, raster.bits, project.read_policy)),
        )
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
            nodata=_nodata_json(raster.nodata if settings.nodata is None else settings.nodata),
            stretch=choose_stretch(statistics, names, metadata.wavelengths_nm, **settings.shown or {}),
            acquired_at=settings.acquired_at or metadata.acquired_at,
            marking=settings.marking or metadata.classification,
            reading=reading_of(source, project),
            metadata=metadata,
            statistics=statistics,
            footprint=None if footprint is None else shapely.to_wkt(footprint, rounding_precision=9),
        )


def _bits_of(origin: _Origin, otherwise: int, policy: ReadPolicy) -> int:
    """The used bits of a pixel as the original says."""
    if isinstance(origin.raster, Mosaic):
        return int(origin.raster.members[0].bits or otherwise)
    with open_raster(origin.raster, policy) as raster:
        return raster.bits


def _nodata_json(nodata: float | tuple[int, ...] | None) -> str | None:
    """What means "nothing there" as JSON text; JSON has no NaN, so that one is the string "nan"."""
    if nodata is None:
        return None
    if isinstance(nodata, float) and not math.isfinite(nodata):
        return json.dumps(str(nodata))
    return json.dumps(nodata)
