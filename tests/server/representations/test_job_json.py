"""Jobs as HTTP replies."""

from __future__ import annotations

from geoengine.model import Job, JobItem, JobState
from server.representations.job_json import added_scenes, shown_params


def job(kind: str, **params: object) -> Job:
    return Job(1, kind, params, JobState.DONE, "token", "2026-01-01", "2026-01-01", None)


def item(index: int, result: str | None) -> JobItem:
    return JobItem(1, index, JobState.DONE, {}, result, None)


def test_where_an_addition_reads_from_is_not_told() -> None:
    adding = job("add", **{"folder": "/data/secret", "names": ["a", "b"], "from": "archive/may"})
    assert shown_params(adding) == {"from": "archive/may", "names": 2}
    assert shown_params(job("prelabel", scene="town")) == {"scene": "town"}


def test_scenes_of_an_addition_are_those_that_are_there_still() -> None:
    names = {"a": (3, "A"), "c": (5, "C"), "d": (6, "D")}
    items = [item(0, '{"added": ["a", "b"], "known": ["d"]}'), item(1, None), item(2, '{"added": ["c"]}')]
    assert [(one.id, one.name) for one in added_scenes(items, names, 9)] == [(3, "A"), (5, "C")]
    assert [one.id for one in added_scenes(items, names, 1)] == [3]
