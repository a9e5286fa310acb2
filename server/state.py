"""Resources that one web process holds open: the store, the rasters and the write-back thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

from flask import Flask, current_app

from geoengine.project import Project
from geoengine.store import Store
from geoengine.tasks.labels.no_write_back import NoWriteBack
from geoengine.tasks.labels.writeback import WriteBack
from geoengine.unreadable import UnreadableLog
from server.activity import ActivityLog
from server.http.replies import MAX_CACHED_BYTES, Replies
from server.imagery.folders import ImageryFolders
from server.imagery.uploads import Uploads
from server.outlines.outliner import Outliner
from server.tiles.cache import DEFAULT_BYTES, TileCache
from server.tiles.capabilities_cache import CapabilitiesCache
from server.tiles.catalog import SceneCatalog
from server.tiles.drawing import TileDrawer
from server.tiles.layer_tiles import LayerTiles
from server.tiles.query_stretch import StretchResolver
from server.tiles.source_watch import SourceWatch
from server.tiles.valid_ground import ValidGround
from tiling.raster.pool import RasterPool

EXTENSION = "geoengine"


@dataclass(frozen=True)
class ServerState:
    """Open resources behind one Flask app, shared by all its threads.

    Attributes:
        project: The project directory that is served.
        store: Its label store.
        rasters: Open raster handles, one set per thread.
        catalog: The scenes, without a query for each tile.
        drawer: Renders and caches tiles.
        tile_cache: Encoded tiles on the disk.
        layer_tiles: Draws the office's archives of map tiles.
        stretches: Resolves queries to stretches.
        ground: Knows where scenes have valid pixels.
        outliner: Proposes outlines.
        write_back: The thread that keeps ``labels/*.geojson`` current.
        replies: JSON replies that are cached until the next changeset.
        activity: What was done in every scene, and who decides how fast.
        capabilities: The WMTS document of many scenes.
        folders: Folders of the server that rasters may be added from.
        uploads: Unfinished uploads.
        author: Author of edits whose request names none.
        runs_jobs: Whether this server's own worker runs.
        resources: Closes all of the above, last opened first.
    """

    project: Project
    store: Store
    rasters: RasterPool
    catalog: SceneCatalog
    drawer: TileDrawer
    tile_cache: TileCache
    layer_tiles: LayerTiles
    stretches: StretchResolver
    ground: ValidGround
    outliner: Outliner
    write_back: WriteBack
    replies: Replies
    activity: ActivityLog
    capabilities: CapabilitiesCache
    folders: ImageryFolders
    uploads: Uploads
    author: str
    runs_jobs: Callable[[], bool]
    resources: ExitStack = field(repr=False, compare=False)

    @classmethod
    def open(
        cls,
        project: Project,
        author: str | None = None,
        tile_cache_bytes: int = DEFAULT_BYTES,
        runs_jobs: Callable[[], bool] = lambda: False,
        imagery: Iterable[Path] = (),
    ) -> Self:
        """Open the store and start write-back, which first rewrites each stale label file.

        Raises:
            StoreError: If the project's database can't be opened.
            NotFoundError: A folder of `imagery` is not there.
            ProjectError: The project's rasters may not be read from one of them.
        """
        folders, uploads = ImageryFolders.of(project, imagery), Uploads(project)
        with ExitStack() as stack:
            store = stack.enter_context(project.store())
            rasters = RasterPool(policy=project.read_policy)
            stack.callback(rasters.close)
            if not store.is_read_only:
                uploads.sweep()
            write_back = NoWriteBack() if store.is_read_only else WriteBack(project, store)
            stack.callback(write_back.close)
            cache = TileCache(project.cache_dir / "tiles", 0 if store.is_read_only else tile_cache_bytes)
            watch = SourceWatch(project)
            drawer = TileDrawer(project, rasters, watch, cache, UnreadableLog(project.cache_dir))
            stack.callback(drawer.close)
            layer_tiles = LayerTiles(cache)
            stack.callback(layer_tiles.close)
            return cls(
                project=project,
                store=store,
                rasters=rasters,
                catalog=SceneCatalog(store, watch),
                drawer=drawer,
                tile_cache=cache,
                layer_tiles=layer_tiles,
                stretches=StretchResolver(drawer.opened),
                ground=ValidGround(drawer),
                outliner=Outliner(drawer, project.models_dir),
                write_back=write_back,
                replies=Replies(MAX_CACHED_BYTES, len),
                activity=ActivityLog(store),
                capabilities=CapabilitiesCache(),
                folders=folders,
                uploads=uploads,
                author=author or project.author_default,
                runs_jobs=runs_jobs,
                resources=stack.pop_all(),
            )
        raise AssertionError("unreachable: ExitStack doesn't swallow errors")

    def close(self) -> None:
        """Write the label files that are still due, then close everything; a second call does nothing."""
        self.resources.close()


def state_of(app: Flask) -> ServerState:
    """Return the state that `create_app` put into `app`."""
    return cast(ServerState, app.extensions[EXTENSION])


def current_state() -> ServerState:
    """Return the state behind the current request."""
    return state_of(current_app)
