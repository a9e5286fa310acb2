"""Changesets, their results and their conflicts."""

from __future__ import annotations

from dataclasses import dataclass

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_optional_text, check_person, check_text
from geoengine.model.edit import Edit
from geoengine.model.feature import Feature


@dataclass(frozen=True)
class Changeset:
    """A request to change one scene.

    Attributes:
        token: Made once by the sender; the same token again gets the first answer again.
        scene_id: The scene all edits belong to.
        author: Who asks.
        edits: At least one; at most one for each uid.
        comment: Why, or None.
    """

    token: str
    scene_id: int
    author: str
    edits: tuple[Edit, ...]
    comment: str | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        check_text(self.token, "token")
        check_person(self.author, "author")
        check_optional_text(self.comment, "comment", 2000)
        if not self.edits:
            raise InvalidValueError("edits is empty, expected at least one edit", "edits")
        seen: set[str] = set()
        for index, edit in enumerate(self.edits):
            if edit.uid in seen:
                raise InvalidValueError(
                    f"edits[{index}].uid {edit.uid!r} appears twice, expected one edit for each feature",
                    f"edits[{index}].uid",
                )
            seen.add(edit.uid)


@dataclass(frozen=True)
class ChangesetResult:
    """Result of a commit.

    Attributes:
        id: Number of the changeset; later ones are larger.
        token: The token it came with.
        replayed: True where this is the answer to the first time the token came.
        features: The revision each edit made, in the order of the edits (deleted ones too).
    """

    id: int
    token: str
    replayed: bool
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class BulkDecisionResult:
    """Result of a decision on all proposals of an area and filter, or of taking one back.

    Attributes:
        id: Number of the changeset; None where nothing was changed.
        replayed: True where this is the answer to the first time the token came.
        decided: Features that got another state.
        newer: Features left alone, because they came or were changed since they were counted or decided.
        left: Features left alone, because they had been decided otherwise before.
    """

    id: int | None
    replayed: bool
    decided: int
    newer: int
    left: int


@dataclass(frozen=True)
class ProposalsResult:
    """Result of replacing a model's proposals.

    Attributes:
        id: Number of the changeset.
        token: The token it came with.
        replayed: True where the token had come before, and nothing was done this time.
        created: Proposals that went in.
        removed: Untouched older proposals that were (softly) deleted.
        skipped: Proposals left out, because a person has decided about that object already.
    """

    id: int
    token: str
    replayed: bool
    created: int
    removed: int
    skipped: int


@dataclass(frozen=True)
class UndoResult:
    """Result of taking a model's run back.

    Attributes:
        id: Number of the changeset.
        run: Reference of the model whose run it was.
        job_id: The run's job, or None where it was not recorded.
        removed: Its undecided proposals.
        restored: Proposals that it had replaced and that are still undecided.
    """

    id: int
    run: str
    job_id: int | None
    removed: int
    restored: int


@dataclass(frozen=True)
class Reclassified:
    """Labels of a scene that changed their class with the project's classes.

    Attributes:
        scene_id: The scene.
        changeset: Number of the changeset.
        labels: How many, among them those that a person had deleted.
    """

    scene_id: int
    changeset: int
    labels: int


@dataclass(frozen=True)
class Conflict:
    """An edit that did not fit.

    Attributes:
        uid: The feature.
        base_revision: The revision the edit was based on; 0 for a create.
        current: The feature as it is now (perhaps deleted).
    """

    uid: str
    base_revision: int
    current: Feature

    def sentence(self) -> str:
        """Return the conflict in words."""
        if self.base_revision == 0:
            return f"feature {self.uid} exists already"
        now = f"revision {self.current.revision}{', deleted' if self.current.deleted else ''}"
        author = self.current.author
        return (
            f"feature {self.uid} is at {now} by {author}, the edit was based on revision {self.base_revision}"
        )


@dataclass(frozen=True)
class Revision:
    """One step in the history of a feature."""

    revision: int
    changeset_id: int
    author: str
    time: str
    comment: str | None
    feature: Feature
