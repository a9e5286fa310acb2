"""A project has an identity of its own: two projects of one name are told apart.

The page keeps unsent edits by it, and a changeset that names another project is refused.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table and give the project its identity."""
    table = op.create_table("identity", sa.Column("uuid", sa.Text(), primary_key=True))
    op.bulk_insert(table, [{"uuid": str(uuid.uuid4())}])
