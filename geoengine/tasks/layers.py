"""Reference layers of a project: vector files and map tiles of the office's own, to be seen with the imagery."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from pyproj import CRS

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_text
from geoengine.model.scene import slugify
from geoengine.model.timestamp import utc_now
from geoengine.project import Project
from tiling.archives.opening import is_tile_archive, open_tile_archive
from tiling.vectors.open_file import open_vector_file
from tiling.vectors.reference_layer import (
    TILES,
    ReferenceLayer,
    delete_layer,
    read_layers,
    write_layer,
    write_tile_layer,
)

log = logging.getLogger(__name__)


def list_layers(project: Project) -> list[ReferenceLayer]:
    """Return the project's reference layers, by name."""
    return read_layers(project.layers_dir)


def add_layer(
    project: Project,
    path: Path,
    *,
    name: str | None = None,
    layer: str | None = None,
    crs: CRS | None = None,
) -> ReferenceLayer:
    """Add a vector file or an archive of map tiles as a reference layer.

    A vector file is read once, and not again; an archive of tiles is read where it lies whenever somebody looks.
    Neither is changed.

    Args:
        project: The project.
        path: A file of any format that is read; an MBTiles or PMTiles file, or a folder of z/x/y images.
        name: What people read; None for the file's name without its ending.
        layer: Name of the file's layer, where it has several.
        crs: Of a file that says none or a wrong one.

    Raises:
        InvalidValueError: The project has a layer of that name, the name is blank, or `layer` or `crs` is given for
            tiles, which have none.
        VectorReadError: The file cannot be read, says no CRS or holds nothing that can be shown.
        TileArchiveError: The archive cannot be read, or holds vector tiles.
        OSError: The project cannot be written.
    """
    name = path.stem if name is None else name
    check_text(name, "name")
    there = list_layers(project)
    if any(each.name == name for each in there):
        raise InvalidValueError(
            f"the project has a layer {name!r} already, expected another --name; geoengine layers remove takes one out",
            "name",
        )
    key = _free_key(name, {each.key for each in there})
    found = ReferenceLayer(key, name, str(path.absolute()), "", 0, 0, utc_now())
    folder = project.layers_dir / key
    if is_tile_archive(path):
        added = _add_tiles(folder, found, path, layer, crs)
    else:
        file = open_vector_file(path, layer)
        if crs is not None:
            file.crs = crs
        added = write_layer(folder, replace(found, format=file.format), file)
    log.info("%s is layer %s", path, key)
    return added


def _add_tiles(
    folder: Path, found: ReferenceLayer, path: Path, layer: str | None, crs: CRS | None
) -> ReferenceLayer:
    for given, option in ((layer, "layer"), (crs, "crs")):
        if given is not None:
            raise InvalidValueError(
                f"{path} holds map tiles of Web Mercator (EPSG:3857), expected no --{option}", option
            )
    archive = open_tile_archive(path)
    archive.close()
    return write_tile_layer(folder, replace(found, format=archive.facts.format, kind=TILES))


def remove_layer(project: Project, name: str) -> ReferenceLayer:
    """Take a reference layer out of the project; the file that it was read from stays.

    Args:
        project: The project.
        name: Its name or key.

    Raises:
        InvalidValueError: The project has no such layer.
        OSError: The project cannot be written.
    """
    there = list_layers(project)
    found = next((each for each in there if name == each.key), None) or next(
        (each for each in there if name == each.name), None
    )
    if found is None:
        names = ", ".join(each.name for each in there) or "none yet"
        raise InvalidValueError(f"the project has no layer {name!r}, expected one of: {names}", "name")
    delete_layer(project.layers_dir / found.key)
    return found


def _free_key(name: str, taken: set[str]) -> str:
    key = slugify(name)
    number = 2
    while key in taken:
        key, number = f"{slugify(name)}-{number}", number + 1
    return key
