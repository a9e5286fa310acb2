/** Objects of a box and filter, counted by the server. */

import type { Extent } from "../feature";
import type { StateCounts } from "../labels/counts";

export interface InView {
  readonly extent: Extent;
  /** The filter as the server's query parameters. */
  readonly query: string;
  readonly counts: StateCounts;
  /** The scene's newest changeset when they were counted: what came later is not decided. */
  readonly changeset: number;
}

export const totalOf = ({ proposed, accepted, rejected }: StateCounts): number => proposed + accepted + rejected;
