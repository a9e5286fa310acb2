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


def test_parts_lines_points_and_faults(tmp_path: Path) -> None:
    def mark(shapes: str) -> str:
        return f"<Placemark><MultiGeometry>{shapes}</MultiGeometry></Placemark>"

    point = "<Point><coordinates> 1,2,7 </coordinates></Point>"
    line = "<LineString><coordinates>1,2 3,4,5 5,4</coordinates></LineString>"
    marks = [
        mark(POLYGON + POLYGON),
        mark(POLYGON + line + point),
        mark(line),
        mark(point + line + line),
        mark(point),
        mark(point + point),
        mark(OUTER),
        mark(POLYGON.replace("0,0,5", "x,y")),
        mark("<LineString><coordinates>1,2</coordinates></LineString>"),
        mark("<Point><coordinates>1,2 3,4</coordinates></Point>"),
        "<Placemark/>",
    ]
    [batch] = KmlFile.open(put(tmp_path, "".join(marks))).batches()
    types = [None if shape is None else shape.geom_type for shape in batch.geometries]
    assert types == ["MultiPolygon", "Polygon", "LineString", "MultiLineString", "Point", "MultiPoint", "LineString",
                     None, None, None, None]  # fmt: skip
    assert batch.geometries[2] == shapely.LineString([(1, 2), (3, 4), (5, 4)])
    assert batch.geometries[4] == shapely.Point(1, 2)
    assert [fault is None for fault in batch.faults] == [True] * 7 + [False] * 3 + [True]
    assert "cannot be read, expected polygons, lines or points" in str(batch.faults[7])


@pytest.mark.parametrize("text", ["<kml><a></kml>", "<gml><kml/></gml>"])
def test_what_is_no_kml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(text)
    with pytest.raises(VectorReadError, match="cannot be read as KML"):
        KmlFile.open(path)
