/** A scene's own plane as an OpenLayers projection: its units and extent, and no transform to anything else. */

import Projection from "ol/proj/Projection";
import { METERS_PER_UNIT } from "ol/proj/Units";

import type { Scene } from "../api";
import type { SceneGrid } from "../model/ground/scene_grid";

export function sceneProjection(scene: Scene, grid: SceneGrid): Projection {
  const { id, units, gsd_m: gsd, native_resolution: native } = scene;
  const metersPerUnit = units === "pixels" ? 1 : METERS_PER_UNIT[units]!;
  return new Projection({
    code: `scene:${id}`,
    units,
    extent: [...scene.extent],
    // The scale bar shows metres on the ground where the view is, along the bar, not those of the projection plane.
    getPointResolution: (resolution, point) => {
      const metres = grid.compass(point)?.metres ?? gsd;
      return metres === null ? resolution : (resolution * metres) / native / metersPerUnit;
    },
  });
}
