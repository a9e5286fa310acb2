"""Options of an import of labels, and its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geoengine.errors import ExchangeError
from geoengine.exchange.crs import parse_crs
from geoengine.exchange.geojson import Problem
from geoengine.exchange.geojson.reader import ReadingRules
from geoengine.model import FeatureState, LabelClass
from tiling.class_names import ClassNames, plain
from tiling.errors import ClassNameError


@dataclass(frozen=True)
class ImportOptions:
    """Options of an import.

    Attributes:
        author: Whose name the changesets carry.
        state: Of every feature; None takes what the file says, and accepted where it says nothing.
        class_property: The property that names the class; None for the first of `CLASS_FIELDS` that exists.
        default_class: Of features that name none; None makes them problems.
        renamed: Class name of the file -> class of the project, for names that differ.
        layer: Name of the layer; None for the only one.
        crs: CRS of the coordinates, whatever the file says; None for what it says.
        repair: Whether to repair rings that cross or touch themselves; else they are problems.
        deletions: Whether to delete objects that an edited label file lacks.
        split_parts: Whether a MultiPolygon becomes one object for each part; else it stays one.
    """

    author: str
    state: FeatureState | None = None
    class_property: str | None = None
    default_class: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    layer: str | None = None
    crs: str | None = None
    repair: bool = False
    deletions: bool = False
    split_parts: bool = False


@dataclass(frozen=True)
class ImportReport:
    """Result of an import.

    Attributes:
        format: Name of the file's format.
        added: Features that went in.
        changed: Objects that were moved, reclassified or changed otherwise.
        deleted: Objects that the file lacks and that were deleted.
        known: Features that were there already, the same or edited in the project only.
        newer: Those of `known` that the project changed since the file was written.
        repaired: Features whose rings were repaired.
        problems: What was left out and why.
        changesets: Number of the changeset of each scene that changed, by the scene's key.
        unknown_classes: For each class name that the project lacks the number of features.
        notes: What else the user should know, as sentences.
        kept: Objects that the file lacks and that were not deleted though deletions were asked for.
    """

    format: str
    added: int
    changed: int
    deleted: int
    known: int
    newer: int
    repaired: int
    problems: tuple[Problem, ...]
    changesets: dict[str, int]
    unknown_classes: dict[str, int]
    notes: tuple[str, ...]
    kept: int = 0


def reading_rules(options: ImportOptions, classes: Sequence[LabelClass]) -> ReadingRules:
    """Return the rules by which a file is read into a project with these classes.

    Raises:
        ExchangeError: The CRS is unknown, or a renamed class is none of the project's.
    """
    names = _class_names({one.key: one.name for one in classes}, options.renamed)
    crs = None if options.crs is None else parse_crs(options.crs, "--crs")
    return ReadingRules(
        names, options.class_property, options.default_class, options.repair, crs, options.split_parts
    )


def _class_names(names: Mapping[str, str], renamed: Mapping[str, str]) -> ClassNames:
    """Return the project's classes, found by key, by the name that people read, and by what the user renamed.

    Raises:
        ExchangeError: A renamed class is none of the project's.
    """
    by_plain = {plain(key) for key in (*names, *renamed)}
    shown: dict[str, str] = {}
    for key, name in names.items():
        if plain(name) not in by_plain:
            by_plain.add(plain(name))
            shown[name] = key
    try:
        return ClassNames(names, {**shown, **renamed})
    except ClassNameError as error:
        raise ExchangeError(f"--map: {error}") from error
