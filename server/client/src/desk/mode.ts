/** Interface of a mode: what pointer and decision keys do. Exactly one mode is active. */

export type ModeName =
  | "select"
  | "review"
  | "draw"
  | "rectangle"
  | "oriented"
  | "circle"
  | "split"
  | "hole"
  | "transform"
  | "lasso"
  | "row"
  | "measure"
  | "outline";

export interface Mode {
  readonly name: ModeName;
  enter(): void;
  exit(): void;
  /** Esc: true where the mode had something of its own to give up. */
  escape(): boolean;
  /** The selected feature has been accepted, rejected or deleted. */
  decided?(): void;
  /** Another filter holds. */
  filtered?(): void;
  next?(): void;
  previous?(): void;
  /** Enter and Backspace. */
  finish?(): void;
  stepBack?(): boolean;
  /** Redo: true where it was of something unfinished here, not of the history. */
  stepForward?(): boolean;
  /** True while something is begun and not finished. */
  readonly busy?: boolean;
  /** Space: sets a corner where keys or the mouse point. */
  addPoint?(): void;
  /** Move something of its own by world units instead of the selection. */
  nudge?(dx: number, dy: number): void;
  /** True where the mode had something of its own to repair. */
  repair?(): boolean;
  /** Tab: true where the mode had another proposal to show. */
  alternative?(): boolean;
}

export type Modes = Readonly<Record<ModeName, Mode>>;
