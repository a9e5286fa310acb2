"""Alembic environment: the store hands over its open connection, so that a migration is one transaction."""

from __future__ import annotations

from alembic import context

from geoengine.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
