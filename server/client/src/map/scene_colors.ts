/** Colours of a scene as it is shown: a sample of its smallest picture. */

import type { Scene } from "../api";
import type { Lab } from "../model/view/color_difference";
import { labOf } from "../model/view/color_difference";

/** Side of the picture that is looked at, in pixels. */
const SIDE_PX = 48;

/** Return colours of the scene; none where the picture cannot be had. `query` says how the scene is shown. */
export async function sceneColors(scene: Scene, query: string): Promise<readonly Lab[]> {
  const { tile_size: side, resolutions, url } = scene.tiles;
  const [width, height] = [scene.width, scene.height].map((n) =>
    Math.max(1, Math.round((n * scene.native_resolution) / resolutions[0]!)),
  ) as [number, number];
  const image = new Image(side, side);
  image.src = url.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0") + query;
  const context = new OffscreenCanvas(SIDE_PX, SIDE_PX).getContext("2d", { willReadFrequently: true });
  try {
    await image.decode();
  } catch {
    return [];
  }
  if (!context) return [];
  // The scene is in the upper left of one tile; pixels are taken, not mixed.
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, width, height, 0, 0, SIDE_PX, SIDE_PX);
  const { data } = context.getImageData(0, 0, SIDE_PX, SIDE_PX);
  const found: Lab[] = [];
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3]! > 127) found.push(labOf(data[at]!, data[at + 1]!, data[at + 2]!));
  return found;
}
