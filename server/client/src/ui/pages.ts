/** Pages that are neither home nor a scene, by their hash. */

import type { PageHash } from "../model/view/view";
import { ClassesPage } from "./classes";
import { ExportsPage } from "./exports";
import { finetunePage } from "./finetune";
import { ImageryPage } from "./imagery";
import { JobsPage } from "./jobs";
import { ModelsPage } from "./models";
import { prelabelPage } from "./prelabel";
import type { PageContext, SidePage } from "./side_page";

export function makePage(hash: PageHash, context: PageContext): SidePage {
  switch (hash) {
    case "#jobs":
      return new JobsPage(context.say);
    case "#imagery":
      return new ImageryPage(context);
    case "#classes":
      return new ClassesPage(context);
    case "#prelabel":
      return prelabelPage(context);
    case "#finetune":
      return finetunePage(context);
    case "#models":
      return new ModelsPage(context);
    case "#export":
      return new ExportsPage(context);
  }
}
