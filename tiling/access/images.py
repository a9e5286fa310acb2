"""Images in one file: segments of a NITF, pages of a TIFF, subdatasets of a container."""

from __future__ import annotations

from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from types import TracebackType

from rasterio.errors import RasterioError
from rasterio.io import DatasetReader

from tiling.access.env import gdal_warnings, open_dataset, reading
from tiling.access.policy import DEFAULT_POLICY, ReadPolicy
from tiling.access.reference_closure import check_references
from tiling.access.unread_formats import unread_format
from tiling.errors import RasterReadError, UnreadFormatError


class RasterFile:
    """File that GDAL has opened, with the images in it; a context manager.

    Attributes:
        path: the file as it was named.
        real: the file that GDAL was given: `path` with symbolic links followed.
        policy: which files it may be made of.
    """

    def __init__(self, path: str | PathLike[str], policy: ReadPolicy = DEFAULT_POLICY) -> None:
        """Open a file after its reference closure was checked.

        Raises:
            RasterReadError: There is no such file, it is no raster, or the policy does not allow it.
        """
        self.path = Path(path)
        self.policy = policy
        with reading(path, allow_network=policy.allow_network):
            self.real = check_references(self.path, policy)
            with gdal_warnings() as self._warnings:
                self._dataset: DatasetReader | None = self._open_file()
            with ExitStack() as stack:
                stack.callback(self.close)
                self._has_own_image = self._dataset.count > 0
                self._names = _image_names(self._dataset, self.real)
                if not self._names and self._has_own_image:
                    self._names = [self._dataset.name]
                stack.pop_all()

    @property
    def image_count(self) -> int:
        """Number of images; each can be opened by its number, from 1 on."""
        return max(1, len(self._names))

    def open_image(self, number: int | None = None) -> tuple[DatasetReader, list[str]]:
        """Open an image as it is stored; the caller closes it.

        Args:
            number: the image, counted from 1; None for the file's own, or its only one.

        Returns:
            The image, and what GDAL warned about while the file and the image were opened.

        Raises:
            RasterReadError: The file has no image of that number, or several and none of its own.
        """
        names = self._names
        if number is None and self._has_own_image:
            dataset, self._dataset = self._dataset, None  # handed over, so that GDAL opens the file once
            return dataset or self._open(self.real), self._warnings
        if number is None and len(names) != 1:
            raise RasterReadError(
                f"{self.path} holds no image of its own (sub-datasets: {len(names)}); "
                f"{'say which one is meant by its number' if names else 'expected an image'}."
            )
        number = number or 1
        if number > len(names):
            raise RasterReadError(
                f"Image {number} of {self.path} was asked for; the number of images it holds is {len(names)}."
            )
        with gdal_warnings() as warnings:
            dataset = self._open(names[number - 1])
        return dataset, [*self._warnings, *warnings]

    def _open_file(self) -> DatasetReader:
        try:
            return self._open(self.real)
        except RasterioError as error:
            name = unread_format(self.real)
            if name is None:
                raise
            raise UnreadFormatError(
                f"{self.path} is {name}, a format that is not read here; gdal_translate {self.real.name} out.tif "
                "writes one that is."
            ) from error

    def _open(self, name: str | Path) -> DatasetReader:
        return open_dataset(name, allow_network=self.policy.allow_network)

    def close(self) -> None:
        """Close the file; images that were opened stay open."""
        if self._dataset is not None:
            self._dataset.close()
            self._dataset = None

    def __enter__(self) -> RasterFile:
        """Return the file itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()


def _image_names(dataset: DatasetReader, path: Path) -> list[str]:
    """Return the names of a file's subdatasets, as far as they are parts of the file.

    A name is text that a file may carry; one that leads elsewhere is none of this file's images.
    """
    file_name = str(path)
    return [
        name
        for name in dataset.subdatasets
        if dataset.driver != "VRT" and name.split(":", 1)[0].isidentifier() and _is_within(name, file_name)
    ]


def _is_within(name: str, file_name: str) -> bool:
    """Return True for PREFIX:path, PREFIX:n:path, PREFIX:"path":part and the like."""
    _, _, rest = name.partition(":")
    number, _, after = rest.partition(":")
    rest = after if number.isdigit() else rest
    return rest in (file_name, f'"{file_name}"') or rest.startswith((f"{file_name}:", f'"{file_name}":'))
