/** A scene's own plane as an OpenLayers projection: its units and extent, and no transform to anything else. */

import Projection from "ol/proj/Projection";
import { METERS_PER_UNIT } from "ol/proj/Units";

import type { Scene } from "../api";

export function sceneProjection(scene: Scene): Projection {
  const { id, units, gsd_m: gsd, native_resolution: native } = scene;
  const metersPerUnit = units === "pixels" ? 1 : METERS_PER_UNIT[units]!;
  return new Projection({
    code: `scene:${id}`,
    units,
    extent: [...scene.extent],
    // The scale bar shows metres on the ground as measured for this scene, not those of the projection plane.
    getPointResolution: (resolution) => (gsd === null ? resolution : (resolution * gsd) / native / metersPerUnit),
  });
}
