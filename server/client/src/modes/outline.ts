/** Mode that proposes an outline for a click; Enter, or a click into the proposal, accepts it. */

import OlFeature from "ol/Feature";
import type MapBrowserEvent from "ol/MapBrowserEvent";
import Point from "ol/geom/Point";
import Polygon from "ol/geom/Polygon";
import { mouseActionButton, noModifierKeys } from "ol/events/condition";
import DragBox from "ol/interaction/DragBox";
import VectorLayer from "ol/layer/Vector";
import VectorSource from "ol/source/Vector";

import * as api from "../api";
import type { DeskContext } from "../desk/context";
import { sketchStyle } from "../map/styles";
import type { Extent } from "../model/feature";
import type { Kind, Prompt } from "../model/view/outlining";
import { boxed, clicked, NOTHING, shownOutline, turned, withoutLast } from "../model/view/outlining";
import { Crosshair } from "./crosshair";
import type { Mode } from "../desk/mode";
import { TEXTS } from "../texts";

/** Notes of the server that were shown: once is enough while the page is open. */
const said = new Set<string>();

export class OutlineMode implements Mode {
  readonly name = "outline";
  readonly #source = new VectorSource();
  readonly #layer = new VectorLayer({ source: this.#source });
  readonly #drag = new DragBox({
    className: "outline-box",
    condition: (event) => mouseActionButton(event) && noModifierKeys(event),
  });
  readonly #unwatch: (() => void)[] = [];
  #crosshair: Crosshair | null = null;
  #state = NOTHING;
  /** Number of the last request: answers to older ones are ignored. */
  #asked = 0;
  /** True while a request is answered, and where its outline is to be accepted at once. */
  #asking = false;
  #taken = false;

  constructor(private readonly desk: DeskContext) {
    this.#drag.on("boxend", () => {
      const extent = this.#drag.getGeometry().getExtent() as unknown as Extent;
      void this.#ask(boxed(extent));
    });
  }

  enter(): void {
    const { map } = this.desk.map;
    this.desk.select(null);
    map.addLayer(this.#layer);
    map.addInteraction(this.#drag);
    this.#crosshair = new Crosshair(this.desk.map);
    map.on("click", this.#click);
    map.on("pointermove", this.#follow);
    this.#unwatch.push(
      this.desk.drawClass.watch(() =>
        this.#layer.setStyle(sketchStyle(this.desk.colorOf(this.desk.redrawing.classKey))),
      ),
      this.desk.birth.skipped.watch(() => this.#pointed() && this.#draw()),
    );
  }

  exit(): void {
    const { map } = this.desk.map;
    for (const stop of this.#unwatch.splice(0)) stop();
    this.#clear();
    this.#crosshair?.close();
    this.#crosshair = null;
    map.un("click", this.#click);
    map.un("pointermove", this.#follow);
    map.removeInteraction(this.#drag);
    map.removeLayer(this.#layer);
  }

  escape(): boolean {
    const had = this.#pointed();
    this.#clear();
    this.desk.birth.rest();
    return had || this.desk.redrawing.leave();
  }

  get busy(): boolean {
    return this.#pointed();
  }

  /** Take the proposal as a new object of the current class. */
  finish(): void {
    const outline = shownOutline(this.#state);
    // Pressed while the outline is computed, Enter is of the outline.
    this.#taken = !outline && this.#asking;
    if (!outline) return;
    const problem = this.desk.redrawing.take([outline.geometry]);
    if (problem !== null) return this.desk.notice.set(problem);
    this.#clear();
    this.desk.redrawing.finished();
  }

  stepBack(): boolean {
    if (!this.#pointed()) return false;
    const prompt = withoutLast(this.#state);
    if (prompt) void this.#ask(prompt);
    else this.#clear();
    return true;
  }

  alternative(): boolean {
    if (!shownOutline(this.#state)) return false;
    this.#state = turned(this.#state);
    this.#show();
    return true;
  }

  get aimed(): boolean {
    return this.#crosshair?.moved ?? false;
  }

  /** Move the cross that keys point with. */
  nudge(dx: number, dy: number): void {
    this.#crosshair!.move(dx, dy, this.desk.scene.native_resolution);
  }

  addPoint(): void {
    const at = this.#crosshair!.at;
    if (at) void this.#ask(clicked(this.#state, at, "new")!);
    else this.nudge(0, 0);
  }

  readonly #follow = ({ coordinate, dragging }: MapBrowserEvent): void => {
    if (!dragging) this.#crosshair!.point(coordinate);
  };

  readonly #click = (event: MapBrowserEvent): void => {
    const { shiftKey, altKey } = event.originalEvent as MouseEvent;
    const kind: Kind = altKey ? "less" : shiftKey ? "more" : "new";
    if (kind === "new" && this.#holds(event.coordinate)) return this.finish();
    const prompt = clicked(this.#state, event.coordinate, kind);
    if (prompt) void this.#ask(prompt);
    else this.desk.notice.set(TEXTS.modes.outlineFirst);
  };

  async #ask(prompt: Prompt): Promise<void> {
    const asked = ++this.#asked;
    [this.#asking, this.#taken] = [true, false];
    this.#state = { ...NOTHING, prompt };
    this.#show();
    this.desk.notice.set(TEXTS.modes.outlineSearching);
    try {
      const { outlines, note } = await api.outline(this.desk.scene.id, prompt, this.desk.redrawing.classKey);
      if (asked !== this.#asked) return;
      this.#state = { prompt, outlines, index: 0 };
      this.#asking = false;
      this.#show();
      if (this.#taken) this.finish();
      if (!outlines.length) this.desk.notice.set(TEXTS.modes.outlineNone);
      if (note && !said.has(note)) this.desk.notice.set(`${this.desk.notice.value} ${note}`);
      if (note) said.add(note);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#asking = this.#taken = false;
      this.desk.notice.set(error instanceof api.HttpError ? error.message : TEXTS.modes.outlineFailed);
    }
  }

  #pointed(): boolean {
    return this.#state !== NOTHING;
  }

  #holds(coordinate: number[]): boolean {
    const outline = shownOutline(this.#state);
    return (
      outline !== null && new Polygon(outline.geometry.coordinates as number[][][]).intersectsCoordinate(coordinate)
    );
  }

  #clear(): void {
    this.#asked++;
    this.#asking = this.#taken = false;
    this.#crosshair?.rest();
    this.#state = NOTHING;
    this.#show();
  }

  /** Draw what was pointed at and the proposal, and say how to go on. */
  #show(): void {
    const { outlines, index } = this.#state;
    this.#draw();
    document.body.dataset["proposed"] = String(outlines.length);
    if (shownOutline(this.#state)) this.desk.notice.set(TEXTS.modes.outlineFound(index, outlines.length));
  }

  /** The proposal is drawn as its class will have it. */
  #draw(): void {
    const { prompt } = this.#state;
    const outline = shownOutline(this.#state);
    const positions = [...prompt.points, ...prompt.negative].map((position) => new OlFeature(new Point([...position])));
    this.#source.clear();
    this.#source.addFeatures(positions);
    if (!outline) return;
    const { coordinates } = this.desk.birth.shown(outline.geometry);
    this.#source.addFeature(new OlFeature(new Polygon(coordinates as number[][][])));
  }
}
