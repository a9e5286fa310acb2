/** Corners and edges under the pointer: choosing, dragging, inserting. Computes on values, draws through the edit layer. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import PointerInteraction from "ol/interaction/Pointer";

import type { Reshaping } from "../model/change";
import type { Feature, Position } from "../model/feature";
import type { Grip, Pick } from "../model/picks";
import { gripAt, insertCorner, moveCorners, sameEdges, samePick, shared } from "../model/picks";
import type { EditLayer } from "./editing";

export const REACH_PX = 10;
const CLICK_PX = 3;

export interface GripsOptions {
  /** Where a dragged corner goes instead of `place`; the features of `except` do not count. */
  snap(place: Position, except: ReadonlySet<string>): Position;
  /** Features not in hand that have a corner or an edge at a place. */
  neighbours(place: Position): Feature[];
  /** A finished gesture. */
  reshape(reshapings: Reshaping[]): void;
  /** A corner was clicked; `more` adds to what is chosen. */
  choose(pick: Pick, more: boolean): void;
}

/** Outlines, an inserted corner included, and those of their corners that move. */
interface Taken {
  readonly features: readonly Feature[];
  readonly picks: readonly Pick[];
}

interface Drag extends Taken {
  readonly grip: Grip;
  readonly pixel: readonly number[];
  readonly started: boolean;
  readonly more: boolean;
  readonly result: Reshaping[];
}

export class Grips extends PointerInteraction {
  #drag: Drag | null = null;

  constructor(private readonly layer: EditLayer, private readonly gripsOptions: GripsOptions) {
    super();
    this.setActive(false);
  }

  get dragging(): boolean {
    return this.#drag?.started ?? false;
  }

  /** Lets go of what is being dragged; it stays as it was. */
  abort(): boolean {
    const had = this.dragging;
    this.#drag = null;
    this.layer.preview(null);
    return had;
  }

  /** The grip at a place of the map, if a press there would take one. */
  at(place: readonly number[]): Grip | null {
    const resolution = this.getMap()!.getView().getResolution()!;
    return this.getActive() ? gripAt(this.layer.features, place, REACH_PX * resolution) : null;
  }

  protected override handleDownEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const { originalEvent: e } = event;
    if (e.button !== 0 || e.altKey) return false;
    const grip = this.at(event.coordinate);
    if (!grip) return false;
    const more = e.shiftKey;
    // Shift on an edge begins a box, as it does elsewhere.
    if (more && grip.kind === "edge") return false;
    this.#drag = { ...this.#taken(grip, e.ctrlKey || e.metaKey), grip, pixel: event.pixel, started: false, more, result: [] };
    return true;
  }

  protected override handleDragEvent(event: MapBrowserEvent<PointerEvent>): void {
    const drag = this.#drag;
    if (!drag) return;
    const moved = Math.hypot(event.pixel[0]! - drag.pixel[0]!, event.pixel[1]! - drag.pixel[1]!);
    if (!drag.started && moved < CLICK_PX) return;
    const to = this.gripsOptions.snap(event.coordinate, new Set(drag.features.map((f) => f.uid)));
    const { at } = drag.grip;
    const result = moveCorners(drag.features, drag.picks, to[0]! - at[0]!, to[1]! - at[1]!);
    this.#drag = { ...drag, started: true, result };
    this.layer.preview(result);
  }

  protected override handleUpEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const drag = this.#drag;
    if (drag?.started) this.handleDragEvent(event);
    const result = this.#drag?.result ?? [];
    this.#drag = null;
    if (!drag) return false;
    this.layer.preview(null);
    if (drag.started) this.gripsOptions.reshape(result.map(([f, geometry]) => [this.layer.original(f), geometry]));
    else if (drag.grip.kind === "corner") this.gripsOptions.choose(drag.grip.pick, drag.more);
    return false;
  }

  protected override handleMoveEvent(event: MapBrowserEvent<PointerEvent>): void {
    this.layer.hover(event.dragging ? null : this.at(event.coordinate)?.at ?? null);
  }

  /** What a press on a grip takes along; with `borders` also what neighbours share with it. */
  #taken(grip: Grip, borders: boolean): Taken {
    const { features, picks: chosen } = this.layer;
    if (grip.kind === "edge") return this.#inserted(grip, borders);
    const picks = chosen.some((p) => samePick(p, grip.pick)) ? chosen : [grip.pick];
    return borders ? this.#withBorders(features, picks, grip.at) : { features, picks };
  }

  #withBorders(features: readonly Feature[], picks: readonly Pick[], at: Position): Taken {
    const around = this.gripsOptions.neighbours(at);
    const ours = features.filter((f) => !picks.some((p) => p.uid === f.uid));
    const along = shared(features, picks, [...around, ...ours]);
    return { features: [...features, ...around], picks: [...picks, ...along] };
  }

  /** A corner put into an edge; with `borders` also into the same edge of the neighbours. */
  #inserted({ pick, at }: Grip, borders: boolean): Taken {
    const { features } = this.layer;
    const around = borders ? this.gripsOptions.neighbours(at) : [];
    const into = [pick, ...sameEdges(features.find((f) => f.uid === pick.uid)!, pick, [...around, ...(borders ? features : [])])];
    const grown = [...features, ...around].map((f) => into.filter((p) => p.uid === f.uid).reduce(
      (g, { ring, index }) => ({ ...g, geometry: insertCorner(g.geometry, ring, index, at) }), f));
    return { features: grown, picks: into.map((p) => ({ ...p, index: p.index + 1 })) };
  }
}
