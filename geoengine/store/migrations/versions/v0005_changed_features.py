"""Index of a scene's features by the changeset that changed them last.

Going through a scene in this order goes through the table nearly from front to back; by state or score it would jump
about, which takes ten times as long for a million features.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_features_changed", "features", ["scene_id", "changeset_id"])
