"""Files that a VRT or a side-car names."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiling.access.references import Reference, is_vrt, metadata_references, pam_references, vrt_references
from tiling.errors import RasterReadError


def test_every_kind_of_reference_in_a_vrt(tmp_path: Path) -> None:
    path = tmp_path / "scene.vrt"
    path.write_text(
        """<VRTDataset><!-- sourcefilename -->
        <VRTRasterBand><SimpleSource><SourceFilename relativeToVRT="1">a.tif</SourceFilename></SimpleSource>
        <ComplexSource><SourceFilename>a.tif</SourceFilename></ComplexSource>
        <Overview><SourceFilename relativeToVRT="1">a.tif</SourceFilename></Overview></VRTRasterBand>
        <GDALWarpOptions><SourceDataset>/data/b.tif</SourceDataset></GDALWarpOptions>
        <SomethingNew>../c.tif</SomethingNew><Description>/not/a/file</Description>
        </VRTDataset>"""
    )
    assert vrt_references(path) == [
        Reference("a.tif", True),
        Reference("a.tif", False),
        Reference("/data/b.tif", False),
        Reference("../c.tif", False),
    ]


def test_a_relative_name_means_the_folder_of_the_file_that_has_it() -> None:
    base = Path("/data/scenes/scene.vrt")
    assert Reference("a.tif", True).paths(base) == [Path("/data/scenes/a.tif")]
    assert Reference("a.tif").paths(base) == [Path("/data/scenes/a.tif"), Path.cwd() / "a.tif"]
    assert Reference("GTIFF_DIR:2:/d/a.tif").paths(base) == [Path("/d/a.tif")]
    for name in ("https://example.org/a.tif", "PG:dbname=x", "bad\ufffdname.tif"):
        assert Reference(name).paths(base) == []


def test_overviews_that_a_side_car_or_metadata_names(tmp_path: Path) -> None:
    path = tmp_path / "scene.tif.aux.xml"
    path.write_text(
        '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">o.ovr</MDI>'
        '<MDI key="AREA_OR_POINT">Area</MDI></Metadata></PAMDataset>'
    )
    assert pam_references(path) == [Reference("o.ovr", True)]
    tags = {"OVERVIEW_FILE": ":::BASE:::o.ovr", "TIFFTAG_SOFTWARE": "/bin/x"}
    assert list(metadata_references(tags)) == [Reference(":::BASE:::o.ovr", True)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<VRTDataset>", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><VRTDataset/>', "DOCTYPE"),
        ("<VRTDataset><SourceFilename>a<b/>c</SourceFilename></VRTDataset>", "more than a name"),
    ],
)
def test_xml_that_could_be_read_in_two_ways_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "odd.vrt"
    path.write_text(text)
    with pytest.raises(RasterReadError, match=message):
        vrt_references(path)


def test_a_vrt_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "scene.tif"
    path.write_text("<VRTDataset/>")
    assert is_vrt(path)
    path.write_bytes(b"II*\0")
    assert not is_vrt(path)
    with pytest.raises(RasterReadError, match="could not be read"):
        is_vrt(tmp_path / "gone.vrt")
