/** Read-only view of the page for tests and the console: `window.geoengine`. */

import type { Desk } from "./desk/desk";
import type { Feature } from "./model/feature";
import type { Outbox } from "./model/labels/outbox";

export interface Probe {
  readonly map: unknown;
  readonly scene: number | null;
  readonly mode: string | null;
  readonly selected: Feature | null;
  readonly selection: readonly Feature[];
  /** Number of selected vertices. */
  readonly selectedVertices: number;
  readonly saveStatus: string;
  readonly waiting: number;
  readonly resolution: number | null;
  /** Nothing is loading, moving or waiting to be drawn. */
  readonly idle: boolean;
  /** Labels in view with their boxes, in page pixels of the map. */
  readonly labels: readonly { readonly words: string; readonly left: number; readonly right: number }[];
  features(): Feature[];
  feature(uid: string): Feature | null;
  toPage(world: readonly [number, number]): [number, number] | null;
  toWorld(page: readonly [number, number]): [number, number] | null;
}

declare global {
  interface Window {
    geoengine: Probe;
  }
}

export function installProbe(desk: () => Desk | null, outbox: Outbox): void {
  window.geoengine = Object.freeze({
    get map() {
      return desk()?.map.map ?? null;
    },
    get scene() {
      return desk()?.scene.id ?? null;
    },
    get mode() {
      return desk()?.mode.value ?? null;
    },
    get selected() {
      return desk()?.selection.single ?? null;
    },
    get selection() {
      return desk()?.selection.features ?? [];
    },
    get selectedVertices() {
      return desk()?.selection.vertices.length ?? 0;
    },
    get saveStatus() {
      return outbox.status.value;
    },
    get waiting() {
      return outbox.waiting.value;
    },
    get resolution() {
      return desk()?.map.resolution ?? null;
    },
    get idle() {
      const open = desk();
      if (!open) return false;
      const { busy, answers, failed } = open.loader.state.value;
      return answers > 0 && busy === 0 && !failed && !open.map.moving && open.bulk.settled;
    },
    get labels() {
      return desk()?.bulk.labels.placed ?? [];
    },
    features: () => [...(desk()?.workspace.labels ?? [])],
    feature: (uid: string) => desk()?.workspace.labels.get(uid) ?? null,
    toPage: (world: readonly [number, number]) => desk()?.map.toPage(world) ?? null,
    toWorld: (page: readonly [number, number]) => desk()?.map.toWorld(page) ?? null,
  });
}
