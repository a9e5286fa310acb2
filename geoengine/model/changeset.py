"""Edits that apply together or not at all, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass

from geoengine.errors import InvalidValueError
from geoengine.model.checks import check_optional_text, check_text
from geoengine.model.edit import Edit
from geoengine.model.feature import Feature


@dataclass(frozen=True)
class Changeset:
    """A request to change one scene.

    Attributes:
        token: made once by the sender; the same token again gets the first answer again.
        scene_id: the scene all edits belong to.
        author: who asks.
        edits: at least one; at most one for each uid.
        comment: why, or None.
    """

    token: str
    scene_id: int
    author: str
    edits: tuple[Edit, ...]
    comment: str | None = None

    def __post_init__(self) -> None:
        check_text(self.token, "token")
        check_text(self.author, "author")
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
    """What a commit did.

    Attributes:
        id: number of the changeset; later ones are larger.
        token: the token it came with.
        replayed: True where this is the answer to the first time the token came.
        features: the revision each edit made, in the order of the edits (deleted ones too).
    """

    id: int
    token: str
    replayed: bool
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class ProposalsResult:
    """What replacing a model's proposals did.

    Attributes:
        id: number of the changeset.
        token: the token it came with.
        replayed: True where the token had come before, and nothing was done this time.
        created: proposals that went in.
        removed: untouched older proposals that were (softly) deleted.
        skipped: proposals left out, because a person has decided about that object already.
    """

    id: int
    token: str
    replayed: bool
    created: int
    removed: int
    skipped: int


@dataclass(frozen=True)
class Conflict:
    """An edit that did not fit.

    Attributes:
        uid: the feature.
        base_revision: the revision the edit was based on; 0 for a create.
        current: the feature as it is now (perhaps deleted).
    """

    uid: str
    base_revision: int
    current: Feature

    def sentence(self) -> str:
        """The conflict in words."""
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
