/** Revisions of one object: what changed from one to the next, and whose work going back to one of them would undo. */

import type { Feature } from "../feature";
import { sameGeometry } from "../shapes/geometry";

export interface Version {
  readonly revision: number;
  readonly author: string;
  readonly time: string;
  readonly feature: Feature;
}

export type Change =
  "drawn" | "found" | "deleted" | "restored" | "outline" | "class" | "state" | "unsure" | "note" | "attributes";

/** What a revision changed; the first one made the object. */
export function changesBetween(before: Feature | null, after: Feature): readonly Change[] {
  if (!before) return [after.origin === "model" ? "found" : "drawn"];
  if (before.deleted !== after.deleted) return [after.deleted ? "deleted" : "restored"];
  const differs: readonly (readonly [Change, boolean])[] = [
    ["outline", !sameGeometry(before.geometry, after.geometry)],
    ["class", before.classKey !== after.classKey],
    ["state", before.state !== after.state],
    ["unsure", before.said.unsure !== after.said.unsure],
    ["note", before.said.note !== after.said.note],
    [
      "attributes",
      before.said.confidence !== after.said.confidence ||
        JSON.stringify(before.attributes) !== JSON.stringify(after.attributes),
    ],
  ];
  return differs.filter(([, is]) => is).map(([change]) => change);
}

/** The newest version after `to` that somebody else than `me` made; null where there is none. */
export function othersSince(versions: readonly Version[], to: Version, me: string): Version | null {
  const later = versions.filter(({ revision, author }) => revision > to.revision && author !== me);
  return later.at(-1) ?? null;
}
