"""Requests made from the OpenAPI document, wild ones too: none is answered with an error of the server."""

from __future__ import annotations

import contextlib
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from server.http.openapi import openapi_document

EXAMPLES = 25
"""Of each operation; about a minute for all."""
SEED = 20_261_129
KNOWN = {"scene_id": 1, "other_id": 1, "job_id": 1, "z": 0, "x": 0, "y": 0}
"""What there is; half of the requests ask for it, and get past the 404."""
NO_ROOM = "urn:geoengine:problem:no-room"
# The desk is not built in every checkout, and then these say so with 503.
_STATIC = {"/", "/assets/{name}", "/favicon.ico", "/favicon.svg"}


@st.composite
def possible(draw: st.DrawFn, cases: st.SearchStrategy[Any]) -> Any:
    """Draw a request; leave out those of which schemathesis finds in the middle that it cannot make them."""
    try:
        return draw(cases)
    except schemathesis.core.errors.InvalidSchema:
        hypothesis.reject()


def answers(app: Flask, examples: int) -> tuple[int, list[str]]:
    """Send `examples` requests to each operation; return how many were sent, and those answered with 5xx."""
    schema = schemathesis.openapi.from_dict(openapi_document(app))
    sent, failures = 0, []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path in _STATIC:
            continue
        strategy = possible(
            operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
            | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
        )

        @hypothesis.seed(SEED)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(case=strategy, known=st.booleans())
        def send(case: Any, known: bool) -> None:
            nonlocal sent
            if known:
                case.path_parameters.update(
                    {name: one for name, one in KNOWN.items() if name in case.path_parameters}
                )
            response = case.call(app=app, base_url="http://localhost")
            sent += 1
            # An upload of a petabyte is refused for want of room, which is no error of the server.
            if response.status_code >= 500 and response.json().get("type") != NO_ROOM:
                failures.append(f"{response.status_code} {case.as_curl_command()[:2000]}")

        with contextlib.suppress(hypothesis.errors.Unsatisfiable):
            send()
    return sent, failures


@pytest.mark.slow
def test_no_request_is_an_error_of_the_server(app: Flask) -> None:
    sent, failures = answers(app, EXAMPLES)
    assert sent > 20 * EXAMPLES
    assert not failures, "\n".join(failures)


@pytest.mark.soak
def test_no_request_is_an_error_of_the_server_ten_times_as_many(app: Flask) -> None:
    sent, failures = answers(app, 10 * EXAMPLES)
    assert sent > 200 * EXAMPLES
    assert not failures, "\n".join(failures)
