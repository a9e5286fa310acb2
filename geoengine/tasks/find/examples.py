"""Examples of a search, and what was rejected before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geoengine.errors import NotFoundError
from geoengine.model import Feature, FeatureFilter, FeatureState, Origin, Scene
from geoengine.store import Store
from geoengine.store.features.proposals import model_name
from geoengine.store.view import StoreView
from geoengine.tasks.find.settings import FindError, FindSettings
from tiling.arrays import Floats, Mask


@dataclass(frozen=True)
class SceneExamples:
    """What is known of a class on one scene, as boxes (N, 4) in the scene's pixels.

    Attributes:
        scene: The scene.
        boxes: Examples.
        decided: (N,) which of them an earlier search proposed and a person accepted.
        rejected: Rejected proposals of the class.
    """

    scene: Scene
    boxes: Floats
    decided: Mask
    rejected: Floats


def find_examples(store: Store, settings: FindSettings) -> list[SceneExamples]:
    """Return the scenes with examples or rejected proposals of the class, those with examples first.

    With `settings.like`, the examples are those objects, and what earlier searches proposed and a person accepted.

    Raises:
        FindError: An object of `like` cannot be an example, or there is no example, or the class is of lines or
            points.
        NotFoundError: The project has no object of a uid.
    """
    with store.reading() as view:
        kind = next((one.geometry for one in view.classes() if one.key == settings.class_key), None)
        if kind is not None and not kind.has_area:
            raise FindError(
                f"class {settings.class_key!r} is of {kind.plural}, expected one of polygons or boxes: a search "
                "proposes boxes"
            )
        liked = [_liked(view, uid, settings) for uid in dict.fromkeys(settings.like)]
        known = [_of_scene(view, scene, liked, settings) for scene in view.scenes()]
    if not any(len(each.boxes) for each in known):
        raise FindError(
            f"class {settings.class_key!r} has no accepted object, expected one or more to search by: draw some, "
            "or name others by --like"
        )
    known = [each for each in known if len(each.boxes) or len(each.rejected)]
    return sorted(known, key=lambda each: -len(each.boxes))


def _liked(view: StoreView, uid: str, settings: FindSettings) -> Feature:
    try:
        feature = view.feature(uid)
    except NotFoundError:
        raise NotFoundError(f"--like names {uid!r}, expected the uid of an object of this project") from None
    if feature.class_key != settings.class_key:
        raise FindError(
            f"--like names {uid!r}, which is of class {feature.class_key!r}, expected {settings.class_key!r}"
        )
    if feature.deleted or feature.state == FeatureState.REJECTED:
        gone = "deleted" if feature.deleted else "rejected"
        raise FindError(f"--like names {uid!r}, which was {gone}, expected an object that is there")
    return feature


def _of_scene(view: StoreView, scene: Scene, liked: list[Feature], settings: FindSettings) -> SceneExamples:
    keep = FeatureFilter(classes=[settings.class_key], states=[FeatureState.ACCEPTED, FeatureState.REJECTED])
    features = view.features(scene.id, keep=keep).features
    accepted = {each.uid: each for each in features if each.state == FeatureState.ACCEPTED}
    found = {uid for uid, each in accepted.items() if _is_found(each, settings)}
    if liked:
        accepted = {uid: each for uid, each in accepted.items() if uid in found}
        accepted |= {each.uid: each for each in liked if each.scene_id == scene.id}
    rejected = [each for each in features if each.state == FeatureState.REJECTED]
    return SceneExamples(
        scene,
        _boxes(scene, list(accepted.values())),
        np.array([uid in found for uid in accepted], np.bool_),
        _boxes(scene, rejected),
    )


def _is_found(feature: Feature, settings: FindSettings) -> bool:
    return (
        feature.origin == Origin.MODEL
        and feature.model is not None
        and model_name(feature.model) == settings.model
    )


def _boxes(scene: Scene, features: list[Feature]) -> Floats:
    if not features:
        return np.empty((0, 4))
    polygons = np.array([each.geometry for each in features], object)
    return np.asarray(shapely.bounds(scene.grid.world_polygons_to_pixel(polygons)), np.float64)
