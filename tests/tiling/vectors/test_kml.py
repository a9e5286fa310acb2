"""Tests of `tiling.vectors.kml`."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from tiling.errors import VectorReadError
from tiling.vectors.kml import KmlFile

RING = "<LinearRing><coordinates>{}</coordinates></LinearRing>"
OUTER = RING.format("0,0,5 4,0,5 4,4,5 0,4,5 0,0,5")
INNER = RING.format("1,1 2,1 2,2 1,2 1,1")
POLYGON = (
    f"<Polygon><outerBoundaryIs>{OUTER}</outerBoundaryIs><innerBoundaryIs>{INNER}</innerBoundaryIs></Polygon>"
)


def put(folder: Path, marks: str) -> Path:
    path = folder / "a.kml"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>')
    return path


def test_holes_heights_and_data(tmp_path: Path) -> None:
    data = "<ExtendedData><Data name='class'><value>ship</value></Data></ExtendedData>"
    marks = f"<Placemark id='7'><name>x</name>{data}{POLYGON}</Placemark>"
    file = KmlFile.open(put(tmp_path, marks))
    [batch] = file.batches()
    assert batch.geometries[0].equals(shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 2, 2))
    assert batch.properties == [{"name": "x", "class": "ship"}]
    assert batch.ids == ["7"]


def test_parts_points_and_faults(tmp_path: Path) -> None:
    both = f"<Placemark><MultiGeometry>{POLYGON}{POLYGON}</MultiGeometry></Placemark>"
    point = "<Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>"
    odd = f"<Placemark>{POLYGON.replace('0,0,5', 'x,y')}</Placemark>"
    [batch] = KmlFile.open(put(tmp_path, both + point + odd + "<Placemark/>")).batches()
    assert batch.geometries[0].geom_type == "MultiPolygon"
    assert str(batch.faults[1]).startswith("is a Point")
    assert "cannot be read" in str(batch.faults[2])
    assert batch.faults[3] is None
    assert batch.geometries[3] is None


@pytest.mark.parametrize("text", ["<kml><a></kml>", "<gml><kml/></gml>"])
def test_what_is_no_kml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(text)
    with pytest.raises(VectorReadError, match="cannot be read as KML"):
        KmlFile.open(path)
