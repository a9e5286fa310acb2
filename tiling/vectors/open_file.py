"""Opening of vector files: what is in a file decides which reader gets it, and no reader looks at another file."""

from __future__ import annotations

import shutil
import tempfile
import weakref
import zipfile
from os import PathLike
from pathlib import Path, PurePosixPath

from tiling.errors import VectorReadError
from tiling.vectors.features import SIDE_CARS, VectorFile
from tiling.vectors.geojson import GeoJsonFile
from tiling.vectors.geopackage import GeoPackageFile, pick_layer
from tiling.vectors.kml import KmlFile

FORMATS = "GeoJSON, GeoJSON text sequence, GeoPackage, FlatGeobuf, Shapefile, GeoParquet, KML, or one of them in a zip"

SUFFIXES = (".geojson", ".json", ".geojsonl", ".geojsons", ".gpkg", ".fgb", ".shp", ".parquet", ".kml")
# A zip file may say that it unpacks to no more than this.
MAX_UNPACKED_BYTES = 4 << 30


def open_vector_file(path: str | PathLike[str], layer: str | None = None) -> VectorFile:
    """Open a file of features, for any command that reads one.

    Only the file itself is read, and the side-cars of a Shapefile: no link in it is followed and no request made.

    Args:
        path: The file.
        layer: Name of the layer, or of the file within a zip; None for the only one.

    Raises:
        VectorReadError: It is missing, of no format that is read, or has several layers and `layer` names none.
    """
    path = Path(path)
    if not path.is_file():
        raise VectorReadError(f"{path} does not exist; expected a file of polygons.")
    head = _head(path)
    return _open_zip(path, layer) if head.startswith(b"PK\x03\x04") else _open_plain(path, head, layer)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise VectorReadError(f"{path} cannot be read: {error.strerror or error}") from error


def _open_plain(path: Path, head: bytes, layer: str | None) -> VectorFile:
    if head.startswith(b"SQLite format 3\0"):
        return GeoPackageFile.open(path, layer)
    found = _open_single(path, head)
    if layer is not None and layer != path.stem:
        raise VectorReadError(f"{path} is {found.format}, which has no layers; expected no --layer.")
    return found


def _open_single(path: Path, head: bytes) -> VectorFile:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x1e")
    if head.startswith((b"fgb", b"\x00\x00\x27\x0a", b"PAR1")):
        # pyogrio and pyarrow bring pandas: 100 MB that neither the server nor pre-labeling needs.
        from tiling.vectors.arrow import GdalFile, GeoParquetFile

        if head.startswith(b"PAR1"):
            return GeoParquetFile.open(path)
        return GdalFile.open(path, "FlatGeobuf" if head.startswith(b"fgb") else "Shapefile")
    if text.startswith(b"<") and b"<kml" in text:
        return KmlFile.open(path)
    if text.startswith((b"{", b"[")) or path.suffix.lower() in (
        ".geojson",
        ".geojsonl",
        ".geojsons",
        ".json",
    ):
        if text.startswith(b"<"):
            raise VectorReadError(
                f"{path} is not GeoJSON: it begins with {text[:20].decode(errors='replace')!r}."
            )
        return GeoJsonFile.open(path)
    raise VectorReadError(f"{path} is of no format of polygons that is read here, expected {FORMATS}.")


def _open_zip(path: Path, layer: str | None) -> VectorFile:
    """Unpack the one vector file of a zip to a temporary folder, which goes with the returned object."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {
                info.filename: info
                for info in archive.infolist()
                if not info.is_dir() and not PurePosixPath(info.filename).name.startswith(".")
            }
            files = {PurePosixPath(name).stem: name for name in members if name.lower().endswith(SUFFIXES)}
            # A layer within the file is named to the reader of the only file.
            wanted = files[pick_layer(path, list(files), layer if layer in files or len(files) > 1 else None)]
            stem = wanted[: -len(PurePosixPath(wanted).suffix)]
            names = [wanted, *(name for end in SIDE_CARS for name in (stem + end, stem + end.upper()))]
            parts = [members[name] for name in names if name in members]
            if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
                raise VectorReadError(
                    f"{path} unpacks to more than {MAX_UNPACKED_BYTES >> 30} GB; unpack it first."
                )
            folder = tempfile.mkdtemp(prefix="geoengine-")
            try:
                for part in parts:
                    _unpack(archive, part, Path(folder))
                inner = Path(folder) / _lower_suffix(wanted)
                found = _open_plain(inner, _head(inner), None if layer in files else layer)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        if isinstance(error, VectorReadError):
            raise
        raise VectorReadError(f"{path} cannot be read as a zip file ({error}).") from error
    weakref.finalize(found, shutil.rmtree, folder, True)
    found.format = f"{found.format} in a zip"
    return found


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, folder: Path) -> None:
    """Write a member under its bare name; it never gets longer than the zip says."""
    with archive.open(part) as source, (folder / _lower_suffix(part.filename)).open("wb") as target:
        left = part.file_size
        while left > 0 and (piece := source.read(min(left, 1 << 20))):
            target.write(piece)
            left -= len(piece)


def _lower_suffix(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem + path.suffix.lower()
