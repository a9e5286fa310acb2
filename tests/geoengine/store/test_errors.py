from __future__ import annotations

import pytest

from geoengine.errors import GeoEngineError
from geoengine.store.errors import ConflictError, DuplicateSceneError


@pytest.mark.parametrize(
    ("error", "builtin"), [(ConflictError, RuntimeError), (DuplicateSceneError, ValueError)]
)
def test_each_error_has_the_root_and_a_builtin(error: type[Exception], builtin: type[Exception]) -> None:
    assert issubclass(error, GeoEngineError)
    assert issubclass(error, builtin)
