"""`geoengine chip`: cut rasters into chips."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.failures import DONE, PARTLY, WRONG_INPUT
from geoengine.cli.support.options import DIRECTORY, EXISTING_FILE, json_option
from geoengine.cli.support.output import bars, count, print_json
from geoengine.cli.support.raster_options import assign, assign_options, stretch_options

if TYPE_CHECKING:
    from tiling.chips.options import ChipOptions
    from tiling.chips.report import ChipReport
    from tiling.chips.splits import SplitSpec

_SHARE = click.FloatRange(0, 1)


class Splits(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Parameter of names and shares, such as `train=0.7,val=0.15,test=0.15`."""

    name = "NAME=SHARE,…"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str, float], ...]:
        """Parse `value` into pairs; `SplitSpec` checks that they sum to 1."""
        if not isinstance(value, str):
            return tuple(value)
        pairs = []
        for part in value.split(","):
            name, equals, share = (text.strip() for text in part.partition("="))
            try:
                pairs.append((name, float(share)))
            except ValueError:
                self.fail(f"{part!r} is not a name and a share such as train=0.7", param, ctx)
            if not (equals and name.isidentifier()):
                self.fail(f"{part!r} is not a name and a share such as train=0.7", param, ctx)
        return tuple(pairs)


@click.command()
@click.argument("rasters", metavar="RASTER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("outdir", metavar="OUTDIR", type=DIRECTORY)
@click.option(
    "--size", type=click.IntRange(16, 16384), default=512, show_default=True, help="Side of a chip, pixels."
)
@click.option(
    "--overlap",
    type=click.IntRange(min=0),
    show_default="an eighth of --size",
    help="Pixels shared with the next chip.",
)
@click.option(
    "--stride", type=click.IntRange(min=1), help="Pixels from one chip to the next, instead of --overlap."
)
@click.option("--gsd", type=float, metavar="M", help="Resample to this GSD first, metres per pixel.")
@click.option(
    "--edge",
    type=click.Choice(["shift", "pad"]),
    default="shift",
    show_default=True,
    help="Shift the last chips inward, or pad them beyond the raster.",
)
@click.option("--aoi", type=EXISTING_FILE, help="Polygons; only chips that intersect them are written.")
@click.option("--aoi-layer", metavar="NAME", help="The layer of the --aoi, where a GeoPackage has several.")
@click.option("--mask-aoi", is_flag=True, help="Make pixels outside the --aoi invalid, too.")
@click.option(
    "--max-nodata",
    type=_SHARE,
    default=1.0,
    show_default=True,
    help="Leave out chips with a larger share of invalid pixels.",
)
@click.option(
    "--stretch",
    is_flag=True,
    help="Write 8-bit RGB, as the next four options say; without it native values, of the --bands given as numbers.",
)
@stretch_options
@click.option(
    "--format",
    "chip_format",
    type=click.Choice(["tif", "png", "jpg", "npy"]),
    default="tif",
    show_default=True,
    help="File format of the chips.",
)
@click.option(
    "--compress",
    type=click.Choice(["deflate", "zstd", "none"]),
    default="deflate",
    show_default=True,
    help="Compression of tif chips, always lossless.",
)
@click.option(
    "--labels", type=EXISTING_FILE, multiple=True, help="Polygons: one file for all rasters, or one for each."
)
@click.option("--class-field", metavar="NAME", help="The property of the labels that holds the class.")
@click.option("--layer", metavar="NAME", help="The layer of the labels, where a GeoPackage has several.")
@click.option(
    "--min-visible",
    type=_SHARE,
    default=0.0,
    show_default=True,
    help="Leave out fragments below this share of the object's area.",
)
@click.option(
    "--negatives", type=_SHARE, default=1.0, show_default=True, help="Share of chips without labels to keep."
)
@click.option("--split", type=Splits(), help="Split the chips by geography: train=0.7,val=0.15,test=0.15.")
@click.option(
    "--split-block",
    type=click.FloatRange(min=1),
    default=2048,
    show_default=True,
    help="Side of the blocks of a split, pixels.",
)
@click.option(
    "--split-buffer",
    type=click.FloatRange(min=0),
    default=0,
    show_default=True,
    help="Distance between chips of different splits, pixels.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of splits and of --negatives.")
@click.option("--workers", type=click.IntRange(1, 64), help="Threads that encode.  [default: one per core]")
@click.option("--force", is_flag=True, help="Replace the chips of a previous run in OUTDIR.")
@assign_options()
@json_option
def chip(rasters: tuple[Path, ...], outdir: Path, **given: Any) -> int:
    """Cut rasters, and labels with them, into chips in OUTDIR.

    Chips keep the raster's pixels, type, CRS and nodata unless options change them. They are written to
    OUTDIR/chips; manifest.jsonl and manifest.parquet (GeoParquet with footprints) list them, and are written last.
    With labels there is annotations.json (COCO), and one more per split. Chips that cannot be read are
    listed in the manifest with the reason. An interrupted run resumes when the command is repeated.

        geoengine chip banepa.tif chips --size 512 --overlap 64 --labels buildings.geojson
        geoengine chip a.tif b.tif chips --split train=0.7,val=0.15,test=0.15 --split-buffer 128
        geoengine chip scene.ntf chips --format png --stretch --aoi district.gpkg --max-nodata 0.5
    """
    options = _options(given)
    from tiling.access.source import RasterSource
    from tiling.chips.write import write_chips

    assigned = {name: given[name] for name in ("crs", "no_alpha", "force_place", "allow")}
    with bars() as progress, progress.task(outdir.name) as share:
        report = write_chips(
            [assign(RasterSource(path), **assigned) for path in rasters],
            outdir,
            options,
            given["labels"],
            force=given["force"],
            workers=given["workers"],
            progress=share,
        )
    if given["as_json"]:
        print_json(asdict(report))
    else:
        click.echo(_summary(report, options))
    for warning in _warnings(report):
        click.echo(warning, err=True)
    if not report.written:
        return WRONG_INPUT
    return PARTLY if report.skipped_labels or report.unreadable else DONE


def _options(given: dict[str, Any]) -> ChipOptions:
    """Convert parameters to the options of the library; raise a usage error where they contradict each other."""
    size, overlap, stride = given["size"], given["overlap"], given["stride"]
    if overlap is None:
        overlap = size // 8
    elif stride is not None:
        raise click.UsageError("--overlap and --stride were given, expected one of them")
    if stride is not None:
        if stride > size:
            raise click.UsageError(
                f"--stride is {stride}, expected at most --size, which is {size}: pixels would be in no chip"
            )
        overlap = size - stride
    if overlap >= size:
        raise click.UsageError(f"--overlap is {overlap}, expected less than --size, which is {size}")
    if given["gsd"] is not None and not given["gsd"] > 0:
        raise click.UsageError(f"--gsd is {given['gsd']:g}, expected metres above 0")
    if given["mask_aoi"] and given["aoi"] is None:
        raise click.UsageError("--mask-aoi needs an --aoi")
    from tiling.chips.options import ChipOptions
    from tiling.display.stretch_request import StretchRequest
    from tiling.grid.plan import ChipSpec

    asked = {name: given[name] for name in ("bands", "limits", "gamma", "colormap")}
    stretch = StretchRequest(**asked) if given["stretch"] else None
    for name in ("limits", "gamma", "colormap"):
        if stretch is None and asked[name] is not None:
            raise click.UsageError(f"--{name} needs --stretch")
    return ChipOptions(
        ChipSpec(size, overlap, given["edge"]),
        gsd_m=given["gsd"],
        bands=None if stretch is not None else _bands(given["bands"]),
        stretch=stretch,
        format=given["chip_format"],
        compression=given["compress"],
        area=given["aoi"],
        area_layer=given["aoi_layer"],
        mask_area=given["mask_aoi"],
        max_nodata=given["max_nodata"],
        class_field=given["class_field"],
        layer=given["layer"],
        min_visible=given["min_visible"],
        negatives=given["negatives"],
        split=_split(given),
        seed=given["seed"],
    )


def _bands(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(
            f"--bands is {text!r}, expected numbers such as 4,3,2 (combinations such as natural need --stretch)"
        ) from None


def _split(given: dict[str, Any]) -> SplitSpec | None:
    if given["split"] is None:
        return None
    from tiling.chips.splits import SplitSpec

    return SplitSpec(given["split"], given["split_block"], given["split_buffer"], given["seed"])


def _summary(report: ChipReport, options: ChipOptions) -> str:
    lines = [
        f"{count(report.written, 'chip')} in {report.directory}, {report.empty} without a valid pixel left out."
    ]
    if report.nodata:
        lines.append(f"{count(report.nodata, 'chip')} with too few valid pixels left out.")
    if report.negatives:
        lines.append(f"{count(report.negatives, 'chip')} without a label left out.")
    if options.split is not None:
        shares = ", ".join(
            f"{name} {number:,} ({number / max(1, report.written):.1%})"
            for name, number in report.splits.items()
        )
        lines.append(f"{shares}; {report.between_splits:,} between splits left out.")
    if report.annotations_file is not None:
        left_out = f"; {report.skipped_labels} features hold no area" if report.skipped_labels else ""
        lines.append(f"{count(report.annotations, 'polygon')} in {report.annotations_file}{left_out}.")
    if report.annotations and options.class_field is None:
        lines += [_class_sentence(field) for field in report.class_fields if field != "class"]
    if report.rejected_labels:
        lines.append(f"{count(report.rejected_labels, 'rejected feature')} left out: background.")
    if report.waiting_labels:
        lines.append(
            f"{count(report.waiting_labels, 'feature')} waiting for review: unknown ground, written as crowd regions "
            "(iscrowd 1), which COCO tools ignore."
        )
    return "\n".join(lines)


def _class_sentence(field: str | None) -> str:
    if field is None:
        return "No property of the labels holds a class: they are of one category; --class-field names a property."
    return f"Classes are those of the property {field!r}; --class-field names another."


def _warnings(report: ChipReport) -> list[str]:
    lines = [f"{path}: no label intersects it." for path in report.unlabelled]
    lines += [f"{path}: the area of interest does not intersect it." for path in report.outside]
    if report.unreadable:
        lines.append(
            f"{count(report.unreadable, 'chip')} could not be read; {report.manifest} says why for each."
        )
    empty = [name for name, number in report.splits.items() if number == 0]
    if empty and report.written:
        lines.append(f"No chip is in {', '.join(empty)}: a smaller --split-block or --split-buffer helps.")
    return lines
