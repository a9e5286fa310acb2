"""What `geoengine prelabel` takes for a whole scene, and for a mosaic of many copies of it: time and peak memory.

    python benchmarks/prelabel_memory.py RASTER [--copies 1 2] [--crop 4000] [--model overhead] [--devices cpu,cpu]

For each number of copies along a side, in a temporary folder: a project is made, the raster (the middle of it that
`--crop` cuts out) or a virtual mosaic of it is added, and the command itself runs in a process of its own. Printed are
its seconds, megapixels of the scene a second, objects, and the peak of its resident memory (of the largest of its
processes with `--devices`). Goals: less than 3 GB each, and peaks within 10 % of one another; the command fails where
one is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from children import GEOENGINE, output, watched

GOAL_BYTES, GOAL_APART = 3e9, 0.10
GDAL_TYPES = {"uint8": "Byte", "uint16": "UInt16", "int16": "Int16", "float32": "Float32"}

# This process stays small, because a child begins with the peak of its parent: rasterio is imported where the mosaic is
# made, which is in a child as well.


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("raster", type=Path)
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--crop", type=int, help="side of the part in the middle, pixels of the raster")
    parser.add_argument("--model", default="overhead")
    parser.add_argument("--devices")
    parser.add_argument("--make", type=Path, help="write the mosaic into this folder, and nothing else")
    options = parser.parse_args()
    if options.make:
        print(mosaic(options.raster, options.make, options.crop, options.copies[0]))
        return
    peaks = [measured(options, copies) for copies in options.copies]
    apart = max(peaks) / min(peaks) - 1
    print(f"peaks are {apart:.1%} apart (goal {GOAL_APART:.0%}, and {GOAL_BYTES / 1e9:.0f} GB each)")
    sys.exit(apart > GOAL_APART or max(peaks) >= GOAL_BYTES)


def measured(options: argparse.Namespace, copies: int) -> int:
    """Pre-label one mosaic, print its line, return the peak, bytes."""
    with tempfile.TemporaryDirectory(prefix="prelabel-") as name:
        folder = Path(name)
        crop = ["--crop", str(options.crop)] if options.crop else []
        made = [sys.executable, __file__, options.raster, "--make", folder, "--copies", str(copies), *crop]
        said, scene = output(made).split(maxsplit=1)
        output([*GEOENGINE, "init", folder / "project"])
        output([*GEOENGINE, "add", "-p", folder / "project", scene.strip()])
        command = [*GEOENGINE, "prelabel", "-p", folder / "project", "--model", options.model, "--json"]
        command += ["--devices", options.devices] if options.devices else []
        ended = watched(command)
    [report], size = json.loads(ended.output), float(said)
    print(
        f"{copies} x {copies}: {size:.0f} Mpx in {ended.seconds:.0f} s, {size / ended.seconds:.2f} Mpx/s, "
        f"{report['proposed']:,} objects, peak {ended.peak / 1e9:.2f} GB",
        flush=True,
    )
    return ended.peak


def mosaic(path: Path, folder: Path, crop: int | None, copies: int) -> str:
    """Write a virtual raster of so many copies a side, and its one source, into a folder.

    Returns:
        Its size in megapixels, and its path.
    """
    import rasterio
    from rasterio.windows import Window

    with rasterio.open(path) as source:
        width, height = (min(crop or side, side) for side in (source.width, source.height))
        window = Window((source.width - width) // 2, (source.height - height) // 2, width, height)
        transform, crs = source.window_transform(window), source.crs.to_wkt()
        profile = {
            "driver": "GTiff", "width": width, "height": height, "count": source.count, "dtype": source.dtypes[0],
            "crs": source.crs, "transform": transform, "nodata": source.nodata,
            "tiled": True, "compress": "zstd", "zstd_level": 1, "BIGTIFF": "IF_SAFER",
        }  # fmt: skip
        with rasterio.open(folder / "part.tif", "w", **profile) as target:
            for row in range(0, height, 512):
                lines = Window(0, row, width, min(512, height - row))
                from_source = Window(window.col_off, window.row_off + row, width, lines.height)
                target.write(source.read(window=from_source), window=lines)
        bands = "".join(
            f'<VRTRasterBand dataType="{GDAL_TYPES[source.dtypes[0]]}" band="{band}">'
            f"<ColorInterp>{source.colorinterp[band - 1].name.capitalize()}</ColorInterp>"
            + (f"<NoDataValue>{source.nodata}</NoDataValue>" if source.nodata is not None else "")
            + "".join(
                f'<SimpleSource><SourceFilename relativeToVRT="1">part.tif</SourceFilename>'
                f"<SourceBand>{band}</SourceBand>"
                f'<SrcRect xOff="0" yOff="0" xSize="{width}" ySize="{height}"/>'
                f'<DstRect xOff="{column * width}" yOff="{row * height}" xSize="{width}" ySize="{height}"/>'
                f"</SimpleSource>"
                for row in range(copies)
                for column in range(copies)
            )
            + "</VRTRasterBand>"
            for band in source.indexes
        )
    place = ", ".join(map(str, transform.to_gdal()))
    virtual = folder / "mosaic.vrt"
    virtual.write_text(
        f'<VRTDataset rasterXSize="{copies * width}" rasterYSize="{copies * height}">'
        f"<SRS>{crs.replace('&', '&amp;')}</SRS><GeoTransform>{place}</GeoTransform>{bands}</VRTDataset>"
    )
    return f"{copies * copies * width * height / 1e6} {virtual}"


if __name__ == "__main__":
    main()
