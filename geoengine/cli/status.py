"""`geoengine status`: what is in a project."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from geoengine.cli.support.options import json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table


@click.command()
@project_option
@json_option
def status(directory: Path, as_json: bool) -> None:
    """Count a project's features and list its jobs.

    The counts are by scene, class and state. A scene whose raster is gone, or is another one by now, is named.
    """
    from geoengine.model import FeatureState
    from geoengine.tasks.scenes.originals import problem_of
    from geoengine.unreadable import unreadable_counts

    project = open_project(directory)
    with project.store() as store:
        scenes = store.scenes()
        counts = store.counts()
        classes = store.classes()
        jobs = [(job, store.job_progress(job.id)) for job in store.jobs()]

    problems = {scene.key: problem for scene in scenes if (problem := problem_of(project, scene))}
    unreadable = unreadable_counts(project.cache_dir)
    states = [str(state) for state in FeatureState]
    cells: Counter[tuple[int, str, str]] = Counter()
    for entry in counts:
        cells[entry.scene_id, entry.class_key, str(entry.state)] += entry.count
    by_scene = {
        scene.id: sorted({key for scene_id, key, _ in cells if scene_id == scene.id}) for scene in scenes
    }

    if as_json:
        document: dict[str, Any] = {
            "name": project.name,
            "directory": str(project.directory),
            "marking": project.marking,
            "classes": [label_class.key for label_class in classes],
            "scenes": [
                {
                    "key": scene.key,
                    "name": scene.name,
                    "width": scene.grid.width,
                    "height": scene.grid.height,
                    "gsd_m": scene.grid.gsd_m,
                    "acquired_at": scene.acquired_at,
                    "sensor": scene.metadata.sensor,
                    "problem": problems.get(scene.key),
                    "unreadable_places": unreadable.get(scene.key, 0),
                    "counts": {
                        key: {state: cells[scene.id, key, state] for state in states}
                        for key in by_scene[scene.id]
                    },
                }
                for scene in scenes
            ],
            "totals": {state: sum(n for (_, _, s), n in cells.items() if s == state) for state in states},
            "jobs": [
                {
                    "id": job.id,
                    "kind": job.kind,
                    "state": str(job.state),
                    "message": job.message,
                    "items": {"total": items.total, "done": items.done, "failed": items.failed},
                    "created_at": job.created_at,
                    "updated_at": job.updated_at,
                }
                for job, items in jobs
            ],
        }
        print_json(document)
        return

    click.echo(
        f"{project.name} in {project.directory}: {count(len(scenes), 'scene')}, "
        f"{count(len(classes), 'class', 'classes')}, {count(sum(cells.values()), 'feature')}"
    )
    rows: list[list[Any]] = []
    for scene in scenes:
        acquired = (scene.acquired_at or "")[:10] or None
        for key in by_scene[scene.id] or [""]:
            rows.append(
                [scene.key, acquired, key or None, *(cells[scene.id, key, state] for state in states)]
            )
    if rows:
        rows.append(
            ["all", None, None, *(sum(n for (_, _, s), n in cells.items() if s == state) for state in states)]
        )
        click.echo(
            "\n" + table(["scene", "acquired", "class", *states], rows, right=range(3, 3 + len(states)))
        )
    for key, problem in problems.items():
        click.echo(f"\nScene {key}: {problem}")
    for scene in scenes:
        if scene.key in unreadable:
            places = count(unreadable[scene.key], "place")
            click.echo(f"\nscene {scene.key}: {places} of its file could not be read while it was served")
    if jobs:
        lines = [
            [
                job.id,
                job.kind,
                job.state,
                f"{items.done}/{items.total}",
                items.failed,
                job.updated_at,
                job.message,
            ]
            for job, items in jobs
        ]
        click.echo(
            "\n"
            + table(["job", "kind", "state", "done", "failed", "updated", "message"], lines, right=(0, 3, 4))
        )
