"""A raster becomes a scene: made quick to read where it is not, measured once, and recorded."""

from __future__ import annotations

import fcntl
import json
import logging
import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from geoengine.errors import DuplicateSceneError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from tiling.cog import ensure_cog
from tiling.raster import hash_raster, open_raster
from tiling.stretch import compute_stretch

log = logging.getLogger(__name__)

Progress = Callable[[float], None]


def register_scene(
    project: Project,
    store: Store,
    path: Path,
    *,
    nodata: float | tuple[int, ...] | None = None,
    name: str | None = None,
    acquired_at: str | None = None,
    marking: str | None = None,
    progress: Progress | None = None,
) -> Scene:
    """Registers a raster as a scene of the project.

    The raster itself is never changed. Where it is not tiled with overviews, or where `nodata` is declared,
    the project gets a lossless copy that is, in ``scenes/<key>.tif``.

    Args:
        project: the project.
        store: its store.
        path: the raster, anything that `tiling` opens.
        nodata: what stands for "no image here" where the file does not say so: a number or a colour.
        name: what people call the scene; by default the file's name without its ending.
        acquired_at: when the image was taken, ISO 8601, where it is known.
        marking: the scene's handling marking, where it differs from the project's.
        progress: called with the fraction done, 0 to 1, while a copy is made.

    Raises:
        DuplicateSceneError: the same bytes are a scene already; `.existing` is that scene.
        RasterReadError: the file is missing, damaged or no raster.
        RasterWriteError: the copy could not be written (a full disk); nothing of it is left.
        StoreError: the database could not be written.
    """
    source = path.expanduser().absolute()
    with open_raster(source):
        pass  # A file that cannot be read is refused before its gigabytes are hashed.
    content_hash = hash_raster(source)
    # One registration at a time: two at once would pick the same key, and one copy would replace the other.
    with _locked(project.scenes_dir / ".lock"):
        existing = store.scene_by_hash(content_hash)
        if existing:
            raise DuplicateSceneError(f"{source} is scene {existing.key!r} already", existing)
        _sweep(project.scenes_dir)
        key = store.free_scene_key(name or source.stem)
        target = project.scenes_dir / f"{key}.tif"
        raster_path = ensure_cog(source, target, nodata=nodata, progress=progress)
        try:
            with open_raster(raster_path) as raster:
                scene = store.add_scene(
                    key=key,
                    name=name or source.stem,
                    uri=project.uri_for(raster_path),
                    source=str(source),
                    content_hash=content_hash,
                    grid=raster.grid,
                    bands=raster.count,
                    dtype=str(raster.dtype),
                    nodata=_nodata_json(raster.nodata if nodata is None else nodata),
                    stretch=compute_stretch(raster),
                    acquired_at=acquired_at,
                    marking=marking,
                )
        except BaseException:
            if raster_path == target:
                target.unlink(missing_ok=True)
            raise
    log.info("%s is scene %s, read from %s", source, scene.key, raster_path)
    return scene


def _nodata_json(nodata: float | tuple[int, ...] | None) -> str | None:
    """What means "nothing there" as JSON text; JSON has no NaN, so that one is the string "nan"."""
    if nodata is None:
        return None
    if isinstance(nodata, float) and not math.isfinite(nodata):
        return json.dumps(str(nodata))
    return json.dumps(nodata)


def _sweep(scenes_dir: Path) -> None:
    """Removes what a killed registration left; under the lock nobody else's work can be among it."""
    for left in scenes_dir.glob(".*.tif-*"):
        log.info("removing %s, left by a registration that was killed", left)
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Holds the lock file `path`, waiting for it; the lock ends with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
