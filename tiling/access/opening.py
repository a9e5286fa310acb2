"""Opening of rasters by GDAL, after everything that they refer to was checked."""

from __future__ import annotations

from contextlib import ExitStack

from rasterio.io import DatasetReader

from tiling.access.georeference import check_georeference
from tiling.access.images import RasterFile
from tiling.access.plausibility import check_overviews, check_size
from tiling.access.policy import ReadPolicy
from tiling.access.reference_closure import check_dataset_references, check_references
from tiling.access.source import RasterSource
from tiling.errors import RasterReadError


def open_checked(source: RasterSource, policy: ReadPolicy, file: RasterFile | None = None) -> DatasetReader:
    """Open a raster of an allowed format, made of allowed files, with a plausible georeference.

    Call it inside `tiling.access.env.reading`; the caller closes what it returns.

    Args:
        source: the image, with the elevation model that it is seen over.
        policy: which files may be read.
        file: the source's file where it is open already; its references are not checked again.

    Raises:
        RasterReadError: The file is outside the policy, not a raster, or has an impossible size or georeference.
    """
    path, policy = source.path, policy.allowing(source.allow)
    with ExitStack() as opened, ExitStack() as kept:
        file = file or opened.enter_context(RasterFile(path, policy))
        if source.dem is not None:
            try:
                check_references(source.dem, policy)
            except RasterReadError as error:
                raise type(error)(f"The elevation model {error}") from error
        dataset, warnings = file.open_image(source.image)
        kept.enter_context(dataset)
        check_size(dataset, path)
        check_dataset_references(dataset, path, file.real, policy)
        check_overviews(dataset, path)
        check_georeference(dataset, source, warnings)
        kept.pop_all()
        return dataset
