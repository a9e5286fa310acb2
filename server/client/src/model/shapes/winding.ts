/** Winding numbers to the left and to the right of each edge of rings. */

import { Edges } from "./edges";
import { type Path, type Point, keyOf } from "./lattice";
import { side } from "./segment";

interface Windings {
  readonly subject: number;
  readonly clip: number;
}

/** An edge that belongs to the subject, the clip or both, and the winding numbers of either on its two sides. */
export interface Sides {
  readonly from: Point;
  readonly to: Point;
  readonly left: Windings;
  readonly right: Windings;
}

/** An edge, upwards or to the right, and how often more it is passed that way than the other. */
interface Passage {
  readonly from: Point;
  readonly to: Point;
  subject: number;
  clip: number;
}

/**
 * The edges of two sets of rings that meet at their positions only, each once.
 *
 * A ray to the right from the middle of an edge counts what it passes; it is exact, since twice a lattice position is a
 * whole number, too. Edges passed as often one way as the other are left out: they bound nothing.
 */
export function sidesOf(subjects: readonly Path[], clips: readonly Path[]): Sides[] {
  const passages = [...passagesOf(subjects, clips).values()].filter(({ subject, clip }) => subject !== 0 || clip !== 0);
  const edges = new Edges(
    passages.map(({ from, to }) => [
      [from.x, from.y],
      [to.x, to.y],
    ]),
  );
  return passages.map(({ from, to, subject, clip }, own) => {
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    let [subjects, clips] = [0, 0];
    edges.near([x, y, Infinity, y], (i) => {
      const { a, b } = edges.all[i]!;
      // The ray runs a trifle above y, so that it meets no position.
      if (i === own || !(a[1]! <= y && b[1]! > y) || side(a, b, [x, y]) <= 0) return;
      subjects += passages[i]!.subject;
      clips += passages[i]!.clip;
    });
    // What the ray began in lies to the right of an edge that goes up, and to the left, above, of one that goes along.
    const level = from.y === to.y ? 1 : 0;
    const right = { subject: subjects - level * subject, clip: clips - level * clip };
    return { from, to, right, left: { subject: right.subject + subject, clip: right.clip + clip } };
  });
}

function passagesOf(subjects: readonly Path[], clips: readonly Path[]): Map<string, Passage> {
  const passages = new Map<string, Passage>();
  const add = (path: Path, name: "subject" | "clip"): void => {
    for (let i = 0; i + 1 < path.length; i++) {
      const [a, b] = [path[i]!, path[i + 1]!];
      const ahead = a.y < b.y || (a.y === b.y && a.x < b.x);
      const [from, to] = ahead ? [a, b] : [b, a];
      const key = `${keyOf(from)} ${keyOf(to)}`;
      if (!passages.has(key)) passages.set(key, { from, to, subject: 0, clip: 0 });
      passages.get(key)![name] += ahead ? 1 : -1;
    }
  };
  subjects.forEach((path) => add(path, "subject"));
  clips.forEach((path) => add(path, "clip"));
  return passages;
}
