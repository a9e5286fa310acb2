"""The schemas say the same as the core's model."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from geoengine.model import DeleteFeature, FeatureState, JobState, Origin
from server.schemas.base import State
from server.schemas.changesets import MAX_EDITS, UID_PATTERN, ChangesetBody, DeleteEdit
from server.schemas.features import FeatureProperties
from server.schemas.jobs import JobReply, JobsQuery
from server.schemas.queries import DEFAULT_FEATURES, MAX_FEATURES


def test_states_and_origins() -> None:
    assert set(get_args(State)) == {state.value for state in FeatureState}
    assert set(get_args(FeatureProperties.model_fields["origin"].annotation)) == {
        origin.value for origin in Origin
    }
    assert set(get_args(JobReply.model_fields["state"].annotation)) == {state.value for state in JobState}
    for state in JobState:
        assert JobsQuery.model_validate({"state": state.value}).state == [state.value]


@given(st.text(max_size=70) | st.text("abcXYZ019-", min_size=6, max_size=66))
@example("abcdefgh\n")
@example("a" * 64)
@example("a" * 65)
@example("abcdefg")
def test_uids_agree_with_the_core(uid: str) -> None:
    try:
        DeleteEdit.model_validate({"op": "delete", "uid": uid, "base_revision": 1})
        fits = True
    except ValidationError:
        fits = False
    assert fits == bool(re.fullmatch(UID_PATTERN.strip("^$"), uid))
    if fits:
        DeleteFeature(uid, 1)


def test_number_of_edits_is_limited() -> None:
    edits = [
        {"op": "delete", "uid": f"uid-{number:08d}", "base_revision": 1} for number in range(MAX_EDITS + 1)
    ]
    ChangesetBody.model_validate({"token": "token-0001", "edits": edits[:-1]})
    with pytest.raises(ValidationError, match="5000"):
        ChangesetBody.model_validate({"token": "token-0001", "edits": edits})


def test_limits_fit_together() -> None:
    assert 1 <= DEFAULT_FEATURES <= MAX_FEATURES
