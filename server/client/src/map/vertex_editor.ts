/** Interaction that selects, drags and inserts vertices. Computes on values, draws through the edit layer. */

import type MapBrowserEvent from "ol/MapBrowserEvent";

import { GuardedDrag } from "./guarded_drag";

import type { Reshaping } from "../model/labels/change";
import type { Extent, Feature, Position } from "../model/feature";
import { extentOf, isLine, isPoint, sameGeometry, smallestFirst } from "../model/shapes/geometry";
import type { EditTarget, VertexRef } from "../model/labels/vertices";
import {
  targetAt,
  insertVertex,
  moveSide,
  moveVertices,
  sameEdges,
  sameVertex,
  shared,
} from "../model/labels/vertices";
import { distance } from "../model/shapes/segment";
import type { EditLayer } from "./editing";

/** Distance of a press to a vertex, to an edge, and of a press that removes a vertex. */
const HIT_PX = 10;
const EDGE_PX = 5;
const REMOVE_PX = 6;
/** Way of the pointer below which a press is a click: on an edge, where a drag inserts a vertex, a hand may tremble. */
const CLICK_PX = { vertex: 3, edge: 6 };
/** Distance of a press to a vertex of an outline that is not selected; farther away it pans. */
const OFFER_PX = 6;
/** Smaller outlines, in screen pixels across, and those of more corners would leave no room to move the map by. */
const OFFER_LEAST_PX = 32;
const OFFER_MOST_CORNERS = 100;

export interface VertexEditorOptions {
  /** Return the snapped position of a dragged vertex of features, and what it snapped to. */
  snap(position: Position, features: readonly Feature[]): { readonly position: Position; readonly on?: object };
  /** Return the features not selected whose extents meet a box. */
  within(box: Extent): Feature[];
  /** Return whether a feature is a box, whose corners and sides move as those of a box. */
  isBox(feature: Feature): boolean;
  /** Select a feature. */
  take(feature: Feature): void;
  /** Return the features not selected that have a vertex or an edge at a position. */
  neighbours(position: Position): Feature[];
  /** A finished gesture. */
  reshape(reshapings: Reshaping[]): void;
  /** A corner was clicked; `more` adds to what is chosen. */
  choose(vertex: VertexRef, more: boolean): void;
}

/** Outlines, an inserted corner included, and those of their corners that move. */
interface Taken {
  readonly features: readonly Feature[];
  readonly vertices: readonly VertexRef[];
  /** Box of which a side is moved. */
  readonly box?: Feature;
}

interface Drag extends Taken {
  /** The selected features as they were at the press. */
  readonly ground: readonly Feature[];
  readonly target: EditTarget;
  readonly pixel: readonly number[];
  readonly started: boolean;
  readonly more: boolean;
  /** Feature of the target where it was not selected. */
  readonly offered: Feature | null;
  readonly result: Reshaping[];
}

export class VertexEditor extends GuardedDrag {
  #drag: Drag | null = null;
  /** Vertex under the pointer, of a feature that is not selected. */
  #offered: { readonly feature: Feature; readonly target: EditTarget } | null = null;

  constructor(
    private readonly layer: EditLayer,
    private readonly callbacks: VertexEditorOptions,
  ) {
    super();
    this.setActive(false);
  }

  get dragging(): boolean {
    return this.#drag?.started ?? false;
  }

  /** End a drag of features that are no longer selected, or no longer as they were. */
  check(selected: readonly Feature[]): void {
    if (this.#drag && !this.#drag.ground.every((f) => selected.some((s) => isAlike(s, f)))) this.abort();
  }

  /** Let go of what is being dragged; it stays as it was. */
  override abort(): boolean {
    const had = this.dragging;
    this.#drag = null;
    this.layer.preview(null);
    return had;
  }

  /** The vertex or edge at a position of the map, if a press there would take one. */
  at(position: readonly number[]): EditTarget | null {
    const resolution = this.getMap()!.getView().getResolution()!;
    if (!this.getActive() || !this.layer.shown) return null;
    return targetAt(this.layer.features, position, HIT_PX * resolution, EDGE_PX * resolution);
  }

  /** The vertex that a click at a place of the map removes, closer to it than one that is dragged. */
  removableAt(position: readonly number[]): VertexRef | null {
    const target = this.at(position);
    const resolution = this.getMap()!.getView().getResolution()!;
    const feature = this.layer.features.find((f) => f.uid === target?.vertex.uid);
    // A point is its one vertex, and a box keeps its four.
    if (target?.kind !== "vertex" || !feature || isPoint(feature.geometry) || this.callbacks.isBox(feature))
      return null;
    return distance(target.at, position) < REMOVE_PX * resolution ? target.vertex : null;
  }

  protected override handleDownEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const { originalEvent: e } = event;
    if (e.button !== 0 || e.altKey) return false;
    const more = e.shiftKey;
    const own = this.at(event.coordinate);
    // Only what was shown before the press, and is there still: whoever moves the map in several drags takes nothing.
    const still = !own && !more && this.#offered ? this.#offer(event.coordinate) : null;
    const offered = still && sameVertex(still.target.vertex, this.#offered!.target.vertex) ? still : null;
    const target = own ?? offered?.target;
    // Shift on an edge begins a box, as it does elsewhere; on a point it selects.
    if (!target || (more && (target.kind === "edge" || this.#isOfPoint(target)))) return false;
    const taken = this.#taken(target, e.ctrlKey || e.metaKey, offered?.feature);
    this.#drag = {
      ...taken,
      ground: offered ? [] : this.layer.features,
      target,
      pixel: event.pixel,
      started: false,
      more,
      offered: offered?.feature ?? null,
      result: [],
    };
    return true;
  }

  protected override handleDragEvent(event: MapBrowserEvent<PointerEvent>): void {
    const drag = this.#drag;
    if (!drag) return;
    const moved = Math.hypot(event.pixel[0]! - drag.pixel[0]!, event.pixel[1]! - drag.pixel[1]!);
    if (!drag.started && moved < CLICK_PX[drag.target.kind]) return;
    if (!drag.started && drag.offered) {
      this.callbacks.take(drag.offered);
      this.#drag = { ...drag, ground: this.layer.features };
    }
    const { position: to, on } = this.callbacks.snap(event.coordinate, drag.features);
    const { at, vertex } = drag.target;
    const [dx, dy] = [to[0]! - at[0]!, to[1]! - at[1]!];
    const result = drag.box
      ? moveSide(drag.box, vertex, dx, dy)
      : moveVertices(drag.features, drag.vertices, dx, dy, (f) => this.callbacks.isBox(f));
    this.#drag = { ...this.#drag!, started: true, result };
    this.layer.preview(result);
    if (on) this.layer.hover(to, "snapped");
  }

  protected override handleUpEvent(event: MapBrowserEvent<PointerEvent>): boolean {
    const drag = this.#drag;
    if (drag?.started && !this.isAtLast(event)) this.handleDragEvent(event);
    const result = this.#drag?.result ?? [];
    this.#drag = null;
    if (!drag) return false;
    this.layer.preview(null);
    if (drag.started) this.callbacks.reshape(result.map(([f, geometry]) => [this.layer.original(f), geometry]));
    else if (drag.target.kind === "vertex" && !drag.offered && !this.#isOfPoint(drag.target))
      this.callbacks.choose(drag.target.vertex, drag.more);
    return false;
  }

  protected override handleMoveEvent(event: MapBrowserEvent<PointerEvent>): void {
    const own = event.dragging ? null : this.at(event.coordinate);
    this.#offered = event.dragging || own ? null : this.#offer(event.coordinate);
    this.layer.hover((own ?? this.#offered?.target)?.at ?? null);
  }

  /** Return the vertex that a press would drag at once, of an outline that is not selected but large and plain enough. */
  #offer(position: readonly number[]): { feature: Feature; target: EditTarget } | null {
    const resolution = this.getMap()!.getView().getResolution()!;
    const [x, y] = position as [number, number];
    const [maxDistance, least] = [OFFER_PX * resolution, OFFER_LEAST_PX * resolution];
    const plain = this.callbacks
      .within([x - maxDistance, y - maxDistance, x + maxDistance, y + maxDistance])
      .filter(({ geometry }) => {
        const [minX, minY, maxX, maxY] = extentOf(geometry);
        const sides = [maxX - minX, maxY - minY] as const;
        return (
          (isLine(geometry) ? Math.max(...sides) : Math.min(...sides)) >= least &&
          geometry.coordinates.every((ring) => ring.length <= OFFER_MOST_CORNERS)
        );
      });
    const target = targetAt(plain.sort(smallestFirst), position, maxDistance);
    return target?.kind === "vertex" ? { target, feature: plain.find((f) => f.uid === target.vertex.uid)! } : null;
  }

  /** Return the features and vertices that a press moves; with `borders` also the neighbours' shared ones. */
  #taken(target: EditTarget, borders: boolean, offered?: Feature): Taken {
    const { features, vertices: chosen } = offered ? { features: [offered], vertices: [] } : this.layer;
    const feature = features.find((f) => f.uid === target.vertex.uid);
    if (target.kind === "edge" && feature && this.callbacks.isBox(feature))
      return { features: [feature], vertices: [], box: feature };
    if (target.kind === "edge") return this.#inserted(target, borders);
    const vertices = chosen.some((p) => sameVertex(p, target.vertex)) ? chosen : [target.vertex];
    return borders ? this.#withBorders(features, vertices, target.at) : { features, vertices };
  }

  #isOfPoint({ vertex }: EditTarget): boolean {
    const feature = this.layer.features.find((f) => f.uid === vertex.uid);
    return feature !== undefined && isPoint(feature.geometry);
  }

  #withBorders(features: readonly Feature[], vertices: readonly VertexRef[], at: Position): Taken {
    const around = this.callbacks.neighbours(at).filter((f) => !features.some((o) => o.uid === f.uid));
    const ours = features.filter((f) => !vertices.some((p) => p.uid === f.uid));
    const along = shared(features, vertices, [...around, ...ours]);
    return { features: [...features, ...around], vertices: [...vertices, ...along] };
  }

  /** A corner put into an edge; with `borders` also into the same edge of the neighbours. */
  #inserted({ vertex, at }: EditTarget, borders: boolean): Taken {
    const { features } = this.layer;
    const around = borders ? this.callbacks.neighbours(at) : [];
    const others = [...around, ...(borders ? features : [])].filter((f) => !this.callbacks.isBox(f));
    const into = [
      vertex,
      ...sameEdges(
        features.find((f) => f.uid === vertex.uid)!,
        vertex,
        others,
      ),
    ];
    const grown = [...features, ...around].map((f) =>
      into
        .filter((p) => p.uid === f.uid)
        .reduce((g, { ring, index }) => ({ ...g, geometry: insertVertex(g.geometry, ring, index, at) }), f),
    );
    return { features: grown, vertices: into.map((p) => ({ ...p, index: p.index + 1 })) };
  }
}

function isAlike(a: Feature, b: Feature): boolean {
  return a.uid === b.uid && sameGeometry(a.geometry, b.geometry);
}
