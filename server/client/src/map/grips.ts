/** Corners and edges under the pointer: choosing, dragging, inserting. Computes on values, draws through the edit layer. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import PointerInteraction from "ol/interaction/Pointer";

import type { Reshaping } from "../model/labels/change";
import type { Extent, Feature, Position } from "../model/feature";
import { area, extentOf } from "../model/shapes/geometry";
import type { Grip, Pick } from "../model/labels/picks";
import { gripAt, insertCorner, moveCorners, sameEdges, samePick, shared } from "../model/labels/picks";
import type { EditLayer } from "./editing";

export const REACH_PX = 10;
const CLICK_PX = 3;
/** How near a press must be to a corner of an outline that is not in hand: elsewhere it moves the map. */
const OFFER_PX = 6;
/** Smaller outlines, in screen pixels across, and those of more corners would leave no room to move the map by. */
const OFFER_LEAST_PX = 32;
const OFFER_MOST_CORNERS = 100;

export interface GripsOptions {
  /** Where a dragged corner goes instead of `place`; the features of `except` do not count. */
  snap(place: Position, except: ReadonlySet<string>): Position;
  /** Features not in hand whose extents meet a box. */
  within(box: Extent): Feature[];
  /** Takes a feature in hand. */
  take(feature: Feature): void;
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
  /** The feature of the grip where it was not in hand. */
  readonly offered: Feature | null;
  readonly result: Reshaping[];
}

export class Grips extends PointerInteraction {
  #drag: Drag | null = null;
  /** The corner of a feature that is not in hand which the pointer rests on. */
  #offered: { readonly feature: Feature; readonly grip: Grip } | null = null;

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
    const more = e.shiftKey;
    const own = this.at(event.coordinate);
    // Only what was shown before the press, and is there still: whoever moves the map in several pulls takes nothing.
    const still = !own && !more && this.#offered ? this.#offer(event.coordinate) : null;
    const offered = still && samePick(still.grip.pick, this.#offered!.grip.pick) ? still : null;
    const grip = own ?? offered?.grip;
    // Shift on an edge begins a box, as it does elsewhere.
    if (!grip || (more && grip.kind === "edge")) return false;
    const taken = this.#taken(grip, e.ctrlKey || e.metaKey, offered?.feature);
    this.#drag = { ...taken, grip, pixel: event.pixel, started: false, more, offered: offered?.feature ?? null, result: [] };
    return true;
  }

  protected override handleDragEvent(event: MapBrowserEvent<PointerEvent>): void {
    const drag = this.#drag;
    if (!drag) return;
    const moved = Math.hypot(event.pixel[0]! - drag.pixel[0]!, event.pixel[1]! - drag.pixel[1]!);
    if (!drag.started && moved < CLICK_PX) return;
    if (!drag.started && drag.offered) this.gripsOptions.take(drag.offered);
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
    else if (drag.grip.kind === "corner" && !drag.offered) this.gripsOptions.choose(drag.grip.pick, drag.more);
    return false;
  }

  protected override handleMoveEvent(event: MapBrowserEvent<PointerEvent>): void {
    const own = event.dragging ? null : this.at(event.coordinate);
    this.#offered = event.dragging || own ? null : this.#offer(event.coordinate);
    this.layer.hover((own ?? this.#offered?.grip)?.at ?? null);
  }

  /** A corner to be dragged at once, where an outline that is not in hand is large and plain enough to mean it. */
  #offer(place: readonly number[]): { feature: Feature; grip: Grip } | null {
    const resolution = this.getMap()!.getView().getResolution()!;
    const [x, y] = place as [number, number];
    const [reach, least] = [OFFER_PX * resolution, OFFER_LEAST_PX * resolution];
    const plain = this.gripsOptions.within([x - reach, y - reach, x + reach, y + reach]).filter(({ geometry }) => {
      const [minX, minY, maxX, maxY] = extentOf(geometry);
      return Math.min(maxX - minX, maxY - minY) >= least && geometry.coordinates.every((ring) => ring.length <= OFFER_MOST_CORNERS);
    });
    const grip = gripAt(plain.sort((a, b) => area(a.geometry) - area(b.geometry)), place, reach);
    return grip?.kind === "corner" ? { grip, feature: plain.find((f) => f.uid === grip.pick.uid)! } : null;
  }

  /** What a press on a grip takes along; with `borders` also what neighbours share with it. */
  #taken(grip: Grip, borders: boolean, offered?: Feature): Taken {
    const { features, picks: chosen } = offered ? { features: [offered], picks: [] } : this.layer;
    if (grip.kind === "edge") return this.#inserted(grip, borders);
    const picks = chosen.some((p) => samePick(p, grip.pick)) ? chosen : [grip.pick];
    return borders ? this.#withBorders(features, picks, grip.at) : { features, picks };
  }

  #withBorders(features: readonly Feature[], picks: readonly Pick[], at: Position): Taken {
    const around = this.gripsOptions.neighbours(at).filter((f) => !features.some((o) => o.uid === f.uid));
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
