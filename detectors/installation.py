"""Installation and removal of packages in a project's folder of models."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from detectors.errors import PackageError, UnknownModelError
from detectors.model_package.card import CARD_FILE, WEIGHTS_FILE, ModelPackage, check_name
from detectors.model_package.card_file import MAX_CARD_BYTES, load_package
from detectors.model_package.registry import Registry
from tiling.class_names import plain

# Many times what a network of `detectors.architectures` has.
MAX_WEIGHTS_BYTES = 256 << 20

_LIMITS = {CARD_FILE: MAX_CARD_BYTES, WEIGHTS_FILE: MAX_WEIGHTS_BYTES}


def install_package(source: Path, models_dir: Path, *, replace: bool = False) -> ModelPackage:
    """Copy a package, given as a directory or a .zip, into a project; it appears whole or not at all.

    Its weights are loaded once before.

    Args:
        source: The package.
        models_dir: The project's folder of models.
        replace: Whether an installed package of the same name makes room.

    Raises:
        PackageError: It is not a package, its weights do not match its card or cannot be used, its name is taken
            or looks like another one.
    """
    models_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".install-") as scratch:
        staged = Path(scratch) / "package"
        staged.mkdir()
        _stage(source, staged)
        with _named(staged, source):
            package = load_package(staged)
        name = package.card.name
        try:
            check_name(name)
            _check_alike(name, models_dir)
        except PackageError as error:
            raise PackageError(f"{source}: {error}") from None
        target = models_dir / name
        if target.exists() and not replace:
            raise PackageError(
                f"{source}: a model named {name!r} is already installed in {models_dir}; --replace puts this one in "
                "its place"
            )
        with _named(staged, source):
            try_package(package)
        if target.exists():
            target.rename(Path(scratch) / "replaced")
        staged.rename(target)
    return load_package(target)


@contextmanager
def _named(staged: Path, source: Path) -> Iterator[None]:
    """Let errors name the package that was given, rather than the copy that is gone by then."""
    try:
        yield
    except PackageError as error:
        error.args = (str(error).replace(str(staged), str(source)),)
        raise


def try_package(package: ModelPackage) -> None:
    """Load a package's weights once, as every use of it does.

    Raises:
        PackageError: They are not what the card says, or hold values that are not finite.
    """
    package.check_weights()
    from detectors.inference.predictor import load_network  # it takes seconds to import

    load_network(package)


def remove_package(name: str, models_dir: Path) -> Path:
    """Remove an installed package from a project and return its former folder; labels keep the model's name.

    Raises:
        UnknownModelError: The project has none of that name of its own.
    """
    own = {path.parent.name: path.parent for path in models_dir.glob(f"*/{CARD_FILE}")}
    for directory in list(own.values()):
        try:
            own.setdefault(load_package(directory).card.name, directory)
        except PackageError:  # it can still be removed by its folder
            continue
    if name not in own:
        listed = ", ".join(sorted(own)) or "none"
        raise UnknownModelError(
            f"{models_dir} has no model named {name!r}, expected one of its own: {listed}"
        )
    with tempfile.TemporaryDirectory(dir=models_dir, prefix=".remove-") as scratch:
        own[name].rename(Path(scratch) / "removed")
    return own[name]


def _check_alike(name: str, models_dir: Path) -> None:
    """Refuse a name that differs from a known one by case, '-' and '_' only."""
    for known in Registry(models_dir).survey()[0]:
        other = known.card.name
        if other != name and plain(other) == plain(name):
            raise PackageError(
                f"the name is {name!r}, which looks like {other!r}; expected one that does not"
            )


def _stage(source: Path, staged: Path) -> None:
    """Copy the two files of a package into `staged`; other members of a zip are ignored, so no path can leave it."""
    if source.is_dir():
        for name, limit in _LIMITS.items():
            if not (source / name).is_file():
                raise PackageError(f"{source} has no {name}, so it is not a model package")
            _check_size(f"{source / name}", (source / name).stat().st_size, limit)
            shutil.copyfile(source / name, staged / name)
        return
    try:
        with zipfile.ZipFile(source) as archive:
            for name, limit in _LIMITS.items():
                member = _member(archive, name)
                if member is None:
                    raise PackageError(f"{source} has no {name} in it, so it is not a model package")
                _check_size(f"{name} in {source}", member.file_size, limit)
                # At most the declared size is read, whatever the data unpack to.
                with archive.open(member) as read, (staged / name).open("wb") as write:
                    shutil.copyfileobj(read, write)
    except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:  # damaged, encrypted
        raise PackageError(f"{source} is neither a package directory nor a zip of one: {error}") from error


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo | None:
    """Return the member of that name nearest to the root; macOS adds a folder of its own with the same names."""
    found = [
        info
        for info in archive.infolist()
        if PurePosixPath(info.filename).name == name and "__MACOSX" not in PurePosixPath(info.filename).parts
    ]
    return min(found, key=lambda info: len(PurePosixPath(info.filename).parts), default=None)


def _check_size(what: str, size: int, limit: int) -> None:
    if size > limit:
        raise PackageError(f"{what} has {size:,} bytes, expected at most {limit:,}")
