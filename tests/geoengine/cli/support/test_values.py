"""Values that options take."""

from __future__ import annotations

import math

import click
import pytest

from geoengine.cli.support.values import ClassSpec, CommaList, CrsText, Nodata


def test_nodata_is_a_number_or_a_colour() -> None:
    assert Nodata().convert("-9999", None, None) == -9999.0
    assert math.isnan(float(Nodata().convert("nan", None, None)))  # type: ignore[arg-type]
    assert Nodata().convert("255, 255,0", None, None) == (255, 255, 0)
    with pytest.raises(click.BadParameter, match="neither a number nor a colour"):
        Nodata().convert("white", None, None)


def test_a_class_may_have_a_colour() -> None:
    assert ClassSpec().convert("tree", None, None) == ("tree", None, None)
    assert ClassSpec().convert("tree:00AA73", None, None) == ("tree", "#00aa73", None)
    assert ClassSpec().convert("road:line", None, None) == ("road", None, "line")
    assert ClassSpec().convert("road:line:00AA73", None, None) == ("road", "#00aa73", "line")
    assert ClassSpec().convert("ship:00AA73:oriented-box", None, None) == ("ship", "#00aa73", "oriented-box")
    for bad in ("road:line:point", "road:00aa73:00aa74", "road:"):
        with pytest.raises(
            click.BadParameter, match="is not a colour such as #e69f00, or a geometry: polygon"
        ):
            ClassSpec().convert(bad, None, None)
    with pytest.raises(click.BadParameter, match="not a colour"):
        ClassSpec().convert("tree:green", None, None)


def test_a_list_has_only_words_of_its_set() -> None:
    words = CommaList(("accepted", "proposed"))
    assert words.convert("proposed, accepted,", None, None) == ("proposed", "accepted")
    for text, message in (
        ("accepted,open", "'open' is not one of accepted, proposed"),
        (",", "at least one word"),
    ):
        with pytest.raises(click.BadParameter, match=message):
            words.convert(text, None, None)


def test_a_crs_is_given_by_its_code_or_as_wkt() -> None:
    assert CrsText().convert("epsg:32633", None, None) == "EPSG:32633"
    with pytest.raises(click.BadParameter, match="'EPSG:5773' is Vertical CRS; expected a projected"):
        CrsText().convert("EPSG:5773", None, None)
    with pytest.raises(click.BadParameter, match="is no CRS; expected a code such as EPSG:32633"):
        CrsText().convert("+init=epsg:4326", None, None)
