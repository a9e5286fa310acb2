/** Search for misses: the valid ground of the scene at 1:1, screen by screen in a serpentine, until all of it was seen. */

import type { PixelBox, Scope, SeenGround } from "../model/ground/seen_ground";
import { planSweep, SweepPlan } from "../model/ground/sweep_plan";
import { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";
import type { DeskContext } from "./context";
import type { Seen } from "./seen";

/** Screen pixels by which the view may be off the screen of the sweep and still show it. */
const OFF_PX = 3;

export interface SweepState {
  readonly plan: SweepPlan;
  /** Screen of the plan that is looked at. */
  readonly at: number;
  /** Screens without unseen ground. */
  readonly done: number;
  /** True if it goes on as soon as the screen has been seen. */
  readonly waits: boolean;
}

export class Sweep {
  /** Null while there is no sweep. */
  readonly state = new Signal<SweepState | null>(null);
  #asked = 0;
  readonly #stop: () => void;

  constructor(
    private readonly desk: DeskContext,
    private readonly seen: Seen,
  ) {
    this.#stop = seen.latest.watch((box) => box && this.#sawNow(box));
    desk.map.map.on("change:size", () => this.#replan());
  }

  close(): void {
    this.#asked += 1;
    this.#stop();
  }

  get on(): boolean {
    return this.state.value !== null;
  }

  /** Begin at the first screen with unseen ground, or end. */
  async toggle(): Promise<void> {
    if (this.on) this.end();
    else await this.#begin((plan) => plan.nextUnseen(-1) ?? 0);
  }

  end(): void {
    this.#asked += 1;
    this.state.set(null);
    void this.seen.saved();
  }

  /** Go to the nearest ground that was not seen; begins a sweep. */
  async nearest(): Promise<void> {
    const state = this.state.value;
    if (!state) return this.#begin((plan) => plan.nearest(this.#middle, true));
    const found = state.plan.nearest(this.#middle, true);
    if (found === null) this.desk.notice.set(TEXTS.sweep.allSeen(state.plan.screens.length));
    else this.#goTo(found);
  }

  /** The screen was seen: on to the next with unseen ground, as soon as it has been there for half a second. */
  next(): void {
    const state = this.state.value;
    if (!state) return;
    if (!this.#isThere) this.#goTo(state.at);
    else if (state.plan.isDone(state.at)) this.#forward(state);
    else this.state.set({ ...state, waits: true });
  }

  /** Back to the screen before, seen or not. */
  back(): void {
    const state = this.state.value;
    if (!state) return;
    if (!this.#isThere) this.#goTo(state.at);
    else if (state.at > 0) this.#goTo(state.at - 1);
    else this.desk.notice.set(TEXTS.sweep.first);
  }

  /** Sweep what was not seen by anybody, or by the analyst. */
  setScope(scope: Scope): void {
    const { value: state } = this.state;
    const { value: ground } = this.seen.ground;
    if (state && ground) this.#show(new SweepPlan(ground, state.plan.screens, scope), state.at);
  }

  async #begin(choose: (plan: SweepPlan) => number | null): Promise<void> {
    const turn = ++this.#asked;
    let ground: SeenGround;
    try {
      ground = await this.seen.load();
    } catch (error) {
      if (turn === this.#asked) this.desk.notice.set(TEXTS.sweep.failed((error as Error).message));
      return;
    }
    if (turn !== this.#asked) return;
    if (this.desk.mode.value === "review" && !this.desk.busy) this.desk.enter("select");
    const screens = planSweep(ground, this.#screen);
    if (!screens.length) return this.desk.notice.set(TEXTS.sweep.tooSmall);
    const plan = new SweepPlan(ground, screens, "seen");
    const at = choose(plan);
    if (at === null || plan.done === screens.length) this.desk.notice.set(TEXTS.sweep.allSeen(screens.length));
    this.#show(plan, at ?? 0);
    this.#goTo(at ?? 0);
  }

  #forward({ plan, at }: SweepState): void {
    const next = plan.nextUnseen(at);
    if (next !== null) return this.#goTo(next);
    this.#show(plan, at);
    this.desk.notice.set(TEXTS.sweep.allSeen(plan.screens.length));
    void this.seen.saved();
  }

  #goTo(index: number): void {
    const state = this.state.value;
    const box = state?.plan.screens[index];
    if (!state || !box) return;
    const { map } = this.desk;
    const [x, y] = map.grid.toWorld(middleOf(box));
    map.view = { x, y, resolution: map.resolution };
    map.showAt(1);
    this.#show(state.plan, index);
  }

  #show(plan: SweepPlan, at: number): void {
    this.state.set({ plan, at, done: plan.done, waits: false });
  }

  #sawNow(box: PixelBox): void {
    const state = this.state.value;
    if (!state) return;
    state.plan.seen(box);
    if (state.waits && state.plan.isDone(state.at) && this.#isThere) this.#forward(state);
    else this.state.set({ ...state, done: state.plan.done });
  }

  /** The window has another size: other screens over the same ground; what was seen stays seen. */
  #replan(): void {
    const state = this.state.value;
    const { value: ground } = this.seen.ground;
    const before = state?.plan.screens[state.at];
    if (!state || !ground || !before) return;
    const screens = planSweep(ground, this.#screen);
    if (!screens.length) return this.end();
    const plan = new SweepPlan(ground, screens, state.plan.scope);
    this.#show(plan, plan.nearest(middleOf(before), false) ?? 0);
    this.#goTo(this.state.value.at);
  }

  /** Size of the map at 1:1, in pixels of the scene. */
  get #screen(): { width: number; height: number } {
    const [width, height] = this.desk.map.map.getSize() ?? [0, 0];
    return { width: width! * window.devicePixelRatio, height: height! * window.devicePixelRatio };
  }

  /** Pixel of the scene in the middle of the view. */
  get #middle(): readonly [number, number] {
    const { x, y } = this.desk.map.view;
    return this.desk.map.toRaster([x, y]);
  }

  /** True if the view shows the screen of the sweep as it was gone to. */
  get #isThere(): boolean {
    const state = this.state.value;
    const box = state?.plan.screens[state.at];
    if (!box) return false;
    const [wanted, now] = [middleOf(box), this.#middle];
    const off = Math.hypot(wanted[0] - now[0], wanted[1] - now[1]);
    return Math.abs(this.desk.map.scale - 1) < 1e-3 && off <= OFF_PX * Math.max(1, window.devicePixelRatio);
  }
}

function middleOf([left, top, right, bottom]: PixelBox): [number, number] {
  return [(left + right) / 2, (top + bottom) / 2];
}
