"""PROJ prints nothing of its own: a CRS in kilometres made libgeotiff ask for a database that it lacks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import rasterio

CODE = "import sys; from tiling import open_raster; print(open_raster(sys.argv[1]).grid.crs.axis_info[0].unit_name)"


def test_a_crs_in_kilometres_is_read_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "km.tif"
    crs = "+proj=laea +lat_0=52 +lon_0=10 +x_0=4321 +y_0=3210 +ellps=GRS80 +units=km +no_defs"
    place = rasterio.Affine(0.001, 0, 4321, 0, -0.001, 3210)
    with rasterio.open(
        path, "w", driver="GTiff", width=20, height=10, count=1, dtype="uint8", crs=crs, transform=place
    ) as dataset:
        dataset.write(np.zeros((1, 10, 20), "uint8"))
    done = subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("kilometre\n", "")
