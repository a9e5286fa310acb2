/** Interface of a mode: what pointer and decision keys do. Exactly one mode is active. */

export type ModeName =
  | "select"
  | "review"
  | "draw"
  | "draw-line"
  | "draw-point"
  | "rectangle"
  | "oriented"
  | "circle"
  | "circle-diameter"
  | "circle-three"
  | "split"
  | "hole"
  | "area"
  | "transform"
  | "lasso"
  | "row"
  | "measure"
  | "pin"
  | "outline";

/** Modes that make objects. */
export const DRAWING: ReadonlySet<ModeName> = new Set([
  "draw",
  "draw-line",
  "draw-point",
  "rectangle",
  "oriented",
  "circle",
  "circle-diameter",
  "circle-three",
  "outline",
]);

/** The tool of a mode: what its command is called. */
export function toolOf(mode: ModeName): string {
  return mode.replace(/-.*/, "");
}

/** The way of drawing a circle after `mode`: from its centre, by a diameter, through three points. */
export function nextCircle(mode: ModeName): ModeName {
  if (mode === "circle") return "circle-diameter";
  return mode === "circle-diameter" ? "circle-three" : "circle";
}

export interface Mode {
  readonly name: ModeName;
  enter(): void;
  exit(): void;
  /** Esc: true where the mode had something of its own to give up. */
  escape(): boolean;
  /** The selected feature has been accepted, rejected or deleted; or, without `decided`, something else has been settled. */
  decided?(decided?: boolean): void;
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
  /** True while keys point at a place where Space begins something. */
  readonly aimed?: boolean;
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
