/** Click by click, a new outline in the current class. */

import type OlFeature from "ol/Feature";
import { never } from "ol/events/condition";
import type Polygon from "ol/geom/Polygon";
import Draw from "ol/interaction/Draw";

import type { Desk } from "../desk";
import { outlineOf } from "../map/editing";
import { sketchStyle } from "../map/styles";
import { draw } from "../model/change";
import type { Polygon as Outline } from "../model/feature";
import { outlineProblem } from "../model/geometry";
import { identifier } from "../model/identifier";
import type { Mode } from "./mode";

export class DrawMode implements Mode {
  readonly name = "draw";
  #draw: Draw | null = null;
  #sketch: Polygon | null = null;

  constructor(private readonly desk: Desk) {}

  enter(): void {
    this.desk.select(null);
    this.#draw = new Draw({
      type: "Polygon",
      style: () => sketchStyle(this.desk.colorOf(this.desk.drawClass.value)),
      stopClick: true,
      freehandCondition: never,
      finishCondition: () => this.#sound(),
    });
    this.#draw.on("drawstart", ({ feature }) => {
      this.#sketch = (feature as OlFeature<Polygon>).getGeometry() ?? null;
    });
    this.#draw.on("drawabort", () => (this.#sketch = null));
    this.#draw.on("drawend", ({ feature }) => {
      this.#sketch = null;
      const outline = outlineOf((feature as OlFeature<Polygon>).getGeometry()!);
      this.desk.commit(draw([{ uid: identifier(), classKey: this.desk.drawClass.value, geometry: outline }]));
    });
    this.desk.map.map.addInteraction(this.#draw);
  }

  exit(): void {
    if (this.#draw) this.desk.map.map.removeInteraction(this.#draw);
    this.#draw = null;
    this.#sketch = null;
  }

  escape(): boolean {
    const had = this.#sketch !== null;
    this.#draw?.abortDrawing();
    return had;
  }

  finish(): void {
    if (this.#sketch && this.#sound()) this.#draw?.finishDrawing();
  }

  stepBack(): boolean {
    const had = this.#sketch !== null;
    this.#draw?.removeLastPoint();
    return had;
  }

  /** Whether the corners set so far make an outline; the one that follows the mouse does not count. */
  #sound(): boolean {
    if (!this.#sketch) return false;
    const ring = outlineOf(this.#sketch).coordinates[0]!;
    const outline: Outline = { type: "Polygon", coordinates: [[...ring.slice(0, -2), ring[0]!]] };
    const problem = outlineProblem(outline);
    if (problem) this.desk.notice.set(`${problem} Backspace takes the last corner back.`);
    return problem === null;
  }
}
