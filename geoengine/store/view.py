"""View of the project's database at one moment."""

from __future__ import annotations

from geoengine.store.bookmarks import BookmarkReader
from geoengine.store.classes import ClassReader
from geoengine.store.completions import CompletionReader
from geoengine.store.features.activity import ActivityReader
from geoengine.store.features.changesets import ChangesetReader
from geoengine.store.features.history import HistoryReader
from geoengine.store.features.model_results import ModelResultReader
from geoengine.store.features.overview import OverviewReader
from geoengine.store.features.proposals import ProposalReader
from geoengine.store.features.queries import FeatureReader
from geoengine.store.features.repair import DamageReader
from geoengine.store.features.steps import StepReader
from geoengine.store.identity import IdentityReader
from geoengine.store.jobs.progress import ProgressReader
from geoengine.store.jobs.requests import RequestReader
from geoengine.store.jobs.rows import JobReader
from geoengine.store.jobs.superseding import SupersedingReader
from geoengine.store.known_files import KnownFileReader
from geoengine.store.pins import PinReader
from geoengine.store.scenes import SceneReader
from geoengine.store.seen_ground import SeenGroundReader


class StoreView(
    IdentityReader,
    SceneReader,
    KnownFileReader,
    BookmarkReader,
    ClassReader,
    FeatureReader,
    OverviewReader,
    HistoryReader,
    ChangesetReader,
    ActivityReader,
    StepReader,
    ProposalReader,
    ModelResultReader,
    JobReader,
    ProgressReader,
    RequestReader,
    SupersedingReader,
    DamageReader,
    SeenGroundReader,
    CompletionReader,
    PinReader,
):
    """All reads of a project's database, in one transaction: `Store.reading` opens it.

    A view belongs to one thread, and is of no use after its `with` block, nor are the features that its snapshots
    stream.
    """
