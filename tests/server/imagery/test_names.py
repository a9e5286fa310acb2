"""Names of uploaded files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoengine.errors import InvalidValueError
from server.imagery.names import MAX_NAME_BYTES, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("town.tif", "town.tif"),
        ("../x.tif", "x.tif"),
        ("C:\\fakepath\\x.tif", "x.tif"),
        ("/etc/x.tif", "x.tif"),
        (".tif", "tif"),
        (" a b .tif. ", "a b .tif"),
        ("a:b?.tif", "a_b_.tif"),
        ("a\0\n.tif", "a__.tif"),
        ("CON.tif", "_CON.tif"),
        ("con", "_con"),
        ("console.tif", "console.tif"),
        ("Área 51, Süd.tif", "Área 51, Süd.tif"),
        ("城市.tif", "城市.tif"),
        ("a\u202e.tif", "a_.tif"),
    ],
)
def test_they_are_made_fit_for_any_file_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    "name", ["", "..", "a/", "...", "x" * 300 + ".tif", "城" * 80 + ".tif", "a.zip", "a.geojson"]
)
def test_others_are_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(InvalidValueError, match="expected"):
        safe_name(name)


@given(st.text(max_size=60))
def test_no_name_leads_anywhere(name: str) -> None:
    try:
        safe = safe_name(name)
    except InvalidValueError:
        return
    assert not set(safe) & set('/\\\0<>:"|?*')
    assert safe.strip(" .") == safe
    assert 0 < len(safe.encode()) <= MAX_NAME_BYTES
    assert safe_name(safe) == safe
