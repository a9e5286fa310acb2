/** Tracing of a border: the way from the last corner of a drawing along the outline of the object it lies on. */

import type { Snapped } from "../desk/snapper";
import { isClosed } from "../model/shapes/geometry";
import { trace, traceLine } from "../model/shapes/trace";

/** The way between positions along the border both lie on, with `longer` the other way round; null where there is none. */
export function wayAlong(from: Snapped | undefined, to: Snapped | null, longer: boolean): Snapped[] | null {
  const same = from?.on && to?.on && from.on.feature.uid === to.on.feature.uid && from.on.ring === to.on.ring;
  if (!same) return null;
  const { geometry } = to.on.feature;
  const ring = geometry.coordinates[to.on.ring]!;
  const way = (isClosed(geometry) ? trace : traceLine)(
    ring,
    { index: from.on.index, position: from.position },
    { index: to.on.index, position: to.position },
    longer,
  );
  return way.slice(1).map((position, i, all) => (i === all.length - 1 ? to : { position }));
}
