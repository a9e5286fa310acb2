"""Classes of a model and the project's classes that they are proposed as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detectors.model_package.card import ModelCard, ModelPackage
from geoengine.errors import GeoEngineError
from geoengine.model import LabelClass
from geoengine.store import Store
from geoengine.tasks.prelabel.settings import PrelabelSettings
from tiling.class_names import ClassNames
from tiling.errors import ClassNameError


class PrelabelError(GeoEngineError, ValueError):
    """The model and the project have no class in common, or a job was planned for something else."""


@dataclass(frozen=True)
class Partners:
    """Classes that are proposed, and those that are left out.

    Attributes:
        pairs: Class of the model and of the project, in the model's order.
        model_only: Classes that the model finds and the project lacks.
        project_only: Classes that the project has and the model does not find.
        new: Classes for a project that has none yet.
        without_area: Sentence parts on the project's classes of lines or points, which no model proposes.
    """

    pairs: tuple[tuple[str, str], ...]
    model_only: tuple[str, ...] = ()
    project_only: tuple[str, ...] = ()
    new: tuple[LabelClass, ...] = ()
    without_area: tuple[str, ...] = ()

    @property
    def proposed(self) -> tuple[str, ...]:
        """The project's classes that are proposed, each once."""
        return tuple(dict.fromkeys(ours for _, ours in self.pairs))

    def left_out(self, model: str) -> str | None:
        """Return a sentence about the classes without a partner; None where all have one."""
        parts = []
        if self.model_only:
            parts.append(
                f"{model} also finds {', '.join(self.model_only)}, which the project has no class for"
            )
        if self.project_only:
            parts.append(f"{model} does not find {', '.join(self.project_only)}")
        parts += self.without_area
        return (
            f"Left out: {'; '.join(parts)} (--map model=project pairs names that differ)." if parts else None
        )


def find_partners(store: Store, card: ModelCard, settings: PrelabelSettings) -> Partners:
    """Pair the model's classes with the project's; a project without classes is to get the model's, as `new`.

    Names are compared as `tiling.class_names` does.

    Raises:
        PrelabelError: They have none in common, or the settings name a class that is not there, or one of lines or
            points, which no model proposes.
    """
    with store.reading() as view:
        there = view.classes()
    existing = [label.key for label in there]
    renamed = dict(settings.renamed)
    unknown = ClassNames(card.class_keys).without_partner(renamed)
    if unknown:
        raise PrelabelError(
            f"--map names {', '.join(unknown)}, which {card.name} does not find, expected of: "
            f"{', '.join(card.class_keys)}"
        )
    new: tuple[LabelClass, ...] = ()
    if not existing:
        theirs = ClassNames(card.class_keys)
        called = {theirs.find(name): ours for name, ours in renamed.items()}
        existing = [called.get(key, key) for key in card.class_keys]
        named = dict(zip(existing, card.classes, strict=True))
        new = tuple(LabelClass(key, key, info.color) for key, info in named.items())
    try:
        names = ClassNames(existing, renamed)
    except ClassNameError as error:
        raise PrelabelError(f"--map: {error}") from error
    found = {key: names.find(key) for key in card.class_keys}
    pairs = tuple((key, ours) for key, ours in found.items() if ours is not None)
    if not pairs:
        raise PrelabelError(
            f"model {card.name!r} finds {', '.join(card.class_keys)}, "
            f"but the project has only {', '.join(sorted(existing))}; --map model=project pairs names that differ"
        )
    matched = {ours for _, ours in pairs}
    if settings.classes:
        wanted = _find(ClassNames(matched), settings.classes, "--classes")
        pairs = tuple(pair for pair in pairs if pair[1] in wanted)
    odd = {
        label.key: f"{label.key} is of {label.geometry.plural}, and models propose polygons"
        for label in there
        if label.key in {ours for _, ours in pairs} and not label.geometry.has_area
    }
    pairs = tuple(pair for pair in pairs if pair[1] not in odd)
    if odd and (settings.classes or not pairs):
        raise PrelabelError(f"class {'; '.join(odd.values())}: expected a class of polygons or boxes")
    if settings.classes:
        return Partners(pairs, new=new)
    return Partners(
        pairs,
        tuple(key for key, ours in found.items() if ours is None),
        tuple(key for key in existing if key not in matched),
        new,
        tuple(odd.values()),
    )


def with_min_scores(package: ModelPackage, partners: Partners, settings: PrelabelSettings) -> ModelPackage:
    """Return the package with the lowest scores of single classes on its card.

    A name is one of the project's classes, or of the model's.

    Raises:
        PrelabelError: A name is of no class that is proposed.
    """
    if not settings.class_scores:
        return package
    limits: dict[str, float] = {}
    theirs = ClassNames([key for key, _ in partners.pairs])
    for name, score in settings.class_scores:
        ours = ClassNames(partners.proposed).find(name)
        keys = [key for key, mine in partners.pairs if mine == ours] or [theirs.find(name) or ""]
        if keys == [""]:
            _find(ClassNames(partners.proposed), [name], "--min-score")
        limits |= dict.fromkeys(keys, score)
    general = settings.min_score
    classes = tuple(
        replace(info, min_score=limits.get(info.key, info.min_score if general is None else general))
        for info in package.card.classes
    )
    return replace(package, card=replace(package.card, classes=classes))


def _find(names: ClassNames, wanted: Sequence[str], option: str) -> set[str]:
    """Return the known names of the wanted classes."""
    unknown = names.without_partner(wanted)
    if unknown:
        raise PrelabelError(
            f"{option} names {', '.join(unknown)}, expected classes that model and project share: {names.listed()}"
        )
    return {found for found in map(names.find, wanted) if found is not None}
