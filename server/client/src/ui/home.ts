/** Home of a project: totals, and its scenes as gallery, table or map, searched, chosen and put in order. */

import type { Pace, SceneSummary } from "../api";
import { recall, recallHere, remember, rememberHere } from "../browser/memory";
import { fill, h } from "../browser/dom";
import { listOrder, rememberListOrder } from "../desk/next_scene";
import type { Signal } from "../model/labels/signal";
import type { SortKey, SortOrder } from "../model/view/catalog";
import { inOrder, keyOf, ORDERS, reversed } from "../model/view/catalog";
import type { Choice } from "../model/view/home";
import { ALL, choiceOf, chosen } from "../model/view/home";
import { PAGES, withScenes } from "../model/view/view";
import { TEXTS } from "../texts";
import type { Chips } from "./home_chips";
import { chips } from "./home_chips";
import { totalsLine } from "./home_totals";
import type { Open } from "./scene_card";
import { sceneCard } from "./scene_card";
import { tableHead, tableStyle } from "./scene_table";
import { ScenesMap } from "./scenes_map";
import { plainStyle, VirtualList } from "./virtual_list";

const CHOICE = "geoengine/home-choice";
const KIND = "geoengine/home-view";
/** Space between two cards, and their least width, in pixels. */
const GAP_PX = 12;
const CARD_PX = 230;

type Kind = keyof typeof TEXTS.home.view;

const KINDS = Object.keys(TEXTS.home.view) as Kind[];

/** One way to show scenes. */
interface SceneView {
  readonly element: HTMLElement;
  readonly list: VirtualList<SceneSummary>;
  /** What scrolls, where that is to be as it was when one comes back. */
  readonly scroller?: HTMLElement;
  readonly hasFocus?: boolean;
  show(scenes: readonly SceneSummary[]): void;
  mark?(order: SortOrder): void;
  close?(): void;
}

export interface HomeOptions {
  readonly open: Open;
  /** Scene that was open before; it gets the focus. */
  readonly last: number | null;
  /** Name that edits are signed with. */
  readonly author: Signal<string>;
  readonly pace: () => Promise<Pace>;
}

/** How far each list was scrolled when it was left. */
const scrolled = new Map<Kind, number>();

export class Home {
  readonly element = h("main", { className: "scenes" });
  readonly #words = h("input", { type: "text", id: "scene-words", placeholder: TEXTS.scenes.placeholder });
  readonly #order = h(
    "select",
    { id: "scene-order" },
    ...Object.entries(ORDERS).map(([value, name]) => h("option", { value }, name)),
  );
  readonly #reverse = h(
    "button",
    { type: "button", className: "reverse", title: TEXTS.scenes.reverse, "aria-label": TEXTS.scenes.reverse },
    "⇅",
  );
  readonly #found = h("p", { className: "dim found", role: "status" });
  readonly #none = h("div", { className: "none-like" });
  readonly #body = h("div", { className: "scenes-place" });
  readonly #chips: Chips;
  readonly #kinds: readonly HTMLButtonElement[];
  #choice: Choice;
  #sort: SortOrder = listOrder();
  #kind: Kind;
  #view: SceneView | null = null;
  readonly #stop: () => void;

  readonly #totals = h("div", {});
  readonly #prelabel = h("a", { className: "to-prelabel", href: "#prelabel" });

  constructor(
    private scenes: readonly SceneSummary[],
    private readonly options: HomeOptions,
  ) {
    this.#choice = choiceOf(recallHere(CHOICE));
    this.#kind = KINDS.find((kind) => kind === recall(KIND)) ?? "gallery";
    this.#chips = chips((news) => this.#choose(news));
    this.#kinds = KINDS.map((kind) =>
      h("button", { type: "button", "data-view": kind, onclick: () => this.#showAs(kind) }, TEXTS.home.view[kind]),
    );
    if (scenes.length) this.#layOut();
    else fill(this.element, ...empty());
    this.#stop = this.options.author.watch(() => this.#update());
  }

  /** Come into the page: the scene that was open before has the focus, where it is shown. */
  enter(): void {
    if (!this.scenes.length) return;
    this.#showAs(this.#kind);
    const last = this.scenes.find(({ id }) => id === this.options.last) ?? null;
    const { scroller, list } = this.#view!;
    if (scroller) scroller.scrollTop = scrolled.get(this.#kind) ?? 0;
    if (!list.focus(last)) this.#words.focus();
  }

  close(): void {
    this.#leave();
    this.#stop();
  }

  /** Take the scenes as they are by now. */
  take(scenes: readonly SceneSummary[]): void {
    const wasEmpty = !this.scenes.length;
    this.scenes = scenes;
    if (wasEmpty && scenes.length) {
      this.#layOut();
      this.#showAs(this.#kind);
    }
    this.#count();
    this.#update();
  }

  #count(): void {
    fill(this.#totals, totalsLine(this.scenes, this.options.pace()));
  }

  #layOut(): void {
    this.#count();
    const { heading, find, order } = TEXTS.scenes;
    this.#words.value = this.#choice.words;
    this.#words.addEventListener("input", () => this.#choose({ words: this.#words.value }));
    this.#order.addEventListener("change", () => this.#sortBy(this.#order.value as SortKey));
    this.#reverse.addEventListener("click", () => this.#sortBy(reversed(this.#sort)));
    const views = h("div", { className: "group views", role: "group", "aria-label": TEXTS.home.views }, ...this.#kinds);
    fill(
      this.element,
      h("div", { className: "scenes-head" }, h("h1", {}, heading), this.#totals, managing(), views),
      h(
        "div",
        { className: "scenes-tools" },
        this.#chips.element,
        h("span", { className: "pair" }, h("label", { for: "scene-words" }, find), this.#words),
        h("span", { className: "pair" }, h("label", { for: "scene-order" }, order), this.#order, this.#reverse),
        this.#found,
        this.#prelabel,
      ),
      this.#none,
      this.#body,
    );
    this.element.addEventListener("keydown", (event) => {
      const { key, ctrlKey, altKey, metaKey, target } = event;
      const view = this.#view;
      if (ctrlKey || altKey || metaKey || target === this.#order || !view || view.hasFocus) return;
      if (view.list.walk(key, this.#words)) event.preventDefault();
    });
  }

  #choose(news: Partial<Choice>): void {
    this.#choice = { ...this.#choice, ...news };
    rememberHere(CHOICE, JSON.stringify(this.#choice));
    this.#update();
  }

  #sortBy(order: SortOrder): void {
    this.#sort = order;
    rememberListOrder(order);
    this.#update();
  }

  #showAs(kind: Kind): void {
    this.#leave();
    this.#kind = kind;
    remember(KIND, kind);
    for (const button of this.#kinds) button.setAttribute("aria-pressed", String(button.dataset["view"] === kind));
    this.#view = this.#make(kind);
    fill(this.#body, this.#view.element);
    this.#update();
  }

  #make(kind: Kind): SceneView {
    const { open } = this.options;
    if (kind === "map") return new ScenesMap(open);
    if (kind === "table") return tableView(open, (order) => this.#sortBy(order));
    const scroller = h("div", { className: "scenes-body" });
    const style = plainStyle<SceneSummary>(TEXTS.scenes.heading, (scene) => sceneCard(scene, open), GAP_PX, CARD_PX);
    const list = new VirtualList(scroller, style);
    scroller.append(list.element);
    return { element: scroller, list, scroller, show: (scenes) => list.show(scenes) };
  }

  #leave(): void {
    const view = this.#view;
    if (view?.scroller) scrolled.set(this.#kind, view.scroller.scrollTop);
    view?.close?.();
    this.#view = null;
  }

  #update(): void {
    if (!this.#view) return;
    const me = this.options.author.value;
    const shown = inOrder(chosen(this.scenes, this.#choice, me), this.#sort);
    this.#order.value = keyOf(this.#sort);
    this.#reverse.setAttribute("aria-pressed", String(this.#sort !== keyOf(this.#sort)));
    this.#chips.show(this.scenes, this.#choice, me);
    this.#view.mark?.(this.#sort);
    this.#view.show(shown);
    this.#found.textContent = TEXTS.scenes.found(shown.length, this.scenes.length);
    const ids = shown.map(({ id }) => id);
    this.#prelabel.hidden = shown.length === 0 || shown.length === this.scenes.length;
    this.#prelabel.href = withScenes("#prelabel", ids);
    this.#prelabel.textContent = TEXTS.prelabel.these(shown.length);
    const all = h("button", { type: "button", onclick: () => this.#showAll() }, TEXTS.scenes.showAll);
    fill(this.#none, ...(shown.length ? [] : [h("p", {}, TEXTS.scenes.noneLike), all]));
  }

  #showAll(): void {
    this.#words.value = "";
    this.#choose(ALL);
    this.#words.focus();
  }
}

function tableView(open: Open, sort: (order: SortOrder) => void): SceneView {
  const head = tableHead(sort);
  const table = h("div", { role: "table", className: "scene-table", "aria-label": TEXTS.scenes.heading });
  const scroller = h("div", { className: "scenes-body" }, table);
  const list = new VirtualList(scroller, tableStyle(open));
  table.append(h("div", { role: "rowgroup", className: "table-heads" }, head.element), list.element);
  return {
    element: scroller,
    list,
    scroller,
    mark: (order) => head.mark(order),
    show: (scenes) => {
      table.setAttribute("aria-rowcount", String(scenes.length + 1));
      list.show(scenes);
    },
  };
}

/** Links to the pages that belong to the project as a whole. */
function managing(): HTMLElement {
  const pages = PAGES.filter((hash) => hash !== "#jobs").map((hash) => {
    const [name, hint] = TEXTS.pages[hash];
    return h("a", { href: hash, title: hint }, name);
  });
  return h("nav", { className: "managing", "aria-label": TEXTS.home.managing }, ...pages);
}

function empty(): HTMLElement[] {
  return [
    h("div", { className: "scenes-head" }, h("h1", {}, TEXTS.scenes.heading), managing()),
    h("p", {}, TEXTS.scenes.none),
    h("p", {}, h("a", { className: "add-first", href: "#imagery" }, TEXTS.scenes.add)),
    h("p", { className: "dim" }, TEXTS.scenes.orCommand, h("code", {}, "geoengine add -p DIR RASTER")),
  ];
}
