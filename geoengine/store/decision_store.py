"""Writes of decisions on many proposals at once; `Store` has them all."""

from __future__ import annotations

from geoengine.model import BulkDecisionResult, FeatureState
from geoengine.store.connection import Database
from geoengine.store.features import bulk_decisions
from geoengine.store.features.feature_query import FeatureQuery


class DecisionStore:
    """Part of `Store` that decides on all proposals of an area and filter."""

    _database: Database

    def decide_proposals(
        self, query: FeatureQuery, state: FeatureState, *, seen: int, token: str, author: str
    ) -> BulkDecisionResult:
        """Accept or reject the proposals that a query finds, in one changeset; nothing else is touched.

        The same token again changes nothing and returns the first result.

        Args:
            query: Which proposals: scene, box and filter.
            state: Accepted or rejected.
            seen: The scene's newest changeset when they were counted; what came or changed later is left alone.
            token: A new one.
            author: Who decides.

        Raises:
            NotFoundError: There is no such scene.
            InvalidValueError: There are more than `MAX_DECIDED`, or the state is no decision.
            TokenReuseError: The token came before with something else.
        """
        with self._database.write() as connection:
            return bulk_decisions.decide(connection, query, state, seen=seen, token=token, author=author)

    def take_back_decision(
        self, scene_id: int, number: int, *, token: str, author: str
    ) -> BulkDecisionResult:
        """Give the features of a decision on many the states from before, in a changeset that can be taken back too.

        Those that were changed since are left alone.

        Args:
            scene_id: The scene.
            number: The changeset, of `decide_proposals` or of this method.
            token: A new one.
            author: Who takes it back.

        Raises:
            NotFoundError: There is no such decision of the scene.
            TokenReuseError: The token came before with something else.
        """
        with self._database.write() as connection:
            return bulk_decisions.take_back(connection, scene_id, number, token=token, author=author)
