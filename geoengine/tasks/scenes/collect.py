"""Search for the rasters meant by a file, a folder or a pattern, with reasons for the other files."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tiling.access.unread_formats import UNREAD_SUFFIXES, unread_format

# What GDAL keeps beside a raster, and what satellite operators deliver beside one.
_SIDE_CARS = (".aux.xml", ".ovr", ".msk", ".rrd", ".hdr", ".prj", ".rpb", "_rpc.txt", ".imd", ".til", ".att", ".eph",
              ".geo", ".xml", ".aux", ".sta", ".md5", ".sha256")  # fmt: skip
_WORLD_FILE = re.compile(r"\.(wld|[a-z]{2,4}w|[a-z]{3}wx)", re.IGNORECASE)
_LABELS = (".geojson", ".json", ".jsonl", ".gpkg", ".shp", ".shx", ".dbf", ".cpg", ".sbn", ".sbx", ".qix", ".kml",
           ".kmz", ".gml", ".csv", ".parquet")  # fmt: skip
_DOCUMENTS = (".txt", ".md", ".pdf", ".html", ".htm", ".doc", ".docx", ".zip", ".tar", ".gz", ".7z", ".log", ".py",
              ".toml", ".qgz", ".qgs", ".db")  # fmt: skip
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp")
_RASTERS = (".tif", ".tiff", ".gtiff", ".btf", ".jp2", ".j2k", ".jpx", ".ntf", ".nitf", ".nsf", ".vrt", ".img", ".bil",
            ".bip", ".bsq", ".dat", *_PICTURES)  # fmt: skip
_THUMBNAIL = re.compile(
    r"(^|[-_. ])(thumb|thumbs|thumbnail|browse|preview|quicklook|ql|icon)([-_. ]|$)", re.IGNORECASE
)


@dataclass(frozen=True)
class Found:
    """A file that is to be tried.

    Attributes:
        path: the file.
        named: whether it was given by its own name; then it is a failure if it is no raster.
    """

    path: Path
    named: bool

    @property
    def must_be_raster(self) -> bool:
        """True where it is a failure when the file turns out to be no raster."""
        return self.named or self.path.suffix.lower() in _RASTERS


@dataclass(frozen=True)
class Skipped:
    """A file that is not tried, and why."""

    path: Path
    reason: str


def collect(arguments: Iterable[str | Path], leave_out: Path | None = None) -> Iterator[Found | Skipped]:
    """Yield every file that is meant, once, in the order of the arguments, those of a folder by name.

    A folder is gone through with all that is below it, without following symbolic links to folders. In folders
    and among what a pattern matches, hidden files, side-cars, label files, documents and thumbnails are
    skipped; a file that was named is always tried, unless it is the side-car of a file beside it. Rasters of formats
    that are known and not read are tried, so that the refusal names them.

    Args:
        arguments: files, folders and patterns such as ``imagery/**/*.tif``. A path that exists is meant as it
            is, whatever characters it has; one that matches nothing comes back as if it were a file's.
        leave_out: a folder that nothing is taken from unless it is named: the project's own.
    """
    seen: set[Path] = set()
    for argument in arguments:
        for found in _meant_by(Path(argument), leave_out):
            resolved = Path(os.path.abspath(found.path))
            if resolved not in seen:
                seen.add(resolved)
                yield found


def is_raster_name(name: str) -> bool:
    """Return True for a name as rasters have: by its ending, and neither hidden nor a thumbnail's."""
    path = Path(name)
    is_raster = path.suffix.lower() in _RASTERS and not name.startswith(".")
    return is_raster and not (path.suffix.lower() in _PICTURES and _THUMBNAIL.search(path.stem))


def not_imagery(name: str) -> str | None:
    """Return what a file is by its name where it can be neither a raster nor a side-car; else None."""
    suffix = Path(name).suffix.lower()
    if suffix in _LABELS:
        return "labels or a table"
    if suffix in _DOCUMENTS and not name.lower().endswith(_SIDE_CARS):
        return "a document or an archive"
    return None


def _meant_by(path: Path, leave_out: Path | None) -> Iterator[Found | Skipped]:
    if path.is_dir():
        yield from _below(path, leave_out)
    elif path.exists() or not glob.has_magic(str(path)):
        yield (
            Skipped(path, "side-car")
            if _is_side_car(path, strict=True) and not _is_unread_raster(path)
            else Found(path, named=True)
        )
    else:
        matches = sorted(glob.glob(str(path), recursive=True, include_hidden=False))
        if not matches:
            yield Found(path, named=True)
        for match in map(Path, matches):
            yield from _below(match, leave_out) if match.is_dir() else [_judged(match)]


def _below(folder: Path, leave_out: Path | None) -> Iterator[Found | Skipped]:
    for parent, folders, files in os.walk(folder):
        if leave_out is not None and Path(parent).resolve() == leave_out and Path(parent) != folder:
            folders.clear()
            yield Skipped(Path(parent), "the project's own folder")
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            yield _judged(Path(parent) / name)


def _judged(path: Path) -> Found | Skipped:
    """Judge a file in a folder by its name: a candidate, or skipped and why."""
    name, suffix = path.name.lower(), path.suffix.lower()
    if name.startswith("."):
        return Skipped(path, "hidden")
    if not path.is_file():
        return Skipped(path, "not a file")
    if _is_unread_raster(path):
        return Found(path, named=False)
    if _is_side_car(path, strict=False):
        return Skipped(path, "side-car")
    if suffix in _LABELS:
        return Skipped(path, "labels or a table")
    if suffix in _DOCUMENTS:
        return Skipped(path, "document")
    if suffix in _PICTURES and (_THUMBNAIL.search(path.stem) or _pictures_another(path)):
        return Skipped(path, "thumbnail")
    return Found(path, named=False)


def _is_unread_raster(path: Path) -> bool:
    """Return True for a raster of a format that is not read, whose name is like that of another kind of file."""
    return path.suffix.lower() in UNREAD_SUFFIXES and unread_format(path) is not None


def _is_side_car(path: Path, *, strict: bool) -> bool:
    """Return True for the side-car of another file, which must exist where `strict`."""
    name = path.name.lower()
    ending = next((ending for ending in _SIDE_CARS if name.endswith(ending)), None)
    if ending is None:
        world = _WORLD_FILE.fullmatch(path.suffix)
        if world is None or path.suffix.lower() in (".raw", ".srw"):
            return False
        ending = path.suffix
    if not strict:
        return True
    stem = path.name[: -len(ending)]
    return any(
        other != path and other.suffix.lower() in ("", *_RASTERS)
        for other in (path.with_name(stem), *path.parent.glob(f"{glob.escape(stem)}.*"))
        if stem and other.is_file()
    )


def _pictures_another(path: Path) -> bool:
    """Return True for an image without a world file beside a raster of the same name."""
    suffix = path.suffix.lower()
    if any(
        path.with_suffix(world).exists() for world in (".wld", f".{suffix[1]}{suffix[-1]}w", f"{suffix}w")
    ):
        return False
    others = (other.suffix.lower() for other in path.parent.glob(f"{glob.escape(path.stem)}.*"))
    return any(other in _RASTERS and other not in _PICTURES for other in others)
