"""Registry of model packages: the shipped ones and those a project has installed."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from detectors.errors import PackageError, UnknownModelError
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE, ModelPackage, load_package

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
        found: dict[str, ModelPackage] = {}
        for card in self._cards():
            package = load_package(card.parent)
            found.setdefault(package.card.name, package)
        return [found[name] for name in sorted(found)]

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


def install_package(source: Path, models_dir: Path) -> ModelPackage:
    """Copy a package, given as a directory or a .zip, into a project; it appears whole or not at all.

    Raises:
        PackageError: It is not a package, its weights do not match its card, or one of its name is installed already.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".install-") as scratch:
        staged = Path(scratch) / "package"
        staged.mkdir()
        _stage(source, staged)
        package = load_package(staged)
        package.check_weights()
        name = package.card.name
        if not name.replace("-", "").replace("_", "").isalnum():
            raise PackageError(f"{source}: the name is {name!r}, expected letters, digits, '-' and '_'")
        target = models_dir / name
        if target.exists():
            raise PackageError(f"{source}: a model named {name!r} is already installed in {models_dir}")
        staged.rename(target)
    return load_package(target)


def _stage(source: Path, staged: Path) -> None:
    """Copy the two files of a package into `staged`; other members of a zip are ignored, so no path can leave it."""
    if source.is_dir():
        for name in (CARD_FILE, WEIGHTS_FILE):
            if not (source / name).is_file():
                raise PackageError(f"{source} has no {name}, so it is not a model package")
            shutil.copyfile(source / name, staged / name)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            for name in (CARD_FILE, WEIGHTS_FILE):
                member = next((m for m in archive.namelist() if Path(m).name == name), None)
                if member is None:
                    raise PackageError(f"{source} has no {name} in it, so it is not a model package")
                with archive.open(member) as read, (staged / name).open("wb") as write:
                    shutil.copyfileobj(read, write)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:  # damaged, encrypted
        raise PackageError(f"{source} is neither a package directory nor a zip of one: {error}") from error
