"""What happened to scenes, and how fast people decide, as the history has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

LONGEST_PAUSE_S = 300.0
"""A longer time between two steps of a person counts as this: somebody was away, nobody knows for how long."""

ONE_BY_ONE = 10
"""A step that decides more proposals was not made by looking at one after the other: it is in no pace."""

LEAST_S = 600.0
"""Time that a pace is told of; of less it would be chance."""


@dataclass(frozen=True)
class ChangesetFacts:
    """One changeset without its edits.

    Attributes:
        id: Its number.
        scene_id: The scene.
        author: Who made it, a person or a model.
        time: When, UTC ISO 8601.
        is_run: Whether it holds the proposals of a model.
        is_edit: Whether a person changed features with it.
        undone: Numbers of runs that it took back.
    """

    id: int
    scene_id: int
    author: str
    time: str
    is_run: bool
    is_edit: bool
    undone: tuple[int, ...] = ()


@dataclass(frozen=True)
class SceneActivity:
    """What was done in a scene so far.

    Attributes:
        runs: Runs of models that made proposals, without those that were taken back; one may have found nothing.
        edited_at: When a person last changed a feature, UTC ISO 8601; None where nobody did.
        edited_by: Who that was.
        authors: Everybody who changed a feature, in the order of their first change.
    """

    runs: int = 0
    edited_at: str | None = None
    edited_by: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class DecisionStep:
    """One changeset that decided proposals, so far as the decisions still stand.

    Attributes:
        author: Who decided.
        time: When, UTC ISO 8601.
        decided: Number of proposals.
    """

    author: str
    time: str
    decided: int


@dataclass(frozen=True)
class Pace:
    """Decisions of one person in some time.

    Attributes:
        author: Who decided.
        decided: Number of proposals.
        at_once: Of them, those decided by steps of more than `ONE_BY_ONE`.
        timed: Of them, those decided one by one after a first step, of which nobody knows how long it took.
        active_s: Seconds from each step to the one before it, each at most `LONGEST_PAUSE_S`.
    """

    author: str
    decided: int
    at_once: int
    timed: int
    active_s: float


def paces_of(steps: Iterable[DecisionStep]) -> list[Pace]:
    """Return the pace of each person, the one who decided most first; `steps` are in the order they were made."""
    sums: dict[str, Pace] = {}
    last: dict[str, datetime] = {}
    for step in steps:
        moment = datetime.fromisoformat(step.time)
        before = last.get(step.author, moment)
        # Where the clock of the server was set back, no time went by.
        seconds = min(max((moment - before).total_seconds(), 0.0), LONGEST_PAUSE_S)
        is_bulk, is_first = step.decided > ONE_BY_ONE, step.author not in last
        known = sums.get(step.author, Pace(step.author, 0, 0, 0, 0.0))
        sums[step.author] = Pace(
            step.author,
            known.decided + step.decided,
            known.at_once + (step.decided if is_bulk else 0),
            known.timed + (0 if is_bulk or is_first else step.decided),
            known.active_s + seconds,
        )
        last[step.author] = moment
    return sorted(sums.values(), key=lambda pace: (-pace.decided, pace.author))


def an_hour(paces: Iterable[Pace]) -> float | None:
    """Return the decisions of an hour of one person's work, made one by one; None where there was too little of it."""
    all_paces = list(paces)
    seconds = sum(pace.active_s for pace in all_paces)
    timed = sum(pace.timed for pace in all_paces)
    return None if seconds < LEAST_S or not timed else timed * 3600 / seconds
