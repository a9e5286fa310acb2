"""Number of random examples of one test: its own in `make test`, a fifth in `make check`, ten times in `make soak`."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_USUAL = 50
"""Examples of the default profile; see tests/conftest.py."""


def examples(count: int, *, fixtures: bool = False) -> settings:
    """Return settings of so many examples, scaled as the profile in use scales its own.

    Args:
        count: Examples in the default profile.
        fixtures: Whether the examples may share the fixtures of one test.
    """
    calm = [HealthCheck.too_slow, *([HealthCheck.function_scoped_fixture] if fixtures else [])]
    scaled = max(1, count * settings.default.max_examples // _USUAL)
    return settings(max_examples=scaled, deadline=None, suppress_health_check=calm)
