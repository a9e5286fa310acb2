/** Who looks at a scene. */

import type { Project } from "../api";
import * as api from "../api";
import { SeenOutbox } from "../model/labels/seen_outbox";

/** Who is looking, and whether it can be recorded. */
export class Searcher {
  readonly outbox: SeenOutbox;
  /** Identity of the project. */
  readonly project: string;
  readonly readOnly: boolean;

  constructor(
    project: Project,
    storage: Storage,
    readonly author: () => string,
  ) {
    [this.project, this.readOnly] = [project.uuid, project.read_only];
    this.outbox = new SeenOutbox(storage, project.uuid, api.seenSender(project.uuid));
    window.addEventListener("online", () => void this.outbox.flush());
  }
}
