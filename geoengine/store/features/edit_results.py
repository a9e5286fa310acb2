"""Revisions that edits make of features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from geoengine.model import (
    Confidence,
    CreateFeature,
    DeleteFeature,
    Edit,
    Feature,
    FeatureState,
    Origin,
    RestoreFeature,
    UpdateFeature,
)
from geoengine.model.checks import check_attribute_limits


def created(edit: CreateFeature, scene_id: int, author: str, time: str) -> Feature:
    """Return the first revision of a feature."""
    return Feature(
        uid=edit.uid,
        scene_id=scene_id,
        class_key=edit.class_key,
        geometry=edit.geometry,
        state=edit.state if type(edit.state) is FeatureState else FeatureState(edit.state),
        score=None if edit.score is None else float(edit.score),
        revision=1,
        origin=edit.origin if type(edit.origin) is Origin else Origin(edit.origin),
        model=edit.model,
        author=author,
        time=time,
        attributes=edit.attributes,
        unsure=edit.unsure,
        note=edit.note,
        confidence=Confidence(edit.confidence),
    )


def changed(
    edit: UpdateFeature | DeleteFeature | RestoreFeature, current: Feature, author: str, time: str
) -> Feature:
    """Return the next revision of a feature."""
    after = replace(
        current,
        revision=current.revision + 1,
        author=author,
        time=time,
        deleted=isinstance(edit, DeleteFeature),
    )
    if isinstance(edit, DeleteFeature):
        return after
    return replace(
        after,
        class_key=current.class_key if edit.class_key is None else edit.class_key,
        geometry=current.geometry if edit.geometry is None else edit.geometry,
        state=current.state if edit.state is None else FeatureState(edit.state),
        attributes=_attributes(edit, current),
        unsure=current.unsure if edit.unsure is None else edit.unsure,
        note=current.note if edit.note is None else edit.note,
        confidence=current.confidence if edit.confidence is None else Confidence(edit.confidence),
    )


def _attributes(edit: UpdateFeature | RestoreFeature, current: Feature) -> Mapping[str, Any]:
    if edit.attributes is not None:
        return edit.attributes
    if not edit.set_attributes:
        return current.attributes
    merged = {
        name: value
        for name, value in {**current.attributes, **edit.set_attributes}.items()
        if value is not None
    }
    check_attribute_limits(merged)
    return merged


def by_machine(edit: Edit) -> bool:
    """Return True if the revision is an undecided proposal, of a model or from a file."""
    return (
        isinstance(edit, CreateFeature)
        and edit.origin != Origin.HUMAN
        and edit.state == FeatureState.PROPOSED
    )
