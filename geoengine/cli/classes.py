"""`geoengine classes`: list, add, rename, recolour, retire and merge the classes of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.options import (
    ClassSpec,
    author_option,
    json_option,
    open_project,
    pick_class,
    project_option,
)
from geoengine.cli.support.output import count, print_json, table

if TYPE_CHECKING:
    from geoengine.model import LabelClass, Reclassified
    from geoengine.project import Project
    from geoengine.store import Store


@click.group()
def classes() -> None:
    """List, add, rename, recolour, retire and merge classes."""


@classes.command("list")
@project_option
@json_option
def list_(directory: Path, as_json: bool) -> None:
    """List the classes with their colours, hotkeys and numbers of labels."""
    with open_project(directory).store() as store, store.reading() as view:
        found = view.classes()
        numbers = dict.fromkeys((each.key for each in found), 0)
        for scene in view.scenes():
            for entry in view.counts(scene.id):
                numbers[entry.class_key] = numbers.get(entry.class_key, 0) + entry.count
    if as_json:
        print_json([{**_document(each), "labels": numbers[each.key]} for each in found])
        return
    rows = [[each.key, each.name, each.color, each.hotkey, numbers[each.key]] for each in found]
    headers = ["key", "name", "colour", "hotkey", "labels"]
    click.echo(table(headers, rows, right=(4,)) if rows else "The project has no classes yet.")


@classes.command()
@click.argument("spec", metavar="KEY[:COLOUR]", type=ClassSpec())
@click.option("--name", help="What people read.  [default: the key]")
@click.option("--hotkey", help="One character that gives the class on the map.")
@project_option
@json_option
def add(
    spec: tuple[str, str | None], name: str | None, hotkey: str | None, directory: Path, as_json: bool
) -> None:
    """Add a class, or bring a retired one back.

    \b
        geoengine classes add -p town crane:cc79a7 --name "Tower crane"
    """
    from geoengine.model import LabelClass, default_color

    key, colour = spec
    with open_project(directory).store() as store:
        with store.reading() as view:
            there = view.classes()
        if any(each.key == key for each in there):
            raise click.UsageError(
                f"class {key!r} is in the project already, expected a new one; geoengine classes rename and "
                "recolour change it"
            )
        added = LabelClass(key, name or key.replace("_", " "), colour or default_color(len(there)), hotkey)
        store.put_classes([added])
    _print(f"Class {key} is added.", _document(added), as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@click.argument("new_key", metavar="[NEW-KEY]", required=False)
@click.option("--name", help="What people read.")
@click.option("--hotkey", help="One character that gives the class on the map.")
@project_option
@author_option
@json_option
def rename(
    key: str,
    new_key: str | None,
    name: str | None,
    hotkey: str | None,
    directory: Path,
    author: str | None,
    as_json: bool,
) -> None:
    """Give a class another key, name or hotkey.

    With another key its labels change with it, in one changeset for each scene. A name that was made from the
    key follows it. Models go on to call the class by their own name: geoengine prelabel --map old=new.

    \b
        geoengine classes rename -p town house building
        geoengine classes rename -p town house --name "House, inhabited"
    """
    if new_key is None and name is None and hotkey is None:
        raise click.UsageError("nothing to change was given, expected NEW-KEY, --name or --hotkey")
    project = open_project(directory)
    with project.store() as store:
        old = pick_class(store, key)
        wanted = new_key or key
        follows = old.name.casefold() == key.replace("_", " ").casefold()
        text = name or (wanted.replace("_", " ") if follows else old.name)
        new = replace(old, key=wanted, name=text, hotkey=hotkey or old.hotkey)
        moved = store.rename_class(key, new, author=author or project.author_default)
        labels = _write_labels(project, store, moved)
    said = f"Class {key} is now {new.key} ({new.name})"
    _print(f"{said}, with {count(labels, 'label')}.", {**_document(new), "labels": labels}, as_json)


@classes.command()
@click.argument("spec", metavar="KEY:COLOUR", type=ClassSpec())
@project_option
@json_option
def recolour(spec: tuple[str, str | None], directory: Path, as_json: bool) -> None:
    """Give a class another colour: geoengine classes recolour tree:009e73."""
    key, colour = spec
    if colour is None:
        raise click.UsageError(f"{key!r} has no colour, expected one as in {key}:009e73")
    with open_project(directory).store() as store:
        changed = store.set_class(replace(pick_class(store, key), color=colour))
    _print(f"Class {key} is {colour} now.", _document(changed), as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@project_option
@json_option
def retire(key: str, directory: Path, as_json: bool) -> None:
    """Take a class off the list, so that no label gets it any more.

    A class that labels have is refused: geoengine classes merge makes them labels of another class. History keeps
    the class, and geoengine classes add brings it back.
    """
    with open_project(directory).store() as store:
        store.retire_class(key)
    _print(f"Class {key} is retired.", {"key": key, "retired": True}, as_json)


@classes.command()
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.argument("into", metavar="INTO")
@project_option
@author_option
@json_option
def merge(keys: tuple[str, ...], into: str, directory: Path, author: str | None, as_json: bool) -> None:
    """Make the labels of some classes labels of class INTO, and retire the classes.

    Each scene gets one changeset, which its history shows.

    \b
        geoengine classes merge -p town hut shed building
    """
    project = open_project(directory)
    with project.store() as store:
        moved = store.merge_classes(keys, into, author=author or project.author_default)
        labels = _write_labels(project, store, moved)
    said = f"{', '.join(keys)} merged into {into}: {count(labels, 'label')} in {count(len(moved), 'scene')}."
    _print(said, {"into": into, "retired": list(keys), "labels": labels}, as_json)


def _write_labels(project: Project, store: Store, moved: Sequence[Reclassified]) -> int:
    """Write the label files of the scenes; return the number of labels that changed."""
    from geoengine.tasks.labels.write_labels import write_labels

    for each in moved:
        with store.reading() as view:
            scene = view.scene(each.scene_id)
        write_labels(project, store, scene)
    return sum(each.labels for each in moved)


def _document(label_class: LabelClass) -> dict[str, Any]:
    return {
        "key": label_class.key,
        "name": label_class.name,
        "colour": label_class.color,
        "hotkey": label_class.hotkey,
    }


def _print(text: str, document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        click.echo(text)
