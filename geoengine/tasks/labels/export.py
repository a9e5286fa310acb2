"""Export of a project's labels as one file, in the format of its suffix."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely

from geoengine.atomic import sweep_temporaries, temporary_folder
from geoengine.errors import ExchangeError
from geoengine.exchange.crs import WGS84, parse_crs, same_crs
from geoengine.exchange.geojson import WriteReport, write_geojson
from geoengine.exchange.gis_formats import GEOJSON_SUFFIXES, check_suffix, convert_geojson
from geoengine.model import Confidence, Feature, FeatureFilter, FeatureState, Scene, Snapshot
from geoengine.store import Store
from tiling.grid.window import PixelWindow

DEFAULT_STATES = (FeatureState.PROPOSED, FeatureState.ACCEPTED)
DEFAULT_DIGITS = 9


def export_labels(
    store: Store,
    path: Path,
    scenes: Sequence[Scene],
    *,
    states: Collection[FeatureState] = DEFAULT_STATES,
    classes: Collection[str] | None = None,
    min_score: float | None = None,
    unsure: bool | None = None,
    noted: bool | None = None,
    confidences: Collection[Confidence] | None = None,
    areas: Mapping[str, Sequence[PixelWindow]] = MappingProxyType({}),
    crs: str | None = "EPSG:4326",
    digits: int | None = DEFAULT_DIGITS,
) -> WriteReport:
    """Write the features of some scenes into one file; it appears whole or not at all.

    Args:
        store: The project's store.
        path: The file; its suffix names the format. Its directory is made where it is missing.
        scenes: At least one.
        states: Which features; what has been rejected is left out unless it is asked for.
        classes: Only these classes; None for all.
        min_score: No proposals of a lower score; what people drew has no score and always goes in.
        unsure: Only those that are marked as unsure, or only those that are not; None for both.
        noted: Only those with a note, or only those without; None for both.
        confidences: Only these confidences, `Confidence.UNSTATED` for those without; None for all.
        areas: For scenes by their key: only features whose representative point lies in one of these windows, in
            pixels of the scene.
        crs: Of the coordinates; None for the scene's own.
        digits: Decimals of the coordinates; None for all there are.

    Raises:
        ExchangeError: There is no scene, the CRS is unknown, the scenes do not go into one file, or the format of
            the suffix is not written or cannot carry them.
        OSError: The file cannot be written (a full disk); an earlier one is intact.
    """
    if not scenes:
        raise ExchangeError("the project has no scenes yet, expected at least one to export")
    suffix = check_suffix(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep_temporaries(path.absolute().parent, of=path.name)  # of an export that was killed
    keep = FeatureFilter(states, classes, min_score, unsure=unsure, noted=noted, confidences=confidences)
    try:
        with store.reading() as view:
            snapshots = (_within(view.snapshot(scene.id, keep), areas.get(scene.key)) for scene in scenes)
            write = partial(
                write_geojson, snapshots=snapshots, crs=crs, digits=digits, selection=keep, areas=areas
            )
            if suffix in GEOJSON_SUFFIXES:
                return write(path)
            with temporary_folder(path) as folder:  # on the disk that is to hold the file, and swept there
                report = write(folder / "labels.geojson")
                notes = convert_geojson(report.path, path, _is_lonlat(scenes, crs))
                return replace(report, path=path, notes=notes)
    except OSError as error:
        if error.errno is not None:  # of the operating system, not one of ours that has its sentence
            error.filename = str(path)  # the file the user knows, rather than the temporary one
        raise


def _within(snapshot: Snapshot, windows: Sequence[PixelWindow] | None) -> Snapshot:
    """Return a snapshot with the features of some windows only; None for all."""
    if windows is None:
        return snapshot
    return replace(snapshot, features=_inside(snapshot, windows))


def _inside(snapshot: Snapshot, windows: Sequence[PixelWindow]) -> Iterator[Feature]:
    grid = snapshot.scene.grid
    for feature in snapshot.features:
        point = shapely.point_on_surface(feature.geometry)
        [(col, row)] = grid.to_pixel(np.array([[point.x, point.y]]))
        if any(one.col <= col < one.right and one.row <= row < one.bottom for one in windows):
            yield feature


def _is_lonlat(scenes: Sequence[Scene], crs: str | None) -> bool:
    if any(scene.grid.crs is None for scene in scenes):
        return False
    target = scenes[0].grid.crs if crs is None else parse_crs(crs, "crs")
    return target is not None and same_crs(target, WGS84)
