"""The live store: the only place that runs SQL."""

from __future__ import annotations

from geoengine.store.store import Store

__all__ = ["Store"]
