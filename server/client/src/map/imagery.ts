/** The raster of a scene on its own pixel grid. */

import TileLayer from "ol/layer/Tile";
import type Projection from "ol/proj/Projection";
import type RenderEvent from "ol/render/Event";
import XYZ from "ol/source/XYZ";
import TileGrid from "ol/tilegrid/TileGrid";

import type { Scene } from "../api";

const AGAIN_MS = 3000;
/** Tiles kept, decoded or not: some views' worth. The browser's own cache has those that are seen again later. */
const MOST_TILES = 64;

/** Choose the level by device pixels, so that a dense screen shows every raster pixel it has room for. */
class DevicePixelGrid extends TileGrid {
  override getZForResolution(resolution: number, direction?: number): number {
    return super.getZForResolution(resolution / window.devicePixelRatio, direction);
  }
}

/** The tiles of a scene, or those at `url` on that scene's grid; on a canvas that no other kind of layer shares. */
export function imageryLayer(
  scene: Scene,
  projection: Projection,
  url = scene.tiles.url,
  className = "imagery",
): TileLayer<XYZ> {
  const { tiles } = scene;
  const extent = [...scene.extent];
  const source = new XYZ({
    url,
    projection,
    tilePixelRatio: 1,
    transition: 0,
    tileGrid: new DevicePixelGrid({
      extent,
      origin: [...tiles.origin],
      resolutions: [...tiles.resolutions],
      tileSize: tiles.tile_size,
    }),
  });
  const layer = new TileLayer({ source, extent, className, cacheSize: MOST_TILES });
  const smooth = ({ context }: RenderEvent, on: boolean): void => {
    if (context instanceof CanvasRenderingContext2D) context.imageSmoothingEnabled = on;
  };
  // At one screen pixel per raster pixel and beyond, raster pixels are shown as they are.
  layer.on("prerender", (event) => {
    const resolution = event.frameState!.viewState.resolution;
    smooth(event, resolution > scene.native_resolution * window.devicePixelRatio * 1.001);
  });
  layer.on("postrender", (event) => smooth(event, true));
  // What the server did not send is asked for again, as long as the map is there to show it.
  source.on("tileloaderror", ({ tile }) =>
    setTimeout(() => layer.getMapInternal()?.getTargetElement() && tile.load(), AGAIN_MS),
  );
  source.on("tileloadend", () => layer.changed());
  return layer;
}
