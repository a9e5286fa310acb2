"""Changes of a project's classes, with the labels and label files that follow them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geoengine.errors import InvalidValueError
from geoengine.exchange.geojson.names import RESERVED
from geoengine.model import (
    DISTINCT_FROM,
    BirthShape,
    ClassAttribute,
    GeometryKind,
    LabelClass,
    Reclassified,
    default_color,
)
from geoengine.project import Project
from geoengine.store import Store
from geoengine.store.classes import Attributes
from geoengine.tasks.labels.write_labels import write_labels
from tiling.class_names import SCORE_FIELDS


@dataclass(frozen=True)
class ClassChange:
    """Outcome of a change of classes.

    Attributes:
        label_class: The class as it is now.
        labels: How many labels changed with it.
        scenes: In how many scenes.
    """

    label_class: LabelClass
    labels: int
    scenes: int


def count_labels(store: Store) -> list[tuple[LabelClass, int]]:
    """Return the project's classes with the numbers of their live features."""
    numbers: Counter[str] = Counter()
    with store.reading() as view:
        classes = view.classes()
        for entry in view.counts():
            numbers[entry.class_key] += entry.count
    return [(each, numbers[each.key]) for each in classes]


def add_class(
    store: Store,
    key: str,
    *,
    color: str | None = None,
    name: str | None = None,
    hotkey: str | None = None,
    shape: BirthShape = BirthShape.FREE,
    parent: str | None = None,
    geometry: GeometryKind | None = None,
    expected: str | None = None,
) -> LabelClass:
    """Add a class, or bring a retired one back.

    Args:
        store: The project's store.
        key: Its key.
        color: As #rrggbb; None for the next one of the palette.
        name: What people read; None for the key with spaces for underscores.
        hotkey: One character that gives the class on the map.
        shape: What becomes of outlines that people draw.
        parent: Key of the class that it stands below; None for the top, or where a retired one stood.
        geometry: What its objects are; None for polygons, or what a retired one's were.
        expected: State of the list that the change was made on, as `version_of` tells it; None for any.

    Raises:
        InvalidValueError: The project has the class, or a value is not one.
        ClassesChangedError: The list is another one by now.
    """
    with store.reading() as view:
        there, retired = view.classes(), view.retired_classes()
    if any(each.key == key for each in there):
        raise InvalidValueError(
            f"class {key!r} is in the project already, expected a new one; geoengine classes rename and recolour "
            "change it",
            "key",
        )
    check_hotkey(there, key, hotkey)
    color = color or default_color(len(there))
    if geometry is None:
        geometry = next((each.geometry for each in retired if each.key == key), GeometryKind.POLYGON)
    added = LabelClass(
        key, name or _name_of(key), color, hotkey or None, shape=shape, parent=parent, geometry=geometry
    )
    store.put_classes([added], expected=expected)
    return added


def check_hotkey(there: Sequence[LabelClass], key: str, hotkey: str | None) -> None:
    """Accept a hotkey that no other class has.

    Raises:
        InvalidValueError: One has it.
    """
    other = next((one.key for one in there if hotkey and one.hotkey == hotkey and one.key != key), None)
    if other is not None:
        raise InvalidValueError(
            f"hotkey {hotkey!r} is that of class {other!r}, expected a free one", "hotkey"
        )


def change_class(
    project: Project,
    store: Store,
    old: LabelClass,
    *,
    key: str | None = None,
    name: str | None = None,
    color: str | None = None,
    hotkey: str | None = None,
    shape: BirthShape | None = None,
    parent: str | None = None,
    geometry: GeometryKind | None = None,
    author: str,
    expected: str | None = None,
    due: Callable[[int], object] | None = None,
) -> ClassChange:
    """Give a class another key, name, colour, hotkey, shape, parent or geometry; None leaves each as it is.

    A name that was made from the key follows it. The labels of the class follow its key, and the label files.

    Args:
        project: The project.
        store: Its open store.
        old: The class as it is.
        key: Its new key.
        name: What people read.
        color: As #rrggbb.
        hotkey: One character that gives the class on the map; an empty one takes it away.
        shape: What becomes of outlines that people draw.
        parent: Key of the class that it is to stand below; an empty one puts it at the top.
        geometry: What its objects are, which all that it has must be already; shape becomes free where these are no
            polygons.
        author: Who the changes of labels are by.
        expected: State of the list that the change was made on; None for any.
        due: Called with the number of each scene whose labels changed; None writes their label files here.

    Raises:
        InvalidValueError: The project has a class of the new key or hotkey, or a value is not one, or the class would
            stand below itself, or too deep, or has objects that are not of the geometry.
        ClassesChangedError: The list is another one by now.
        StoreError: The database cannot be written.
    """
    with store.reading() as view:
        check_hotkey(view.classes(), old.key, hotkey)
    wanted = key or old.key
    if name is None:
        name = _name_of(wanted) if old.name.casefold() == _name_of(old.key).casefold() else old.name
    hotkey = old.hotkey if hotkey is None else hotkey or None
    if geometry not in (None, GeometryKind.POLYGON):
        shape = shape or BirthShape.FREE
    new = replace(
        old,
        key=wanted,
        name=name,
        color=color or old.color,
        hotkey=hotkey,
        shape=shape or old.shape,
        parent=old.parent if parent is None else parent or None,
        geometry=geometry or old.geometry,
    )
    moved = store.rename_class(old.key, new, author=author, expected=expected)
    return _followed(project, store, new, moved, due)


def merge_classes(
    project: Project,
    store: Store,
    keys: Sequence[str],
    into: LabelClass,
    *,
    author: str,
    expected: str | None = None,
    due: Callable[[int], object] | None = None,
) -> ClassChange:
    """Make the labels of some classes labels of `into`, retire the classes, and write the label files.

    `expected` and `due` are those of `change_class`.

    Raises:
        UnknownClassError: A class is not there.
        InvalidValueError: A class is `into` itself.
        ClassesChangedError: The list is another one by now.
    """
    moved = store.merge_classes(keys, into.key, author=author, expected=expected)
    return _followed(project, store, into, moved, due)


def set_attribute(
    store: Store,
    class_key: str,
    key: str,
    change: Callable[[ClassAttribute | None], ClassAttribute],
    *,
    expected: str | None = None,
) -> tuple[ClassAttribute, bool]:
    """Declare an attribute of a class at the end of its list, or change one.

    Args:
        store: The project's store.
        class_key: Key of the class.
        key: Key of the attribute.
        change: Is given the attribute as it is, or None for a new one, and returns it as it is to be.
        expected: State of the list of classes that the change was made on; None for any.

    Returns:
        The attribute, and whether it is new.

    Raises:
        UnknownClassError: The project has no such class.
        InvalidValueError: The key is a field of ours in label files, or `change` refuses.
    """
    if key in RESERVED or key in SCORE_FIELDS or key == DISTINCT_FROM:
        raise InvalidValueError(
            f"attribute {key!r} is a field of every object in label files, expected another key", "key"
        )
    before, after = store.change_attributes(
        class_key, lambda there: {**there, key: change(there.get(key))}, expected=expected
    )
    return after[key], key not in before


def retire_attribute(
    store: Store, class_key: str, key: str, *, expected: str | None = None
) -> ClassAttribute:
    """Ask nobody for an attribute any more; the values that objects have stay, and `set_attribute` brings it back.

    Raises:
        UnknownClassError: The project has no such class.
        InvalidValueError: The class has no such attribute.
    """

    def retired(there: Attributes) -> Attributes:
        if key not in there:
            known = ", ".join(there) or "none"
            raise InvalidValueError(
                f"class {class_key!r} has no attribute {key!r}, expected one of: {known}", "attribute"
            )
        return {**there, key: replace(there[key], retired=True)}

    _, after = store.change_attributes(class_key, retired, expected=expected)
    return after[key]


def order_attributes(
    store: Store, class_key: str, keys: Sequence[str], *, expected: str | None = None
) -> Sequence[ClassAttribute]:
    """Put attributes of a class first in its form, in this order; the others follow as they were.

    Raises:
        UnknownClassError: The project has no such class.
        InvalidValueError: The class lacks one of the attributes, or one is named twice.
    """

    def ordered(there: Attributes) -> Attributes:
        unknown = next((key for key in keys if key not in there), None)
        if unknown is not None:
            known = ", ".join(there) or "none"
            raise InvalidValueError(
                f"class {class_key!r} has no attribute {unknown!r}, expected one of: {known}", "attribute"
            )
        twice = next((key for key in keys if list(keys).count(key) > 1), None)
        if twice is not None:
            raise InvalidValueError(f"attribute {twice!r} is named twice, expected each once", "attribute")
        return {key: there[key] for key in [*keys, *(key for key in there if key not in keys)]}

    _, after = store.change_attributes(class_key, ordered, expected=expected)
    return list(after.values())


def _name_of(key: str) -> str:
    return key.replace("_", " ")


def _followed(
    project: Project,
    store: Store,
    label_class: LabelClass,
    moved: Sequence[Reclassified],
    due: Callable[[int], object] | None,
) -> ClassChange:
    """Write the label files of the scenes whose labels changed, or say that they are due."""
    for each in moved:
        if due is not None:
            due(each.scene_id)
            continue
        with store.reading() as view:
            scene = view.scene(each.scene_id)
        write_labels(project, store, scene)
    return ClassChange(label_class, sum(each.labels for each in moved), len(moved))
