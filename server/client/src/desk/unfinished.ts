/** Drawings that are not finished, kept in this tab for each scene: they survive another tool, a reload and Back. */

import { recallHere, rememberHere } from "../browser/memory";
import type { Position } from "../model/feature";
import type { ModeName } from "./mode";

/** Positions of a drawing, and how many of them each of its gestures set. */
export interface Sketch {
  readonly positions: readonly Position[];
  readonly runs: readonly number[];
  /** Object whose outline it replaces; a new one where this is missing. */
  readonly redraws?: string;
  /** True where it is to be another part of that object. */
  readonly adds?: boolean;
}

interface Kept {
  /** Mode that was active, and the class it drew. */
  readonly mode: string;
  readonly classKey: string;
  readonly sketches: Readonly<Record<string, Sketch>>;
}

const NOTHING: Kept = { mode: "select", classKey: "", sketches: {} };

export class Unfinished {
  readonly #key: string;
  #kept: Kept;

  constructor(projectUuid: string, sceneId: number) {
    this.#key = `geoengine/unfinished/${projectUuid}/${sceneId}`;
    this.#kept = parsed(recallHere(this.#key));
  }

  /** The drawing of a mode; null where there is none. */
  of(mode: ModeName): Sketch | null {
    return this.#kept.sketches[mode] ?? null;
  }

  /** Keep the drawing of a mode, or none. */
  keep(mode: ModeName, sketch: Sketch | null): void {
    const sketches = new Map(Object.entries(this.#kept.sketches));
    if (sketch) sketches.set(mode, sketch);
    else sketches.delete(mode);
    this.#put({ sketches: Object.fromEntries(sketches) });
  }

  /** The mode whose drawing was being drawn when the scene was left, and its class; null where none was. */
  get drawing(): { readonly mode: ModeName; readonly classKey: string } | null {
    const { mode, classKey, sketches } = this.#kept;
    return mode in sketches ? { mode: mode as ModeName, classKey } : null;
  }

  /** Keep which mode is active and which class it draws. */
  entered(mode: ModeName, classKey: string): void {
    this.#put({ mode, classKey });
  }

  #put(news: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...news };
    const { sketches } = this.#kept;
    rememberHere(this.#key, Object.keys(sketches).length ? JSON.stringify(this.#kept) : null);
  }
}

/** Read what was kept; nothing where it is not what `Unfinished` writes. */
function parsed(text: string | null): Kept {
  try {
    const { mode, classKey, sketches } = { ...NOTHING, ...(JSON.parse(text ?? "{}") as Partial<Kept>) };
    const sound = Object.entries(sketches).filter(([, sketch]) => isSketch(sketch));
    return { mode: String(mode), classKey: String(classKey), sketches: Object.fromEntries(sound) };
  } catch {
    return NOTHING;
  }
}

function isSketch({ positions, runs, redraws, adds }: Sketch): boolean {
  const set = runs.reduce((sum, run) => sum + run, 0);
  return (
    (redraws === undefined || typeof redraws === "string") &&
    (adds === undefined || typeof adds === "boolean") &&
    positions.length > 0 &&
    set === positions.length &&
    positions.every((p) => p.length === 2 && p.every(Number.isFinite))
  );
}
