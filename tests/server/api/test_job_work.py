"""Work that is asked for: what a worker takes from its parameters is what was checked."""

from __future__ import annotations

import pytest
from flask import Flask

from geoengine.errors import InvalidValueError
from geoengine.model import Scene
from geoengine.tasks.finetune.plan import FinetuneSettings
from geoengine.tasks.prelabel.settings import PrelabelSettings
from server.api.job_work import find_model, finetune_settings, prelabel_settings, to_params
from server.schemas.jobs import FinetuneWork, PrelabelWork


@pytest.mark.parametrize(
    "more", [{}, {"min_score": 0.4}, {"classes": ["tree"]}, {"map": {"vehicle": "tree"}, "classes": ["tree"]}]
)
def test_a_worker_prelabels_with_the_settings_that_were_checked(
    scene: Scene, more: dict[str, object]
) -> None:
    work = PrelabelWork.model_validate({"kind": "prelabel", "model": "overhead", **more})
    [params] = to_params("token-1", work, [scene]).values()
    assert PrelabelSettings.of_job(params, "cpu") == prelabel_settings(work)


def test_a_worker_fine_tunes_with_the_settings_that_were_checked(scene: Scene) -> None:
    work = FinetuneWork(kind="finetune", model="overhead", classes=["tree"], steps=7, seed=3)
    [params] = to_params("token-1", work, [scene]).values()
    assert FinetuneSettings.of(params) == finetune_settings(work, [scene])


def test_a_model_that_is_not_there_is_refused_with_those_that_are(app: Flask) -> None:
    with app.app_context(), pytest.raises(InvalidValueError, match="known: overhead, vhr10"):
        find_model("nobody")
