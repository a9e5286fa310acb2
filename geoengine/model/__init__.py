"""Model of labels: frozen values, checked once, at construction. No I/O here."""

from __future__ import annotations

from geoengine.model.attribute_condition import AttributeCondition
from geoengine.model.bookmark import Bookmark
from geoengine.model.changeset import (
    BulkDecisionResult,
    Changeset,
    ChangesetResult,
    Conflict,
    ProposalsResult,
    Reclassified,
    Revision,
    UndoResult,
)
from geoengine.model.class_attribute import AttributeKind, Choice, ClassAttribute
from geoengine.model.completion import Completion
from geoengine.model.edit import CreateFeature, DeleteFeature, Edit, RestoreFeature, UpdateFeature
from geoengine.model.feature import (
    DISTINCT_FROM,
    Bounds,
    Confidence,
    Feature,
    FeatureColumns,
    FeatureCount,
    FeaturePage,
    FeatureState,
    Origin,
    QueueItem,
    QueueOrder,
    new_uid,
)
from geoengine.model.filter import EVERYTHING, FeatureFilter
from geoengine.model.geometry_kind import GeometryKind
from geoengine.model.ground_cells import GroundCells
from geoengine.model.job import UNFINISHED, Job, JobItem, JobProgress, JobState
from geoengine.model.label_class import BirthShape, LabelClass, default_color
from geoengine.model.overview import DensityCell, Facets, ScoreHistogram
from geoengine.model.pairs import ScenePair, find_pairs, pairs_of, scenes_over
from geoengine.model.pin import Pin, PinEdit, PinState
from geoengine.model.scene import Scene, slugify
from geoengine.model.snapshot import Snapshot
from geoengine.model.step import Did, PastStep
from geoengine.model.timestamp import date_of, moment_of, utc_now

__all__ = [
    "DISTINCT_FROM",
    "EVERYTHING",
    "UNFINISHED",
    "AttributeCondition",
    "AttributeKind",
    "BirthShape",
    "Bookmark",
    "Bounds",
    "BulkDecisionResult",
    "Changeset",
    "ChangesetResult",
    "Choice",
    "ClassAttribute",
    "Completion",
    "Confidence",
    "Conflict",
    "CreateFeature",
    "DeleteFeature",
    "DensityCell",
    "Did",
    "Edit",
    "Facets",
    "Feature",
    "FeatureColumns",
    "FeatureCount",
    "FeatureFilter",
    "FeaturePage",
    "FeatureState",
    "GeometryKind",
    "GroundCells",
    "Job",
    "JobItem",
    "JobProgress",
    "JobState",
    "LabelClass",
    "Origin",
    "PastStep",
    "Pin",
    "PinEdit",
    "PinState",
    "ProposalsResult",
    "QueueItem",
    "QueueOrder",
    "Reclassified",
    "RestoreFeature",
    "Revision",
    "Scene",
    "ScenePair",
    "ScoreHistogram",
    "Snapshot",
    "UndoResult",
    "UpdateFeature",
    "date_of",
    "default_color",
    "find_pairs",
    "moment_of",
    "new_uid",
    "pairs_of",
    "scenes_over",
    "slugify",
    "utc_now",
]
