/** Overlays of rings that cross themselves, beside GEOS: the fixture is written by `tools/write_tangles.py`. */

import { describe, expect, it } from "vitest";

import type { Ring } from "../../../src/model/feature";
import { totalArea } from "../../../src/model/shapes/boolean";
import { overlayRings } from "../../../src/model/shapes/overlay";
import { isValid } from "../../../src/model/shapes/validity";
import { done } from "./arbitrary";

interface Pair {
  readonly a: Ring;
  readonly b: Ring;
  readonly areas: Readonly<Record<"union" | "intersection" | "difference", number>>;
}

const other = import.meta.env["VITE_TANGLES"] as string | undefined;
const { default: pairs } = (
  other ? await import(/* @vite-ignore */ other) : await import("../../fixtures/tangles.json")
) as { default: readonly Pair[] };

describe("tangles", () => {
  it.each(["union", "intersection", "difference"] as const)("have the %s that GEOS gives them", (kind) => {
    expect(pairs.length).toBeGreaterThan(100);
    for (const { a, b, areas } of pairs) {
      const parts = done(overlayRings(kind, [a], [b], "evenodd"));
      expect(parts.every(isValid)).toBe(true);
      expect(totalArea(parts)).toBeCloseTo(areas[kind], 4);
    }
  });
});
