/** What jobs have changed is shown where one is: on home, and in the open scene. */

import * as api from "../api";
import type { Desk } from "../desk/desk";
import { JobWatch } from "../desk/job_watch";
import { renewProposals } from "../desk/renewal";
import type { Signal } from "../model/labels/signal";
import { TEXTS } from "../texts";
import type { Home } from "./home";

/** Follow the jobs; `where` says what is shown when some have ended. */
export function followJobs(
  notice: Signal<string>,
  where: () => { readonly home: Home | null; readonly desk: Desk | null },
): void {
  const watch = new JobWatch((jobs) => {
    const { home, desk } = where();
    if (home)
      api.scenes().then(
        (scenes) => home === where().home && home.take(scenes),
        () => undefined,
      );
    const job = jobs.find(({ kind, scene }) => kind === "prelabel" && scene && scene.id === desk?.scene.id);
    if (!job || !desk) return;
    const said = TEXTS.prelabel.ended(String(job.params["model"]));
    renewProposals(desk).then(
      () => desk === where().desk && notice.set(said),
      // What is loaded stays; a reload shows the rest.
      () => notice.set(TEXTS.prelabel.notShown),
    );
  });
  watch.follow();
}
