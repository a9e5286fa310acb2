/** Who looks at a scene. */

import type { SeenOutbox } from "../model/labels/seen_outbox";

/** Who is looking, and whether it can be recorded. */
export interface Searcher {
  readonly outbox: SeenOutbox;
  /** Identity of the project. */
  readonly project: string;
  readonly author: () => string;
  readonly readOnly: boolean;
}
