"""Reference layers: vector files converted once, so that what lies in a view is found among millions.

A layer of map tiles (`tiling.archives`) is a record alone: its archive is read where it lies.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from tiling.arrays import Floats, Geometries, Mask
from tiling.errors import VectorReadError
from tiling.grid.raster_grid import RasterGrid
from tiling.vectors.features import VectorFile

Box = tuple[float, float, float, float]

VECTORS, TILES = "vectors", "tiles"
MOST_FEATURES = 5_000
MOST_VERTICES = 200_000
# Part of a view by which its box is enlarged: what is clipped there is out of sight.
_MARGIN = 0.1
# Share of a pixel of the view by which lines may be moved.
_TOLERANCE = 0.5
_POINTS_ALONG_EDGE = 21


@dataclass(frozen=True)
class ReferenceLayer:
    """A reference layer of a project, as its folder says.

    Attributes:
        key: Name of its folder.
        name: What people read.
        source: The file that it was read from, or the archive of tiles that is read.
        format: Name of that file's format.
        count: Features that can be shown; 0 of tiles.
        skipped: Features without a geometry, or whose place is not on the Earth.
        added_at: When it was read, UTC ISO 8601.
        kind: `VECTORS` or `TILES`.
    """

    key: str
    name: str
    source: str
    format: str
    count: int
    skipped: int
    added_at: str
    kind: str = VECTORS


@dataclass(frozen=True)
class LayerView:
    """Features of a layer in a part of a scene.

    Attributes:
        geometries: (N,) in the scene's CRS, clipped and simplified.
        total: Features that lie there; more than N where the limits of one view left some out, the smallest.
    """

    geometries: Geometries
    total: int


def write_layer(folder: Path, layer: ReferenceLayer, file: VectorFile) -> ReferenceLayer:
    """Convert a vector file into a layer's folder, which appears whole or not at all; return it with its counts.

    Raises:
        VectorReadError: The file cannot be read, says no CRS, or holds nothing that can be shown.
        OSError: The folder cannot be written.
    """
    if file.crs is None:
        raise VectorReadError(f"{file.path} says no CRS; expected one, or --crs EPSG:NUMBER for it.")
    to_lonlat = Transformer.from_crs(file.crs, "OGC:CRS84", always_xy=True)

    def fill(whole: Path) -> ReferenceLayer:
        count, skipped = _write_geometries(whole, file, to_lonlat)
        if not count:
            raise VectorReadError(f"{file.path} holds no geometry that has a place on the Earth.")
        return replace(layer, count=count, skipped=skipped)

    return _write_folder(folder, layer.key, fill)


def write_tile_layer(folder: Path, layer: ReferenceLayer) -> ReferenceLayer:
    """Write the folder of a layer of map tiles.

    Raises:
        OSError: The folder cannot be written.
    """
    return _write_folder(folder, layer.key, lambda _: layer)


def _write_folder(folder: Path, key: str, fill: Callable[[Path], ReferenceLayer]) -> ReferenceLayer:
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One folder deeper than layers are looked for, so that no half of one is listed.
    with tempfile.TemporaryDirectory(
        prefix=f".{key}-", dir=folder.parent, ignore_cleanup_errors=True
    ) as making:
        whole = Path(making) / folder.name
        whole.mkdir()
        written = fill(whole)
        (whole / "layer.json").write_text(json.dumps(asdict(written), ensure_ascii=False), encoding="utf-8")
        whole.rename(folder)
    return written


def delete_layer(folder: Path) -> None:
    """Delete a layer's folder: out of the list at once, whatever a reader still holds open.

    Raises:
        OSError: It cannot be removed.
    """
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
    ) as gone:
        folder.rename(Path(gone) / folder.name)


def _write_geometries(folder: Path, file: VectorFile, to_lonlat: Transformer) -> tuple[int, int]:
    """Write the geometries of a file, their boxes and their ends; return how many, and how many have no place."""
    bounds, ends = [np.empty((0, 4))], [np.zeros(1, np.int64)]
    count = skipped = end = 0
    with (folder / "geometries.wkb").open("wb") as out:
        for batch in file.batches():
            placed = _placed(batch.geometries, to_lonlat)
            skipped += len(batch) - len(placed)
            count += len(placed)
            texts = shapely.to_wkb(placed)
            sizes = np.array([len(text) for text in texts], np.int64)
            out.write(b"".join(texts))
            bounds.append(shapely.bounds(placed))
            ends.append(end + np.cumsum(sizes))
            end += int(sizes.sum())
    np.save(folder / "bounds.npy", np.concatenate(bounds))
    np.save(folder / "ends.npy", np.concatenate(ends))
    return count, skipped


def _placed(geometries: Geometries, to_lonlat: Transformer) -> Geometries:
    """Return the geometries that are there, in longitude and latitude."""
    there = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    try:
        moved = shapely.transform(there, lambda xy: np.column_stack(to_lonlat.transform(*xy.T)))
    except ProjError:
        return there[:0]
    finite = np.isfinite(shapely.bounds(moved)).all(axis=-1) if len(moved) else np.zeros(0, bool)
    return np.asarray(moved[finite], dtype=object)


def read_layers(folder: Path) -> list[ReferenceLayer]:
    """Return the layers below a folder, by name; what is no layer is passed over."""
    found = []
    for path in sorted(folder.glob("*/layer.json")):
        try:
            layer = ReferenceLayer(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            continue
        if layer.key == path.parent.name:  # a key that is another path leads to no layer
            found.append(layer)
    return sorted(found, key=lambda layer: (layer.name.casefold(), layer.key))


def view_layer(folder: Path, grid: RasterGrid, extent: Box, resolution: float) -> LayerView:
    """Return what of a layer lies in a part of a scene, clipped to it and simplified for its resolution.

    At most `MOST_FEATURES` and about `MOST_VERTICES`, the largest first.

    Args:
        folder: The layer's folder.
        grid: Of the scene; one without a CRS has no place, and nothing lies there.
        extent: minx, miny, maxx, maxy in the scene's CRS.
        resolution: Units of the scene's CRS per pixel of the screen.

    Raises:
        VectorReadError: The layer's files are gone or damaged.
    """
    crs = grid.crs
    if crs is None:
        return LayerView(np.empty(0, dtype=object), 0)
    box = _enlarged(extent)
    try:
        lonlat_box = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True).transform_bounds(
            *box, densify_pts=_POINTS_ALONG_EDGE
        )
        bounds: Floats = np.load(folder / "bounds.npy", mmap_mode="r")
        ends = np.load(folder / "ends.npy", mmap_mode="r")
        hits = np.flatnonzero(_meets(bounds, lonlat_box))
        geometries = _read(folder / "geometries.wkb", ends, _largest(bounds, hits))
    except (OSError, ValueError, IndexError, shapely.errors.ShapelyError) as error:
        raise VectorReadError(f"layer {folder.name!r} cannot be read: {error}") from error
    except (CRSError, ProjError):
        return LayerView(np.empty(0, dtype=object), 0)
    from_lonlat = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
    return _view(geometries, from_lonlat, box, resolution, len(hits))


def view_geometries(
    find: Callable[[Box], tuple[Geometries, int]], crs: CRS, grid: RasterGrid, extent: Box, resolution: float
) -> LayerView:
    """Return what of some geometries lies in a part of a scene, as `view_layer` does.

    Args:
        find: Returns geometries whose boxes meet one, and how many there are of them; all in `crs`.
        crs: The CRS of the geometries.
        grid: Of the scene; one without a CRS has no place, and nothing lies there.
        extent: minx, miny, maxx, maxy in the scene's CRS.
        resolution: Units of the scene's CRS per pixel of the screen.
    """
    if grid.crs is None:
        return LayerView(np.empty(0, dtype=object), 0)
    box = _enlarged(extent)
    try:
        there = Transformer.from_crs(grid.crs, crs, always_xy=True).transform_bounds(
            *box, densify_pts=_POINTS_ALONG_EDGE
        )
        to_scene = Transformer.from_crs(crs, grid.crs, always_xy=True)
    except (CRSError, ProjError):
        return LayerView(np.empty(0, dtype=object), 0)
    geometries, total = find(there)
    return _view(geometries, to_scene, box, resolution, total)


def _view(
    geometries: Geometries, to_scene: Transformer, box: Box, resolution: float, total: int
) -> LayerView:
    shown = _shown(geometries, to_scene, box, resolution)
    vertices = shapely.get_num_coordinates(shown)
    fits = np.cumsum(vertices) - vertices < MOST_VERTICES
    left_out = total - len(geometries) + int((~fits).sum())
    kept = shown[fits]
    return LayerView(np.asarray(kept, dtype=object), len(kept) + left_out)


def _shown(geometries: Geometries, from_lonlat: Transformer, box: Box, resolution: float) -> Geometries:
    """Return geometries in the scene's CRS, clipped and simplified, without those that are not in the box."""
    moved = shapely.transform(geometries, lambda xy: np.column_stack(from_lonlat.transform(*xy.T)))
    whole = moved[np.isfinite(shapely.bounds(moved)).all(axis=-1)] if len(moved) else moved
    # A ring that crosses itself has no clean cut; what is left of it is drawn all the same.
    clipped = shapely.clip_by_rect(whole, *box)
    simple = shapely.simplify(clipped, _TOLERANCE * resolution, preserve_topology=False)
    # What is smaller than a pixel becomes nothing by that; its place is still shown.
    gone = shapely.is_empty(simple) & ~shapely.is_empty(clipped)
    simple[gone] = shapely.point_on_surface(clipped[gone])
    return np.asarray(simple[~shapely.is_empty(simple)], dtype=object)


def _enlarged(extent: Box) -> Box:
    left, bottom, right, top = extent
    dx, dy = _MARGIN * (right - left), _MARGIN * (top - bottom)
    return left - dx, bottom - dy, right + dx, top + dy


def _meets(bounds: Floats, box: Box) -> Mask:
    """Return (N,) whether boxes in longitude and latitude meet another, which may lie across the antimeridian."""
    west, south, east, north = box
    tall = (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    if west <= east:
        return np.asarray(tall & (bounds[:, 0] <= east) & (bounds[:, 2] >= west))
    return np.asarray(tall & ((bounds[:, 2] >= west) | (bounds[:, 0] <= east)))


def _largest(bounds: Floats, hits: np.ndarray) -> np.ndarray:
    """Return the numbers of the largest boxes, the largest first, at most `MOST_FEATURES`."""
    sizes = np.maximum(bounds[hits, 2] - bounds[hits, 0], bounds[hits, 3] - bounds[hits, 1])
    return np.asarray(hits[np.argsort(-sizes, kind="stable")[:MOST_FEATURES]])


def _read(path: Path, ends: np.ndarray, numbers: np.ndarray) -> Geometries:
    """Return the geometries of these numbers."""
    texts = []
    with path.open("rb") as file:
        for number in numbers.tolist():
            file.seek(int(ends[number]))
            texts.append(file.read(int(ends[number + 1] - ends[number])))
    return np.asarray(shapely.from_wkb(np.array(texts, dtype=object)), dtype=object).reshape(len(texts))
