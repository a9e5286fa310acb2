"""A model replaces its own proposals only, runs can be taken back, and imported proposals wait for a decision.

Changesets of proposals name their job. Proposals that came from a file were taken for decisions. Classes can be
retired, and scenes removed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add columns and a table, and open imported proposals that nobody has changed."""
    op.add_column("changesets", sa.Column("job_id", sa.Integer()))
    op.add_column("classes", sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "removed_scenes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.Text(), nullable=False),
        sa.Column("last_changeset", sa.Integer(), nullable=False),
    )
    op.execute(
        "UPDATE features SET machine = 1 WHERE revision = 1 AND state = 'proposed' AND origin = 'import'"
    )
