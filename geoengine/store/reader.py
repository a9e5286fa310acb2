"""Base of the parts of a `StoreView`."""

from __future__ import annotations

from sqlalchemy.engine import Connection


class Reader:
    """Queries in one transaction; each room of the store adds those of its tables."""

    def __init__(self, connection: Connection) -> None:
        """Read in the transaction of a connection."""
        self._connection = connection
