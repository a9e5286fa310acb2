/** All objects in view, of the data and not of what is loaded: they are selected, or the server decides on them. */

import * as api from "../api";
import { backoff } from "../model/labels/backoff";
import type { BulkDecision, Step } from "../model/labels/change";
import { identifier } from "../model/labels/identifier";
import { Signal } from "../model/labels/signal";
import type { InView } from "../model/view/in_view";
import { totalOf } from "../model/view/in_view";
import type { Extent } from "../model/feature";
import type { DecisionReply } from "../model/wire";
import { TEXTS } from "../texts";
import type { DecidingInView, DeskContext } from "./context";
import type { Loader } from "./loading";

/** Sending a decision is tried so often, with the same token. */
const TRIES = 3;

export class AllInView implements DecidingInView {
  /** What Ctrl+A has found where it cannot be selected one by one. */
  readonly found = new Signal<InView | null>(null);
  /** True while the server decides, or takes a decision back. */
  readonly deciding = new Signal(false);
  #turn = 0;
  readonly #stops: (() => void)[];

  /** `requeue` is called when the review queue, where there is one, has changed. */
  constructor(
    private readonly desk: DeskContext,
    private readonly loader: Pick<Loader, "isComplete" | "renew">,
    private readonly signed: { readonly project: string; readonly author: () => string },
    private readonly requeue: () => void,
  ) {
    const { selection, mode, filtering, map } = desk;
    this.#stops = [
      selection.watch(({ length }) => length && this.clear()),
      mode.watch(() => this.clear()),
      filtering.filter.watch(() => this.clear()),
    ];
    map.map.on("moveend", () => {
      const { value } = this.found;
      if (value && value.extent.join() !== map.extent.join()) this.clear();
    });
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** Drop what was found; true where there was anything. */
  clear(): boolean {
    this.#turn += 1;
    const had = this.found.value !== null;
    this.found.set(null);
    return had;
  }

  /** Select all objects in view; where they are too many, or shown as counts, they are counted for a decision. */
  async select(): Promise<void> {
    const { desk } = this;
    if (!desk.bulk.shown) return desk.notice.set(TEXTS.desk.hidden);
    const drawn = desk.bulk.drawnWithin(desk.map.extent);
    if (this.loader.isComplete && drawn.length <= desk.selection.most) return desk.selection.set(drawn);
    const turn = ++this.#turn;
    try {
      const found = await this.count();
      if (turn !== this.#turn) return;
      if (desk.bulk.counts || totalOf(found.counts) > desk.selection.most) this.found.set(found);
      else await this.#selectEach(found, turn);
    } catch {
      desk.notice.set(TEXTS.inView.notAsked);
    }
  }

  /** Ask the server how many objects are in view, with more of a filter where it is given. */
  async count(more: Readonly<Record<string, string>> = {}): Promise<InView & { readonly uids: readonly string[] }> {
    const { desk } = this;
    const { extent } = desk.map;
    const all = new URLSearchParams(desk.filtering.query());
    for (const [key, value] of Object.entries(more)) all.set(key, value);
    const query = all.toString();
    const limit = Object.keys(more).length ? 0 : desk.selection.most;
    const { uids, proposed, accepted, rejected, changeset } = await api.uids(desk.scene.id, extent, query, limit);
    return { extent, query, counts: { proposed, accepted, rejected }, changeset, uids };
  }

  /** Accept or reject the proposals that were found, once that has been confirmed where they are many. */
  decide(state: "accepted" | "rejected", found: InView): void {
    const { notice, decisions } = this.desk;
    const { proposed } = found.counts;
    if (this.deciding.value) return notice.set(TEXTS.inView.deciding);
    if (!proposed) return notice.set(TEXTS.inView.noProposals);
    decisions.confirm(proposed, TEXTS.inView.decides(state), () => void this.#carryOut(state, found));
  }

  /** Undo or redo a step that the server carried out. */
  async takeBack(way: "undo" | "redo", step: Step, bulk: BulkDecision): Promise<void> {
    const { desk } = this;
    const say = way === "undo" ? TEXTS.desk.undone : TEXTS.desk.redone;
    await this.#ask(
      (signed) => api.takeBack(desk.scene.id, bulk.changeset, signed),
      ({ changeset, decided, newer }) => {
        const now = { ...step, bulk: { ...bulk, changeset: changeset ?? bulk.changeset } };
        desk.workspace.passed(way, step, now);
        desk.visit.tookBulk(bulk.state, way === "undo" ? -decided : decided);
        desk.notice.set(say(step.label) + TEXTS.inView.newer(newer));
        this.#renew(bulk.extent, bulk.edited);
      },
    );
  }

  async #selectEach({ uids, extent, query }: InView & { readonly uids: readonly string[] }, turn: number) {
    const { desk } = this;
    const { labels } = desk.workspace;
    if (uids.some((uid) => !labels.get(uid))) labels.learn((await api.features(desk.scene.id, extent, query)).features);
    if (turn !== this.#turn) return;
    const known = uids.map((uid) => labels.get(uid)).filter((f) => f !== undefined);
    const all = new Map(known.filter((f) => desk.filtering.passes(f)).map((f) => [f.uid, f]));
    // What waits to be saved is not known to the server.
    for (const feature of desk.bulk.drawnWithin(extent)) all.set(feature.uid, feature);
    desk.selection.set([...all.values()]);
  }

  async #carryOut(state: "accepted" | "rejected", { extent, query, changeset: seen }: InView): Promise<void> {
    const { desk } = this;
    await this.#ask(
      (signed) => api.decide(desk.scene.id, extent, query, { ...signed, state, seen }),
      ({ changeset, decided, newer, left }) => {
        desk.selection.set([]);
        const edited = this.#renew(extent);
        desk.visit.tookBulk(state, decided);
        desk.notice.set(TEXTS.inView.decided(decided, state, left) + TEXTS.inView.newer(newer));
        if (changeset === null) return;
        const bulk = { changeset, state, extent, edited };
        desk.workspace.record({ label: TEXTS.inView.step(state, decided), changes: [], bulk });
      },
    );
  }

  /** Fetch anew what a decision has changed; returns what had been edited here. */
  #renew(extent: Extent, edited?: readonly string[]): string[] {
    this.clear();
    const kept = this.loader.renew(extent);
    const uids = edited ?? kept.filter((f) => f.state === "proposed").map((f) => f.uid);
    for (const uid of uids) this.desk.fetch(uid).catch(() => undefined);
    this.requeue();
    return [...uids];
  }

  /** Let the server do something once all edits are saved, again with the same token where it does not answer. */
  async #ask(
    request: (signed: api.Signed) => Promise<DecisionReply>,
    done: (reply: DecisionReply) => void,
  ): Promise<void> {
    const { desk, signed } = this;
    if (this.deciding.value) return desk.notice.set(TEXTS.inView.deciding);
    this.deciding.set(true);
    try {
      if (!(await desk.workspace.saved())) return desk.notice.set(TEXTS.inView.notSaved);
      const by = { token: identifier(), project: signed.project, author: signed.author() };
      done(await again(() => request(by)));
    } catch (error) {
      const refusal = error instanceof api.HttpError ? error.message : null;
      desk.notice.set(TEXTS.inView.failed(refusal));
      // It may have been done all the same.
      if (refusal === null) this.#renew(desk.map.extent);
    } finally {
      this.deciding.set(false);
    }
  }
}

async function again<T>(request: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await request();
    } catch (error) {
      const isRefused = error instanceof api.HttpError && error.status < 500;
      if (isRefused || failures === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    }
  }
}
