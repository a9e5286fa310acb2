/** Snapping of a vertex that is added or dragged: to a neighbour, to a right angle, or not at all. */

import { recall, remember } from "../browser/memory";
import type { Feature, Position } from "../model/feature";
import { rightAngles, snap } from "../model/shapes/snap";
import { Signal } from "../model/labels/signal";

export interface Snapping {
  /** To corners and edges of other objects. */
  readonly objects: boolean;
  /** To right angles with the edges drawn so far. */
  readonly angles: boolean;
}

/** A position, and the edge of another object that it lies on. */
export interface Snapped {
  readonly position: Position;
  readonly on?: { readonly feature: Feature; readonly ring: number; readonly index: number };
}

const SNAP_PX = 8;
const ANGLE_DEG = 8;
const STORED = "geoengine/snapping-off";

export class Snapper {
  readonly settings = new Signal<Snapping>(stored());

  /** `near` gives the objects within a distance of a position, `resolution` the world units per screen pixel. */
  constructor(
    private readonly near: (position: Position, maxDistance: number) => readonly Feature[],
    private readonly resolution: () => number,
  ) {
    this.settings.watch(({ objects, angles }) =>
      remember(STORED, [!objects && "objects", !angles && "angles"].filter(Boolean).join(" ")),
    );
  }

  toggle(what: keyof Snapping): void {
    this.settings.set({ ...this.settings.value, [what]: !this.settings.value[what] });
  }

  /** Return the snapped pointer position, features of `except` left out, after the vertices set so far. */
  at(pointer: Position, except: ReadonlySet<string> = new Set(), corners: readonly Position[] = []): Snapped {
    const { objects, angles } = this.settings.value;
    const found = objects ? this.#onObject(pointer, except) : null;
    if (found) return found;
    const square = angles && corners.length > 1 ? rightAngles(corners, pointer, ANGLE_DEG) : null;
    return { position: square ?? pointer };
  }

  /** The nearest edge of an object whether or not snapping is on. */
  edge(pointer: Position): Snapped | null {
    return this.#onObject(pointer, new Set());
  }

  #onObject(pointer: Position, except: ReadonlySet<string>): Snapped | null {
    const maxDistance = SNAP_PX * this.resolution();
    const features = this.near(pointer, maxDistance).filter((f) => !except.has(f.uid));
    const hit = snap(
      pointer,
      features.map((f) => f.geometry),
      maxDistance,
    );
    return hit && { position: hit.position, on: { feature: features[hit.polygon]!, ring: hit.ring, index: hit.index } };
  }
}

function stored(): Snapping {
  const off = recall(STORED)?.split(" ") ?? ["angles"];
  return { objects: !off.includes("objects"), angles: !off.includes("angles") };
}
