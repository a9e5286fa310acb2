"""Base of the parts of a `StoreView`."""

from __future__ import annotations

from sqlalchemy.engine import Connection


class Reader:
    """Queries in one transaction; each room of the store adds those of its tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
