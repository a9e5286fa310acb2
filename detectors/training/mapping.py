"""Names of a data set's classes, as the configuration maps them."""

from __future__ import annotations

from collections import Counter

from detectors.training.settings import SourceConfig
from tiling.class_names import ClassNames

# Stands for every name that is not in the mapping.
ANY = "*"


class NameMapping:
    """Mapping of a data set's class names to the package's class keys, with an account of what it was asked for."""

    def __init__(self, source: SourceConfig) -> None:
        """Index the names that `classes` and `ignore` of a data set have."""
        self._source = source
        self._classes = ClassNames(name for name in source.classes if name != ANY)
        self._ignored = ClassNames(source.ignore)
        self._used: set[str | None] = set()

    def key(self, name: object) -> str | None:
        """Return the class key of a name; None where it is no class."""
        found = self._classes.find(name)
        self._used.add(found or self._ignored.find(name))
        if found is not None:
            return self._source.classes[found]
        return None if self.is_ignored(name) else self._source.classes.get(ANY)

    def is_ignored(self, name: object) -> bool:
        """Return True for a name that `ignore` has, and `classes` has not."""
        return self._classes.find(name) is None and self._ignored.find(name) is not None

    def unused(self) -> list[str]:
        """Return the names of `classes` that no name so far was."""
        return [name for name in self._classes.known if name not in self._used]

    def unused_ignored(self) -> list[str]:
        """Return the names of `ignore` that no name so far was."""
        return [name for name in self._ignored.known if name not in self._used]

    def left_out(self, names: Counter[str]) -> dict[str, int]:
        """Return reasons and counts of objects by name that are no class and not ignored on purpose."""
        return {
            f"objects of {name!r}, which classes does not name": count
            for name, count in names.items()
            if not self.is_ignored(name)
        }
