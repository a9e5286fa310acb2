"""Report on the pre-labeling of a scene: errors as sentences."""

from __future__ import annotations

import pytest

from geoengine.tasks.prelabel.report import message, sentence
from tiling.errors import RasterReadError


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RasterReadError("a.tif cannot be read"), "a.tif cannot be read"),
        (MemoryError(), "MemoryError"),
        (ZeroDivisionError("nobody thought of this"), "ZeroDivisionError: nobody thought of this"),
    ],
)
def test_only_unexpected_errors_are_named_by_their_class(error: BaseException, expected: str) -> None:
    assert sentence(error) == expected


def test_a_job_s_message_has_three_errors_and_the_number_of_the_others() -> None:
    assert message([]) is None
    assert message(["a", "b", "c"]) == "a; b; c"
    assert message(["a", "b", "c", "d", "e"]) == "a; b; c; and 2 more"
