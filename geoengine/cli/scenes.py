"""`geoengine scenes`: list, complete, remove, rename and relink the scenes of a project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.completion import completion_document, completion_text
from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT, sentence
from geoengine.cli.support.options import (
    FILE,
    author_option,
    json_option,
    open_project,
    pick_scenes,
    project_option,
)
from geoengine.cli.support.output import print_json, table
from geoengine.cli.support.raster_options import assign, assign_options

if TYPE_CHECKING:
    from geoengine.model import Scene


@click.group()
def scenes() -> None:
    """List, complete, remove, rename and relink the scenes of a project."""


@scenes.command("list")
@project_option
@json_option
def list_(directory: Path, as_json: bool) -> None:
    """List the scenes, who said that they are complete, and what is wrong with the files that they are read from."""
    from geoengine.tasks.scenes.originals import source_problem

    project = open_project(directory)
    with project.store() as store:
        found = [(scene, source_problem(project, scene)) for scene in pick_scenes(store, ())]
        with store.reading() as view:
            held, classes = view.complete_parts(), [one.key for one in view.classes()]
    if as_json:
        print_json(
            [
                {
                    **_document(scene),
                    **completion_document(held.get(scene.id, ()), classes),
                    "problem": problem,
                }
                for scene, problem in found
            ]
        )
        return
    rows = [
        [
            scene.key,
            scene.name,
            completion_text(held.get(scene.id, ()), classes) or None,
            scene.source,
            problem,
        ]
        for scene, problem in found
    ]
    click.echo(
        table(["scene", "name", "complete", "source", "problem"], rows)
        if rows
        else "The project has no scenes yet."
    )


@scenes.command()
@click.argument("keys", metavar="SCENE…", nargs=-1, required=True)
@click.option("--purge", is_flag=True, help="Delete its labels and history too, instead of archiving them.")
@project_option
@json_option
def remove(keys: tuple[str, ...], purge: bool, directory: Path, as_json: bool) -> int:
    """Remove scenes from the project.

    The raster that a scene was made from is not touched. What the project had of it goes to the folder archive: its
    labels as GeoJSON, which geoengine import reads, the history of all of them, and the copy of the raster, if there
    is one. Queued jobs of the scene are cancelled; one that a worker is on is refused.
    """
    from geoengine.tasks.scene_removal import remove_scene

    project = open_project(directory)
    answers: list[dict[str, Any]] = []
    with project.store() as store:
        for scene in pick_scenes(store, keys):
            try:
                folder = remove_scene(project, store, scene, purge=purge)
            except Exception as error:
                known = sentence(error)
                if known is None:
                    raise
                answers.append({"scene": scene.key, "removed": False, "archive": None, "error": known[0]})
                click.echo(f"{scene.key}: {known[0]}", err=True)
                continue
            answers.append({"scene": scene.key, "removed": True, "archive": folder, "error": None})
            if not as_json:
                kept = f"its labels are in {folder}" if folder else "its labels are deleted"
                click.echo(f"Scene {scene.key} is removed; {kept}.")
    if as_json:
        print_json(answers)
    failed = sum(not answer["removed"] for answer in answers)
    return DONE if not failed else WRONG_INPUT if failed == len(answers) else PARTLY


@scenes.command()
@click.argument("keys", metavar="SCENE…", nargs=-1, required=True)
@click.option(
    "--area",
    nargs=4,
    type=int,
    metavar="LEFT TOP RIGHT BOTTOM",
    help="Only this part of the scene, in its pixels; it grows to whole cells of seen ground.",
)
@click.option("--take-back", is_flag=True, help="Say that it is not complete any more.")
@author_option
@project_option
@json_option
def complete(
    keys: tuple[str, ...],
    area: tuple[int, int, int, int] | None,
    take_back: bool,
    author: str | None,
    directory: Path,
    as_json: bool,
) -> int:
    """Say that every object of scenes, or of an area of them, is labelled.

    What is not labelled on their seen ground counts as background, for geoengine evaluate --complete, export --complete
    and finetune. As in the page, it is refused where less than the project's complete.min_seen of the valid pixels has
    been seen there.
    """
    from geoengine.tasks.scenes.completeness import mark_scene

    if area and (area[0] >= area[2] or area[1] >= area[3]):
        raise click.UsageError(
            f"--area is {' '.join(map(str, area))}, expected LEFT < RIGHT and TOP < BOTTOM"
        )
    project = open_project(directory)
    answers: list[dict[str, Any]] = []
    with project.store() as store:
        for scene in pick_scenes(store, keys):
            try:
                held = mark_scene(
                    project, store, scene, not take_back, author or project.author_default, area
                )
            except Exception as error:
                known = sentence(error)
                if known is None:
                    raise
                answers.append({"scene": scene.key, "error": known[0]})
                click.echo(f"{scene.key}: {known[0]}", err=True)
                continue
            with store.reading() as view:
                classes = [one.key for one in view.classes()]
            answers.append({"scene": scene.key, **completion_document(held, classes), "error": None})
            if not as_json:
                text = completion_text(held, classes)
                click.echo(
                    f"Scene {scene.key} is complete: {text}."
                    if text
                    else f"Scene {scene.key} is not complete."
                )
    if as_json:
        print_json(answers)
    failed = sum(answer["error"] is not None for answer in answers)
    return DONE if not failed else WRONG_INPUT if failed == len(answers) else PARTLY


@scenes.command()
@click.argument("key", metavar="SCENE")
@click.argument("new_key", metavar="[NEW-KEY]", required=False)
@click.option("--name", help="What people read.")
@project_option
@json_option
def rename(key: str, new_key: str | None, name: str | None, directory: Path, as_json: bool) -> None:
    """Give a scene another key, by which commands and its label file call it, or another name."""
    from geoengine.tasks.scene_removal import rename_scene

    if new_key is None and name is None:
        raise click.UsageError("nothing to change was given, expected NEW-KEY or --name")
    project = open_project(directory)
    with project.store() as store:
        [scene] = pick_scenes(store, (key,))
        renamed = rename_scene(project, store, scene, new_key or key, name or scene.name)
    if as_json:
        print_json(_document(renamed))
    else:
        click.echo(f"Scene {key} is now {renamed.key} ({renamed.name}).")


@scenes.command()
@click.argument("key", metavar="SCENE")
@click.argument("path", metavar="[FILE]", type=FILE, required=False)
@click.option("--changed", is_flag=True, help="Take a file with other pixels than were registered.")
@assign_options("--force")
@project_option
@json_option
def relink(
    key: str, path: Path | None, changed: bool, directory: Path, as_json: bool, **assigned: Any
) -> None:
    """Read a scene that was added with --in-place from FILE, or from its own file as it is now.

    For a raster that was moved, or replaced by a better one of the same grid: labels stay where they are. A file of
    another grid, other bands or another data type is refused. What was assigned when the scene was added, such as
    --crs, still holds.
    """
    from geoengine.tasks.scenes.originals import original_source
    from geoengine.tasks.scenes.relink import relink as relink_scene

    project = open_project(directory)
    with project.store() as store:
        [scene] = pick_scenes(store, (key,))
        like = assign(original_source(project, scene), **assigned)
        linked = relink_scene(project, store, scene, path, like=like, changed=changed)
    other = linked.content_hash != scene.content_hash
    if as_json:
        print_json({**_document(linked), "changed": other})
    else:
        pixels = ", with other pixels: geoengine prelabel --again looks at them" if other else ""
        click.echo(f"Scene {key} is read from {linked.source}{pixels}.")


def _document(scene: Scene) -> dict[str, Any]:
    return {"scene": scene.key, "name": scene.name, "source": scene.source, "uri": scene.uri}
