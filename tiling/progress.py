"""The type of callbacks that are told of progress."""

from __future__ import annotations

from collections.abc import Callable

# Called with the fraction of the work that is done, from 0 to 1.
Progress = Callable[[float], None]
