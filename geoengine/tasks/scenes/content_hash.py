"""Content hashes: what tells one raster of a project from another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tiling.access.file_check import hash_raster, hash_raster_with_side_cars
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.source import RasterSource
from tiling.errors import MosaicError


def content_hash(
    source: RasterSource,
    policy: ReadPolicy = DEFAULT_POLICY,
    *,
    file_hash: str | None = None,
    with_side_cars: bool = True,
) -> str:
    """Return the hash (sha256, hexadecimal) of a raster: of its file, its image and what was assigned to it.

    Args:
        source: The raster.
        policy: Which files may be read.
        file_hash: Hash of the file with its side-cars, where it is known.
        with_side_cars: Whether world files, masks and the like count; they did not in older versions.

    Raises:
        RasterReadError: A file is not there, cannot be read or may not be.
    """
    if file_hash is None:
        hash_file = hash_raster_with_side_cars if with_side_cars else hash_raster
        file_hash = hash_file(source.path, policy)
    if source.image is not None:
        file_hash = _sha256(f"{file_hash} image {source.image}")
    assigned = [f"crs {source.crs}"] if source.crs is not None else []
    assigned += ["no alpha"] if source.no_alpha else []
    return _sha256(" ".join([file_hash, *assigned])) if assigned else file_hash


def mosaic_hash(sources: Sequence[RasterSource], policy: ReadPolicy = DEFAULT_POLICY) -> str:
    """Return the hash of a mosaic: of its files' hashes in their order.

    Raises:
        MosaicError: Two files have the same content.
        RasterReadError: A file is not there, cannot be read or may not be.
    """
    hashes: dict[str, str] = {}
    for source in sources:
        found = content_hash(source, policy)
        if found in hashes:
            raise MosaicError(
                f"{source.path} has the same content as {hashes[found]}; expected each file of a mosaic once."
            )
        hashes[found] = source.path.name
    return _sha256("\n".join(hashes))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
