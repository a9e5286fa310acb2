"""Names of a data set's classes, as the configuration maps them."""

from __future__ import annotations

from detectors.training.settings import SourceConfig
from tiling.class_names import ClassNames

# Stands for every name that is not in the mapping.
ANY = "*"


def class_names(source: SourceConfig) -> ClassNames:
    """Return the lookup of a data set's names among those of its mapping."""
    return ClassNames(name for name in source.classes if name != ANY)
