"""`geoengine classes`: the classes of a project, and the tree they stand in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from geoengine.cli.support.attributes import attributes
from geoengine.cli.support.class_output import class_document, print_change
from geoengine.cli.support.options import author_option, json_option, open_project, pick_class, project_option
from geoengine.cli.support.output import count, print_json, table
from geoengine.cli.support.values import GEOMETRIES, ClassSpec

_SHAPE = click.Choice(("free", "squared", "round"))
_GEOMETRY = click.Choice(GEOMETRIES)


@click.group()
def classes() -> None:
    """List, add, rename, recolour, shape, order, nest, retire and merge classes; say what their objects are."""


classes.add_command(attributes)


@classes.command("list")
@click.option("--retired", is_flag=True, help="Only the classes that are retired.")
@project_option
@json_option
def list_(retired: bool, directory: Path, as_json: bool) -> None:
    """List the classes with their colours, hotkeys, geometries, shapes and numbers of labels.

    A class that stands below another is indented; the numbers are of each class alone.
    """
    from geoengine.model.class_tree import levels
    from geoengine.tasks.classes import count_labels

    with open_project(directory).store() as store:
        if retired:
            with store.reading() as view:
                found = [(each, 0) for each in view.retired_classes()]
        else:
            found = count_labels(store)
    if as_json:
        print_json([{**class_document(each), "labels": labels} for each, labels in found])
        return
    indents = [0] * len(found) if retired else levels([each for each, _ in found])
    rows = [
        ["  " * indent + each.key, each.name, each.color, each.hotkey, each.geometry, each.shape, labels]
        for (each, labels), indent in zip(found, indents, strict=True)
    ]
    headers = ["key", "name", "colour", "hotkey", "geometry", "shape", "labels"]
    none = "No class is retired." if retired else "The project has no classes yet."
    click.echo(table(headers, rows, right=(6,)) if rows else none)


@classes.command()
@click.argument("spec", metavar="KEY[:COLOUR][:GEOMETRY]", type=ClassSpec())
@click.option("--name", help="What people read.  [default: the key]")
@click.option("--hotkey", help="One character that gives the class on the map.")
@click.option(
    "--shape", type=_SHAPE, default="free", show_default=True, help="As of geoengine classes shape."
)
@click.option("--geometry", type=_GEOMETRY, help="As of geoengine classes geometry.  [default: polygon]")
@project_option
@json_option
def add(
    spec: tuple[str, str | None, str | None],
    name: str | None,
    hotkey: str | None,
    shape: str,
    geometry: str | None,
    directory: Path,
    as_json: bool,
) -> None:
    """Add a class, or bring a retired one back.

    Its colour is the next one of the palette unless COLOUR (rrggbb) is given, and its objects are polygons unless
    GEOMETRY is. A retired class keeps the geometry that it had.

        geoengine classes add -p town crane:cc79a7 --name "Tower crane"
        geoengine classes add -p town mast:point
    """
    from geoengine.model import BirthShape, GeometryKind
    from geoengine.tasks.classes import add_class

    key, colour, kind = spec
    if None not in (kind, geometry) and kind != geometry:
        raise click.UsageError(f"{key!r} has the geometry {kind}, and --geometry is {geometry}, expected one")
    wanted = geometry or kind
    with open_project(directory).store() as store:
        added = add_class(
            store,
            key,
            color=colour,
            name=name,
            hotkey=hotkey,
            shape=BirthShape(shape),
            geometry=None if wanted is None else GeometryKind(wanted),
        )
    print_change(f"Class {key} is added.", class_document(added), as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@click.argument("new_key", metavar="[NEW-KEY]", required=False)
@click.option("--name", help="What people read.")
@click.option("--hotkey", help="One character that gives the class on the map; '' takes it away.")
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

        geoengine classes rename -p town house building
        geoengine classes rename -p town house --name "House, inhabited"
    """
    from geoengine.tasks.classes import change_class

    if new_key is None and name is None and hotkey is None:
        raise click.UsageError("nothing to change was given, expected NEW-KEY, --name or --hotkey")
    project = open_project(directory)
    with project.store() as store:
        old = pick_class(store, key)
        author = author or project.author_default
        done = change_class(project, store, old, key=new_key, name=name, hotkey=hotkey, author=author)
    new, labels = done.label_class, done.labels
    said = f"Class {key} is now {new.key} ({new.name}), with {count(labels, 'label')}."
    print_change(said, {**class_document(new), "labels": labels}, as_json)


@classes.command()
@click.argument("spec", metavar="KEY:COLOUR", type=ClassSpec())
@project_option
@json_option
def recolour(spec: tuple[str, str | None, str | None], directory: Path, as_json: bool) -> None:
    """Give a class another colour: geoengine classes recolour tree:009e73."""
    key, colour, geometry = spec
    if geometry is not None:
        raise click.UsageError(
            f"{key}:{geometry} is no colour; geoengine classes geometry changes the geometry"
        )
    if colour is None:
        raise click.UsageError(f"{key!r} has no colour, expected one as in {key}:009e73")
    with open_project(directory).store() as store:
        changed = store.set_class(replace(pick_class(store, key), color=colour))
    print_change(f"Class {key} is {colour} now.", class_document(changed), as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@click.argument("shape", metavar="SHAPE", type=_SHAPE)
@project_option
@json_option
def shape(key: str, shape: str, directory: Path, as_json: bool) -> None:
    """Say what becomes of outlines that people draw of a class: free, squared or round.

    The desk squares an outline, or makes it a circle of the same area, when it is drawn as a polygon or outlined by
    a click. Proposals, and what is there already, stay as they are.

        geoengine classes shape -p town building squared
    """
    from geoengine.model import BirthShape

    with open_project(directory).store() as store:
        changed = store.set_class(replace(pick_class(store, key), shape=BirthShape(shape)))
    print_change(f"Outlines drawn of class {key} are {shape} now.", class_document(changed), as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@click.argument("kind", metavar="GEOMETRY", type=_GEOMETRY)
@project_option
@author_option
@json_option
def geometry(key: str, kind: str, directory: Path, author: str | None, as_json: bool) -> None:
    """Say what the objects of a class are: polygon, box, oriented-box, line or point.

    A box lies along the pixel axes of the scene, an oriented box is turned. What is drawn, imported or changed is held
    to it. Models propose boxes where a class is of boxes, and nothing where it is of lines or points.

    The geometry changes only where every object of the class is of the new one already, deleted ones too.

        geoengine classes geometry -p town road line
    """
    from geoengine.model import GeometryKind
    from geoengine.tasks.classes import change_class

    project = open_project(directory)
    with project.store() as store:
        done = change_class(
            project,
            store,
            pick_class(store, key),
            geometry=GeometryKind(kind),
            author=author or project.author_default,
        )
    changed = done.label_class
    print_change(
        f"Objects of class {key} are {changed.geometry.plural} now.", class_document(changed), as_json
    )


@classes.command()
@click.argument("key", metavar="KEY")
@click.argument("above", metavar="[PARENT]", required=False)
@project_option
@json_option
def parent(key: str, above: str | None, directory: Path, as_json: bool) -> None:
    """Put a class, with what is below it, below another; without PARENT at the top.

    A truck below a vehicle is found wherever vehicles are asked for: by export --class, the filters over HTTP and
    the map. A class that others stand below is one like any other: for what cannot be told more closely. There are
    4 levels at most. Models, fine-tuning, complete scenes and merges go by each class alone.

        geoengine classes parent -p town truck vehicle
    """
    with open_project(directory).store() as store:
        changed = store.set_class(replace(pick_class(store, key), parent=above))
    said = f"Class {key} stands {'at the top' if above is None else f'below {above}'} now."
    print_change(said, class_document(changed), as_json)


@classes.command()
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@project_option
@json_option
def order(keys: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """Put classes first, in this order; the others follow as they were.

    Classes below another stay right after it. Those without a hotkey of their own have the digits 1 to 9 and 0 in
    this order.

        geoengine classes order -p town tree building
    """
    with open_project(directory).store() as store:
        for key in keys:
            pick_class(store, key)
        found = store.order_classes(keys)
    order = [each.key for each in found]
    print_change(f"The order is {', '.join(order)} now.", {"classes": order}, as_json)


@classes.command()
@click.argument("key", metavar="KEY")
@project_option
@json_option
def retire(key: str, directory: Path, as_json: bool) -> None:
    """Take a class off the list, so that no label gets it any more.

    Classes below it stay, and stand where it stood. A class that labels have is refused: geoengine classes merge
    makes them labels of another class. History keeps the class, and geoengine classes add brings it back.
    """
    with open_project(directory).store() as store:
        store.retire_class(key)
    print_change(f"Class {key} is retired.", {"key": key, "retired": True}, as_json)


@classes.command()
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@click.argument("into", metavar="INTO")
@project_option
@author_option
@json_option
def merge(keys: tuple[str, ...], into: str, directory: Path, author: str | None, as_json: bool) -> None:
    """Make the labels of some classes labels of class INTO, and retire the classes.

    Each scene gets one changeset, which its history shows. What stands below the classes stands below INTO then.

        geoengine classes merge -p town hut shed building
    """
    from geoengine.tasks.classes import merge_classes

    project = open_project(directory)
    with project.store() as store:
        target = pick_class(store, into)
        done = merge_classes(project, store, keys, target, author=author or project.author_default)
    labels = done.labels
    said = f"{', '.join(keys)} merged into {into}: {count(labels, 'label')} in {count(done.scenes, 'scene')}."
    print_change(said, {"into": into, "retired": list(keys), "labels": labels}, as_json)
