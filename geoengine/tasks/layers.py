"""Reference layers of a project: vector files of the office's own, to be seen over the imagery."""

from __future__ import annotations

import logging
from pathlib import Path

from pyproj import CRS

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_text
from geoengine.model.scene import slugify
from geoengine.model.timestamp import utc_now
from geoengine.project import Project
from tiling.vectors.open_file import open_vector_file
from tiling.vectors.reference_layer import ReferenceLayer, delete_layer, read_layers, write_layer

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
    """Read a vector file as a reference layer; the file itself is not changed, and not read again.

    Args:
        project: The project.
        path: The file, of any format that is read.
        name: What people read; None for the file's name without its ending.
        layer: Name of the file's layer, where it has several.
        crs: Of a file that says none or a wrong one.

    Raises:
        InvalidValueError: The project has a layer of that name, or the name is blank.
        VectorReadError: The file cannot be read, says no CRS or holds nothing that can be shown.
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
    file = open_vector_file(path, layer)
    if crs is not None:
        file.crs = crs
    key = _free_key(name, {each.key for each in there})
    found = ReferenceLayer(key, name, str(path.absolute()), file.format, 0, 0, utc_now())
    added = write_layer(project.layers_dir / key, found, file)
    log.info("%s is layer %s", path, key)
    return added


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
    found = next((each for each in there if name in (each.name, each.key)), None)
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
