"""Gazetteer: names are found by their beginnings, and it appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.errors import ExchangeError, StoreError
from geoengine.model.place import LonLatBox, Place
from geoengine.store.gazetteer import find_places, write_gazetteer

PLACES = (
    Place(1, "Banepa", "Banepā बनेपा", 85.5214, 27.6298, "P", "NP", 24764),
    Place(2, "Panauti", "", 85.5148, 27.5847, "P", "NP", 27602),
    Place(3, "Nagarkot", "Nagarkot Hill", 85.5199, 27.7174, "T", "NP", 0),
    Place(4, "Banepa Khola", "", 85.53, 27.61, "H", "NP", 0),
    Place(5, "São Paulo", "Sampa San Pablo", -46.6361, -23.5475, "P", "BR", 12400232),
)


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gazetteer") / "g.sqlite"
    assert write_gazetteer(path, PLACES) == 5
    return path


def names(gazetteer: Path, text: str, within: LonLatBox | None = None, limit: int = 10) -> list[str]:
    return [place.name for place in find_places(gazetteer, text, within, limit)]


def test_names_are_found_by_their_beginnings_whatever_their_accents(gazetteer: Path) -> None:
    assert find_places(gazetteer, "panauti") == [PLACES[1]]
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
    assert names(gazetteer, "na", limit=1) == ["Nagarkot"]


def test_those_within_a_box_come_first_though_fewer_people_live_there(gazetteer: Path) -> None:
    for box in ((85.525, 27.6, 85.54, 27.62), (85.525, 27.6, -179.0, 27.62)):
        assert names(gazetteer, "banepa", box) == ["Banepa Khola", "Banepa"]


def test_another_one_takes_its_place_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "g.sqlite"
    write_gazetteer(path, PLACES)

    def torn() -> Iterator[Place]:
        yield PLACES[1]
        raise ExchangeError("the file ends here")

    with pytest.raises(ExchangeError, match="ends here"):
        write_gazetteer(path, torn())
    assert names(path, "banepa") == ["Banepa", "Banepa Khola"]
    assert write_gazetteer(path, [PLACES[0], Place(1, "Panauti", "", 85.5, 27.6, "P", "NP", 0)]) == 1
    assert names(path, "banepa") == []
    assert names(path, "pan") == ["Panauti"]
    assert [each.name for each in tmp_path.iterdir()] == ["g.sqlite"]


def test_a_damaged_gazetteer_is_said(tmp_path: Path) -> None:
    (tmp_path / "g.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 99)
    with pytest.raises(StoreError, match="geoengine gazetteer load makes it anew"):
        find_places(tmp_path / "g.sqlite", "banepa")


@given(st.text(max_size=40))
def test_any_text_can_be_looked_for(gazetteer: Path, text: str) -> None:
    assert len(find_places(gazetteer, text)) <= len(PLACES)
