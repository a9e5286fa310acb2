/** The scenes of a project as a list to choose from: found by words, put in order. */

import type { SceneSummaryReply as SceneSummary } from "../wire";
import { TEXTS } from "../../texts";

export type SortOrder = "name" | "newest" | "open" | "added";

export const ORDERS: Readonly<Record<SortOrder, string>> = TEXTS.scenes.orders;

/** The scenes that have every word of `text` somewhere in what is known of them. */
export function find(scenes: readonly SceneSummary[], text: string): SceneSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return scenes.filter((scene) => {
    const { name, key, sensor, acquired_at: time, crs, marking } = scene;
    const known = [name, key, sensor, time?.slice(0, 10), crs, marking].join(" ").toLowerCase();
    return words.every((word) => known.includes(word));
  });
}

export function isOrder(name: string | null): name is SortOrder {
  return name !== null && Object.hasOwn(ORDERS, name);
}

export function inOrder(scenes: readonly SceneSummary[], order: SortOrder): SceneSummary[] {
  const byName = (a: SceneSummary, b: SceneSummary): number =>
    a.name.localeCompare(b.name, "en", { numeric: true }) || a.id - b.id;
  const compare: Record<SortOrder, (a: SceneSummary, b: SceneSummary) => number> = {
    added: (a, b) => a.id - b.id,
    name: byName,
    // Scenes without a date come last.
    newest: (a, b) => (b.acquired_at ?? "").localeCompare(a.acquired_at ?? "") || byName(a, b),
    open: (a, b) => b.counts.proposed - a.counts.proposed || byName(a, b),
  };
  return [...scenes].sort(compare[order]);
}

/** A scene with proposals; `wrapped` where the list was begun anew to find it. */
export interface Unfinished {
  readonly scene: SceneSummary;
  readonly wrapped: boolean;
}

/**
 * The next scene with proposals after `from` in the list, or, with a `way` of -1, before it; null where there is none.
 *
 * `from` stands where it did with as many proposals as when it was opened, and comes last itself.
 */
export function unfinished(
  scenes: readonly SceneSummary[],
  order: SortOrder,
  from: { readonly id: number; readonly proposed: number },
  way: 1 | -1,
): Unfinished | null {
  const opened = ({ counts }: SceneSummary): SceneSummary["counts"] => ({ ...counts, proposed: from.proposed });
  const listed = inOrder(
    scenes.map((scene) => (scene.id === from.id ? { ...scene, counts: opened(scene) } : scene)),
    order,
  ).map(({ id }) => id);
  if (way < 0) listed.reverse();
  const at = listed.indexOf(from.id);
  const known = new Map(scenes.map((scene) => [scene.id, scene]));
  for (const [step, id] of [...listed.slice(at + 1), ...listed.slice(0, at + 1)].entries()) {
    const scene = known.get(id)!;
    if (scene.counts.proposed > 0) return { scene, wrapped: at + 1 + step >= listed.length };
  }
  return null;
}

export type Ring = readonly (readonly [number, number])[];

/** A box in longitude and latitude, as wide as high on the ground at its middle latitude. */
export interface LonLatBox {
  readonly west: number;
  readonly north: number;
  /** Degrees. */
  readonly width: number;
  readonly height: number;
}

/** Least degrees of a box, and what it is wider than the scenes. */
const LEAST = 0.002;
const MARGIN = 1.15;

/** A box of `aspect` (width by height) that holds every footprint; null where there is none. */
export function boxAround(footprints: readonly (readonly Ring[] | null)[], aspect: number): LonLatBox | null {
  const points = footprints.flatMap((rings) => rings?.flat() ?? []);
  if (!points.length) return null;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [x, y] of points) {
    [west, south, east, north] = [Math.min(west, x), Math.min(south, y), Math.max(east, x), Math.max(north, y)];
  }
  const [x, y] = [(west + east) / 2, (south + north) / 2];
  const squeeze = Math.max(0.2, Math.cos((y * Math.PI) / 180));
  const height = MARGIN * Math.max(LEAST, north - south, ((east - west) * squeeze) / aspect);
  const width = (height * aspect) / squeeze;
  return { west: x - width / 2, north: y + height / 2, width, height };
}

/** The rings of a footprint as an SVG path on a drawing of `width` by `height`; what would be too small is a dot of `dot`. */
export function drawn(rings: readonly Ring[], box: LonLatBox, width: number, height: number, dot: number): string {
  return rings
    .map((ring) => {
      const points = ring.map(
        ([x, y]) => [((x - box.west) / box.width) * width, ((box.north - y) / box.height) * height] as const,
      );
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const write = (corners: readonly (readonly [number, number])[]): string =>
        `M${corners.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;
      if (Math.max(right - left, bottom - top) >= dot) return write(points);
      const [x, y, r] = [(left + right) / 2, (top + bottom) / 2, dot / 2];
      return write([
        [x - r, y - r],
        [x + r, y - r],
        [x + r, y + r],
        [x - r, y + r],
      ]);
    })
    .join("");
}
