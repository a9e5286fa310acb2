"""Opening a raster with GDAL, after everything that it refers to was looked at."""

from __future__ import annotations

from contextlib import ExitStack

from rasterio.io import DatasetReader

from tiling.access.env import gdal_warnings
from tiling.access.images import open_image
from tiling.access.plausibility import check_georeference, check_overviews, check_size
from tiling.access.policy import ReadPolicy
from tiling.access.reference_closure import check_dataset_references, check_references
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError


def open_checked(source: RasterSource, policy: ReadPolicy) -> DatasetReader:
    """Opens a raster that may be read: of an allowed format, made of allowed files, placed plausibly.

    Call it inside `tiling.access.env.reading`; the caller closes what it returns.

    Args:
        source: the image, with the elevation model that it is seen over.
        policy: which files may be read.

    Raises:
        RasterReadError: a file outside the policy, not a raster, sizes or a place that cannot be.
        RasterioError: no driver knows the file.
    """
    path = source.path
    real = check_references(path, policy)
    if source.dem is not None:
        try:
            check_references(source.dem, policy)
        except RasterReadError as error:
            raise type(error)(f"The elevation model {error}") from error
    with ExitStack() as stack:
        with gdal_warnings() as warnings:
            dataset = stack.enter_context(open_image(source, real, allow_network=policy.allow_network))
        check_size(dataset, path)
        check_dataset_references(dataset, path, real, policy)
        check_overviews(dataset, path)
        check_georeference(dataset, path, warnings)
        stack.pop_all()
        return dataset
