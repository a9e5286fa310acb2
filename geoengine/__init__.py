"""GeoEngine: a labeling engine for overhead imagery."""

__version__ = "0.1.0"
