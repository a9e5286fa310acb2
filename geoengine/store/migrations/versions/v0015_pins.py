"""People can ask questions on places of a scene."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the table; its rows are revisions, and only grow."""
    op.create_table(
        "pins",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("scene_id", sa.Integer(), sa.ForeignKey("scenes.id"), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("time", sa.Text(), nullable=False),
        sa.UniqueConstraint("uid", "revision", name="uq_pins_uid"),
    )
    op.create_index("ix_pins_scene", "pins", ["scene_id", "id"])
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER pins_{verb.lower()}_refused BEFORE {verb} ON pins "
            "BEGIN SELECT RAISE(ABORT, 'pins only grow'); END"
        )
