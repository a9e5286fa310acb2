/** Count the tiles of the imagery that could not be fetched and have not come since. */

import type OlMap from "ol/Map";
import TileLayer from "ol/layer/Tile";
import type UrlTile from "ol/source/UrlTile";

/** Call `say` whenever the number of missing tiles changes, on the layers that are there and those that come. */
export function watchTiles(map: OlMap, say: (missing: number) => void): void {
  const missing = new Set<string>();
  const watch = (layer: unknown): void => {
    const source = layer instanceof TileLayer ? (layer.getSource() as UrlTile | null) : null;
    source?.on("tileloaderror", ({ tile }) => say(missing.add(tile.getKey()).size));
    source?.on("tileloadend", ({ tile }) => missing.delete(tile.getKey()) && say(missing.size));
  };
  map.getLayers().forEach(watch);
  map.getLayers().on("add", ({ element }) => watch(element));
}
