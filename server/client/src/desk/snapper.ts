/** Snapping of a vertex that is added or dragged: to a neighbour, to a right angle, or not at all. */

import { recall, remember } from "../browser/memory";
import type { Feature, Position } from "../model/feature";
import { isClosed } from "../model/shapes/geometry";
import { reachOf, rightAngles, snap } from "../model/shapes/snap";
import { toggled } from "../model/view/filter";
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
  /** Where the pointer was, where an object drew the position to itself. */
  readonly pointed?: Position;
}

const SNAP_PX = 8;
const ANGLE_DEG = 8;
const STORED = "geoengine/snapping-off";
const CLASSES_OFF = "geoengine/snapping-off-classes";

export class Snapper {
  readonly settings = new Signal<Snapping>(stored());
  #offClasses: ReadonlySet<string> = new Set(recall(CLASSES_OFF)?.split(" ").filter(Boolean));

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

  /** Turn snapping to objects off, or on again, for what is drawn or dragged of a class; return whether it is on. */
  toggleClass(key: string): boolean {
    this.#offClasses = toggled(this.#offClasses, key);
    remember(CLASSES_OFF, [...this.#offClasses].join(" "));
    return !this.#offClasses.has(key);
  }

  /** Return the snapped pointer position of a corner that is drawn, after those set so far; `reach` limits it, `except` is redrawn. */
  at(
    pointer: Position,
    classKey: string,
    corners: readonly Position[] = [],
    reach = Infinity,
    except: string | null = null,
  ): Snapped {
    const { angles } = this.settings.value;
    const found = this.#isOn([classKey])
      ? this.#onObject(pointer, new Set(except === null ? [] : [except]), reach)
      : null;
    if (found) return { ...found, pointed: pointer };
    const square = angles && corners.length > 1 ? rightAngles(corners, pointer, ANGLE_DEG) : null;
    return { position: square ?? pointer };
  }

  /** Return the snapped pointer position of a corner of features that is dragged. */
  dragged(pointer: Position, features: readonly Feature[]): Snapped {
    if (!this.#isOn(features.map((f) => f.classKey))) return { position: pointer };
    // A line, which may be straight, is as large as it is long.
    const reach = Math.min(...features.map(({ geometry }) => reachOf(geometry.coordinates[0]!, isClosed(geometry))));
    return this.#onObject(pointer, new Set(features.map((f) => f.uid)), reach) ?? { position: pointer };
  }

  /** The nearest edge of an object whether or not snapping is on. */
  edge(pointer: Position): Snapped | null {
    return this.#onObject(pointer, new Set());
  }

  #isOn(classes: readonly string[]): boolean {
    return this.settings.value.objects && !classes.some((key) => this.#offClasses.has(key));
  }

  #onObject(pointer: Position, except: ReadonlySet<string>, reach = Infinity): Snapped | null {
    const maxDistance = Math.min(SNAP_PX * this.resolution(), reach);
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
