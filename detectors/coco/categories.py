"""Match of a model's classes with the categories of a COCO file."""

from __future__ import annotations

from collections.abc import Mapping

from detectors.coco.dataset import CocoDataset
from detectors.coco.records import CocoCategory
from detectors.errors import DatasetError
from detectors.model_package.card import ModelCard
from tiling.class_names import plain


def match_categories(
    card: ModelCard, coco: CocoDataset, renamed: Mapping[str, str]
) -> dict[int, CocoCategory]:
    """Map the classes of a model to the categories of a COCO file: label -> category.

    Names are compared without regard to case, and `_`, `-` and spaces count as the same.

    Args:
        card: The model.
        coco: The file with the categories.
        renamed: Class of the model -> category of the file, for names that differ.

    Raises:
        DatasetError: `renamed` names what is not there, the two have no class in common, or a class has two
            categories to choose from.
    """
    names = {plain(key): key for key in card.class_keys}
    labels = {plain(key): label for label, key in enumerate(card.class_keys, start=1)}
    wanted: dict[str, str] = {}
    for key, category in renamed.items():
        if plain(key) not in labels:
            raise DatasetError(f"model {card.name!r} has no class {key!r}, only {', '.join(card.class_keys)}")
        if wanted.setdefault(plain(key), category) != category:
            raise DatasetError(
                f"class {key!r} is mapped to two categories, {wanted[plain(key)]!r} and {category!r}, expected one"
            )
        if not _alike(coco, category):
            listed = ", ".join(c.name for c in coco.categories)
            raise DatasetError(f"{coco.path} has no category {category!r}, only {listed}")
    found = {}
    for key, label in labels.items():
        partner = _one(coco, names[key], wanted.get(key))
        if partner is not None:
            found[label] = partner
    if not found:
        raise DatasetError(
            f"model {card.name!r} finds {', '.join(card.class_keys)}, but {coco.path} has only the categories "
            f"{', '.join(c.name for c in coco.categories) or '(none)'}; --map CLASS=CATEGORY says which is which"
        )
    return found


def _alike(coco: CocoDataset, name: str) -> list[CocoCategory]:
    return [category for category in coco.categories if plain(category.name) == plain(name)]


def _one(coco: CocoDataset, key: str, renamed: str | None) -> CocoCategory | None:
    """Return the category of a class; one that the user wrote exactly wins over those that are only alike."""
    alike = _alike(coco, key if renamed is None else renamed)
    exact = [category for category in alike if category.name == renamed]
    if len(exact) == 1:
        return exact[0]
    if len(alike) > 1:
        listed = " and ".join(f"{c.name!r} (id {c.id})" for c in alike)
        raise DatasetError(
            f"{coco.path} has the categories {listed}, and class {key!r} could be any; --map CLASS=CATEGORY says "
            "which where they are spelled differently, else rename one of them in the file"
        )
    return alike[0] if alike else None
