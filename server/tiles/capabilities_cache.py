"""Cache of the capabilities document of many scenes, which takes seconds to make and megabytes to keep."""

from __future__ import annotations

from collections.abc import Sequence

from geoengine.model import Scene
from server.representations.scene_version import VersionedScene
from server.tiles.wmts import capabilities

_FEW = 20


class CapabilitiesCache:
    """The last document of more than a few scenes; made again when one of them, or the address, differs."""

    def __init__(self) -> None:
        """Make an empty cache."""
        self._last: tuple[tuple[str, str], list[tuple[Scene, str]], bytes] | None = None

    def get(self, scenes: Sequence[VersionedScene], title: str, root_url: str) -> bytes:
        """Return what `capabilities` returns."""
        if len(scenes) <= _FEW:
            return capabilities(scenes, title, root_url)
        last = self._last
        if last is not None and last[0] == (title, root_url) and _alike(last[1], scenes):
            return last[2]
        document = capabilities(scenes, title, root_url)
        self._last = ((title, root_url), [(one.scene, one.version) for one in scenes], document)
        return document


def _alike(known: Sequence[tuple[Scene, str]], scenes: Sequence[VersionedScene]) -> bool:
    """Return whether these are the same scenes; the store returns the same object while a row stays."""
    return len(known) == len(scenes) and all(
        scene is one.scene and version == one.version
        for (scene, version), one in zip(known, scenes, strict=True)
    )
