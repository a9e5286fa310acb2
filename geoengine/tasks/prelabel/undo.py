"""Take back a model's last run over scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoengine.errors import NotFoundError
from geoengine.model import Scene, UndoResult
from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.write_labels import write_labels


@dataclass(frozen=True)
class SceneUndo:
    """Outcome on one scene; `result` is None where the model has no run there that can be taken back."""

    scene_key: str
    result: UndoResult | None


def undo_prelabel(
    project: Project, store: Store, scenes: Sequence[Scene], model: str, author: str
) -> list[SceneUndo]:
    """Take back the last run of the model on each scene, and write the label files; see `Store.undo_proposals`."""
    outcomes = []
    for scene in scenes:
        try:
            result = store.undo_proposals(scene.id, model, author=author)
        except NotFoundError:
            outcomes.append(SceneUndo(scene.key, None))
            continue
        write_labels(project, store, scene)
        outcomes.append(SceneUndo(scene.key, result))
    return outcomes
