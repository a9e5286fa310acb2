/** Interface of a kind of sketch: how many points it takes, and what they make. */

import type { DeskContext } from "../desk/context";
import type { ModeName } from "../desk/mode";
import type { Polygon, Position } from "../model/feature";
import type { Result } from "../model/shapes/result";

export interface SketchKind {
  readonly name: ModeName;
  /** Number of points that complete it; without it the analyst finishes it. */
  readonly clicks?: number;
  /** The least positions that make something. */
  readonly least: number;
  /** True if the positions are a line, not an outline. */
  readonly line?: boolean;
  /** Colour of what is drawn; that of the class without it. */
  readonly color?: string;
  /** Keep the selection, which is cleared otherwise. */
  readonly usesSelection?: boolean;
  /** The outline that positions make, to be shown meanwhile; `tolerance` in world units. */
  outline?(positions: readonly Position[], tolerance: number): Result<Polygon>;
  /** Carry it out; one sentence where that is impossible. `mend`: with what is wrong repaired. */
  take(desk: DeskContext, positions: readonly Position[], mend: boolean): string | null;
}
