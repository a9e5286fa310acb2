"""Gazetteer: GeoNames' files become an index that finds names by their beginnings."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.exchange.gazetteer import GazetteerError, Place, find_places, write_gazetteer

TOWNS = {
    "Banepa": ("Banepa,Banepā,बनेपा", 27.6298, 85.5214, "P", "NP", 24764),
    "Panauti": ("Panauti", 27.5847, 85.5148, "P", "NP", 27602),
    "Nagarkot": ("Nagarkot Hill", 27.7174, 85.5199, "T", "NP", 0),
    "Banepa Khola": ("", 27.61, 85.53, "H", "NP", 0),
    "São Paulo": ("Sampa,San Pablo", -23.5475, -46.6361, "P", "BR", 12400232),
}


def line(number: int, name: str) -> str:
    names, lat, lon, kind, country, people = TOWNS[name]
    fields = [
        number,
        name,
        name,
        names,
        lat,
        lon,
        kind,
        "",
        country,
        "",
        "",
        "",
        "",
        "",
        people,
        "",
        "",
        "",
        "",
    ]
    return "\t".join(map(str, fields))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "towns.txt"
    path.write_text("\n".join(line(n, name) for n, name in enumerate(TOWNS, 1)) + "\n", encoding="utf-8")
    return path


def names(gazetteer: Path, text: str, **options: object) -> list[str]:
    return [place.name for place in find_places(gazetteer, text, **options)]  # type: ignore[arg-type]


def test_names_are_found_by_their_beginnings_whatever_their_accents(file: Path, tmp_path: Path) -> None:
    gazetteer = tmp_path / "g.sqlite"
    assert write_gazetteer(gazetteer, [file]).places == 5
    assert find_places(gazetteer, "panauti") == [Place("Panauti", 85.5148, 27.5847, "P", "NP", 27602)]
    assert names(gazetteer, "BANEP") == ["Banepa", "Banepa Khola"]
    assert names(gazetteer, "khola ban") == ["Banepa Khola"]
    assert (
        names(gazetteer, "sao paulo")
        == names(gazetteer, "SÃO")
        == names(gazetteer, "san pab")
        == ["São Paulo"]
    )
    assert names(gazetteer, "बनेपा") == ["Banepa"]
    assert names(gazetteer, "anepa") == names(gazetteer, "b") == names(gazetteer, '"*') == []
    # The scene's own places come first, though fewer people live there.
    assert names(gazetteer, "banepa", within=(85.525, 27.6, 85.54, 27.62)) == ["Banepa Khola", "Banepa"]
    assert names(gazetteer, "banepa", within=(85.525, 27.6, -179.0, 27.62)) == ["Banepa Khola", "Banepa"]
    assert names(gazetteer, "na", limit=1) == ["Nagarkot"]


def test_archives_are_read_and_replace_what_was_there(file: Path, tmp_path: Path) -> None:
    gazetteer, archive = tmp_path / "g.sqlite", tmp_path / "NP.zip"
    write_gazetteer(gazetteer, [file])
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("readme.txt", "This is the readme.")
        packed.writestr("NP.txt", "\n".join([line(1, "Banepa"), line(1, "Panauti"), "broken\tline", ""]) * 2)
    loaded = write_gazetteer(gazetteer, [archive])
    assert (loaded.places, loaded.left_out) == (1, 2)
    assert loaded.first_reason == "NP.zip, line 3: 2 fields, expected 19"
    assert names(gazetteer, "na") == []
    assert names(gazetteer, "pan") == ["Panauti"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["NP.zip", "g.sqlite", "towns.txt"]


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
            line(1, "Banepa").replace("27.6298", "127").encode(),
            "at latitude 127 and longitude 85.5214, expected",
        ),
        (line(1, "Banepa").replace("27.6298", "nan").encode(), "at latitude nan"),
        (line(1, "Banepa").replace("27.6298", "27,6").encode(), "could not convert string to float: '27,6'"),
    ],
)
def test_what_is_no_gazetteer_is_refused_and_nothing_changes(
    file: Path, tmp_path: Path, content: bytes, sentence: str
) -> None:
    gazetteer, bad = tmp_path / "g.sqlite", tmp_path / "bad.txt"
    write_gazetteer(gazetteer, [file])
    bad.write_bytes(content)
    with pytest.raises(GazetteerError, match=sentence):
        write_gazetteer(gazetteer, [file, bad])
    assert names(gazetteer, "banepa") == ["Banepa", "Banepa Khola"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_damaged_gazetteer_is_said(tmp_path: Path) -> None:
    (tmp_path / "g.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    with pytest.raises(GazetteerError, match="geoengine gazetteer load makes it anew"):
        find_places(tmp_path / "g.sqlite", "banepa")


@given(st.text(max_size=40))
def test_any_text_can_be_looked_for(text: str) -> None:
    assert len(find_places(_five(), text)) <= 5


def _five(made: dict[str, Path] = {}) -> Path:  # noqa: B006 - made once
    import tempfile

    if not made:
        folder = Path(tempfile.mkdtemp())
        (folder / "t.txt").write_text(
            "\n".join(line(n, name) for n, name in enumerate(TOWNS, 1)), encoding="utf-8"
        )
        write_gazetteer(folder / "g.sqlite", [folder / "t.txt"])
        made["it"] = folder / "g.sqlite"
    return made["it"]
