"""Classes of two polygon files that are compared, brought to the names of the first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from geoengine.errors import ExchangeError
from tiling.class_names import ClassNames, plain
from tiling.vectors.polygons import PolygonFile


def match_classes(
    truth: PolygonFile,
    predictions: PolygonFile,
    renamed: Mapping[str, str],
    class_key: str | None,
    remarks: list[str],
) -> tuple[PolygonFile, PolygonFile, str | None]:
    """Name the classes of both files, and the class that was asked for, as the true file does.

    Args:
        truth: The true polygons.
        predictions: The predicted ones.
        renamed: Class of the predictions -> class of the truth, where the names differ.
        class_key: The class that was asked for.
        remarks: Gets a sentence for each thing that the reader of the figures should know.

    Raises:
        ClassNameError: `renamed` maps to a class that the truth lacks, or one class to two.
        ExchangeError: Neither file has the class that was asked for.
    """
    truth, predictions = (
        _drop_free_text(truth, predictions, remarks),
        _drop_free_text(predictions, truth, remarks),
    )
    for file in (truth, predictions):
        if file.class_field not in (None, "class"):
            remarks.append(f"{file.path.name}: classes are those of the property {file.class_field!r}")
    own = {plain(name): name for name in reversed(_named(truth)) if name}
    names = ClassNames(own.values(), renamed)
    foreign = {plain(name): name for name in reversed(_named(predictions)) if name}
    known = {**{name: names.find(name) or foreign[plain(name)] for name in _named(predictions)}, "": ""}
    truth = _renamed(truth, {**{name: own[plain(name)] for name in _named(truth)}, "": ""})
    predictions = _renamed(predictions, known)
    for name in renamed:
        if plain(name) not in foreign:
            remarks.append(f"{predictions.path.name} has no class {name!r}, which --map names")
    if class_key is not None:
        return truth, predictions, _wanted(truth, predictions, names, class_key)
    _say_partners(truth, predictions, remarks)
    return truth, predictions, None


def _drop_free_text(file: PolygonFile, other: PolygonFile, remarks: list[str]) -> PolygonFile:
    """Return a file without its classes where they are from `name` and the other file has none of them."""
    names, others = {plain(n) for n in _named(file)}, {plain(n) for n in _named(other)}
    if file.class_field != "name" or not names or not others or names & others:
        return file
    remarks.append(
        f"{file.path.name}: no class of {other.path.name} is in its property 'name', which is not taken for the class"
    )
    return replace(file, classes=np.full(len(file), "", dtype=object), class_field=None)


def _named(file: PolygonFile) -> list[str]:
    return [name for name in dict.fromkeys(file.classes.tolist()) if name]


def _renamed(file: PolygonFile, names: Mapping[str, str]) -> PolygonFile:
    classes = np.array([names[name] for name in file.classes.tolist()], dtype=object)
    return replace(file, classes=classes.reshape(len(file)))


def _wanted(truth: PolygonFile, predictions: PolygonFile, names: ClassNames, class_key: str) -> str:
    """Return the class that was asked for as the files name it; features without a class count as it."""
    found = names.find(class_key) or ClassNames(_named(predictions)).find(class_key)
    if found is not None:
        return found
    files = [file for file in (truth, predictions) if len(file)]
    if files and all((file.classes != "").all() for file in files):
        there = sorted({*_named(truth), *_named(predictions)})
        raise ExchangeError(
            f"neither {truth.path.name} nor {predictions.path.name} has the class {class_key!r}, expected one of: "
            f"{', '.join(there)}"
        )
    return class_key


def _say_partners(truth: PolygonFile, predictions: PolygonFile, remarks: list[str]) -> None:
    true, predicted = _named(truth), _named(predictions)
    for file, names, other in ((truth, true, predictions), (predictions, predicted, truth)):
        if len(file) and not names and len(other) and (true or predicted):
            remarks.append(f"{file.path.name} names no class, so all objects are compared with all")
            return
    for names, others, file, other, hint in (
        (predicted, true, predictions, truth, " (--map PREDICTED=TRUE says which they are)"),
        (true, predicted, truth, predictions, ""),
    ):
        alone = sorted(set(names) - set(others))
        if alone and others:
            remarks.append(
                f"{file.path.name} has classes that {other.path.name} lacks: {', '.join(alone)}{hint}"
            )
