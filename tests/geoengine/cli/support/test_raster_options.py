"""Options on how rasters are read."""

from __future__ import annotations

from pathlib import Path

from geoengine.cli.support.raster_options import assign
from tiling.access.source import RasterSource


def test_what_was_assigned_is_kept_unless_it_is_assigned_again(tmp_path: Path) -> None:
    source = RasterSource(tmp_path / "a.vrt", crs="EPSG:32633", force=True, allow=(tmp_path,))
    nothing = assign(source, crs=None, no_alpha=False, force_place=False, allow=())
    more = assign(source, crs="EPSG:32634", no_alpha=True, force_place=False, allow=(tmp_path / "b",))
    assert nothing == source
    assert (more.crs, more.no_alpha, more.force) == ("EPSG:32634", True, True)
    assert more.allow == (tmp_path, tmp_path / "b")
