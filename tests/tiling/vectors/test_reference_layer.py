"""Tests of `tiling.vectors.reference_layer`."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import shapely
from affine import Affine
from pyproj import CRS, Transformer

from tiling.errors import VectorReadError
from tiling.grid.raster_grid import RasterGrid
from tiling.vectors import reference_layer
from tiling.vectors.open_file import open_vector_file
from tiling.vectors.reference_layer import (
    ReferenceLayer,
    delete_layer,
    read_layers,
    view_layer,
    write_layer,
)

GRID = RasterGrid(CRS.from_epsg(32645).to_wkt(), Affine(0.5, 0, 300_000, 0, -0.5, 3_050_000), 1000, 1000)
EXTENT = (300_000.0, 3_049_500.0, 300_500.0, 3_050_000.0)
TO_LONLAT = Transformer.from_crs(32645, 4326, always_xy=True)


def layer(tmp_path: Path, *geometries: shapely.Geometry | None, name: str = "roads") -> Path:
    """A layer of geometries in UTM, or already in longitude and latitude where `name` says so."""
    path = tmp_path / f"{name}.geojson"

    def placed(geometry: shapely.Geometry | None) -> object:
        if geometry is None:
            return None
        moved = shapely.transform(geometry, lambda xy: np.column_stack(TO_LONLAT.transform(*xy.T)))
        return shapely.geometry.mapping(geometry if name == "lonlat" else moved)

    features = [{"type": "Feature", "properties": {}, "geometry": placed(one)} for one in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    written = ReferenceLayer(name, name, str(path), "GeoJSON", 0, 0, "2026-01-01T00:00:00Z")
    folder = tmp_path / "layers" / name
    write_layer(folder, written, open_vector_file(path))
    return folder


def test_what_lies_in_view_is_clipped_and_where_it_was(tmp_path: Path) -> None:
    road = shapely.LineString([(299_000, 3_049_750), (302_000, 3_049_750)])
    parcel = shapely.box(300_100, 3_049_600, 300_150, 3_049_640)
    well = shapely.Point(300_200, 3_049_800)
    far = shapely.box(310_000, 3_049_600, 310_100, 3_049_700)
    folder = layer(tmp_path, road, parcel, well, far, None)
    (known,) = read_layers(folder.parent)
    assert (known.count, known.skipped) == (4, 1)
    view = view_layer(folder, GRID, EXTENT, 0.5)
    assert view.total == 3
    line, polygon, point = view.geometries
    assert line.bounds == pytest.approx((299_950, 3_049_750, 300_550, 3_049_750), abs=0.2)
    assert polygon.symmetric_difference(parcel).area < 0.01
    assert point.distance(well) < 0.001
    # From far away a parcel is a point, and not gone.
    view = view_layer(folder, GRID, (200_000.0, 3_000_000.0, 400_000.0, 3_100_000.0), 200.0)
    assert (view.total, len(view.geometries)) == (4, 4)
    beside = view_layer(folder, GRID, (400_000.0, 3_049_500.0, 400_500.0, 3_050_000.0), 0.5)
    assert (beside.total, len(beside.geometries)) == (0, 0)
    assert view_layer(folder, RasterGrid(None, Affine(1, 0, 0, 0, -1, 0), 9, 9), (0, -9, 9, 0), 1).total == 0


def test_the_largest_are_sent_where_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = [shapely.box(300_000 + 30 * n, 3_049_600, 300_005 + 31 * n, 3_049_610) for n in range(10)]
    folder = layer(tmp_path, *boxes)
    monkeypatch.setattr(reference_layer, "MOST_FEATURES", 3)
    view = view_layer(folder, GRID, EXTENT, 0.1)
    assert (view.total, len(view.geometries)) == (10, 3)
    assert min(geometry.bounds[0] for geometry in view.geometries) > 300_200
    monkeypatch.setattr(reference_layer, "MOST_FEATURES", 100)
    monkeypatch.setattr(reference_layer, "MOST_VERTICES", 12)
    view = view_layer(folder, GRID, EXTENT, 0.1)
    assert (view.total, len(view.geometries)) == (10, 3)
    assert min(geometry.bounds[0] for geometry in view.geometries) > 300_200


def test_a_view_across_the_antimeridian(tmp_path: Path) -> None:
    east, west = shapely.box(179.99, 0.001, 179.995, 0.002), shapely.box(-179.995, 0.001, -179.99, 0.002)
    folder = layer(tmp_path, east, west, shapely.box(0, 0, 1, 1), name="lonlat")
    grid = RasterGrid(CRS.from_epsg(32660).to_wkt(), Affine(10, 0, 830_000, 0, -10, 5_000), 1000, 1000)
    left = Transformer.from_crs(4326, 32660, always_xy=True).transform(179.98, 0)[0]
    view = view_layer(folder, grid, (left, 0, left + 6_000, 1_000), 1.0)
    assert len(view.geometries) == 2


def test_what_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "empty.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    written = ReferenceLayer("empty", "Empty", str(path), "GeoJSON", 0, 0, "2026-01-01T00:00:00Z")
    with pytest.raises(VectorReadError, match="holds no geometry"):
        write_layer(tmp_path / "layers" / "empty", written, open_vector_file(path))
    file = open_vector_file(path)
    file.crs = None
    with pytest.raises(VectorReadError, match="says no CRS"):
        write_layer(tmp_path / "layers" / "empty", written, file)
    assert not list((tmp_path / "layers").iterdir())
    folder = layer(tmp_path, shapely.Point(300_100, 3_049_900))
    (folder / "bounds.npy").unlink()
    with pytest.raises(VectorReadError, match="cannot be read"):
        view_layer(folder, GRID, EXTENT, 1.0)
    (folder / "layer.json").write_text("{")
    assert read_layers(folder.parent) == []


def test_only_whole_layers_in_their_own_folders_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = layer(tmp_path, shapely.Point(300_100, 3_049_900))
    (known,) = read_layers(folder.parent)
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    (other / "layer.json").write_text(json.dumps(asdict(known) | {"key": ".."}))
    assert read_layers(folder.parent) == [known]
    shutil.rmtree(other)

    def stop(self: Path, target: Path) -> Path:
        assert read_layers(folder.parent) == [known]
        raise OSError("no room")

    monkeypatch.setattr(Path, "rename", stop)
    with pytest.raises(OSError, match="no room"):
        layer(tmp_path, shapely.Point(300_100, 3_049_900), name="wells")
    with pytest.raises(OSError, match="no room"):
        delete_layer(folder)
    monkeypatch.undo()
    assert [path.name for path in folder.parent.iterdir()] == [known.key]
    delete_layer(folder)
    assert not list(folder.parent.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_a_layer_has_the_modes_that_the_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = layer(tmp_path, shapely.Point(300_100, 3_049_900))
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
