"""Checks of every request's host and origin, and the headers of every reply.

A server on 127.0.0.1 is reachable from every web page the analyst opens in the same browser. Three checks
close that door: the ``Host`` header must name this server (a rebound DNS name doesn't), a write must be
``application/json``, or ``application/octet-stream`` in a PUT of bytes (a foreign page can't send either without a
preflight, which this server does not answer), and its ``Origin``, where one is sent, must be our own.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from flask import Flask, Response, current_app, request

from server.http.documentation import JSON, doc_of
from server.http.errors import ForeignHostError, ForeignOriginError, MediaTypeError

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


_HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9a-zA-Z._-]+?))\.?(?::[0-9]{1,5})?")


def host_name(host_header: str) -> str:
    """Return the name in a ``Host`` header in lower case, without port, brackets and final dot.

    Example:
        >>> host_name("LocalHost:8080"), host_name("[::1]:80"), host_name("a b")
        ('localhost', '::1', '')
    """
    match = _HOST.fullmatch(host_header)
    return (match[1] or match[2]).lower() if match else ""


@dataclass(frozen=True)
class HostPolicy:
    """Host names that this server answers to, whatever the port.

    Attributes:
        names: Lower-case host names and addresses without brackets.
        any_address: Answer to every literal IP address too. Safe against DNS rebinding, which needs a name,
            and needed when listening on all interfaces, whose addresses change.
    """

    names: frozenset[str]
    any_address: bool = False

    @classmethod
    def of(cls, hosts: Iterable[str], *, any_address: bool = False) -> Self:
        """Make a policy from names as a person writes them (``[::1]``, ``Labels.Example``)."""
        return cls(frozenset(host.lower().strip("[]").removesuffix(".") for host in hosts), any_address)

    def allows(self, host_header: str) -> bool:
        """Return whether a request with this ``Host`` header is for this server."""
        name = host_name(host_header)
        if not name:
            return False
        if name in self.names:
            return True
        return self.any_address and is_address(name)


def is_address(name: str) -> bool:
    """Return whether `name` is a literal IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_same_origin(origin: str, scheme: str, host_header: str) -> bool:
    """Return whether an ``Origin`` header names the server that the request was sent to."""
    return origin.lower() == f"{scheme}://{host_header}".lower()


def _body_type() -> str:
    """Return the media type that the route of the current request takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    doc = doc_of(view) if view is not None else None
    return JSON if doc is None else doc.body_type


def protect(app: Flask, policy: HostPolicy) -> None:
    """Put the checks in front of every request of `app` and the headers on every reply."""

    @app.before_request
    def check_host() -> None:
        host = request.headers.get("Host", "")
        if not policy.allows(host):
            raise ForeignHostError(
                f"The request is for the host {host[:100]!r}, expected a name or address of this server."
            )

    @app.before_request
    def check_write() -> None:
        if request.method not in WRITING or request.routing_exception is not None:
            return  # where nothing is written anyway, 404 or 405 says more
        origin = request.headers.get("Origin")
        if origin is not None and not is_same_origin(origin, request.scheme, request.headers.get("Host", "")):
            raise ForeignOriginError(
                f"A page from {origin[:100]!r} may not write here; only this server's own pages may."
            )
        expected = _body_type()
        if request.mimetype != expected:
            raise MediaTypeError(
                f"The body was sent as {request.mimetype[:100] or 'nothing'!r}; {expected} is expected."
            )

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # What its own view doesn't mark as cacheable must not be found in a browser's cache afterwards.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
