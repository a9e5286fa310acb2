"""What one web process holds open for its whole life: the store, the rasters and the write-back thread."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self, cast

from flask import Flask, current_app

from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.writeback import WriteBack
from tiling.pool import RasterPool

EXTENSION = "geoengine"


@dataclass(frozen=True)
class ServerState:
    """The open resources behind one Flask app; shared by all its threads.

    Attributes:
        project: The project directory that is served.
        store: Its label store.
        rasters: Open raster handles, one set per thread.
        write_back: The thread that keeps ``labels/*.geojson`` current.
        author: Who an edit is by when the request doesn't say.
        resources: Closes all of the above, last opened first.
    """

    project: Project
    store: Store
    rasters: RasterPool
    write_back: WriteBack
    author: str
    resources: ExitStack = field(repr=False, compare=False)

    @classmethod
    def open(cls, project: Project, author: str | None = None) -> Self:
        """Open the store and start write-back, which first rewrites whatever label file is stale.

        Raises:
            StoreError: If the project's database can't be opened.
        """
        with ExitStack() as stack:
            store = stack.enter_context(project.store())
            rasters = RasterPool()
            stack.callback(rasters.close)
            write_back = WriteBack(project, store)
            stack.callback(write_back.close)
            return cls(project, store, rasters, write_back, author or project.author_default, stack.pop_all())
        raise AssertionError("unreachable: ExitStack doesn't swallow errors")

    def close(self) -> None:
        """Write the label files that are still due, then close everything; may be called twice."""
        self.resources.close()


def state_of(app: Flask) -> ServerState:
    """The state that `create_app` put into `app`."""
    return cast(ServerState, app.extensions[EXTENSION])


def current_state() -> ServerState:
    """The state behind the request that is being answered."""
    return state_of(current_app)
