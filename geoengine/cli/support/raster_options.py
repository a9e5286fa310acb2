"""Options on how rasters are read and shown, the same in every command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoengine.cli.support.options import DIRECTORY, F
from geoengine.cli.support.values import CrsText

if TYPE_CHECKING:
    from tiling.access.source import RasterSource


def stretch_options(command: F) -> F:
    """Add `--bands`, `--limits`, `--gamma` and `--colormap`: the stretch.

    The command gets them under these names, as `choose_stretch` takes them; None where not given.
    """
    options = (
        click.option(
            "--bands",
            metavar="BANDS",
            help="natural, cir (colour-infrared), ndvi (vegetation index), or numbers: 4,3,2 or 5.",
        ),
        click.option(
            "--limits",
            metavar="LIMITS",
            help="Values that become black and white: percentile:2,98, minmax, sigma:2 (mean ± 2 standard deviations), "
            "range:0,3000 (a pair for all bands, or one for each) or none (the data type's whole range).",
        ),
        click.option(
            "--gamma",
            type=click.FloatRange(0, min_open=True),
            help="Above 1 brightens the middle.  [default: automatic where limits are measured]",
        ),
        click.option(
            "--colormap",
            metavar="NAME",
            help="Colours for one band or an index: grey, viridis, magma, cividis or brbg.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def allow_option(command: F) -> F:
    """Add `--allow DIR`, folders that the sources of a VRT may lie in, beside the VRT's own."""
    option = click.option(
        "--allow",
        type=DIRECTORY,
        multiple=True,
        help="A further folder that a VRT may refer to; may be given several times.",
    )
    return option(command)


def assign_options(*force: str) -> Callable[[F], F]:
    """Return the decorator that adds what a person may assign to a raster: CRS, alpha, place, references.

    The command gets `crs`, `no_alpha`, `force_place` and `allow`, for `assign`.

    Args:
        force: Spellings of the option that takes an implausible georeference, besides `--force-place`.
    """

    def add(command: F) -> F:
        options = (
            click.option(
                "--crs",
                type=CrsText(),
                help="CRS of rasters that say none or a wrong one, such as EPSG:32633; it replaces the file's.",
            ),
            click.option(
                "--no-alpha",
                is_flag=True,
                help="The band that the files call alpha is image, such as near infrared.",
            ),
            click.option(
                *force,
                "--force-place",
                "force_place",
                is_flag=True,
                help="Take a georeference that is implausible, such as one far from the area of its CRS.",
            ),
            allow_option,
        )
        for option in reversed(options):
            command = option(command)
        return command

    return add


def assign(
    source: RasterSource, *, crs: str | None, no_alpha: bool, force_place: bool, allow: tuple[Path, ...]
) -> RasterSource:
    """Return `source` with what the options of `assign_options` say of it."""
    from dataclasses import replace

    return replace(
        source,
        crs=crs or source.crs,
        no_alpha=no_alpha or source.no_alpha,
        force=force_place or source.force,
        allow=(*source.allow, *(folder.absolute() for folder in allow)),
    )
