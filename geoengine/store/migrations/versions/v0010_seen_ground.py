"""What people saw of a scene is recorded, and whether they say that it is complete."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the tables; nothing counts as seen of what was looked at before."""
    op.create_table(
        "seen_ground",
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), primary_key=True),
        sa.Column("author", sa.Text(), primary_key=True),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
    )
    op.create_table(
        "completions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
    )
    op.create_index("ix_completions_scene", "completions", ["scene_id", "id"])
    # A class that is renamed keeps its completions under its new key; nothing else of them changes.
    for verb in ("UPDATE OF id, scene_id, complete, author, time, share", "DELETE"):
        op.execute(
            f"CREATE TRIGGER completions_{verb[:6].lower()}_refused BEFORE {verb} ON completions "
            "BEGIN SELECT RAISE(ABORT, 'completions only grow'); END"
        )
