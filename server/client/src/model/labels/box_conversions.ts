/** Outlines that features had before they became boxes, kept while the scene is open. */

import type { Feature, Geometry } from "../feature";
import { eachGeometry, type Outcome } from "./operations";
import { orientedBox } from "../shapes/hull";
import type { Result } from "../shapes/result";
import { isRefused, ok } from "../shapes/result";

interface Conversion {
  readonly before: Geometry;
  readonly box: Geometry;
}

export class BoxConversions {
  readonly #conversions = new Map<string, Conversion>();

  /** `tolerance`, in units of the world: how far a box may lie from where it was made and still be that box. */
  constructor(private readonly tolerance: number) {}

  /** Each feature as the smallest box around it; where all are such boxes already, each as it was before. */
  toggled(features: readonly Feature[]): Result<Outcome> {
    const others = features.filter((f) => !this.#isBox(f));
    if (!others.length)
      return ok({ reshaped: features.map((f) => [f, this.#conversions.get(f.uid)!.before]), removed: [], added: [] });
    const boxed = eachGeometry(others, (geometry) => orientedBox([geometry]));
    if (!isRefused(boxed))
      for (const [f, box] of boxed.ok.reshaped) this.#conversions.set(f.uid, { before: f.geometry, box });
    return boxed;
  }

  #isBox({ uid, geometry }: Feature): boolean {
    const box = this.#conversions.get(uid)?.box;
    const [ring, known] = [geometry.coordinates[0]!, box?.coordinates[0]];
    return (
      known !== undefined &&
      geometry.coordinates.length === 1 &&
      ring.length === known.length &&
      ring.every((p, i) => Math.hypot(p[0]! - known[i]![0]!, p[1]! - known[i]![1]!) <= this.tolerance)
    );
  }
}
