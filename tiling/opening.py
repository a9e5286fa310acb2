"""Opening a file with GDAL, after everything that it refers to was looked at."""

from __future__ import annotations

import re
from bisect import bisect_left
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasterio.io import DatasetReader

from tiling.env import gdal_warnings, open_dataset, reading
from tiling.errors import RasterReadError
from tiling.plausible import check_georeference, check_overviews, check_size
from tiling.policy import ReadPolicy, is_no_file_name
from tiling.references import Reference, is_vrt, metadata_references, pam_references, vrt_references
from tiling.source import RasterSource

# Side-cars by what follows the raster's name, with or without its ending.
_SIDE_CAR = re.compile(
    r"(\.[a-z0-9]+)?((\.(aux\.xml|aux|ovr|msk|rrd|ige|hdr|prj|wld|[a-z0-9]{1,3}wx?|tab|rpb|rpc|imd|clr|stx|sta"
    r"|rdc|ref|smp|xml))|_rpc\.txt)+"
)
# Those of them that are rasters of whatever format.
_RASTER_SIDE_CARS = (".ovr", ".msk")

_NETWORK = ("/vsicurl/", "/vsicurl?", "/vsis3/", "/vsigs/", "/vsiaz/", "http://", "https://")

# A VRT of a VRT of a VRT: nobody needs more, and GDAL's own stack is not endless.
_MAX_DEPTH = 8


def open_checked(source: RasterSource, policy: ReadPolicy, **options: Any) -> DatasetReader:
    """Opens a raster that may be read: of an allowed format, made of allowed files, placed plausibly.

    Call it inside `tiling.env.reading`. The file is opened where it really is, so side-cars are those
    beside the real file, not those beside a link to it.

    Args:
        source: the file, with the elevation model that it is seen over.
        policy: which files may be read.
        options: for GDAL's driver.

    Raises:
        RasterReadError: a file outside the policy, not a raster, sizes or a place that cannot be.
        RasterioError: no driver knows the file.
    """
    path, policy = source.path, policy.allowing(*source.originals)
    real = policy.find(path)
    _Walk(path, policy).file(real, real.parent)
    if source.dem is not None:
        check_readable(source.dem, policy)
    with ExitStack() as stack:
        with gdal_warnings() as warnings:
            dataset = stack.enter_context(_open(str(real), policy, **options))
        check_size(dataset, path)
        _check_opened(dataset, path, real, policy)
        check_overviews(dataset, path)
        check_georeference(dataset, path, warnings)
        stack.pop_all()
        return dataset


def check_readable(path: Path, policy: ReadPolicy) -> Path:
    """Looks at a file that GDAL is going to open by itself, such as an elevation model; where it really is.

    Raises:
        RasterReadError: a file outside the policy, or not a raster.
    """
    real = policy.find(path)
    with reading(path, allow_network=policy.allow_network):
        _Walk(path, policy).file(real, real.parent)
        _check_leaf(real, policy, *_stamp(real))
    return real


def _open(name: str, policy: ReadPolicy, **options: Any) -> DatasetReader:
    return open_dataset(name, allow_network=policy.allow_network, **options)


class _Walk:
    """Follows what a raster refers to, depth first, before any of it is opened as a raster."""

    def __init__(self, named: Path, policy: ReadPolicy) -> None:
        self._named = named
        self._policy = policy
        self._folders: dict[Path, list[str]] = {}
        self._done: set[tuple[Path, Path]] = set()

    def file(self, real: Path, home: Path, above: tuple[Path, ...] = ()) -> None:
        """Looks at a file that may be read: its references, if it is a VRT, and its side-cars."""
        if real in above or len(above) >= _MAX_DEPTH:
            raise RasterReadError(
                f"{self._named} refers to itself, or through more than {_MAX_DEPTH} files, by way of {real}."
            )
        if (real, home) in self._done:
            return
        if is_vrt(real):
            for reference in vrt_references(real):
                self._follow(reference, real, home, (*above, real))
        elif above:
            self._leaf(real)
        for side_car in self._side_cars(real):
            where = self._permitted(side_car, home, f"side-car {side_car}")
            if side_car.name.lower().endswith(".aux.xml"):
                for reference in pam_references(where):
                    self._follow(reference, real, home, (*above, real))
            elif side_car.suffix.lower() in _RASTER_SIDE_CARS:
                self.file(where, home, (*above, real))
        self._done.add((real, home))

    def _leaf(self, real: Path) -> None:
        try:
            _check_leaf(real, self._policy, *_stamp(real))
        except RasterReadError as error:
            raise RasterReadError(f"{self._named} refers to a file that cannot be used: {error}") from error

    def _follow(self, reference: Reference, base: Path, home: Path, above: tuple[Path, ...]) -> None:
        for real, its_home in self._resolve(reference, base, home):
            self.file(real, its_home, above)

    def _resolve(self, reference: Reference, base: Path, home: Path) -> list[tuple[Path, Path]]:
        name = reference.name
        if self._policy.allow_network and name.strip().lower().startswith(_NETWORK):
            return []
        paths = [] if is_no_file_name(name) else reference.paths(base)
        if not paths:
            raise RasterReadError(
                f"{self._named} refers to {_short(name)}, which is no plain name of a file; expected files in "
                "its own folder or in the folders that rasters may be read from."
            )
        found = []
        for path in paths:
            real = path.resolve()
            if real.exists():
                self._permitted(real, home, _short(name))
                found.append((real, self._policy.home_of(real, home) or home))
            elif self._policy.home_of(real, home) is None:
                self._refuse(_short(name))
        if not found:
            raise RasterReadError(f"{self._named} refers to {_short(name)}, which does not exist.")
        return found

    def _permitted(self, path: Path, home: Path, what: str) -> Path:
        real = path.resolve()
        if self._policy.home_of(real, home) is None:
            self._refuse(what)
        return real

    def _refuse(self, what: str) -> None:
        raise RasterReadError(
            f"{self._named} refers to {what}, which is outside its own folder and the folders that rasters may "
            "be read from."
        )

    def _side_cars(self, real: Path) -> list[Path]:
        folder = real.parent
        if folder not in self._folders:
            self._folders[folder] = _names(folder)
        names, stem = self._folders[folder], real.stem
        found = []
        for name in names[bisect_left(names, stem) :]:
            if not name.startswith(stem):
                break
            if name != real.name and _SIDE_CAR.fullmatch(name[len(stem) :].lower()):
                found.append(folder / name)
        return found


def _check_opened(dataset: DatasetReader, named: Path, real: Path, policy: ReadPolicy) -> None:
    """What only GDAL can tell: files named in metadata, and the ones that the driver itself found."""
    walk = _Walk(named, policy)
    # In this order: asking for the files makes GDAL open the overviews that the metadata name.
    for domain in ("OVERVIEWS", "GEOLOCATION"):
        for reference in metadata_references(dataset.tags(ns=domain)):
            walk._follow(reference, real, real.parent, (real,))
    for name in dataset.files:
        if not is_no_file_name(name):
            walk._permitted(Path(name), real.parent, name)
        elif not policy.allow_network:
            walk._refuse(_short(name))


@lru_cache(maxsize=65536)
def _check_leaf(real: Path, policy: ReadPolicy, modified_ns: int, size: int) -> None:
    """Opens a file that another one refers to, once for each of its versions: GDAL would take any format."""
    with reading(real, allow_network=policy.allow_network), _open(str(real), policy) as dataset:
        _check_opened(dataset, real, real, policy)


def _stamp(real: Path) -> tuple[int, int]:
    status = real.stat()
    return status.st_mtime_ns, status.st_size


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except OSError:  # a folder that may be entered and not listed: what it holds is looked at after opening
        return []


def _short(name: str) -> str:
    name = " ".join(name.split())
    return repr(name if len(name) <= 120 else f"{name[:117]}...")
