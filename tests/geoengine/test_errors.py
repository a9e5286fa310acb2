from __future__ import annotations

import inspect

import pytest

from geoengine import errors


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("ProjectError", ValueError),
        ("StoreError", OSError),
        ("NotFoundError", LookupError),
        ("InvalidValueError", ValueError),
        ("InvalidGeometryError", ValueError),
        ("UnknownClassError", LookupError),
        ("TokenReuseError", ValueError),
        ("JobStateError", RuntimeError),
        ("LeaseLostError", RuntimeError),
        ("ExchangeError", ValueError),
        ("NotSeenError", RuntimeError),
    ],
)
def test_each_error_has_the_root_and_a_builtin(name: str, builtin: type[Exception]) -> None:
    error = getattr(errors, name)
    assert issubclass(error, errors.GeoEngineError)
    assert issubclass(error, builtin)


def test_the_table_above_names_them_all() -> None:
    found = {name for name, _ in inspect.getmembers(errors, inspect.isclass) if name.endswith("Error")}
    assert len(found) == 12
