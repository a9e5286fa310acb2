/** Display of one scene: its settings, the coordinates under the pointer, and the marked position. */

import { copyText } from "../browser/clipboard";
import { ImageryFilter } from "../map/filter";
import { Mark } from "../map/mark";
import type { SceneMap } from "../map/scene_map";
import { recall, remember } from "../browser/memory";
import type { Coordinate } from "../model/ground/lonlat_expansion";
import type { Format } from "../model/ground/coordinates";
import { formatsOf, say } from "../model/ground/coordinates";
import { lookUp } from "../model/ground/lookup";
import type { DisplaySettings } from "../model/view/display_settings";
import { adjust, PLAIN, readSettings, tileQuery } from "../model/view/display_settings";
import type { Measured } from "../model/ground/ruler";
import { Signal } from "../model/labels/signal";
import { References } from "./references";
import { ViewStretch } from "./view_stretch";
import { TEXTS } from "../texts";

const FORMAT = "geoengine/format";
const STEP = 0.05;
/** Screen pixels per raster pixel below which going to a position also goes closer. */
const FAR = 1 / 4;

export class Display {
  readonly settings: Signal<DisplaySettings>;
  readonly format: Signal<Format>;
  /** World coordinates under the mouse; null before it came. */
  readonly pointer = new Signal<Coordinate | null>(null);
  readonly pinned = new Signal<Coordinate | null>(null);
  /** True if a position is being asked for. */
  readonly asking = new Signal(false);
  /** Number of times that the box was asked for; each time it gets the focus. */
  readonly asked = new Signal(0);
  readonly measured = new Signal<Measured | null>(null);
  readonly stretch: ViewStretch;
  readonly references: References;

  /** `project` keeps the settings of one project from another's on the same address. */
  constructor(
    readonly map: SceneMap,
    target: HTMLElement,
    project: string,
    private readonly notice: Signal<string>,
  ) {
    const stored = `geoengine/display/${encodeURIComponent(project)}/${map.scene.key}`;
    this.settings = new Signal(readSettings(recall(stored)));
    this.references = new References(map, project);
    this.stretch = new ViewStretch(map, this.settings, (news) => this.adjust(news), notice);
    const filter = new ImageryFilter(target);
    this.settings.watch((settings) => {
      filter.show(settings);
      map.showTiles(tileQuery(settings));
      remember(stored, settings === PLAIN ? null : JSON.stringify(settings));
    });
    const last = recall(FORMAT) as Format | null;
    const formats = formatsOf(map.grid);
    this.format = new Signal(formats.includes(last!) ? last! : formats[0]!);
    const mark = new Mark(map.map);
    this.pinned.watch((position) => mark.show(position));
    map.map.on("pointermove", ({ coordinate }) => this.pointer.set(coordinate as unknown as Coordinate));
  }

  /** Under the mouse, else in the middle of the view. */
  get position(): Coordinate {
    return this.pointer.value ?? [this.map.view.x, this.map.view.y];
  }

  adjust(news: Partial<DisplaySettings>): void {
    this.settings.set(adjust(this.settings.value, news));
  }

  reset(): void {
    this.settings.set(PLAIN);
  }

  /** The next of the usual limits, after the last the scene's own. */
  nextLimits(): void {
    const presets: (string | null)[] = [null, ...Object.keys(TEXTS.display.limits)];
    const possible = presets.filter((limits) => adjust(this.settings.value, { limits }).limits === limits);
    const next = possible[(possible.indexOf(this.settings.value.limits) + 1) % possible.length] ?? null;
    this.adjust({ limits: next });
    this.notice.set(TEXTS.display.preset((TEXTS.display.limits as Record<string, string>)[next ?? ""] ?? null));
  }

  brighten(way: 1 | -1): void {
    this.adjust({ brightness: Math.round((this.settings.value.brightness + way * STEP) / STEP) * STEP });
  }

  choose(format: Format): void {
    remember(FORMAT, format);
    this.format.set(format);
  }

  nextFormat(): void {
    const formats = formatsOf(this.map.grid);
    this.choose(formats[(formats.indexOf(this.format.value) + 1) % formats.length]!);
  }

  /** Copy the position under the mouse as it is written there, and pins it. */
  copy(): void {
    this.pinned.set(this.position);
    const words = say(this.map.grid, this.format.value, this.position);
    if (words === null) this.notice.set(TEXTS.coordinates.notAvailable);
    else void this.copyWords(words);
  }

  async copyWords(words: string): Promise<void> {
    this.notice.set((await copyText(words)) ? TEXTS.coordinates.copied(words) : TEXTS.coordinates.copyFailed(words));
  }

  /** Open the box for coordinates. */
  ask(): void {
    this.asking.set(true);
    this.asked.set(this.asked.value + 1);
  }

  /** Go to what `text` says; returns how it was read, or why it could not be. */
  goTo(text: string): string {
    const answer = lookUp(this.map.grid, text);
    if ("problem" in answer) return answer.problem;
    const [x, y] = answer.world;
    const { resolution } = this.map;
    const native = this.map.scene.native_resolution * window.devicePixelRatio;
    this.map.view = { x, y, resolution: native / resolution < FAR ? native : resolution };
    this.pinned.set(answer.world);
    return TEXTS.coordinates.readAs(answer.as);
  }

  /** Esc: whether there was something to put away. */
  dismiss(): boolean {
    const had = this.pinned.value !== null || this.asking.value;
    this.pinned.set(null);
    this.asking.set(false);
    return had;
  }
}
