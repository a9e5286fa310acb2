/** From scene to scene: the next one with proposals to review, and what is said where a scene ends. */

import * as api from "../api";
import { recall, remember } from "../browser/memory";
import type { Done } from "../model/labels/visit";
import { Signal } from "../model/labels/signal";
import type { SortOrder, Unfinished } from "../model/view/catalog";
import { isOrder, unfinished } from "../model/view/catalog";
import { TEXTS } from "../texts";
import type { DeskContext, EndOfScene } from "./context";
import type { ModeName } from "./mode";

const ORDER = "geoengine/scene-order";
/** Modes in which Enter has nothing else to do, so that it opens the next scene. */
const FREE: ReadonlySet<ModeName> = new Set(["select", "review"]);

/** The order of the list of scenes, as this browser remembers it. */
export function listOrder(): SortOrder {
  const order = recall(ORDER);
  return isOrder(order) ? order : "added";
}

export function rememberListOrder(order: SortOrder): void {
  remember(ORDER, order);
}

/** Next scene of a card: still asked for, not told by the server, or known; null where no scene is left. */
export type Next = "asked" | "failed" | Unfinished | null;

/** What the card at the end of a scene says. */
export interface SceneEnd {
  readonly done: Done;
  readonly next: Next;
}

export class NextScene implements EndOfScene {
  /** Card that says that the scene has no proposals left; null where there is none. */
  readonly end = new Signal<SceneEnd | null>(null);
  /** Scene that is to be opened instead of this one. */
  readonly wanted = new Signal<{ readonly scene: number } | null>(null);
  /** Numbers of the last question for a card, and of the last for a scene to go to. */
  #asked = 0;
  #going = 0;

  constructor(private readonly desk: DeskContext) {
    let last = desk.visit.counts.value.proposed;
    desk.visit.counts.watch(({ proposed }) => {
      if (proposed > 0) this.dismiss();
      else if (last > 0) void this.finished();
      last = proposed;
    });
    desk.mode.watch((mode) => FREE.has(mode) || this.dismiss());
  }

  close(): void {
    this.#asked += 1;
    this.#going += 1;
  }

  /** Say what was decided and which scene is next, unless that is said already. */
  async finished(): Promise<void> {
    if (this.end.value) return;
    const { done } = this.desk.visit;
    this.end.set({ done, next: "asked" });
    const turn = ++this.#asked;
    const next = await this.#find(1).catch(() => "failed" as const);
    if (turn === this.#asked) this.end.set({ done, next });
  }

  /** Close the card; false where there is none. */
  dismiss(): boolean {
    if (!this.end.value) return false;
    this.#asked += 1;
    this.end.set(null);
    return true;
  }

  /** True if Enter stands for the scene of the card: in no mode that has a use of its own for it. */
  get takesEnter(): boolean {
    return FREE.has(this.desk.mode.value);
  }

  /** Enter: open the scene of the card; false where it names none, or the key is for something else. */
  finish(): boolean {
    if (!this.#next || !this.takesEnter || this.desk.busy) return false;
    this.proceed();
    return true;
  }

  /** Open the scene that the card names, unless something is begun here. */
  proceed(): void {
    const next = this.#next;
    if (this.desk.busy) this.desk.notice.set(TEXTS.desk.unfinished);
    else if (next) this.#open(next);
  }

  /** Open the next unfinished scene in the order of the list, or, with -1, the previous one. */
  async go(way: 1 | -1): Promise<void> {
    const { desk } = this;
    const turn = ++this.#going;
    try {
      const found = await this.#find(way);
      if (turn !== this.#going) return;
      if (!found) desk.notice.set(TEXTS.nextScene.nothingLeft);
      else if (found.scene.id === desk.scene.id) desk.notice.set(TEXTS.nextScene.onlyThis);
      // Something was begun while the server was asked.
      else if (desk.busy) desk.notice.set(TEXTS.desk.unfinished);
      else this.#open(found, way);
    } catch {
      if (turn === this.#going) desk.notice.set(TEXTS.nextScene.failed);
    }
  }

  get #next(): Unfinished | null {
    const next = this.end.value?.next ?? null;
    return next === "asked" || next === "failed" ? null : next;
  }

  #open({ scene, wrapped }: Unfinished, way: 1 | -1 = 1): void {
    const isOther = scene.id !== this.desk.scene.id;
    if (wrapped && isOther) this.desk.notice.set(way > 0 ? TEXTS.nextScene.fromTheStart : TEXTS.nextScene.fromTheEnd);
    // A second Enter is not to open it again.
    this.dismiss();
    this.wanted.set({ scene: scene.id });
  }

  /** Ask the server, once it has what was decided here. */
  async #find(way: 1 | -1): Promise<Unfinished | null> {
    const { workspace, visit, scene } = this.desk;
    const isSaved = await workspace.saved();
    const scenes = await api.scenes();
    // While edits wait, the server still counts proposals here that are decided.
    const isDone = this.end.value !== null || visit.counts.value.proposed <= 0;
    const others = isDone && !isSaved ? scenes.filter(({ id }) => id !== scene.id) : scenes;
    return unfinished(others, listOrder(), scene, way);
  }
}
