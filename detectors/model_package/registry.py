"""Registry of model packages: the shipped ones and those a project has installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from detectors.errors import PackageError, UnknownModelError
from detectors.model_package.card import CARD_FILE, ModelPackage
from detectors.model_package.card_file import load_package

SHIPPED = Path(__file__).parents[1] / "packages"


class Registry:
    """Model packages of some directories, then the shipped ones; the first of a name wins."""

    def __init__(self, *directories: Path) -> None:
        """Take the directories to search before the shipped packages."""
        self._directories = (*directories, SHIPPED)

    def packages(self) -> list[ModelPackage]:
        """Return every package, sorted by name.

        Raises:
            PackageError: One of them has a card that cannot be read.
        """
        found, broken = self.survey()
        if broken:
            raise broken[0]
        return found

    def survey(self) -> tuple[list[ModelPackage], list[PackageError]]:
        """Return every package, sorted by name, and what is wrong with the cards that cannot be read."""
        found: dict[str, ModelPackage] = {}
        broken: list[PackageError] = []
        for card in self._cards():
            try:
                package = load_package(card.parent)
            except PackageError as error:
                broken.append(error)
                continue
            found.setdefault(package.card.name, package)
        return [found[name] for name in sorted(found)], broken

    def get(self, name: str) -> ModelPackage:
        """Return the package of that name.

        Raises:
            UnknownModelError: There is none; the message lists those there are.
            PackageError: Its own card cannot be read.
        """
        known: dict[str, ModelPackage] = {}
        broken: list[PackageError] = []
        for card in self._cards():
            try:
                package = load_package(card.parent)
            except PackageError as error:
                if card.parent.name == name and name not in known:
                    raise
                broken.append(error)  # another package's trouble is not this one's
                continue
            known.setdefault(package.card.name, package)
        if name not in known:
            names = ", ".join(sorted(known)) or "none is installed"
            more = f" ({broken[0]})" if broken else ""
            raise UnknownModelError(f"there is no model named {name!r}; known: {names}{more}")
        return known[name]

    def _cards(self) -> Iterator[Path]:
        for directory in self._directories:
            yield from sorted(directory.glob(f"*/{CARD_FILE}"))


def shadows_shipped(package: ModelPackage) -> bool:
    """Tell whether a package hides a shipped one of the same name."""
    if package.directory.parent == SHIPPED:
        return False
    return any(shipped.card.name == package.card.name for shipped in Registry().survey()[0])
