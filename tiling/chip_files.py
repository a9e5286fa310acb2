"""Cutting a raster into chip files with a manifest, and labels to go with them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
import shapely

from tiling.chips import ChipSpec, plan_chips
from tiling.env import writing
from tiling.errors import RasterWriteError
from tiling.grid import RasterGrid
from tiling.raster import Chip, Raster, read_window
from tiling.stretch import Stretch, apply_stretch
from tiling.vectors import LabelledPolygons, polygon_parts, read_polygons
from tiling.window import PixelWindow

# A piece of an object with less area than this (square pixels) is not an annotation.
MIN_AREA_PX2 = 1.0


@dataclass(frozen=True)
class ChipReport:
    """What `write_chips` did.

    Attributes:
        directory: where the files are.
        written: chips written.
        empty: chips left out because the raster has nothing there.
        annotations: polygons written, counted once per chip they reach into.
        skipped_labels: features of the label file that hold no area.
        manifest: the JSON-lines file, one line per chip.
        annotations_file: the COCO file, or None without labels.
    """

    directory: Path
    written: int
    empty: int
    annotations: int
    skipped_labels: int
    manifest: Path
    annotations_file: Path | None


def write_chips(
    raster: Raster,
    outdir: Path,
    spec: ChipSpec,
    labels: Path | None = None,
    stretch: Stretch | None = None,
    *,
    progress: Callable[[float], None] | None = None,
) -> ChipReport:
    """Cuts a raster into GeoTIFF chips.

    Each chip keeps the raster's pixels, type, CRS, place and no-data. Every file appears complete or not at
    all; `manifest.jsonl` comes last, so a folder with one is a finished folder.

    Args:
        raster: the scene.
        outdir: made where it does not exist.
        spec: size and overlap.
        labels: polygons to write as `annotations.json` (COCO), clipped to each chip.
        stretch: writes 8-bit RGB through this stretch instead of the raster's own values.
        progress: called with the fraction done.

    Raises:
        RasterReadError, VectorReadError: an input is damaged.
        RasterWriteError: a file could not be written.
    """
    try:
        outdir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RasterWriteError(f"{outdir} could not be made a folder ({error.strerror or error}).") from error
    truth = None if labels is None else read_polygons(labels, raster.grid)
    coco = None if truth is None else _Coco(truth)
    windows = plan_chips(raster.grid.width, raster.grid.height, spec)
    stem = re.sub(r"[^A-Za-z0-9_.-]+", "_", raster.path.stem) or "chip"
    lines: list[dict[str, Any]] = []
    for done, window in enumerate(windows):
        chip = read_window(raster, window, bands=None if stretch is None else stretch.bands)
        if chip.valid.any():
            identifier = f"{stem}_{window.col:06d}_{window.row:06d}"
            path = outdir / f"{identifier}.tif"
            pixels = chip.image if stretch is None else apply_stretch(chip.image, stretch)
            nodata = raster.nodata if stretch is None else None
            digest = _write_chip(path, pixels, chip, raster.grid.windowed(window), nodata)
            lines.append(_manifest_line(identifier, raster, window, chip, digest))
            if coco is not None:
                coco.add(path.name, window)
        if progress is not None:
            progress((done + 1) / len(windows))
    annotations_file = None
    if coco is not None:
        annotations_file = outdir / "annotations.json"
        _write_text(annotations_file, [json.dumps(coco.document(), ensure_ascii=False)])
    manifest = outdir / "manifest.jsonl"
    _write_text(manifest, (json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return ChipReport(
        directory=outdir,
        written=len(lines),
        empty=len(windows) - len(lines),
        annotations=0 if coco is None else len(coco.annotations),
        skipped_labels=0 if truth is None else truth.skipped,
        manifest=manifest,
        annotations_file=annotations_file,
    )


def _manifest_line(
    identifier: str, raster: Raster, window: PixelWindow, chip: Chip, digest: str
) -> dict[str, Any]:
    grid = raster.grid.windowed(window)
    return {
        "id": identifier,
        "file": f"{identifier}.tif",
        "source": str(raster.path),
        "window": {"col": window.col, "row": window.row, "width": window.width, "height": window.height},
        "transform": grid.to_json()["transform"],
        "crs": grid.crs_wkt,
        "gsd_m": raster.grid.gsd_m,
        "valid_fraction": float(chip.valid.mean()),
        "sha256": digest,
    }


def _write_chip(
    path: Path, pixels: npt.NDArray[np.generic], chip: Chip, grid: RasterGrid, nodata: float | None
) -> str:
    """Writes one GeoTIFF under a temporary name and renames it; returns its sha256."""
    count, height, width = pixels.shape
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": width,
        "height": height,
        "count": count,
        "dtype": pixels.dtype.name,
        "compress": "deflate",
        "nodata": nodata,
        "photometric": "RGB" if count == 3 and pixels.dtype == np.uint8 else "MINISBLACK",
    }
    if grid.crs_wkt is not None:
        profile["crs"] = rasterio.CRS.from_wkt(grid.crs_wkt)
    # An image without a place keeps none: its pixel plane is no georeference.
    if grid.crs_wkt is not None or grid.transform.a != 1.0:
        profile["transform"] = grid.transform
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with ExitStack() as stack:
            stack.enter_context(writing(path))
            dataset = stack.enter_context(rasterio.open(temporary, "w", **profile))
            dataset.write(pixels)
            if nodata is None and not chip.valid.all():
                dataset.write_mask(chip.valid)
        data = temporary.read_bytes()
        temporary.replace(path)
    except OSError as error:
        if isinstance(error, RasterWriteError):
            raise
        raise RasterWriteError(f"{path} could not be written ({error.strerror or error}).") from error
    finally:
        temporary.unlink(missing_ok=True)
    return hashlib.sha256(data).hexdigest()


def _write_text(path: Path, parts: Iterable[str]) -> None:
    """Writes a text file under a temporary name and renames it."""
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}-", delete=False
        ) as file:
            temporary = Path(file.name)
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise RasterWriteError(f"{path} could not be written ({error.strerror or error}).") from error


class _Coco:
    """A COCO document that grows chip by chip; categories in the order the label file first names them."""

    def __init__(self, truth: LabelledPolygons) -> None:
        self._truth = truth
        self._tree = shapely.STRtree(truth.polygons)
        names = dict.fromkeys(name or "object" for name in truth.classes)
        self._categories = {name: number for number, name in enumerate(names, 1)}
        self._images: list[dict[str, Any]] = []
        self.annotations: list[dict[str, Any]] = []

    def add(self, file_name: str, window: PixelWindow) -> None:
        """Adds a chip and the parts of labels that lie in it, in the chip's own pixels."""
        image_id = len(self._images) + 1
        self._images.append(
            {"id": image_id, "file_name": file_name, "width": window.width, "height": window.height}
        )
        frame = shapely.box(window.col, window.row, window.right, window.bottom)
        for index in np.sort(self._tree.query(frame, predicate="intersects")):
            polygon = self._truth.polygons[index]
            parts = polygon_parts(shapely.intersection(polygon, frame))
            moved = [shapely.transform(part, lambda xy: xy - (window.col, window.row)) for part in parts]
            moved = [part for part in moved if part.area >= MIN_AREA_PX2]
            if moved:
                self.annotations.append(self._annotation(image_id, int(index), moved))

    def _annotation(self, image_id: int, index: int, parts: list[shapely.Polygon]) -> dict[str, Any]:
        xmin, ymin, xmax, ymax = shapely.total_bounds(np.array(parts, dtype=object)).tolist()
        return {
            "id": len(self.annotations) + 1,
            "image_id": image_id,
            "category_id": self._categories[self._truth.classes[index] or "object"],
            # COCO's lists of rings know no holes; the outline is what it can say.
            "segmentation": [shapely.get_coordinates(part.exterior)[:-1].ravel().tolist() for part in parts],
            "bbox": [xmin, ymin, xmax - xmin, ymax - ymin],
            "area": float(sum(part.area for part in parts)),
            "iscrowd": 0,
        }

    def document(self) -> dict[str, Any]:
        """The whole file."""
        return {
            "images": self._images,
            "annotations": self.annotations,
            "categories": [{"id": number, "name": name} for name, number in self._categories.items()],
        }
