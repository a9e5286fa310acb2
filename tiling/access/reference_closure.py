"""Checks of the reference closure of a raster, before it is opened."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

from rasterio.io import DatasetReader

from tiling.access.env import open_dataset, reading
from tiling.access.folder_names import names_in
from tiling.access.policy import ReadPolicy, is_no_file_name
from tiling.access.references import Reference, is_vrt, metadata_references, pam_references, vrt_references
from tiling.errors import RasterReadError, RefusedRasterError

# Parts of the names of side-cars after the raster's name, which GDAL's drivers append one after the other.
_PARTS = frozenset(
    ("aux", "xml", "ovr", "msk", "rrd", "ige", "hdr", "prj", "wld", "tab", "rpb", "rpc", "imd", "clr", "stx", "sta",
     "rdc", "ref", "smp")
)  # fmt: skip
_WORLD_FILE = re.compile(r"[a-z0-9]{1,3}wx?")
_RPC_TEXT = "_rpc.txt"
_ENDING = re.compile(r"[a-z0-9]+")
# Those of them that are rasters of whatever format.
_RASTER_SIDE_CARS = (".ovr", ".msk")

_NETWORK = ("/vsicurl/", "/vsicurl?", "/vsis3/", "/vsigs/", "/vsiaz/", "http://", "https://")

# A VRT of a VRT of a VRT is enough in practice, and GDAL's own stack is finite.
_MAX_DEPTH = 8


def check_references(path: Path, policy: ReadPolicy) -> Path:
    """Check a file, its side-cars and all that they refer to, inside `tiling.access.env.reading`.

    Returns:
        Where the file really is. GDAL is given that name, so its side-cars are those beside the real file, not
        those beside a link to it.

    Raises:
        RefusedRasterError: A file that the policy does not allow.
        RasterReadError: A file that is not there, or a reference to what is none of the allowed formats.
    """
    real = policy.find(path)
    _Walk(path, policy).file(real, real.parent)
    return real


def check_dataset_references(dataset: DatasetReader, named: Path, real: Path, policy: ReadPolicy) -> None:
    """Check the references that only GDAL can tell: in metadata, and those that the driver found.

    Raises:
        RefusedRasterError: A file that the policy does not allow.
    """
    walk = _Walk(named, policy)
    # In this order: asking for the files makes GDAL open the overviews that the metadata name.
    for domain in ("OVERVIEWS", "GEOLOCATION"):
        for reference in metadata_references(dataset.tags(ns=domain)):
            walk.follow(reference, real, real.parent, (real,))
    for name in dataset.files:
        if not is_no_file_name(name):
            walk.permitted(Path(name), real, real.parent, name)
        elif not policy.allow_network:
            walk.refuse(_short(name))


def is_side_car_suffix(suffix: str) -> bool:
    """Return True for what follows a raster's name in a side-car's: `.aux.xml`, `.tif.msk`, `_rpc.txt`.

    >>> is_side_car_suffix(".tif.aux.xml"), is_side_car_suffix(".jgw"), is_side_car_suffix(".tif")
    (True, True, False)
    """
    has_rpc = suffix.endswith(_RPC_TEXT)
    first, *parts = suffix.removesuffix(_RPC_TEXT).split(".")
    if first or not all(map(_ENDING.fullmatch, parts)):
        return False
    # The raster's own ending may be the first one.
    known = [part in _PARTS or _WORLD_FILE.fullmatch(part) is not None for part in parts]
    return (has_rpc or any(known[-1:])) and all(known[1:])


class _Walk:
    """Walk over the references of a raster, depth first, before any of it is opened as a raster."""

    def __init__(self, named: Path, policy: ReadPolicy) -> None:
        self._named = named
        self._policy = policy
        self._done: set[tuple[Path, Path]] = set()

    def file(self, real: Path, home: Path, above: tuple[Path, ...] = ()) -> None:
        """Check the references of a file that may be read, if it is a VRT, and its side-cars."""
        if real in above or len(above) >= _MAX_DEPTH:
            raise RefusedRasterError(
                f"{self._named} refers to itself, or through more than {_MAX_DEPTH} files, by way of {real}."
            )
        if (real, home) in self._done:
            return
        if is_vrt(real):
            for reference in vrt_references(real):
                self.follow(reference, real, home, (*above, real))
        elif above:
            self._leaf(real)
        for side_car in self._side_cars(real):
            where = self.permitted(side_car, real, home, f"side-car {side_car}")
            if side_car.name.lower().endswith(".aux.xml"):
                for reference in pam_references(where):
                    self.follow(reference, real, home, (*above, real))
            elif side_car.suffix.lower() in _RASTER_SIDE_CARS:
                self.file(where, home, (*above, real))
        self._done.add((real, home))

    def _leaf(self, real: Path) -> None:
        try:
            _check_leaf(real, self._policy, *_stamp(real))
        except RasterReadError as error:
            raise RasterReadError(f"{self._named} refers to a file that cannot be used: {error}") from error

    def follow(self, reference: Reference, base: Path, home: Path, above: tuple[Path, ...]) -> None:
        """Check a file that `base` names."""
        for real, its_home in self._resolve(reference, base, home):
            self.file(real, its_home, above)

    def _resolve(self, reference: Reference, base: Path, home: Path) -> list[tuple[Path, Path]]:
        name = reference.name
        if self._policy.allow_network and name.strip().lower().startswith(_NETWORK):
            return []
        paths = [] if is_no_file_name(name) else reference.paths(base)
        if not paths:
            raise RefusedRasterError(
                f"{self._named} refers to {_short(name)}, which is no plain name of a file; expected files in "
                "its own folder or in the folders that rasters may be read from."
            )
        found = []
        for path in paths:
            real = path.resolve()
            if real.exists():
                self.permitted(path, base, home, _short(name))
                found.append((real, self._policy.home_of(real, base, home) or home))
            elif self._policy.home_of(real, base, home) is None:
                self.refuse(_short(name))
        if not found:
            raise RasterReadError(f"{self._named} refers to {_short(name)}, which does not exist.")
        return found

    def permitted(self, path: Path, base: Path, home: Path, what: str) -> Path:
        """Return the real path of a file that `base` names."""
        real = path.resolve()
        if self._policy.home_of(real, base, home) is None:
            self.refuse(what)
        return real

    def refuse(self, what: str) -> None:
        """Raise the error for a file that may not be read."""
        remedy = (
            "[rasters] roots in geoengine.toml names them"
            if self._policy.roots
            else "--allow DIR names further ones"
        )
        raise RefusedRasterError(
            f"{self._named} refers to {what}, which is outside its own folder and the folders that rasters may "
            f"be read from; {remedy}."
        )

    def _side_cars(self, real: Path) -> list[Path]:
        folder, stem = real.parent, real.stem
        listed = names_in(str(folder))
        # A folder that may be entered and not listed: what it holds is looked at after opening.
        names = () if listed is None else listed.ordered
        found = []
        for name in names[bisect_left(names, stem) :]:
            if not name.startswith(stem):
                break
            if name != real.name and is_side_car_suffix(name[len(stem) :].lower()):
                found.append(folder / name)
        return found


@lru_cache(maxsize=65536)
def _check_leaf(real: Path, policy: ReadPolicy, _modified_ns: int, _size: int) -> None:
    """Open a file that another one refers to, once for each of its versions: GDAL would take any format."""
    network = policy.allow_network
    with reading(real, allow_network=network), open_dataset(real, allow_network=network) as dataset:
        check_dataset_references(dataset, real, real, policy)


def _stamp(real: Path) -> tuple[int, int]:
    status = real.stat()
    return status.st_mtime_ns, status.st_size


def _short(name: str) -> str:
    name = " ".join(name.split())
    return repr(name if len(name) <= 120 else f"{name[:117]}...")
