/** Questions on places of the scene: asked, changed, resolved and removed, and the one that is looked at. */

import * as api from "../api";
import type { Pin, PinBody } from "../api";
import { recallHere, rememberHere } from "../browser/memory";
import { Poller } from "../browser/poller";
import { PinLayer } from "../map/pins";
import { backoff } from "../model/labels/backoff";
import { identifier } from "../model/labels/identifier";
import { Signal } from "../model/labels/signal";
import type { Draft } from "../model/view/pins";
import { draftOf, isHit, listed, nextOpen, sameRevisions } from "../model/view/pins";
import { TEXTS } from "../texts";
import type { DeskContext, PinsAtHand } from "./context";
import { lengthOf, oneLine } from "./saying";
import type { Searcher } from "./searcher";

const PAUSE_MS = 20_000;

/** On a map lower than that a pin is shown below the middle, by this share of the height. */
const LOW_PX = 500;
const DOWN = 0.2;

const words = TEXTS.pins;

type Answer = { readonly saved: Pin } | { readonly theirs: Pin } | { readonly why: string };

export class Pins implements PinsAtHand {
  /** Those that are not removed, oldest first. */
  readonly all = new Signal<readonly Pin[]>([]);
  /** The one whose card is open; it may just have been removed. */
  readonly chosen = new Signal<Pin | null>(null);
  /** The question that is being written, with the text that it had; null while none is. */
  readonly writing = new Signal<Draft | null>(null);
  /** Why what is being written is not saved; "" for nothing. */
  readonly failure = new Signal("");
  readonly resolvedShown = new Signal(false);
  /** True while the server is told something. */
  readonly asks = new Signal(false);
  /** Why the pins are not there; null where they are, or are awaited. */
  readonly missing = new Signal<string | null>(null);
  /** Moment of the last answer, in milliseconds. */
  readonly now = new Signal(Date.now());
  readonly #layer: PinLayer;
  readonly #poller: Poller;
  readonly #kept: string;
  /** Resolves with the first answer, whatever it is. */
  readonly #answered: Promise<void>;
  #answer = (): void => undefined;
  #shown = true;
  #writes = 0;
  #failures = 0;

  /** `longest` is how many characters a question may have. */
  constructor(
    private readonly desk: DeskContext,
    private readonly searcher: Pick<Searcher, "project" | "author">,
    readonly longest: number,
  ) {
    this.#kept = `geoengine/question/${searcher.project}/${desk.scene.id}`;
    this.#layer = new PinLayer(desk.map.map);
    for (const signal of [this.all, this.chosen, this.writing, this.resolvedShown]) signal.watch(() => this.#draw());
    const kept = recallHere(this.#kept);
    if (kept !== null) this.writing.set(draftOf(kept));
    this.#answered = new Promise((resolve) => (this.#answer = resolve));
    this.#poller = new Poller(() => this.#load());
  }

  close(): void {
    this.#poller.close();
  }

  get isWriting(): boolean {
    return this.writing.value !== null;
  }

  /** True while the card or the field is open. */
  get isShown(): boolean {
    return this.isWriting || this.chosen.value !== null;
  }

  /** Hidden with the objects. */
  set shown(shown: boolean) {
    this.#shown = this.#layer.visible = shown;
  }

  /** What is listed and drawn: open ones first. */
  get listed(): readonly Pin[] {
    return listed(this.all.value, this.resolvedShown.value);
  }

  /** Write a question about a place; one that is being written moves there with its text. */
  ask(at: readonly number[]): void {
    const { desk, writing } = this;
    const [west, south, east, north] = desk.scene.extent;
    const [x, y] = at as [number, number];
    const pixel = desk.scene.native_resolution;
    if (x < west - pixel || x > east + pixel || y < south - pixel || y > north + pixel)
      return desk.notice.set(words.outside);
    const place = { x: Math.min(east, Math.max(west, x)), y: Math.min(north, Math.max(south, y)) };
    const now = writing.value;
    if (now?.revision) return desk.notice.set(words.unfinished);
    this.chosen.set(null);
    this.writing.set({ uid: identifier(), state: "open", revision: 0, text: "", ...now, ...place });
    if (now) this.typed(recallTyped(this.#kept) ?? now.text);
  }

  /** Change the text of the pin whose card is open. */
  edit(): void {
    const pin = this.chosen.value;
    if (!pin || pin.state === "removed") return;
    if (this.isWriting) return this.desk.notice.set(words.unfinished);
    this.failure.set("");
    this.writing.set(draftOf(JSON.stringify(pin)));
  }

  /** What is being written is kept in this tab until it is saved or given up. */
  typed(text: string): void {
    const draft = this.writing.value;
    if (draft) rememberHere(this.#kept, JSON.stringify({ ...draft, text }));
    this.failure.set("");
  }

  giveUp(): void {
    rememberHere(this.#kept, null);
    this.failure.set("");
    this.writing.set(null);
  }

  /** Save what was written; where that fails it stays, with the reason. */
  async save(text: string): Promise<void> {
    const [draft, line] = [this.writing.value, oneLine(text)];
    if (!draft || this.asks.value || lengthOf(line) > this.longest) return;
    if (!line) return this.failure.set(words.blank);
    this.typed(line);
    const answer = await this.#tell({ ...draft, text: line });
    const isOpen = this.writing.value?.uid === draft.uid;
    if ("saved" in answer) {
      if (isOpen) this.giveUp();
      return this.desk.notice.set(words.saved);
    }
    const why = "theirs" in answer ? words.changed(answer.theirs) : words.failed(answer.why);
    if (!isOpen) return this.desk.notice.set(why);
    if ("theirs" in answer) {
      // Enter again, having read theirs, puts it on top; what was removed is open then.
      const { revision, state } = answer.theirs;
      this.writing.set({ ...this.writing.value, revision, state: state === "resolved" ? state : "open" });
      this.typed(line);
    }
    this.failure.set(why);
  }

  /** Resolve, reopen or remove the pin whose card is open, or bring it back. */
  async turn(state: Pin["state"]): Promise<void> {
    const pin = this.chosen.value;
    if (!pin || this.asks.value) return;
    if (this.writing.value?.uid === pin.uid) return this.desk.notice.set(words.unfinished);
    const answer = await this.#tell({ ...pin, state });
    if ("theirs" in answer) this.desk.notice.set(words.changed(answer.theirs));
    else if ("why" in answer) this.desk.notice.set(words.failed(answer.why));
    else this.desk.notice.set(words.turned[state]);
  }

  /** Open the card of the pin at a position, or close it; false where there is none. */
  chooseAt(position: readonly number[]): boolean {
    const { resolution } = this.desk.map;
    const hit = this.#shown ? [...this.listed].reverse().find((pin) => isHit(pin, position, resolution)) : undefined;
    this.chosen.set(hit ?? null);
    return hit !== undefined;
  }

  /** Close the card; false where none is open. */
  dismiss(): boolean {
    const had = this.chosen.value !== null;
    this.chosen.set(null);
    return had;
  }

  /** Show a pin where it lies, and its card. */
  goTo(pin: Pin): void {
    const { map, scene } = this.desk;
    const resolution = Math.min(map.resolution, scene.native_resolution);
    const height = map.map.getSize()?.[1] ?? LOW_PX;
    // The card must not lie over the pin.
    map.view = { x: pin.x, y: pin.y + (height < LOW_PX ? height * DOWN * resolution : 0), resolution };
    this.chosen.set(pin);
  }

  /** Go to the open pin after the one whose card is open. */
  async next(): Promise<void> {
    await this.#answered;
    if (this.missing.value !== null) return this.desk.notice.set(words.notLoaded(this.missing.value));
    const next = nextOpen(this.listed, this.chosen.value?.uid ?? null);
    if (next) this.goTo(next);
    else this.desk.notice.set(words.noneOpen);
  }

  async #load(): Promise<number> {
    const writes = this.#writes;
    try {
      const pins = await api.pins(this.desk.scene.id);
      this.#failures = 0;
      this.missing.set(null);
      if (writes === this.#writes) this.#take(pins);
      this.now.set(Date.now());
      return PAUSE_MS;
    } catch (error) {
      if (!this.all.value.length) this.missing.set(reasonOf(error));
      return Math.max(PAUSE_MS, backoff(++this.#failures));
    } finally {
      this.#answer();
    }
  }

  #take(pins: readonly Pin[]): void {
    if (!sameRevisions(pins, this.all.value)) this.all.set(pins);
    const chosen = this.chosen.value;
    if (!chosen || chosen.state === "removed") return;
    const now = pins.find(({ uid }) => uid === chosen.uid) ?? null;
    if (now?.revision !== chosen.revision) this.chosen.set(now);
    if (!now) this.desk.notice.set(words.gone);
  }

  async #tell({ uid, x, y, text, state, revision }: Omit<PinBody, "project" | "author">): Promise<Answer> {
    this.asks.set(true);
    this.#writes += 1;
    const { project, author } = this.searcher;
    try {
      const body = { uid, x, y, text, state, revision, project, author: author() };
      const saved = await api.putPin(this.desk.scene.id, body);
      this.#learn(saved);
      return { saved };
    } catch (error) {
      const theirs = error instanceof api.HttpError ? error.problem.pin : null;
      if (theirs) this.#learn(theirs);
      return theirs ? { theirs } : { why: reasonOf(error) };
    } finally {
      this.#writes += 1;
      this.asks.set(false);
    }
  }

  #learn(pin: Pin): void {
    this.now.set(Date.now());
    const known = this.all.value.some(({ uid }) => uid === pin.uid);
    const all = known ? this.all.value.map((one) => (one.uid === pin.uid ? pin : one)) : [...this.all.value, pin];
    this.all.set(all.filter(({ state }) => state !== "removed"));
    if (this.chosen.value?.uid === pin.uid) this.chosen.set(pin);
  }

  #draw(): void {
    const { chosen, writing } = this;
    const draft = writing.value;
    const others = this.listed.filter(({ uid }) => uid !== draft?.uid && uid !== chosen.value?.uid);
    const front = draft ?? (chosen.value?.state === "removed" ? null : chosen.value);
    const second = draft && chosen.value && chosen.value.uid !== draft.uid ? [chosen.value] : [];
    this.#layer.show([...others, ...second], front);
  }
}

/** The sentence of the server, or that there was none. */
function reasonOf(error: unknown): string {
  return error instanceof api.HttpError ? error.message : words.noAnswer;
}

/** The text that was kept of a draft. */
function recallTyped(key: string): string | null {
  const kept = recallHere(key);
  return kept === null ? null : (draftOf(kept)?.text ?? null);
}
