"""Schemas of query strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from geoengine.errors import InvalidValueError
from geoengine.model import AttributeCondition, FeatureFilter, FeatureState, LabelClass, moment_of
from geoengine.model.class_attribute import MAX_TEXT
from geoengine.model.class_tree import with_descendants
from geoengine.model.filter import stated_confidence
from server.schemas.base import Box, CommaList, Moment, Order, Query, State
from server.schemas.changesets import MAX_EDITS

StatedConfidence = Literal["possible", "probable", "confirmed", "none"]
MAX_FEATURES = 100_000
DEFAULT_FEATURES = 20_000
MAX_BINS = 1000


def _until(value: object) -> object:
    return moment_of(value, day_ends=True) if isinstance(value, str) else value


class FilterQuery(Query):
    """Filter of features."""

    REPEATED: ClassVar[frozenset[str]] = frozenset({"model", "author"})

    class_keys: Annotated[list[str] | None, CommaList] = Field(
        None,
        validation_alias="class",
        description="Class keys, comma-separated; classes below them pass as well.",
    )
    class_exact: bool = Field(False, description="Only the classes named, without those below them.")
    state: Annotated[list[State] | None, CommaList] = Field(None, description="States, comma-separated.")
    min_score: float | None = Field(
        None, ge=0, le=1, description="Leave out features with a lower score. Features without a score stay."
    )
    max_score: float | None = Field(
        None, ge=0, le=1, description="Leave out features with a higher score. Features without a score stay."
    )
    model: list[str] | None = Field(None, description="Models that proposed the feature; may be repeated.")
    author: list[str] | None = Field(None, description="Who changed the feature last; may be repeated.")
    since: Moment | None = Field(
        None,
        description="Last changed then or later: a date or a time in ISO 8601, UTC where it doesn't say.",
    )
    until: Annotated[str | None, BeforeValidator(_until)] = Field(
        None, description="Last changed on that date or earlier, or before that time."
    )

    scored: bool = Field(False, description="Leave out features without a score.")
    unsure: bool | None = Field(None, description="Only features marked as unsure, or only the others.")
    noted: bool | None = Field(None, description="Only features with a note, or only those without.")
    incomplete: bool | None = Field(
        None,
        description="Only features that lack an attribute which their class requires, or only the others.",
    )
    confidence: Annotated[list[StatedConfidence] | None, CommaList] = Field(
        None, description="Confidences, comma-separated; `none` for features without one."
    )
    attribute: str | None = Field(
        None,
        max_length=64,
        description="Only features with this attribute, or with the value that one of the following asks for.",
    )
    attribute_missing: bool = Field(False, description="Only features that lack the attribute.")
    attribute_is: str | None = Field(None, max_length=MAX_TEXT, description="Exactly this text or code.")
    attribute_yes: bool | None = Field(None, description="Exactly this truth.")
    attribute_has: str | None = Field(None, max_length=MAX_TEXT, description="A text with this in it.")
    attribute_min: float | None = Field(None, description="A number from here on.")
    attribute_max: float | None = Field(None, description="A number up to here.")

    @field_validator("max_score")
    @classmethod
    def _above_min(cls, max_score: float | None, info: ValidationInfo) -> float | None:
        min_score = info.data.get("min_score")
        if max_score is not None and min_score is not None and max_score < min_score:
            raise ValueError(f"got {max_score}, expected min_score ({min_score}) or more")
        return max_score

    def _condition(self) -> AttributeCondition | None:
        asked = {name for name in self.model_fields_set if name.startswith("attribute_")}
        if self.attribute is None and asked:
            raise InvalidValueError(f"{min(asked)} was given without attribute, expected both", "attribute")
        return (
            None
            if self.attribute is None
            else AttributeCondition(
                self.attribute,
                missing=self.attribute_missing,
                equals=self.attribute_is if self.attribute_yes is None else self.attribute_yes,
                contains=self.attribute_has,
                minimum=self.attribute_min,
                maximum=self.attribute_max,
            )
        )

    def keep(self, label_classes: Sequence[LabelClass]) -> FeatureFilter:
        """Return the filter as the store takes it, which knows nothing of the tree of the project's classes."""
        is_exact = self.class_exact or self.class_keys is None
        return FeatureFilter(
            states=None if self.state is None else [FeatureState(state) for state in self.state],
            classes=self.class_keys if is_exact else with_descendants(self.class_keys or (), label_classes),
            min_score=self.min_score,
            max_score=self.max_score,
            models=self.model,
            authors=self.author,
            since=self.since,
            until=self.until,
            scored=self.scored,
            unsure=self.unsure,
            noted=self.noted,
            incomplete=self.incomplete,
            attribute=self._condition(),
            confidences=None
            if self.confidence is None
            else [stated_confidence(each) for each in self.confidence],
        )


class AreaQuery(FilterQuery):
    """Filter of features in a part of the scene."""

    bbox: Annotated[Box | None, CommaList] = Field(
        None, description="minx,miny,maxx,maxy in the scene's CRS; features whose box touches it are meant."
    )

    @field_validator("bbox")
    @classmethod
    def _ordered(cls, bbox: Box | None) -> Box | None:
        if bbox is not None and not (bbox[0] <= bbox[2] and bbox[1] <= bbox[3]):
            raise ValueError(
                f"got {list(bbox)}, expected minx,miny,maxx,maxy with minx <= maxx and miny <= maxy"
            )
        return bbox


class FeaturesQuery(AreaQuery):
    """Filter and number of the features to send."""

    limit: int = Field(DEFAULT_FEATURES, ge=1, le=MAX_FEATURES, description="Send at most so many.")


class QueueQuery(FilterQuery):
    """Filter of the proposals to review, and their order."""

    order: Order = Field(
        "surest",
        description="`surest` and `least-sure`: by score; `nearest`: strip by strip, from left to right and back; "
        "`size`: the largest bounding box first; `class`: class by class, the surest of each first; `overlaps`: only "
        "pairs of one class that overlap (IoU over 0.5, or four fifths of one in the other), most of all first.",
    )


class UidsQuery(AreaQuery):
    """Filter and number of the uids to send."""

    limit: int = Field(
        MAX_EDITS, ge=0, le=MAX_EDITS, description="Send at most so many: those of one changeset."
    )


class DensityQuery(AreaQuery):
    """Filter of the features to count, and the size of the cells."""

    cell: float = Field(gt=0, description="Side of a cell in units of the scene's CRS.")


class ScoresQuery(AreaQuery):
    """Filter of the scores to count, and the number of bins."""

    bins: int = Field(50, ge=1, le=MAX_BINS, description="Bins between 0 and 1, all of one width.")


class VersionQuery(Query):
    """Version of the requested image; with it a reply may be cached for ever."""

    v: str | None = Field(None, max_length=100, description="Version from the scene's `tiles.url`.")
