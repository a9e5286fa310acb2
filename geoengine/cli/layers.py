"""`geoengine layers`: list, add and remove reference layers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from geoengine.cli.support.options import json_option, open_project, project_option
from geoengine.cli.support.output import count, print_json, table
from geoengine.cli.support.values import CrsText


@click.group()
def layers() -> None:
    """List, add and remove vector files and map tiles that are shown with the imagery."""


@layers.command("list")
@project_option
@json_option
def list_(directory: Path, as_json: bool) -> None:
    """List the reference layers with their numbers of features."""
    from geoengine.tasks.layers import list_layers
    from tiling.vectors.reference_layer import VECTORS

    found = list_layers(open_project(directory))
    if as_json:
        print_json({"layers": [asdict(each) for each in found]})
        return
    rows = [
        [each.key, each.name, each.count if each.kind == VECTORS else "", each.format, each.source]
        for each in found
    ]
    headers = ["key", "name", "features", "format", "source"]
    click.echo(table(headers, rows, right=(2,)) if rows else "The project has no reference layers yet.")


@layers.command()
@click.argument("path", metavar="PATH", type=click.Path(exists=True, path_type=Path))
@click.option("--name", help="What people read.  [default: the file's name]")
@click.option("--layer", help="Name of the layer, of a file that has several.")
@click.option(
    "--crs", type=CrsText(), help="CRS of a file that says none or a wrong one, such as EPSG:32633."
)
@project_option
@json_option
def add(
    path: Path, name: str | None, layer: str | None, crs: str | None, directory: Path, as_json: bool
) -> None:
    """Add a vector file, or an archive of map tiles, as a reference layer.

    The web map shows it with the imagery, where somebody turns it on; it is never changed there. Points, lines and
    polygons of all formats are taken that `import` reads. The project keeps a copy of what was read: a file that
    changed is removed and added again. Map tiles (MBTiles, PMTiles, or a folder of z/x/y images; Web Mercator, 256 or
    512 px) are read where they lie.

        geoengine layers add -p town roads.gpkg --layer main --name Roads
        geoengine layers add -p town basemap.mbtiles --name "Topographic map"
        geoengine layers add -p town parcels.shp --crs EPSG:32645
    """
    from pyproj import CRS

    from geoengine.tasks.layers import add_layer
    from tiling.vectors.reference_layer import TILES

    project = open_project(directory)
    with (
        project.store()
    ):  # a project of a newer version, or one that cannot be written, is refused as everywhere
        added = add_layer(project, path, name=name, layer=layer, crs=None if crs is None else CRS(crs))
    if as_json:
        print_json(asdict(added))
        return
    left_out = f"; {count(added.skipped, 'feature')} without a place left out" if added.skipped else ""
    if added.kind == TILES:
        click.echo(f"Layer {added.name} is added: {added.format}, read where it lies.")
        return
    click.echo(f"Layer {added.name} is added, with {count(added.count, 'feature')}{left_out}.")


@layers.command()
@click.argument("name", metavar="NAME")
@project_option
@json_option
def remove(name: str, directory: Path, as_json: bool) -> None:
    """Take a reference layer, by name or key, out of the project; its file stays."""
    from geoengine.tasks.layers import remove_layer

    removed = remove_layer(open_project(directory), name)
    if as_json:
        print_json({"key": removed.key, "removed": True})
    else:
        click.echo(f"Layer {removed.name} is removed.")
