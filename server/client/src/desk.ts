/** One open scene: the workspace, the map and the mode, and what an analyst can do with them. */

import type { Project, Scene } from "./api";
import * as api from "./api";
import { Loader } from "./loading";
import { BulkLayer } from "./map/bulk";
import { EditLayer } from "./map/editing";
import { Overlay } from "./map/overlay";
import { SceneMap } from "./map/scene_map";
import type { Change } from "./model/change";
import { accept, reclassify, reject, remove, reshape } from "./model/change";
import type { Comparison } from "./model/compare";
import { CALM_MS, flick, NOTHING } from "./model/compare";
import type { Feature, Polygon } from "./model/feature";
import { outlineProblem } from "./model/geometry";
import type { Outbox } from "./model/outbox";
import type { Review } from "./model/review";
import { Signal } from "./model/signal";
import type { Tally } from "./model/tally";
import { afterChange } from "./model/tally";
import { Workspace } from "./model/workspace";
import { DrawMode } from "./modes/draw";
import type { Mode, ModeName } from "./modes/mode";
import { OutlineMode } from "./modes/outline";
import { ReviewMode } from "./modes/review";
import { SelectMode } from "./modes/select";

export interface Filter {
  readonly minScore: number;
  readonly hideRejected: boolean;
}

/** Raster pixels per screen pixel from which on outlines are drawn lightly. */
const FAR = 2.5;

export class Desk {
  readonly mode = new Signal<ModeName>("select");
  readonly selected = new Signal<Feature | null>(null);
  readonly filter = new Signal<Filter>({ minScore: 0, hideRejected: false });
  readonly review = new Signal<Review | null>(null);
  readonly comparison = new Signal<Comparison>(NOTHING);
  readonly drawClass: Signal<string>;
  readonly tally: Signal<Tally>;
  readonly map: SceneMap;
  readonly bulk: BulkLayer;
  readonly edit: EditLayer;
  readonly workspace: Workspace;
  readonly loader: Loader;
  #flickedAt = 0;
  readonly #modes: { select: SelectMode; draw: DrawMode; outline: OutlineMode; review: ReviewMode };

  constructor(
    target: HTMLElement,
    readonly project: Project,
    readonly scene: Scene,
    outbox: Outbox,
    author: () => string,
    readonly notice: Signal<string>,
  ) {
    this.drawClass = new Signal(project.classes[0]?.key ?? "");
    this.tally = new Signal<Tally>(scene.counts);
    this.map = new SceneMap(target, scene);
    const overlay = new Overlay(this.map.map, scene);
    this.comparison.watch((comparison) => overlay.show(comparison));
    this.bulk = new BulkLayer(this.#visible, this.colorOf, scene.native_resolution * FAR);
    this.map.map.addLayer(this.bulk.layer);
    this.edit = new EditLayer(this.map.map, this.colorOf, (uid, outline) => this.#reshape(uid, outline));
    this.workspace = new Workspace(scene.id, outbox, author);
    this.workspace.labels.watch((features) => this.#show(features));
    this.bulk.patch([...this.workspace.labels]);
    this.loader = new Loader(this.map, this.workspace.labels);
    this.filter.watch(() => this.bulk.redraw());
    this.#modes = { select: new SelectMode(this), draw: new DrawMode(this), outline: new OutlineMode(this), review: new ReviewMode(this) };
    this.#active.enter();
    void this.#findPairs();
  }

  close(): void {
    this.#active.exit();
    this.loader.close();
    this.workspace.close();
    this.map.close();
  }

  readonly colorOf = (key: string): string =>
    this.project.classes.find((c) => c.key === key)?.color ?? "#ffffff";

  /** Whether a proposal still awaits a decision; one that was never loaded does. */
  readonly isOpen = (uid: string): boolean => {
    const feature = this.workspace.labels.get(uid);
    return !feature || (!feature.deleted && feature.state === "proposed");
  };

  get #active(): Mode {
    return this.#modes[this.mode.value];
  }

  enter(name: ModeName): void {
    if (name === this.mode.value) return;
    if ((name === "draw" || name === "outline") && !this.drawClass.value) return this.notice.set("The project has no classes to draw in.");
    this.#active.exit();
    this.mode.set(name);
    this.#active.enter();
  }

  select(uid: string | null): void {
    const feature = uid === null ? undefined : this.workspace.labels.get(uid);
    this.selected.set(feature && !feature.deleted ? feature : null);
    this.edit.show(this.selected.value);
    this.bulk.redraw();
  }

  /** Asks the server for one feature. */
  async fetch(uid: string): Promise<Feature> {
    const feature = await api.feature(uid);
    this.workspace.labels.learn([feature]);
    return this.workspace.labels.get(uid)!;
  }

  commit(change: Change | null): void {
    if (!change) return;
    this.workspace.commit(change);
    this.tally.set(afterChange(this.tally.value, change));
  }

  accept(): void {
    this.#decide(accept);
  }

  reject(): void {
    this.#decide(reject);
  }

  remove(): void {
    this.#decide(remove);
  }

  /** Gives the feature in hand a class, or the next one to be drawn. */
  classify(key: string): void {
    const feature = this.selected.value;
    if (feature) this.commit(reclassify(feature, key));
    else this.drawClass.set(key);
  }

  next(): void {
    if (this.mode.value === "review") this.#modes.review.next();
    else this.enter("review");
  }

  previous(): void {
    if (this.mode.value === "review") this.#modes.review.previous();
    else this.enter("review");
  }

  undo(): void {
    if (this.#active.stepBack?.()) return;
    this.#stepped(this.workspace.undo(), "Undone");
  }

  redo(): void {
    this.#stepped(this.workspace.redo(), "Redone");
  }

  finish(): void {
    this.#active.finish?.();
  }

  alternative(): boolean {
    return this.#active.alternative?.() ?? false;
  }

  stepBack(): void {
    this.#active.stepBack?.();
  }

  escape(): void {
    if (!this.#active.escape()) this.enter("select");
  }

  /** Back to the map, so that keys mean what they mean there. */
  focus(): void {
    this.map.map.getTargetElement()?.focus({ preventScroll: true });
  }

  center(): void {
    if (this.selected.value) this.map.frame(this.selected.value);
  }

  /** Takes an object in hand wherever it is. */
  bring(uid: string): void {
    const feature = this.workspace.labels.get(uid);
    if (!feature) return;
    if (this.mode.value === "draw" || this.mode.value === "outline") this.enter("select");
    this.select(uid);
    this.map.frame(feature);
  }

  /** Back to the queue after something else had to be looked at. */
  resume(): void {
    this.#active.decided?.();
  }

  toggleObjects(): void {
    this.bulk.shown = !this.bulk.shown;
  }

  toggleRejected(): void {
    this.setFilter({ hideRejected: !this.filter.value.hideRejected });
  }

  /** The other scene of the same ground, shown or hidden in turn. */
  flick(): void {
    const now = Date.now();
    if (now - this.#flickedAt < CALM_MS) return;
    this.#flickedAt = now;
    if (!this.comparison.value.pairs.length) this.notice.set("The project has no other scene of this ground on another date.");
    this.comparison.set(flick(this.comparison.value));
  }

  setFilter(news: Partial<Filter>): void {
    this.filter.set({ ...this.filter.value, ...news });
  }

  /** The score slider has come to rest. */
  filtered(): void {
    if (this.mode.value === "review") this.#modes.review.refresh();
  }

  async #findPairs(): Promise<void> {
    try {
      const pairs = await api.pairs(this.scene.id);
      this.comparison.set({ ...this.comparison.value, pairs });
    } catch {
      this.notice.set("Scenes to compare with could not be fetched; open the scene again when the server answers.");
    }
  }

  #decide(decision: (feature: Feature) => Change | null): void {
    const feature = this.selected.value;
    if (!feature) return;
    this.commit(decision(feature));
    this.#active.decided?.();
  }

  #reshape(uid: string, outline: Polygon): void {
    const feature = this.workspace.labels.get(uid);
    const problem = outlineProblem(outline);
    const change = feature && !problem ? reshape(feature, outline) : null;
    if (problem) this.notice.set(`${problem} The outline was put back.`);
    if (change) this.commit(change);
    else this.edit.revert();
  }

  #stepped(change: Change | null, word: string): void {
    if (!change) return;
    this.tally.set(afterChange(this.tally.value, change));
    this.notice.set(`${word}: ${change.label.toLowerCase()}.`);
    const feature = this.workspace.labels.get(change.uid);
    if (this.mode.value === "draw" || this.mode.value === "outline" || !feature) return;
    this.select(change.uid);
    if (!feature.deleted) this.map.reveal(feature);
  }

  #show(features: readonly Feature[]): void {
    this.bulk.patch(features);
    const uid = this.selected.value?.uid;
    if (uid && features.some((f) => f.uid === uid)) this.select(uid);
  }

  readonly #visible = (feature: Feature): boolean => {
    const { minScore, hideRejected } = this.filter.value;
    if (feature.uid === this.selected.value?.uid) return false;
    if (feature.state === "rejected") return !hideRejected;
    return feature.state !== "proposed" || feature.score === null || feature.score >= minScore;
  };
}
