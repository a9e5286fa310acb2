"""Output of changes of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.output import print_json

if TYPE_CHECKING:
    from geoengine.model import LabelClass


def class_document(label_class: LabelClass) -> dict[str, Any]:
    """Return a class as JSON."""
    return {
        "key": label_class.key,
        "name": label_class.name,
        "colour": label_class.color,
        "hotkey": label_class.hotkey,
        "geometry": label_class.geometry,
        "shape": label_class.shape,
        "parent": label_class.parent,
    }


def print_change(text: str, document: dict[str, Any], as_json: bool) -> None:
    """Print a change as a sentence or as JSON."""
    if as_json:
        print_json(document)
    else:
        click.echo(text)
