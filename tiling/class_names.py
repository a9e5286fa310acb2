"""The one way in which names of classes are compared, and the properties that hold a class or a score.

Files, models and projects write one class in many ways: `Small Car`, `small-car`, `small_car`; pandas writes the
class 3 as 3.0. They are the same here, for every command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tiling.errors import ClassNameError

# Properties that may hold the class of an object, in order of preference.
CLASS_FIELDS = ("class", "class_key", "label", "category", "category_name", "name")

# Of fewer names nobody can say whether they are proper names.
_FEWEST_NAMES = 2

# Properties that may hold the score of an object, in order of preference.
SCORE_FIELDS = ("score", "confidence")


@lru_cache(4096)
def plain(name: str) -> str:
    """Normalise a class name for comparison: fold case, and make every separator an underscore.

    >>> plain(" Swimming-Pool ")
    'swimming_pool'
    """
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def class_text(value: object) -> str | None:
    """Return the value of a property as a class name; None where it names none (null, NaN, blank).

    >>> class_text(3.0), class_text(" ship "), class_text(float("nan"))
    ('3', 'ship', None)
    """
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def are_proper_names(names: Iterable[str | None]) -> bool:
    """Return True if names are those of single objects, such as "City Hall": more than three quarters differ.

    >>> are_proper_names(["ship", "ship", "dock"]), are_proper_names(["City Hall", "Mill", "Mill Inn"])
    (False, True)
    """
    found = [name for name in names if name]
    return len(found) >= _FEWEST_NAMES and len({plain(name) for name in found}) > 0.75 * len(found)


class ClassNames:
    """Known class names, and the lookup of a foreign name among them.

    A name that is written alike wins over one that is only alike in `plain`; where two known names are alike in
    `plain`, only names written alike are found.
    """

    def __init__(self, known: Iterable[str], renamed: Mapping[str, str] | None = None) -> None:
        """Index the names.

        Args:
            known: The names to find.
            renamed: Foreign name -> known name, where `plain` does not make them alike.

        Raises:
            ClassNameError: `renamed` maps to a name that is not known, or one foreign name to two of them.
        """
        self.known = tuple(dict.fromkeys(known))
        self._exact = {name: name for name in self.known}
        self._plain: dict[str, str | None] = {}
        for name in self.known:
            self._plain[plain(name)] = None if plain(name) in self._plain else name
        self._renamed: dict[str, str] = {}
        for foreign, wanted in (renamed or {}).items():
            target = self._find(wanted)
            if target is None:
                raise ClassNameError(
                    f"{foreign!r} is mapped to the class {wanted!r}, expected one of: {self.listed()}"
                )
            if self._renamed.setdefault(plain(foreign), target) != target:
                raise ClassNameError(
                    f"{foreign!r} is mapped to two classes: {self._renamed[plain(foreign)]}, {target}"
                )

    def find(self, name: object) -> str | None:
        """Return the known name that a foreign one means (text or number), None where it has no partner."""
        text = class_text(name)
        if text is None:
            return None
        return self._renamed.get(plain(text)) or self._find(text)

    def without_partner(self, names: Iterable[object]) -> list[str]:
        """Return those of foreign `names` that have no partner, once each, in their order."""
        texts = dict.fromkeys(class_text(name) for name in names)
        return [text for text in texts if text is not None and self.find(text) is None]

    def listed(self) -> str:
        """Return the known names for a message."""
        return ", ".join(sorted(self.known)) or "none yet"

    def _find(self, text: str) -> str | None:
        return self._exact.get(text) or self._plain.get(plain(text))
