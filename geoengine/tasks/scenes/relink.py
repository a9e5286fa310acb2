"""Relinking of scenes that are read in place: the file was moved, or replaced by another of the same grid."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from pyproj import CRS

from geoengine.errors import GeoEngineError
from geoengine.model import Scene
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.scenes.content_hash import content_hash
from geoengine.tasks.scenes.originals import original_source, source_record
from geoengine.tasks.scenes.scenes_folder import one_registration
from tiling.access.source import RasterSource
from tiling.ingest.in_place import refer_in_place
from tiling.raster.facts import RasterFacts, read_facts


class RelinkError(GeoEngineError, ValueError):
    """A scene cannot be read from the file."""


def relink(
    project: Project,
    store: Store,
    scene: Scene,
    path: Path | None = None,
    *,
    like: RasterSource | None = None,
    changed: bool = False,
) -> Scene:
    """Read a scene from another file, or from its own as it is now.

    Labels stay where they are, so the file must have the scene's grid, bands and data type.

    Args:
        project: The project.
        store: Its open store.
        scene: The scene, read in place.
        path: The file; None for the one that it was made from.
        like: How the file is to be seen, whatever its path; None for what was given when the scene was added.
        changed: Whether pixels may be others than those registered.

    Raises:
        RelinkError: The scene is a copy or a mosaic, or the file is another raster than the scene's.
        RasterReadError: The file cannot be read.
        RasterWriteError: The VRT beside it cannot be written.
        DuplicateSceneError: The file is another scene of the project.
    """
    at = project.resolve(scene.uri)
    made = at.parent == project.scenes_dir and str(at) != scene.source
    if made and at.suffix != ".vrt":
        raise RelinkError(
            f"scene {scene.key} is read from a copy in the project, which no change of {scene.source} reaches; "
            "expected one that was added with --in-place: add the file as a scene of its own"
        )
    path = Path(scene.source if path is None else path).expanduser().absolute()
    if path.is_dir():
        raise RelinkError(f"scene {scene.key} is a mosaic of files in {path}, expected one file: add it anew")
    source = replace(like or original_source(project, scene), path=path)
    facts = read_facts(source, project.read_policy)
    _check_same(scene, path, facts)
    policy = project.read_policy
    hashed, former = content_hash(source, policy), content_hash(source, policy, with_side_cars=False)
    # Scenes of an older version are known by their file alone.
    if scene.content_hash not in (hashed, former) and not changed:
        raise RelinkError(
            f"{path} or a file beside it has other content than was registered as scene {scene.key}, expected the "
            "same; --changed takes it, with the labels as they are"
        )
    with one_registration(project.scenes_dir):
        target = project.scenes_dir / f"{at.stem if made else scene.key}.vrt"
        nodata = _nodata(scene.nodata) if made else None
        read = refer_in_place(facts, target, nodata=nodata, policy=project.read_policy)
        return store.relink_scene(
            scene.id,
            uri=project.uri_for(read.path),
            source=str(path),
            content_hash=hashed,
            reading=source_record(read, project, parts=facts.parts, made_of=source),
        )


def _nodata(text: str | None) -> float | tuple[int, ...] | None:
    """Return a scene's nodata value, which is stored as JSON: a number, its name ("nan") or a colour."""
    value = None if text is None else json.loads(text)
    if isinstance(value, str):
        return float(value)
    return tuple(value) if isinstance(value, list) else value


def _check_same(scene: Scene, path: Path, facts: RasterFacts) -> None:
    """Raise `RelinkError` where the labels of the scene would lie elsewhere on the file."""
    there, here = scene.grid, facts.grid
    pairs = {
        "size": ((there.width, there.height), (here.width, here.height)),
        "transform": (tuple(there.transform)[:6], tuple(here.transform)[:6]),
        "CRS": (there.crs_wkt, here.crs_wkt),
        "number of bands": (scene.bands, facts.count),
        "data type": (scene.dtype, facts.dtype),
    }
    for what, (registered, found) in pairs.items():
        if registered == found or (
            what == "CRS" and None not in (registered, found) and CRS(registered) == CRS(found)
        ):
            continue
        raise RelinkError(
            f"{path} has the {what} {_short(found)}, expected {_short(registered)} as scene {scene.key}, whose labels "
            "would lie elsewhere: add it as a scene of its own"
        )


def _short(value: object) -> str:
    """Return a value for a sentence; a CRS by its name."""
    return CRS(value).name if isinstance(value, str) and "[" in value else str(value)
