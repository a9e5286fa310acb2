"""Reference layers of a project."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyproj import CRS

from geoengine.errors import InvalidValueError
from geoengine.project import Project
from geoengine.tasks.layers import add_layer, list_layers, remove_layer
from tests.support.map_tiles import painted, write_mbtiles
from tiling.errors import TileArchiveError
from tiling.vectors.reference_layer import TILES, view_layer

POINT = '{"type": "Point", "coordinates": [85.5, 27.6]}'


def test_layers_are_added_listed_and_removed(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "Wells, north.geojson"
    path.write_text(POINT)
    first = add_layer(project, path)
    again = add_layer(project, path, name="Wells north")
    assert [each.name for each in list_layers(project)] == ["Wells north", "Wells, north"]
    assert (first.key, again.key, first.count) == ("wells-north", "wells-north-2", 1)
    with pytest.raises(InvalidValueError, match="a layer 'Wells, north' already"):
        add_layer(project, path)
    with pytest.raises(InvalidValueError, match="name"):
        add_layer(project, path, name=" ")
    path.unlink()
    remove_layer(project, "wells-north")
    assert list_layers(project) == [again]
    with pytest.raises(InvalidValueError, match="no layer 'roads', expected one of: Wells north"):
        remove_layer(project, "roads")
    assert [one.name for one in project.layers_dir.iterdir()] == [again.key]


def test_a_crs_that_is_given_replaces_the_files(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "wells.geojson"
    path.write_text('{"type": "Point", "coordinates": [300100, 3049900]}')
    layer = add_layer(project, path, crs=CRS.from_epsg(32645))
    from affine import Affine

    from tiling.grid.raster_grid import RasterGrid

    grid = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(1, 0, 300_000, 0, -1, 3_050_000), 500, 500)
    view = view_layer(project.layers_dir / layer.key, grid, (300_000, 3_049_500, 300_500, 3_050_000), 1)
    assert view.geometries[0].coords[0] == pytest.approx((300_100, 3_049_900), abs=0.001)


def test_map_tiles_are_a_layer_that_is_read_where_it_lies(project: Project, tmp_path: Path) -> None:
    path = write_mbtiles(tmp_path / "Map.mbtiles", painted((0, 0), (16,)))
    added = add_layer(project, path)
    assert (added.name, added.kind, added.format, added.source) == ("Map", TILES, "MBTiles", str(path))
    assert list_layers(project) == [added]
    for option, given in (("layer", {"layer": "main"}), ("crs", {"crs": CRS.from_epsg(32645)})):
        with pytest.raises(InvalidValueError, match=f"expected no --{option}"):
            add_layer(project, path, name="Again", **given)  # type: ignore[arg-type]
    (tmp_path / "words.pmtiles").write_text("words")
    with pytest.raises(TileArchiveError, match="is no MBTiles or PMTiles file"):
        add_layer(project, tmp_path / "words.pmtiles")
    remove_layer(project, "Map")
    assert path.exists()
    assert list(project.layers_dir.iterdir()) == []
