"""`geoengine status`: what is in a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.completion import completion_document, completion_text
from geoengine.cli.support.options import FEATURE_STATES, json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table

if TYPE_CHECKING:
    from geoengine.model import Job, JobProgress
    from geoengine.project import Project
    from geoengine.tasks.status import ProjectStatus, SceneStatus


@click.command()
@project_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """Count a project's features and list its jobs.

    Counts are by scene, class and state. A scene whose raster is missing or has changed is named.
    """
    from geoengine.tasks.status import project_status

    project = open_project(directory)
    with project.store() as store:
        found = project_status(project, store)
    if as_json:
        print_json(_document(project, found))
    else:
        click.echo("\n\n".join(_paragraphs(project, found)))


def _document(project: Project, found: ProjectStatus) -> dict[str, Any]:
    return {
        "name": project.name,
        "directory": str(project.directory),
        "marking": project.marking,
        "classes": found.classes,
        "scenes": [_scene_document(entry, found.classes) for entry in found.scenes],
        "totals": {state: found.totals[state] for state in FEATURE_STATES},
        "damaged": found.damaged,
        "jobs": [_job_document(job, items) for job, items in found.jobs],
        "job_counts": {str(state): number for state, number in found.job_counts.items()},
    }


def _scene_document(entry: SceneStatus, classes: Sequence[str]) -> dict[str, Any]:
    scene = entry.scene
    return {
        "key": scene.key,
        "name": scene.name,
        "width": scene.grid.width,
        "height": scene.grid.height,
        "gsd_m": scene.grid.gsd_m,
        "acquired_at": scene.acquired_at,
        "sensor": scene.metadata.sensor,
        "problem": entry.problem,
        "unreadable_places": entry.unreadable_places,
        **completion_document(entry.complete, classes),
        "counts": {
            key: {state: counts[state] for state in FEATURE_STATES} for key, counts in entry.counts.items()
        },
    }


def _job_document(job: Job, items: JobProgress) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": str(job.state),
        "message": job.message,
        "items": {"total": items.total, "done": items.done, "failed": items.failed},
        "created_at": job.created_at,
        "updated_at": job.updated_at,
    }


def _paragraphs(project: Project, found: ProjectStatus) -> list[str]:
    """Return the text for people: a summary, the counts, the problems and the jobs."""
    paragraphs = [
        f"{project.name} in {project.directory}: {count(len(found.scenes), 'scene')}, "
        f"{count(len(found.classes), 'class', 'classes')}, {count(sum(found.totals.values()), 'feature')}"
    ]
    if found.scenes:
        paragraphs.append(_counts_table(found))
    paragraphs += [f"{one[:1].upper()}{one[1:]}." for one in found.damaged]
    paragraphs += [f"Scene {entry.scene.key}: {entry.problem}" for entry in found.scenes if entry.problem]
    paragraphs += [
        f"scene {entry.scene.key}: {count(entry.unreadable_places, 'place')} of its file could not be read "
        "while it was served"
        for entry in found.scenes
        if entry.unreadable_places
    ]
    paragraphs += [
        f"Scene {entry.scene.key} is complete: {text}"
        for entry in found.scenes
        if (text := completion_text(entry.complete, found.classes))
    ]
    if found.jobs:
        paragraphs.append(_jobs_table(found))
        older = sum(found.job_counts.values()) - len(found.jobs)
        if older:
            by_state = ", ".join(f"{number:,} {state}" for state, number in found.job_counts.items())
            paragraphs.append(f"{count(older, 'older job')} (in all {by_state}): geoengine jobs list")
    return paragraphs


def _counts_table(found: ProjectStatus) -> str:
    rows: list[list[Any]] = []
    for entry in found.scenes:
        acquired = (entry.scene.acquired_at or "")[:10] or None
        for key in sorted(entry.counts) or [""]:
            numbers = [entry.counts[key][state] if key else 0 for state in FEATURE_STATES]
            rows.append([entry.scene.key, acquired, key or None, *numbers])
    rows.append(["all", None, None, *(found.totals[state] for state in FEATURE_STATES)])
    return table(
        ["scene", "acquired", "class", *FEATURE_STATES], rows, right=range(3, 3 + len(FEATURE_STATES))
    )


def _jobs_table(found: ProjectStatus) -> str:
    headers = ["job", "kind", "state", "done", "failed", "updated", "message"]
    rows = [
        [
            job.id,
            job.kind,
            job.state,
            f"{items.done}/{items.total}",
            items.failed,
            job.updated_at,
            job.message,
        ]
        for job, items in found.jobs
    ]
    return table(headers, rows, right=(0, 3, 4))
