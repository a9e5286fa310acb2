"""Routes: one blueprint for each kind of resource, JSON and map tiles."""

from __future__ import annotations

from flask import Blueprint

from server.api.bookmarks import bookmarks
from server.api.changesets import changesets
from server.api.classes import classes
from server.api.decisions import decisions
from server.api.features import features
from server.api.ground import ground
from server.api.health import health
from server.api.imagery import imagery
from server.api.jobs import jobs
from server.api.labels import labels
from server.api.layer_files import layer_files
from server.api.layers import layers
from server.api.models import models
from server.api.outline import outline
from server.api.overview import overview
from server.api.pace import pace
from server.api.pins import pins
from server.api.places import places
from server.api.project import project
from server.api.scenes import scenes
from server.api.steps import steps
from server.api.tiles import tiles
from server.api.wmts import wmts

BLUEPRINTS: tuple[Blueprint, ...] = (
    project,
    classes,
    pace,
    health,
    scenes,
    features,
    overview,
    changesets,
    decisions,
    steps,
    ground,
    bookmarks,
    pins,
    labels,
    layers,
    layer_files,
    places,
    jobs,
    imagery,
    models,
    outline,
    tiles,
    wmts,
)
