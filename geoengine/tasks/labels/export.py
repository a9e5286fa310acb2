"""Export of a project's labels as one GeoJSON file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from geoengine.errors import ExchangeError
from geoengine.exchange.geojson import WriteReport, write_geojson
from geoengine.model import FeatureFilter, FeatureState, Scene
from geoengine.store import Store

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
    crs: str | None = "EPSG:4326",
    digits: int | None = DEFAULT_DIGITS,
) -> WriteReport:
    """Write the features of some scenes into one GeoJSON file; it appears whole or not at all.

    Args:
        store: The project's store.
        path: The file; its directory is made where it is missing.
        scenes: At least one.
        states: Which features; what has been rejected is left out unless it is asked for.
        classes: Only these classes; None for all.
        min_score: No proposals of a lower score; what people drew has no score and always goes in.
        crs: Of the coordinates; None for the scene's own.
        digits: Decimals of the coordinates; None for all there are.

    Raises:
        ExchangeError: There is no scene, the CRS is unknown, or the scenes do not go into one file.
        OSError: The file cannot be written (a full disk); an earlier one is intact.
    """
    if not scenes:
        raise ExchangeError("the project has no scenes yet, expected at least one to export")
    path.parent.mkdir(parents=True, exist_ok=True)
    keep = FeatureFilter(states, classes, min_score)
    try:
        with store.reading() as view:
            snapshots = (view.snapshot(scene.id, keep) for scene in scenes)
            return write_geojson(path, snapshots, crs=crs, digits=digits)
    except OSError as error:
        if error.errno is not None:  # of the operating system, not one of ours that has its sentence
            error.filename = str(path)  # the file the user knows, rather than the temporary one
        raise
