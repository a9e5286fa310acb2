"""What a person says of a feature: unsure, a note, how sure; and the attributes that a class declares."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; nothing is said of what is there."""
    for table in ("features", "revisions"):
        op.add_column(table, sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.add_column(table, sa.Column("note", sa.Text(), nullable=False, server_default=""))
        op.add_column(table, sa.Column("confidence", sa.Text(), nullable=False, server_default=""))
    op.add_column("classes", sa.Column("attributes", sa.Text(), nullable=False, server_default="[]"))
    columns = ["scene_id", "deleted", "state"]
    op.create_index("ix_features_unsure", "features", columns, sqlite_where=sa.text("unsure IS 1"))
    op.create_index("ix_features_noted", "features", columns, sqlite_where=sa.text("note <> ''"))
