"""The tree that classes stand in: a vehicle, and below it a truck."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from geoengine.errors import InvalidValueError
from geoengine.model.label_class import LabelClass

MOST_LEVELS = 4

Parents = Mapping[str, str | None]
"""For each key of a class that of the class it stands below; None at the top."""


def check_parents(parents: Parents) -> None:
    """Accept a tree without circles and of at most `MOST_LEVELS` levels.

    Raises:
        InvalidValueError: It is none; the sentence names the class.
    """
    for key in parents:
        line = [key]
        while (above := parents.get(line[-1])) is not None:
            if above in line:
                raise InvalidValueError(
                    f"class {above!r} would stand below itself ({' > '.join([above, *reversed(line)])}), expected a "
                    "parent that is not below it",
                    "parent",
                )
            line.append(above)
            if len(line) > MOST_LEVELS:
                raise InvalidValueError(
                    f"class {key!r} would stand on level {len(line)} ({' > '.join(reversed(line))}), expected at most "
                    f"{MOST_LEVELS} levels",
                    "parent",
                )


def in_tree_order(keys: Sequence[str], parents: Parents) -> list[str]:
    """Return keys with each class right before those below it, else in the order given; none is lost."""
    below: dict[str | None, list[str]] = defaultdict(list)
    there = set(keys)
    for key in keys:
        above = parents.get(key)
        below[above if above in there else None].append(key)
    found: list[str] = []
    waiting = list(reversed(below[None]))
    while waiting:
        key = waiting.pop()
        found.append(key)
        waiting.extend(reversed(below[key]))
    return [*found, *(key for key in keys if key not in set(found))]


def nearest(key: str, parents: Parents, among: Collection[str]) -> str | None:
    """Return the nearest class above one that is `among` some; None where there is none."""
    seen = {key}
    above = parents.get(key)
    while above is not None and above not in among and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above if above in among else None


def with_descendants(keys: Iterable[str], label_classes: Sequence[LabelClass]) -> list[str]:
    """Return keys of classes and of all that stand below them.

    Args:
        keys: What a person filters by.
        label_classes: The classes of the project.
    """
    wanted = dict.fromkeys(keys)
    for one in label_classes:  # in the order of the tree: parents first
        if one.parent in wanted:
            wanted[one.key] = None
    return list(wanted)


def levels(label_classes: Sequence[LabelClass]) -> list[int]:
    """Return for each class of a list how many stand above it."""
    found: dict[str, int] = {}
    for one in label_classes:
        found[one.key] = 0 if one.parent is None else found.get(one.parent, -1) + 1
    return list(found.values())
