"""Settings of complete scenes."""

from __future__ import annotations

import pytest

from geoengine.errors import ProjectError
from geoengine.project import SETTINGS_NAME, Project


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[complete]\nmin_seen = 2", "complete.min_seen in .* is 2, expected a number from 0 to 1"),
        ("[complete]\nmin_seen = true", "is True, expected a number"),
        ("[complete]\nleast = 1", "complete.least in .* is no setting"),
        ("complete = 3", r"is 3, expected a table \[complete\]"),
    ],
)
def test_what_is_no_setting_is_refused(project: Project, text: str, sentence: str) -> None:
    path = project.directory / SETTINGS_NAME
    path.write_text(f"format = 1\n{text}\n")
    with pytest.raises(ProjectError, match=sentence):
        Project.open(project.directory)


def test_the_share_is_set_by_the_project(project: Project) -> None:
    assert Project.open(project.directory).complete.min_seen == 0.95
    (project.directory / SETTINGS_NAME).write_text("format = 1\n[complete]\nmin_seen = 0\n")
    assert Project.open(project.directory).complete.min_seen == 0
