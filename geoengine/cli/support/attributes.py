"""`geoengine classes attributes`: what is to be said of the objects of a class."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoengine.cli.support.options import EXISTING_FILE, json_option, open_project, pick_class, project_option
from geoengine.cli.support.output import print_json, table

if TYPE_CHECKING:
    from geoengine.model import Choice, ClassAttribute


@click.group()
def attributes() -> None:
    """List, declare, order and retire attributes of a class."""


@attributes.command("list")
@click.argument("key", metavar="CLASS")
@project_option
@json_option
def list_(key: str, directory: Path, as_json: bool) -> None:
    """List the attributes of a class, in the order of its form."""
    with open_project(directory).store() as store:
        found = pick_class(store, key).attributes
    if as_json:
        print_json([_document(each) for each in found])
        return
    rows = [
        [
            each.key,
            each.name,
            str(each.kind),
            _values(each),
            "required" if each.required else "",
            _retired(each),
        ]
        for each in found
    ]
    headers = ["key", "name", "kind", "values", "", ""]
    click.echo(table(headers, rows) if rows else f"Class {key} has no attributes.")


@attributes.command("set")
@click.argument("key", metavar="CLASS")
@click.argument("attribute", metavar="KEY")
@click.option(
    "--kind",
    type=click.Choice(("text", "number", "choice", "yes-no")),
    help="Which values it has.  [default: as before, or text]",
)
@click.option("--name", help="What people read.  [default: the key]")
@click.option("--unit", help="Unit of a number.")
@click.option("--min", "minimum", type=float, help="Lowest number.")
@click.option("--max", "maximum", type=float, help="Highest number.")
@click.option(
    "--choice",
    "choices",
    metavar="CODE[=NAME]",
    multiple=True,
    help="One entry of the code list, in its order.",
)
@click.option("--code-list", metavar="FILE", type=EXISTING_FILE, help="Code list: CSV, code and name a line.")
@click.option("--required/--optional", default=None, help="Whether an object without it is incomplete.")
@project_option
@json_option
def set_(
    key: str,
    attribute: str,
    kind: str | None,
    name: str | None,
    unit: str | None,
    minimum: float | None,
    maximum: float | None,
    choices: tuple[str, ...],
    code_list: Path | None,
    required: bool | None,
    directory: Path,
    as_json: bool,
) -> None:
    """Declare an attribute of a class, or change one; what is not given stays, but with another --kind.

    Values that objects have stay as they are, also those that no longer fit. A retired attribute comes back.

        geoengine classes attributes set -p town building storeys --kind number --min 1 --max 60 --required
        geoengine classes attributes set -p town building roof --kind choice --choice flat --choice gable="Gable roof"
    """
    from geoengine.model import AttributeKind, ClassAttribute
    from geoengine.tasks.classes import set_attribute

    codes = _codes(choices, code_list)

    def change(old: ClassAttribute | None) -> ClassAttribute:
        old = old or ClassAttribute(attribute, attribute.replace("_", " "), AttributeKind.TEXT)
        wanted = AttributeKind(kind) if kind else old.kind
        if wanted != old.kind:
            old = ClassAttribute(attribute, old.name, AttributeKind.TEXT, required=old.required)
        return replace(
            old,
            kind=wanted,
            name=name or old.name,
            unit=old.unit if unit is None else unit or None,
            minimum=old.minimum if minimum is None else minimum,
            maximum=old.maximum if maximum is None else maximum,
            choices=codes or old.choices,
            required=old.required if required is None else required,
            retired=False,
        )

    with open_project(directory).store() as store:
        new, is_new = set_attribute(store, pick_class(store, key).key, attribute, change)
    said = (
        f"Class {key} has the {'new ' if is_new else ''}attribute {attribute}: {new.kind}{_described(new)}."
    )
    _print(said, _document(new), as_json)


@attributes.command()
@click.argument("key", metavar="CLASS")
@click.argument("keys", metavar="KEY…", nargs=-1, required=True)
@project_option
@json_option
def order(key: str, keys: tuple[str, ...], directory: Path, as_json: bool) -> None:
    """Put attributes of a class first in its form, in this order; the others follow as they were.

    geoengine classes attributes order -p town building roof storeys
    """
    from geoengine.tasks.classes import order_attributes

    with open_project(directory).store() as store:
        found = [each.key for each in order_attributes(store, pick_class(store, key).key, keys)]
    _print(f"The attributes of class {key} are {', '.join(found)} now.", {"attributes": found}, as_json)


@attributes.command()
@click.argument("key", metavar="CLASS")
@click.argument("attribute", metavar="KEY")
@project_option
@json_option
def retire(key: str, attribute: str, directory: Path, as_json: bool) -> None:
    """Ask nobody for an attribute any more.

    The values that objects have stay, are shown and exported; geoengine classes attributes set brings it back.
    """
    from geoengine.tasks.classes import retire_attribute

    with open_project(directory).store() as store:
        retired = retire_attribute(store, pick_class(store, key).key, attribute)
    _print(f"Attribute {attribute} of class {key} is retired.", _document(retired), as_json)


def _codes(choices: tuple[str, ...], code_list: Path | None) -> tuple[Choice, ...]:
    from geoengine.model import Choice

    if choices and code_list is not None:
        raise click.UsageError("--choice and --code-list were given, expected one of the two")
    if code_list is None:
        parts = [choice.partition("=") for choice in choices]
        return tuple(Choice(code.strip(), name.strip() or code.strip()) for code, _, name in parts)
    try:
        with code_list.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise click.UsageError(f"{code_list} cannot be read as CSV in UTF-8: {error}") from None
    if not rows:
        raise click.UsageError(f"{code_list} is empty, expected a code and a name a line")
    return tuple(
        Choice(row[0].strip(), (row[1].strip() if len(row) > 1 else "") or row[0].strip()) for row in rows
    )


def _values(attribute: ClassAttribute) -> str:
    if attribute.choices:
        shown = ", ".join(choice.code for choice in attribute.choices[:5])
        return shown + (f", … ({len(attribute.choices)})" if len(attribute.choices) > 5 else "")
    return attribute.limits


def _described(attribute: ClassAttribute) -> str:
    values = _values(attribute)
    return (f" ({values})" if values else "") + (", required" if attribute.required else "")


def _retired(attribute: ClassAttribute) -> str:
    return "retired" if attribute.retired else ""


def _document(attribute: ClassAttribute) -> dict[str, Any]:
    choices = [{"code": choice.code, "name": choice.name} for choice in attribute.choices]
    return {**attribute.to_json(), "choices": choices}


def _print(text: str, document: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(document)
    else:
        click.echo(text)
