"""Last step of a scene's pre-labeling: from the blocks' result files to one changeset and the label file."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterable, Iterator

import numpy as np

from detectors.detections import Detections
from detectors.inference.scene import merge_scene
from detectors.merging.merge_blocks import outline_bounds
from detectors.model_package.card import ModelCard
from geoengine.model import CreateFeature, JobState, ProposalsResult
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.convert import detections_to_features
from geoengine.tasks.labels.write_labels import write_labels
from geoengine.tasks.prelabel.plan import ScenePlan
from tiling.arrays import Floats


def commit_proposals(
    project: Project, store: Store, plan: ScenePlan, card: ModelCard, done: Iterable[int], errors: list[str]
) -> ProposalsResult | None:
    """Merge across blocks, commit one changeset and write the label file, with a few blocks in memory.

    What is written depends on which blocks are done, not on the order in which they were, and carries the time of
    the job: a run that was killed and started again ends with the same bytes.

    Args:
        project: The project.
        store: Its open store.
        plan: The scene's blocks and job.
        card: Of the model.
        done: The blocks whose result files are there.
        errors: Gets a sentence for each result file that cannot be read; the file is removed, and its block is
            for the next run to do.

    Returns:
        What came of the changeset; None where there is no result, and nothing was changed.

    Raises:
        StoreError, OSError: The database or the labels file cannot be written.
    """
    extents = _extents(store, plan, sorted(done), errors)
    if not extents:
        return None
    token = plan.token(len(extents))
    outcome = store.replace_proposals(
        plan.scene.id,
        plan.partners.proposed,
        _proposals(plan, card, extents, uuid.uuid5(uuid.NAMESPACE_OID, token)),
        token=token,
        author=card.reference,
        comment=f"prelabel job {plan.job.id}",
        time=plan.job.created_at,
        job_id=plan.job.id,
    )
    write_labels(project, store, plan.scene)
    return outcome


def _extents(store: Store, plan: ScenePlan, done: list[int], errors: list[str]) -> dict[int, Floats]:
    """Return the bounds of what each block found, of those whose result file is intact."""
    extents = {}
    for index in done:
        path = plan.result(index)
        try:
            extents[index] = outline_bounds(Detections.read(path))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            path.unlink(missing_ok=True)
            sentence = f"block {index} of {plan.scene.key}: result file {path.name} is damaged ({error})"
            errors.append(sentence)
            store.set_item(plan.job.id, index, JobState.FAILED, error=sentence)
    return extents


def _proposals(
    plan: ScenePlan, card: ModelCard, extents: dict[int, Floats], namespace: uuid.UUID
) -> Iterator[CreateFeature]:
    """Yield the scene's proposals, merged across blocks; a scene may have millions."""
    grid, blocks = plan.scene.grid, list(extents)
    ours = dict(plan.partners.pairs)
    wanted = [card.class_keys.index(key) + 1 for key in ours]
    count = 0
    bounds = np.array(list(extents.values()))
    for found in merge_scene(
        bounds, lambda number: Detections.read(plan.result(blocks[number])), plan.size, grid
    ):
        found = found.take(np.isin(found.labels, wanted))
        yield from detections_to_features(found, grid, card, namespace, count, ours)
        count += len(found)
