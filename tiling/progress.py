"""The types of callbacks that are told of progress."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

# Called with the fraction of the work that is done, from 0 to 1.
Progress = Callable[[float], None]

# Shows the progress of the work that it is given the name of, while the `with` lasts.
ProgressBar = Callable[[str], AbstractContextManager[Progress]]
