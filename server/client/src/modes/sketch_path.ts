/** The positions of a drawing that is not finished, with an undo and redo of its own. */

import type { Snapped } from "../desk/snapper";
import type { Sketch } from "../desk/unfinished";
import type { Position } from "../model/feature";
import { heldBack, reachOf } from "../model/shapes/snap";

export class SketchPath {
  #positions: Snapped[] = [];
  /** Numbers of positions that clicks, strokes and traces added, so that each is undone at once. */
  #runs: number[] = [];
  /** Runs that were taken back, the last one first, until something else is set. */
  #undone: Snapped[][] = [];
  /** Number of positions of the stroke that is being drawn. */
  #stroked = 0;

  /** `least`: corners that make an object, none of which snapping may wreck; `left`: what was set before. */
  constructor(
    private readonly least: number | null = null,
    left: Sketch | null = null,
  ) {
    if (!left) return;
    this.#positions = left.positions.map((position) => ({ position }));
    this.#runs = [...left.runs];
  }

  get corners(): Position[] {
    return this.least === null ? this.#positions.map((p) => p.position) : heldBack(this.#positions, this.least);
  }

  /** How far snapping may move the next corner from where the pointer is. */
  reachTo(pointer: Position): number {
    return this.least === null ? Infinity : reachOf([...this.corners, pointer], this.length + 1 >= this.least);
  }

  get length(): number {
    return this.#positions.length;
  }

  get last(): Snapped | undefined {
    return this.#positions.at(-1);
  }

  get stroking(): boolean {
    return this.#stroked > 0;
  }

  /** As it is kept; null where nothing is set. */
  get sketch(): Sketch | null {
    return this.length ? { positions: this.corners, runs: [...this.#runs] } : null;
  }

  add(run: readonly Snapped[]): void {
    this.#positions.push(...run);
    this.#runs.push(run.length);
    this.#undone = [];
  }

  /** Add a position to the stroke. */
  stroke(position: Position): void {
    this.#positions.push({ position });
    this.#undone = [];
    this.#stroked += 1;
  }

  /** End the stroke, which is undone at once; return whether it is all that there is. */
  endStroke(): boolean {
    const alone = this.#runs.length === 0;
    if (this.#stroked) this.#runs.push(this.#stroked);
    this.#stroked = 0;
    return alone;
  }

  /** Take back a stroke that did not end by itself. */
  dropStroke(): boolean {
    const had = this.stroking;
    this.#positions = this.#positions.slice(0, this.length - this.#stroked);
    this.#stroked = 0;
    return had;
  }

  /** Take back the last run; false where nothing is set. */
  stepBack(): boolean {
    if (this.dropStroke()) return true;
    const had = this.length > 0;
    const undone = had ? this.#positions.slice(-(this.#runs.pop() ?? 1)) : [];
    this.#positions = this.#positions.slice(0, this.length - undone.length);
    // Undo that finds nothing here goes on into the history, and redo with it.
    this.#undone = had ? [undone, ...this.#undone] : [];
    return had;
  }

  /** Set again what was taken back last; false where nothing was. */
  stepForward(): boolean {
    const [run, ...rest] = this.#undone;
    if (!run) return false;
    this.add(run);
    this.#undone = rest;
    return true;
  }
}
