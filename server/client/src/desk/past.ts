/** What a person did on this scene, from the history on the server, and the revisions of one object. */

import * as api from "../api";
import type { Feature } from "../model/feature";
import { bringBack, revert } from "../model/labels/change";
import { Signal } from "../model/labels/signal";
import type { Version } from "../model/labels/versions";
import { othersSince } from "../model/labels/versions";
import type { StepReply } from "../model/wire";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";
import type { Question } from "./history";

/** Objects of a step that are fetched and selected; of more its area is shown. */
const MOST_SELECTED = 20;

export type Shown =
  | { readonly of: "steps"; readonly steps: readonly StepReply[] }
  | { readonly of: "object"; readonly feature: Feature; readonly versions: readonly Version[] };

export class Past {
  /** What the drawer shows; null where it is closed. */
  readonly shown = new Signal<Shown | null>(null);
  #asked = 0;
  readonly #unwatch: () => void;

  /** `author` is whose steps they are; `ask` asks about the work of somebody else. */
  constructor(
    private readonly desk: DeskContext,
    private readonly author: () => string,
    private readonly ask: (question: Question) => void,
  ) {
    this.#unwatch = desk.workspace.history.watch(() => void this.#again());
  }

  close(): void {
    this.#unwatch();
    this.hide();
  }

  /** Show the last steps, or hide them where they are shown. */
  async toggleSteps(): Promise<void> {
    if (this.shown.value?.of === "steps") this.hide();
    else await this.#load(() => this.#steps());
  }

  /** Show the revisions of the selected object, or hide them where they are shown. */
  async toggleVersions(): Promise<void> {
    const { single } = this.desk.selection;
    const { value: shown } = this.shown;
    if (shown?.of === "object" && (!single || single.uid === shown.feature.uid)) return this.hide();
    if (!single) return this.desk.notice.set(TEXTS.past.needsOne);
    await this.showVersions(single.uid);
  }

  async showVersions(uid: string): Promise<void> {
    await this.#load(() => this.#versions(uid));
  }

  hide(): void {
    this.#asked += 1;
    this.compare(null);
    this.shown.set(null);
  }

  /** Draw a version of an object beside what it is now; null: none. */
  compare(version: Version | null): void {
    this.desk.edit.showConflicts(version ? [{ ...version.feature, deleted: false }] : []);
  }

  /** Show where a step was, and select its objects. */
  async go({ bbox, uids, deleted, counts }: StepReply): Promise<void> {
    const { desk } = this;
    if (desk.isUnfinished) return desk.notice.set(TEXTS.desk.unfinished);
    const living = uids.filter((uid) => !deleted.includes(uid));
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    desk.map.zoomTo(bbox);
    if (total > MOST_SELECTED) return;
    const features = await this.#fetched(living);
    if (desk.mode.value !== "select") desk.enter("select");
    desk.selection.set(features);
    desk.map.frame(features.length ? features : await this.#fetched(deleted));
  }

  /** Make an object again what it was at a version; asked about where somebody else changed it since. */
  revert(versions: readonly Version[], to: Version): void {
    const { desk } = this;
    const now = desk.workspace.labels.get(to.feature.uid);
    if (!now) return;
    const go = (): void => {
      // Another revision may have come while the question was there.
      const isSame = desk.workspace.labels.get(now.uid)?.revision === now.revision;
      if (isSame) this.#revert(now, to);
      else desk.notice.set(TEXTS.desk.stepGone);
    };
    const other = othersSince(versions, to, this.author());
    if (other) this.ask({ other: other.feature, proceed: go, leave: () => undefined });
    else go();
  }

  /** Bring objects of a step back that are deleted now. */
  async bringBack({ deleted }: StepReply): Promise<void> {
    const { desk } = this;
    const gone = (await this.#fetched(deleted)).filter((f) => f.deleted);
    const others = gone.find(({ author }) => author !== this.author());
    const go = (): void => {
      desk.commit(bringBack(gone));
      if (desk.mode.value !== "select") desk.enter("select");
      desk.selection.set(gone.map(({ uid }) => desk.workspace.labels.get(uid)!));
      desk.map.frame(gone);
    };
    if (others) this.ask({ other: others, proceed: go, leave: () => undefined });
    else if (gone.length) go();
  }

  #revert(now: Feature, to: Version): void {
    const { desk } = this;
    const known = desk.classes.value.some(({ key }) => key === to.feature.classKey);
    const then = known ? to.feature : { ...to.feature, classKey: now.classKey };
    const step = revert(now, then, TEXTS.past.reverted(to.revision));
    if (!step) return desk.notice.set(TEXTS.past.same);
    desk.commit(step);
    desk.notice.set(known ? TEXTS.past.isReverted(to.revision) : TEXTS.past.classGone(desk.nameOf(now.classKey)));
    if (!desk.isDrawing) desk.selection.set([desk.workspace.labels.get(now.uid)!]);
    desk.map.reveal([then]);
  }

  #fetched(uids: readonly string[]): Promise<Feature[]> {
    return Promise.all(uids.slice(0, MOST_SELECTED).map((uid) => this.desk.fetch(uid)));
  }

  /** What was done meanwhile is in it as soon as it is saved. */
  async #again(): Promise<void> {
    const { value: shown } = this.shown;
    // A step is in the history a moment before its edits wait to be saved.
    await Promise.resolve();
    if (shown?.of === "steps") await this.#load(() => this.#steps());
    else if (shown) await this.#load(() => this.#versions(shown.feature.uid));
  }

  async #load(ask: () => Promise<Shown>): Promise<void> {
    const turn = ++this.#asked;
    try {
      await this.desk.workspace.saved();
      const shown = await ask();
      if (turn === this.#asked) this.shown.set(shown);
    } catch {
      if (turn === this.#asked) this.desk.notice.set(TEXTS.past.failed);
    }
  }

  async #steps(): Promise<Shown> {
    return { of: "steps", steps: await api.steps(this.desk.scene.id, this.author()) };
  }

  async #versions(uid: string): Promise<Shown> {
    const { feature, versions } = await api.versions(uid);
    this.desk.workspace.labels.learn([feature]);
    return { of: "object", feature, versions };
  }
}
