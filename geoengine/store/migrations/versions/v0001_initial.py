"""The first schema: classes, scenes, changesets, features with revisions, jobs, and the R*Tree.

The columns are spelled out, not taken from `tables.py`: a migration stays as it was when the tables move on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# The box of a live feature is in the index, that of a deleted one is not.
_INDEX = """
CREATE VIRTUAL TABLE features_rtree USING rtree(id, minx, maxx, miny, maxy, minscene, maxscene)
"""
_TRIGGERS = (
    """CREATE TRIGGER features_insert AFTER INSERT ON features WHEN NOT new.deleted
        BEGIN
            INSERT INTO features_rtree
                VALUES (new.id, new.minx, new.maxx, new.miny, new.maxy, new.scene_id, new.scene_id);
        END""",
    """CREATE TRIGGER features_change AFTER UPDATE OF minx, maxx, miny, maxy, deleted ON features
        WHEN NOT new.deleted AND (old.deleted OR new.minx <> old.minx OR new.maxx <> old.maxx
            OR new.miny <> old.miny OR new.maxy <> old.maxy)
        BEGIN
            DELETE FROM features_rtree WHERE id = old.id;
            INSERT INTO features_rtree
                VALUES (new.id, new.minx, new.maxx, new.miny, new.maxy, new.scene_id, new.scene_id);
        END""",
    """CREATE TRIGGER features_remove AFTER UPDATE OF deleted ON features
        WHEN new.deleted AND NOT old.deleted
        BEGIN
            DELETE FROM features_rtree WHERE id = old.id;
        END""",
    # History is append-only, and a feature is never removed, only marked as deleted.
    *(
        f"CREATE TRIGGER {table}_{verb.lower()}_refused BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grow'); END"
        for table, verb in (
            ("revisions", "UPDATE"),
            ("revisions", "DELETE"),
            ("changesets", "UPDATE"),
            ("changesets", "DELETE"),
            ("features", "DELETE"),
        )
    ),
)


def upgrade() -> None:
    """Create every table, index and trigger."""
    _create_scenes()
    _create_features()
    _create_revisions()
    _create_jobs()
    op.execute(_INDEX)
    for trigger in _TRIGGERS:
        op.execute(trigger)


def _create_scenes() -> None:
    op.create_table(
        "classes",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("hotkey", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "scenes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False, unique=True),
        sa.Column("grid", sa.Text(), nullable=False),
        sa.Column("bands", sa.Integer(), nullable=False),
        sa.Column("dtype", sa.Text(), nullable=False),
        sa.Column("nodata", sa.Text()),
        sa.Column("stretch", sa.Text(), nullable=False),
        sa.Column("acquired_at", sa.Text()),
        sa.Column("marking", sa.Text()),
        sa.Column("created_at", sa.Text(), nullable=False),
    )
    op.create_table(
        "changesets",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.Text(), nullable=False, unique=True),
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text()),
    )
    op.create_index("ix_changesets_scene", "changesets", ["scene_id", "id"])


def _create_features() -> None:
    op.create_table(
        "features",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.Text(), nullable=False, unique=True),
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), nullable=False),
        sa.Column("class_key", sa.Text(), sa.ForeignKey("classes.key"), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.Column("minx", sa.Double(), nullable=False),
        sa.Column("miny", sa.Double(), nullable=False),
        sa.Column("maxx", sa.Double(), nullable=False),
        sa.Column("maxy", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("machine", sa.Boolean(), nullable=False),
        sa.Column("changeset_id", sa.Integer(), sa.ForeignKey("changesets.id"), nullable=False),
    )
    op.create_index("ix_features_scene", "features", ["scene_id", "deleted", "state", "class_key"])
    op.create_index(
        "ix_features_queue", "features", ["scene_id", "deleted", "state", sa.text("score DESC"), "uid"]
    )


def _create_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.Text(), sa.ForeignKey("features.uid"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changeset_id", sa.Integer(), sa.ForeignKey("changesets.id"), nullable=False),
        sa.Column("class_key", sa.Text(), sa.ForeignKey("classes.key"), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("score", sa.Double()),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("uid", "revision", name="uq_revisions_uid"),
    )
    op.create_index("ix_revisions_changeset", "revisions", ["changeset_id", "id"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False, unique=True),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("message", sa.Text()),
    )
    op.create_table(
        "job_items",
        sa.Column("job_id", sa.Integer(), sa.ForeignKey("jobs.id"), primary_key=True),
        sa.Column("index", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("error", sa.Text()),
    )
