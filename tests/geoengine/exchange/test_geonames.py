"""Places in GeoNames' format: text and archives are read, and lines that are no places are said."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from geoengine.errors import ExchangeError
from geoengine.exchange.geonames import LeftOut, read_geonames
from geoengine.model.place import Place


def line(
    number: int, name: str, lat: str = "27.63", lon: str = "85.52", others: str = "", people: str = ""
) -> str:
    return "\t".join(
        [str(number), name, name, others, lat, lon, "P", "PPL", "NP", *[""] * 5, people, *[""] * 4]
    )


def test_a_line_is_a_place_with_all_its_names(tmp_path: Path) -> None:
    (tmp_path / "NP.txt").write_text(
        line(7, "Banepa", others="Banepā,Banepa,बनेपा", people="24764"), encoding="utf-8"
    )
    [place] = read_geonames(tmp_path / "NP.txt", LeftOut())
    assert place == Place(7, "Banepa", "Banepā बनेपा", 85.52, 27.63, "P", "NP", 24764)


def test_archives_are_read_and_what_is_no_place_is_counted(tmp_path: Path) -> None:
    archive, left_out = tmp_path / "NP.zip", LeftOut()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("readme.txt", "This is the readme.")
        packed.writestr("NP.txt", "\n".join([line(1, "Banepa"), line(2, "Panauti"), "broken\tline", ""]) * 2)
    assert [place.name for place in read_geonames(archive, left_out)] == ["Banepa", "Panauti"] * 2
    assert left_out == LeftOut(2, "NP.zip, line 3: 2 fields, expected 19")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            b"",
            "holds no place in GeoNames' format \\(it is empty\\); expected lines of 19 fields between tabs",
        ),
        (b"name,lat,lon\nx,1,2\n", "line 1: 1 field, expected 19"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (
            line(1, "Banepa", lat="127").encode(),
            "at latitude 127 and longitude 85.52, expected a name and a place",
        ),
        (line(1, "Banepa", lat="nan").encode(), "at latitude nan"),
        (line(1, "Banepa", lat="27,6").encode(), "could not convert string to float: '27,6'"),
        (line(1, " ").encode(), "the name is ' '"),
        (b"PK\x05\x06" + bytes(18), "holds no text file; expected one of GeoNames' archives"),
    ],
)
def test_what_is_no_gazetteer_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(ExchangeError, match=sentence):
        list(read_geonames(tmp_path / "bad.txt", LeftOut()))
