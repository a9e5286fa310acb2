"""Outlook of a pre-labeling: what it would do, said before it is asked for; free of torch."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.model_package.card import ModelCard
from geoengine.model import JobState, Scene
from geoengine.store import Store
from geoengine.store.view import StoreView
from geoengine.tasks.prelabel.partners import Partners, find_partners
from geoengine.tasks.prelabel.settings import PrelabelSettings
from geoengine.tasks.price import check_scenes, is_far
from tiling.grid.raster_grid import resampled_size

_JOBS_SEEN = 200  # the newest that are done, among which runs of the model are looked for
_RUNS_SEEN = 5


@dataclass(frozen=True)
class PrelabelOutlook:
    """What a pre-labeling would do.

    Attributes:
        partners: The classes that would be proposed.
        scenes: Number of scenes.
        again: Of them, those that the model has been over before.
        megapixels: Pixels that the model would look at, at its own resolution.
        per_second: Megapixels a second of its last runs in the project; None before the first.
        warnings: A sentence for each scene outside the model's resolutions.
        far: Whether one is so far outside that it is refused unless somebody says that it is to be done.
    """

    partners: Partners
    scenes: int
    again: int
    megapixels: float
    per_second: float | None
    warnings: tuple[str, ...]
    far: bool

    @property
    def seconds(self) -> float | None:
        """Seconds that it would take at the speed of the last runs; None where that is not known."""
        return None if self.per_second is None else self.megapixels / self.per_second


def look_ahead(
    store: Store, card: ModelCard, scenes: Sequence[Scene], settings: PrelabelSettings
) -> PrelabelOutlook:
    """Return what a pre-labeling of scenes would do, without doing any of it.

    Raises:
        PrelabelError: The model and the project have no class in common, or none of those asked for.
    """
    partners = find_partners(store, card, settings)
    with store.reading() as view:
        again = sum(view.last_proposals(scene.id, card.name) is not None for scene in scenes)
        per_second = _speed(view, card.name)
    sizes = [resampled_size(scene.grid, card.gsd_m) for scene in scenes]
    return PrelabelOutlook(
        partners,
        len(scenes),
        again,
        sum(size.width * size.height for size in sizes) / 1e6,
        per_second,
        tuple(check_scenes(card, scenes, accepted=True)),
        any(is_far(card, scene.grid.gsd_m) for scene in scenes),
    )


def _speed(view: StoreView, model: str) -> float | None:
    """Return the median speed of the model's last runs, megapixels a second."""
    done = view.jobs(_JOBS_SEEN, [JobState.DONE])
    runs = [job.id for job in done if job.kind == "prelabel" and job.params.get("model") == model]
    progress = [view.job_progress(number) for number in runs[:_RUNS_SEEN]]
    speeds = [each.per_second for each in progress if each.unit == "Mpx" and each.per_second]
    return statistics.median(speeds) if speeds else None
