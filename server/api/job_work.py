"""Work that is asked for, checked before it is recorded, and the parameters of its jobs."""

from __future__ import annotations

from typing import Any

from detectors.errors import PackageError, UnknownModelError
from detectors.model_package.card import ModelPackage
from detectors.model_package.registry import Registry
from geoengine.errors import InvalidValueError, UnknownClassError
from geoengine.model import Scene
from geoengine.store.view import StoreView
from geoengine.tasks.finetune.plan import FinetuneSettings
from geoengine.tasks.finetune.survey import survey_labels
from geoengine.tasks.prelabel.partners import find_partners
from geoengine.tasks.prelabel.settings import PrelabelSettings
from geoengine.tasks.price import check_scenes
from server.schemas.jobs import ExportWork, FinetuneWork, PrelabelWork
from server.state import current_state

Work = PrelabelWork | ExportWork | FinetuneWork


def chosen_scenes(view: StoreView, ids: list[int] | None) -> list[Scene]:
    """Return the scenes of these ids, each once; all scenes for None."""
    if ids is None:
        return view.scenes()
    return [view.scene(scene_id) for scene_id in dict.fromkeys(ids)]


def find_model(name: str) -> ModelPackage:
    """Return a model package of the project, or a shipped one.

    Raises:
        InvalidValueError: There is none of that name whose card can be read.
    """
    folder = current_state().project.models_dir
    try:
        return Registry(folder).get(name)
    except (UnknownModelError, PackageError) as error:
        # Where the server keeps its files is not for every browser.
        raise InvalidValueError(str(error).replace(f"{folder}/", "models/"), "work.model") from error


def check_classes(view: StoreView, keys: list[str] | None) -> None:
    """Check that the project has these classes.

    Raises:
        UnknownClassError: It lacks one.
    """
    known = {label_class.key for label_class in view.classes()}
    for key in keys or ():
        if key not in known:
            raise UnknownClassError(f"the project has no class {key!r}", key, "work.classes")


def prelabel_settings(work: PrelabelWork) -> PrelabelSettings:
    """Return the settings that a worker will take from the parameters of `to_params`."""
    renamed = tuple((work.map or {}).items())
    return PrelabelSettings(work.min_score, classes=tuple(work.classes or ()), renamed=renamed)


def finetune_settings(work: FinetuneWork, scenes: list[Scene]) -> FinetuneSettings:
    """Return the settings that a worker will take from the parameters of `to_params`."""
    classes = None if work.classes is None else tuple(work.classes)
    keys = tuple(scene.key for scene in scenes)
    return FinetuneSettings(work.model, keys, classes, work.steps, work.seed)


def check_work(work: Work, scenes: list[Scene]) -> None:
    """Check what a worker would refuse, so that it is refused before anybody waits for it.

    Raises:
        InvalidValueError: There is no such model, or a scene is too far outside its resolutions.
        PrelabelError: The model and the project have no class in common.
        FinetuneError: There are too few labels to learn from.
    """
    if isinstance(work, ExportWork):
        return
    package, store = find_model(work.model), current_state().store
    if isinstance(work, PrelabelWork):
        find_partners(store, package.card, prelabel_settings(work))
        check_scenes(package.card, scenes, accepted=work.accepted)
    else:
        survey_labels(store, finetune_settings(work, scenes), package).check_enough()


def to_params(token: str, work: Work, scenes: list[Scene]) -> dict[str, dict[str, Any]]:
    """Return the parameters of each job by its token, as `geoengine.tasks.worker` plans from them."""
    if isinstance(work, PrelabelWork):
        settings = work.model_dump(include={"model", "min_score"})
        # Absent ones mean all, as where no page ever asked.
        settings |= work.model_dump(include={"classes", "map"}, exclude_none=True)
        return {f"{token}-{scene.key}": {"scene": scene.key, **settings} for scene in scenes}
    keys = [scene.key for scene in scenes]
    if isinstance(work, FinetuneWork):
        settings = work.model_dump(include={"model", "classes", "steps", "seed"})
        return {token: {"scenes": keys, **settings}}
    wanted = work.model_dump(include={"states", "classes", "min_score", "format", "complete"})
    return {token: {"scenes": keys, **wanted}}
