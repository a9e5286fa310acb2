"""Where each author left each scene is kept, so that the work goes on there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table; it fills as people work."""
    op.create_table(
        "bookmarks",
        sa.Column("author", sa.Text(), primary_key=True),
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), primary_key=True),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("queue_order", sa.Text(), nullable=False),
        sa.Column("reviewing", sa.Boolean(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("class_key", sa.Text()),
        sa.Column("view", sa.Text()),
        sa.Column("feature", sa.Text()),
        sa.Column("skipped", sa.Text(), nullable=False),
    )
