"""Pre-labelling and fine-tuning from the page: what it will do, queued, and shown where one is when it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from geoengine.model import CreateFeature, FeatureState, Job, JobState, Origin, new_uid
from geoengine.store.jobs.leases import worker_name
from geoengine.tasks.finetune.plan import ClassChange, FinetuneReport, report_path
from tests.support.browser import Analyst, Server, add_earlier_town, roof, to_world, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[[], Analyst]
STATUS = "document.querySelector('.work-status').textContent"
OUTLOOK = "document.querySelector('.outlook').innerText"
BUTTON = "document.querySelector('.work-form button[type=submit]')"
ACCEPTED = "fetch('/api/scenes/1').then((reply) => reply.json()).then(({ counts }) => counts.accepted === 1)"
MODEL = "overhead 0.3 (522181ea1acd)"


@pytest.fixture(autouse=True)
def two_scenes(server: Server) -> None:
    add_earlier_town(server.project)


def jobs(server: Server) -> list[Job]:
    with server.project.store() as store, store.reading() as view:
        return view.jobs()


def propose(server: Server, job: Job) -> str:
    """Do what a worker does for a job, without its network; return the uid of the one proposal."""
    uid = new_uid()
    proposal = CreateFeature(
        uid, "building", to_world(roof(2)), FeatureState.PROPOSED, 0.7, Origin.MODEL, MODEL
    )
    with server.project.store() as store:
        store.claim_job(job.id, worker_name())
        with store.reading() as view:
            scene = view.scene_by_key(job.params["scene"])
        store.replace_proposals(
            scene.id, ["building"], [proposal], token=job.token, author=MODEL, job_id=job.id
        )
        store.set_job_state(job.id, JobState.DONE)
    return uid


def test_what_was_never_prelabelled_is_queued_and_cancelled_by_mouse(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    page = ana.page
    page.click(".chip-bare")
    page.click(".to-prelabel")
    page.wait_for_selector(".work-form")
    ana.until(f"{OUTLOOK}.includes('1 scene, 17 megapixels at 0.125 m; how long')")
    ana.until(f"{OUTLOOK}.includes('0.5 m pixels, but overhead was trained for')")
    assert page.is_checked("text=Only these")
    page.select_option("#model", "vhr10")
    ana.until("document.querySelector('#model-facts').innerText.includes('Research use only.')")
    ana.until(f"{OUTLOOK}.includes('No class is proposed: choose one')")
    assert ana.evaluate(f"{BUTTON}.disabled")
    page.select_option("#model", "overhead")
    page.select_option("select[aria-label='vehicle is proposed as']", "tree")
    page.fill("#min-score", "2")
    page.keyboard.press("Tab")
    ana.until(f"{OUTLOOK}.includes('The lowest score is 2, expected a number from 0 to 1.')")
    page.fill("#min-score", "0,4")
    page.keyboard.press("Tab")
    ana.until(f"!{BUTTON}.disabled && {BUTTON}.innerText === 'Pre-label 1 scene'")
    page.click(".work-form button[type=submit]")
    ana.until(f"{STATUS}.startsWith('1 scene queued.')")
    [job] = jobs(server)
    assert (job.params["scene"], job.params["min_score"]) == ("town-before", 0.4)
    assert (job.params["classes"], job.params["map"]) == (["building", "tree"], {"vehicle": "tree"})
    page.click(".work-status a")
    page.wait_for_selector("[data-job='1'] button:has-text('Cancel')")
    page.click("[data-job='1'] button:has-text('Cancel')")
    page.wait_for_selector("[data-job='1'][data-state=cancelled]")


def test_the_open_scene_shows_what_the_model_proposed(analyst: Arrive, server: Server) -> None:
    """By keyboard alone; home, open beside it, counts the new proposal as well."""
    ana, ben = analyst(), analyst()
    ben.page.goto(ben.url)
    ben.page.wait_for_selector(".scene-card")
    ana.open("#scene=2")
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.page.keyboard.type("pre-label this")
    ana.until(
        "document.querySelector('.finder [aria-selected=true]')?.innerText.startsWith('Pre-label this')"
    )
    ana.keys("Enter")
    ana.page.wait_for_selector(".work-form")
    ana.until("document.activeElement.tagName === 'H1'")
    ana.until(f"!{BUTTON}.disabled")
    ana.page.focus("#min-score")
    ana.keys("Enter")
    ana.until(f"{STATUS}.startsWith('1 scene queued.')")
    ana.page.go_back()
    ana.until("window.geoengine.scene === 2 && window.geoengine.idle")
    [job] = jobs(server)
    uid = propose(server, job)
    ana.until("document.body.innerText.includes('overhead has looked at this scene')")
    wait_for(lambda: ana.feature(uid), "the proposal is there")
    ana.keys("q")
    ana.until(f"document.body.dataset.selected === '{uid}'")
    ben.until("document.body.innerText.includes('1 to review')")


def test_too_few_labels_are_said_before_anything_is_queued(analyst: Arrive, server: Server) -> None:
    ana = analyst()
    ana.page.goto(ana.url)
    ana.page.click("nav.managing a[href='#finetune']")
    ana.page.wait_for_selector(".work-form")
    ana.until(f"{OUTLOOK}.includes('no building or tree or airplane or vehicle has been accepted')")
    assert ana.evaluate(f"{BUTTON}.disabled")
    ana.open("#scene=1")
    ana.keys("q")
    ana.until("Boolean(document.body.dataset.selected)")
    ana.keys("a")
    ana.until(ACCEPTED)
    ana.page.goto(f"{ana.url}/#finetune")
    ana.page.wait_for_selector(".label-table")
    ana.until(f"{OUTLOOK}.includes('expected at least 20 and 10: review more')")
    row = "document.querySelector('.label-table tbody tr').innerText"
    ana.until(f"{row}.includes('too few') && {row}.startsWith('building')")
    ana.page.fill("#steps", "none")
    ana.keys("Tab")
    ana.until(f"{OUTLOOK}.includes('Steps are none, expected a whole number')")
    assert jobs(server) == []


def test_models_show_their_cards_and_how_they_did_here(analyst: Arrive, server: Server) -> None:
    """The outcome of a fine-tuning stands with its job."""
    with server.project.store() as store:
        work = {"scenes": ["town"], "model": "overhead"}
        job = store.create_job("finetune", work, "t")
        store.claim_job(job.id, worker_name())
        figures = [{"precision": f1, "recall": f1, "f1": f1} for f1 in (0.5, 0.7)]
        change = ClassChange("building", 0.5, 40, 12, *figures)
        path = report_path(server.project, job)
        path.parent.mkdir(parents=True)
        path.write_text(FinetuneReport("overhead 0.3", "overhead-tuned-1", (change,), ("tree",)).to_json())
        store.set_job_state(job.id, JobState.DONE, "better")
    ana = analyst()
    ana.open("#scene=1")
    ana.keys("q")
    ana.until("Boolean(document.body.dataset.selected)")
    ana.keys("a")
    ana.until(ACCEPTED)
    ana.keys("Control+k")
    ana.page.wait_for_selector("dialog.finder")
    ana.page.keyboard.type("models")
    ana.until("document.querySelector('.finder [aria-selected=true]')?.innerText.startsWith('Models')")
    ana.keys("Enter")
    ana.page.wait_for_selector("[data-model=vhr10] .model-badge:has-text('Research use only.')")
    figure = "document.querySelector('[data-model=overhead]').innerText"
    ana.until(f"{figure}.includes('303 on 94 images')")
    ana.until(f"{figure}.includes('It has proposed nothing here')")
    # The town's proposals are those of a model that is not here.
    row = "document.querySelector('.models-page section.model-card tbody tr').innerText"
    ana.until(f"{row}.replace(/\\s+/g, ' ') === 'building, by m 1 0 0 7 1.00 (0.21 to 1.00)'")
    ana.page.click(".to-jobs")
    outcome = "document.querySelector('.job-outcome')?.innerText"
    ana.until(f"{outcome}?.startsWith('F1 0.500 before, 0.700 after: overhead-tuned-1 is published')")


def test_one_request_over_many_scenes_is_one_row(analyst: Arrive, server: Server) -> None:
    """It opens to its scenes, by keyboard; and the file of an export is removed by its button."""
    params = {f"many-{key}": {"scene": key, "model": "overhead"} for key in ("town", "town-before")}
    with server.project.store() as store:
        first, _ = store.create_jobs("prelabel", params)
        export = store.create_job("export", {"scenes": ["town"]}, "b")
        store.claim_job(export.id, worker_name())
        store.set_job_state(export.id, JobState.DONE, "8 features")
    server.project.exports_dir.mkdir(exist_ok=True)
    path = server.project.export_path(export)
    path.write_text("{}")
    ana = analyst()
    ana.page.goto(f"{ana.url}/#jobs")
    page = ana.page
    page.wait_for_selector("[data-request=many]")
    hint = "document.querySelector('.jobs-hint').innerText"
    ana.until(f"{hint} === 'Jobs wait, and this server runs no worker: geoengine worker -p DIR runs them.'")
    assert page.locator("[data-job]").count() == 1
    page.focus("[data-request=many] .unfold")
    ana.keys("Enter")
    page.wait_for_selector(f"[data-job='{first.id}']")
    page.click("[data-request=many] button:has-text('Cancel')")
    ana.until("document.querySelectorAll('[data-job][data-state=cancelled]').length === 2")
    page.click(f"[data-job='{first.id}'] a[href='#scene=1']")
    ana.until("window.geoengine?.scene === 1 && window.geoengine.idle")
    page.goto(f"{ana.url}/#export")
    page.click(f"[data-remove='{export.id}']")
    ana.until("document.querySelector('.export-status').innerText.startsWith('export-3.geojson is removed')")
    ana.until("!document.querySelector('[data-remove]')")
    assert not path.exists()
