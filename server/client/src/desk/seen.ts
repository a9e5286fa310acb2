/** Ground of the scene that was seen: what is on the screen at 1:1 or closer for half a second is recorded. */

import * as api from "../api";
import { isInSight } from "../browser/attention";
import { Arrival } from "../map/arrival";
import type { PixelBox } from "../model/ground/seen_ground";
import { SeenGround } from "../model/ground/seen_ground";
import { Signal } from "../model/labels/signal";
import { Gaze, holds } from "../model/view/gaze";
import type { DeskContext } from "./context";
import type { Searcher } from "./searcher";

const LOOK_MS = 125;
/** Boxes seen last, in which a new one may lie. */
const REMEMBERED = 64;
/** Device pixels per raster pixel; zooming is not exact to the last digit. */
const LEAST_SCALE = 0.999;

export class Seen {
  /** Ground of the scene; null until it is asked for. */
  readonly ground = new Signal<SeenGround | null>(null);
  /** Box that was seen last. */
  readonly latest = new Signal<PixelBox | null>(null);
  readonly #gaze = new Gaze();
  readonly #arrival: Arrival;
  readonly #timer: ReturnType<typeof setInterval>;
  #recent: { readonly author: string; readonly boxes: readonly PixelBox[] } = { author: "", boxes: [] };

  constructor(
    private readonly desk: DeskContext,
    private readonly searcher: Searcher,
    private readonly covered: () => boolean,
  ) {
    this.#arrival = new Arrival(desk.map.map);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    void this.searcher.outbox.flush();
  }

  /** Ask the server which ground has been seen; what it does not know of yet is added. */
  async load(): Promise<SeenGround> {
    const author = this.searcher.author();
    const { id, width, height } = this.desk.scene;
    await this.searcher.outbox.flush();
    const ground = new SeenGround(await api.seen(id, author), width, height);
    for (const box of this.searcher.outbox.waiting(id, author)) ground.add(box);
    this.ground.set(ground);
    return ground;
  }

  /** Send what was seen; resolves to whether the server has all of it. */
  saved(): Promise<boolean> {
    return this.searcher.outbox.flush();
  }

  /** What of the scene is on the screen, in its pixels; null where the view is outside of it. */
  get onScreen(): PixelBox | null {
    const { map, scene } = this.desk;
    const [west, south, east, north] = map.extent;
    const [left, top] = map.toRaster([west, north]);
    const [right, bottom] = map.toRaster([east, south]);
    // A hundredth of a pixel is no pixel that is missing.
    const box: PixelBox = [
      Math.max(0, Math.ceil(left - 0.01)),
      Math.max(0, Math.ceil(top - 0.01)),
      Math.min(scene.width, Math.floor(right + 0.01)),
      Math.min(scene.height, Math.floor(bottom + 0.01)),
    ];
    return box[0] < box[2] && box[1] < box[3] ? box : null;
  }

  /** True if the view is close enough, drawn, and not under anything. */
  get counts(): boolean {
    return this.desk.map.scale >= LEAST_SCALE && this.#arrival.complete && isInSight() && !this.covered();
  }

  #look(): void {
    const box = this.#gaze.look(performance.now(), this.counts ? this.onScreen : null);
    if (box) this.#took(box);
  }

  #took(box: PixelBox): void {
    const author = this.searcher.author();
    if (author !== this.#recent.author) this.#recent = { author, boxes: [] };
    if (this.#recent.boxes.some((known) => holds(known, box))) return;
    this.#recent = { author, boxes: [...this.#recent.boxes.slice(1 - REMEMBERED), box] };
    if (!this.searcher.readOnly) this.searcher.outbox.add(this.desk.scene.id, author, box);
    this.ground.value?.add(box);
    this.latest.set(box);
  }
}
