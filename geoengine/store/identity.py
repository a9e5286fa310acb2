"""Identity of a project: a UUID made with its database."""

from __future__ import annotations

import sqlalchemy as sa

from geoengine.store.reader import Reader
from geoengine.store.tables import identity


class IdentityReader(Reader):
    """Reads of the project's identity."""

    def project_uuid(self) -> str:
        """Return the project's UUID; copies of its folder share it, other projects of its name do not."""
        return str(self._connection.execute(sa.select(identity.c.uuid)).scalar_one())
