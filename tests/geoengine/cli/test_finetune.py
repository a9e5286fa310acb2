"""finetune: the table, and why there may be none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from detectors.model_package.registry import Registry
from geoengine.model import Job, JobState
from geoengine.project import Project
from geoengine.tasks.finetune.plan import KIND, ClassChange, FinetuneReport, FinetuneSettings, job_token
from tests.support.samples import Run, Town
from tests.support.views import read

BEFORE = {"precision": 0.5, "recall": 0.25, "f1": 0.333}
AFTER = {"precision": 0.75, "recall": 0.5, "f1": 0.6}
REPORT = FinetuneReport(
    "overhead 0.2 (abc)", "overhead-tuned-1", (ClassChange("building", 0.5, 80, 24, BEFORE, AFTER),)
)


@pytest.fixture
def done(labelled: Town) -> Town:
    """The same with a fine-tuning of its labels that is done."""
    project = Project.open(labelled.directory)
    settings = FinetuneSettings("overhead", ("town",))
    card = Registry().get("overhead").card
    with project.store() as store:
        token = job_token(store, settings, card)
        job = store.create_job(KIND, settings.to_params(), token, [{"compare": True}])
        path = project.jobs_dir / "report.json"
        path.write_text(REPORT.to_json())
        store.set_item(job.id, 0, JobState.DONE, result=project.uri_for(path))
        store.set_job_state(job.id, JobState.DONE, REPORT.sentence)
    return labelled


def test_before_and_after_are_compared(done: Town, run: Run) -> None:
    result = run("finetune", "-p", done.directory)
    assert result.exit_code == 0, result.output
    assert result.stderr == "job 1 has done this before, with the same labels\n"
    assert result.stdout.splitlines() == [
        "class     IoU  learnt  held out          precision  recall     F1",
        "building  0.5      80        24  before      0.500   0.250  0.333",
        "building  0.5      80        24  after       0.750   0.500  0.600",
        "overhead-tuned-1 is better than overhead 0.2 (abc): F1 0.600 after and 0.333 before, on the same 24 held-out "
        "labels.",
        "geoengine prelabel --model overhead-tuned-1 proposes with it.",
    ]
    document = json.loads(run("finetune", "-p", done.directory, "--json").stdout)
    assert (document["model"], document["f1_before"], document["f1_after"]) == (
        "overhead-tuned-1",
        0.333,
        0.6,
    )
    assert document["changes"][0]["after"] == AFTER


def test_labels_that_are_too_few_are_one_sentence(labelled: Town, run: Run) -> None:
    result = run("finetune", "-p", labelled.directory, "--steps", 4)
    assert result.exit_code == 2
    assert result.stdout == ""
    [sentence] = result.stderr.splitlines()
    assert sentence.startswith("building has 3 accepted objects, of which ")
    assert sentence.endswith("expected at least 20 and 10: review more")
    result = run("finetune", "-p", labelled.directory, "--classes", "boat")
    assert (result.exit_code, result.stderr) == (
        2,
        "class is 'boat', expected one that overhead finds (building, tree, airplane, vehicle) or a new one of the "
        "project's (there is none)\n",
    )
    states = [job.state for job in _jobs(labelled.directory)]
    assert states == [JobState.FAILED, JobState.FAILED]


def test_a_project_without_scenes(tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "p").exit_code == 0
    result = run("finetune", "-p", tmp_path / "p")
    assert result.exit_code == 2
    assert "the project has no scenes yet" in result.stderr


def _jobs(directory: Path) -> list[Job]:
    with Project.open(directory).store() as store:
        return read(store).jobs()
