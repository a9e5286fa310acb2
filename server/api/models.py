"""Routes of model packages: their cards, and what work with one of them would do."""

from __future__ import annotations

from flask import Blueprint, Response

from detectors.model_package.card import ModelCard, ModelPackage
from detectors.model_package.figures import Figure, Share, figures_of, wilson
from detectors.model_package.registry import SHIPPED, Registry, shadows_shipped
from geoengine.errors import UnknownClassError
from geoengine.model import Scene
from geoengine.store.features.proposals import model_name
from geoengine.tasks.finetune.plan import FinetuneError
from geoengine.tasks.finetune.survey import NEEDED, Survey, expected_seconds, survey_labels
from geoengine.tasks.prelabel.outlook import look_ahead
from geoengine.tasks.prelabel.partners import PrelabelError, find_partners
from geoengine.tasks.prelabel.settings import PrelabelSettings
from server.api.job_work import check_classes, chosen_scenes, find_model, finetune_settings, prelabel_settings
from server.http.documentation import documented
from server.http.wire import json_reply, read_body
from server.schemas.jobs import FinetuneWork, PrelabelWork
from server.schemas.models import (
    ClassLabelsReply,
    FigureReply,
    ModelClassReply,
    ModelReply,
    ModelResultReply,
    ModelResultsReply,
    ModelsReply,
    OutlookBody,
    OutlookReply,
    ShareReply,
)
from server.state import current_state

models = Blueprint("models", __name__, url_prefix="/api/models")

MOST_WARNINGS = 5


@models.get("")
@documented("models", response=ModelsReply)
def get_models() -> Response:
    """List the model packages with their cards."""
    folder = current_state().project.models_dir
    packages, broken = Registry(folder).survey()
    return json_reply(
        ModelsReply(
            models=[model_reply(package) for package in packages],
            # Where the server keeps its files is not for every browser.
            broken=[str(one).replace(f"{folder}/", "models/") for one in broken],
        )
    )


@models.get("/here")
@documented("models", response=ModelResultsReply)
def get_here() -> Response:
    """Return what people made of each model's proposals, by class."""
    with current_state().store.reading() as view:
        found = view.model_results()
    return json_reply(
        ModelResultsReply(
            results=[
                ModelResultReply(
                    model=model_name(one.model),
                    reference=one.model,
                    model_class=one.class_key,
                    unchanged=one.unchanged,
                    corrected=one.corrected,
                    rejected=one.rejected,
                    undecided=one.undecided,
                    right=_share(wilson(one.unchanged + one.corrected, one.decided)) if one.decided else None,
                )
                for one in found
            ]
        )
    )


@models.post("/outlook")
@documented(
    "models",
    response=OutlookReply,
    body=OutlookBody,
    problems=(404,),
    description="Nothing is recorded. Of a fine-tuning, the labels are read and split as it would do.",
)
def post_outlook() -> Response:
    """Say what a pre-labeling or fine-tuning would do."""
    work = read_body(OutlookBody).work
    with current_state().store.reading() as view:
        scenes = chosen_scenes(view, work.scenes)
        check_classes(view, work.classes)
    package = find_model(work.model)
    if isinstance(work, PrelabelWork):
        return json_reply(_prelabel_outlook(work, package.card, scenes))
    return json_reply(_finetune_outlook(work, package, scenes))


def _prelabel_outlook(work: PrelabelWork, card: ModelCard, scenes: list[Scene]) -> OutlookReply:
    try:
        ahead = look_ahead(current_state().store, card, scenes, prelabel_settings(work))
    except PrelabelError as error:
        return _nothing(scenes, str(error))
    return OutlookReply(
        scenes=ahead.scenes,
        classes=list(ahead.partners.proposed),
        labels=[],
        needed=NEEDED,
        again=ahead.again,
        megapixels=ahead.megapixels,
        seconds=ahead.seconds,
        problem=None,
        warnings=list(ahead.warnings[:MOST_WARNINGS]),
        more_warnings=max(0, len(ahead.warnings) - MOST_WARNINGS),
        far=ahead.far,
    )


def _finetune_outlook(work: FinetuneWork, package: ModelPackage, scenes: list[Scene]) -> OutlookReply:
    store, settings, card = current_state().store, finetune_settings(work, scenes), package.card
    try:
        survey = survey_labels(store, settings, package)
    except (FinetuneError, UnknownClassError) as error:
        return _nothing(scenes, str(error))
    problems = [one.problem for one in survey.classes if one.problem is not None]
    forgotten = [key for key in card.class_keys if key not in survey.wanted]
    return OutlookReply(
        scenes=len(scenes),
        classes=list(survey.wanted),
        labels=_labels(card, survey),
        needed=NEEDED,
        again=0,
        megapixels=None,
        seconds=expected_seconds(store, settings),
        problem=problems[0] if problems else None,
        warnings=[f"The new model will not find {', '.join(forgotten)}, as {card.name} does."]
        if forgotten
        else [],
        more_warnings=0,
        far=False,
    )


def _labels(card: ModelCard, survey: Survey) -> list[ClassLabelsReply]:
    """Return the labels of each class that the model finds or the project has, chosen or not."""
    chosen = {one.class_key: one for one in survey.classes}
    replies = []
    for key in dict.fromkeys((*card.class_keys, *(one.key for one in survey.known))):
        one = chosen.get(key)
        replies.append(
            ClassLabelsReply(
                key=key,
                accepted=survey.accepted.get(key, 0),
                learnt=None if one is None else one.learnt,
                held_out=None if one is None else one.held_out,
                enough=one is not None and one.problem is None,
            )
        )
    return replies


def _nothing(scenes: list[Scene], problem: str) -> OutlookReply:
    """Return the outlook of work that would be refused."""
    return OutlookReply(
        scenes=len(scenes),
        classes=[],
        labels=[],
        needed=NEEDED,
        again=0,
        megapixels=None,
        seconds=None,
        problem=problem,
        warnings=[],
        more_warnings=0,
        far=False,
    )


def model_reply(package: ModelPackage) -> ModelReply:
    """Return a package with its card."""
    card = package.card
    partners = _partners(card)
    figures, others = figures_of(card.metrics)
    started, before = card.training.get("started_from"), card.training.get("before")
    return ModelReply(
        name=card.name,
        version=card.version,
        reference=card.reference,
        description=card.description,
        shipped=package.directory.parent == SHIPPED,
        hides_shipped=shadows_shipped(package),
        classes=[
            ModelClassReply(
                key=info.key,
                geometry=info.geometry,
                color=info.color,
                min_score=info.min_score,
                partner=partners.get(info.key),
            )
            for info in card.classes
        ],
        gsd_m=card.gsd_m,
        gsd_range_m=card.gsd_range_m,
        licence=card.licence,
        research_only=card.is_research_only,
        sources=list(card.sources),
        figures=[_figure(one) for one in figures],
        before=[_figure(one) for one in figures_of(before if isinstance(before, dict) else {})[0]],
        notes=[
            *card.notes,
            *(f"measured on {name}: see `geoengine models show {card.name}`" for name in others),
        ],
        started_from=started if isinstance(started, str) else None,
    )


def _partners(card: ModelCard) -> dict[str, str]:
    """Return the project's class for each class of a model that has one."""
    try:
        return dict(find_partners(current_state().store, card, PrelabelSettings()).pairs)
    except PrelabelError:  # none of them has
        return {}


def _figure(one: Figure) -> FigureReply:
    return FigureReply(
        model_class=one.class_key,
        iou=one.iou,
        objects=one.objects,
        images=one.images,
        precision=_share(one.precision),
        recall=_share(one.recall),
        f1=one.f1,
    )


def _share(share: Share) -> ShareReply:
    return ShareReply(value=share.value, low=share.low, high=share.high)
