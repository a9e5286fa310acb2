"""Routes of label classes: the list of them, and what `geoengine classes` does to it."""

from __future__ import annotations

import logging

from flask import Blueprint, Response

from geoengine.errors import NotFoundError
from geoengine.model import AttributeKind, BirthShape, Choice, ClassAttribute, GeometryKind, LabelClass
from geoengine.store.classes import version_of
from geoengine.store.errors import ClassesChangedError
from geoengine.tasks.classes import (
    add_class,
    change_class,
    count_labels,
    merge_classes,
    order_attributes,
    retire_attribute,
    set_attribute,
)
from server.api.changesets import check_project
from server.http.documentation import documented
from server.http.wire import json_reply, read_body, read_query
from server.schemas.classes import (
    ChoiceReply,
    ClassAttributeBody,
    ClassAttributeReply,
    ClassBody,
    ClassesQuery,
    ClassesReply,
    ClassListBody,
    ClassOrderBody,
    ClassReply,
    MergeBody,
    NewClassBody,
)
from server.state import current_state

log = logging.getLogger(__name__)

classes = Blueprint("classes", __name__, url_prefix="/api/classes")

REFUSED = (403, 409, 412, 507)


@classes.get("")
@documented("classes", response=ClassesReply, query=ClassesQuery)
def get_classes() -> Response:
    """List the project's label classes."""
    return _reply(counts=read_query(ClassesQuery).counts)


@classes.post("")
@documented("classes", response=ClassesReply, body=NewClassBody, problems=REFUSED)
def post_class() -> Response:
    """Add a class at the end of the list, or bring a retired one back."""
    body = read_body(NewClassBody)
    _check(body)
    add_class(
        current_state().store,
        body.key,
        color=body.color,
        name=body.name,
        hotkey=body.hotkey,
        shape=BirthShape(body.shape),
        parent=body.parent or None,
        geometry=None if body.geometry is None else GeometryKind(body.geometry),
        expected=body.version,
    )
    log.info("class %s added", body.key)
    return _reply()


@classes.put("")
@documented("classes", response=ClassesReply, body=ClassOrderBody, problems=REFUSED)
def put_order() -> Response:
    """Put the classes into another order."""
    body = read_body(ClassOrderBody)
    _check(body)
    current_state().store.order_classes(body.keys, expected=body.version)
    return _reply()


@classes.put("/<key>")
@documented(
    "classes",
    response=ClassesReply,
    body=ClassBody,
    problems=(404, *REFUSED),
    description="With another key, the labels of the class change with it, in one changeset for each scene. "
    "Another geometry is taken only where every object of the class, deleted or not, is of it already.",
)
def put_class(key: str) -> Response:
    """Give a class another key, name, colour, hotkey, shape, parent or geometry."""
    state, body = current_state(), read_body(ClassBody)
    done = change_class(
        state.project,
        state.store,
        _find(body, key),
        key=body.key,
        name=body.name,
        color=body.color,
        hotkey=body.hotkey,
        shape=None if body.shape is None else BirthShape(body.shape),
        parent=body.parent,
        geometry=None if body.geometry is None else GeometryKind(body.geometry),
        author=body.author or state.author,
        expected=body.version,
        due=state.write_back.mark,
    )
    log.info("class %s changed: %s, %d labels", key, done.label_class.key, done.labels)
    return _reply()


@classes.post("/<key>/retire")
@documented(
    "classes",
    response=ClassesReply,
    body=ClassListBody,
    problems=(404, *REFUSED),
    description="A class that labels have is refused with 422: `merge` makes them labels of another class.",
)
def post_retire(key: str) -> Response:
    """Take a class off the list; history keeps it."""
    body = read_body(ClassListBody)
    current_state().store.retire_class(_find(body, key).key, expected=body.version)
    log.info("class %s retired", key)
    return _reply()


@classes.post("/<key>/merge")
@documented("classes", response=ClassesReply, body=MergeBody, problems=(404, *REFUSED))
def post_merge(key: str) -> Response:
    """Make the labels of a class labels of another one, and retire it."""
    state, body = current_state(), read_body(MergeBody)
    merged, into = _find(body, key), _find(body, body.into)
    done = merge_classes(
        state.project,
        state.store,
        [merged.key],
        into,
        author=body.author or state.author,
        expected=body.version,
        due=state.write_back.mark,
    )
    log.info("class %s merged into %s: %d labels", key, into.key, done.labels)
    return _reply()


@classes.put("/<key>/attributes")
@documented("classes", response=ClassesReply, body=ClassOrderBody, problems=(404, *REFUSED))
def put_attribute_order(key: str) -> Response:
    """Put the attributes of a class into another order."""
    body = read_body(ClassOrderBody)
    order_attributes(current_state().store, _find(body, key).key, body.keys, expected=body.version)
    return _reply()


@classes.put("/<key>/attributes/<attribute>")
@documented(
    "classes",
    response=ClassesReply,
    body=ClassAttributeBody,
    problems=(404, *REFUSED),
    description="Values that objects have stay as they are, also those that no longer fit.",
)
def put_attribute(key: str, attribute: str) -> Response:
    """Declare an attribute of a class at the end of its form, or change one; a retired one comes back."""
    body = read_body(ClassAttributeBody)
    wanted = ClassAttribute(
        key=attribute,
        name=body.name,
        kind=AttributeKind(body.kind),
        unit=body.unit,
        minimum=body.minimum,
        maximum=body.maximum,
        choices=tuple(Choice(choice.code, choice.name) for choice in body.choices),
        required=body.required,
    )
    set_attribute(
        current_state().store, _find(body, key).key, attribute, lambda _: wanted, expected=body.version
    )
    return _reply()


@classes.post("/<key>/attributes/<attribute>/retire")
@documented("classes", response=ClassesReply, body=ClassListBody, problems=(404, *REFUSED))
def post_retire_attribute(key: str, attribute: str) -> Response:
    """Ask nobody for an attribute any more; the values that objects have stay."""
    body = read_body(ClassListBody)
    retire_attribute(current_state().store, _find(body, key).key, attribute, expected=body.version)
    return _reply()


def class_reply(label_class: LabelClass) -> ClassReply:
    """Return the reply for a label class."""
    return ClassReply(
        key=label_class.key,
        name=label_class.name,
        color=label_class.color,
        hotkey=label_class.hotkey,
        shape=label_class.shape.value,
        parent=label_class.parent,
        geometry=label_class.geometry.value,
        attributes=[attribute_reply(attribute) for attribute in label_class.attributes],
    )


def attribute_reply(attribute: ClassAttribute) -> ClassAttributeReply:
    """Return the reply for an attribute of a class."""
    choices = [ChoiceReply(code=choice.code, name=choice.name) for choice in attribute.choices]
    return ClassAttributeReply.model_validate({**attribute.to_json(), "choices": choices})


def _reply(*, counts: bool = True) -> Response:
    """Return the list as it is now."""
    store = current_state().store
    labels = {one.key: number for one, number in count_labels(store)} if counts else None
    with store.reading() as view:
        found, retired = view.classes(), view.retired_classes()
    return json_reply(
        ClassesReply(
            version=version_of(found),
            classes=[class_reply(one) for one in found],
            retired=[class_reply(one) for one in retired],
            labels=labels,
        )
    )


def _check(body: ClassListBody) -> list[LabelClass]:
    """Return the classes, which are still those that the change was made on.

    Raises:
        OtherProjectError: It is meant for another project.
        ClassesChangedError: They are others by now.
    """
    state = current_state()
    with state.store.reading() as view:
        check_project(body.project, view.project_uuid(), state.project.name)
        found = view.classes()
    if version_of(found) != body.version:
        raise ClassesChangedError(
            "somebody has changed the classes meanwhile; the list is now as it is on the server, and this change was "
            "not made"
        )
    return found


def _find(body: ClassListBody, key: str) -> LabelClass:
    """Return a class of the list that a change was made on.

    Raises:
        NotFoundError: There is no such class.
    """
    for one in _check(body):
        if one.key == key:
            return one
    raise NotFoundError(f"class {key!r} is not in the project")
