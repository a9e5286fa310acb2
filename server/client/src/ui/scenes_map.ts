/** The scenes as footprints on a map, beside a list of those in sight that the keyboard walks through. */

import type { SceneSummary } from "../api";
import { recallHere, rememberHere } from "../browser/memory";
import { fill, h } from "../browser/dom";
import { watchTheme } from "../browser/theme";
import { FootprintMap } from "../map/footprints";
import { STATES } from "../model/view/home";
import type { View } from "../model/view/view";
import { TEXTS } from "../texts";
import type { Open } from "./scene_card";
import { sceneName, standing, stateBadge } from "./scene_card";
import { plainStyle, VirtualList } from "./virtual_list";

const VIEW = "geoengine/home-map";

export class ScenesMap {
  readonly element: HTMLElement;
  readonly list: VirtualList<SceneSummary>;
  readonly #scroller = h("div", { className: "scenes-body" });
  readonly #says = h("p", { className: "dim in-sight", role: "status" });
  readonly #more = h("div", { className: "map-more" });
  readonly #target = h("div", {
    className: "footprints",
    tabindex: "0",
    role: "application",
    "aria-label": TEXTS.home.map,
  });
  readonly #unwatch: () => void;
  #map: FootprintMap | null = null;
  #scenes: readonly SceneSummary[] = [];
  /** What is listed: the scenes in sight, or those that were clicked. */
  #sight: ReadonlySet<number> = new Set();
  #here: ReadonlySet<number> | null = null;

  constructor(open: Open) {
    this.list = new VirtualList(
      this.#scroller,
      plainStyle(TEXTS.scenes.heading, (scene) => this.#row(scene, open), 2),
    );
    this.#scroller.append(this.list.element);
    // The map is painted in the colours of the theme.
    this.#unwatch = watchTheme(() => this.#paintAnew());
    const side = h("section", { className: "map-side", "aria-label": TEXTS.scenes.heading });
    side.append(this.#says, this.#more, this.#scroller);
    this.element = h(
      "div",
      { className: "scenes-map" },
      h("div", { className: "map-frame" }, this.#target, legend()),
      side,
    );
  }

  /** Show these scenes. The element is in the page by then. */
  show(scenes: readonly SceneSummary[]): void {
    [this.#scenes, this.#here] = [scenes, null];
    const isNew = this.#map === null;
    const kept = viewOf(recallHere(VIEW));
    this.#map ??= new FootprintMap(this.#target, {
      sight: (ids) => this.#see(ids),
      picked: (ids) => this.#pick(ids),
    });
    this.#map.show(scenes);
    if (!isNew) return this.#say();
    if (kept) this.#map.view = kept;
    else this.#map.fit();
  }

  /** Return whether keys are the map's own now. */
  get hasFocus(): boolean {
    return this.#target.contains(document.activeElement);
  }

  close(): void {
    this.#unwatch();
    this.#map?.close();
    this.#map = null;
  }

  #paintAnew(): void {
    if (!this.#map) return;
    this.#map.close();
    this.#map = null;
    this.show(this.#scenes);
  }

  #see(ids: ReadonlySet<number>): void {
    [this.#sight, this.#here] = [ids, null];
    if (this.#map) rememberHere(VIEW, JSON.stringify(this.#map.view));
    this.#say();
  }

  /** List what was clicked; the only one has the focus then, so that Enter opens it. */
  #pick(ids: ReadonlySet<number>): void {
    this.#here = ids.size ? ids : null;
    this.#say();
    if (ids.size) this.list.focus(null);
  }

  #say(): void {
    const shown = this.#scenes.filter(({ id }) => (this.#here ?? this.#sight).has(id));
    const without = this.#scenes.filter(({ footprint }) => !footprint).length;
    this.#map?.mark(null);
    this.list.show(shown);
    this.#says.textContent = this.#here ? TEXTS.home.here(shown.length) : TEXTS.home.inSight(shown.length);
    const button = (words: string, act: () => void): HTMLElement =>
      h("button", { type: "button", onclick: act }, words);
    fill(
      this.#more,
      this.#here && button(TEXTS.home.allInSight, () => this.#pick(new Set())),
      !this.#here && without < this.#scenes.length && button(TEXTS.home.showWhole, () => this.#map?.fit()),
      without > 0 && h("p", { className: "dim" }, TEXTS.home.noPlace(without)),
    );
  }

  #row(scene: SceneSummary, open: Open): HTMLElement {
    const button = h(
      "button",
      { type: "button", className: "scene-row", onclick: () => open(scene.id) },
      sceneName(scene),
      h("span", {}, stateBadge(scene), h("span", { className: "dim" }, ` · ${standing(scene)}`)),
    );
    const mark = (): void => this.#map?.mark(scene.id);
    button.addEventListener("focus", mark);
    button.addEventListener("pointerenter", mark);
    button.addEventListener("pointerleave", () => this.#map?.mark(null));
    return button;
  }
}

function legend(): HTMLElement {
  const row = (className: string, words: string): HTMLElement =>
    h("li", { className: `scene-state ${className}` }, h("span", { className: "spot", "aria-hidden": "true" }), words);
  return h(
    "ul",
    { className: "map-legend", "aria-label": TEXTS.home.legend },
    ...STATES.map((state) => row(`scene-${state}`, TEXTS.home.state[state])),
    row("scene-bare", TEXTS.home.neverLabelled),
  );
}

function viewOf(text: string | null): View | null {
  try {
    const { x, y, resolution } = JSON.parse(text ?? "null") as View;
    return [x, y, resolution].every(Number.isFinite) && resolution > 0 ? { x, y, resolution } : null;
  } catch {
    return null;
  }
}
