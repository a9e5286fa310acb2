"""Fixtures shared by every test package, the profiles of hypothesis, and what runs together in parallel."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: neither a deadline nor a slow start counts. `make check` runs a fifth of the examples,
# `make soak` ten times as many; these, and runs of continuous integration, repeat exactly.
_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("default", max_examples=50, derandomize=bool(os.environ.get("CI")), **_PATIENT)
settings.register_profile("quick", max_examples=10, derandomize=True, **_PATIENT)
settings.register_profile("soak", max_examples=500, derandomize=True, **_PATIENT)

# Set by continuous integration: a test that is skipped for want of a browser or of the real scenes has failed.
REQUIRE_BROWSER = os.environ.get("GEOENGINE_REQUIRE_BROWSER") == "1"
REQUIRE_DATA = os.environ.get("GEOENGINE_REQUIRE_DATA") == "1"
SHARED_DATA = Path(
    os.environ.get("GEOENGINE_TEST_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one worker, with its fixtures, and start with the files that take longest.

    Tests that start several processes are one group: side by side they would starve each other.
    """
    heavy = {
        item.path
        for item in items
        if any(item.get_closest_marker(name) for name in ("slow", "browser", "real_data", "processes"))
    }
    items.sort(key=lambda item: item.path not in heavy)
    for item in items:
        group = "processes" if item.get_closest_marker("processes") else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scenes; the test is skipped, with the reason, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real scenes are not at {SHARED_DATA} (set GEOENGINE_TEST_DATA to where they are)")
    return SHARED_DATA


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turns the skip of a required test into a failure that says why."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    required = (REQUIRE_BROWSER and item.get_closest_marker("browser")) or (
        REQUIRE_DATA and item.get_closest_marker("real_data")
    )
    if report.skipped and required and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and it must not be here: {reason}"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """The same for a module that skips itself as a whole, where no marker can be read."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and (REQUIRE_BROWSER or REQUIRE_DATA):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped as a whole, and no test may be skipped here"
