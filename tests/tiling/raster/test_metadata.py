"""Tests of `tiling.raster.metadata` and `tiling.raster.acquisition`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st

from tiling.errors import RasterReadError
from tiling.raster.acquisition import acquired_at, number, off_nadir_deg, sensor
from tiling.raster.facts import read_metadata
from tiling.raster.metadata import SceneMetadata

Make = Callable[..., Path]
Noise = Callable[..., np.ndarray]


def nitf(path: Path, noise: Noise, **fields: str) -> Path:
    with rasterio.open(
        path, "w", driver="NITF", width=20, height=20, count=1, dtype="uint8", **fields
    ) as dataset:
        dataset.write(noise(1, 20, 20))
    return path


def test_a_file_that_says_nothing(make_raster: Make, noise: Noise) -> None:
    assert read_metadata(make_raster(noise(3, 20, 20), photometric="RGB")) == SceneMetadata(
        band_names=("red", "green", "blue")
    )


def test_the_date_of_the_file_is_not_that_of_the_image(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(1, 20, 20))
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(TIFFTAG_DATETIME="2018:07:16 06:06:23")
    assert read_metadata(path).acquired_at is None


def test_nitf(tmp_path: Path, noise: Noise) -> None:
    path = nitf(
        tmp_path / "a.ntf", noise, IDATIM="20091016052040", FDT="20200101000000", FSCLAS="S", ISCLAS="C",
        ISCODE="AB", ISCTLH="NF", ISORCE="Hawk", ICHIPB="",
    )  # fmt: skip
    found = read_metadata(path)
    assert found.acquired_at == "2009-10-16T05:20:40Z"
    assert found.classification == "CONFIDENTIAL//AB//NF"
    assert found.sensor == "Hawk"
    assert SceneMetadata.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("letter", "spelled"),
    [("T", "TOP SECRET"), ("S", "SECRET"), ("C", "CONFIDENTIAL"), ("R", "RESTRICTED"), ("U", "UNCLASSIFIED")],
)
def test_classifications_are_spelled_out(tmp_path: Path, noise: Noise, letter: str, spelled: str) -> None:
    found = read_metadata(nitf(tmp_path / "a.ntf", noise, FSCLAS=letter, ISCLAS=letter))
    assert found.classification == spelled
    # GDAL's own date for a NITF that it was told none for is not one.
    assert found.acquired_at is None


def test_the_marking_of_the_file_counts_where_the_image_has_none(tmp_path: Path, noise: Noise) -> None:
    path = nitf(tmp_path / "a.ntf", noise, FSCLAS="S", FSCODE="XY", ISCLAS="?", ISCTLH="NF")
    assert read_metadata(path).classification == "SECRET//XY"


def test_a_chip_of_a_nitf(tmp_path: Path, noise: Noise) -> None:
    numbers = "".join(f"{value:012.3f}" for value in (0.5, 0.5, 0.5, 19.5, 19.5, 0.5, 19.5, 19.5) * 2)
    path = nitf(tmp_path / "a.ntf", noise, TRE=f"ICHIPB=00{1:010.5f}0000{numbers}0000200000002000")
    fields = dict(read_metadata(path).ichipb)
    assert (fields["SCALE_FACTOR"], fields["FI_ROW"], fields["FI_COL_22"]) == ("1", "2000", "19.5")


def test_envi(tmp_path: Path, noise: Noise) -> None:
    path = tmp_path / "cube.dat"
    with rasterio.open(path, "w", driver="ENVI", width=20, height=20, count=3, dtype="uint16") as dataset:
        dataset.write(noise(3, 20, 20, "uint16"))
    header = tmp_path / "cube.hdr"
    text = header.read_text()
    more = (
        "acquisition time = 2013-08-25T14:20:01Z\nsensor type = AVIRIS\nwavelength units = Micrometers\n"
        "wavelength = {0.45, 0.55, 2.2}\nband names = {b, g, swir}\n"
    )
    header.write_text(text + more)
    found = read_metadata(path)
    assert (found.acquired_at, found.sensor) == ("2013-08-25T14:20:01Z", "AVIRIS")
    assert found.wavelengths_nm == (450.0, 550.0, 2200.0)
    assert found.band_names == ("b", "g", "swir")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"wavelength": "665", "wavelength_units": "Nanometers"}, (665.0, 665.0)),
        ({"wavelength": "0.665"}, (665.0, 665.0)),
        ({"wavelength": "665"}, (665.0, 665.0)),
        ({"BANDWAVELENGTH": "664.6", "BANDWAVELENGTH_UNIT": "nm"}, (664.6, 664.6)),
        ({"CENTRAL_WAVELENGTH_UM": "0.665"}, (665.0, 665.0)),
        ({"wavelength": "94", "wavelength_units": "GHz"}, ()),
        ({"wavelength": "red"}, ()),
        ({"wavelength": "-1"}, ()),
        ({"wavelength": "nan"}, ()),
    ],
)
def test_wavelengths(
    make_raster: Make, noise: Noise, tags: dict[str, str], expected: tuple[float, ...]
) -> None:
    path = make_raster(noise(2, 20, 20))
    with rasterio.open(path, "r+") as dataset:
        for band in (1, 2):
            dataset.update_tags(band, **tags)
    assert read_metadata(path).wavelengths_nm == expected


def test_a_wavelength_of_one_band_only_is_none(make_raster: Make, noise: Noise) -> None:
    path = make_raster(noise(2, 20, 20))
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(1, ns="IMAGERY", CENTRAL_WAVELENGTH_UM="0.5")
    assert read_metadata(path).wavelengths_nm == ()


@pytest.mark.parametrize(
    ("tags", "domains", "expected"),
    [
        ({"NITF_IDATIM": "16052040ZOCT09"}, {}, "2009-10-16T05:20:40Z"),
        ({"NITF_IDATIM": "16052040ZOCT95"}, {}, "1995-10-16T05:20:40Z"),
        ({"NITF_IDATIM": "20091016------"}, {}, "2009-10-16"),
        ({"NITF_IDATIM": "2009--------"}, {"IMAGERY": {"ACQUISITIONDATETIME": "2010-07-01 10:12:13"}},
         "2010-07-01T10:12:13Z"),
        ({}, {"IMD": {"IMAGE_1.firstLineTime": "2009-10-16T05:20:40.123456Z;"}}, "2009-10-16T05:20:40.123456Z"),
        ({"IMAGING_DATE": "2013-01-02", "IMAGING_TIME": "03:04:05.5"}, {}, "2013-01-02T03:04:05.500000Z"),
        ({"IMAGING_DATE": "2013-01-02", "IMAGING_TIME": "03:04:05Z"}, {}, "2013-01-02T03:04:05Z"),
        ({"IMAGING_DATE": "2013-01-02"}, {}, "2013-01-02"),
        ({"datetime": "2020-05-06T09:00:00+02:00"}, {}, "2020-05-06T07:00:00Z"),
        ({"datetime": "2020-05-06T09:00:00"}, {}, "2020-05-06T09:00:00"),
        ({"EXIF_DateTimeOriginal": "2018:07:16 06:06:23"}, {}, "2018-07-16T06:06:23"),
        ({"datetime": "0001-01-01T00:00:00Z"}, {}, None),
        ({"datetime": "yesterday"}, {}, None),
    ],
)  # fmt: skip
def test_times(tags: dict[str, str], domains: dict[str, Any], expected: str | None) -> None:
    assert acquired_at(tags, domains) == expected


def test_the_image_is_believed_before_copied_tags() -> None:
    tags = {"datetime": "2001-01-01T00:00:00Z", "NITF_IDATIM": "20091016052040", "IMAGING_DATE": "2013-01-02"}
    assert acquired_at(tags, {}) == "2009-10-16T05:20:40Z"
    del tags["NITF_IDATIM"]
    assert acquired_at(tags, {}) == "2013-01-02"


def test_sensors() -> None:
    assert sensor({"MISSION": "SPOT", "MISSION_INDEX": "6", "platform": "x"}, {}) == "SPOT 6"
    assert sensor({"NITF_ISORCE": "Unknown"}, {"IMD": {"IMAGE_1.satId": '"WV02"'}}) == "WV02"
    assert sensor({"NITF_ISORCE": "  "}, {}) is None


def test_off_nadir() -> None:
    assert off_nadir_deg({}, {"IMD": {"IMAGE_1.meanOffNadirViewAngle": "12.5;"}}) == 12.5
    assert off_nadir_deg({"NITF_USE00A_OBL_ANG": "-17.5"}, {}) == 17.5
    assert off_nadir_deg({"VIEWING_ANGLE": "120", "off_nadir": "steep"}, {}) is None


TEXTS = st.one_of(st.text(max_size=30), st.from_regex(r"\d{1,8}[-:T Z.\d]{0,12}", fullmatch=True))
NAMES = st.sampled_from(
    ["NITF_IDATIM", "datetime", "IMAGING_DATE", "IMAGING_TIME", "MISSION", "platform", "off_nadir"]
)  # fmt: skip


@given(st.dictionaries(NAMES, TEXTS), TEXTS)
def test_malformed_values_are_passed_over(tags: dict[str, str], text: str) -> None:
    domains = {
        "IMD": {"firstLineTime": text, "offNadirViewAngle": text},
        "IMAGERY": {"ACQUISITIONDATETIME": text},
    }
    time = acquired_at(tags, domains)
    assert time is None or time[:2] in ("19", "20", "21")
    angle = off_nadir_deg(tags, domains)
    assert angle is None or 0 <= angle <= 90
    assert sensor(tags, domains) != ""
    assert number(text) is None or number(text) == number(text)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(RasterReadError):
        read_metadata(tmp_path / "gone.tif")


def test_the_type_needs_no_gdal() -> None:
    code = "import sys, tiling.raster.metadata; sys.exit('rasterio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.real_data
def test_real_files(shared_data: Path) -> None:
    found = read_metadata(shared_data / "rasters" / "georef_rotated.ntf")
    assert (found.acquired_at, found.classification) == ("2009-10-16T05:20:40Z", "UNCLASSIFIED")
    # A Sentinel-1 scene whose only date is that of the file.
    assert read_metadata(shared_data / "rasters" / "gcps_uint16.tif").acquired_at is None
