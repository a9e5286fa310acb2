"""Python's search for circular garbage, made rarer where a run makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_FEW = (100_000, 20, 20)


@contextmanager
def few_collections() -> Iterator[None]:
    """Let Python look for circular garbage rarely: millions of small lists make it look all the time, for nothing.

    It took a sixth of the time of an import of polygons.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_FEW)
    try:
        yield
    finally:
        gc.set_threshold(*before)
