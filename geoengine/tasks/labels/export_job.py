"""Exports that were recorded as jobs: one file in the project's folder of exports."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from geoengine.atomic import atomic_write, temporary_folder
from geoengine.exchange.geojson import WriteReport
from geoengine.model import FeatureState, JobState, Scene
from geoengine.store import Store
from geoengine.tasks.jobs.job_context import JobContext
from geoengine.tasks.labels.complete_ground import CompletePart, areas_of, only_complete
from geoengine.tasks.labels.export import DEFAULT_STATES, export_labels
from tiling.grid.window import PixelWindow

_NAMED = 8
_PIECE = 1 << 20


def run_export_job(context: JobContext) -> None:
    """Write the file of an export, whole or not at all; the job's message says how much is in it, and what is not.

    The parts of a Shapefile go as one archive, which GDAL opens as it is.

    Raises:
        NotFoundError: A scene is gone.
        ExchangeError: The scenes do not go into one file of the format, or none of them is complete.
        OSError: The file cannot be written.
    """
    project, store, job = context.project, context.store, context.job
    params = job.params
    with store.reading() as view:
        is_planned = bool(view.job_items(job.id, limit=1))
        scenes = [view.scene_by_key(key) for key in params["scenes"]]
    if not is_planned:
        store.plan_job(job.id, params, [{}])
    classes = params.get("classes")
    remarks: list[str] = []
    areas: dict[str, tuple[PixelWindow, ...]] = {}
    if params.get("complete"):
        parts, remarks = _complete_ones(store, scenes, classes or ())
        scenes, areas = [part.scene for part in parts], areas_of(parts)
    path = project.export_path(job)

    def write(target: Path) -> WriteReport:
        return export_labels(
            store,
            target,
            scenes,
            states=[FeatureState(state) for state in params.get("states") or DEFAULT_STATES],
            classes=classes,
            min_score=params.get("min_score"),
            areas=areas,
        )

    report = _write_archive(path, write) if path.suffix == ".zip" else write(path)
    report = replace(report, notes=(*remarks, *report.notes))
    store.set_item(job.id, 0, JobState.DONE, result=project.uri_for(path))
    store.set_job_state(job.id, JobState.DONE, "; ".join(_said(report, path)))


def _complete_ones(
    store: Store, scenes: Sequence[Scene], classes: Sequence[str]
) -> tuple[list[CompletePart], list[str]]:
    """Return what of the scenes is complete, and remarks on the rest."""
    found, remarks = only_complete(store, scenes, classes, are_named=False)
    left = [scene.key for scene in scenes if scene not in [part.scene for part in found]]
    if left:
        some = f"{', '.join(left[:_NAMED])}{' …' if len(left) > _NAMED else ''}"
        remarks.insert(0, f"{len(left):,} of {len(scenes):,} scenes are not complete and left out: {some}")
    return found, remarks


def _write_archive(path: Path, write: Callable[[Path], WriteReport]) -> WriteReport:
    """Write the files of an export and put them into one archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(path) as folder:
        report = write(folder / "files" / path.stem)
        packed = folder / "packed.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted((folder / "files").iterdir()):
                archive.write(part, part.name)
        atomic_write(path, _pieces(packed))
    return replace(report, path=path)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _said(report: WriteReport, path: Path) -> Iterator[str]:
    yield f"{report.features:,} features in {path.name}"
    if report.left_out:
        some = ", ".join(str(one) for one in report.left_out[:_NAMED])
        yield f"{len(report.left_out):,} left out: {some}{' …' if len(report.left_out) > _NAMED else ''}"
    yield from report.notes
