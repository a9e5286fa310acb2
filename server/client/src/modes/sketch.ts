/** Mode that collects points by clicks, strokes and tracing; the kind of sketch says what they make. */

import type MapBrowserEvent from "ol/MapBrowserEvent";
import type PointerInteraction from "ol/interaction/Pointer";

import type { DeskContext } from "../desk/context";
import { SketchLayer } from "../map/sketch";
import type { Polygon, Position } from "../model/feature";
import { closingReach } from "../model/shapes/closing";
import { flawsOf } from "../model/shapes/validity";
import { isRefused } from "../model/shapes/result";
import { distance } from "../model/shapes/segment";
import type { Snapped } from "../desk/snapper";
import { Crosshair } from "./crosshair";
import type { Mode, ModeName } from "../desk/mode";
import { toolOf } from "../desk/mode";
import { Span, Stroke } from "./drags";
import type { SketchKind } from "./sketch_kind";
import { SketchPath } from "./sketch_path";
import { wayAlong } from "./tracing";
import { TEXTS } from "../texts";

/** Distance of a click to the first position that closes the outline; less for a small one, whose corners lie closer. */
const CLOSE_PX = 10;
const SAME_PX = 2;
const STROKE_PX = 3;

export class SketchMode implements Mode {
  readonly name: ModeName;
  readonly #stroke = new Stroke(
    (position) => this.#along(position),
    () => this.#lifted(),
    () => this.#dropStroke(),
  );
  readonly #span = new Span(
    () => !this.busy,
    (event) => this.#set(event),
    (event) => this.#aim(event),
    () => this.escape(),
  );
  #layer: SketchLayer | null = null;
  #crosshair: Crosshair | null = null;
  #path: SketchPath;
  /** The last click was where the one before was. */
  #again = false;
  #pointer: Position | null = null;
  /** True if the pointer has snapped to an object. */
  #onObject = false;

  constructor(
    private readonly desk: DeskContext,
    private readonly kind: SketchKind,
  ) {
    this.name = kind.name;
    this.#path = new SketchPath(this.#least, desk.unfinished.of(kind.name));
  }

  enter(): void {
    const { map } = this.desk.map;
    if (!this.kind.usesSelection) this.desk.selection.set([]);
    const left = this.desk.unfinished.of(this.name);
    // A line that is drawn on is kept as what is unfinished.
    if (!this.busy) this.#path = new SketchPath(this.#least, left);
    if (this.busy) this.desk.redrawing.resume(left?.redraws ?? null, left?.adds);
    this.#layer = new SketchLayer(map, () => this.kind.color ?? this.desk.colorOf(this.desk.redrawing.classKey));
    this.#crosshair = new Crosshair(this.desk.map);
    if (this.#drawing) map.addInteraction(this.#drawing);
    map.on("click", this.#set);
    map.on("dblclick", this.#doubleClick);
    map.on("pointermove", this.#move);
    if (this.busy) this.#draw();
  }

  exit(): void {
    const { map } = this.desk.map;
    if (this.#drawing) map.removeInteraction(this.#drawing);
    map.un("click", this.#set);
    map.un("dblclick", this.#doubleClick);
    map.un("pointermove", this.#move);
    this.#layer?.close();
    this.#crosshair?.close();
    this.#layer = this.#crosshair = this.#pointer = null;
    this.#path.dropStroke();
    // Another tool's key does not cost what is drawn: this tool's goes on with it.
    if (this.#path.length) this.desk.notice.set(TEXTS.modes.sketchSuspended);
  }

  escape(): boolean {
    const had = this.busy;
    this.#reset();
    this.desk.birth.rest();
    return this.desk.redrawing.dropped() || had || this.desk.redrawing.leave();
  }

  finish(): void {
    this.#take(false);
  }

  /** Take what is drawn with what is wrong repaired. */
  repair(): boolean {
    const had = this.#path.length >= this.kind.least;
    if (had) this.#take(true);
    return had;
  }

  stepBack(): boolean {
    const had = this.#path.stepBack();
    this.#changed();
    return had;
  }

  /** Set again what was taken back last; while anything is drawn, redo is of the drawing. */
  stepForward(): boolean {
    const had = this.#path.stepForward();
    if (had) this.#changed();
    return had || this.busy;
  }

  get busy(): boolean {
    return this.#path.length > 0;
  }

  get aimed(): boolean {
    return this.#crosshair?.moved ?? false;
  }

  /** Move the cross that keys draw with. */
  nudge(dx: number, dy: number): void {
    this.#point(this.#crosshair!.move(dx, dy, this.desk.scene.native_resolution), false);
  }

  addPoint(): void {
    const at = this.#crosshair!.at;
    if (at) this.#put(this.#snapped(at, false), at);
    else this.nudge(0, 0);
  }

  /** Interaction of a drag; a point has none, so that a drag moves the map. */
  get #drawing(): PointerInteraction | null {
    if (this.kind.clicks === 1) return null;
    return this.kind.clicks ? this.#span : this.#stroke;
  }

  /** Corners from which on the box around them says how large the object is; null for a line, which has no size. */
  get #least(): number | null {
    return this.kind.line ? null : toolOf(this.name) === "circle" ? Infinity : this.kind.least;
  }

  get #resolution(): number {
    return this.desk.map.resolution;
  }

  readonly #move = (event: MapBrowserEvent): void => {
    if (!event.dragging) this.#aim(event);
  };

  #aim(event: MapBrowserEvent): void {
    const { ctrlKey, metaKey, altKey } = event.originalEvent as PointerEvent;
    const way = ctrlKey || metaKey ? this.#traced(event.coordinate, false) : null;
    this.#crosshair!.point(event.coordinate);
    if (!way?.length) return this.#point(event.coordinate, altKey);
    [this.#pointer, this.#onObject] = [way.at(-1)!.position, true];
    this.#draw(way.map((p) => p.position));
  }

  #point(at: Position, exactly: boolean): void {
    const { position, on } = this.#snapped(at, exactly);
    [this.#pointer, this.#onObject] = [position, on !== undefined];
    this.#draw([this.#pointer]);
  }

  readonly #set = (event: MapBrowserEvent): void => {
    const { ctrlKey, metaKey, altKey, shiftKey } = event.originalEvent as PointerEvent;
    if (ctrlKey || metaKey) return this.#trace(event.coordinate, shiftKey);
    this.#put(this.#snapped(event.coordinate, altKey), event.coordinate);
  };

  /** Set a position; at the first one again the outline is finished. `pointed` is where before snapping. */
  #put(snapped: Snapped, pointed: Position): void {
    const corners = this.#path.corners;
    const [first, last] = [corners[0], corners.at(-1)];
    this.#again = last !== undefined && distance(last, snapped.position) < SAME_PX * this.#resolution;
    if (this.#again) return;
    const closes = !this.kind.line && !this.kind.clicks && corners.length >= this.kind.least;
    const reach = closes ? closingReach(corners, SAME_PX * this.#resolution, CLOSE_PX * this.#resolution) : 0;
    if (closes && distance(first!, pointed) < reach) return this.#take(false);
    this.#path.add([snapped]);
    if (this.#path.length === this.kind.clicks) this.#take(false);
    else this.#changed();
  }

  readonly #doubleClick = (event: MapBrowserEvent): void => {
    event.stopPropagation();
    // Two quick clicks at two positions are two corners; with Ctrl they trace twice.
    const { ctrlKey, metaKey } = event.originalEvent as PointerEvent;
    if (!this.kind.clicks && this.#again && !ctrlKey && !metaKey) this.#take(false);
  };

  #snapped(pointer: Position, exactly: boolean): Snapped {
    if (exactly) return { position: pointer };
    const { snapper, redrawing } = this.desk;
    const reach = this.#path.reachTo(pointer);
    return snapper.at(pointer, redrawing.classKey, this.#path.corners, reach, redrawing.target.value);
  }

  #traced(pointer: Position, longer: boolean): Snapped[] | null {
    return wayAlong(this.#path.last, this.desk.snapper.edge(pointer), longer);
  }

  /** Ctrl and a click: follows a neighbour's border to here, with Shift the longer way round. */
  #trace(pointer: Position, longer: boolean): void {
    const way = this.#traced(pointer, longer) ?? this.#start(pointer);
    if (!way) return this.desk.notice.set(TEXTS.modes.traceNeeds);
    this.#again = way.length === 0;
    if (this.#again) return;
    this.#path.add(way);
    this.#changed();
  }

  #start(pointer: Position): Snapped[] | null {
    const edge = this.busy ? null : this.desk.snapper.edge(pointer);
    return edge && [edge];
  }

  #along(position: Position): void {
    const last = this.#path.last?.position;
    if (last && distance(last, position) < STROKE_PX * this.#resolution) return;
    this.#path.stroke(position);
    this.#draw();
  }

  /** Take a stroke back that did not end by itself. */
  #dropStroke(): boolean {
    const had = this.#path.dropStroke();
    this.#changed();
    return had;
  }

  /** A stroke that began the sketch is all of it; one between clicks is a part. */
  #lifted(): void {
    const alone = this.#path.endStroke();
    this.#changed();
    if (alone && this.#path.length > this.kind.least) this.#take(false);
  }

  #take(mend: boolean): void {
    const positions = this.#path.corners;
    if (positions.length < this.kind.least) return;
    const problem = this.kind.take(this.desk, positions, mend);
    if (problem === null) {
      this.#reset();
      this.desk.redrawing.finished();
    } else if (this.kind.clicks) this.stepBack();
    if (problem) this.desk.notice.set(problem);
  }

  #reset(): void {
    this.#crosshair?.rest();
    this.#path = new SketchPath(this.#least);
    this.#keep();
    this.#draw([]);
  }

  #changed(): void {
    this.#keep();
    this.#draw();
  }

  #keep(): void {
    const { sketch } = this.#path;
    const { target, adds } = this.desk.redrawing;
    const redraws = target.value === null ? {} : { redraws: target.value, ...(adds && { adds }) };
    this.desk.unfinished.keep(this.name, sketch && { ...sketch, ...redraws });
  }

  /** Draw the sketch as it would be with `ahead` added. */
  #draw(ahead: readonly Position[] = this.#pointer && !this.#path.stroking ? [this.#pointer] : []): void {
    const { corners } = this.#path;
    const positions = [...corners, ...ahead];
    const outline = this.#outline(positions);
    // Only what is set is judged: the edge that follows the pointer may still go anywhere.
    const set = this.kind.clicks || this.kind.line || corners.length < 4 ? null : this.#outline(corners);
    const flaws = set
      ? flawsOf(set, 20)
          .filter(({ kind }) => kind === "crossing")
          .flatMap((f) => f.positions)
      : [];
    this.#layer?.show({
      outline,
      line: positions,
      corners,
      next: ahead.at(-1) ?? null,
      snapped: this.#onObject,
      flaws,
    });
  }

  #outline(positions: readonly Position[]): Polygon | null {
    if (!this.kind.outline || positions.length < this.kind.least) return null;
    const made = this.kind.outline(positions, this.#resolution / 4);
    return isRefused(made) ? null : made.ok;
  }
}
