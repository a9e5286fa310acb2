"""Base of the parts of a `StoreView`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection


class Reader:
    """Queries in one transaction; each room of the store adds those of its tables."""

    def __init__(self, connection: Connection) -> None:
        """Read in the transaction of a connection."""
        self._connection = connection

    def _has(self, table: sa.Table) -> bool:
        """Return whether a table is there: an older database on a read-only disk is read as it is."""
        return sa.inspect(self._connection).has_table(table.name)
