/** SceneGrid where the border of a polygon crosses or overruns itself. */

import type { Position, Ring } from "../feature";
import { type Edge, Edges } from "./edges";
import { withoutRepeats } from "./ring";
import { isFold, meetingPosition, segmentsMeet } from "./segment";

/**
 * Where a closed ring meets itself other than at the corners that follow each other, at most `limit` positions.
 *
 * Touching counts: a store takes no outline that does. Repeated positions do not.
 */
export function selfCrossings(ring: Ring, limit = Infinity): Position[] {
  const found: Position[] = [];
  const edges = new Edges([withoutRepeats(ring)]);
  const count = edges.all.length;
  edges.pairs((i, j) => {
    const [e, f] = [edges.all[i]!, edges.all[j]!];
    if (j === i + 1 || (i === 0 && j === count - 1)) {
      const corner = j === i + 1 ? foldOf(e, f) : foldOf(f, e);
      if (count > 3 && corner) found.push(corner);
    } else if (segmentsMeet(e.a, e.b, f.a, f.b)) {
      found.push(meetingPosition(e.a, e.b, f.a, f.b));
    }
    return found.length >= limit;
  });
  return found;
}

/** The corner between two edges that follow each other, where the second runs straight back. */
function foldOf(first: Edge, second: Edge): Position | null {
  return isFold(first.a, first.b, second.b) ? first.b : null;
}
